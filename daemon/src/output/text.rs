//! Values as people read them.

use std::borrow::Cow;
use traffic_engine::format_bytes;

/// Names in tables end after this many characters.
const NAME_CHARS_MAX: usize = 24;

/// Characters of the longest bar.
const BAR_CHARS_MAX: usize = 24;

/// Bytes in a readable unit.
pub(crate) fn bytes(bytes: impl Into<u128>) -> String {
    format_bytes(bytes.into())
}

/// GB as charts hold them, in a readable unit.
pub(crate) fn gigabytes(gb: f64) -> String {
    // Whole bytes were divided by 10⁹, so rounding finds them again up to 2⁵³.
    format_bytes((gb * 1e9).round() as u128)
}

/// Per cent with one decimal.
pub(crate) fn per_cent(value: f64) -> String {
    format!("{value:.1} %")
}

/// A time span in seconds with one decimal.
pub(crate) fn seconds(ms: u64) -> String {
    format!("{:.1} s", ms as f64 / 1e3)
}

/// A moment in unix seconds as RFC 3339 in UTC; beyond the years it knows, the seconds.
pub(crate) fn in_utc(t: i64) -> String {
    jiff::Timestamp::from_second(t).map_or_else(|_| t.to_string(), |at| at.to_string())
}

/// A time span in milliseconds with one decimal.
pub(crate) fn milliseconds(ms: f64) -> String {
    format!("{ms:.1} ms")
}

/// A bar whose length is `share` of the longest one, drawn in eighths of a character.
pub(crate) fn bar(share: f64) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (share.clamp(0.0, 1.0) * (BAR_CHARS_MAX * EIGHTHS.len()) as f64).round() as usize;
    "█".repeat(eighths / EIGHTHS.len()) + EIGHTHS[eighths % EIGHTHS.len()]
}

/// The beginning of a long name.
pub(crate) fn shortened(name: &str) -> String {
    match name.char_indices().nth(NAME_CHARS_MAX) {
        Some(_) => name.chars().take(NAME_CHARS_MAX - 1).chain(['…']).collect(),
        None => name.to_owned(),
    }
}

/// Text that a terminal shows as it is: control characters are written out, as are those that
/// reorder what stands beside them.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    let commands = |char: char| {
        char.is_control()
            || matches!(char, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !text.contains(commands) {
        return Cow::Borrowed(text);
    }
    let escaped = |char: char| -> String {
        if commands(char) { char.escape_default().collect() } else { char.into() }
    };
    Cow::Owned(text.chars().map(escaped).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(printable("a\x1b[31mb\u{9b}\n\u{202e}"), "a\\u{1b}[31mb\\u{9b}\\n\\u{202e}");
        assert_eq!(printable("🇩🇪 Zürich 台湾"), "🇩🇪 Zürich 台湾");
    }

    #[test]
    fn bars_grow_by_eighths_of_a_character() {
        assert_eq!(bar(0.0), "");
        assert_eq!(bar(0.5), "█".repeat(12));
        assert_eq!(bar(1.0 / 192.0), "▏");
        assert_eq!(bar(f64::NAN), "");
        assert_eq!(bar(2.0), bar(1.0));
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(shortened("台湾"), "台湾");
        assert_eq!(shortened(&"湾".repeat(24)).chars().count(), 24);
        assert!(shortened(&"湾".repeat(25)).ends_with("湾…"));
    }
}
