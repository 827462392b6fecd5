//! Byte counts as the module prints them.

/// Decimal units; each is 1 000 times the one before.
const UNITS: [&str; 8] = ["B", "KB", "MB", "GB", "TB", "PB", "EB", "ZB"];
const GB_EXPONENT: usize = 3;

/// `bytes` in the largest unit that leaves at least 1, rounded half up to two decimals without
/// trailing zeros. GB always shows both decimals and thousands commas: `1.5 MB`, `1,000.00 GB`.
pub fn format_bytes(bytes: u128) -> String {
    let exponent = (0..UNITS.len()).rfind(|&exponent| bytes >= unit(exponent)).unwrap_or(0);
    let hundredths = rounded_hundredths(bytes, unit(exponent));
    let (whole, fraction) = (hundredths / 100, hundredths % 100);
    let number = match (exponent, fraction) {
        (GB_EXPONENT, _) => format!("{}.{fraction:02}", with_commas(whole)),
        (_, 0) => whole.to_string(),
        (_, fraction) if fraction % 10 == 0 => format!("{whole}.{}", fraction / 10),
        (_, fraction) => format!("{whole}.{fraction:02}"),
    };
    format!("{number} {}", UNITS[exponent])
}

fn unit(exponent: usize) -> u128 {
    (0..exponent).fold(1, |unit, _| unit * 1_000)
}

/// `bytes * 100 / unit`, half up, without overflow.
fn rounded_hundredths(bytes: u128, unit: u128) -> u128 {
    let (whole, rest) = (bytes / unit, bytes % unit);
    whole * 100 + (rest * 100 + unit / 2) / unit
}

fn with_commas(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::format_bytes;

    #[test]
    fn bytes_take_the_largest_unit_that_leaves_at_least_one() {
        for (bytes, text) in [
            (0, "0 B"),
            (1, "1 B"),
            (999, "999 B"),
            (1_000, "1 KB"),
            (1_005, "1.01 KB"),
            (1_500_000, "1.5 MB"),
            (1_234_567, "1.23 MB"),
            (999_999, "1000 KB"),
            (999_999_999, "1000 MB"),
            (1_000_000_000, "1.00 GB"),
            (999_999_999_999, "1,000.00 GB"),
            (1_234_567_890_123, "1.23 TB"),
            (2_000_000_000_000_000_000, "2 EB"),
            (5_000_000_000_000_000_000_000_000, "5000 ZB"),
        ] {
            assert_eq!(format_bytes(bytes), text);
        }
    }

    #[test]
    fn the_largest_sum_has_a_text() {
        assert!(format_bytes(u128::MAX >> 7).ends_with(" ZB"));
        assert!(format_bytes(u128::MAX).ends_with(" ZB"));
    }
}
