//! A webhook's event, as far as we read it: who it is about. It is news, not truth: what stands in it
//! may be old, so the object is asked for again before anything follows from it. Whether it comes from
//! Stripe is decided by `webhook.rs`.

use serde_json::Value;

use crate::parts::Metadata;

/// Something that happened at Stripe.
#[derive(Clone, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`; the same event may come more than once.
    pub id: String,
    /// Such as `payment_intent.succeeded`. There are hundreds, and new ones every month.
    pub kind: String,
    /// When it happened, in Unix seconds. Events may come in any order.
    pub created: i64,
    /// Whether it is about real money.
    pub livemode: bool,
    /// Whom it is about.
    pub object_id: String,
    /// What that is, such as `payment_intent`, `checkout.session`, `refund`, `charge`.
    pub object_kind: String,
    /// What we wrote on it.
    pub metadata: Metadata,
    /// The payment that it belongs to, or is.
    pub payment_intent: Option<String>,
    /// How it stood then.
    pub status: Option<String>,
    /// How a session's money stood then.
    pub payment_status: Option<String>,
}

/// A body that is no event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// It cannot be read.
    #[error("the body is no JSON")]
    NotJson,
    /// Something is missing in it.
    #[error("the body is no event of Stripe's API v1: it has no {0}")]
    Missing(&'static str),
}

impl Event {
    /// Reads the body of a webhook, after [`crate::webhook::verify`] has found it genuine. Kinds that we
    /// do not know are read too.
    ///
    /// # Errors
    /// [`EventError`] if it is none.
    pub fn parse(body: &[u8]) -> Result<Event, EventError> {
        let event: Value = serde_json::from_slice(body).map_err(|_| EventError::NotJson)?;
        let object = &event["data"]["object"];
        let object_id = needed(&object["id"], "data.object.id")?;
        let object_kind = needed(&object["object"], "data.object.object")?;
        let payment_intent = match object_kind.as_str() {
            "payment_intent" => Some(object_id.clone()),
            _ => id_of(&object["payment_intent"]),
        };
        Ok(Event {
            id: needed(&event["id"], "id")?,
            kind: needed(&event["type"], "type")?,
            created: event["created"].as_i64().unwrap_or_default(),
            livemode: event["livemode"].as_bool().unwrap_or_default(),
            metadata: metadata(&object["metadata"]),
            status: text(&object["status"]),
            payment_status: text(&object["payment_status"]),
            object_id,
            object_kind,
            payment_intent,
        })
    }
}

/// Metadata may be secret and is not shown.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("object_id", &self.object_id)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn needed(value: &Value, name: &'static str) -> Result<String, EventError> {
    text(value).ok_or(EventError::Missing(name))
}

/// An object's id, whether it stands there by id or in full.
fn id_of(value: &Value) -> Option<String> {
    text(value).or_else(|| text(&value["id"]))
}

fn metadata(value: &Value) -> Metadata {
    let pairs = value.as_object().into_iter().flatten();
    pairs
        .filter_map(|(name, value)| Some((name.clone(), text(value)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_names_the_payment_that_it_is_about() {
        let intent = br#"{"id":"evt_1","object":"event","type":"payment_intent.succeeded","created":7,
            "livemode":true,"data":{"object":{"id":"pi_1","object":"payment_intent","status":"succeeded",
            "metadata":{"order":"7"}}}}"#;
        let event = Event::parse(intent).expect("an event");
        assert_eq!(event.payment_intent.as_deref(), Some("pi_1"));
        assert_eq!(event.metadata["order"], "7");
        assert!(event.livemode && event.created == 7);
        let session =
            br#"{"id":"evt_2","type":"checkout.session.completed","data":{"object":{"id":"cs_1",
            "object":"checkout.session","payment_status":"paid","payment_intent":{"id":"pi_2"},
            "metadata":null}}}"#;
        let event = Event::parse(session).expect("an event");
        assert_eq!(event.payment_intent.as_deref(), Some("pi_2"));
        assert_eq!(event.payment_status.as_deref(), Some("paid"));
    }

    #[test]
    fn a_kind_that_nobody_knows_is_an_event_too() {
        let body = br#"{"id":"evt_3","type":"moon.landed","data":{"object":{"id":"m_1","object":"moon"}}}"#;
        let event = Event::parse(body).expect("an event");
        assert_eq!(
            (event.kind.as_str(), event.payment_intent),
            ("moon.landed", None)
        );
    }

    #[test]
    fn what_is_no_event_is_told_what_is_missing() {
        assert_eq!(Event::parse(b"\xff"), Err(EventError::NotJson));
        let thin = br#"{"id":"evt_4","object":"v2.core.event","type":"a"}"#;
        assert_eq!(
            Event::parse(thin),
            Err(EventError::Missing("data.object.id"))
        );
        assert_eq!(
            Event::parse(b"[]"),
            Err(EventError::Missing("data.object.id"))
        );
    }
}
