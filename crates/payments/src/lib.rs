//! The payment saga and its providers.
