//! Compares the words of a query with the terms of one segment of the index, and ranks its
//! documents. Which spellings are compared is decided elsewhere (`terms`, `query`).

use std::sync::Arc;

use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED};

use crate::query::{Needle, QueryWord, is_number};
use crate::rank::{Closeness, Place, Rank, rank};
use crate::terms::INNER;

/// The terms of one field of a segment, and what a match in it is worth.
struct Terms {
    place: Place,
    reader: Arc<InvertedIndexReader>,
}

/// The rank of each document of `segment`, by document number; 0 where some word finds nothing.
pub(crate) fn ranks(
    segment: &SegmentReader,
    fields: &[(Place, Field)],
    query: &[QueryWord],
) -> tantivy::Result<Vec<Rank>> {
    let fields = fields
        .iter()
        .map(|&(place, field)| {
            Ok(Terms {
                place,
                reader: segment.inverted_index(field)?,
            })
        })
        .collect::<tantivy::Result<Vec<_>>>()?;
    let documents = segment.max_doc() as usize;
    let Some((first, rest)) = query.split_first() else {
        return Ok(vec![0; documents]);
    };
    let mut total = word_ranks(&fields, first, documents)?;
    for word in rest {
        if total.iter().all(|&rank| rank == 0) {
            break;
        }
        total = combine(total, &word_ranks(&fields, word, documents)?, both);
    }
    Ok(total)
}

fn both(one: Rank, other: Rank) -> Rank {
    if one == 0 || other == 0 {
        0
    } else {
        one + other
    }
}

fn word_ranks(fields: &[Terms], word: &QueryWord, documents: usize) -> tantivy::Result<Vec<Rank>> {
    let mut best = vec![0; documents];
    for reading in &word.readings {
        let mut worst = vec![Rank::MAX; documents];
        for part in &reading.parts {
            let mut found = vec![0; documents];
            for needle in &part.needles {
                mark(fields, needle, &mut found)?;
            }
            worst = combine(worst, &found, Rank::min);
        }
        best = combine(best, &worst, Rank::max);
    }
    Ok(best)
}

fn combine(mut one: Vec<Rank>, other: &[Rank], with: impl Fn(Rank, Rank) -> Rank) -> Vec<Rank> {
    for (a, &b) in one.iter_mut().zip(other) {
        *a = with(*a, b);
    }
    one
}

/// Raises the rank of each document in which `needle` is found.
fn mark(fields: &[Terms], needle: &Needle, found: &mut [Rank]) -> tantivy::Result<()> {
    for terms in fields {
        let mut visit = |closeness, info: &TermInfo| {
            raise(&terms.reader, info, rank(closeness, terms.place), found)
        };
        match &needle.slips {
            None => visit_beginnings(&terms.reader, &needle.text, &mut visit)?,
            Some(automaton) => {
                let mut stream = terms.reader.terms().search(automaton).into_stream()?;
                while let Some((term, info)) = stream.next() {
                    if let Some(closeness) = closeness(term, &needle.text) {
                        visit(closeness, info)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn visit_beginnings(
    reader: &InvertedIndexReader,
    text: &str,
    visit: &mut impl FnMut(Closeness, &TermInfo) -> tantivy::Result<()>,
) -> tantivy::Result<()> {
    let mut stream = reader.terms().range().ge(text).into_stream()?;
    while let Some((term, info)) = stream.next() {
        if !term.starts_with(text.as_bytes()) {
            break;
        }
        let exact = term.len() == text.len();
        visit(
            if exact {
                Closeness::Exact
            } else {
                Closeness::Prefix
            },
            info,
        )?;
    }
    Ok(())
}

/// How a term that the automaton accepted matches; not at all if only a number was mistyped.
fn closeness(term: &[u8], text: &str) -> Option<Closeness> {
    if term == text.as_bytes() {
        return Some(Closeness::Exact);
    }
    if term.starts_with(text.as_bytes()) {
        return Some(Closeness::Prefix);
    }
    let term = std::str::from_utf8(term).ok()?;
    (!is_number(term.trim_end_matches(INNER))).then_some(Closeness::Slip)
}

fn raise(
    reader: &InvertedIndexReader,
    info: &TermInfo,
    rank: Rank,
    found: &mut [Rank],
) -> tantivy::Result<()> {
    let mut postings = reader.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    let mut document = postings.doc();
    while document != TERMINATED {
        let best = &mut found[document as usize];
        *best = rank.max(*best);
        document = postings.advance();
    }
    Ok(())
}
