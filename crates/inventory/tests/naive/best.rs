//! What the best seats promise, checked by trying every window of every row.

use boxoffice_inventory::{Best, Refusal};
use boxoffice_model::Timestamp;

use super::Notebook;

impl Notebook {
    fn fits(&self, best: &Best, section: u16, seat: u32, now: Timestamp) -> bool {
        let (Some(category), Some(price)) = (self.category(seat), self.price(seat)) else {
            return false;
        };
        let section_fits = best
            .sections
            .as_ref()
            .is_none_or(|it| it.contains(&section));
        let category_fits = best
            .categories
            .as_ref()
            .is_none_or(|it| it.contains(&category));
        let price_fits = best.max_price.is_none_or(|most| price <= most);
        section_fits && category_fits && price_fits && self.may_be_had(seat, now)
    }

    /// By row: whether each seat fits.
    fn fitting(&self, best: &Best, now: Timestamp) -> Vec<Vec<bool>> {
        let mut rows = Vec::new();
        for row in &self.rows {
            let mut fitting = Vec::new();
            for (seat, _) in &row.seats {
                fitting.push(self.fits(best, row.section, *seat, now));
            }
            rows.push(fitting);
        }
        rows
    }

    /// The most that can be had together in each row.
    fn together(&self, fitting: &[Vec<bool>]) -> Vec<usize> {
        let mut most = Vec::new();
        for (row, fitting) in self.rows.iter().zip(fitting) {
            let pieces = fitting.split(|fits| !fits && !row.is_area);
            let count = |piece: &[bool]| piece.iter().filter(|fits| **fits).count();
            most.push(pieces.map(count).max().unwrap_or(0));
        }
        most
    }

    pub(super) fn must_have_best(&self, best: &Best, now: Timestamp) -> Result<(), Refusal> {
        let fitting = self.fitting(best, now);
        let all = fitting.iter().flatten().filter(|fits| **fits).count();
        let together = self.together(&fitting).into_iter().max().unwrap_or(0);
        let available = if best.split { all } else { together } as u32;
        match available >= best.quantity {
            true => Ok(()),
            false => Err(Refusal::NotEnoughTogether { available }),
        }
    }

    /// Stops the test where the picked seats are not what was promised.
    pub(super) fn check_best(&self, best: &Best, picked: &[u32], now: Timestamp) {
        let quantity = best.quantity as usize;
        assert_eq!(picked.len(), quantity, "{picked:?} for {best:?}");
        for (at, seat) in picked.iter().enumerate() {
            let row = self.row_of(*seat);
            assert!(self.fits(best, self.rows[row].section, *seat, now));
            assert!(!picked[..at].contains(seat), "{seat} is picked twice");
        }
        let fitting = self.fitting(best, now);
        let together = self.together(&fitting);
        let Some(row) = together.iter().position(|most| *most >= quantity) else {
            let longest = together.iter().max().expect("rows");
            let best_row = together.iter().position(|most| most == longest);
            assert_eq!(
                best_row,
                Some(self.row_of(picked[0])),
                "the largest piece first"
            );
            return;
        };
        assert_eq!(self.window_of(row, quantity, &fitting[row], now), picked);
    }

    fn row_of(&self, seat: u32) -> usize {
        let has = |row: &super::Row| row.seats.iter().any(|(index, _)| *index == seat);
        self.rows.iter().position(has).expect("it stands in a row")
    }

    /// The best window of a row that has one.
    fn window_of(&self, row: usize, quantity: usize, fitting: &[bool], now: Timestamp) -> Vec<u32> {
        let seats: Vec<u32> = self.rows[row].seats.iter().map(|(seat, _)| *seat).collect();
        if self.rows[row].is_area {
            let places = seats.iter().zip(fitting).filter(|(_, fits)| **fits);
            return places.map(|(seat, _)| *seat).take(quantity).collect();
        }
        let free = |at: Option<usize>| {
            at.and_then(|at| seats.get(at))
                .is_some_and(|seat| self.may_be_had(*seat, now))
        };
        let mut windows = Vec::new();
        for start in 0..=seats.len() - quantity {
            let end = start + quantity;
            if fitting[start..end].contains(&false) {
                continue;
            }
            let alone_before = free(start.checked_sub(1)) && !free(start.checked_sub(2));
            let alone_after = free(Some(end)) && !free(Some(end + 1));
            let off_middle = (start + end).abs_diff(seats.len());
            windows.push((alone_before || alone_after, off_middle, seats[start], start));
        }
        let (.., start) = windows.into_iter().min().expect("the row has a window");
        seats[start..start + quantity].to_vec()
    }
}
