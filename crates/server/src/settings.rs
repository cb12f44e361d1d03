//! The settings of `serve`: from flags, the environment and the TOML file, in this order.

use std::net::SocketAddr;
use std::path::PathBuf;

use boxoffice_mail::SmtpConfig;
use boxoffice_model::Micros;
use serde::Deserialize;

use crate::cli::ServeArgs;
use crate::failure::Failure;
use crate::mail::MailSettings;
use crate::providers::{Provider, StripeSettings};
use crate::store::StoreUrl;

/// What the TOML file may say; the same names as the flags.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    store: Option<String>,
    store_connections: Option<usize>,
    hold: Option<String>,
    payments: Option<String>,
    stripe_api_base: Option<String>,
    stripe_key: Option<String>,
    stripe_key_file: Option<PathBuf>,
    stripe_webhook_secret: Option<String>,
    stripe_webhook_secret_file: Option<PathBuf>,
    payment_limit: Option<String>,
    redirect_limit: Option<String>,
    public_url: Option<String>,
    smtp: Option<String>,
    smtp_password: Option<String>,
    smtp_password_file: Option<PathBuf>,
    mail_from: Option<String>,
    max_connections: Option<usize>,
}

/// Secrets that come from the environment, and from nowhere on the command line.
#[derive(Default)]
pub(crate) struct Secrets {
    stripe_key: Option<String>,
    stripe_webhook_secret: Option<String>,
    smtp_password: Option<String>,
}

impl Secrets {
    fn of_the_environment() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|text| !text.is_empty());
        Secrets {
            stripe_key: variable("BOXOFFICE_STRIPE_KEY"),
            stripe_webhook_secret: variable("BOXOFFICE_STRIPE_WEBHOOK_SECRET"),
            smtp_password: variable("BOXOFFICE_SMTP_PASSWORD"),
        }
    }
}

/// Every setting, checked.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) store: StoreUrl,
    pub(crate) store_connections: usize,
    pub(crate) hold: Micros,
    pub(crate) provider: Provider,
    pub(crate) payment_limit: Micros,
    pub(crate) redirect_limit: Micros,
    /// Without a slash at the end.
    pub(crate) public_url: Option<String>,
    /// None where no mail is sent.
    pub(crate) mail: Option<SmtpConfig>,
    pub(crate) max_connections: Option<usize>,
}

/// The settings that `demo` has.
pub(crate) const DEFAULT_HOLD: Micros = 10 * MINUTE;
pub(crate) const DEFAULT_PAYMENT_LIMIT: Micros = 3 * MINUTE;
pub(crate) const DEFAULT_REDIRECT_LIMIT: Micros = 15 * MINUTE;

const MINUTE: Micros = 60 * 1_000_000;

/// Connections of a node to its database: twenty for batches, four for readings.
pub(crate) const DEFAULT_STORE_CONNECTIONS: usize = 24;

/// With fewer, a node could not write and read.
const FEWEST_STORE_CONNECTIONS: usize = 2;

/// Holds, and limits of payments, are between a second and a day long.
const SHORTEST_HOLD: Micros = 1_000_000;
const LONGEST_HOLD: Micros = 24 * 60 * 60 * 1_000_000;

impl Settings {
    pub(crate) fn read(args: ServeArgs) -> Result<Self, Failure> {
        let file = match &args.config {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|error| {
                    Failure::Usage(format!(
                        "cannot read the configuration {}: {error}",
                        path.display()
                    ))
                })?;
                toml::from_str(&text)
                    .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?
            }
            None => File::default(),
        };
        Settings::merge(args, file, Secrets::of_the_environment())
    }

    fn merge(args: ServeArgs, file: File, secrets: Secrets) -> Result<Self, Failure> {
        let usage = |text: &str| Failure::Usage(text.to_owned());
        let store = args.store.or(file.store);
        let store =
            store.ok_or_else(|| usage("--store is missing, such as sqlite:boxoffice.sqlite3"))?;
        let hold = args.hold.or(file.hold);
        let stripe = StripeSettings {
            api_base: args.stripe_api_base.or(file.stripe_api_base),
            key: secrets.stripe_key.or(file.stripe_key),
            key_file: args
                .stripe_key_file
                .as_deref()
                .or(file.stripe_key_file.as_deref()),
            webhook_secrets: secrets.stripe_webhook_secret.or(file.stripe_webhook_secret),
            webhook_secret_file: args
                .stripe_webhook_secret_file
                .as_deref()
                .or(file.stripe_webhook_secret_file.as_deref()),
        };
        let provider = match args.payments.or(file.payments).as_deref() {
            None => Provider::None,
            Some("test") => Provider::Test,
            Some("stripe") => Provider::Stripe(stripe.config()?),
            Some(other) => {
                return Err(Failure::Usage(format!(
                    "--payments `{other}` is not known: expected test or stripe"
                )));
            }
        };
        let limit = |flag, text: Option<String>, default| match text {
            Some(text) => duration(flag, &text),
            None => Ok(default),
        };
        let payment_limit = args.payment_limit.or(file.payment_limit);
        let redirect_limit = args.redirect_limit.or(file.redirect_limit);
        let store_connections = args.store_connections.or(file.store_connections);
        let store_connections = store_connections.unwrap_or(DEFAULT_STORE_CONNECTIONS);
        if store_connections < FEWEST_STORE_CONNECTIONS {
            return Err(Failure::Usage(format!(
                "--store-connections {store_connections} is too few: expected \
                 {FEWEST_STORE_CONNECTIONS} or more, such as {DEFAULT_STORE_CONNECTIONS}"
            )));
        }
        let public_url = args.public_url.or(file.public_url);
        let public_url = public_url.map(|url| address(&url)).transpose()?;
        let listen = args.listen.or(file.listen);
        let listen = listen.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080)));
        let mail = MailSettings {
            smtp: args.smtp.or(file.smtp),
            password: secrets.smtp_password.or(file.smtp_password),
            password_file: args
                .smtp_password_file
                .as_deref()
                .or(file.smtp_password_file.as_deref()),
            from: args.mail_from.or(file.mail_from),
        };
        Ok(Settings {
            mail: mail.config(&public_url_or(public_url.as_deref(), listen))?,
            listen,
            store: StoreUrl::parse(&store)?,
            store_connections,
            hold: limit("hold", hold, DEFAULT_HOLD)?,
            provider,
            payment_limit: limit("payment-limit", payment_limit, DEFAULT_PAYMENT_LIMIT)?,
            redirect_limit: limit("redirect-limit", redirect_limit, DEFAULT_REDIRECT_LIMIT)?,
            public_url,
            max_connections: args.max_connections.or(file.max_connections),
        })
    }
}

/// Where buyers reach us, whatever the settings say of it.
pub(crate) fn public_url_or(public_url: Option<&str>, listen: SocketAddr) -> String {
    public_url.map_or_else(|| format!("http://{listen}"), str::to_owned)
}

/// Where buyers reach us, without the slash at its end.
fn address(url: &str) -> Result<String, Failure> {
    let bare = url.trim_end_matches('/');
    let host = bare
        .strip_prefix("https://")
        .or_else(|| bare.strip_prefix("http://"));
    match host {
        Some(host) if !host.is_empty() && !host.contains(char::is_whitespace) => {
            Ok(bare.to_owned())
        }
        _ => Err(Failure::Usage(format!(
            "--public-url `{url}` is not right: expected an address such as https://tickets.example.org"
        ))),
    }
}

/// A duration such as `10m` or `90s`, as microseconds.
fn duration(flag: &str, text: &str) -> Result<Micros, Failure> {
    let micros = text
        .parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Micros::try_from(duration.as_micros()).ok())
        .filter(|micros| (SHORTEST_HOLD..=LONGEST_HOLD).contains(micros));
    micros.ok_or_else(|| {
        Failure::Usage(format!(
            "--{flag} `{text}` is not right: expected 1s to 24h, such as 10m"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args() -> ServeArgs {
        ServeArgs {
            listen: None,
            store: Some("sqlite:a.sqlite3".into()),
            store_connections: None,
            hold: None,
            payments: None,
            stripe_api_base: None,
            stripe_key_file: None,
            stripe_webhook_secret_file: None,
            payment_limit: None,
            redirect_limit: None,
            public_url: None,
            smtp: None,
            smtp_password_file: None,
            mail_from: None,
            max_connections: None,
            config: None,
        }
    }

    #[test]
    fn a_flag_wins_over_the_file() {
        let file: File = toml::from_str("hold = '1m'\nlisten = '127.0.0.1:1'").expect("TOML");
        let args = ServeArgs {
            hold: Some("90s".into()),
            ..args()
        };
        let settings = Settings::merge(args, file, Secrets::default()).expect("settings");
        assert_eq!(settings.hold, 90_000_000);
        assert_eq!(settings.listen.port(), 1);
    }

    #[test]
    fn the_commented_defaults_are_a_valid_file() {
        let text = include_str!("../../../config.default.toml");
        let settings = Settings::merge(
            args(),
            toml::from_str(text).expect("TOML"),
            Secrets::default(),
        );
        assert_eq!(settings.expect("settings").hold, DEFAULT_HOLD);
    }

    #[test]
    fn what_makes_no_sense_is_wrong_usage() {
        for hold in ["0s", "ten minutes", "2000h", "-5m"] {
            assert!(
                matches!(duration("hold", hold), Err(Failure::Usage(_))),
                "{hold}"
            );
        }
        for store in ["postgres://me:secret@host/db?sslmode=maybe", "mysql:secret"] {
            let args = ServeArgs {
                store: Some(store.into()),
                ..args()
            };
            let failure =
                Settings::merge(args, File::default(), Secrets::default()).expect_err(store);
            assert!(!failure.to_string().contains("secret"), "{failure}");
        }
        let args = ServeArgs {
            store_connections: Some(1),
            ..args()
        };
        assert!(Settings::merge(args, File::default(), Secrets::default()).is_err());
    }

    #[test]
    fn stripe_is_known_by_its_key() {
        let stripe = || ServeArgs {
            payments: Some("stripe".into()),
            ..args()
        };
        assert!(Settings::merge(stripe(), File::default(), Secrets::default()).is_err());
        let secrets = Secrets {
            stripe_key: Some("sk_test_hidden".into()),
            ..Secrets::default()
        };
        let settings = Settings::merge(stripe(), File::default(), secrets).expect("settings");
        assert!(matches!(settings.provider, Provider::Stripe(_)));
        assert!(!format!("{settings:?}").contains("hidden"));
    }

    #[test]
    fn mail_is_sent_where_a_server_is_named() {
        let smtp = |url: &str| ServeArgs {
            smtp: Some(url.into()),
            ..args()
        };
        let none = Settings::merge(args(), File::default(), Secrets::default());
        assert_eq!(none.expect("settings").mail, None);
        let plain = Settings::merge(
            smtp("smtp://localhost"),
            File::default(),
            Secrets::default(),
        );
        assert!(plain.expect("settings").mail.is_some());
        let secrets = Secrets {
            smtp_password: Some("hidden".into()),
            ..Secrets::default()
        };
        let known = Settings::merge(smtp("smtp://me@mail.example"), File::default(), secrets);
        let known = known.expect("settings");
        assert!(known.mail.is_some() && !format!("{known:?}").contains("hidden"));
        for wrong in ["smtp://me@mail.example", "mail.example", "smtp://me:secret"] {
            let failure = Settings::merge(smtp(wrong), File::default(), Secrets::default());
            let failure = failure.expect_err(wrong);
            assert!(matches!(failure, Failure::Usage(_)), "{wrong}");
            assert!(!failure.to_string().contains("secret"), "{failure}");
        }
    }

    #[test]
    fn the_public_url_is_an_address() {
        assert_eq!(
            address("https://a.example/").expect("right"),
            "https://a.example"
        );
        for wrong in ["a.example", "ftp://a.example", "https://", "http://a b"] {
            assert!(address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_may_stand_in_the_file() {
        let file = toml::from_str("store = 'postgres://me:secret@host/db'").expect("TOML");
        let args = ServeArgs {
            store: None,
            ..args()
        };
        let settings = Settings::merge(args, file, Secrets::default()).expect("settings");
        assert!(matches!(settings.store, StoreUrl::Postgres(_)));
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
