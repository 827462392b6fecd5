//! What was appended to the database since a generation was read.

use super::RefreshError;
use super::boot::BootTime;
use super::budget::pause_ms;
use super::build::SegmentWriter;
use super::error::SnapshotError;
use super::generation::Generation;
use super::manifest::{Manifest, Run};
use super::refresh::{Tail, Writing};
use crate::store::{Mark, Node, Users, View};
use crate::units::Window;
use std::collections::BTreeSet;
use std::time::Instant;

/// The lists are not read more often than this: on a live panel they change all the time, and each
/// change is written.
const LISTS_MS: u64 = 5_000;

impl Writing<'_> {
    /// The generation after `before`: with the rows that `view` shows beyond it. Days about which
    /// they say more than that rows came are read again. `None` where nothing is new.
    ///
    /// All older rows are those of an earlier moment, so the result is not known to be whole.
    pub(super) fn appended(
        &self,
        view: &mut dyn View,
        before: &Generation,
        taken_ms: u64,
        mark: Option<Mark>,
    ) -> Result<Option<Generation>, RefreshError> {
        let mut writer = self.writer_after(&before.manifest);
        let tail = self.read_tail(view, before, &mut writer)?;
        let days = self.days_to_settle(&before.manifest, &tail);
        let is_grown = !tail.segments.is_empty() || tail.last_id.is_some();
        let mut next = self.next(&before.manifest, taken_ms, mark, tail);
        let lists = self.read_lists(view, before, &mut writer, &mut next)?;
        if !is_grown && days.is_empty() && !lists {
            return Ok(None);
        }
        let mut stored = Generation::open(self.folder, next, None, Some(before))?;
        if !days.is_empty() {
            stored = self.settled_days(view, before, stored, &days, &mut writer)?;
        }
        stored.manifest.next_file = writer.next_file;
        Ok(Some(stored))
    }

    /// Reads the rows beyond the greatest id seen, and those that fill a gap below it, into new
    /// segments.
    pub(super) fn read_tail(
        &self,
        view: &mut dyn View,
        before: &Generation,
        writer: &mut SegmentWriter,
    ) -> Result<Tail, RefreshError> {
        let manifest = &before.manifest;
        let horizon = manifest.horizon;
        // Rows that are not kept leave gaps, too, and would come again and again.
        let kept = move |t: i64| horizon.is_none_or(|horizon| t >= horizon);
        let gaps = if horizon.is_none() { before.gaps()? } else { Vec::new() };
        let keep: Option<super::refresh::Keep<'_>> =
            if horizon.is_some() { Some(&kept) } else { None };
        let from = (Some(manifest.watermark), gaps);
        self.collect(view, Window::unbounded(), from, writer, keep)
    }

    /// Puts the lists of `view` into `next` where they are due and differ; tells whether they do.
    fn read_lists(
        &self,
        view: &mut dyn View,
        before: &Generation,
        writer: &mut SegmentWriter,
        next: &mut Manifest,
    ) -> Result<bool, RefreshError> {
        let now = BootTime::now();
        let known = before.manifest.lists;
        let pause = pause_ms(known.cost_ms).max(LISTS_MS as f64);
        if now.ms_since(known.at).is_some_and(|passed_ms| (passed_ms as f64) < pause) {
            return Ok(false);
        }
        let began = Instant::now();
        let (users, nodes) = (self.read_users(view)?, view.nodes()?);
        next.lists.at = now;
        next.lists.cost_ms = began.elapsed().as_secs_f64() * 1_000.0;
        if !users_were_added(before.users()?, &users) || !nodes_were_added(&before.nodes()?, &nodes)
        {
            // Rows may have changed with them: a state of both that never was must not be shown.
            next.lists.pending = true;
            return Ok(!before.manifest.lists.pending);
        }
        Ok(self.take_lists((&users, &nodes), before, writer, next)?)
    }

    /// Puts `users` and `nodes` into `next` where they differ from those of `before`.
    pub(super) fn take_lists(
        &self,
        (users, nodes): (&Users, &[Node]),
        before: &Generation,
        writer: &mut SegmentWriter,
        next: &mut Manifest,
    ) -> Result<bool, SnapshotError> {
        let files = (next.users.clone(), next.nodes.clone());
        if users != before.users()? {
            next.users = self.write_users(writer, users)?;
        }
        if *nodes != *before.nodes()? {
            next.nodes = self.write_nodes(writer, nodes)?;
        }
        (next.user_count, next.node_count) = (users.len() as u64, nodes.len() as u64);
        next.lists.pending = false;
        Ok((&files.0, &files.1) != (&next.users, &next.nodes))
    }

    /// Puts the users and nodes of `view` into `next` where they differ from those of `before`.
    pub(super) fn refresh_lists(
        &self,
        view: &mut dyn View,
        before: &Generation,
        writer: &mut SegmentWriter,
        next: &mut Manifest,
    ) -> Result<(), RefreshError> {
        let (users, nodes) = (self.read_users(view)?, view.nodes()?);
        self.take_lists((&users, &nodes), before, writer, next)?;
        Ok(())
    }

    /// Days of which `tail` says more than that rows came: sums of merged rows, which stand for
    /// others that went, and rows of days that are over, which may be others come back.
    fn days_to_settle(&self, before: &Manifest, tail: &Tail) -> BTreeSet<i64> {
        let now = BootTime::now();
        let open_from = before.days.day(self.calendar.now().saturating_sub(super::LATE_S));
        let runs = tail.segments.iter().flat_map(|segment| &segment.runs);
        let may_be_back = |run: &&Run| run.day < open_from && before.has_rows_on(run.day);
        let mut days = tail.merged_days();
        if before.budget.is_ample(now) {
            days.extend(runs.filter(may_be_back).map(|run| run.day));
        }
        days.extend(before.unsettled_days(now));
        days
    }
}

/// True when all users that were listed still are.
fn users_were_added(before: &Users, now: &Users) -> bool {
    let mut now = now.iter();
    before.iter().all(|user| now.any(|it| it.id == user.id))
}

/// True when all nodes that were listed still are, by the same names, which rows know them by.
fn nodes_were_added(before: &[Node], now: &[Node]) -> bool {
    let mut now = now.iter();
    before.iter().all(|node| now.any(|it| it.id == node.id && it.name == node.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::User;
    use crate::units::{NodeId, UserId};

    fn users(ids: &[i64]) -> Users {
        let user = |&id: &i64| User { id: UserId(id), ..User::default() };
        Users::new(ids.iter().map(user).collect())
    }

    fn nodes(named: &[(i64, &str)]) -> Vec<Node> {
        let node = |&(id, name): &(i64, &str)| Node {
            id: NodeId(id),
            name: name.to_owned(),
            ..Node::default()
        };
        named.iter().map(node).collect()
    }

    #[test]
    fn lists_that_only_grew_are_told_from_others() {
        assert!(users_were_added(&users(&[1, 3]), &users(&[1, 2, 3, 4])));
        assert!(!users_were_added(&users(&[1, 3]), &users(&[1, 2])));
        assert!(nodes_were_added(&nodes(&[(1, "a")]), &nodes(&[(1, "a"), (2, "b")])));
        assert!(!nodes_were_added(&nodes(&[(1, "a")]), &nodes(&[(1, "b")])));
        assert!(!nodes_were_added(&nodes(&[(1, "a")]), &[]));
    }
}
