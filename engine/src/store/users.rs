//! The list of users, and where each of them stands in it.

use super::{StoreError, Table, User};
use crate::units::UserId;
use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

/// Ids below this are looked up in a table, however few users there are.
const TABLE_IDS_MIN: usize = 1 << 16;
/// Ids from this on never are: 16 MB.
const TABLE_IDS_MAX: usize = 1 << 22;
/// Table entries by user; panels delete users and count on.
const TABLE_IDS_PER_USER: usize = 16;

const UNLISTED: u32 = u32::MAX;

/// All users, by ascending id; copies share one list.
#[derive(Debug, Clone)]
pub struct Users {
    list: Arc<[User]>,
    positions: Arc<Positions>,
    /// Positions of the users with bad values, ascending.
    faulty: Arc<[usize]>,
}

impl Users {
    /// Of users that ascend by id.
    pub fn new(list: Arc<[User]>) -> Self {
        let positions = Arc::new(Positions::of(&list));
        let faulty = (0..list.len()).filter(|&at| !list[at].faults.is_empty()).collect();
        Self { list, positions, faulty }
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
        let faulty = self.faulty.iter().map(|&at| &self.list[at]);
        for user in faulty.filter(|user| among(user.id)) {
            if let Some(fault) = user.faults.among(columns) {
                return Err(fault.error(Table::User, user.id.0));
            }
        }
        Ok(())
    }

    /// The position of the user with this id.
    #[inline]
    pub fn position(&self, id: i64) -> Option<usize> {
        self.positions.get(id)
    }

    /// Bytes held.
    pub fn memory(&self) -> usize {
        let texts = |user: &User| user.uuid.len() + user.remark.as_ref().map_or(0, String::len);
        let positions = self.positions.memory();
        size_of_val(&*self.list) + self.list.iter().map(texts).sum::<usize>() + positions
    }
}

impl Deref for Users {
    type Target = [User];

    fn deref(&self) -> &[User] {
        &self.list
    }
}

/// Finds the position of a listed user by id: by table (one load) where ids are small, by hash (20
/// times that) elsewhere.
#[derive(Debug, Clone, Default)]
struct Positions {
    table: Vec<u32>,
    beyond: HashMap<i64, u32, foldhash::fast::RandomState>,
}

impl Positions {
    /// The positions of `users`, which ascend by id.
    fn of(users: &[User]) -> Self {
        let ids_max = (users.len() * TABLE_IDS_PER_USER).clamp(TABLE_IDS_MIN, TABLE_IDS_MAX);
        let after_last = users.last().map_or(0, |user| user.id.0.saturating_add(1));
        let table_ids = usize::try_from(after_last).unwrap_or(0).min(ids_max);
        let mut positions = Self { table: vec![UNLISTED; table_ids], ..Self::default() };
        for (at, user) in (0..).zip(users) {
            match positions.table_entry(user.id.0) {
                Some(entry) => *entry = at,
                None => _ = positions.beyond.insert(user.id.0, at),
            }
        }
        positions
    }

    fn table_entry(&mut self, id: i64) -> Option<&mut u32> {
        self.table.get_mut(usize::try_from(id).ok()?)
    }

    /// The position of the user with this id.
    #[inline]
    fn get(&self, id: i64) -> Option<usize> {
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
        let users = ids.map(|id| User { id: UserId(id), ..User::default() });
        let positions = Positions::of(&users);
        for (at, id) in ids.into_iter().enumerate() {
            assert_eq!(positions.get(id), Some(at), "{id}");
        }
        for id in [-4, -1, 2, 65_537, 4_194_305, i64::MAX - 1] {
            assert_eq!(positions.get(id), None, "{id}");
        }
        assert_eq!(Positions::of(&[]).get(0), None);
    }
}
