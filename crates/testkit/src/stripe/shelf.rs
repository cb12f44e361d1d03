//! Where objects of one kind stand, found by id, listed newest first and a page at a time.

use std::collections::HashMap;

use super::form::Params;
use super::refusal::Refusal;

/// What stands on a shelf.
pub(super) trait Item {
    fn id(&self) -> &str;
    fn created(&self) -> u64;
}

/// Objects in the order in which they were made.
pub(super) struct Shelf<T> {
    items: Vec<T>,
    places: HashMap<String, usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Shelf {
            items: Vec::new(),
            places: HashMap::new(),
        }
    }
}

impl<T: Item> Shelf<T> {
    pub(super) fn add(&mut self, item: T) {
        self.places.insert(item.id().to_owned(), self.items.len());
        self.items.push(item);
    }

    pub(super) fn get(&self, id: &str) -> Option<&T> {
        self.places.get(id).map(|place| &self.items[*place])
    }

    pub(super) fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.places.get(id).map(|place| &mut self.items[*place])
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// One page of those that `fits`, and whether there are more.
    pub(super) fn page(
        &self,
        params: &Params,
        fits: impl Fn(&T) -> bool,
    ) -> Result<(Vec<&T>, bool), Refusal> {
        let end = match params.text("/starting_after") {
            None => self.items.len(),
            Some(id) => {
                let unknown = || Refusal::no_such(400, "object", "starting_after", id);
                *self.places.get(id).ok_or_else(unknown)?
            }
        };
        let limit = params.number("/limit")?.unwrap_or(10);
        if !(1..=100).contains(&limit) {
            return Err(Refusal::invalid("limit", "Between 1 and 100, please."));
        }
        let after = params.number("/created/gt")?;
        let since = params.number("/created/gte")?;
        let before = params.number("/created/lt")?;
        let until = params.number("/created/lte")?;
        let in_time = |made: u64| {
            after.is_none_or(|time| made > time)
                && since.is_none_or(|time| made >= time)
                && before.is_none_or(|time| made < time)
                && until.is_none_or(|time| made <= time)
        };
        let newest_first = self.items[..end].iter().rev();
        let mut found = newest_first.filter(|item| in_time(item.created()) && fits(item));
        let limit = usize::try_from(limit).expect("a hundred at most");
        let page: Vec<&T> = found.by_ref().take(limit).collect();
        let more = found.next().is_some();
        Ok((page, more))
    }
}
