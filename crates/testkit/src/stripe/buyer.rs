//! What a buyer and a bank do, without a browser. Each is refused as the page would refuse it.

use super::{StripeFake, checkout, flow, refunds};

/// With what a buyer pays who says nothing else.
pub(super) const USUAL_METHOD: &str = "pm_card_visa";

impl StripeFake {
    /// The buyer says that it is them, or does not (3-D Secure).
    ///
    /// # Errors
    /// When the intent does not wait for that.
    pub fn authenticate(&self, intent: &str, ok: bool) -> Result<(), String> {
        self.world()
            .buyer(|state| flow::authenticate(state, intent, ok))
    }

    /// The bank makes up its mind about a payment that is processing.
    ///
    /// # Errors
    /// When the intent does not wait for that.
    pub fn settle(&self, intent: &str, ok: bool) -> Result<(), String> {
        self.world().buyer(|state| flow::settle(state, intent, ok))
    }

    /// The buyer pays a checkout session. `Ok` is not yet paid: they may have to authenticate, or their
    /// bank may take its time.
    ///
    /// # Errors
    /// When the session is not open, or the card says no: then the session stays open.
    pub fn pay_session(&self, session: &str, method: &str) -> Result<(), String> {
        self.world()
            .buyer(|state| checkout::pay(state, session, method))
    }

    /// The buyer says yes where a session's or a 3-D Secure URL has led them.
    ///
    /// # Errors
    /// When it is no such URL, or nothing can be paid there any more.
    pub fn pay_url(&self, url: &str) -> Result<(), String> {
        let path = url.strip_prefix(&self.base()).unwrap_or_default();
        match (path.strip_prefix("/pay/"), path.strip_prefix("/3ds/")) {
            (Some(session), _) => self.pay_session(session, USUAL_METHOD),
            (_, Some(intent)) => self.authenticate(intent, true),
            _ => Err(format!("nothing can be paid at {url}")),
        }
    }

    /// The buyer's bank sends a refund back.
    ///
    /// # Errors
    /// When there is no such refund, or it has failed before.
    pub fn fail_refund(&self, refund: &str) -> Result<(), String> {
        self.world().buyer(|state| refunds::fail(state, refund))
    }
}
