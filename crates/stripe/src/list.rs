//! Lists that come in pages, read to their end. What is listed stands in the resources' files.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::client::Stripe;
use crate::error::CallError;
use crate::form::Form;
use crate::parts::Identified;

/// Objects of a page: as many as Stripe gives.
const PAGE: usize = 100;

#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    #[serde(default)]
    has_more: bool,
    /// Only the pages of a search have it.
    #[serde(default)]
    next_page: Option<String>,
}

impl Stripe {
    /// All objects of a list, the newest first. Stripe's cursor is the last object seen, so that what is
    /// made meanwhile neither doubles nor hides one.
    pub(crate) async fn all<T>(&self, path: &[&str], query: Form) -> Result<Vec<T>, CallError>
    where
        T: DeserializeOwned + Identified,
    {
        let query = query.with("limit", PAGE);
        let mut found = Vec::<T>::new();
        loop {
            let last = found.last().map(|object| object.id().to_owned());
            let query = query.clone().with_some("starting_after", last.as_ref());
            let page = self.get::<Page<T>>(path, query).await?;
            found.extend(page.data);
            // A page that leads nowhere must not lead there for ever.
            let is_further = found.last().map(Identified::id) != last.as_deref();
            if !page.has_more || !is_further {
                return Ok(found);
            }
        }
    }

    /// All objects that a search finds. The index is about a minute behind, sometimes more.
    pub(crate) async fn search<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: Form,
    ) -> Result<Vec<T>, CallError> {
        let query = query.with("limit", PAGE);
        let mut found = Vec::new();
        let mut next = None::<String>;
        loop {
            let query = query.clone().with_some("page", next.as_ref());
            let page = self.get::<Page<T>>(path, query).await?;
            found.extend(page.data);
            match page.next_page {
                Some(page_after) if page.has_more && Some(&page_after) != next.as_ref() => {
                    next = Some(page_after);
                }
                _ => return Ok(found),
            }
        }
    }
}
