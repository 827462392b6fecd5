//! The list of users, and where each of them stands in it.

use super::user_columns::{ListedUser, UserColumns};
use super::{StoreError, Table, User};
use crate::units::UserId;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Ids below this are looked up in a table, however few users there are.
const TABLE_IDS_MIN: usize = 1 << 16;
/// Ids from this on never are: 16 MB.
const TABLE_IDS_MAX: usize = 1 << 22;
/// Table entries by user: panels delete users and count on. 32 bytes a user, as the hash takes that
/// stands in for the table.
const TABLE_IDS_PER_USER: usize = 8;

/// What a hash of ids takes for each at most: its room doubles.
const HASH_BYTES_PER_USER: usize = 40;

/// Users that lie side by side, so that reading and writing a list of any length takes the memory
/// of so many: 2 MB.
pub(crate) const CHUNK_USERS: usize = 1 << 13;
/// Bytes of texts after which a chunk ends earlier.
pub(crate) const CHUNK_TEXT_BYTES: usize = 1 << 22;

const UNLISTED: u32 = u32::MAX;

/// All users, by ascending id; copies share one list.
#[derive(Debug, Clone)]
pub struct Users(Arc<List>);

#[derive(Debug, Default)]
struct List {
    chunks: Vec<UserColumns>,
    /// Number of users up to the end of each chunk.
    ends: Vec<usize>,
    /// Made when the first user is looked for.
    positions: OnceLock<Positions>,
    /// Whether its columns lie in private memory.
    is_private: bool,
}

impl Users {
    /// Of users that ascend by id.
    pub fn new(list: Vec<User>) -> Self {
        let mut users = UserList::default();
        list.chunks(CHUNK_USERS).for_each(|chunk| users.push(UserColumns::of(chunk)));
        users.finish()
    }

    /// Of columns that lie in mapped memory.
    pub(crate) fn mapped(chunks: Vec<UserColumns>) -> Self {
        let mut users = UserList { list: List::default(), bytes: 0 };
        chunks.into_iter().for_each(|chunk| users.push(chunk));
        users.finish()
    }

    /// Refuses a question that needs `columns` of the users in `among`, where one of them holds what
    /// it must not.
    ///
    /// # Errors
    /// [`StoreError::BadValue`] of the first such user.
    pub(crate) fn need(
        &self,
        columns: &[&str],
        among: impl Fn(UserId) -> bool,
    ) -> Result<(), StoreError> {
        for (id, faults) in self.0.chunks.iter().flat_map(UserColumns::faulty) {
            if let Some(fault) = faults.among(columns)
                && among(id)
            {
                return Err(fault.error(Table::User, id.0));
            }
        }
        Ok(())
    }

    /// Number of users.
    pub fn len(&self) -> usize {
        self.0.ends.last().copied().unwrap_or(0)
    }

    /// True where nobody is listed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of the user with this id.
    #[inline]
    pub fn position(&self, id: i64) -> Option<usize> {
        self.positions().get(id)
    }

    /// The user at a position.
    ///
    /// # Panics
    /// When there are fewer.
    #[inline]
    pub fn get(&self, at: usize) -> ListedUser<'_> {
        let List { chunks, ends, .. } = &*self.0;
        let chunk = if chunks.len() == 1 { 0 } else { ends.partition_point(|&end| end <= at) };
        let start = chunk.checked_sub(1).map_or(0, |before| ends[before]);
        chunks[chunk].get(at - start)
    }

    /// The user with this id.
    pub fn find(&self, id: i64) -> Option<ListedUser<'_>> {
        self.position(id).map(|at| self.get(at))
    }

    /// All users, by ascending id.
    pub fn iter(&self) -> impl Iterator<Item = ListedUser<'_>> {
        self.0.chunks.iter().flat_map(|chunk| (0..chunk.len()).map(|row| chunk.get(row)))
    }

    /// The users as they lie, some at once.
    pub(crate) fn chunks(&self) -> &[UserColumns] {
        &self.0.chunks
    }

    /// Bytes of private memory held, those included that looking for a user takes.
    pub fn memory(&self) -> usize {
        let held = if self.0.is_private { UserColumns::bytes } else { UserColumns::fault_bytes };
        let columns = self.0.chunks.iter().map(held).sum::<usize>();
        let after_last = self.0.chunks.last().and_then(|chunk| chunk.id.last());
        let positions = match self.0.positions.get() {
            Some(positions) => positions.memory(),
            None => Positions::memory_for(self.len(), after_last.copied()),
        };
        positions + columns
    }

    /// Where each user stands, for those who look for many.
    pub fn positions(&self) -> &Positions {
        self.0.positions.get_or_init(|| Positions::of(self))
    }
}

impl PartialEq for Users {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

/// A list of users that is being read into private memory.
#[derive(Debug)]
pub(crate) struct UserList {
    list: List,
    bytes: usize,
}

impl Default for UserList {
    fn default() -> Self {
        Self { list: List { is_private: true, ..List::default() }, bytes: 0 }
    }
}

impl UserList {
    /// Adds users whose ids are above all of those before.
    pub(crate) fn push(&mut self, chunk: UserColumns) {
        if chunk.len() > 0 {
            self.bytes += chunk.bytes();
            let before = self.list.ends.last().copied().unwrap_or(0);
            self.list.ends.push(before + chunk.len());
            self.list.chunks.push(chunk);
        }
    }

    /// Bytes held so far.
    pub(crate) fn memory(&self) -> usize {
        self.bytes
    }

    pub(crate) fn finish(self) -> Users {
        Users(Arc::new(self.list))
    }
}

/// Finds the position of a listed user by id: by table (one load) where ids are small, by hash (20
/// times that) elsewhere.
#[derive(Debug, Clone, Default)]
pub struct Positions {
    table: Vec<u32>,
    beyond: HashMap<i64, u32, foldhash::fast::RandomState>,
}

impl Positions {
    /// The positions of `users`, which ascend by id.
    fn of(users: &Users) -> Self {
        let ids = || users.0.chunks.iter().flat_map(|chunk| chunk.id.iter().copied());
        let last = users.0.chunks.last().and_then(|chunk| chunk.id.last().copied());
        let table = vec![UNLISTED; Self::table_ids(users.len(), last)];
        let mut positions = Self { table, ..Self::default() };
        let is_beyond =
            |id: &i64| usize::try_from(*id).map_or(true, |id| id >= positions.table.len());
        // At once, since a hash that grows takes half as much again.
        positions.beyond.reserve(ids().filter(is_beyond).count());
        for (at, id) in (0..).zip(ids()) {
            match positions.table_entry(id) {
                Some(entry) => *entry = at,
                None => _ = positions.beyond.insert(id, at),
            }
        }
        positions
    }

    /// Entries of the table for so many users, the last of whom has this id.
    fn table_ids(users: usize, last: Option<i64>) -> usize {
        let ids_max = (users * TABLE_IDS_PER_USER).clamp(TABLE_IDS_MIN, TABLE_IDS_MAX);
        let after_last = last.map_or(0, |last| last.saturating_add(1));
        usize::try_from(after_last).unwrap_or(0).min(ids_max)
    }

    /// Bytes that the positions of so many users take, the last of whom has this id, at most.
    fn memory_for(users: usize, last: Option<i64>) -> usize {
        let table = Self::table_ids(users, last);
        let is_in_table =
            last.is_none_or(|last| i64::try_from(table).is_ok_and(|table| last < table));
        let beyond = if is_in_table { 0 } else { users * HASH_BYTES_PER_USER };
        table * size_of::<u32>() + beyond
    }

    fn table_entry(&mut self, id: i64) -> Option<&mut u32> {
        self.table.get_mut(usize::try_from(id).ok()?)
    }

    /// The position of the user with this id.
    #[inline]
    pub fn get(&self, id: i64) -> Option<usize> {
        let entry = usize::try_from(id).ok().and_then(|id| self.table.get(id));
        let position = match entry {
            Some(&position) => position,
            None => self.beyond.get(&id).copied().unwrap_or(UNLISTED),
        };
        (position != UNLISTED).then_some(position as usize)
    }

    /// Bytes held.
    fn memory(&self) -> usize {
        self.table.capacity() * size_of::<u32>() + self.beyond.capacity() * size_of::<(i64, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Expected, Fault, Faults};

    #[test]
    fn only_who_needs_a_bad_value_is_refused() {
        let mut faults = Faults::default();
        faults.push(Fault { column: "u", value: "-5".to_owned(), expected: Expected::ZeroOrMore });
        let bad = User { id: UserId(7), faults, ..User::default() };
        let users = Users::new([User::default(), bad].into());
        assert!(users.need(&["sid", "uuid"], |_| true).is_ok());
        assert!(users.need(&["u"], |id| id != UserId(7)).is_ok());
        let error = users.need(&["d", "u"], |_| true).expect_err("a bad value").to_string();
        assert!(error.contains("row id 7: column `u` holds -5"), "{error}");
        assert!(!error.contains("delete"), "{error}");
    }

    #[test]
    fn every_listed_id_has_its_position_and_no_other_has_one() {
        let ids = [i64::MIN, -3, 0, 1, 64, 65_535, 65_536, 4_194_303, 4_194_304, i64::MAX];
        let users = Users::new(ids.map(|id| User { id: UserId(id), ..User::default() }).into());
        for (at, id) in ids.into_iter().enumerate() {
            assert_eq!(users.position(id), Some(at), "{id}");
        }
        for id in [-4, -1, 2, 65_537, 4_194_305, i64::MAX - 1] {
            assert_eq!(users.position(id), None, "{id}");
        }
        assert_eq!(Users::new(Vec::new()).position(0), None);
    }
}
