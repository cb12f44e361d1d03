//! Reads what a visitor typed into the words that must match. Any text is a query: it is bounded
//! here, and never refused.

use tantivy::Term;
use tantivy::query::{DfaWrapper, FuzzyTermQuery};
use tantivy::schema::Field;

use crate::error::SearchError;
use crate::spelling::{latin_spellings, spellings};
use crate::words::{Word, is_unspaced, words};

/// How much of a query is read, in characters.
const MAX_TEXT: usize = 2048;
/// How many words count, punctuation inside a word beginning a new one; the rest is ignored.
pub(crate) const MAX_WORDS: usize = 16;
/// The fewest letters in which a slip is forgiven.
const MIN_LETTERS: usize = 4;
/// The most characters in which a slip is forgiven; longer words must match as they stand. The
/// automaton grows by kilobytes a character, and no name is longer.
const MAX_FORGIVEN: usize = 32;

/// A query word: it matches if one of its readings does.
pub(crate) struct QueryWord {
    pub(crate) readings: Vec<Reading>,
}

/// A reading of a word (`ac/dc` as `acdc`, or as `ac` and `dc`): it matches if each part does.
pub(crate) struct Reading {
    pub(crate) parts: Vec<Part>,
}

/// A part matches if one of its spellings does.
pub(crate) struct Part {
    pub(crate) needles: Vec<Needle>,
}

/// One spelling that is looked for.
pub(crate) struct Needle {
    pub(crate) text: String,
    /// Accepts each term of which some beginning is within one slip of `text`; none for words too
    /// short, and for numbers.
    pub(crate) slips: Option<DfaWrapper>,
}

/// The words of a query; none when it has only punctuation.
pub(crate) fn query_words(text: &str) -> Result<Vec<QueryWord>, SearchError> {
    let text: String = text.chars().take(MAX_TEXT).collect();
    let mut left = MAX_WORDS;
    let mut query = Vec::new();
    for mut parts in words(&text) {
        parts.truncate(left);
        left -= parts.len();
        if parts.is_empty() {
            break;
        }
        query.push(query_word(&parts)?);
    }
    Ok(query)
}

fn query_word(parts: &Word) -> Result<QueryWord, SearchError> {
    let mut readings = vec![Reading {
        parts: vec![part(&parts.concat())?],
    }];
    if parts.len() > 1 {
        let parts = parts
            .iter()
            .map(|one| part(one))
            .collect::<Result<_, _>>()?;
        readings.push(Reading { parts });
    }
    Ok(QueryWord { readings })
}

fn part(word: &str) -> Result<Part, SearchError> {
    let mut texts = spellings(word);
    // Not for scripts without spaces: one 東 would ask for every name that begins with `dong`.
    if !word.chars().any(is_unspaced) {
        for latin in latin_spellings(word) {
            if !texts.contains(&latin) {
                texts.push(latin);
            }
        }
    }
    let needles = texts.into_iter().map(needle).collect::<Result<_, _>>()?;
    Ok(Part { needles })
}

fn needle(text: String) -> Result<Needle, SearchError> {
    let slips = if forgives_a_slip(&text) {
        Some(automaton(&text)?)
    } else {
        None
    };
    Ok(Needle { text, slips })
}

fn forgives_a_slip(text: &str) -> bool {
    let letters = text
        .chars()
        .filter(|character| character.is_alphanumeric())
        .count();
    letters >= MIN_LETTERS && text.chars().count() <= MAX_FORGIVEN && !is_number(text)
}

/// Numbers are exact: 2026 is not a slip for 2025.
pub(crate) fn is_number(text: &str) -> bool {
    text.chars().all(char::is_numeric)
}

fn automaton(text: &str) -> Result<DfaWrapper, SearchError> {
    // The automaton reads bytes of terms; which field the term names does not matter to it.
    let term = Term::from_field_text(Field::from_field_id(0), text);
    FuzzyTermQuery::new_prefix(term, 1, true)
        .automaton()
        .map_err(SearchError::Read)
}
