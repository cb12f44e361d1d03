//! The languages that letters are written in, and how each writes times and amounts.

use boxoffice_model::Currency;
use jiff::ZonedDateTime;

/// A language that letters are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
}

impl Language {
    /// The language of a tag such as `de-AT`; English where it is none of ours.
    #[must_use]
    pub fn of_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        match primary.eq_ignore_ascii_case("de") {
            true => Language::German,
            false => Language::English,
        }
    }

    /// Its tag.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::German => "de",
        }
    }

    /// Such as `1 May 2027, 20:00`, on the clock of its zone.
    pub(crate) fn time(self, at: &ZonedDateTime) -> String {
        let format = match self {
            Language::English => "%-d %B %Y, %H:%M",
            Language::German => "%-d.%-m.%Y, %H:%M Uhr",
        };
        at.strftime(format).to_string()
    }

    /// Such as `90.00 EUR`: the code, so that no sign is mistaken for another country's.
    pub(crate) fn money(self, amount: u64, currency: Currency) -> String {
        let unit = 10u64.pow(u32::from(currency.exponent()));
        let width = usize::from(currency.exponent());
        let (whole, rest) = (amount / unit, amount % unit);
        match (self, width) {
            (_, 0) => format!("{whole} {currency}"),
            (Language::English, _) => format!("{whole}.{rest:0width$} {currency}"),
            (Language::German, _) => format!("{whole},{rest:0width$} {currency}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_names_a_language_whatever_the_country() {
        for tag in ["de", "de-AT", "DE", "de_CH"] {
            assert_eq!(Language::of_tag(tag), Language::German, "{tag}");
        }
        for tag in ["en", "en-US", "fr", "", "den"] {
            assert_eq!(Language::of_tag(tag), Language::English, "{tag}");
        }
    }

    #[test]
    fn amounts_are_written_in_whole_units() {
        let currency = |code: &str| code.parse().expect("a currency");
        let (english, german) = (Language::English, Language::German);
        assert_eq!(english.money(9_005, currency("EUR")), "90.05 EUR");
        assert_eq!(german.money(9_005, currency("EUR")), "90,05 EUR");
        assert_eq!(german.money(14_800, currency("JPY")), "14800 JPY");
        assert_eq!(english.money(1_500, currency("KWD")), "1.500 KWD");
    }

    #[test]
    fn times_are_those_of_their_zone() {
        let at: ZonedDateTime = "2027-02-10T23:30:00Z[Europe/Berlin]"
            .parse()
            .expect("a time");
        assert_eq!(Language::English.time(&at), "11 February 2027, 00:30");
        assert_eq!(Language::German.time(&at), "11.2.2027, 00:30 Uhr");
    }
}
