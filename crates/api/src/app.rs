//! What handlers share: the flows, and the settings that shape answers.

use std::sync::Arc;

use boxoffice_catalogue::{Catalogue, Listed, LoadedPlan, PlanLoadError, Plans};
use boxoffice_model::{Digest, EventNumber, KeyRing, Micros, SessionId, Timestamp};
use boxoffice_payments::Payments;
use boxoffice_seat_map::{PlanSource, SeatMaps};
use boxoffice_seating::SeatingPlan;
use boxoffice_sequencer::Sequencer;
use boxoffice_store::{Store, StoreError};
use metrics_exporter_prometheus::PrometheusHandle;

use crate::order_links::OrderLinks;
use crate::problem::Problem;

/// Draws random bytes.
pub type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// The settings that shape answers.
#[derive(Clone, Debug)]
pub struct Config {
    /// For how long seats are held.
    pub hold: Micros,
    /// For how long a guest session lasts.
    pub session: Micros,
    /// Whether buyers reach us by HTTPS: cookies are then for HTTPS only.
    pub https: bool,
    /// Where buyers reach this box office, without a slash at the end.
    pub public_url: String,
}

/// Everything a handler may use.
pub struct App {
    pub config: Config,
    pub store: Arc<dyn Store>,
    pub sequencer: Sequencer,
    pub maps: Arc<SeatMaps>,
    pub catalogue: Arc<Catalogue>,
    pub plans: Arc<Plans>,
    pub payments: Payments,
    /// None where no mail is sent.
    pub order_links: Option<OrderLinks>,
    pub keys: KeyRing,
    pub random: Random,
    /// Renders `/metrics`.
    pub metrics: Option<PrometheusHandle>,
}

impl App {
    /// The store's time, as this node knows it.
    pub fn now(&self) -> Timestamp {
        self.store.now()
    }

    /// The event that a path names.
    pub(crate) fn event_in_path(&self, id: &str) -> Result<Arc<Listed>, Problem> {
        self.catalogue
            .by_id(id)
            .ok_or_else(|| Problem::unknown_event_in_path(id))
    }

    /// The event of an address.
    pub(crate) fn event_of(&self, number: EventNumber) -> Option<Arc<Listed>> {
        self.catalogue.by_number(number)
    }

    /// The event's seating plan.
    pub(crate) async fn plan(&self, event: &Listed) -> Result<Arc<LoadedPlan>, Problem> {
        self.plans
            .get(self.store.as_ref(), &event.plan)
            .await
            .map_err(|error| {
                tracing::error!(%error, "There is no seating plan");
                Problem::store_unavailable("the seating plan cannot be read")
            })
    }

    /// A new guest session's id.
    pub(crate) fn draw_session(&self) -> SessionId {
        let mut id = [0; 16];
        (self.random)(&mut id);
        SessionId(id)
    }
}

/// The plans that handlers use, for the seat maps: one copy in memory serves both.
pub struct SharedPlans {
    pub store: Arc<dyn Store>,
    pub plans: Arc<Plans>,
}

#[async_trait::async_trait]
impl PlanSource for SharedPlans {
    async fn plan(&self, hash: &Digest) -> Result<Option<Arc<SeatingPlan>>, StoreError> {
        match self.plans.get(self.store.as_ref(), hash).await {
            Ok(loaded) => Ok(Some(Arc::clone(&loaded.plan))),
            Err(PlanLoadError::Missing(_)) => Ok(None),
            Err(PlanLoadError::Store(error)) => Err(error),
            Err(error) => Err(StoreError::Damaged {
                table: "plans",
                what: error.to_string(),
            }),
        }
    }
}
