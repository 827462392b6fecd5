//! One consistent reading of the data, by whichever way was chosen.

use super::{Answer, Engine, Path, Source};
use crate::calendar::Calendar;
use crate::column::{Rows, UsageBatch};
use crate::error::EngineError;
use crate::progress::{Observer, Progress};
use crate::query::Kernel;
use crate::query::nodes::NodeFilter;
use crate::query::slots::NodeIndex;
use crate::store::{Node, Record, Table, UsageScan, User, View};
use crate::units::Window;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Users, nodes and usage rows of one moment.
pub(super) struct Reading<'a> {
    view: Box<dyn View + 'a>,
    source: Source,
    sums: bool,
    observer: Option<&'a Observer>,
}

impl Engine {
    /// Begins to read rows of `window`.
    pub(super) fn read(&self, _window: Window) -> Result<Reading<'_>, EngineError> {
        Ok(Reading {
            view: self.store.view()?,
            source: Source::Rows,
            sums: self.path != Path::Rows,
            observer: self.observer.as_ref(),
        })
    }
}

impl Reading<'_> {
    /// An answer computed from what was read.
    pub(super) fn answer<T>(&self, value: T) -> Answer<T> {
        Answer { value, source: self.source }
    }

    pub(super) fn users(&mut self) -> Result<Arc<[User]>, EngineError> {
        Ok(self.view.users()?)
    }

    pub(super) fn nodes(&mut self) -> Result<Arc<[Node]>, EngineError> {
        Ok(self.view.nodes()?)
    }

    pub(super) fn records(
        &mut self,
        table: Table,
        id: Option<i64>,
    ) -> Result<Vec<Record>, EngineError> {
        Ok(self.view.records(table, id)?)
    }

    /// Feeds the rows of `scan` to `kernel`, summed as far as it allows.
    pub(super) fn feed(
        &mut self,
        scan: &UsageScan,
        calendar: &Calendar,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        if !self.sums {
            return self.scan(scan, &mut |rows| {
                kernel.add(&rows.cells());
                ControlFlow::Continue(())
            });
        }
        let (observer, mut done) = (self.observer, 0);
        self.view.sums(scan, &kernel.grain(), calendar, &mut |cells| {
            done += cells.len() as u64;
            report(observer, done);
            kernel.add(cells);
        })?;
        Ok(())
    }

    /// Feeds the rows of the node that `text` means to `kernel`.
    pub(super) fn feed_node(
        &mut self,
        text: &str,
        window: Window,
        kernel: &mut dyn Kernel,
    ) -> Result<(), EngineError> {
        let nodes = self.nodes()?;
        let index = NodeIndex::of(&nodes);
        let mut filter = NodeFilter::of_node(text, &index);
        let scan = UsageScan { window, nodes: Some(filter.hint(&nodes)), ..UsageScan::default() };
        let mut kept = UsageBatch::default();
        self.scan(&scan, &mut |rows| {
            kept.select(rows, |row| filter.accepts(rows.node[row], rows.texts));
            kernel.add(&kept.rows(rows.texts).cells());
            ControlFlow::Continue(())
        })
    }

    /// Reads the rows of `scan`.
    pub(super) fn scan(
        &mut self,
        scan: &UsageScan,
        sink: &mut dyn FnMut(&Rows<'_>) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let (observer, mut done) = (self.observer, 0);
        self.view.scan(scan, &mut |rows| {
            done += rows.len() as u64;
            report(observer, done);
            sink(rows)
        })?;
        Ok(())
    }
}

fn report(observer: Option<&Observer>, done: u64) {
    if let Some(observer) = observer {
        observer(Progress { doing: "reading usage rows", done, total: None });
    }
}
