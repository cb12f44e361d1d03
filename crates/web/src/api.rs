//! The public API, called in this process: the site sends what any client would send, and sees what
//! any client would see.

mod problem;
pub(crate) mod wire;

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tower::ServiceExt;

pub(crate) use problem::Problem;

/// The API as one client sees it.
pub(crate) struct Api {
    router: Router,
}

/// What the API answered.
pub(crate) struct Answer<T> {
    pub(crate) body: T,
    /// Cookies that it sets: they belong to the visitor.
    pub(crate) cookies: Vec<HeaderValue>,
}

/// Why there is no answer that the site could show.
#[derive(Clone, Debug)]
pub(crate) enum ApiError {
    /// The API says what is wrong.
    Problem(Box<Problem>),
    /// It answered something that is not its own description.
    Strange(String),
}

impl Api {
    pub(crate) fn new(router: Router) -> Self {
        Api { router }
    }

    /// The API itself.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// What is public.
    pub(crate) async fn public<T: DeserializeOwned>(&self, path: &str) -> Result<T, ApiError> {
        self.get(path, &HeaderMap::new()).await
    }

    /// A page of a list, and the cursor of the next.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<(T, Option<String>), ApiError> {
        let nobody = HeaderMap::new();
        let raw = self.send(Method::GET, path, &nobody, Vec::new()).await?;
        let next = next_cursor(&raw.headers);
        Ok((read(raw)?.body, next))
    }

    /// What is this visitor's own.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        path: &str,
        visitor: &HeaderMap,
    ) -> Result<T, ApiError> {
        let answer = self.send(Method::GET, path, visitor, Vec::new());
        Ok(read(answer.await?)?.body)
    }

    /// Asks for a change.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        visitor: &HeaderMap,
        body: &impl Serialize,
    ) -> Result<Answer<T>, ApiError> {
        let body =
            serde_json::to_vec(body).map_err(|error| ApiError::Strange(error.to_string()))?;
        read(self.send(method, path, visitor, body).await?)
    }

    /// Has the API answer a request as it came.
    pub(crate) async fn pass_on(&self, request: Request<Body>) -> axum::response::Response {
        let Ok(response) = self.router.clone().oneshot(request).await;
        response
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        visitor: &HeaderMap,
        body: Vec<u8>,
    ) -> Result<Raw, ApiError> {
        let mut request = Request::builder().method(method).uri(path);
        for name in [
            header::AUTHORIZATION,
            header::COOKIE,
            http::HeaderName::from_static("idempotency-key"),
        ] {
            for value in visitor.get_all(&name) {
                request = request.header(&name, value);
            }
        }
        if !body.is_empty() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let strange = |what: String| ApiError::Strange(what);
        let request = request
            .body(Body::from(body))
            .map_err(|error| strange(error.to_string()))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let (head, body) = response.into_parts();
        let body = body.collect().await;
        let body = body.map_err(|error| strange(error.to_string()))?.to_bytes();
        if !head.status.is_success() {
            return Err(Problem::read(head.status, &head.headers, &body));
        }
        Ok(Raw {
            status: head.status,
            headers: head.headers,
            body,
        })
    }
}

struct Raw {
    status: StatusCode,
    headers: HeaderMap,
    body: bytes::Bytes,
}

fn read<T: DeserializeOwned>(raw: Raw) -> Result<Answer<T>, ApiError> {
    let text: &[u8] = match raw.status {
        StatusCode::NO_CONTENT => b"null",
        _ => &raw.body,
    };
    let body =
        serde_json::from_slice(text).map_err(|error| ApiError::Strange(error.to_string()))?;
    let cookies = raw.headers.get_all(header::SET_COOKIE);
    Ok(Answer {
        body,
        cookies: cookies.iter().cloned().collect(),
    })
}

/// The cursor in `Link: <…&cursor=…>; rel="next"`.
fn next_cursor(headers: &HeaderMap) -> Option<String> {
    let link = headers.get(header::LINK)?.to_str().ok()?;
    let (url, _) = link.strip_prefix('<')?.split_once('>')?;
    let (_, query) = url.split_once('?')?;
    let mut fields = form_urlencoded::parse(query.as_bytes());
    let (_, cursor) = fields.find(|(name, _)| name == "cursor")?;
    Some(cursor.into_owned())
}
