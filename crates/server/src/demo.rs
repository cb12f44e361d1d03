//! `boxoffice demo`: a box office with a catalogue to play with, and nothing to set up.

use std::net::SocketAddr;
use std::path::Path;

use boxoffice_catalogue::{Announce, import, parse};
use boxoffice_inventory::{Best, Command, Hold, Idempotency, Outcome, Wanted};
use boxoffice_model::{Clock, SessionId};
use boxoffice_payments::Purse;
use boxoffice_store::{BookingDraft, PaymentMethod, Store, load_reservation};
use boxoffice_store_sqlite::Synchronous;

use crate::box_office::{BoxOffice, Door, Shape};
use crate::cli::DemoArgs;
use crate::clock::{SystemClock, fill_random};
use crate::failure::Failure;
use crate::providers::Provider;
use crate::settings::{
    DEFAULT_HOLD, DEFAULT_PAYMENT_LIMIT, DEFAULT_REDIRECT_LIMIT, DEFAULT_STORE_CONNECTIONS,
};
use crate::store::{Purpose, StoreUrl, rng};

/// The event that a demo has sold out before anyone comes.
const SOLD_OUT: &str = "sold-out";

pub(crate) async fn run(args: DemoArgs) -> Result<(), Failure> {
    // The folder goes with `temporary`, at the end of this function.
    let temporary;
    let folder = match &args.data {
        Some(folder) => {
            std::fs::create_dir_all(folder).map_err(|error| {
                Failure::of(&format!("cannot make {}", folder.display()), &error)
            })?;
            folder.as_path()
        }
        None => {
            temporary = tempfile::Builder::new().prefix("boxoffice-demo-").tempdir();
            temporary
                .as_ref()
                .map_err(|error| Failure::of("cannot make a folder", error))?
                .path()
        }
    };
    let purpose = Purpose::Serve {
        synchronous: Synchronous::Full,
        connections: DEFAULT_STORE_CONNECTIONS,
    };
    let url = StoreUrl::Sqlite(folder.join("boxoffice.sqlite3"));
    let store = url.open(purpose).await?;
    if args.data.is_none() || !has_events(store.store.as_ref()).await? {
        import_demo(store.store.as_ref(), folder).await?;
    }
    let door = Door::open(args.listen)?;
    let shape = Shape {
        hold: DEFAULT_HOLD,
        provider: Provider::Test,
        payment_limit: DEFAULT_PAYMENT_LIMIT,
        redirect_limit: DEFAULT_REDIRECT_LIMIT,
        public_url: format!("http://{}", door.address),
        mail: None,
        max_connections: None,
    };
    let office = BoxOffice::open(store, shape).await?;
    sell_out(&office).await?;
    office.serve(door, greet).await
}

async fn has_events(store: &dyn Store) -> Result<bool, Failure> {
    let heads = store
        .heads()
        .await
        .map_err(|error| Failure::of("cannot read the store", &error))?;
    Ok(!heads.is_empty())
}

async fn import_demo(store: &dyn Store, folder: &Path) -> Result<(), Failure> {
    let catalogue = boxoffice_demo::catalogue(SystemClock.now().seconds());
    let name = folder.join("demo-catalogue.json");
    let parsed = parse(&name, catalogue.to_string().as_bytes())
        .map_err(|errors| Failure::Failed(format!("the demo catalogue is wrong: {errors}")))?;
    let mut rng = rng();
    import(store, &mut rng, &parsed, Announce::Silent)
        .await
        .map(drop)
        .map_err(|error| Failure::of("cannot import the demo catalogue", &error))
}

/// Sells every seat of one small house through the same doors as any buyer's.
async fn sell_out(office: &BoxOffice) -> Result<(), Failure> {
    let app = &office.app;
    let Some(event) = app.catalogue.by_id(SOLD_OUT) else {
        return Ok(());
    };
    let failed =
        |error: &dyn std::error::Error| Failure::of("cannot sell the demo's sold-out house", error);
    for quantity in [8, 1] {
        loop {
            let mut buyer = [0; 16];
            fill_random(&mut buyer);
            let best = Best {
                quantity,
                split: true,
                ..Best::default()
            };
            let hold = Hold {
                owner: SessionId(buyer).owner(&event.owner_key),
                bound: true,
                idempotency: None,
                wanted: Wanted::Best(best),
                hold: DEFAULT_HOLD,
            };
            let held = app
                .sequencer
                .submit(event.number, Command::Hold(hold))
                .await;
            let Outcome::Held { address, .. } = held.map_err(|error| failed(&error))?.outcome
            else {
                break;
            };
            let found = load_reservation(app.store.as_ref(), event.number, address.version).await;
            let Some((reservation, _)) = found.map_err(|error| failed(&error))? else {
                break;
            };
            let idempotency = Idempotency {
                key: buyer,
                request: buyer,
            };
            let draft = BookingDraft {
                provider: String::new(),
                method: PaymentMethod::Token,
                email: None,
                name: None,
                attendees: None,
            };
            let purse = Purse {
                token: Some("tok_visa".into()),
                description: event.document.name.clone(),
                currency: event.document.currency,
            };
            app.payments
                .pay(event.number, &reservation, idempotency, draft, purse)
                .await
                .map_err(|error| failed(&error))?;
        }
    }
    Ok(())
}

fn greet(address: SocketAddr) {
    println!("listening on http://{address}");
    println!("Try:");
    println!("  curl 'http://{address}/v1/events?keyword=final&limit=3'");
    println!(
        "  curl 'http://{address}/v1/events/shield-final/seats?section=Block%20202' | head -c 600"
    );
    println!(
        "  curl -X POST 'http://{address}/v1/reservations' -d '{{\"event_id\":\"shield-final\",\"best_available\":{{\"quantity\":2}}}}'"
    );
    println!("The API is described at http://{address}/docs; ctrl-c ends the demo.");
}
