//! What can be wrong with a plan, in words for whoever wrote it. Nothing is decided here.

use std::fmt;

/// One thing that is wrong with a plan: where, what stands there, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: found {found}, expected {expected}", if path.is_empty() { "the plan" } else { path.as_str() })]
pub struct PlanError {
    /// The JSON path within the plan, like `zones[0].rows[3].seats[2].seat_guid`; a path that
    /// begins with `areas[` is one within the event's own list of areas.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What should stand there.
    pub expected: String,
}

impl PlanError {
    /// Whether the path is one within the event's list of areas rather than within the plan.
    #[must_use]
    pub fn is_in_areas(&self) -> bool {
        self.path.starts_with("areas[")
    }
}

/// Something that is allowed in a plan but that whoever wrote it should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWarning {
    /// The JSON path of the first place that it was seen at, as in [`PlanError::path`].
    pub path: String,
    /// How many seats, areas or shapes it concerns.
    pub count: u32,
    /// What it is.
    pub kind: PlanWarningKind,
}

/// The kinds of [`PlanWarning`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanWarningKind {
    /// Seats or areas that name no category: they have no price and cannot be sold.
    NoCategory,
    /// Seats whose category is not among the plan's: they have no price and cannot be sold.
    UnknownCategory {
        /// The name that the plan does not list.
        name: String,
    },
    /// A shape of a kind that we cannot draw; it is left out.
    UnknownShape {
        /// The kind.
        shape: String,
    },
    /// A colour that is no colour; it is left out.
    UnusableColor {
        /// The colour as written.
        color: String,
    },
}

impl fmt::Display for PlanWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, count, kind } = self;
        match kind {
            PlanWarningKind::NoCategory => write!(
                f,
                "{path}: {count} without a category have no price and cannot be sold"
            ),
            PlanWarningKind::UnknownCategory { name } => write!(
                f,
                "{path}: {count} seats of category {name:?}, which the plan does not list, have \
                 no price and cannot be sold"
            ),
            PlanWarningKind::UnknownShape { shape } => {
                write!(f, "{path}: {count} shapes of kind {shape:?} are left out")
            }
            PlanWarningKind::UnusableColor { color } => {
                write!(f, "{path}: {color:?} is no colour and is left out")
            }
        }
    }
}

/// Why stored bytes are no plan. None of these happens to bytes that `encode` gave.
#[derive(Debug, thiserror::Error)]
pub enum PlanDecodeError {
    /// The bytes are not compressed as they should be, or are too long once inflated.
    #[error("the stored plan cannot be inflated")]
    Inflate(#[source] std::io::Error),
    /// The inflated bytes are of a version that this binary does not know, or damaged.
    #[error("the stored plan cannot be read")]
    Read(#[source] postcard::Error),
    /// The columns contradict each other.
    #[error("the stored plan contradicts itself: {0}")]
    Inconsistent(&'static str),
}
