//! What browsers send from forms: at most 64 KiB, only from our own pages.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use http_body_util::{BodyExt, Limited};

use crate::pages::trouble::Trouble;
use crate::site::Site;
use crate::visit::Visit;

const MOST_BYTES: usize = 64 * 1024;

/// The fields of a form, in order; a name may come more than once.
pub(crate) struct Form(Vec<(String, String)>);

/// A form that was sent, and who sent it.
pub(crate) struct Sent {
    pub(crate) visit: Visit,
    /// A form that cannot be taken is answered by the handler, in the visitor's language.
    pub(crate) form: Result<Form, Trouble>,
}

impl Form {
    /// The first value of a name, without blanks around it; nothing where it is empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.all(name)
            .map(str::trim)
            .find(|value| !value.is_empty())
    }

    /// All values of a name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.as_str())
    }

    async fn read(body: Body) -> Result<Self, Trouble> {
        let body = Limited::new(body, MOST_BYTES).collect().await;
        let body = body.map_err(|_| Trouble::BadForm)?.to_bytes();
        let fields = form_urlencoded::parse(&body);
        Ok(Form(fields.into_owned().collect()))
    }
}

impl FromRequest<Arc<Site>> for Sent {
    type Rejection = std::convert::Infallible;

    async fn from_request(request: Request, site: &Arc<Site>) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visit = Visit::from_request_parts(&mut parts, site).await?.private();
        let form = match visit.is_foreign(&site.config.public_url) {
            true => Err(Trouble::Foreign),
            false => Form::read(body).await,
        };
        Ok(Sent { visit, form })
    }
}
