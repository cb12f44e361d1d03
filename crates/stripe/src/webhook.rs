//! Whether a webhook comes from Stripe: its signature over the bytes as they arrived. What it says is
//! read by [`crate::Event`].

use std::time::Duration;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

use crate::config::SecretText;

/// How old a signature may be, as Stripe's own libraries have it. Both clocks have to be right to within
/// that.
pub const TOLERANCE: Duration = Duration::from_secs(300);

/// A webhook that is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is nothing to check with.
    #[error("no signing secret is configured: give the one of the endpoint, whsec_…")]
    NoSecret,
    /// The header is no signature.
    #[error("Stripe-Signature cannot be read: {0} — it is like t=1700000000,v1=<64 hex digits>")]
    Malformed(&'static str),
    /// None of the signatures was made with one of our secrets over these bytes.
    #[error(
        "no signature fits: the secret is another endpoint's, or the body was changed on its way"
    )]
    Wrong,
    /// It fits and was made too long ago: perhaps somebody sends it again.
    #[error("the signature is {0} s old: too old, or one of the clocks is wrong")]
    TooOld(u64),
    /// It fits and was made in the future.
    #[error("the signature is {0} s ahead: one of the clocks is wrong")]
    TooEarly(u64),
}

/// Checks the `Stripe-Signature` of a webhook over its raw body: bytes as they came, before any reading.
///
/// # Errors
/// [`SignatureError`] says why it is not believed.
pub fn verify(
    secrets: &[SecretText],
    header: &str,
    body: &[u8],
    now_unix: i64,
    tolerance: Duration,
) -> Result<(), SignatureError> {
    // An empty secret is nobody's: anybody could sign with it.
    let secrets = secrets.iter().filter(|secret| !secret.expose().is_empty());
    let secrets: Vec<_> = secrets.collect();
    if secrets.is_empty() {
        return Err(SignatureError::NoSecret);
    }
    let header = Header::parse(header)?;
    let mut fits = Choice::from(0);
    for secret in secrets {
        let tag = tag(secret, header.time_text, body);
        // All are compared, and each in constant time: how long it takes tells nothing.
        for signature in &header.signatures {
            fits |= signature.ct_eq(&tag);
        }
    }
    if !bool::from(fits) {
        return Err(SignatureError::Wrong);
    }
    let age = now_unix.abs_diff(header.time);
    match age > tolerance.as_secs() {
        true if header.time < now_unix => Err(SignatureError::TooOld(age)),
        true => Err(SignatureError::TooEarly(age)),
        false => Ok(()),
    }
}

/// The header that Stripe would send with `body` at `now_unix`: for fakes and tests.
pub fn sign(secret: &SecretText, body: &[u8], now_unix: i64) -> String {
    let time = now_unix.to_string();
    let tag = HEXLOWER.encode(&tag(secret, &time, body));
    format!("t={time},v1={tag}")
}

/// The secret's key is its text, `whsec_` and all; it may be longer than [`boxoffice_model::Key`].
fn tag(secret: &SecretText, time: &str, body: &[u8]) -> [u8; 32] {
    let key = secret.expose().as_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

struct Header<'a> {
    /// As it was signed.
    time_text: &'a str,
    time: i64,
    signatures: Vec<[u8; 32]>,
}

impl<'a> Header<'a> {
    /// Reads `t` and every `v1`. Other schemes are left out: `v0` is for tests at Stripe, and whoever
    /// took an older scheme for good could be talked down to it.
    fn parse(header: &'a str) -> Result<Self, SignatureError> {
        let mut times = Vec::new();
        let mut signatures = Vec::new();
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", time)) => times.push(time),
                Some(("v1", hex)) => signatures.push(signature(hex)?),
                Some(_) => {}
                None => return Err(SignatureError::Malformed("a part has no =")),
            }
        }
        let [time_text] = times[..] else {
            return Err(SignatureError::Malformed("it has not one t"));
        };
        if signatures.is_empty() {
            return Err(SignatureError::Malformed("it has no v1"));
        }
        let is_number = time_text.bytes().all(|byte| byte.is_ascii_digit());
        let time = time_text.parse().ok().filter(|_| is_number);
        Ok(Header {
            time_text,
            time: time.ok_or(SignatureError::Malformed("its t is no time"))?,
            signatures,
        })
    }
}

fn signature(hex: &str) -> Result<[u8; 32], SignatureError> {
    let bytes = HEXLOWER.decode(hex.as_bytes()).ok();
    let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or(SignatureError::Malformed("a v1 is not 64 small hex digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_700_000_000;

    fn secrets(names: &[&str]) -> Vec<SecretText> {
        names.iter().map(|name| SecretText::new(name)).collect()
    }

    fn checked(header: &str, now: i64) -> Result<(), SignatureError> {
        verify(
            &secrets(&["whsec_old", "whsec_new"]),
            header,
            b"{}",
            now,
            TOLERANCE,
        )
    }

    fn signed(secret: &str) -> String {
        sign(&SecretText::new(secret), b"{}", NOW)
    }

    /// Worked out with `openssl dgst -sha256 -hmac whsec_test_secret`.
    #[test]
    fn the_signature_is_stripes() {
        let header = sign(
            &SecretText::new("whsec_test_secret"),
            b"{\"id\":\"evt_1\"}",
            NOW,
        );
        assert_eq!(
            header,
            "t=1700000000,v1=248a374f50f943a28b0f6ab50faf9a7e7e29b710fa26df9fb1618b9bf8ea9c9a"
        );
    }

    #[test]
    fn either_secret_will_do_while_one_follows_the_other() {
        assert_eq!(checked(&signed("whsec_old"), NOW), Ok(()));
        assert_eq!(checked(&signed("whsec_new"), NOW), Ok(()));
        assert_eq!(
            checked(&signed("whsec_other"), NOW),
            Err(SignatureError::Wrong)
        );
        let without = |names: &[&str]| {
            let header = sign(&SecretText::new(""), b"", NOW);
            verify(&secrets(names), &header, b"", NOW, TOLERANCE)
        };
        assert_eq!(without(&[]), Err(SignatureError::NoSecret));
        assert_eq!(without(&[" "]), Err(SignatureError::NoSecret));
    }

    #[test]
    fn one_good_signature_among_several_is_enough() {
        let good = signed("whsec_new");
        let bad = format!("v1={}", "0".repeat(64));
        assert_eq!(checked(&format!("{good},{bad}"), NOW), Ok(()));
        assert_eq!(checked(&format!("{bad}, {good},v0=zz"), NOW), Ok(()));
    }

    #[test]
    fn an_older_scheme_proves_nothing() {
        let header = signed("whsec_new").replace("v1=", "v0=");
        let wrong = Err(SignatureError::Malformed("it has no v1"));
        assert_eq!(checked(&header, NOW), wrong);
    }

    #[test]
    fn old_and_early_signatures_are_refused() {
        let header = signed("whsec_new");
        assert_eq!(checked(&header, NOW + 300), Ok(()));
        assert_eq!(
            checked(&header, NOW + 301),
            Err(SignatureError::TooOld(301))
        );
        assert_eq!(checked(&header, NOW - 300), Ok(()));
        assert_eq!(
            checked(&header, NOW - 301),
            Err(SignatureError::TooEarly(301))
        );
    }

    #[test]
    fn a_header_that_cannot_be_read_is_told_why() {
        let tag = "0".repeat(64);
        let cases = [
            ("".to_owned(), "a part has no ="),
            (format!("v1={tag}"), "it has not one t"),
            (format!("t=1,t=2,v1={tag}"), "it has not one t"),
            ("t=1".to_owned(), "it has no v1"),
            (format!("t=+1,v1={tag}"), "its t is no time"),
            (format!("t=,v1={tag}"), "its t is no time"),
            ("t=1,v1=AB".to_owned(), "a v1 is not 64 small hex digits"),
        ];
        for (header, why) in cases {
            assert_eq!(
                checked(&header, NOW),
                Err(SignatureError::Malformed(why)),
                "{header}"
            );
        }
    }
}
