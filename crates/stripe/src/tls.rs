//! Encryption of the way to Stripe: rustls with ring, trusting whom the operating system trusts.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore};

use crate::config::ConfigError;

/// What makes connections encrypted. Roots are read only where they are `needed`: a fake on this
/// machine must not fail for want of certificates.
pub(crate) fn client_config(needed: bool) -> Result<ClientConfig, ConfigError> {
    // Named here, and not installed for the process: a library takes no such decision for others.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    if needed {
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    }
    if needed && roots.is_empty() {
        return Err(ConfigError::NoRoots);
    }
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| ConfigError::Client(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
