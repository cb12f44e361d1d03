//! What a request for seats says, and which seats of the plan it means.

use boxoffice_catalogue::Listed;
use boxoffice_inventory::{Best, SeatIndex};
use boxoffice_seating::SeatingPlan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::problem::Problem;

/// Which seats; exactly one of the three.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct WantedBody {
    /// These seats, all or none.
    #[schema(example = json!(["A-1-1", "A-1-2"]))]
    pub(crate) seat_ids: Option<Vec<String>>,
    /// These seats, each with its ticket type.
    pub(crate) seats: Option<Vec<TypedSeat>>,
    /// The best side by side.
    pub(crate) best_available: Option<BestBody>,
}

/// A seat with a ticket type.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct TypedSeat {
    #[schema(example = "A-1-1")]
    seat_id: String,
    /// Only where the event has ticket types.
    ticket_type: Option<String>,
}

/// What the best seats must be like.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct BestBody {
    #[schema(example = 2, minimum = 1)]
    pub(crate) quantity: u32,
    /// Only of this category.
    category: Option<String>,
    /// Only in this section.
    section: Option<String>,
    /// Each seat at most this dear, in the currency's minor unit.
    max_price: Option<u64>,
    /// Apart, if there are none together.
    split: Option<bool>,
    /// Only where the event has ticket types.
    types: Option<Vec<String>>,
    /// So many wheelchair places among them.
    accessible: Option<u32>,
}

/// A request for seats that is well formed.
pub(crate) enum Asked {
    Seats { ids: Vec<String>, typed: bool },
    Best(BestBody),
}

impl Asked {
    /// Checks the form: exactly one way to name seats, none of them empty or repeated.
    pub(crate) fn read(body: WantedBody) -> Result<Self, Problem> {
        match (body.seat_ids, body.seats, body.best_available) {
            (Some(ids), None, None) => {
                check_ids("/seat_ids", "", &ids)?;
                Ok(Asked::Seats { ids, typed: false })
            }
            (None, Some(seats), None) => {
                let typed = seats.iter().any(|seat| seat.ticket_type.is_some());
                let ids: Vec<String> = seats.into_iter().map(|seat| seat.seat_id).collect();
                check_ids("/seats", "/seat_id", &ids)?;
                Ok(Asked::Seats { ids, typed })
            }
            (None, None, Some(best)) if best.quantity == 0 => Err(Problem::invalid(
                "/best_available/quantity",
                "a number from 1",
            )),
            (None, None, Some(best)) => Ok(Asked::Best(best)),
            _ => Err(Problem::invalid(
                "",
                "exactly one of seat_ids, seats and best_available",
            )),
        }
    }

    pub(crate) fn quantity(&self) -> u32 {
        match self {
            Asked::Seats { ids, .. } => u32::try_from(ids.len()).unwrap_or(u32::MAX),
            Asked::Best(best) => best.quantity,
        }
    }

    /// Whether it speaks of ticket types, which these events do not have.
    fn types(&self) -> bool {
        match self {
            Asked::Seats { typed, .. } => *typed,
            Asked::Best(best) => best.types.as_ref().is_some_and(|types| !types.is_empty()),
        }
    }
}

fn check_ids(pointer: &str, member: &str, ids: &[String]) -> Result<(), Problem> {
    if ids.is_empty() {
        return Err(Problem::invalid(pointer, "at least one seat"));
    }
    // Sorted rather than compared pair by pair: a hostile body may have thousands.
    let mut order: Vec<usize> = (0..ids.len()).collect();
    order.sort_unstable_by_key(|&at| (&ids[at], at));
    if ids[order[0]].is_empty() {
        return Err(Problem::invalid(
            &format!("{pointer}/{}{member}", order[0]),
            "a seat id",
        ));
    }
    match order.windows(2).find(|pair| ids[pair[0]] == ids[pair[1]]) {
        Some(pair) => Err(Problem::invalid(
            &format!("{pointer}/{}{member}", pair[1]),
            "each seat once",
        )),
        None => Ok(()),
    }
}

/// The checks that need no ledger, in the contract's order. They are repeated where they may have
/// changed meanwhile; here they only name the first thing that is wrong.
pub(crate) fn check(
    app: &App,
    event: &Listed,
    plan: &SeatingPlan,
    asked: &Asked,
    access_code: Option<&str>,
) -> Result<(), Problem> {
    let unknown = match asked {
        Asked::Seats { ids, .. } if ids.iter().any(|id| plan.index_of(id).is_none()) => true,
        _ if asked.types() || access_code.is_some() => false,
        _ => return Ok(()),
    };
    let document = &event.document;
    let on_sale = document
        .status
        .on_sale(document.on_sale_at, document.sale_end(), app.now());
    on_sale.map_err(|why| Problem::not_on_sale(&why))?;
    let limit = document.limits.max_seats_per_reservation;
    if asked.quantity() > limit {
        return Err(Problem::too_many_seats(limit));
    }
    if let (true, Asked::Seats { ids, .. }) = (unknown, asked) {
        let strangers = ids.iter().filter(|id| plan.index_of(id).is_none());
        return Err(Problem::unknown_seats(strangers.cloned().collect()));
    }
    if asked.types() {
        return Err(Problem::unknown_ticket_type());
    }
    Err(Problem::code_invalid())
}

/// The indexes of seats that [`check`] found in the plan.
pub(crate) fn indexes(plan: &SeatingPlan, ids: &[String]) -> Vec<SeatIndex> {
    ids.iter().filter_map(|id| plan.index_of(id)).collect()
}

/// The wish for the best seats in the ledger's terms. A name that the plan does not have matches no
/// seat.
pub(crate) fn best(plan: &SeatingPlan, body: &BestBody) -> Best {
    let named = |wanted: &String| {
        let sections = plan
            .sections()
            .enumerate()
            .filter(|(_, name)| name == wanted);
        sections
            .filter_map(|(at, _)| u16::try_from(at).ok())
            .collect()
    };
    let category = |wanted: &String| plan.category_index(wanted).into_iter().collect();
    // No place is marked for wheelchairs yet, so none is to be had.
    let accessible = body.accessible.is_some_and(|wanted| wanted > 0);
    Best {
        quantity: body.quantity,
        sections: if accessible {
            Some(Vec::new())
        } else {
            body.section.as_ref().map(named)
        },
        categories: body.category.as_ref().map(category),
        max_price: body.max_price,
        split: body.split.unwrap_or(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Asked, Problem> {
        Asked::read(serde_json::from_str(body).expect("a body"))
    }

    fn refused(body: &str, part: &str) {
        let problem = read(body).err().expect("a refusal");
        assert!(format!("{problem:?}").contains(part), "{problem:?}");
    }

    #[test]
    fn a_repeated_seat_is_pointed_at() {
        refused(r#"{"seat_ids":["b","a","b"]}"#, "/seat_ids/2");
        refused(
            r#"{"seats":[{"seat_id":"a"},{"seat_id":"a"}]}"#,
            "/seats/1/seat_id",
        );
    }

    #[test]
    fn an_empty_list_and_an_empty_seat_are_errors() {
        refused(r#"{"seat_ids":[]}"#, "at least one seat");
        refused(r#"{"seat_ids":["a",""]}"#, "/seat_ids/1");
    }

    #[test]
    fn seats_are_named_in_exactly_one_way() {
        refused("{}", "exactly one");
        refused(
            r#"{"seat_ids":["a"],"best_available":{"quantity":1}}"#,
            "exactly one",
        );
        assert!(read(r#"{"best_available":{"quantity":2},"seat_ids":null}"#).is_ok());
    }
}
