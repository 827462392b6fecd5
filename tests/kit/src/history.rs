//! What happens to the rows of a panel: they come, are merged, deleted, corrected and restored.

use crate::database::{Database, Usage};
use crate::place::Place;
use crate::tables;

/// Something that happens to the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing.
    Nothing,
    /// Rows with greater ids appear.
    Growth,
    /// Rows disappear and others change, below the greatest id.
    Correction,
    /// The rows of some times are replaced by one `DAY` row a user.
    Merge,
    /// Users and nodes come, go and change.
    Lists,
    /// The table is emptied and refilled with rows of the ids it had at first.
    Restore,
}

impl Change {
    pub const ALL: [Self; 7] = [
        Self::Nothing,
        Self::Growth,
        Self::Correction,
        Self::Merge,
        Self::Lists,
        Self::Restore,
        Self::Growth,
    ];
}

/// A database as it changes, and what is still to come.
pub struct History {
    now: Database,
    first: Vec<Usage>,
    rest: Vec<Usage>,
}

impl History {
    /// Creates `whole` in `place`, without the second half of its rows.
    pub fn beginning(whole: &Database, place: &mut dyn Place) -> Self {
        let mut now = whole.clone();
        let rest = now.usage.split_off(now.usage.len() / 2);
        place.create(&now.tables());
        let first = now.usage.clone();
        Self { now, first, rest }
    }

    pub fn database(&self) -> &Database {
        &self.now
    }

    /// Changes both the model and the tables.
    pub fn make(&mut self, change: Change, place: &mut dyn Place) {
        let before = self.now.clone();
        match change {
            Change::Nothing => return,
            Change::Growth => self.grow(),
            Change::Correction => self.correct(),
            Change::Merge => self.merge(),
            Change::Lists => self.change_lists(),
            Change::Restore => self.now.usage.clone_from(&self.first),
        }
        if before.users != self.now.users || before.nodes != self.now.nodes {
            place.run("DROP TABLE `user`");
            place.run("DROP TABLE node");
            let [user, node, _] = self.now.tables().try_into().expect("three tables");
            place.create(&[user, node]);
        }
        self.write_usage(&before.usage, place);
    }

    /// Deletes rows that are gone or changed, and inserts those that are new or changed.
    fn write_usage(&self, before: &[Usage], place: &mut dyn Place) {
        let gone = before.iter().filter(|row| !self.now.usage.contains(row));
        for row in gone {
            place.run(&format!("DELETE FROM user_usage WHERE id = {}", row.id));
        }
        let new: Vec<Usage> =
            self.now.usage.iter().filter(|row| !before.contains(row)).cloned().collect();
        place.insert(&tables::user_usage(&new));
    }

    fn grow(&mut self) {
        let next = self.now.usage.iter().map(|row| row.id).max().unwrap_or(0) + 1;
        let some = self.rest.len().div_ceil(2);
        for (id, row) in (next..).zip(self.rest.drain(..some)) {
            self.now.usage.push(Usage { id, ..row });
        }
    }

    fn correct(&mut self) {
        self.now.usage.retain(|row| row.id % 4 != 0);
        for row in self.now.usage.iter_mut().filter(|row| row.id % 3 == 0) {
            match row.id % 5 {
                0 => row.u /= 2,
                1 => row.node = "moved".to_owned(),
                // Another user, whom the column can hold as well.
                2 => row.user_id ^= 1,
                3 => row.t = (row.t - 7_200).max(0),
                _ => row.count_rate = Some(2.5),
            }
        }
    }

    fn merge(&mut self) {
        let Some(pivot) = self.now.usage.get(self.now.usage.len() / 2).map(|row| row.t) else {
            return;
        };
        let day = |row: &Usage| row.t.div_euclid(86_400) == pivot.div_euclid(86_400);
        let (merged, kept): (Vec<_>, Vec<_>) = self.now.usage.drain(..).partition(day);
        self.now.usage = kept;
        let mut id = merged.iter().chain(&self.now.usage).map(|row| row.id).max().unwrap_or(0);
        for row in merged {
            let is_sum = |it: &&mut Usage| it.id > id && it.user_id == row.user_id;
            if let Some(_sum) = self.now.usage.iter_mut().find(is_sum) {
                continue;
            }
            id += 1;
            let node = "DAY".to_owned();
            self.now.usage.push(Usage { id, node, count_rate: None, ..row });
        }
    }

    fn change_lists(&mut self) {
        if self.now.users.len() > 1 {
            self.now.users.remove(0);
        }
        for user in &mut self.now.users {
            user.u = user.u / 2 + 1;
        }
        self.now.nodes.pop();
        for node in &mut self.now.nodes {
            node.max_traffic = 7;
        }
    }
}
