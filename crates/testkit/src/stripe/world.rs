//! What the threads of one fake share: the state, and who is told of changes. A change by a call, a buyer
//! or time alone goes through here, so that its events are sent.

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::refusal::Refusal;
use super::state::State;
use super::webhooks::Webhooks;
use super::wire::{Reply, Request};
use super::{api, pages};

/// Everything but the port.
pub(super) struct World {
    state: Mutex<State>,
    pub(super) webhooks: Webhooks,
}

impl World {
    pub(super) fn new(state: State) -> Self {
        World {
            state: Mutex::new(state),
            webhooks: Webhooks::default(),
        }
    }

    /// The state, as of now.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.catch_up();
        state
    }

    /// Changes something that no call has asked for; its events are sent at once.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let value = change(&mut state);
        let events = state.untold();
        drop(state);
        self.webhooks.post(events);
        value
    }

    /// The same as a buyer sees it.
    pub(super) fn buyer(
        &self,
        act: impl FnOnce(&mut State) -> Result<(), Refusal>,
    ) -> Result<(), String> {
        self.change(act).map_err(|refusal| refusal.message())
    }

    /// What is answered, if anything, and the events to be sent after that.
    pub(super) fn serve(&self, request: &Request) -> (Option<Reply>, Vec<Value>) {
        match request.path.starts_with("/v1/") {
            true => api::serve(self, request),
            false => (Some(pages::serve(self, request)), Vec::new()),
        }
    }
}
