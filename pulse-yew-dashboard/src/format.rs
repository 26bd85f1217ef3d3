//! How figures, times and addresses are written.

use pulse_core::{
    analyze::Tier,
    model::{Device, Exclusion, Millis, Severity},
    wire::SessionRow,
};

/// Whole numbers in groups of three: `1,842`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun: `1 click`, `27 clicks`.
pub fn count(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// How long something took: `47 s`, `3 min 42 s`, `1 h 05 min`.
pub fn duration(ms: Millis) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

/// A short span with a fraction: `1.9 s`.
pub fn span(ms: Millis) -> String {
    format!("{:.1} s", ms.max(0) as f64 / 1000.0)
}

/// A place in a recording: `2:01`, `1:02:03`.
pub fn clock(ms: Millis) -> String {
    let seconds = ms.max(0) / 1000;
    match seconds {
        0..3600 => format!("{}:{:02}", seconds / 60, seconds % 60),
        _ => format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

/// How long ago: `12 s ago`, `3 min ago`. A time ahead of this clock is now.
pub fn ago(now: Millis, then: Millis) -> String {
    let seconds = (now - then).max(0) / 1000;
    match seconds {
        0..5 => "just now".to_owned(),
        5..60 => format!("{seconds} s ago"),
        60..3600 => format!("{} min ago", seconds / 60),
        3600..86_400 => format!("{} h ago", seconds / 3600),
        _ => format!("{} d ago", seconds / 86_400),
    }
}

/// A share of 1 in percent: `43 %`, and below ten with a decimal: `9.7 %`. What is little does not read as none, and what
/// is not all not as the whole: `<0.1 %`, `99 %`.
pub fn percent(share: f64) -> String {
    let percent = share.clamp(0.0, 1.0) * 100.0;
    match (percent * 10.0 + 1e-9).round() as u64 {
        0 if percent > 0.0 => "<0.1 %".to_owned(),
        tenths @ 1..100 if tenths % 10 != 0 => format!("{}.{} %", tenths / 10, tenths % 10),
        _ => format!("{} %", (percent + 1e-9).round().min(if share < 1.0 { 99.0 } else { 100.0 })),
    }
}

/// A factor in percent, which may be more than the whole: `140 %`.
pub fn percent_of(factor: f64) -> String {
    format!("{} %", (factor * 100.0).round())
}

/// The path of an address, which tells pages of one site apart; other text as it is.
pub fn path_of(url: &str) -> &str {
    match after_scheme(url) {
        Some(rest) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => url,
    }
}

/// The host of an address.
pub fn host_of(url: &str) -> Option<&str> {
    after_scheme(url).and_then(|rest| rest.split(['/', '?', '#']).next())
}

/// The address, if it is safe as a link: tracked text may hold anything.
pub fn link(url: &str) -> Option<&str> {
    after_scheme(url).map(|_| url)
}

fn after_scheme(url: &str) -> Option<&str> {
    ["http://", "https://"].into_iter().find_map(|scheme| {
        let (head, rest) = url.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    })
}

/// What a session is called: the title of its first page, else that page's path.
pub fn name(row: &SessionRow) -> &str {
    match row.title.as_deref().map(str::trim) {
        Some(title) if !title.is_empty() => title,
        _ if row.page_url.is_empty() => "Untitled",
        _ => path_of(&row.page_url),
    }
}

/// The way of a session through the site: the title of its first page, then the paths of the others. Of a long one the
/// middle is left out, since where it ended says more.
pub fn way(row: &SessionRow) -> String {
    const END: usize = 2;
    let mut out = name(row).to_owned();
    let later: Vec<&str> = row.pages.iter().skip(1).map(|page| path_of(page)).collect();
    let from = if later.len() > END + 1 { later.len() - END } else { 0 };
    if from > 0 {
        out += &format!(" → {} more", from);
    }
    for page in later.into_iter().skip(from) {
        out += &format!(" → {page}");
    }
    out
}

/// How much more or less something is than before: `+12 %`, `as before`. None where nothing was before.
pub fn change(now: u64, before: u64) -> Option<String> {
    let by = (now as f64 / (before > 0).then_some(before)? as f64 - 1.0) * 100.0;
    Some(match by.round() {
        0.0 => "as before".to_owned(),
        by if by > 0.0 => format!("+{} %", grouped(by as u64)),
        by => format!("−{} %", -by),
    })
}

/// How much a share has changed, in points: `+2 points`. None where there was nothing to have a share of.
pub fn points((now, of_now): (u64, u64), (before, of_before): (u64, u64)) -> Option<String> {
    let share = |part: u64, of: u64| (of > 0).then(|| part as f64 * 100.0 / of as f64);
    let by = (share(now, of_now)? - share(before, of_before)?).round();
    let noun = if by.abs() == 1.0 { "point" } else { "points" };
    Some(match by {
        0.0 => "as before".to_owned(),
        by if by > 0.0 => format!("+{by} {noun}"),
        by => format!("−{} {noun}", -by),
    })
}

/// The day of a time in UTC, as problems are counted by: `24 Nov`.
pub fn day(at: Millis) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    // Years that begin in March, so that the day of a leap year is the last.
    let days = at.div_euclid(86_400_000) + 719_468;
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let name = MONTHS.get(((month + 2) % 12) as usize).copied().unwrap_or_default();
    format!("{} {name}", of_year - (153 * month + 2) / 5 + 1)
}

/// Trouble as a word; none needs no word.
pub fn tier(tier: Tier) -> &'static str {
    match tier {
        Tier::None => "",
        Tier::Low => "Low",
        Tier::Medium => "Medium",
        Tier::High => "High",
    }
}

/// How much trouble a problem is.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "Low trouble",
        Severity::Medium => "Medium trouble",
        Severity::High => "High trouble",
    }
}

/// Why a visit is left out of maps and problems.
pub fn exclusion(excluded: Exclusion) -> &'static str {
    match excluded {
        Exclusion::Bot => "a bot",
        Exclusion::Address => "one address too many times",
        _ => "a reason that this page does not know",
    }
}

/// The kind of device as a word.
pub fn device(device: Device) -> &'static str {
    match device {
        Device::Desktop => "Desktop",
        Device::Mobile => "Phone",
        Device::Tablet => "Tablet",
        Device::Unknown => "Unknown device",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures() {
        assert_eq!([0, 999, 1000, 1_842, 1_234_567].map(grouped), ["0", "999", "1,000", "1,842", "1,234,567"]);
        assert_eq!(count(1, "click"), "1 click");
        assert_eq!(count(1200, "click"), "1,200 clicks");
        assert_eq!([1.0, 0.999, 0.29, 0.0, 7.0].map(percent), ["100 %", "99 %", "29 %", "0 %", "100 %"]);
        assert_eq!([85.0 / 877.0, 0.0996, 0.05, 0.0004].map(percent), ["9.7 %", "10 %", "5 %", "<0.1 %"]);
        assert_eq!([0.625, 0.105, 0.0004999].map(percent), ["63 %", "11 %", "<0.1 %"]);
        let changes = [(112, 100), (88, 100), (100, 100), (1, 0)].map(|(now, before)| change(now, before));
        assert_eq!(changes, [Some("+12 %".into()), Some("−12 %".into()), Some("as before".into()), None]);
        assert_eq!(points((30, 100), (1, 4)).as_deref(), Some("+5 points"));
        assert_eq!(points((24, 100), (1, 4)).as_deref(), Some("−1 point"));
        assert_eq!(points((0, 0), (1, 4)), None);
    }

    #[test]
    fn times() {
        assert_eq!([-5, 47_900, 222_000, 3_900_000].map(duration), ["0 s", "47 s", "3 min 42 s", "1 h 05 min"]);
        assert_eq!([0, 121_000, 3_723_000].map(clock), ["0:00", "2:01", "1:02:03"]);
        assert_eq!(span(1_940), "1.9 s");
        assert_eq!(ago(10_000, 20_000), "just now");
        assert_eq!(ago(60_000, 48_000), "12 s ago");
        assert_eq!(ago(7_200_000, 0), "2 h ago");
        assert_eq!(ago(200_000_000, 0), "2 d ago");
        let days = [0, 951_782_400_000, 1_764_028_799_999, 1_767_225_599_999].map(day);
        assert_eq!(days, ["1 Jan", "29 Feb", "24 Nov", "31 Dec"]);
    }

    #[test]
    fn addresses() {
        assert_eq!(path_of("http://shop.test/a/b"), "/a/b");
        assert_eq!(path_of("HTTPS://shop.test"), "/");
        assert_eq!(path_of("app screen"), "app screen");
        assert_eq!(host_of("http://shop.test:8080/a"), Some("shop.test:8080"));
        assert_eq!(host_of("about:blank"), None);
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(link("https://shop.test/").is_some());
        for bad in ["javascript:alert(1)", " https://x", "data:text/html,x", "//x", "", "http", "ü://"] {
            assert_eq!(link(bad), None, "{bad}");
        }
    }
}
