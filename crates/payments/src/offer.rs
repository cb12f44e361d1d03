//! What a provider takes, for whoever lets a buyer choose. How it is paid is not decided here.

/// A way to pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is sent for it; none: each payment has a token of its own, which the provider's script gives
    /// to the browser.
    pub token: Option<&'static str>,
    pub kind: OfferKind,
}

/// What choosing a way to pay means for the payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// The payer goes to a page of the provider and comes back.
    Redirect,
    /// A token of the provider's script, such as Stripe's PaymentMethods.
    PaymentMethod,
    /// A card that is none: no money moves.
    TestCard,
}

impl Offer {
    pub(crate) const REDIRECT: Offer = Offer {
        token: Some("checkout"),
        kind: OfferKind::Redirect,
    };

    pub(crate) const fn test_card(token: &'static str) -> Self {
        Offer {
            token: Some(token),
            kind: OfferKind::TestCard,
        }
    }
}

impl OfferKind {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            OfferKind::Redirect => "redirect",
            OfferKind::PaymentMethod => "payment_method",
            OfferKind::TestCard => "test_card",
        }
    }
}
