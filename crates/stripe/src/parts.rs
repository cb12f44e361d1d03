//! Parts that several of Stripe's objects are made of. No object of its own.

use std::collections::BTreeMap;

use boxoffice_model::Currency;
use serde::{Deserialize, Deserializer};

/// What we write on Stripe's objects, and read from them again.
pub type Metadata = BTreeMap<String, String>;

/// An object that has an id.
pub trait Identified {
    /// Its id.
    fn id(&self) -> &str;
}

/// Another object, by id or in full: that depends on what the call asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Expandable<T> {
    /// Its id only.
    Id(String),
    /// All of it.
    Object(Box<T>),
}

impl<T: Identified> Expandable<T> {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Expandable::Id(id) => id,
            Expandable::Object(object) => object.id(),
        }
    }

    /// All of it, if it was asked for.
    pub fn object(&self) -> Option<&T> {
        match self {
            Expandable::Id(_) => None,
            Expandable::Object(object) => Some(object),
        }
    }
}

/// `null` is as good as nothing.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// Stripe writes currencies small.
pub(crate) fn currency<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parsed = text.to_ascii_uppercase().parse();
    parsed.map_err(serde::de::Error::custom)
}

/// A currency that may be absent.
pub(crate) fn maybe_currency<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Currency>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    let parsed = text.map(|text| text.to_ascii_uppercase().parse());
    parsed.transpose().map_err(serde::de::Error::custom)
}
