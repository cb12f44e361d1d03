//! Request bodies: at most 64 KiB, read whole, and JSON whose errors point at the place.

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use http::HeaderMap;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// The most bytes of a request's body.
pub(crate) const MOST_BYTES: usize = 64 * 1024;

/// A request's body, whole.
pub(crate) struct Body(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if declared(request.headers()).is_some_and(|length| length > MOST_BYTES as u64) {
            return Err(Problem::too_large());
        }
        match Limited::new(request.into_body(), MOST_BYTES)
            .collect()
            .await
        {
            Ok(body) => Ok(Body(body.to_bytes())),
            Err(error) if error.is::<LengthLimitError>() => Err(Problem::too_large()),
            Err(error) if too_slow(error.as_ref()) => Err(Problem::body_too_slow()),
            Err(_) => Err(Problem::invalid("", "a whole body")),
        }
    }
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(http::header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn too_slow(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut error = Some(error);
    while let Some(cause) = error {
        if cause.is::<boxoffice_http_server::BodyTooSlow>() {
            return true;
        }
        error = cause.source();
    }
    false
}

impl Body {
    /// The body as JSON. Unknown fields are ignored; a wrong type is an error that points at it.
    ///
    /// The bytes are let go of: they lie in the connection's own buffer, which is used again as soon as
    /// nobody has a part of it.
    pub(crate) fn json<T: DeserializeOwned>(self) -> Result<T, Problem> {
        // The second reading, which keeps track of where it is, only happens for bad input.
        let text = std::str::from_utf8(&self.0).map_err(|_| self.explain::<T>())?;
        serde_json::from_str(text).map_err(|_| self.explain::<T>())
    }

    fn explain<T: DeserializeOwned>(&self) -> Problem {
        if std::str::from_utf8(&self.0).is_err() {
            return Problem::invalid("", "JSON in UTF-8");
        }
        let mut reader = serde_json::Deserializer::from_slice(&self.0);
        let error = match serde_path_to_error::deserialize::<_, T>(&mut reader) {
            Ok(_) => return Problem::invalid("", "one JSON object and nothing behind it"),
            Err(error) => error,
        };
        if !error.inner().is_data() {
            let (line, column) = (error.inner().line(), error.inner().column());
            return Problem::invalid(
                "",
                format!("JSON (it breaks off at line {line} column {column})"),
            );
        }
        let pointer = pointer(error.path());
        Problem::invalid(&pointer, expected(&error.inner().to_string()))
    }
}

/// A JSON pointer (RFC 6901) for a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let step = |segment: &Segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => format!("/{variant}"),
        Segment::Unknown => String::new(),
    };
    path.iter().map(step).collect()
}

/// What would be right, from serde's sentence.
fn expected(message: &str) -> String {
    let message = message.split(" at line ").next().unwrap_or(message);
    match message.split_once("expected ") {
        Some((_, expected)) => expected.to_owned(),
        None => message.replace("missing field", "the field"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Wish {
        #[expect(dead_code, reason = "only its reading is tested")]
        seat_ids: Vec<String>,
    }

    fn detail(body: &'static [u8]) -> String {
        let problem = Body(Bytes::from_static(body))
            .json::<Wish>()
            .expect_err("a bad body");
        format!("{problem:?}")
    }

    #[test]
    fn a_wrong_type_is_pointed_at() {
        let detail = detail(br#"{"seat_ids":["A-1",2]}"#);
        assert!(
            detail.contains("/seat_ids/1") && detail.contains("a string"),
            "{detail}"
        );
    }

    #[test]
    fn a_missing_field_is_named() {
        assert!(detail(b"{}").contains("seat_ids"));
    }

    #[test]
    fn what_breaks_off_says_where() {
        assert!(detail(br#"{"seat_ids":["#).contains("line 1 column"));
        assert!(detail(b"\xff").contains("UTF-8"));
    }
}
