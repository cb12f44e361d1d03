//! The settings of `serve`: from flags, the environment and the TOML file, in this order.

use std::net::SocketAddr;

use boxoffice_model::Micros;
use serde::Deserialize;

use crate::cli::ServeArgs;
use crate::failure::Failure;
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
    public_url: Option<String>,
    max_connections: Option<usize>,
}

/// Every setting, checked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) listen: SocketAddr,
    pub(crate) store: StoreUrl,
    pub(crate) store_connections: usize,
    pub(crate) hold: Micros,
    pub(crate) test_payments: bool,
    pub(crate) https: bool,
    pub(crate) max_connections: Option<usize>,
}

/// The settings that `demo` has.
pub(crate) const DEFAULT_HOLD: Micros = 10 * 60 * 1_000_000;

/// Connections of a node to its database: twenty for batches, four for readings.
pub(crate) const DEFAULT_STORE_CONNECTIONS: usize = 24;

/// With fewer, a node could not write and read.
const FEWEST_STORE_CONNECTIONS: usize = 2;

/// Holds are between a second and a day long.
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
        Settings::merge(args, file)
    }

    fn merge(args: ServeArgs, file: File) -> Result<Self, Failure> {
        let usage = |text: &str| Failure::Usage(text.to_owned());
        let store = args.store.or(file.store);
        let store =
            store.ok_or_else(|| usage("--store is missing, such as sqlite:boxoffice.sqlite3"))?;
        let hold = args.hold.or(file.hold);
        let test_payments = match args.payments.or(file.payments).as_deref() {
            None => false,
            Some("test") => true,
            Some(other) => {
                return Err(Failure::Usage(format!(
                    "--payments `{other}` is not known: expected test"
                )));
            }
        };
        let store_connections = args.store_connections.or(file.store_connections);
        let store_connections = store_connections.unwrap_or(DEFAULT_STORE_CONNECTIONS);
        if store_connections < FEWEST_STORE_CONNECTIONS {
            return Err(Failure::Usage(format!(
                "--store-connections {store_connections} is too few: expected \
                 {FEWEST_STORE_CONNECTIONS} or more, such as {DEFAULT_STORE_CONNECTIONS}"
            )));
        }
        let public_url = args.public_url.or(file.public_url);
        Ok(Settings {
            listen: args
                .listen
                .or(file.listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
            store: StoreUrl::parse(&store)?,
            store_connections,
            hold: hold.as_deref().map_or(Ok(DEFAULT_HOLD), duration)?,
            test_payments,
            https: public_url.is_some_and(|url| url.starts_with("https://")),
            max_connections: args.max_connections.or(file.max_connections),
        })
    }
}

/// A duration such as `10m` or `90s`, as microseconds.
fn duration(text: &str) -> Result<Micros, Failure> {
    let micros = text
        .parse::<jiff::SignedDuration>()
        .ok()
        .and_then(|duration| Micros::try_from(duration.as_micros()).ok())
        .filter(|micros| (SHORTEST_HOLD..=LONGEST_HOLD).contains(micros));
    micros.ok_or_else(|| {
        Failure::Usage(format!(
            "--hold `{text}` is not right: expected 1s to 24h, such as 10m"
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
            public_url: None,
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
        let settings = Settings::merge(args, file).expect("settings");
        assert_eq!(settings.hold, 90_000_000);
        assert_eq!(settings.listen.port(), 1);
    }

    #[test]
    fn the_commented_defaults_are_a_valid_file() {
        let text = include_str!("../../../config.default.toml");
        let settings = Settings::merge(args(), toml::from_str(text).expect("TOML"));
        assert_eq!(settings.expect("settings").hold, DEFAULT_HOLD);
    }

    #[test]
    fn what_makes_no_sense_is_wrong_usage() {
        for hold in ["0s", "ten minutes", "2000h", "-5m"] {
            assert!(matches!(duration(hold), Err(Failure::Usage(_))), "{hold}");
        }
        for store in ["postgres://me:secret@host/db?sslmode=maybe", "mysql:secret"] {
            let args = ServeArgs {
                store: Some(store.into()),
                ..args()
            };
            let failure = Settings::merge(args, File::default()).expect_err(store);
            assert!(!failure.to_string().contains("secret"), "{failure}");
        }
        let args = ServeArgs {
            store_connections: Some(1),
            ..args()
        };
        assert!(Settings::merge(args, File::default()).is_err());
    }

    #[test]
    fn a_password_may_stand_in_the_file() {
        let file = toml::from_str("store = 'postgres://me:secret@host/db'").expect("TOML");
        let args = ServeArgs {
            store: None,
            ..args()
        };
        let settings = Settings::merge(args, file).expect("settings");
        assert!(matches!(settings.store, StoreUrl::Postgres(_)));
        assert!(!format!("{settings:?}").contains("secret"));
    }
}
