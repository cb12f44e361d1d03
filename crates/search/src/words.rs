//! Cuts a text into words and words into parts at their punctuation. Knows nothing of accents or
//! spelling: see `spelling`.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// One word as it stands between spaces, cut at its punctuation: `AC/DC` is `["ac", "dc"]`.
/// Never empty, and neither is a part.
pub(crate) type Word = Vec<String>;

/// Cuts `text` into words: lower-cased, in compatibility form (`ﬁ` is `fi`, full-width `Ａ` is `a`),
/// accents kept. What has no letter or digit is no word.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let clean = clean(text);
    clean
        .split_whitespace()
        .map(parts)
        .filter(|parts| !parts.is_empty())
        .collect()
}

fn parts(word: &str) -> Word {
    word.split(|character| !belongs_to_word(character))
        .filter(|part| part.chars().any(is_letter_or_digit))
        .map(str::to_owned)
        .collect()
}

fn clean(text: &str) -> String {
    text.chars()
        .filter(|&character| !is_invisible(character))
        .map(plain_apostrophe)
        .nfkc()
        .flat_map(char::to_lowercase)
        .collect()
}

/// Spacing accents decompose into a space and a mark, which would cut the `O´Neill` of a German
/// keyboard in two.
fn plain_apostrophe(character: char) -> char {
    let decomposes_to_space =
        !character.is_whitespace() && std::iter::once(character).nfkd().next() == Some(' ');
    if decomposes_to_space { '\'' } else { character }
}

/// Characters that steer how text is shown (joiners, direction marks, variation selectors,
/// enclosing keycaps) or only stretch it (the Arabic tatweel), and control characters.
fn is_invisible(character: char) -> bool {
    let steers = matches!(character,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{640}' | '\u{180B}'..='\u{180F}'
        | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{20DD}'..='\u{20E4}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
        | '\u{E0000}'..='\u{E0FFF}');
    steers || (character.is_control() && !character.is_whitespace())
}

/// Not a mark, though Unicode calls some alphabetic: without a letter it has nothing to fold to.
fn is_letter_or_digit(character: char) -> bool {
    character.is_alphanumeric() && !is_combining_mark(character)
}

fn belongs_to_word(character: char) -> bool {
    // Modifier letters are alphabetic to Unicode, yet apostrophes to a reader: `Hawaiʻi`.
    let is_modifier = matches!(character, '\u{2B0}'..='\u{2FF}');
    !is_modifier && (character.is_alphanumeric() || is_combining_mark(character))
}

/// Whether a script is written without spaces between words, so that any part of a run may be what
/// is looked for: Chinese, Japanese, Thai, Lao, Khmer, Burmese and their neighbours.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{E00}'..='\u{EFF}'         // Thai, Lao
        | '\u{1000}'..='\u{109F}'     // Burmese
        | '\u{1780}'..='\u{17FF}'     // Khmer
        | '\u{1950}'..='\u{19DF}'     // Tai Le, New Tai Lue
        | '\u{1A20}'..='\u{1AAF}'     // Tai Tham
        | '\u{2E80}'..='\u{2FDF}'     // radicals
        | '\u{3005}'..='\u{3007}'     // 々〆〇
        | '\u{3040}'..='\u{30FF}'     // kana
        | '\u{3100}'..='\u{312F}' | '\u{31A0}'..='\u{31BF}' // bopomofo
        | '\u{31F0}'..='\u{31FF}'     // small katakana
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' // Han
        | '\u{A9E0}'..='\u{A9FF}' | '\u{AA60}'..='\u{AADF}' // Burmese, Tai Viet
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}') // Han
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_cut_at_spaces_and_parts_at_punctuation() {
        assert_eq!(
            words("  AC/DC — Jean-Luc\u{a0}O´Neill! "),
            [vec!["ac", "dc"], vec!["jean", "luc"], vec!["o", "neill"]]
        );
    }

    #[test]
    fn only_punctuation_makes_no_word() {
        assert!(words("*** … ★ \u{301} \u{10d24} \u{200d} ?!").is_empty());
    }

    #[test]
    fn compatibility_forms_are_plain() {
        assert_eq!(words("Ｒｏｃｋ ﬁnale １２"), [["rock"], ["finale"], ["12"]]);
    }

    #[test]
    fn invisible_characters_are_left_out() {
        assert_eq!(words("ro\u{ad}ck\u{200b}er"), [["rocker"]]);
    }
}
