//! Amounts in every way of counting: the table, its edges, and there and back.

use boxoffice_model::Currency;
use boxoffice_stripe::amounts::{AmountError, from_stripe, refund_to_stripe, to_stripe};
use proptest::prelude::*;

fn currency(code: &str) -> Currency {
    code.parse().expect("a currency")
}

#[test]
fn amounts_are_counted_as_stripe_counts() {
    let cases = [
        ("EUR", 5_000, 5_000),
        ("USD", 50, 50),
        ("GBP", 30, 30),
        ("HUF", 17_500, 17_500),
        ("TWD", 80_045, 80_045),
        ("JPY", 500, 500),
        ("KRW", 50, 50),
        ("CLP", 9_990, 9_990),
        ("XAF", 1, 1),
        ("ISK", 5, 500),
        ("UGX", 5_000, 500_000),
        ("MGA", 500_000, 5_000),
        ("KWD", 5_120, 5_120),
        ("TND", 10, 10),
        ("EUR", 99_999_999, 99_999_999),
        ("IDR", 250_000_000_000, 250_000_000_000),
    ];
    for (code, minor, stripe) in cases {
        assert_eq!(to_stripe(minor, currency(code)), Ok(stripe), "{code}");
        assert_eq!(from_stripe(stripe, currency(code)), Ok(minor), "{code}");
    }
}

#[test]
fn an_amount_that_stripe_would_refuse_is_told_what_would_be_right() {
    let cases = [
        (
            "EUR",
            49,
            "49 EUR (minor units) is too little for Stripe: it takes 50 or more",
        ),
        (
            "EUR",
            0,
            "0 EUR (minor units) is too little for Stripe: it takes 50 or more",
        ),
        (
            "XAF",
            0,
            "0 XAF (minor units) is too little for Stripe: it takes 1 or more",
        ),
        (
            "ISK",
            0,
            "0 ISK (minor units) is too little for Stripe: it takes 1 or more",
        ),
        (
            "MGA",
            99,
            "99 MGA (minor units) is too little for Stripe: it takes 100 or more",
        ),
        (
            "EUR",
            100_000_000,
            "100000000 EUR (minor units) is too much for Stripe: it takes 99999999 or less",
        ),
        (
            "ISK",
            1_000_000,
            "1000000 ISK (minor units) is too much for Stripe: it takes 999999 or less",
        ),
        (
            "KWD",
            100_000_000,
            "100000000 KWD (minor units) is too much for Stripe: it takes 99999990 or less",
        ),
        (
            "KWD",
            5_124,
            "5124 KWD (minor units) cannot be charged by Stripe: it takes multiples of 10, such as 5130",
        ),
        (
            "MGA",
            150,
            "150 MGA (minor units) cannot be charged by Stripe: it takes multiples of 100, such as 200",
        ),
        (
            "IQD",
            5_000,
            "Stripe takes no IQD: sell in another currency",
        ),
        (
            "UYW",
            5_000,
            "Stripe takes no UYW: sell in another currency",
        ),
    ];
    for (code, amount, why) in cases {
        let error = to_stripe(amount, currency(code)).expect_err(code);
        assert_eq!(error.to_string(), why);
    }
}

#[test]
fn a_refund_may_be_smaller_than_any_charge() {
    assert_eq!(refund_to_stripe(1, currency("EUR")), Ok(1));
    assert_eq!(refund_to_stripe(1, currency("UGX")), Ok(100));
    assert!(refund_to_stripe(5, currency("OMR")).is_err());
}

#[test]
fn a_part_of_a_krona_comes_from_nobody() {
    assert!(matches!(
        from_stripe(550, currency("ISK")),
        Err(AmountError::NotWhole { nearest: 600, .. })
    ));
}

proptest! {
    #[test]
    fn what_is_charged_comes_back_as_it_was(
        amount in 0_u64..2_000_000_000,
        code in prop::sample::select(vec![
            "EUR", "JPY", "ISK", "UGX", "MGA", "KWD", "HUF", "IDR", "VND", "COP",
        ]),
    ) {
        let currency = currency(code);
        match to_stripe(amount, currency) {
            Ok(stripe) => prop_assert_eq!(from_stripe(stripe, currency), Ok(amount)),
            // What the error proposes is taken.
            Err(AmountError::TooSmall { least: right, .. } | AmountError::TooLarge { most: right, .. }) => {
                prop_assert!(to_stripe(right, currency).is_ok());
            }
            Err(AmountError::NotWhole { nearest, .. }) => {
                let again = to_stripe(nearest, currency);
                prop_assert!(!matches!(again, Err(AmountError::NotWhole { .. })), "{:?}", again);
            }
            Err(error) => return Err(TestCaseError::fail(error.to_string())),
        }
    }
}
