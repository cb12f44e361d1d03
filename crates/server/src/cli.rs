//! The command line. Each flag is also a `BOXOFFICE_…` variable and a key of the TOML file; flags
//! win, then the environment, then the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser, Subcommand};

use crate::failure::Failure;
use crate::store::has_password;

/// Sells the seats of an event to the crowd that all wants them at the same second.
#[derive(Debug, Parser)]
#[command(name = "boxoffice", version, propagate_version = true)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Start a box office with a demo catalogue and print its address.
    Demo(DemoArgs),
    /// Serve a box office.
    Serve(Box<ServeArgs>),
    /// Import catalogue files; works beside a running server.
    Import(ImportArgs),
    /// Replay the ledger and prove that everything agrees with it; exits 1 on any breach.
    Audit(AuditArgs),
    /// Take sold seats back and pay their price back; may be run again, each seat counts once.
    Refund(RefundArgs),
    /// List the payments that need an operator, or try them again.
    Payments(PaymentsArgs),
    /// Compare bookings with what the payment provider says it took; exits 1 on any difference.
    Reconcile(ReconcileArgs),
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// The address to listen on.
    #[arg(long, env = "BOXOFFICE_LISTEN", default_value = "127.0.0.1:8080")]
    pub(crate) listen: SocketAddr,
    /// Where to keep the store [default: a new folder that goes with the process].
    #[arg(long, env = "BOXOFFICE_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The address to listen on [default: 127.0.0.1:8080].
    #[arg(long, env = "BOXOFFICE_LISTEN")]
    pub(crate) listen: Option<SocketAddr>,
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE; it is set up if it is not there.
    #[arg(
        long,
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) store: Option<String>,
    /// The most connections to a database [default: 24].
    #[arg(long, env = "BOXOFFICE_STORE_CONNECTIONS", value_name = "N")]
    pub(crate) store_connections: Option<usize>,
    /// For how long seats are held [default: 10m].
    #[arg(long, env = "BOXOFFICE_HOLD", value_name = "DURATION")]
    pub(crate) hold: Option<String>,
    /// The payment provider: test or stripe. Without one only what costs nothing can be booked. Stripe's
    /// key comes from BOXOFFICE_STRIPE_KEY, the configuration or --stripe-key-file; the secrets of its
    /// webhooks, separated by commas, from BOXOFFICE_STRIPE_WEBHOOK_SECRET, the configuration or
    /// --stripe-webhook-secret-file.
    #[arg(long, env = "BOXOFFICE_PAYMENTS", value_name = "NAME")]
    pub(crate) payments: Option<String>,
    /// Where Stripe's API is [default: https://api.stripe.com].
    #[arg(long, env = "BOXOFFICE_STRIPE_API_BASE", value_name = "URL")]
    pub(crate) stripe_api_base: Option<String>,
    /// A file with Stripe's secret key.
    #[arg(long, env = "BOXOFFICE_STRIPE_KEY_FILE", value_name = "FILE")]
    pub(crate) stripe_key_file: Option<PathBuf>,
    /// A file with the secrets of Stripe's webhooks, a line each.
    #[arg(
        long,
        env = "BOXOFFICE_STRIPE_WEBHOOK_SECRET_FILE",
        value_name = "FILE"
    )]
    pub(crate) stripe_webhook_secret_file: Option<PathBuf>,
    /// For how long seats wait for a payment that is under way [default: 3m].
    #[arg(long, env = "BOXOFFICE_PAYMENT_LIMIT", value_name = "DURATION")]
    pub(crate) payment_limit: Option<String>,
    /// The same where the payer is at the provider's or the bank's page [default: 15m].
    #[arg(long, env = "BOXOFFICE_REDIRECT_LIMIT", value_name = "DURATION")]
    pub(crate) redirect_limit: Option<String>,
    /// Where buyers reach this box office, and come back to from a payment page [default: http:// and the
    /// address]; with https:// cookies are for HTTPS only.
    #[arg(long, env = "BOXOFFICE_PUBLIC_URL", value_name = "URL")]
    pub(crate) public_url: Option<String>,
    /// The mail server: smtp://USER@HOST:PORT, or smtps:// for TLS from the first byte on. Without one no mail
    /// is sent. Its password comes from BOXOFFICE_SMTP_PASSWORD, the configuration or --smtp-password-file.
    #[arg(
        long,
        env = "BOXOFFICE_SMTP",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) smtp: Option<String>,
    /// A file with the mail server's password.
    #[arg(long, env = "BOXOFFICE_SMTP_PASSWORD_FILE", value_name = "FILE")]
    pub(crate) smtp_password_file: Option<PathBuf>,
    /// From whom mails are [default: tickets@ and the host of the public URL].
    #[arg(long, env = "BOXOFFICE_MAIL_FROM", value_name = "ADDRESS")]
    pub(crate) mail_from: Option<String>,
    /// The most connections at one time [default: 20000].
    #[arg(long, env = "BOXOFFICE_MAX_CONNECTIONS", value_name = "N")]
    pub(crate) max_connections: Option<usize>,
    /// Settings in TOML; flags and variables win.
    #[arg(long, env = "BOXOFFICE_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE; it is set up if it is not there.
    #[arg(
        long,
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) store: String,
    /// Buyers are told of a new date, venue or status.
    #[arg(long, conflicts_with = "silent")]
    pub(crate) notify: bool,
    /// Buyers are not told of a new date, venue or status.
    #[arg(long)]
    pub(crate) silent: bool,
    /// Catalogue files; each is imported whole or not at all.
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// A store that is there.
#[derive(Debug, Args)]
pub(crate) struct StoreArg {
    /// The store: sqlite:PATH or postgres://USER@HOST/DATABASE.
    #[arg(
        id = "store",
        long = "store",
        env = "BOXOFFICE_STORE",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub(crate) url: String,
}

#[derive(Debug, Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    pub(crate) store: StoreArg,
}

#[derive(Debug, Args)]
pub(crate) struct RefundArgs {
    #[command(flatten)]
    pub(crate) store: StoreArg,
    /// Every paid booking of this event.
    #[arg(long, value_name = "ID", required_unless_present = "booking", conflicts_with_all = ["booking", "seat"])]
    pub(crate) event: Option<String>,
    /// This booking.
    #[arg(long, value_name = "ID")]
    pub(crate) booking: Option<String>,
    /// Only this seat of the booking; may be repeated.
    #[arg(long, value_name = "ID", requires = "booking")]
    pub(crate) seat: Vec<String>,
    /// The seats are on sale again.
    #[arg(long, conflicts_with = "block")]
    pub(crate) resell: bool,
    /// The seats are taken off sale; so they are unless --resell says otherwise.
    #[arg(long)]
    pub(crate) block: bool,
    /// For how long to wait for the provider; the box offices that serve the store pay the money back.
    #[arg(long, value_name = "DURATION", default_value = "60s")]
    pub(crate) wait: String,
}

#[derive(Debug, Args)]
pub(crate) struct PaymentsArgs {
    #[command(flatten)]
    pub(crate) store: StoreArg,
    /// Those whose steps are no longer tried, and why; exits 1 if there are any.
    #[arg(long, required_unless_present_any = ["retry", "dismiss"])]
    pub(crate) stuck: bool,
    /// Try them again, where there is something to be tried.
    #[arg(long)]
    pub(crate) retry: bool,
    /// The rest is settled by other means, such as a refund that failed at the bank: list it no longer.
    #[arg(long)]
    pub(crate) dismiss: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ReconcileArgs {
    #[command(flatten)]
    pub(crate) store: StoreArg,
    /// The provider's report, as CSV: Stripe's export of payments, or of balance changes (itemized), with
    /// the metadata column boxoffice_attempt; or the columns attempt, currency, taken, refunded in minor
    /// units.
    #[arg(long, value_name = "FILE")]
    pub(crate) provider_report: PathBuf,
    /// Only bookings made since then (RFC 3339).
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Only bookings made before then (RFC 3339): name a time before the report was made.
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
}

/// Refuses URLs with a password in them that stand on the command line, where every user of the machine
/// can read them: they belong into the environment or a file.
pub(crate) fn refuse_passwords(matches: &ArgMatches) -> Result<(), Failure> {
    let Some((_, matches)) = matches.subcommand() else {
        return Ok(());
    };
    for id in matches.ids().map(clap::Id::as_str) {
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let values = matches.get_raw(id).into_iter().flatten();
        if values.filter_map(|value| value.to_str()).any(has_password) {
            let flag = id.replace('_', "-");
            return Err(Failure::Usage(format!(
                "--{flag} must not hold a password: it would stand in the list of processes"
            )));
        }
    }
    Ok(())
}
