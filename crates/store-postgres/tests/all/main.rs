//! The store on real PostgreSQL servers.

mod common;
mod conformance;
mod faults;
mod migrating;
mod months;
mod node;
mod nodes;
mod opening;
mod query_plans;
mod standby;
