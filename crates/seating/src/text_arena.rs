//! Many short texts in one allocation. Knows nothing of seats.

/// Texts by number, from 0, kept end to end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TextArena {
    text: String,
    ends: Vec<u32>,
}

impl TextArena {
    /// Adds a text under the next number. Callers bound the number and length of texts, so that all
    /// of them together stay below 4 GiB.
    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends
            .push(u32::try_from(self.text.len()).expect("texts are bounded by their callers"));
    }

    /// The text of this number.
    pub(crate) fn get(&self, number: u32) -> Option<&str> {
        let at = number as usize;
        let end = *self.ends.get(at)? as usize;
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        self.text.get(start..end)
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All texts end to end, and the length of each in bytes: the stored form.
    pub(crate) fn to_parts(&self) -> (&str, Vec<u32>) {
        let mut before = 0;
        let lengths = self.ends.iter().map(|&end| {
            let length = end - before;
            before = end;
            length
        });
        (&self.text, lengths.collect())
    }

    /// The texts that [`Self::to_parts`] gave; none if the lengths do not fit the text.
    pub(crate) fn from_parts(text: String, lengths: &[u32]) -> Option<Self> {
        let mut end = 0_u32;
        let mut ends = Vec::with_capacity(lengths.len());
        for &length in lengths {
            end = end.checked_add(length)?;
            if !text.is_char_boundary(end as usize) {
                return None;
            }
            ends.push(end);
        }
        (end as usize == text.len()).then_some(Self { text, ends })
    }

    /// Gives back what the vectors hold too much.
    pub(crate) fn shrink(&mut self) {
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// Bytes on the heap.
    pub(crate) fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_by_number_and_through_their_parts() {
        let mut arena = TextArena::default();
        for text in ["A-1", "", "Ω loge/1"] {
            arena.push(text);
        }
        assert_eq!(arena.len(), 3);
        let texts = [0, 1, 2].map(|number| arena.get(number));
        assert_eq!(texts, [Some("A-1"), Some(""), Some("Ω loge/1")]);
        assert_eq!(arena.get(3), None);
        let (text, lengths) = arena.to_parts();
        assert_eq!(
            TextArena::from_parts(text.to_owned(), &lengths),
            Some(arena.clone())
        );
    }

    #[test]
    fn lengths_that_do_not_fit_the_text_are_refused() {
        assert_eq!(TextArena::from_parts("Ω".into(), &[1, 1]), None);
        assert_eq!(TextArena::from_parts("ab".into(), &[1]), None);
        assert_eq!(TextArena::from_parts("ab".into(), &[1, u32::MAX]), None);
    }
}
