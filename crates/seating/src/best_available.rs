//! Picks the best seats that are still free: side by side, best row first, near the middle, no
//! single seat left alone. Pure; it asks its caller who is free and what may be picked.

use crate::layout::{Layout, LayoutRow};
use crate::{CategoryIndex, SeatIndex, SectionIndex};

/// There are not enough seats as they were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only {available} seats are to be had")]
pub struct NotEnough {
    /// The most that could be had together; where they may be apart, the most in all.
    pub available: usize,
}

/// The best `quantity` seats among those that `is_free` and that `filter` lets pass.
///
/// - Rows come in the layout's order; the first with enough free neighbours wins.
/// - Within it a window that leaves no free seat alone beside it is preferred (alone: between a
///   seat that is not free, an aisle or the row's end, and the window; whether `filter` lets it
///   pass is not asked). Then the window nearest to the middle of the whole row, then the one whose
///   first seat has the lower index.
/// - A general-admission area gives its first free places.
/// - With `split`, if they cannot be had together: the largest piece that can, in its best row,
///   then the largest of what is still missing, and so on. Few pieces rather than good rows.
///
/// Seats come in the order of their row, piece by piece. The same input gives the same answer.
///
/// # Errors
/// [`NotEnough`] says how many there are.
pub fn best_available(
    layout: &Layout,
    quantity: usize,
    is_free: impl Fn(SeatIndex) -> bool,
    filter: impl Fn(SectionIndex, Option<CategoryIndex>, SeatIndex) -> bool,
    split: bool,
) -> Result<Vec<SeatIndex>, NotEnough> {
    if quantity == 0 {
        return Ok(Vec::new());
    }
    let mut picker = Picker {
        layout,
        is_free,
        filter,
        picked: Vec::with_capacity(quantity.min(layout.seat_count as usize)),
    };
    let available = match picker.pick(quantity) {
        Ok(()) => return Ok(picker.picked),
        Err(longest) if !split => longest,
        Err(longest) => match picker.count(quantity) {
            enough if enough == quantity => {
                picker.pick_pieces(quantity, longest);
                return Ok(picker.picked);
            }
            all => all,
        },
    };
    Err(NotEnough { available })
}

struct Picker<'a, F, P> {
    layout: &'a Layout,
    is_free: F,
    filter: P,
    picked: Vec<SeatIndex>,
}

/// A window of a row, and how good it is: less is better.
type Window = (Rank, usize);
/// Whether it leaves a seat alone, twice its distance from the middle, its first seat's index.
type Rank = (bool, usize, SeatIndex);

impl<F, P> Picker<'_, F, P>
where
    F: Fn(SeatIndex) -> bool,
    P: Fn(SectionIndex, Option<CategoryIndex>, SeatIndex) -> bool,
{
    /// Picks so many side by side; if there are none, says how many there are at most.
    fn pick(&mut self, quantity: usize) -> Result<(), usize> {
        let layout = self.layout;
        let mut categories = Categories::new(layout);
        let mut longest = 0;
        for row in &layout.rows {
            if row.together {
                let places = self.places(row, &mut categories, quantity);
                if places == quantity {
                    self.take_places(row, quantity);
                    return Ok(());
                }
                longest = longest.max(places);
            } else if let Some((_, start)) =
                self.best_window(row, quantity, &mut categories, &mut longest)
            {
                let window = layout.seats(row).skip(start).take(quantity);
                self.picked.extend(window);
                return Ok(());
            }
        }
        Err(longest)
    }

    /// Picks the largest pieces that can be had, when it is known that there are enough in all.
    fn pick_pieces(&mut self, quantity: usize, longest: usize) {
        let mut size = longest;
        while self.picked.len() < quantity && size > 0 {
            size = size.min(quantity - self.picked.len());
            if let Err(longest) = self.pick(size) {
                size = longest;
            }
        }
    }

    /// The best window of a row; `longest` learns of every free run that it sees.
    fn best_window(
        &self,
        row: &LayoutRow,
        quantity: usize,
        categories: &mut Categories<'_>,
        longest: &mut usize,
    ) -> Option<Window> {
        let mut best: Option<Window> = None;
        let mut at = 0;
        for block in self.layout.blocks(row) {
            // How many seats up to here are free, and how many of these fit.
            let (mut free, mut fitting) = (0_usize, 0_usize);
            let mut seats = block;
            while let Some(seat) = seats.next() {
                at += 1;
                free = if self.free(seat) { free + 1 } else { 0 };
                let fits = free > 0 && (self.filter)(row.section, categories.of(seat), seat);
                fitting = if fits { fitting + 1 } else { 0 };
                *longest = (*longest).max(fitting);
                if fitting >= quantity {
                    let mut after = seats.clone();
                    let alone_after = after.next().is_some_and(|seat| self.free(seat))
                        && !after.next().is_some_and(|seat| self.free(seat));
                    let lonely = alone_after || free == quantity + 1;
                    let window = self.rank(row, at - quantity, quantity, lonely);
                    best = Some(best.map_or(window, |best| best.min(window)));
                }
            }
        }
        best
    }

    fn rank(&self, row: &LayoutRow, start: usize, quantity: usize, lonely: bool) -> Window {
        let runs = self.layout.runs_of(row).iter();
        let row_len: usize = runs.map(|run| run.len as usize).sum();
        let off_centre = (2 * start + quantity).abs_diff(row_len);
        let first = self.layout.seats(row).nth(start).unwrap_or_default();
        ((lonely, off_centre, first), start)
    }

    /// How many places of an area may be picked, counted no further than `limit`.
    fn places(&self, row: &LayoutRow, categories: &mut Categories<'_>, limit: usize) -> usize {
        let seats = self.layout.seats(row);
        let fitting = seats.filter(|&seat| self.fits(row, categories, seat));
        fitting.take(limit).count()
    }

    fn take_places(&mut self, row: &LayoutRow, quantity: usize) {
        let layout = self.layout;
        let mut categories = Categories::new(layout);
        let enough = self.picked.len() + quantity;
        for seat in layout.seats(row) {
            if self.picked.len() == enough {
                return;
            }
            if self.fits(row, &mut categories, seat) {
                self.picked.push(seat);
            }
        }
    }

    /// How many seats may be picked in all, counted no further than `limit`.
    fn count(&self, limit: usize) -> usize {
        let mut categories = Categories::new(self.layout);
        let mut count = 0;
        for row in &self.layout.rows {
            count += self.places(row, &mut categories, limit - count);
            if count == limit {
                break;
            }
        }
        count
    }

    fn free(&self, seat: SeatIndex) -> bool {
        (self.is_free)(seat) && !self.picked.contains(&seat)
    }

    fn fits(&self, row: &LayoutRow, categories: &mut Categories<'_>, seat: SeatIndex) -> bool {
        self.free(seat) && (self.filter)(row.section, categories.of(seat), seat)
    }
}

/// The category of one seat after the other, without a search for each.
struct Categories<'a> {
    layout: &'a Layout,
    first: SeatIndex,
    end: SeatIndex,
    category: Option<CategoryIndex>,
}

impl<'a> Categories<'a> {
    fn new(layout: &'a Layout) -> Self {
        Self {
            layout,
            first: 0,
            end: 0,
            category: None,
        }
    }

    fn of(&mut self, seat: SeatIndex) -> Option<CategoryIndex> {
        if !(self.first..self.end).contains(&seat) {
            let runs = &self.layout.categories;
            let after = runs.partition_point(|&(first, _)| first <= seat);
            self.end = runs.get(after).map_or(SeatIndex::MAX, |&(first, _)| first);
            let run = after.checked_sub(1).and_then(|at| runs.get(at));
            (self.first, self.category) = run.copied().unwrap_or_default();
        }
        self.category
    }
}
