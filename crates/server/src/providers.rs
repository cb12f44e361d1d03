//! The payment provider that the settings name, and by what buyers are known to it. Secrets are read
//! here and printed nowhere.

use std::path::Path;
use std::sync::Arc;

use boxoffice_catalogue::Catalogue;
use boxoffice_model::{EventNumber, Key, Micros, OwnerHash, hmac_sha256};
use boxoffice_payments::{Buyers, Mark, PaymentProvider, StripeProvider, TestProvider};
use boxoffice_sequencer::Sequencer;
use boxoffice_stripe::{CallError, SecretText, Stripe, StripeConfig};

use crate::clock::fill_random;
use crate::failure::Failure;

/// Whom payers pay.
#[derive(Debug)]
pub(crate) enum Provider {
    None,
    Test,
    Stripe(StripeConfig),
}

/// Where Stripe is and what it knows us by, as the settings say it.
#[derive(Debug, Default)]
pub(crate) struct StripeSettings<'a> {
    pub(crate) api_base: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) key_file: Option<&'a Path>,
    pub(crate) webhook_secrets: Option<String>,
    pub(crate) webhook_secret_file: Option<&'a Path>,
}

impl StripeSettings<'_> {
    /// Everything that Stripe needs.
    pub(crate) fn config(self) -> Result<StripeConfig, Failure> {
        let key = match (self.key, self.key_file) {
            (Some(key), _) => key,
            (None, Some(file)) => read_secret(file)?,
            (None, None) => {
                return Err(Failure::Usage(
                    "--payments stripe needs a secret key: name it in BOXOFFICE_STRIPE_KEY, or its file \
                     with --stripe-key-file"
                        .into(),
                ));
            }
        };
        let secrets = match (self.webhook_secrets, self.webhook_secret_file) {
            (Some(secrets), _) => secrets,
            (None, Some(file)) => read_secret(file)?,
            (None, None) => String::new(),
        };
        let mut config = StripeConfig::new(SecretText::new(&key));
        if let Some(base) = self.api_base {
            config.api_base = base;
        }
        config.webhook_secrets = secrets
            .split([',', '\n'])
            .map(str::trim)
            .filter(|secret| !secret.is_empty())
            .map(SecretText::new)
            .collect();
        Ok(config)
    }
}

/// A secret in a file of its own.
pub(crate) fn read_secret(file: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(file)
        .map(|text| text.trim().to_owned())
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", file.display())))
}

impl Provider {
    /// Opens it. Who is away at the start is no reason not to serve, but is said at once.
    pub(crate) fn open(
        self,
        sequencer: &Sequencer,
        key: &Key,
        redirect_limit: Micros,
    ) -> Result<Option<Arc<dyn PaymentProvider>>, Failure> {
        match self {
            Provider::None => Ok(None),
            Provider::Test => Ok(Some(Arc::new(TestProvider::new(sequencer.clone())))),
            Provider::Stripe(config) => {
                if config.webhook_secrets.is_empty() {
                    tracing::warn!(
                        "No secret for Stripe's webhooks is configured: they are refused, and payments at \
                         Stripe's page are seen some seconds later"
                    );
                }
                let stripe = Stripe::new(config, Arc::new(fill_random));
                let stripe = stripe.map_err(|error| Failure::Usage(format!("Stripe: {error}")))?;
                tokio::spawn(greet(stripe.clone()));
                let provider = StripeProvider::new(stripe, key.clone(), redirect_limit);
                Ok(Some(Arc::new(provider)))
            }
        }
    }
}

/// Says whether Stripe answers and knows our key.
async fn greet(stripe: Stripe) {
    match stripe.ping().await {
        Ok(()) => tracing::info!("Stripe answers"),
        Err(CallError::Unauthorized(error)) => {
            tracing::error!(%error, "Stripe refuses the key: nothing can be paid");
        }
        Err(error) => {
            tracing::error!(%error, "Stripe does not answer: nothing can be paid until it does");
        }
    }
}

/// Buyers of events that limit what one may have.
pub(crate) struct LimitedBuyers(pub(crate) Arc<Catalogue>);

impl Buyers for LimitedBuyers {
    fn mark(&self, event: EventNumber, mark: Mark, value: &str) -> Option<OwnerHash> {
        let event = self.0.by_number(event)?;
        event.document.limits.max_seats_per_buyer?;
        let parts: [&[u8]; 4] = [
            b"boxoffice/buyer/v1",
            mark.as_str().as_bytes(),
            b"\0",
            value.as_bytes(),
        ];
        let whole = hmac_sha256(&event.owner_key, &parts);
        let mut hash = [0; 16];
        hash.copy_from_slice(&whole[..16]);
        Some(hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stripes_secrets_come_from_the_settings_or_files_and_are_not_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("secrets");
        std::fs::write(&file, "whsec_one\n whsec_two \n\n").expect("a file");
        let settings = StripeSettings {
            key: Some("sk_test_hidden".into()),
            webhook_secret_file: Some(&file),
            ..StripeSettings::default()
        };
        let config = settings.config().expect("a configuration");
        assert_eq!(config.webhook_secrets.len(), 2);
        let shown = format!("{config:?}");
        assert!(
            !shown.contains("hidden") && !shown.contains("whsec_one"),
            "{shown}"
        );
    }

    #[test]
    fn without_a_key_stripe_is_wrong_usage() {
        let failure = StripeSettings::default().config().expect_err("no key");
        assert!(failure.to_string().contains("BOXOFFICE_STRIPE_KEY"));
    }
}
