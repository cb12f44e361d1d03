//! Signatures of webhooks: the right one always fits, no other ever does.

use boxoffice_stripe::SecretText;
use boxoffice_stripe::webhook::{SignatureError, TOLERANCE, sign, verify};
use boxoffice_testkit::stripe_signature;
use proptest::prelude::*;

const NOW: i64 = 1_700_000_000;

fn secret() -> impl Strategy<Value = String> {
    "whsec_[A-Za-z0-9]{8,90}"
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 1..200)
}

proptest! {
    #[test]
    fn the_right_signature_always_fits(
        secret in secret(), other in secret(), body in body(), drift in -300_i64..=300,
    ) {
        let header = sign(&SecretText::new(&secret), &body, NOW);
        let secrets = [SecretText::new(&other), SecretText::new(&secret)];
        prop_assert_eq!(verify(&secrets, &header, &body, NOW + drift, TOLERANCE), Ok(()));
    }

    #[test]
    fn a_changed_body_never_fits(secret in secret(), body in body(), at: prop::sample::Index, flip in 1_u8..) {
        let secret = SecretText::new(&secret);
        let header = sign(&secret, &body, NOW);
        let mut changed = body.clone();
        let at = at.index(body.len());
        changed[at] ^= flip;
        let secrets = [secret];
        for changed in [&changed[..], &body[..at], &[&body[..], b" "].concat()] {
            let checked = verify(&secrets, &header, changed, NOW, TOLERANCE);
            prop_assert_eq!(checked, Err(SignatureError::Wrong));
        }
    }

    #[test]
    fn a_changed_time_never_fits(secret in secret(), body in body(), drift in 1_i64..=300) {
        let secret = SecretText::new(&secret);
        let header = sign(&secret, &body, NOW);
        let changed = header.replace(&format!("t={NOW}"), &format!("t={}", NOW + drift));
        let checked = verify(&[secret], &changed, &body, NOW, TOLERANCE);
        prop_assert_eq!(checked, Err(SignatureError::Wrong));
    }

    #[test]
    fn another_secret_never_fits(secret in secret(), other in secret(), body in body()) {
        prop_assume!(secret != other);
        let header = sign(&SecretText::new(&secret), &body, NOW);
        let checked = verify(&[SecretText::new(&other)], &header, &body, NOW, TOLERANCE);
        prop_assert_eq!(checked, Err(SignatureError::Wrong));
    }

    #[test]
    fn no_header_brings_it_down(header in "[tv01=, a-f]{0,120}", body in body()) {
        let checked = verify(&[SecretText::new("whsec_1")], &header, &body, NOW, TOLERANCE);
        prop_assert!(checked.is_err());
    }
}

#[test]
fn the_fake_signs_alike() {
    let secret = SecretText::new("whsec_fake");
    let ours = sign(&secret, b"{}", 1_700_000_000);
    assert_eq!(ours, stripe_signature("whsec_fake", 1_700_000_000, b"{}"));
}
