//! The open-loop load generator: a stranger at the door that shares only the words of the API.

pub mod load;
