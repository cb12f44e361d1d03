//! The mail server that the settings name. Its password is read here and printed nowhere.

use std::path::Path;
use std::sync::Arc;

use boxoffice_api::OrderLinks;
use boxoffice_mail::{ConfigError, SmtpConfig, SmtpMailer};

use crate::clock::{SystemClock, fill_random};
use crate::failure::Failure;
use crate::providers::read_secret;

/// Where the mail server is and from whom mails are, as the settings say it.
#[derive(Default)]
pub(crate) struct MailSettings<'a> {
    pub(crate) smtp: Option<String>,
    pub(crate) password: Option<String>,
    pub(crate) password_file: Option<&'a Path>,
    pub(crate) from: Option<String>,
}

impl MailSettings<'_> {
    /// Everything that sending needs; none where no mail server is named.
    pub(crate) fn config(self, public_url: &str) -> Result<Option<SmtpConfig>, Failure> {
        let Some(url) = self.smtp else {
            return Ok(None);
        };
        let password = match (self.password, self.password_file) {
            (Some(password), _) => Some(password),
            (None, Some(file)) => Some(read_secret(file)?),
            (None, None) => None,
        };
        let from = self.from.unwrap_or_else(|| tickets_at(public_url));
        let config = SmtpConfig::new(&url, password.as_deref(), &from);
        config.map(Some).map_err(|error| match error {
            ConfigError::From => Failure::Usage(format!("--mail-from is not right: {error}")),
            ConfigError::NoPassword => Failure::Usage(format!(
                "--smtp: {error}: name it in BOXOFFICE_SMTP_PASSWORD, or its file with --smtp-password-file"
            )),
            error => Failure::Usage(format!("--smtp is not right: {error}")),
        })
    }
}

/// `tickets@` the host of an address.
fn tickets_at(public_url: &str) -> String {
    let rest = public_url
        .split_once("://")
        .map_or(public_url, |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    match host.parse::<std::net::Ipv4Addr>() {
        Ok(ip) => format!("tickets@[{ip}]"),
        Err(_) => format!("tickets@{host}"),
    }
}

/// What mails the links of orders. A mail server that is away at the start is no reason not to serve, but
/// is said at once.
pub(crate) fn order_links(config: SmtpConfig) -> Result<OrderLinks, Failure> {
    let mailer = SmtpMailer::new(config, Arc::new(SystemClock), Arc::new(fill_random));
    let mailer = mailer.map_err(|error| Failure::of("cannot send mail", &error))?;
    tokio::spawn(greet(mailer.clone()));
    Ok(OrderLinks::new(Arc::new(mailer)))
}

/// Says whether the mail server answers and lets us in.
async fn greet(mailer: SmtpMailer) {
    match mailer.ping().await {
        Ok(()) => tracing::info!("The mail server answers"),
        Err(error) => {
            tracing::warn!(%error, "The mail server cannot be used: no mail is sent until it can")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_from_the_host_that_buyers_know() {
        for (url, from) in [
            ("https://tickets.example.org", "tickets@tickets.example.org"),
            ("http://box.example:8080/shop", "tickets@box.example"),
            ("http://127.0.0.1:8080", "tickets@[127.0.0.1]"),
            ("http://[::1]:8080", "tickets@[::1]"),
            ("http://localhost", "tickets@localhost"),
        ] {
            assert_eq!(tickets_at(url), from);
            let settings = MailSettings {
                smtp: Some("smtp://localhost".into()),
                ..MailSettings::default()
            };
            assert!(settings.config(url).expect("right").is_some(), "{url}");
        }
    }

    #[test]
    fn the_password_may_stand_in_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("password");
        std::fs::write(&file, "secret\n").expect("a file");
        let settings = |file| MailSettings {
            smtp: Some("smtps://me@mail.example".into()),
            password_file: file,
            ..MailSettings::default()
        };
        let read = settings(Some(&*file)).config("https://box.example");
        let given = MailSettings {
            password: Some("secret".into()),
            ..settings(None)
        };
        assert_eq!(
            read.expect("right"),
            given.config("https://box.example").expect("right")
        );
        let missing = settings(None)
            .config("https://box.example")
            .expect_err("none");
        assert!(
            missing.to_string().contains("BOXOFFICE_SMTP_PASSWORD"),
            "{missing}"
        );
    }
}
