//! How Stripe says no: the shapes of its errors, each with its status. Who is refused what is said
//! where it is decided.

use serde_json::{Value, json};

/// An error as a client gets it.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    error: Value,
    /// Whether the endpoint had begun: only then is the answer kept for its idempotency key.
    pub(super) ran: bool,
}

impl Refusal {
    fn new(status: u16, error: Value) -> Self {
        Refusal {
            status,
            error,
            ran: true,
        }
    }

    /// Refused at the door, before an endpoint began.
    fn at_the_door(status: u16, error: Value) -> Self {
        Refusal {
            ran: false,
            ..Refusal::new(status, error)
        }
    }

    pub(super) fn status(&self) -> u16 {
        self.status
    }

    /// The body of the answer.
    pub(super) fn body(&self) -> Value {
        json!({ "error": self.error })
    }

    /// What a person reads.
    pub(super) fn message(&self) -> String {
        let message = self.error["message"].as_str();
        message.unwrap_or_default().to_owned()
    }

    pub(super) fn no_key() -> Self {
        let message = "You did not provide a valid API key: Invalid API Key provided";
        let error = json!({ "type": "invalid_request_error", "message": message });
        Refusal::at_the_door(401, error)
    }

    /// Stripe itself would take the account's version; whoever relies on that will be surprised one day.
    pub(super) fn no_version() -> Self {
        let message = "This fake demands a Stripe-Version header";
        let error = json!({ "type": "invalid_request_error", "message": message });
        Refusal::at_the_door(400, error)
    }

    pub(super) fn missing(param: &str) -> Self {
        Refusal::parameter(
            "parameter_missing",
            param,
            &format!("Missing required param: {param}."),
        )
    }

    pub(super) fn unknown_parameter(param: &str) -> Self {
        let message = format!("Received unknown parameter: {param}");
        Refusal::parameter("parameter_unknown", param, &message)
    }

    pub(super) fn invalid(param: &str, message: &str) -> Self {
        Refusal::parameter("parameter_invalid", param, message)
    }

    fn parameter(code: &str, param: &str, message: &str) -> Self {
        Refusal::at_the_door(
            400,
            json!({
                "type": "invalid_request_error",
                "code": code,
                "param": param,
                "message": message,
            }),
        )
    }

    /// Nothing has this id: 404 when the URL names it, 400 when a parameter does.
    pub(super) fn no_such(status: u16, what: &str, param: &str, id: &str) -> Self {
        Refusal::new(
            status,
            json!({
                "type": "invalid_request_error",
                "code": "resource_missing",
                "param": param,
                "message": format!("No such {what}: '{id}'"),
            }),
        )
    }

    pub(super) fn no_such_url(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        let error = json!({ "type": "invalid_request_error", "message": message });
        Refusal::at_the_door(404, error)
    }

    /// A request that was understood but is not possible.
    pub(super) fn invalid_request(code: &str, message: &str) -> Self {
        Refusal::new(
            400,
            json!({ "type": "invalid_request_error", "code": code, "message": message }),
        )
    }

    /// The intent is not where this can be done.
    pub(super) fn unexpected_state(verb: &str, intent: &Value) -> Self {
        let status = intent["status"].as_str().unwrap_or_default();
        let message =
            format!("You cannot {verb} this PaymentIntent because it has a status of {status}.");
        let mut refusal = Refusal::invalid_request("payment_intent_unexpected_state", &message);
        refusal.error["payment_intent"] = intent.clone();
        refusal
    }

    /// The card says no: `error` is what the intent keeps as its last error.
    pub(super) fn card(error: &Value, intent: &Value) -> Self {
        let mut error = error.clone();
        error["payment_intent"] = intent.clone();
        Refusal::new(402, error)
    }

    pub(super) fn other_params() -> Self {
        let message = "Keys for idempotent requests can only be used with the same endpoint and \
                       parameters they were first used with.";
        let error = json!({ "type": "idempotency_error", "message": message });
        Refusal::at_the_door(400, error)
    }

    pub(super) fn key_in_use() -> Self {
        let message = "There is currently another in-progress request using this idempotent key.";
        let code = "idempotency_key_in_use";
        let error = json!({ "type": "invalid_request_error", "code": code, "message": message });
        Refusal::at_the_door(409, error)
    }

    pub(super) fn locked() -> Self {
        let message = "This object cannot be accessed right now because another API request or \
                       Stripe process is currently accessing it.";
        let code = "lock_timeout";
        let error = json!({ "type": "invalid_request_error", "code": code, "message": message });
        Refusal::at_the_door(409, error)
    }

    pub(super) fn too_many() -> Self {
        let message = "Request rate limit exceeded.";
        let code = "rate_limit";
        let error = json!({ "type": "invalid_request_error", "code": code, "message": message });
        Refusal::at_the_door(429, error)
    }

    pub(super) fn broken() -> Self {
        let message = "An unknown error occurred";
        Refusal::new(500, json!({ "type": "api_error", "message": message }))
    }
}
