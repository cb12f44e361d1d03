//! The accept loop that every role serves HTTP from: limits, deadlines, graceful stop.
