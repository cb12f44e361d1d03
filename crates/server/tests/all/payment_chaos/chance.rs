//! Chance from a seed (splitmix64): buyers draw the same each time. How their requests meet is not drawn.

pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }

    /// True so many times in a thousand.
    pub(crate) fn strikes(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of these, each with its share.
    pub(crate) fn choose<T: Copy>(&mut self, shares: &[(u64, T)]) -> T {
        let mut number = self.below(shares.iter().map(|(share, _)| share).sum());
        for (share, thing) in shares {
            if number < *share {
                return *thing;
            }
            number -= share;
        }
        unreachable!("the number is below the sum of all shares")
    }
}
