//! Who asks: the session a request belongs to, and whether a reservation is theirs.

use boxoffice_catalogue::Listed;
use boxoffice_inventory::Reservation;
use boxoffice_model::{SessionId, SessionToken};
use http::{HeaderMap, HeaderValue, header};

use crate::app::App;
use crate::problem::Problem;

const COOKIE: &str = "boxoffice_session";

/// Whose a request is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// The client sent this session: what it makes answers to it alone.
    Session(SessionId),
    /// It sent none that counts.
    Nobody,
}

impl Who {
    /// Reads the bearer, else the cookie. A forged or expired bearer is refused; such a cookie is as
    /// good as none.
    pub(crate) fn of(app: &App, headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let token = value.to_str().ok().and_then(|text| text.split_once(' '));
            let token = match token {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
                _ => {
                    return Err(Problem::unauthenticated(
                        "Expected `Authorization: Bearer <token>`.",
                    ));
                }
            };
            return SessionToken::verify(token, &app.keys, app.now())
                .map(|token| Who::Session(token.id))
                .map_err(|error| Problem::unauthenticated(format!("{error}.")));
        }
        let cookie = cookie(headers);
        let token = cookie.and_then(|text| SessionToken::verify(text, &app.keys, app.now()).ok());
        Ok(token.map_or(Who::Nobody, |token| Who::Session(token.id)))
    }

    /// Whether a reservation of `event` answers to this one, who knows its id.
    pub(crate) fn may_see(&self, event: &Listed, reservation: &Reservation) -> bool {
        match self {
            _ if !reservation.bound => true,
            Who::Session(id) => id.owner(&event.owner_key) == reservation.owner,
            Who::Nobody => false,
        }
    }
}

/// A new guest session: its token and end, and the cookie that carries it.
pub(crate) fn new_session(app: &App) -> (SessionToken, String, HeaderValue) {
    session(app, app.draw_session())
}

/// The same for a session that goes on from now.
pub(crate) fn session(app: &App, id: SessionId) -> (SessionToken, String, HeaderValue) {
    let expires_at = app.now().plus(app.config.session);
    let token = SessionToken { id, expires_at };
    let text = token.sign(&app.keys);
    let secure = if app.config.https { "; Secure" } else { "" };
    let age = app.config.session / 1_000_000;
    let cookie = format!("{COOKIE}={text}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("a token is plain ASCII");
    (token, text, cookie)
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}
