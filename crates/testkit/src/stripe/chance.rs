//! Chance from a seed (splitmix64): the same seed brings the same faults, in the order of the calls.

use std::hash::{BuildHasher, Hasher, RandomState};

/// A sequence of numbers.
#[derive(Debug)]
pub(super) struct Chance(u64);

impl Chance {
    /// From a seed, or from one of its own. The seed is printed: a test that failed can be run again.
    pub(super) fn new(what: &str, seed: Option<u64>) -> Self {
        let seed = seed.unwrap_or_else(fresh_seed);
        println!("Stripe's {what} come from seed {seed}");
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        let number = self.next() % u64::from(limit.max(1));
        u32::try_from(number).expect("less than the limit")
    }

    /// True so many times in a thousand.
    pub(super) fn strikes(&mut self, per_mille: u32) -> bool {
        self.below(1000) < per_mille
    }
}

/// A number that nobody has chosen.
pub(super) fn fresh_seed() -> u64 {
    RandomState::new().build_hasher().finish()
}
