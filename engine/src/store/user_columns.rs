//! Users by column, in private memory or where a file is mapped.

use super::{Faults, User};
use crate::units::{UnixSeconds, UserId};
use arrow_array::{Array, Int64Array, StringArray};
use arrow_buffer::ScalarBuffer;

/// A user of a list, whose texts stay where the list has them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ListedUser<'a> {
    /// As [`User::id`], and so on.
    pub id: UserId,
    /// Subscriber UUID.
    pub uuid: &'a str,
    /// WHMCS service id.
    pub sid: i64,
    /// Bytes uploaded in the current quota period.
    pub upload: u64,
    /// Bytes downloaded in the current quota period.
    pub download: u64,
    /// Quota in bytes.
    pub transfer_enable: i128,
    /// 1 enabled, 0 disabled.
    pub enable: i64,
    /// Unix seconds.
    pub created_at: UnixSeconds,
    /// Free text.
    pub remark: Option<&'a str>,
    /// Speed limit of Shadowsocks.
    pub speedlimitss: Option<i64>,
    /// Speed limit of other protocols.
    pub speedlimitother: Option<i64>,
    /// Violation counter.
    pub illegal: i64,
    /// Values that their columns must not hold.
    pub faults: &'a Faults,
}

impl ListedUser<'_> {
    /// Bytes left of the quota, negative when overdrawn.
    pub fn remaining(&self) -> i128 {
        self.transfer_enable - i128::from(self.upload) - i128::from(self.download)
    }
}

/// Some users by column; all columns are of one length.
#[derive(Debug, Clone)]
pub(crate) struct UserColumns {
    pub(crate) id: ScalarBuffer<i64>,
    pub(crate) uuid: StringArray,
    pub(crate) sid: ScalarBuffer<i64>,
    pub(crate) upload: ScalarBuffer<u64>,
    pub(crate) download: ScalarBuffer<u64>,
    /// The lower 64 bits.
    pub(crate) transfer_enable: ScalarBuffer<i64>,
    /// The upper 64 bits.
    pub(crate) transfer_enable_high: ScalarBuffer<i64>,
    pub(crate) enable: ScalarBuffer<i64>,
    pub(crate) created_at: ScalarBuffer<i64>,
    pub(crate) remark: StringArray,
    pub(crate) speedlimitss: Int64Array,
    pub(crate) speedlimitother: Int64Array,
    pub(crate) illegal: ScalarBuffer<i64>,
    /// Those of the rows that have any, by ascending row.
    pub(crate) faults: Vec<(usize, Faults)>,
}

/// Those of nearly all users.
static NO_FAULTS: Faults = Faults::NONE;

impl UserColumns {
    /// The columns of `users`, whose texts are less than 2 GiB together.
    pub(crate) fn of(users: &[User]) -> Self {
        let ints = |of: fn(&User) -> i64| users.iter().map(of).collect();
        Self {
            id: ints(|user| user.id.0),
            uuid: StringArray::from_iter_values(users.iter().map(|user| &user.uuid)),
            sid: ints(|user| user.sid),
            upload: users.iter().map(|user| user.upload).collect(),
            download: users.iter().map(|user| user.download).collect(),
            // Lossless: the upper half is beside it.
            transfer_enable: ints(|user| user.transfer_enable as i64),
            transfer_enable_high: ints(|user| (user.transfer_enable >> 64) as i64),
            enable: ints(|user| user.enable),
            created_at: ints(|user| user.created_at),
            remark: users.iter().map(|user| user.remark.as_deref()).collect(),
            speedlimitss: users.iter().map(|user| user.speedlimitss).collect(),
            speedlimitother: users.iter().map(|user| user.speedlimitother).collect(),
            illegal: ints(|user| user.illegal),
            faults: (0..)
                .zip(users)
                .filter(|(_, user)| !user.faults.is_empty())
                .map(|(row, user)| (row, user.faults.clone()))
                .collect(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.id.len()
    }

    /// The user of a row.
    ///
    /// # Panics
    /// When there are fewer.
    #[inline]
    pub(crate) fn get(&self, row: usize) -> ListedUser<'_> {
        let limit = |of: &Int64Array| of.is_valid(row).then(|| of.value(row));
        ListedUser {
            id: UserId(self.id[row]),
            uuid: text(&self.uuid, row),
            sid: self.sid[row],
            upload: self.upload[row],
            download: self.download[row],
            transfer_enable: i128::from(self.transfer_enable_high[row]) << 64
                | i128::from(self.transfer_enable[row].cast_unsigned()),
            enable: self.enable[row],
            created_at: self.created_at[row],
            remark: self.remark.is_valid(row).then(|| text(&self.remark, row)),
            speedlimitss: limit(&self.speedlimitss),
            speedlimitother: limit(&self.speedlimitother),
            illegal: self.illegal[row],
            faults: self.faults_of(row),
        }
    }

    /// The faults of a row.
    #[inline]
    pub(crate) fn faults_of(&self, row: usize) -> &Faults {
        match self.faults.binary_search_by_key(&row, |(at, _)| *at) {
            Ok(found) => &self.faults[found].1,
            Err(_) => &NO_FAULTS,
        }
    }

    /// The users with faults.
    pub(crate) fn faulty(&self) -> impl Iterator<Item = (UserId, &Faults)> {
        self.faults.iter().map(|(row, faults)| (UserId(self.id[*row]), faults))
    }

    /// Bytes of all columns, wherever they lie.
    pub(crate) fn bytes(&self) -> usize {
        let numbers = size_of::<i64>() * self.len() * 8 + size_of::<u64>() * self.len() * 2;
        let texts = [&self.uuid, &self.remark].map(|it| it.get_buffer_memory_size());
        let limits = [&self.speedlimitss, &self.speedlimitother];
        let limits = limits.map(|it| it.get_buffer_memory_size());
        // Eight columns of numbers and two of counts; the capacity of the others is known.
        numbers + self.fault_bytes() + texts.iter().chain(&limits).sum::<usize>()
    }

    /// Bytes of the faults, which are in private memory in any case.
    pub(crate) fn fault_bytes(&self) -> usize {
        self.faults.iter().map(|(_, faults)| faults.memory()).sum::<usize>()
            + self.faults.capacity() * size_of::<(usize, Faults)>()
    }
}

/// The text of a row; none at all where a file that was cut while it is mapped has lost it, which
/// whoever mapped it finds out.
fn text(texts: &StringArray, row: usize) -> &str {
    let ends = texts.value_offsets();
    let (start, end) = (usize::try_from(ends[row]), usize::try_from(ends[row + 1]));
    let bytes =
        start.ok().zip(end.ok()).and_then(|(start, end)| texts.value_data().get(start..end));
    bytes.and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
}
