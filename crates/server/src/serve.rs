//! `boxoffice serve`: a box office on a store.

use boxoffice_store_sqlite::Synchronous;

use crate::box_office::{BoxOffice, Door, Shape};
use crate::cli::ServeArgs;
use crate::failure::Failure;
use crate::providers::Provider;
use crate::settings::{Settings, public_url_or};
use crate::store::Purpose;

pub(crate) async fn run(args: ServeArgs, synchronous: Synchronous) -> Result<(), Failure> {
    let settings = Settings::read(args)?;
    let purpose = Purpose::Serve {
        synchronous,
        connections: settings.store_connections,
    };
    let store = settings.store.open(purpose).await?;
    if matches!(settings.provider, Provider::Stripe(_)) && settings.public_url.is_none() {
        tracing::warn!(
            "--public-url is not set: payers come back from Stripe to {}",
            settings.listen
        );
    }
    let door = Door::open(settings.listen)?;
    let shape = Shape {
        hold: settings.hold,
        provider: settings.provider,
        payment_limit: settings.payment_limit,
        redirect_limit: settings.redirect_limit,
        public_url: public_url_or(settings.public_url.as_deref(), door.address),
        mail: settings.mail,
        max_connections: settings.max_connections,
    };
    let office = BoxOffice::open(store, shape).await?;
    office
        .serve(door, |address| println!("listening on http://{address}"))
        .await
}
