//! Finds card numbers in what must not have any. Nothing here keeps or repeats what it has seen.

use serde_json::Value;

/// The shortest and the longest number of a card (ISO/IEC 7812).
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;

/// Where in a JSON value a card's number stands, as a JSON pointer.
pub(super) fn card_number_in(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => has_card_number(text).then(String::new),
        Value::Number(number) => has_card_number(&number.to_string()).then(String::new),
        Value::Array(items) => items.iter().enumerate().find_map(|(at, item)| {
            let rest = card_number_in(item)?;
            Some(format!("/{at}{rest}"))
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            if has_card_number(name) {
                // Its name is the number: only the place is told.
                return Some(String::new());
            }
            let rest = card_number_in(field)?;
            let name = name.replace('~', "~0").replace('/', "~1");
            Some(format!("/{name}{rest}"))
        }),
        Value::Null | Value::Bool(_) => None,
    }
}

/// Whether a run of digits, perhaps in groups, is a number that a card may have. A run that touches
/// letters is part of something else, such as a token; one behind a `+` is a telephone's.
fn has_card_number(text: &str) -> bool {
    let mut digits: Vec<u8> = Vec::new();
    let mut touches = false;
    let mut before = ' ';
    for letter in text.chars().chain([' ', ' ']) {
        if let Some(digit) = letter.to_digit(10) {
            touches |=
                digits.is_empty() && (before.is_alphanumeric() || matches!(before, '_' | '+'));
            digits.extend(u8::try_from(digit));
        } else if matches!(letter, ' ' | '-') && before.is_ascii_digit() {
            // A group may follow.
        } else {
            touches |= before.is_ascii_digit() && (letter.is_alphanumeric() || letter == '_');
            if !touches && is_card_number(&digits) {
                return true;
            }
            digits.clear();
            touches = false;
        }
        before = letter;
    }
    false
}

fn is_card_number(digits: &[u8]) -> bool {
    DIGITS.contains(&digits.len()) && is_issued(digits) && passes_luhn(digits)
}

/// Whether the schemes give out numbers that begin like this: American Express, Diners and JCB (3),
/// Visa (4), Mastercard (51 to 55, 2221 to 2720), Maestro, Discover and UnionPay (50, 56 to 6).
fn is_issued(digits: &[u8]) -> bool {
    let beginning = digits
        .iter()
        .take(4)
        .fold(0u32, |sum, digit| sum * 10 + u32::from(*digit));
    matches!(beginning, 2221..=2720 | 3000..=3999 | 4000..=4999 | 5000..=6999)
}

/// The check digit of ISO/IEC 7812-1, annex B.
fn passes_luhn(digits: &[u8]) -> bool {
    let double = |digit: u8| match digit * 2 {
        double if double > 9 => double - 9,
        double => double,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| u32::from(if at % 2 == 1 { double(*digit) } else { *digit }))
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_card_number_is_found_wherever_it_stands() {
        let cards = [
            (
                json!({"payment_token": "4242424242424242"}),
                "/payment_token",
            ),
            (
                json!({"card": {"number": "4242 4242 4242 4242"}}),
                "/card/number",
            ),
            (json!({"name": "5555-5555-5555-4444."}), "/name"),
            (
                json!({"attendees": [{"a": 1}, {"n": "x 378282246310005"}]}),
                "/attendees/1/n",
            ),
            (json!({"number": 4242424242424242u64}), "/number"),
            (json!({"4242424242424242": 1}), ""),
        ];
        for (body, pointer) in cards {
            assert_eq!(card_number_in(&body).as_deref(), Some(pointer), "{body}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_let_through() {
        for text in [
            "tok_4242424242424242",
            "pm_1NxgdZCzuv0dcYiwpZrWvjb9",
            "4242424242424241",
            "1764344744000",
            "2027-05-01 20:00:00",
            "4242424242424242-4242424242424242",
            "+49 1512 3456784",
            "7d3c1d0e-1",
        ] {
            assert_eq!(card_number_in(&json!({ "a": text })), None, "{text}");
        }
    }
}
