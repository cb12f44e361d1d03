//! Says how good a match is, as one number. Dates and ids, which break ties, are the caller's.

use crate::query::MAX_WORDS;

/// How a term matched a word of the query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Closeness {
    Slip,
    Prefix,
    Exact,
}

/// Where a word was found; the weight of a field is its place here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    City,
    Venue,
    Artist,
    Name,
}

/// The rank of a document for one word or, added up, for a query. 0 means that it does not match.
pub(crate) type Rank = u16;

// Sums of ranks compare as: first fewer slips, then more exact words, then better places. So one
// step of each must outweigh all the steps of the next in a query of the most words.
const PLACE_STEP: u16 = 1;
const EXACT_STEP: u16 = PLACE_STEP * (Place::Name as u16) * MAX_WORDS as u16 + 1;
const SLIP_STEP: u16 = (EXACT_STEP + Place::Name as u16) * MAX_WORDS as u16 + 1;
const _: () = assert!(
    (1 + SLIP_STEP as u32 + EXACT_STEP as u32 + Place::Name as u32) * (MAX_WORDS as u32)
        <= Rank::MAX as u32,
    "the rank of the best match must fit"
);

/// The rank of one match: at least 1.
pub(crate) fn rank(closeness: Closeness, place: Place) -> Rank {
    let closeness = match closeness {
        Closeness::Slip => 0,
        Closeness::Prefix => SLIP_STEP,
        Closeness::Exact => SLIP_STEP + EXACT_STEP,
    };
    1 + closeness + place as u16 * PLACE_STEP
}

#[cfg(test)]
mod tests {
    use super::{Closeness, MAX_WORDS, Place, rank};

    #[test]
    fn fewer_slips_win_over_everything_else() {
        let most = MAX_WORDS as u16;
        let one_slip =
            rank(Closeness::Slip, Place::Name) + (most - 1) * rank(Closeness::Exact, Place::Name);
        assert!(most * rank(Closeness::Prefix, Place::City) > one_slip);
    }

    #[test]
    fn an_exact_word_wins_over_better_places() {
        let most = MAX_WORDS as u16;
        let one_exact =
            rank(Closeness::Exact, Place::City) + (most - 1) * rank(Closeness::Prefix, Place::City);
        assert!(one_exact > most * rank(Closeness::Prefix, Place::Name));
    }
}
