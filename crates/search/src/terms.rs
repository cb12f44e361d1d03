//! Lists the terms under which a name is put into the index. The other half, what a query asks for,
//! is in `query`.

use std::collections::BTreeSet;

use crate::spelling::{latin_spellings, spellings};
use crate::words::{is_unspaced, words};

/// Ends a term that begins inside a word: it is found by prefix and by slip, never as a whole word.
pub(crate) const INNER: char = '\0';

/// How much of a text is indexed, in characters; far beyond any name, and a bound on memory.
const MAX_TEXT: usize = 1024;
/// How many neighbouring parts of a word are joined: `Rock'n'Roll` is found by `nroll`.
const MAX_JOINED: usize = 4;

/// Adds the terms of `text` to `terms`.
pub(crate) fn add_terms(text: &str, terms: &mut BTreeSet<String>) {
    let text: String = text.chars().take(MAX_TEXT).collect();
    for parts in words(&text) {
        for start in 0..parts.len() {
            let longest = parts.len().min(start + MAX_JOINED);
            for end in start + 1..=longest {
                add_run(&parts[start..end].concat(), terms);
            }
        }
        if parts.len() > MAX_JOINED {
            add_run(&parts.concat(), terms);
        }
    }
}

fn add_run(run: &str, terms: &mut BTreeSet<String>) {
    terms.extend(spellings(run));
    terms.extend(latin_spellings(run));
    for start in inner_starts(run) {
        let rest = &run[start..];
        let inner = spellings(rest).into_iter().chain(latin_spellings(rest));
        terms.extend(inner.map(|mut term| {
            term.push(INNER);
            term
        }));
    }
}

/// Where a reader may begin a word inside `run`: before each letter of a script without spaces, and
/// where such a script ends (`東京ドームcity`).
fn inner_starts(run: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut before: Option<char> = None;
    for (at, character) in run.char_indices() {
        if before.is_some_and(|before| is_unspaced(before) || is_unspaced(character)) {
            starts.push(at);
        }
        before = Some(character);
    }
    starts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    fn terms(text: &str) -> Vec<String> {
        let mut terms = BTreeSet::new();
        super::add_terms(text, &mut terms);
        terms.into_iter().collect()
    }

    #[test]
    fn parts_are_indexed_alone_and_joined() {
        assert_eq!(terms("O'Neill"), ["neill", "o", "oneill"]);
    }

    #[test]
    fn an_unspaced_run_is_indexed_from_each_letter() {
        let terms = terms("東京x");
        for term in ["東京x", "京x\0", "x\0", "dongjingx", "jingx\0"] {
            assert!(
                terms.iter().any(|found| found == term),
                "{term:?} in {terms:?}"
            );
        }
    }
}
