//! What picking the best seats promises, by example and against a brute force that tries every
//! window of every row.

mod common;

use boxoffice_seating::{AreaSpec, Layout, NotEnough, SeatIndex, SeatingPlan, best_available};
use common::{area, plan, zone};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A house whose rows are blocks of seats with aisles between them, and whether each seat is free.
#[derive(Clone, Debug)]
struct House {
    rows: Vec<Vec<u32>>,
    areas: Vec<u64>,
}

impl House {
    fn layout(&self) -> Layout {
        let rows = self.rows.iter().enumerate();
        let rows = rows.map(|(at, blocks)| json_row(at, blocks)).collect();
        let areas = self.areas.iter().enumerate();
        let areas: Vec<AreaSpec> = areas
            .map(|(at, &capacity)| area(&format!("Area {at}"), capacity))
            .collect();
        let json = plan(vec![zone("Z", rows)]);
        SeatingPlan::from_pretix(Some(&json), &areas)
            .expect("a plan")
            .0
            .layout()
    }

    fn seat_count(&self) -> usize {
        let seats: u32 = self.rows.iter().flatten().sum();
        seats as usize + self.areas.iter().sum::<u64>() as usize
    }
}

/// Neighbours 20 apart, aisles of 100; the seats of every third row are of another category.
fn json_row(at: usize, blocks: &[u32]) -> Value {
    let category = if at % 3 == 2 { "B" } else { "A" };
    let mut x = 0;
    let mut seats = Vec::new();
    for &block in blocks {
        x += 80;
        for _ in 0..block {
            x += 20;
            seats.push(json!({
                "seat_guid": format!("{at}/{x}"), "position": {"x": x, "y": 0}, "category": category
            }));
        }
    }
    json!({"row_number": at.to_string(), "position": {"x": 0, "y": at * 30}, "seats": seats})
}

fn pick(house: &House, taken: &[SeatIndex], quantity: usize) -> Result<Vec<SeatIndex>, NotEnough> {
    let free = |seat| !taken.contains(&seat);
    best_available(&house.layout(), quantity, free, |_, _, _| true, false)
}

fn house(rows: &[&[u32]]) -> House {
    House {
        rows: rows.iter().map(|row| row.to_vec()).collect(),
        areas: Vec::new(),
    }
}

#[test]
fn the_middle_of_the_first_row_comes_first() {
    assert_eq!(pick(&house(&[&[9], &[9]]), &[], 3), Ok(vec![3, 4, 5]));
    assert_eq!(pick(&house(&[&[8], &[8]]), &[], 2), Ok(vec![3, 4]));
    assert_eq!(
        pick(&house(&[&[8]]), &[], 3),
        Ok(vec![2, 3, 4]),
        "a tie goes to the lower index"
    );
}

#[test]
fn a_row_without_enough_neighbours_is_passed_over() {
    assert_eq!(pick(&house(&[&[6], &[6]]), &[2], 4), Ok(vec![6, 7, 8, 9]));
}

#[test]
fn nobody_is_seated_across_an_aisle() {
    assert_eq!(pick(&house(&[&[3, 3], &[5]]), &[], 4), Ok(vec![6, 7, 8, 9]));
    assert_eq!(pick(&house(&[&[4, 4]]), &[], 3), Ok(vec![1, 2, 3]));
}

#[test]
fn no_single_seat_is_left_alone_where_it_can_be_helped() {
    // In the middle are 2 and 3, which leaves 4 alone.
    assert_eq!(pick(&house(&[&[6]]), &[5], 2), Ok(vec![3, 4]));
    // The window in the middle leaves one on each side.
    assert_eq!(pick(&house(&[&[5]]), &[], 3), Ok(vec![0, 1, 2]));
    // It cannot be helped, and the row is still the best.
    assert_eq!(pick(&house(&[&[3], &[9]]), &[], 2), Ok(vec![0, 1]));
}

#[test]
fn without_enough_together_the_longest_is_told() {
    let house = house(&[&[5], &[4]]);
    assert_eq!(pick(&house, &[2], 6), Err(NotEnough { available: 4 }));
    assert_eq!(
        pick(&house, &[0, 1, 2, 3, 4, 5, 6, 7, 8], 1),
        Err(NotEnough { available: 0 })
    );
    assert_eq!(pick(&house, &[], 0), Ok(vec![]));
}

#[test]
fn apart_they_come_in_the_largest_pieces_first() {
    let layout = house(&[&[2], &[5], &[3]]).layout();
    let split = |quantity| best_available(&layout, quantity, |_| true, |_, _, _| true, true);
    assert_eq!(split(7), Ok(vec![2, 3, 4, 5, 6, 0, 1]));
    assert_eq!(split(9), Ok(vec![2, 3, 4, 5, 6, 7, 8, 9, 0]));
    assert_eq!(split(11), Err(NotEnough { available: 10 }));
}

#[test]
fn an_area_gives_its_lowest_free_places() {
    let house = House {
        rows: vec![vec![3]],
        areas: vec![6],
    };
    assert_eq!(pick(&house, &[4, 6], 4), Ok(vec![3, 5, 7, 8]));
    assert_eq!(pick(&house, &[4, 6], 5), Err(NotEnough { available: 4 }));
}

#[test]
fn only_what_passes_the_filter_is_picked() {
    let layout = house(&[&[5], &[5], &[5]]).layout();
    let of_b = |_, category, _| category == Some(1);
    assert_eq!(
        best_available(&layout, 2, |_| true, of_b, false),
        Ok(vec![10, 11])
    );
    let section = |section, _, _| section == 1;
    let none = best_available(&layout, 2, |_| true, section, true);
    assert_eq!(none, Err(NotEnough { available: 0 }));
}

#[test]
fn seats_added_later_are_neighbours_where_they_stand() {
    let before = plan(vec![zone(
        "Z",
        vec![common::row("1", 0.0, 3), common::row("2", 30.0, 3)],
    )]);
    let after = plan(vec![zone(
        "Z",
        vec![common::row("1", 0.0, 5), common::row("2", 30.0, 3)],
    )]);
    let plan = common::read(&before)
        .revise(common::read(&after))
        .expect("a revision");
    let free = best_available(&plan.layout(), 5, |_| true, |_, _, _| true, false);
    assert_eq!(free, Ok(vec![0, 1, 2, 6, 7]));
}

/// Every seat of the house in its row and block, as the generator laid them out.
struct Naive {
    /// Row, block, place in the row, by index.
    seats: Vec<(usize, usize, usize)>,
    row_lens: Vec<usize>,
    /// Rows from here on are areas.
    first_area: usize,
    free: Vec<bool>,
    wanted: Vec<bool>,
}

/// Row, whether it leaves a seat alone, twice the distance from the middle, first seat; and its seats.
type Window = ((usize, bool, usize, usize), Vec<usize>);

impl Naive {
    fn new(house: &House, free: &[bool], wanted: &[bool]) -> Self {
        let mut seats = Vec::new();
        let mut row_lens = Vec::new();
        for (row, blocks) in house.rows.iter().enumerate() {
            let mut place = 0;
            for (block, &len) in blocks.iter().enumerate() {
                for _ in 0..len {
                    seats.push((row, block, place));
                    place += 1;
                }
            }
            row_lens.push(place);
        }
        let first_area = row_lens.len();
        for (at, &capacity) in house.areas.iter().enumerate() {
            seats.extend((0..capacity as usize).map(|place| (first_area + at, 0, place)));
            row_lens.push(capacity as usize);
        }
        Self {
            seats,
            row_lens,
            first_area,
            free: free.to_vec(),
            wanted: wanted.to_vec(),
        }
    }

    fn usable(&self, seat: usize) -> bool {
        self.free[seat] && self.wanted[seat]
    }

    fn is_free_in_block_of(&self, seat: usize, other: Option<usize>) -> bool {
        let same = |other: usize| {
            let here = self.seats.get(other)?;
            Some((here.0, here.1) == (self.seats[seat].0, self.seats[seat].1))
        };
        other.is_some_and(|other| same(other) == Some(true) && self.free[other])
    }

    /// Whether exactly one free seat lies beyond `edge` in this direction.
    fn leaves_one(&self, edge: usize, step: isize) -> bool {
        let beyond = |n: isize| edge.checked_add_signed(step * n);
        self.is_free_in_block_of(edge, beyond(1)) && !self.is_free_in_block_of(edge, beyond(2))
    }

    /// All windows of so many neighbours, each with how bad it is.
    fn windows(&self, quantity: usize) -> Vec<Window> {
        let mut windows = Vec::new();
        for start in 0..self.seats.len() {
            let window: Vec<usize> = (start..start + quantity).collect();
            let (row, block, place) = self.seats[start];
            let whole = window.iter().all(|&seat| {
                let here = self.seats.get(seat).map(|seat| (seat.0, seat.1));
                here == Some((row, block)) && self.usable(seat)
            });
            if row < self.first_area && whole {
                let lonely = self.leaves_one(start, -1) || self.leaves_one(start + quantity - 1, 1);
                let centre = (2 * place + quantity) as isize - self.row_lens[row] as isize;
                windows.push(((row, lonely, centre.unsigned_abs(), start), window));
            }
        }
        for row in self.first_area..self.row_lens.len() {
            let places =
                (0..self.seats.len()).filter(|&s| self.seats[s].0 == row && self.usable(s));
            let places: Vec<usize> = places.take(quantity).collect();
            if places.len() == quantity {
                windows.push(((row, false, 0, 0), places));
            }
        }
        windows
    }

    fn best(&self, quantity: usize) -> Option<Vec<usize>> {
        self.windows(quantity)
            .into_iter()
            .min()
            .map(|(_, window)| window)
    }

    fn longest(&self) -> usize {
        let sizes = 1..=self.seats.len();
        sizes.take_while(|&size| self.best(size).is_some()).count()
    }

    fn pieces(mut self, quantity: usize) -> Vec<usize> {
        let mut picked = Vec::new();
        while picked.len() < quantity {
            let missing = quantity - picked.len();
            let piece = (1..=missing)
                .rev()
                .find_map(|size| self.best(size))
                .expect("enough");
            for &seat in &piece {
                self.free[seat] = false;
            }
            picked.extend(piece);
        }
        picked
    }
}

fn houses() -> impl Strategy<Value = (House, Vec<bool>, Vec<bool>)> {
    let rows = prop::collection::vec(prop::collection::vec(3_u32..9, 1..4), 1..5);
    let areas = prop::collection::vec(1_u64..8, 0..2);
    (rows, areas).prop_flat_map(|(rows, areas)| {
        let house = House { rows, areas };
        let seats = house.seat_count();
        let free = prop::collection::vec(prop::bool::weighted(0.7), seats);
        let wanted = prop::collection::vec(prop::bool::weighted(0.9), seats);
        (Just(house), free, wanted)
    })
}

proptest! {
    #[test]
    fn side_by_side_it_picks_what_the_brute_force_picks(
        (house, free, wanted) in houses(), quantity in 1_usize..9
    ) {
        let naive = Naive::new(&house, &free, &wanted);
        let picked = best_available(
            &house.layout(), quantity, |seat| free[seat as usize],
            |_, _, seat| wanted[seat as usize], false,
        );
        let expected = naive.best(quantity).ok_or(NotEnough { available: naive.longest() });
        prop_assert_eq!(picked.map(|seats| seats.into_iter().map(|s| s as usize).collect()), expected);
    }

    #[test]
    fn apart_it_picks_the_pieces_that_the_brute_force_picks(
        (house, free, wanted) in houses(), quantity in 1_usize..16
    ) {
        let naive = Naive::new(&house, &free, &wanted);
        let all = (0..house.seat_count()).filter(|&seat| naive.usable(seat)).count();
        let picked = best_available(
            &house.layout(), quantity, |seat| free[seat as usize],
            |_, _, seat| wanted[seat as usize], true,
        );
        let expected = if all < quantity {
            Err(NotEnough { available: all })
        } else {
            Ok(naive.pieces(quantity))
        };
        prop_assert_eq!(picked.map(|seats| seats.into_iter().map(|s| s as usize).collect()), expected);
    }

    #[test]
    fn what_is_picked_is_free_wanted_and_never_twice(
        (house, free, wanted) in houses(), quantity in 1_usize..16, split: bool
    ) {
        let layout = house.layout();
        let pick = || best_available(
            &layout, quantity, |seat| free[seat as usize],
            |_, _, seat| wanted[seat as usize], split,
        );
        if let Ok(mut seats) = pick() {
            prop_assert_eq!(&pick(), &Ok(seats.clone()), "the same input gives the same answer");
            prop_assert!(seats.iter().all(|&s| free[s as usize] && wanted[s as usize]));
            seats.sort_unstable();
            seats.dedup();
            prop_assert_eq!(seats.len(), quantity);
        }
    }
}
