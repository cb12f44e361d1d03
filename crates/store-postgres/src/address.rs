//! The database's URL: which servers, whose password, how it is encrypted. Understands what libpq
//! understands of `sslmode` and `sslrootcert`, and names what it does not.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use boxoffice_store::StoreError;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};

use crate::tls::{Encryption, Trust};

/// A database and how to reach it. Neither its `Debug` nor its `Display` shows a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// One a host, in the order of the URL.
    pub(crate) configs: Vec<Config>,
    pub(crate) encryption: Encryption,
}

/// A server that does not answer is given up for the next one after this.
const CONNECT: Duration = Duration::from_secs(1);
/// A peer that has vanished is noticed within this.
const SILENCE: Duration = Duration::from_secs(2);

impl Address {
    /// Reads a URL such as `postgres://user@host1,host2:5433/boxoffice?sslmode=verify-full`. A password
    /// that is not in it is taken from `PGPASSWORD`, or from the password file (`PGPASSFILE`, else
    /// `~/.pgpass`).
    ///
    /// # Errors
    /// [`StoreError::Unusable`] says which part is wrong, without showing the URL.
    pub fn parse(url: &str) -> Result<Self, StoreError> {
        let (url, mode, roots) = take_encryption(url)?;
        let encryption = Encryption::new(mode.as_deref(), roots)?;
        let urls = of_each_host(&url)?;
        let configs = urls.iter().map(|url| configured(url, &encryption));
        let configs = configs.collect::<Result<_, _>>()?;
        Ok(Address {
            configs,
            encryption,
        })
    }

    /// Whether a URL holds a password, as the driver reads it.
    pub fn holds_password(url: &str) -> bool {
        let known = take_encryption(url).ok();
        let config = known.and_then(|(url, _, _)| url.parse::<Config>().ok());
        config.is_some_and(|config| config.get_password().is_some())
    }
}

/// A URL for each host that a URL names.
fn of_each_host(url: &str) -> Result<Vec<String>, StoreError> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("postgres", url));
    let (user, rest) = match rest.split_once('@') {
        Some((user, rest)) => (format!("{user}@"), rest),
        None => (String::new(), rest),
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (hosts, path) = rest.split_at(end);
    if hosts.contains('@') {
        return Err(unusable(
            "the store's URL has more than one `@`: in a password it is written `%40`".into(),
        ));
    }
    let each = hosts.split(',');
    Ok(each
        .map(|host| format!("{scheme}://{user}{host}{path}"))
        .collect())
}

fn configured(url: &str, encryption: &Encryption) -> Result<Config, StoreError> {
    let mut config: Config = url
        .parse()
        .map_err(|error| unusable(format!("the store's URL is not right: {}", causes(&error))))?;
    if config.get_hosts().is_empty() {
        return Err(unusable(
            "the store's URL names no host, such as postgres://user@host/database".into(),
        ));
    }
    config.ssl_mode(match encryption {
        Encryption::None => SslMode::Disable,
        Encryption::Possible(_) => SslMode::Prefer,
        Encryption::Needed(_) => SslMode::Require,
    });
    if config.get_application_name().is_none() {
        config.application_name("boxoffice");
    }
    if config.get_target_session_attrs() == TargetSessionAttrs::Any {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(SILENCE);
    }
    config
        .keepalives_idle(Duration::from_secs(1))
        .keepalives_interval(Duration::from_secs(1))
        .keepalives_retries(2);
    if config.get_password().is_none()
        && let Some(password) = known_password(&config)
    {
        config.password(password);
    }
    Ok(config)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        for config in &self.configs {
            let port = config.get_ports().first().copied().unwrap_or(5432);
            for host in config.get_hosts() {
                match host {
                    Host::Tcp(name) if name.contains(':') => write!(f, "{comma}[{name}]:{port}")?,
                    Host::Tcp(name) => write!(f, "{comma}{name}:{port}")?,
                    #[cfg(unix)]
                    Host::Unix(path) => write!(f, "{comma}{}", path.display())?,
                }
                comma = ",";
            }
        }
        let database = self.configs.first().and_then(Config::get_dbname);
        write!(f, "/{}", database.unwrap_or_default())
    }
}

/// Cuts the parameters out that the driver does not know.
fn take_encryption(url: &str) -> Result<(String, Option<String>, Option<PathBuf>), StoreError> {
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), None, None));
    };
    let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", value)) => mode = Some(value.to_owned()),
            Some(("sslrootcert", value)) => roots = Some(PathBuf::from(decoded(value)?)),
            _ => rest.push(pair),
        }
    }
    let url = match rest.is_empty() {
        true => base.to_owned(),
        false => format!("{base}?{}", rest.join("&")),
    };
    Ok((url, mode, roots))
}

/// A value of a URL's query.
fn decoded(value: &str) -> Result<String, StoreError> {
    let mut bytes = Vec::new();
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.map_or(' ', char::from));
        let code = u8::from_str_radix(&digits.iter().collect::<String>(), 16);
        bytes.push(code.map_err(|_| {
            unusable("the store's URL has a `%` that two hexadecimal digits do not follow".into())
        })?);
    }
    String::from_utf8(bytes).map_err(|_| unusable("the store's URL is not UTF-8".into()))
}

fn known_password(config: &Config) -> Option<String> {
    if let Ok(password) = std::env::var("PGPASSWORD") {
        return Some(password);
    }
    let file = match std::env::var_os("PGPASSFILE") {
        Some(file) => PathBuf::from(file),
        None => PathBuf::from(std::env::var_os("HOME")?).join(".pgpass"),
    };
    let text = std::fs::read_to_string(&file).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let open =
            std::fs::metadata(&file).is_ok_and(|file| file.permissions().mode() & 0o077 != 0);
        if open {
            let file = file.display();
            tracing::warn!(%file, "The password file may be read by others and is left alone: `chmod 600` it");
            return None;
        }
    }
    password_in(&text, config)
}

/// The first line that fits, as <https://www.postgresql.org/docs/current/libpq-pgpass.html> says.
fn password_in(text: &str, config: &Config) -> Option<String> {
    let hosts: Vec<_> = config
        .get_hosts()
        .iter()
        .map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(_) => "localhost".into(),
        })
        .collect();
    let ports: Vec<_> = match config.get_ports() {
        [] => vec!["5432".to_owned()],
        ports => ports.iter().map(u16::to_string).collect(),
    };
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    let fits = |field: &str, value: &str| field == "*" || field == value;
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let fields = fields(line);
            let [host, port, of, by, password] = fields.as_slice() else {
                return None;
            };
            let fit = hosts.iter().any(|name| fits(host, name))
                && ports.iter().any(|number| fits(port, number))
                && fits(of, database)
                && fits(by, user);
            fit.then(|| password.clone())
        })
}

/// The fields of a line, at colons that no backslash stands before.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        let last = fields.len() - 1;
        match letter {
            ':' if last < 4 => fields.push(String::new()),
            '\\' => fields[last].extend(letters.next()),
            letter => fields[last].push(letter),
        }
    }
    fields
}

fn causes(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

fn unusable(what: String) -> StoreError {
    StoreError::Unusable(what)
}

impl Encryption {
    /// As libpq reads `sslmode` and `sslrootcert`: only `verify-full`, or a root that is named, checks
    /// who the server is.
    fn new(mode: Option<&str>, roots: Option<PathBuf>) -> Result<Self, StoreError> {
        let trust = |checked: bool| match (roots.clone(), checked) {
            (Some(file), _) => Trust::Root(file),
            (None, true) => Trust::System,
            (None, false) => Trust::Anyone,
        };
        Ok(match mode {
            Some("disable") => Encryption::None,
            None | Some("prefer") => Encryption::Possible(trust(false)),
            Some("require") => Encryption::Needed(trust(false)),
            Some("verify-full") => Encryption::Needed(trust(true)),
            Some(other) => {
                return Err(unusable(format!(
                    "sslmode `{other}` is not known: expected disable, prefer, require or verify-full"
                )));
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Address {
        Address::parse(url).expect("a URL")
    }

    #[test]
    fn a_url_names_hosts_a_database_and_how_it_is_encrypted() {
        let address =
            parsed("postgres://me:word@a,b:5433/shop?sslmode=verify-full&sslrootcert=/r%20t.pem");
        let [first, second] = address.configs.as_slice() else {
            panic!("not two hosts: {address:?}");
        };
        assert_eq!(second.get_ports(), [5433]);
        assert_eq!(first.get_dbname(), Some("shop"));
        let root = Trust::Root("/r t.pem".into());
        assert_eq!(address.encryption, Encryption::Needed(root));
        let attrs = first.get_target_session_attrs();
        assert_eq!(attrs, TargetSessionAttrs::ReadWrite);
        assert_eq!(
            parsed("postgres://me:word@a/shop").encryption,
            Encryption::Possible(Trust::Anyone)
        );
    }

    #[test]
    fn a_wrong_url_is_named_without_its_password() {
        for url in [
            "postgres://me:secret@a/b?sslmode=verify-ca",
            "postgres://me:secret@a:port/b",
            "postgres://me:secret@a/b?unheard_of=1",
            "postgres://me:secret@a/b?sslrootcert=%zz",
            "postgres:///b?user=me",
            "postgres://me:se@secret@a/b",
        ] {
            let error = Address::parse(url).expect_err(url).to_string();
            assert!(!error.contains("secret"), "{error}");
        }
        let shown = format!("{:?}", parsed("postgres://me:secret@a/b"));
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn a_password_is_found_as_the_driver_finds_it() {
        for url in [
            "postgres://me:pass@a/b",
            "postgres://me:se/cret@a/b",
            "postgres://me:se?cret@a/b",
            "postgres://a/b?user=me&password=pass",
        ] {
            assert!(Address::holds_password(url), "{url}");
        }
        assert!(!Address::holds_password(
            "postgres://me@a,b:5433/shop?sslmode=require"
        ));
    }

    #[test]
    fn an_address_is_shown_without_its_user() {
        let shown = parsed("postgres://me:secret@a,[::1]:5433/shop").to_string();
        assert_eq!(shown, "a:5432,[::1]:5433/shop");
    }

    #[test]
    fn the_password_file_is_read_as_libpq_does() {
        let config = parsed("postgres://me:x@a:5433/shop").configs.remove(0);
        let text = "# a comment\nb:*:*:*:wrong\na:5432:*:*:wrong\na:5433:shop:me:r\\:ight:er\n*:*:*:*:late";
        assert_eq!(password_in(text, &config).as_deref(), Some("r:ight:er"));
        assert_eq!(password_in("a:5433:other:me:no\n", &config), None);
    }
}
