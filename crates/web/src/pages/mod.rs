//! The pages: a file each, with its struct, its handler, and what it asks the API.

pub(crate) mod checkout;
pub(crate) mod event;
pub(crate) mod find_order;
pub(crate) mod hold;
pub(crate) mod home;
pub(crate) mod order;
mod parts;
pub(crate) mod samples;
pub(crate) mod section;
pub(crate) mod service;
pub(crate) mod test_payment;
pub(crate) mod trouble;
pub(crate) mod waiting;
