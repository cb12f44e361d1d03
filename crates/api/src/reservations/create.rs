//! `POST /v1/reservations`: holds seats.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use boxoffice_catalogue::{Listed, LoadedPlan};
use boxoffice_inventory::{
    Change, Command, Entry, Hold, Idempotency, Outcome, Refusal, Reservation, Wanted,
};
use boxoffice_model::{Address, sha256};
use boxoffice_seating::SeatingPlan;
use http::{HeaderMap, HeaderValue, header};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::wanted::{Asked, BestBody, TypedSeat, WantedBody, best, check, indexes};
use super::wire::{Answer, ReservationBody};
use crate::app::App;
use crate::body::Body;
use crate::problem::Problem;
use crate::who::{Who, new_session};

/// A wish for seats of an event.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct HoldBody {
    #[schema(example = "shield-final")]
    event_id: String,
    // The three are not a flattened struct: serde would lose the place of an error in them.
    /// These seats, all or none.
    #[schema(example = json!(["202-1-1", "202-1-2"]))]
    seat_ids: Option<Vec<String>>,
    /// These seats, each with its ticket type.
    seats: Option<Vec<TypedSeat>>,
    /// The best side by side.
    best_available: Option<BestBody>,
    /// Opens an allotment.
    access_code: Option<String>,
}

/// Holds seats for a while: all or none. With an `Idempotency-Key` (and a session) a retry gets the
/// first success.
#[utoipa::path(
    post, path = "/v1/reservations", tag = "reservations", request_body = HoldBody,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a retry return the first success; needs a session.")),
    responses(
        (status = 201, description = "The seats are held.", body = ReservationBody),
        (status = 400, description = "`invalid-request`, `unknown-event`, `unknown-seat`, `too-many-seats`, `unknown-ticket-type`"),
        (status = 401, description = "`unauthenticated`: the bearer is forged or expired"),
        (status = 403, description = "`not-on-sale`, `buyer-limit-reached`, `code-invalid`"),
        (status = 409, description = "`seats-taken` names those that are not free; `not-enough-together`"),
        (status = 422, description = "`idempotency-key-reused`"),
        (status = 503, description = "`overloaded`, `store-unavailable`, `outcome-unknown`"),
    )
)]
pub(crate) async fn handler(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let request: HoldBody = body.json()?;
    let key = idempotency_key(&headers)?;
    // The hash of the request as it was understood: spaces and order do not make another request.
    let request_hash =
        key.map(|_| short_hash(&[&serde_json::to_vec(&request).unwrap_or_default()]));
    let asked = Asked::read(WantedBody {
        seat_ids: request.seat_ids,
        seats: request.seats,
        best_available: request.best_available,
    })?;
    let event = app.catalogue.by_id(&request.event_id);
    let event = event.ok_or_else(|| Problem::unknown_event_in_body(&request.event_id))?;
    let who = Who::of(&app, &headers)?;
    let idempotency = match (key, request_hash, who) {
        (Some(key), Some(request), Who::Session(id)) => Some(Idempotency {
            key: short_hash(&[b"hold", &id.0, key]),
            request,
        }),
        (Some(_), _, Who::Nobody) => {
            return Err(Problem::invalid(
                "",
                "a session with an Idempotency-Key (POST /v1/sessions)",
            ));
        }
        _ => None,
    };
    let plan = app.plan(&event).await?;
    if let Err(problem) = check(
        &app,
        &event,
        &plan.plan,
        &asked,
        request.access_code.as_deref(),
    ) {
        return recall(&app, &event, &plan.plan, idempotency, problem).await;
    }
    let (session, cookie) = match who {
        Who::Session(id) => (id, None),
        Who::Nobody => {
            let (token, _, cookie) = new_session(&app);
            (token.id, Some(cookie))
        }
    };
    let wanted = match &asked {
        Asked::Seats { ids, .. } => Wanted::Seats(indexes(&plan.plan, ids)),
        Asked::Best(body) => Wanted::Best(best(&plan.plan, body)),
    };
    let hold = Hold {
        owner: session.owner(&event.owner_key),
        bound: matches!(who, Who::Session(_)),
        idempotency,
        wanted,
        hold: app.config.hold,
    };
    let mut response = take(&app, &event, &plan, hold).await?;
    if let Some(cookie) = cookie {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

async fn take(
    app: &App,
    event: &Listed,
    plan: &LoadedPlan,
    hold: Hold,
) -> Result<Response, Problem> {
    refuse_clearly_taken(app, event, &plan.plan, &hold)?;
    let decided = app
        .sequencer
        .submit(event.number, Command::Hold(hold))
        .await?;
    match decided.outcome {
        Outcome::Held {
            address,
            seats,
            until,
        } => {
            let (status, seats) = ("held", &*seats);
            Ok(Answer {
                event,
                plan: &plan.plan,
                address,
                status,
                seats,
                until,
                extendable: true,
                booking: None,
            }
            .created())
        }
        Outcome::Replayed { first } => replay(app, event, &plan.plan, first).await,
        Outcome::Refused(refusal) => Err(Problem::refusal(&refusal, seat_id(&plan.plan))),
        _ => Err(Problem::internal()),
    }
}

/// During a stampede most requests are for seats that are gone: those never reach the store. A
/// request with a key may be a retry of one that has the seats, so it goes on; and without a crowd nobody is
/// refused by what another node may just have changed.
fn refuse_clearly_taken(
    app: &App,
    event: &Listed,
    plan: &SeatingPlan,
    hold: &Hold,
) -> Result<(), Problem> {
    let (Wanted::Seats(seats), None) = (&hold.wanted, hold.idempotency) else {
        return Ok(());
    };
    if !app.sequencer.is_crowded(event.number) {
        return Ok(());
    }
    let Some(map) = app.maps.loaded(event.number) else {
        return Ok(());
    };
    match map.clearly_taken(seats, Some(&hold.owner), app.now()) {
        Some(taken) => Err(Problem::refusal(&Refusal::SeatsTaken(taken), seat_id(plan))),
        None => Ok(()),
    }
}

/// The request would be refused now, but a retry of one that succeeded gets that success.
async fn recall(
    app: &App,
    event: &Listed,
    plan: &SeatingPlan,
    idempotency: Option<Idempotency>,
    problem: Problem,
) -> Result<Response, Problem> {
    let Some(idempotency) = idempotency else {
        return Err(problem);
    };
    let decided = app
        .sequencer
        .submit(event.number, Command::Recall(idempotency))
        .await?;
    match decided.outcome {
        Outcome::Replayed { first } => replay(app, event, plan, first).await,
        Outcome::Refused(refusal) => Err(Problem::refusal(&refusal, seat_id(plan))),
        _ => Err(problem),
    }
}

/// The first success again, as it was: from the entry that made it.
async fn replay(
    app: &App,
    event: &Listed,
    plan: &SeatingPlan,
    first: u64,
) -> Result<Response, Problem> {
    let entries = app.store.reservation(event.number, first).await?;
    let entry = entries
        .first()
        .and_then(|stored| Entry::decode(&stored.bytes).ok());
    let Some(Entry {
        at,
        nonce,
        change: Change::Held(held),
    }) = entry
    else {
        return Err(Problem::internal());
    };
    let address = Address::seal(&app.keys.server, event.number, first, nonce);
    let reservation = Reservation::begin(first, at, &held);
    let mut response = Answer::of(event, plan, address, &reservation, at).created();
    let replayed = HeaderValue::from_static("true");
    response
        .headers_mut()
        .insert("idempotency-replayed", replayed);
    Ok(response)
}

pub(super) fn seat_id(plan: &SeatingPlan) -> impl Fn(u32) -> String + '_ {
    |index| {
        plan.seat(index)
            .map_or_else(String::new, |seat| seat.id.to_owned())
    }
}

fn idempotency_key(headers: &HeaderMap) -> Result<Option<&[u8]>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    match value.as_bytes() {
        key if (1..=255).contains(&key.len()) => Ok(Some(key)),
        _ => Err(Problem::invalid(
            "",
            "an Idempotency-Key of 1 to 255 characters",
        )),
    }
}

fn short_hash(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = [0; 16];
    hash.copy_from_slice(&sha256(parts)[..16]);
    hash
}
