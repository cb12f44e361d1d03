//! Encryption of the way to the database: rustls with ring. Who is trusted is said by the URL.

use std::path::PathBuf;
use std::sync::Arc;

use boxoffice_store::StoreError;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Whether the way is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    None,
    /// If the server can.
    Possible(Trust),
    Needed(Trust),
}

/// Which servers are believed to be who they say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// All: nobody can read along, but anybody could answer.
    Anyone,
    /// Those that the operating system's roots vouch for.
    System,
    /// Those that the roots in a PEM file vouch for.
    Root(PathBuf),
}

/// What makes connections encrypted.
pub(crate) fn connector(encryption: &Encryption) -> Result<MakeRustlsConnect, StoreError> {
    let trust = match encryption {
        Encryption::None => &Trust::Anyone,
        Encryption::Possible(trust) | Encryption::Needed(trust) => trust,
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(format!("TLS cannot be set up: {error}")))?;
    let config = match trust {
        Trust::Anyone => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(BelieveAnyone(provider)))
            .with_no_client_auth(),
        Trust::System => builder
            .with_root_certificates(system_roots()?)
            .with_no_client_auth(),
        Trust::Root(file) => builder
            .with_root_certificates(roots_in(file)?)
            .with_no_client_auth(),
    };
    Ok(MakeRustlsConnect::new(config))
}

fn system_roots() -> Result<RootCertStore, StoreError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    match roots.is_empty() {
        true => Err(unusable(
            "the operating system trusts no certificate: name one with sslrootcert".into(),
        )),
        false => Ok(roots),
    }
}

fn roots_in(file: &PathBuf) -> Result<RootCertStore, StoreError> {
    let wrong = |error: &dyn std::error::Error| {
        unusable(format!("sslrootcert {}: {error}", file.display()))
    };
    let mut roots = RootCertStore::empty();
    let found = CertificateDer::pem_file_iter(file).map_err(|error| wrong(&error))?;
    for root in found {
        let root = root.map_err(|error| wrong(&error))?;
        roots.add(root).map_err(|error| wrong(&error))?;
    }
    match roots.is_empty() {
        true => Err(unusable(format!(
            "sslrootcert {} has no certificate in it",
            file.display()
        ))),
        false => Ok(roots),
    }
}

fn unusable(what: String) -> StoreError {
    StoreError::Unusable(what)
}

/// `sslmode=prefer` and `require` as libpq has them. That the server holds the key of the certificate
/// that it shows is checked nevertheless.
#[derive(Debug)]
struct BelieveAnyone(Arc<CryptoProvider>);

impl ServerCertVerifier for BelieveAnyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, cert, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
