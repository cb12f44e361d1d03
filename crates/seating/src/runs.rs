//! Columns made small: equal values as one with a count, numbers as steps from the one before. Both
//! the stored form and the drawing use them; neither's format is decided here.

/// Values that follow each other, as the value and how often.
pub(crate) fn run_lengths<T: PartialEq>(values: impl Iterator<Item = T>) -> Vec<(T, u32)> {
    let mut runs: Vec<(T, u32)> = Vec::new();
    for value in values {
        match runs.last_mut() {
            Some((last, count)) if *last == value => *count += 1,
            _ => runs.push((value, 1)),
        }
    }
    runs
}

/// The first value, then each one's distance from the one before, around the end if need be.
pub(crate) fn steps(values: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut before = 0_i32;
    let steps = values.map(|value| value.wrapping_sub(std::mem::replace(&mut before, value)));
    steps.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_become_one_with_a_count() {
        assert_eq!(
            run_lengths([7, 7, 8, 7].into_iter()),
            [(7, 2), (8, 1), (7, 1)]
        );
        assert_eq!(run_lengths(std::iter::empty::<u8>()), []);
    }

    #[test]
    fn steps_add_up_to_the_values() {
        assert_eq!(steps([5, 7, 4].into_iter()), [5, 2, -3]);
    }
}
