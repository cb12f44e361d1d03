//! Where the mail server is and what it knows us by, as the settings say it.

use std::fmt;
use std::net::IpAddr;

use lettre::Address;
use lettre::message::Mailbox;

/// Where the mail server is, what it knows us by, and from whom letters are.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpConfig {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) encryption: Encryption,
    /// User and password.
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) from: Mailbox,
}

/// How what is said stays between the two of us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// Not at all: the other end is this machine.
    None,
    /// If the server offers it.
    Offered,
    /// Or nothing is said.
    Required,
    /// From the first byte on.
    Implicit,
}

/// Settings that make no sense. Never repeats them: there may be a password in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("expected smtp://USER@HOST:PORT, or smtps:// for TLS from the first byte on")]
    Url,
    #[error("a mail server that knows us by a user wants a password")]
    NoPassword,
    #[error("there is a password, but no user that it belongs to")]
    NoUser,
    #[error("expected an address such as tickets@example.org, or Box office <tickets@example.org>")]
    From,
}

impl SmtpConfig {
    /// Reads `smtp://USER@HOST:PORT`. A password beside it goes before one in it.
    pub fn new(url: &str, password: Option<&str>, from: &str) -> Result<Self, ConfigError> {
        let (implicit, rest) = match url.split_once("://") {
            Some(("smtp", rest)) => (false, rest),
            Some(("smtps", rest)) => (true, rest),
            _ => return Err(ConfigError::Url),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = place_of(place).ok_or(ConfigError::Url)?;
        let credentials = credentials(user, password)?;
        let encryption = match () {
            () if implicit => Encryption::Implicit,
            // A relay on this machine has hardly ever a certificate for that name.
            () if is_loopback(host) => Encryption::None,
            () if credentials.is_some() => Encryption::Required,
            () => Encryption::Offered,
        };
        let usual = match encryption {
            Encryption::Implicit => 465,
            _ if credentials.is_some() => 587,
            _ => 25,
        };
        Ok(SmtpConfig {
            host: host.to_owned(),
            port: port.unwrap_or(usual),
            encryption,
            credentials,
            from: mailbox(from)?,
        })
    }
}

/// An address, with a name or without. One at an address of the network has none.
fn mailbox(from: &str) -> Result<Mailbox, ConfigError> {
    match from.parse::<Address>() {
        Ok(address) => Ok(Mailbox::new(None, address)),
        Err(_) => from.parse().map_err(|_| ConfigError::From),
    }
}

/// Host and port; the host of an IPv6 address without its brackets.
fn place_of(place: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some("")),
            )
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, Some("")),
        },
    };
    let port = match port? {
        "" => None,
        port => Some(port.parse().ok()?),
    };
    let letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
    (!host.is_empty() && host.chars().all(letter)).then_some((host, port))
}

fn credentials(
    user: Option<&str>,
    password: Option<&str>,
) -> Result<Option<(String, String)>, ConfigError> {
    let plain = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8();
        text.map(|text| text.into_owned())
            .map_err(|_| ConfigError::Url)
    };
    let Some(user) = user else {
        return match password {
            Some(_) => Err(ConfigError::NoUser),
            None => Ok(None),
        };
    };
    let (user, within) = match user.split_once(':') {
        Some((user, password)) => (user, Some(plain(password)?)),
        None => (user, None),
    };
    let password = password.map(str::to_owned).or(within);
    match password.filter(|password| !password.is_empty()) {
        _ if user.is_empty() => Err(ConfigError::Url),
        Some(password) => Ok(Some((plain(user)?, password))),
        None => Err(ConfigError::NoPassword),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

impl fmt::Debug for SmtpConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpConfig")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "tickets@example.org";

    fn config(url: &str, password: Option<&str>) -> Result<SmtpConfig, ConfigError> {
        SmtpConfig::new(url, password, FROM)
    }

    #[test]
    fn a_password_crosses_the_network_only_encrypted() {
        let with = |url| config(url, Some("secret")).expect("right").encryption;
        assert_eq!(with("smtp://me@mail.example"), Encryption::Required);
        assert_eq!(with("smtps://me@mail.example"), Encryption::Implicit);
        assert_eq!(with("smtp://me@127.0.0.1:2525"), Encryption::None);
        assert_eq!(with("smtp://me@[::1]"), Encryption::None);
        assert_eq!(with("smtps://me@localhost"), Encryption::Implicit);
        let without = config("smtp://mail.example:25/", None).expect("right");
        assert_eq!(without.encryption, Encryption::Offered);
    }

    #[test]
    fn the_usual_ports_are_known() {
        let port = |url, password| config(url, password).expect("right").port;
        assert_eq!(port("smtp://mail.example", None), 25);
        assert_eq!(port("smtp://me@mail.example", Some("x")), 587);
        assert_eq!(port("smtps://me@mail.example/", Some("x")), 465);
        assert_eq!(port("smtp://[2001:db8::1]:2525", None), 2525);
    }

    #[test]
    fn a_password_is_taken_from_beside_the_url_or_from_within_and_never_shown() {
        let me = Some(("me@x".to_owned(), "p:w".to_owned()));
        let within = config("smtp://me%40x:p%3Aw@mail.example", None).expect("right");
        assert_eq!(within.credentials, me);
        let beside = config("smtp://me%40x:other@mail.example", Some("p:w")).expect("right");
        assert_eq!(beside.credentials, me);
        let shown = format!("{within:?}");
        assert!(!shown.contains("p:w") && !shown.contains("me@x"), "{shown}");
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_not_repeated() {
        let wrong = [
            "mail.example",
            "http://mail.example",
            "smtp://",
            "smtp://me@",
            "smtp://me:secret",
            "smtp://mail.example:port",
            "smtp://mail.example/secret",
            "smtp://mail.example?password=secret",
            "smtp://[::1",
            "smtp://[secret]:25",
            "smtp://:secret@mail.example",
        ];
        for url in wrong {
            let error = config(url, None).expect_err(url);
            assert!(!error.to_string().contains("secret"), "{error}");
        }
        assert_eq!(
            config("smtp://me@mail.example", None),
            Err(ConfigError::NoPassword)
        );
        assert_eq!(
            config("smtp://mail.example", Some("x")),
            Err(ConfigError::NoUser)
        );
        for from in ["tickets@[127.0.0.1]", "A B <a@b.example>", "a@localhost"] {
            let right = SmtpConfig::new("smtp://mail.example", None, from);
            assert!(right.is_ok(), "{from}");
        }
        for from in ["", "tickets", "a@b\r\nBcc: c@d", "tickets@"] {
            let wrong = SmtpConfig::new("smtp://mail.example", None, from);
            assert_eq!(wrong, Err(ConfigError::From), "{from}");
        }
    }
}
