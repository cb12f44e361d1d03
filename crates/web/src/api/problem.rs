//! The API's problems (RFC 9457) as the site reads them. What a page says of each is the page's.

use http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use super::ApiError;

/// What the API said was wrong.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    /// The last part of its type.
    pub(crate) slug: String,
    pub(crate) status: StatusCode,
    /// In seconds.
    pub(crate) retry_after: Option<u32>,
    members: Map<String, Value>,
}

impl Problem {
    pub(super) fn read(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> ApiError {
        let Ok(members) = serde_json::from_slice::<Map<String, Value>>(body) else {
            return ApiError::Strange(format!("{status} without a problem"));
        };
        let kind = members.get("type").and_then(Value::as_str);
        let slug = kind.and_then(|kind| kind.rsplit('/').next());
        let retry_after = headers.get(header::RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
        ApiError::Problem(Box::new(Problem {
            slug: slug.unwrap_or_default().to_owned(),
            status,
            retry_after,
            members,
        }))
    }

    /// A member that is a text.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.members.get(member)?.as_str()
    }

    /// A member that is a number.
    pub(crate) fn number(&self, member: &str) -> Option<u64> {
        self.members.get(member)?.as_u64()
    }

    /// Where the request was wrong: the first pointer.
    pub(crate) fn pointer(&self) -> Option<&str> {
        self.members.get("errors")?.get(0)?.get("pointer")?.as_str()
    }
}

impl ApiError {
    /// The problem's slug; empty for anything else.
    pub(crate) fn slug(&self) -> &str {
        match self {
            ApiError::Problem(problem) => &problem.slug,
            ApiError::Strange(_) => "",
        }
    }
}
