//! The index against a matcher that compares every word with every other and knows no index; and
//! strange texts, which may find nothing but must be taken.
#![allow(clippy::unwrap_used, reason = "a test says what failed by failing")]

use boxoffice_search::{Document, SearchIndex};
use proptest::collection::vec;
use proptest::prelude::*;

/// Damerau's distance (optimal string alignment), by the table.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            table[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let wrong = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = wrong.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(table[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    table[a.len()][b.len()]
}

/// Folds the few letters that the generated words have.
fn folded(word: &str) -> Vec<char> {
    let plain = |letter: char| match letter {
        'á' | 'Á' | 'A' => 'a',
        'ç' | 'Ç' => 'c',
        other => other,
    };
    word.chars().map(plain).collect()
}

/// 3 for the word itself, 2 for its beginning, 1 for a beginning with a slip, 0 for no match.
fn closeness(asked: &str, word: &str) -> u8 {
    let (asked, word) = (folded(asked), folded(word));
    let number = |word: &[char]| word.iter().all(char::is_ascii_digit);
    if asked == word {
        3
    } else if word.starts_with(&asked) {
        2
    } else if asked.len() >= 4
        && !number(&asked)
        && !number(&word)
        && (0..=word.len()).any(|end| distance(&asked, &word[..end]) <= 1)
    {
        1
    } else {
        0
    }
}

/// What decides between two documents: fewer slips, more exact words, better places.
fn naive_rank(query: &[String], fields: &[Vec<String>; 4]) -> Option<(i32, u32, u32)> {
    let mut total = (0, 0, 0);
    for asked in query {
        let best = fields
            .iter()
            .zip([3, 2, 1, 0])
            .flat_map(|(words, place)| {
                words
                    .iter()
                    .map(move |word| (closeness(asked, word), place))
            })
            .max()
            .filter(|best| best.0 > 0)?;
        total.0 -= i32::from(best.0 == 1);
        total.1 += u32::from(best.0 == 3);
        total.2 += best.1;
    }
    Some(total)
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![8 => "[abcáçÁA]{1,7}", 1 => "[12]{1,5}", 1 => "[ab1]{1,6}"]
}

fn event() -> impl Strategy<Value = [Vec<String>; 4]> {
    [
        vec(word(), 0..4),
        vec(word(), 0..3),
        vec(word(), 0..3),
        vec(word(), 0..2),
    ]
}

fn index_of(events: &[[Vec<String>; 4]]) -> SearchIndex {
    let index = SearchIndex::new().unwrap();
    let texts: Vec<[String; 4]> = events
        .iter()
        .map(|event| event.each_ref().map(|words| words.join(" ")))
        .collect();
    let artists: Vec<[String; 1]> = texts.iter().map(|text| [text[1].clone()]).collect();
    index
        .replace(
            texts
                .iter()
                .zip(&artists)
                .zip(0..)
                .map(|((text, artists), key)| Document {
                    key,
                    name: &text[0],
                    artists,
                    venue: &text[2],
                    city: &text[3],
                }),
        )
        .unwrap();
    index
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_index_finds_and_orders_as_the_naive_matcher(
        events in vec(event(), 1..30),
        queries in vec(vec(word(), 1..4), 1..20),
    ) {
        let index = index_of(&events);
        for query in queries {
            let hits = index.search(Some(&query.join(" ")), None).unwrap();
            let found: Vec<u64> = hits.iter().map(|hit| hit.key).collect();
            let mut wanted: Vec<_> = events
                .iter()
                .zip(0..)
                .filter_map(|(event, key)| Some((naive_rank(&query, event)?, key)))
                .collect();
            wanted.sort_by_key(|&(rank, key)| (std::cmp::Reverse(rank), key));
            let wanted_keys: Vec<u64> = wanted.iter().map(|&(_, key)| key).collect();
            prop_assert_eq!(found, wanted_keys, "{:?}", query);
            for (hits, wanted) in hits.windows(2).zip(wanted.windows(2)) {
                let tied = hits[0].score == hits[1].score;
                prop_assert_eq!(tied, wanted[0].0 == wanted[1].0, "ties of {:?}", query);
            }
        }
    }

    #[test]
    fn changes_in_any_order_leave_what_the_last_one_said(
        changes in vec((0..6_u64, prop::option::of(event())), 1..20),
    ) {
        let index = SearchIndex::new().unwrap();
        let mut model = std::collections::BTreeMap::new();
        for (key, event) in changes {
            match event {
                Some(event) => {
                    let name = event[0].join(" ");
                    let document = Document { key, name: &name, artists: &[], venue: "", city: "" };
                    index.replace([document]).unwrap();
                    model.insert(key, event);
                }
                None => {
                    index.remove(&[key]).unwrap();
                    model.remove(&key);
                }
            }
            let all: Vec<u64> =
                index.search(None, None).unwrap().iter().map(|hit| hit.key).collect();
            prop_assert_eq!(all, model.keys().copied().collect::<Vec<_>>());
        }
        for (key, event) in &model {
            for word in &event[0] {
                let hits = index.search(Some(word), None).unwrap();
                prop_assert!(hits.iter().any(|hit| hit.key == *key));
            }
        }
    }

    #[test]
    fn any_text_can_be_indexed_and_asked(
        names in vec(any::<String>(), 1..5),
        queries in vec(any::<String>(), 1..5),
    ) {
        let index = SearchIndex::new().unwrap();
        index
            .replace(names.iter().zip(0..).map(|(name, key)| Document {
                key,
                name,
                artists: &names,
                venue: name,
                city: name,
            }))
            .unwrap();
        for query in queries {
            index.search(Some(&query), Some(&query)).unwrap();
        }
    }

    #[test]
    fn a_name_with_a_letter_is_found_by_itself(name in "\\PC{1,40}") {
        // Letters that every step keeps; the rest of the text is anything printable.
        let name = format!("{name} Zag");
        let index = SearchIndex::new().unwrap();
        let document = Document { key: 1, name: &name, artists: &[], venue: "", city: "" };
        index.replace([document]).unwrap();
        prop_assert_eq!(index.search(Some(&name), None).unwrap().len(), 1);
        // An iota under a Greek vowel is an accent, and in capitals a letter: ῷ is ΩΙ.
        if !name.contains(|letter| matches!(letter, '\u{345}' | '\u{1F80}'..='\u{1FFC}')) {
            let capitals = name.to_uppercase();
            prop_assert_eq!(index.search(Some(&capitals), None).unwrap().len(), 1);
        }
    }
}
