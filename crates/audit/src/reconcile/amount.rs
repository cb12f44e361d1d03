//! Amounts as reports write them: decimals of major units into whole minor units and back, digit by digit.
//! No floating point ever touches them.

use boxoffice_model::Currency;

/// The minor units that a decimal of major units stands for. Fewer decimals than the currency has are
/// understood, more only if they are zeros; thousands may be parted by commas, as in `1,234.50`.
pub(super) fn parse(text: &str, currency: Currency) -> Option<i64> {
    let exponent = usize::from(currency.exponent());
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = match text.split_once('.') {
        Some((_, "")) => return None,
        Some((whole, decimals)) => (whole, decimals),
        None => {
            // `1,234` of a currency with mils may as well be a report with decimal commas.
            if exponent == 3 && text.contains(',') {
                return None;
            }
            (text, "")
        }
    };
    let (kept, beyond) = decimals
        .split_at_checked(exponent)
        .unwrap_or((decimals, ""));
    if !beyond.bytes().all(|byte| byte == b'0') || !thousands(whole) {
        return None;
    }
    let missing = exponent - kept.len();
    let digits = whole.bytes().filter(|byte| *byte != b',');
    let digits = digits
        .chain(kept.bytes())
        .chain(std::iter::repeat_n(b'0', missing));
    let amount = digits.into_iter().try_fold(0i64, |sum, byte| {
        let digit = char::from(byte).to_digit(10)?;
        sum.checked_mul(10)?.checked_add(i64::from(digit))
    })?;
    Some(if negative { -amount } else { amount })
}

/// Whether it has digits, and its commas stand between groups of three.
fn thousands(whole: &str) -> bool {
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or("");
    let grouped = whole.contains(',');
    !first.is_empty() && (!grouped || first.len() <= 3) && groups.all(|group| group.len() == 3)
}

/// An amount as people read it, such as `12.50 EUR`.
pub(super) fn show(amount: i128, currency: Currency) -> String {
    let exponent = u32::from(currency.exponent());
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    let unit = 10u128.pow(exponent);
    let (whole, rest) = (amount / unit, amount % unit);
    match exponent {
        0 => format!("{sign}{whole} {currency}"),
        _ => format!(
            "{sign}{whole}.{rest:0width$} {currency}",
            width = exponent as usize
        ),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn minor(text: &str, currency: &str) -> Option<i64> {
        parse(text, currency.parse().expect("a currency"))
    }

    #[test]
    fn decimals_are_as_many_as_the_currency_has() {
        assert_eq!(minor("12.50", "EUR"), Some(1_250));
        assert_eq!(minor("12.5", "EUR"), Some(1_250));
        assert_eq!(minor("12", "EUR"), Some(1_200));
        assert_eq!(minor("12.500", "EUR"), Some(1_250));
        assert_eq!(minor("12.505", "EUR"), None);
        assert_eq!(minor("1250", "JPY"), Some(1_250));
        assert_eq!(minor("1250.00", "JPY"), Some(1_250));
        assert_eq!(minor("1250.10", "JPY"), None);
        assert_eq!(minor("12.505", "KWD"), Some(12_505));
        assert_eq!(minor("-0.01", "EUR"), Some(-1));
    }

    #[test]
    fn thousands_stand_in_groups_of_three() {
        assert_eq!(minor("1,234.50", "EUR"), Some(123_450));
        assert_eq!(minor("-1,234,567", "JPY"), Some(-1_234_567));
        for wrong in ["1,23", "12,34.50", ",234", "1234,567", "1,,234", "1.234,50"] {
            assert_eq!(minor(wrong, "EUR"), None, "{wrong}");
        }
    }

    #[test]
    fn a_decimal_comma_is_not_taken_for_thousands() {
        assert_eq!(minor("12,50", "EUR"), None);
        assert_eq!(minor("12,505", "KWD"), None);
        assert_eq!(minor("12,505.000", "KWD"), Some(12_505_000));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for wrong in [
            "",
            "-",
            ".5",
            "5.",
            "1e3",
            "€5",
            "5 ",
            "--5",
            "+5",
            "٣",
            "9223372036854775808",
        ] {
            assert_eq!(minor(wrong, "EUR"), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(amount: i64, currency in 0usize..4) {
            prop_assume!(amount != i64::MIN);
            let currency: Currency = ["EUR", "JPY", "KWD", "CLF"][currency].parse().expect("a currency");
            let shown = show(i128::from(amount), currency);
            let number = shown.strip_suffix(&format!(" {currency}")).expect("its currency");
            prop_assert_eq!(parse(number, currency), Some(amount));
        }
    }
}
