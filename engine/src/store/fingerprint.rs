//! Fingerprints of a day's rows, equal wherever they are computed.

use crate::column::Rows;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::AddAssign;

/// Count and sums of some rows, and the sum of a hash of each: any row that differs shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fingerprint {
    /// Number of rows.
    pub rows: u64,
    /// Bytes uploaded.
    pub upload: u128,
    /// Bytes downloaded.
    pub download: u128,
    /// Sum of the CRC-32 of each row's values written as text with commas between: `id`,
    /// `user_id`, `t`, `u`, `d`, `⌊1000·count_rate + ½⌋` (-1 for NULL) and `node`.
    pub hash: u64,
}

/// As the pre-aggregates keep it: rows, upload, download and hash with colons between.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rows, upload, download, hash } = self;
        write!(f, "{rows}:{upload}:{download}:{hash}")
    }
}

impl AddAssign for Fingerprint {
    fn add_assign(&mut self, other: Self) {
        self.rows += other.rows;
        self.upload += other.upload;
        self.download += other.download;
        self.hash = self.hash.wrapping_add(other.hash);
    }
}

/// Computes fingerprints of rows.
#[derive(Default)]
pub struct Fingerprinting {
    line: Vec<u8>,
    number: itoa::Buffer,
}

impl Fingerprinting {
    /// The fingerprint of one row.
    pub fn of(&mut self, rows: &Rows<'_>, row: usize) -> Fingerprint {
        self.line.clear();
        let rate = rows.rate(row).map_or(-1, |rate| (rate * 1_000.0 + 0.5).floor() as i64);
        for value in [rows.id[row], rows.user_id[row], rows.t[row]] {
            self.write(value);
        }
        for value in [rows.upload[row], rows.download[row]] {
            self.write(value);
        }
        self.write(rate);
        self.line.extend(rows.texts.text(rows.node[row]).as_bytes());
        Fingerprint {
            rows: 1,
            upload: rows.upload[row].into(),
            download: rows.download[row].into(),
            hash: crc32fast::hash(&self.line).into(),
        }
    }

    /// The fingerprint of all `rows`.
    pub fn of_all(&mut self, rows: &Rows<'_>) -> Fingerprint {
        let mut all = Fingerprint::default();
        (0..rows.len()).for_each(|row| all += self.of(rows, row));
        all
    }

    fn write(&mut self, value: impl itoa::Integer) {
        self.line.extend(self.number.format(value).as_bytes());
        self.line.push(b',');
    }
}
