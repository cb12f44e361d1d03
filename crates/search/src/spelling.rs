//! Folds a word into the spellings under which it may be looked for: without accents, with the
//! German digraphs, in Latin letters. Does not cut texts: see `words`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// Longest spelling kept, in characters. Words beyond it are compared by their beginning.
pub(crate) const MAX_CHARACTERS: usize = 64;

/// The folded spelling of a lower-cased word, first, and its German one (`müller`: `muller`,
/// `mueller`).
pub(crate) fn spellings(word: &str) -> Vec<String> {
    let mut all = Vec::with_capacity(2);
    add(&mut all, fold(word));
    if word.contains(['ä', 'ö', 'ü', 'å', 'ø']) {
        add(&mut all, fold(&digraphs(word)));
    }
    all
}

/// The Latin spellings of a word in another script (`москва`: `moskva`); empty for a Latin one.
pub(crate) fn latin_spellings(word: &str) -> Vec<String> {
    let folded = fold(word);
    let mut all = Vec::new();
    if !folded.is_ascii() {
        // With accents and without: й is `y` by its own name, and `i` as a typed и.
        add(&mut all, transliterate(word));
        add(&mut all, transliterate(&folded));
    }
    all
}

fn add(all: &mut Vec<String>, spelling: String) {
    let spelling = match spelling.char_indices().nth(MAX_CHARACTERS) {
        Some((end, _)) => spelling[..end].to_owned(),
        None => spelling,
    };
    if !spelling.is_empty() && !all.contains(&spelling) {
        all.push(spelling);
    }
}

fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_owned();
    }
    let mut plain = String::with_capacity(word.len());
    for character in word.nfd().filter(|&character| !is_accent(character)) {
        match letters(character) {
            Some(letters) => plain.push_str(letters),
            None => plain.push(character),
        }
    }
    // Composed again, so that a Hangul syllable or a voiced kana is one letter.
    plain.nfc().collect()
}

/// Marks that a reader may leave out: accents, strokes, Hebrew and Arabic points. Vowel signs of the
/// Indic scripts and of Thai, and the voicing of kana, are letters to their readers and stay.
/// The numbers are canonical combining classes (Unicode Standard Annex 44, table 15).
fn is_accent(character: char) -> bool {
    matches!(canonical_combining_class(character), 1 | 7 | 10..=36 | 202..=240)
}

/// Letters that Unicode does not decompose, though readers take them for others.
fn letters(character: char) -> Option<&'static str> {
    Some(match character {
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ø' => "o",
        'ł' => "l",
        'đ' | 'ð' => "d",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ı' => "i",
        'ς' => "σ",
        // Arabic letters that keyboards and the Persian alphabet write in two ways.
        'ى' | 'ی' => "ي",
        'ة' => "ه",
        'ک' => "ك",
        _ => return None,
    })
}

fn digraphs(word: &str) -> String {
    let mut spelled = String::with_capacity(word.len() + 2);
    for character in word.chars() {
        match character {
            'ä' => spelled.push_str("ae"),
            'ö' | 'ø' => spelled.push_str("oe"),
            'ü' => spelled.push_str("ue"),
            'å' => spelled.push_str("aa"),
            other => spelled.push(other),
        }
    }
    spelled
}

fn transliterate(word: &str) -> String {
    any_ascii::any_ascii(word)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{fold, latin_spellings, spellings};

    #[test]
    fn accents_and_odd_letters_are_folded() {
        for (word, folded) in [
            ("beyoncé", "beyonce"),
            ("łódź", "lodz"),
            ("straße", "strasse"),
            ("đà", "da"),
            ("i\u{307}stanbul", "istanbul"),
            ("ıssız", "issiz"),
            ("αθήνας", "αθηνασ"),
            ("שָׁלוֹם", "שלום"),
            ("مُحَمَّد", "محمد"),
            ("が", "が"),
            ("서울", "서울"),
            ("हिन्दी", "हिन्दी"),
        ] {
            assert_eq!(fold(word), folded);
        }
    }

    #[test]
    fn umlauts_have_two_spellings() {
        assert_eq!(spellings("müller"), ["muller", "mueller"]);
        assert_eq!(spellings("øre"), ["ore", "oere"]);
        assert_eq!(spellings("plain"), ["plain"]);
    }

    #[test]
    fn other_scripts_have_a_latin_spelling() {
        assert_eq!(latin_spellings("москва"), ["moskva"]);
        assert_eq!(latin_spellings("서울"), ["seoul"]);
        assert!(latin_spellings("müller").is_empty());
    }

    #[test]
    fn spellings_are_cut_in_characters() {
        assert_eq!(spellings(&"ж".repeat(100)), ["ж".repeat(64)]);
    }
}
