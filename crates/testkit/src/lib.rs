//! The harness of the integration tests: a whole box office, clients and a clock turned by hand.
