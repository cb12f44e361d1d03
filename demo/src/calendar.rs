//! From seconds since 1970 to RFC 3339 in UTC, and evenings in a city of which only the distance
//! from Greenwich is known. No time zones: an hour of daylight saving does not matter to a demo.

const DAY: i64 = 86_400;

/// So many days from `now`, at this hour and minute of a place so many minutes east of Greenwich.
pub(crate) fn evening(now: i64, days: i64, (hour, minute): (i64, i64), east: i64) -> i64 {
    let local_midnight = (now + east * 60).div_euclid(DAY) * DAY;
    local_midnight + days * DAY + hour * 3600 + minute * 60 - east * 60
}

/// `2027-05-01T20:00:00Z`.
pub(crate) fn rfc3339(unix_seconds: i64) -> String {
    let (days, second) = (unix_seconds.div_euclid(DAY), unix_seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Year, month and day of a day since 1970 in the Gregorian calendar, by counting down whole years
/// and months.
fn civil(mut days: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while days < 0 {
        year -= 1;
        days += year_days(year);
    }
    while days >= year_days(year) {
        days -= year_days(year);
        year += 1;
    }
    let mut month = 1;
    while days >= month_days(year, month) {
        days -= month_days(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

fn year_days(year: i64) -> i64 {
    365 + i64::from(is_leap(year))
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        let text = |seconds| rfc3339(seconds);
        assert_eq!(text(0), "1970-01-01T00:00:00Z");
        assert_eq!(text(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(text(1_798_761_599), "2026-12-31T23:59:59Z");
        assert_eq!(text(-1), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn an_evening_is_one_where_the_house_stands() {
        // 2026-11-24 16:00 UTC is already the 25th in Tokyo, nine hours east.
        let tokyo = evening(1_795_536_000, 1, (19, 0), 540);
        assert_eq!(rfc3339(tokyo), "2026-11-26T10:00:00Z");
    }
}
