//! Sending by SMTP: how a letter becomes a message, and what is told of what went wrong.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use boxoffice_model::Clock;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use crate::letter::{Letter, Mailer, SendError};
use crate::smtp_config::{Encryption, SmtpConfig};

/// For how long the mail server may take to be connected to.
const CONNECTING: Duration = Duration::from_secs(10);
/// For how long it may take with all of a letter; the commands themselves have no end of their own.
const PATIENCE: Duration = Duration::from_secs(30);

/// Draws random bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// Sends letters by SMTP.
#[derive(Clone)]
pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    clock: Arc<dyn Clock>,
    random: Random,
    patience: Duration,
}

impl SmtpMailer {
    /// Ready to send; connects only then.
    ///
    /// # Errors
    /// [`SendError::Unreachable`] when encryption cannot be set up.
    pub fn new(
        config: SmtpConfig,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Result<Self, SendError> {
        let tls = || TlsParameters::new(config.host.clone()).map_err(|error| refused(&error));
        let tls = match config.encryption {
            Encryption::None => Tls::None,
            Encryption::Offered => Tls::Opportunistic(tls()?),
            Encryption::Required => Tls::Required(tls()?),
            Encryption::Implicit => Tls::Wrapper(tls()?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&config.host)
            .port(config.port)
            .tls(tls)
            .timeout(Some(CONNECTING));
        if let Some((user, password)) = config.credentials {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(SmtpMailer {
            transport: builder.build(),
            from: config.from,
            clock,
            random,
            patience: PATIENCE,
        })
    }

    /// Whether the mail server answers and lets us in.
    pub async fn ping(&self) -> Result<(), SendError> {
        match self.in_time(self.transport.test_connection()).await? {
            true => Ok(()),
            false => Err(SendError::Unreachable("it has hung up".into())),
        }
    }

    /// The letter as it goes over the wire. Each header is made by its type: no text can end one and
    /// begin another.
    fn message(&self, letter: Letter) -> Result<Message, SendError> {
        let to: Address = letter.to.parse().map_err(|_| SendError::Address)?;
        let mut id = [0; 16];
        (self.random)(&mut id);
        let id = data_encoding::HEXLOWER.encode(&id);
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject)
            .date(self.now())
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .header(AutoSubmitted)
            .multipart(MultiPart::alternative_plain_html(letter.text, letter.html));
        message.map_err(|_| SendError::Address)
    }

    /// A conversation that takes too long is left, and its connection goes.
    async fn in_time<T>(
        &self,
        conversation: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, SendError> {
        match tokio::time::timeout(self.patience, conversation).await {
            Ok(ended) => ended.map_err(|error| refused(&error)),
            Err(_) => Err(SendError::Unreachable("it does not answer in time".into())),
        }
    }

    fn now(&self) -> SystemTime {
        let since = u64::try_from(self.clock.now().0).unwrap_or_default();
        SystemTime::UNIX_EPOCH + Duration::from_micros(since)
    }
}

#[async_trait]
impl Mailer for SmtpMailer {
    async fn send(&self, letter: Letter) -> Result<(), SendError> {
        let message = self.message(letter)?;
        self.in_time(self.transport.send(message)).await.map(drop)
    }
}

/// A server's own words are left out: they often repeat the address.
fn refused(error: &lettre::transport::smtp::Error) -> SendError {
    use std::error::Error as _;
    if let Some(code) = error.status() {
        return SendError::Refused(code.into());
    }
    let why = match () {
        () if error.is_response() => "it does not speak SMTP".to_owned(),
        () if error.is_client() => "it does not offer what is needed".to_owned(),
        () if error.is_timeout() => "it does not answer in time".to_owned(),
        () => error
            .source()
            .map_or_else(|| "no connection".to_owned(), ToString::to_string),
    };
    SendError::Unreachable(why)
}

/// Says that a machine writes, so that no machine answers (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use boxoffice_model::Timestamp;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_seconds(1_795_867_200)
        }
    }

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Grüße\n.\nhttps://tickets.example/orders/bkg_x?signature=s".to_owned(),
            html: "<p>Grüße</p>".to_owned(),
        }
    }

    fn mailer() -> SmtpMailer {
        mailer_at("smtp://127.0.0.1:1")
    }

    fn mailer_at(url: &str) -> SmtpMailer {
        let config = SmtpConfig::new(url, None, "Kasse <tickets@example.org>");
        let random: Random = Arc::new(|bytes: &mut [u8]| bytes.fill(7));
        SmtpMailer::new(config.expect("right"), Arc::new(Noon), random).expect("a mailer")
    }

    #[tokio::test]
    async fn a_message_says_who_writes_to_whom_and_that_a_machine_does() {
        let message = mailer().message(letter("ada@example.org", "Ōne Night"));
        let sent = String::from_utf8(message.expect("a message").formatted()).expect("ASCII");
        for line in [
            "From: Kasse <tickets@example.org>\r\n",
            "To: ada@example.org\r\n",
            "Date: Sat, 28 Nov 2026 12:00:00 +0000\r\n",
            "Message-ID: <07070707070707070707070707070707@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(sent.contains(line), "{line} in\n{sent}");
        }
        assert!(sent.is_ascii());
    }

    #[tokio::test]
    async fn no_text_makes_a_header_of_its_own() {
        let subject = "Night\r\nBcc: eve@example.org\r\n\r\nHello";
        let message = mailer().message(letter("ada@example.org", subject));
        let message = message.expect("a message");
        assert_eq!(message.envelope().to().len(), 1);
        let sent = String::from_utf8(message.formatted()).expect("ASCII");
        assert!(!sent.contains("\nBcc:"), "{sent}");
        for to in [
            "ada@example.org\r\nBcc: eve@example.org",
            "a@b, c@d",
            "<a@b>",
            "ada",
        ] {
            let refused = mailer().message(letter(to, "Night"));
            assert_eq!(refused.err(), Some(SendError::Address), "{to}");
        }
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_said_to_be() {
        let error = mailer().ping().await.expect_err("nobody listens");
        assert!(matches!(error, SendError::Unreachable(_)), "{error}");
        let error = mailer().send(letter("ada@example.org", "Night")).await;
        let error = error.expect_err("nobody listens").to_string();
        assert!(!error.contains("ada"), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_says_nothing_is_left() {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = silent.local_addr().expect("an address").port();
        let mailer = SmtpMailer {
            patience: Duration::from_millis(50),
            ..mailer_at(&format!("smtp://127.0.0.1:{port}"))
        };
        for left in [
            mailer.ping().await,
            mailer.send(letter("ada@example.org", "Night")).await,
        ] {
            let left = left.expect_err("nobody answers").to_string();
            assert!(left.contains("in time"), "{left}");
        }
    }
}
