//! Sums and averages that are decimal text in answers, as MySQL hands them over.

use serde::{Serialize, Serializer};
use std::fmt;

/// Bytes; serializes as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sum(pub u128);

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Division of 128 bits is slow, and few sums need them.
        match u64::try_from(self.0) {
            Ok(sum) => sum.fmt(f),
            Err(_) => self.0.fmt(f),
        }
    }
}

impl Serialize for Sum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Bytes by usage row, rounded half up to four decimals as SQL's AVG of integers prints it;
/// serializes as decimal text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Average {
    whole: u128,
    /// Below 10 000.
    ten_thousandths: u64,
}

impl Average {
    /// `sum / count`; 0 of nothing.
    pub fn of(sum: u128, count: u64) -> Self {
        if count == 0 {
            return Self::default();
        }
        let (whole, ten_thousandths) = quotient(sum, count);
        Self { whole, ten_thousandths }
    }

    /// The bytes without the decimals.
    pub fn whole(self) -> u128 {
        self.whole
    }

    /// The closest number with a binary fraction; below 2⁵³ / 10⁴ bytes the four decimals are
    /// what it prints.
    pub fn to_f64(self) -> f64 {
        // One rounding where the dividend is exact, which it is for all but absurd averages.
        (self.whole as f64 * 1e4 + self.ten_thousandths as f64) / 1e4
    }
}

impl fmt::Display for Average {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:04}", Sum(self.whole), self.ten_thousandths)
    }
}

impl Serialize for Average {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// `sum / count` in whole and ten thousandths, rounded half up.
fn quotient(sum: u128, count: u64) -> (u128, u64) {
    // As in `Sum`; the remainder of smaller counts stays in 64 bits too.
    if let (Ok(sum), Ok(small)) = (u64::try_from(sum), u32::try_from(count)) {
        let count = u64::from(small);
        let fraction = (sum % count * 10_000 + count / 2) / count;
        return (u128::from(sum / count + fraction / 10_000), fraction % 10_000);
    }
    let count = u128::from(count);
    let fraction = (sum % count * 10_000 + count / 2) / count;
    (sum / count + fraction / 10_000, (fraction % 10_000) as u64)
}

#[cfg(test)]
mod tests {
    use super::{Average, quotient};

    #[test]
    fn averages_have_four_decimals_rounded_half_up() {
        for (sum, count, text) in [
            (10, 4, "2.5000"),
            (2, 3, "0.6667"),
            (1, 20_000, "0.0001"),
            (1, 20_001, "0.0000"),
            (199_999, 20_000, "10.0000"),
            (u128::from(u64::MAX) * 2, 2, "18446744073709551615.0000"),
            (7, u64::MAX, "0.0000"),
            (7, 0, "0.0000"),
        ] {
            assert_eq!(Average::of(sum, count).to_string(), text);
        }
    }

    #[test]
    fn as_numbers_they_print_the_same_decimals() {
        for (sum, count) in [(10, 4), (2, 3), (1, 7), (899_999_999_999, 1), (8_999_999_999_991, 11)]
        {
            let average = Average::of(sum, count);
            assert_eq!(format!("{:.4}", average.to_f64()), average.to_string());
        }
    }

    #[test]
    fn short_and_long_division_agree() {
        for sum in [0, 1, 9_999, u128::from(u64::MAX), u128::from(u64::MAX) + 1] {
            for count in [1, 3, 20_000, u64::from(u32::MAX)] {
                let (whole, fraction) = quotient(sum, count);
                let rounded = (sum * 20_000 / u128::from(count)).div_ceil(2);
                assert_eq!(whole * 10_000 + u128::from(fraction), rounded, "{sum} / {count}");
            }
        }
    }
}
