//! Amounts as Stripe counts them. We count in the minor unit of ISO 4217 everywhere; for some currencies
//! Stripe does not, and a factor of a hundred is real money.
//!
//! From <https://docs.stripe.com/currencies> (zero-decimal currencies, special cases, minimum and maximum
//! charge amounts), as of autumn 2026.

use boxoffice_model::Currency;

/// An amount that cannot be charged as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Stripe does not know the currency, or counts it in a way that we do not know.
    #[error("Stripe takes no {0}: sell in another currency")]
    Unsupported(Currency),
    /// Stripe would round.
    #[error(
        "{amount} {currency} (minor units) cannot be charged by Stripe: it takes multiples of {step}, such as {nearest}"
    )]
    NotWhole {
        /// In minor units, as given.
        amount: u64,
        /// Of this currency.
        currency: Currency,
        /// What it must be a multiple of.
        step: u64,
        /// The next amount above that would do.
        nearest: u64,
    },
    /// The fee would eat it.
    #[error("{amount} {currency} (minor units) is too little for Stripe: it takes {least} or more")]
    TooSmall {
        /// In minor units, as given.
        amount: u64,
        /// Of this currency.
        currency: Currency,
        /// The least that would do, in minor units.
        least: u64,
    },
    /// More digits than Stripe takes.
    #[error("{amount} {currency} (minor units) is too much for Stripe: it takes {most} or less")]
    TooLarge {
        /// In minor units, as given.
        amount: u64,
        /// Of this currency.
        currency: Currency,
        /// The most that would do, in minor units.
        most: u64,
    },
}

/// How a currency's minor unit and Stripe's unit differ.
#[derive(Clone, Copy)]
enum Unit {
    /// Not at all, but amounts are multiples of this.
    Same { step: u64 },
    /// Stripe's is a hundredth of ours.
    Hundredth,
    /// Stripe's is a hundred of ours.
    Hundredfold,
}

impl Unit {
    fn of(currency: Currency) -> Option<Unit> {
        match (currency.as_str(), currency.exponent()) {
            // Zero-decimal for ISO, two decimals for Stripe, always 00: they had cents once, and Stripe
            // stays compatible. UGX stands in its list of zero-decimal ones too; its special case counts.
            ("ISK" | "UGX", _) => Some(Unit::Hundredth),
            // Five iraimbilanja make an ariary; ISO counts two digits, Stripe none.
            ("MGA", _) => Some(Unit::Hundredfold),
            (
                "BIF" | "CLP" | "DJF" | "GNF" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "VND"
                | "VUV" | "XAF" | "XOF" | "XPF",
                _,
            ) => Some(Unit::Same { step: 1 }),
            // The last digit must be 0, for card networks know two digits only.
            ("BHD" | "JOD" | "KWD" | "OMR" | "TND", _) => Some(Unit::Same { step: 10 }),
            // HUF and TWD are special for payouts only.
            (_, 2) => Some(Unit::Same { step: 1 }),
            _ => None,
        }
    }

    /// What our amounts are multiples of.
    fn step(self) -> u64 {
        match self {
            Unit::Same { step } => step,
            Unit::Hundredth => 1,
            Unit::Hundredfold => 100,
        }
    }

    fn to_stripe(self, amount: u64) -> u64 {
        match self {
            Unit::Same { .. } => amount,
            Unit::Hundredth => amount.saturating_mul(100),
            Unit::Hundredfold => amount / 100,
        }
    }

    /// Rounded down: only limits are not whole.
    fn to_minor(self, stripe: u64) -> u64 {
        match self {
            Unit::Same { .. } => stripe,
            Unit::Hundredth => stripe / 100,
            Unit::Hundredfold => stripe.saturating_mul(100),
        }
    }
}

/// What to charge at Stripe for `amount` minor units.
///
/// # Errors
/// [`AmountError`] says what is wrong with the amount, and what would be right.
pub fn to_stripe(amount: u64, currency: Currency) -> Result<u64, AmountError> {
    let unit = Unit::of(currency).ok_or(AmountError::Unsupported(currency))?;
    let least = unit.to_minor(least(currency)).max(unit.step());
    if amount < least {
        return Err(AmountError::TooSmall {
            amount,
            currency,
            least,
        });
    }
    let stripe = refund_to_stripe(amount, currency)?;
    if stripe > most(currency) {
        let most = unit.to_minor(most(currency));
        let most = most - most % unit.step();
        return Err(AmountError::TooLarge {
            amount,
            currency,
            most,
        });
    }
    Ok(stripe)
}

/// What to give back at Stripe for `amount` minor units: any part of a charge, however small.
///
/// # Errors
/// [`AmountError`] if the currency is not Stripe's or the amount not whole.
pub fn refund_to_stripe(amount: u64, currency: Currency) -> Result<u64, AmountError> {
    let unit = Unit::of(currency).ok_or(AmountError::Unsupported(currency))?;
    let step = unit.step();
    if !amount.is_multiple_of(step) {
        return Err(AmountError::NotWhole {
            amount,
            currency,
            step,
            nearest: amount.div_ceil(step).saturating_mul(step),
        });
    }
    Ok(unit.to_stripe(amount))
}

/// How many minor units an amount of Stripe's is.
///
/// # Errors
/// [`AmountError`] if the currency is not Stripe's, or the amount is a part of a minor unit.
pub fn from_stripe(stripe: u64, currency: Currency) -> Result<u64, AmountError> {
    let unit = Unit::of(currency).ok_or(AmountError::Unsupported(currency))?;
    match unit {
        Unit::Hundredth if !stripe.is_multiple_of(100) => Err(AmountError::NotWhole {
            amount: stripe,
            currency,
            step: 100,
            nearest: stripe.div_ceil(100).saturating_mul(100),
        }),
        _ => Ok(unit.to_minor(stripe)),
    }
}

/// The least that Stripe charges, in its unit. It holds for accounts that are paid out in the same
/// currency; for others Stripe converts, and has the last word.
fn least(currency: Currency) -> u64 {
    match currency.as_str() {
        "USD" | "ARS" | "AUD" | "BRL" | "CAD" | "CHF" | "COP" | "EUR" | "IDR" | "ILS" | "INR"
        | "JPY" | "KRW" | "NZD" | "PHP" | "RUB" | "SGD" | "ZAR" => 50,
        "AED" | "MYR" | "PLN" | "RON" => 200,
        "CZK" => 1_500,
        "DKK" => 250,
        "GBP" => 30,
        "HKD" => 400,
        "HUF" => 17_500,
        "MXN" | "THB" => 1_000,
        "NOK" | "SEK" => 300,
        _ => 1,
    }
}

/// The most that every method takes, in Stripe's unit: eight digits, more where money is counted in
/// millions. Most cards would take twelve.
fn most(currency: Currency) -> u64 {
    match currency.as_str() {
        "IDR" => 999_999_999_999,
        "COP" => 9_999_999_999,
        "INR" => 999_999_999,
        _ => 99_999_999,
    }
}
