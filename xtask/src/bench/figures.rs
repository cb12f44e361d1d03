//! How figures are said: the median with its spread, and the memory and size of things. Measures
//! nothing by itself.

use std::fmt;
use std::path::Path;
use std::time::Duration;

/// One figure measured several times.
pub(super) struct Samples(Vec<f64>);

impl Samples {
    pub(super) fn new(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Samples(values)
    }

    pub(super) fn millis(values: impl IntoIterator<Item = Duration>) -> Self {
        Samples::new(values.into_iter().map(|value| value.as_secs_f64() * 1000.0))
    }

    pub(super) fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN)
    }
}

impl fmt::Display for Samples {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(least), Some(most)) = (self.0.first(), self.0.last()) else {
            return f.write_str("not measured");
        };
        let digits = if *most >= 100.0 { 0 } else { 2 };
        let median = self.median();
        write!(
            f,
            "median {median:.digits$} ({least:.digits$} to {most:.digits$})"
        )
    }
}

/// The memory of a process that is resident now, in MiB.
pub(super) fn resident(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kib.unwrap_or(f64::NAN) / 1024.0
}

/// The size of a file, in bytes; 0 when it is not there.
pub(super) fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}
