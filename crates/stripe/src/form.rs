//! Parameters as Stripe wants them: pairs, with nested keys in brackets. What they mean is decided by
//! the calls.

use boxoffice_model::Currency;

use crate::parts::Metadata;

/// The parameters of a call, in the order in which they were added: the same call has the same body.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl ToString) -> Self {
        self.0.push((key.into(), value.to_string()));
        self
    }

    pub(crate) fn with_some(self, key: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }

    /// Stripe reads currencies written small only.
    pub(crate) fn with_currency(self, key: &str, currency: Currency) -> Self {
        self.with(key, currency.as_str().to_ascii_lowercase())
    }

    /// Metadata at `key`, which may be nested itself.
    pub(crate) fn with_metadata(self, key: &str, metadata: &Metadata) -> Self {
        let one = |form: Form, (name, value): (&String, &String)| {
            form.with(format!("{key}[{name}]"), value)
        };
        metadata.iter().fold(self, one)
    }

    /// Asks for an object in full where its id would stand.
    pub(crate) fn expanding(self, path: &str) -> Self {
        self.with("expand[]", path)
    }

    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.0
    }
}
