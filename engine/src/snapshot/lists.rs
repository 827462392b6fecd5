//! The lists of users and nodes that belong to a generation.

use super::RefreshError;
use super::arrow::Table;
use super::build::SegmentWriter;
use super::error::SnapshotError;
use super::file::{self, FileRef};
use super::refresh::Writing;
use super::table::{UserWriter, decode_users, encode_nodes};
use crate::store::{Node, UserColumns, Users, View};
use arrow_buffer::Buffer;
use std::io;
use std::ops::ControlFlow;

impl Writing<'_> {
    /// The users of `view`, in a mapped file without a name: a list of any length takes the memory
    /// of some users.
    pub(super) fn read_users(&self, view: &mut dyn View) -> Result<Users, RefreshError> {
        let mut read = Ok(());
        let bytes = file::spooled(self.folder, |out| {
            let mut users = UserWriter::new(out)?;
            let mut written = Ok(());
            read = view.users(&mut |chunk| {
                written = users.push(&UserColumns::of(chunk));
                if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
            written?;
            match &read {
                Ok(()) => users.finish(),
                Err(_) => Err(io::Error::other("the users could not be read")),
            }
        });
        // Why reading failed says more than that there is no file because of it.
        read?;
        let damaged = |problem| SnapshotError::damaged(self.folder, problem);
        Ok(users_of(&bytes?).map_err(damaged)?)
    }

    pub(super) fn write_users(
        &self,
        writer: &mut SegmentWriter,
        users: &Users,
    ) -> Result<FileRef, SnapshotError> {
        writer.file("users", |out| {
            let mut written = UserWriter::new(out)?;
            users.chunks().iter().try_for_each(|chunk| written.push(chunk))?;
            written.finish()
        })
    }

    pub(super) fn write_nodes(
        &self,
        writer: &mut SegmentWriter,
        nodes: &[Node],
    ) -> Result<FileRef, SnapshotError> {
        writer.file("nodes", |out| encode_nodes(nodes, out))
    }
}

/// The users of a file, where they lie.
pub(super) fn users_of(bytes: &Buffer) -> Result<Users, super::arrow::Problem> {
    let chunks = Table::decode_all(bytes)?;
    Ok(Users::mapped(chunks.iter().map(decode_users).collect::<Result<_, _>>()?))
}
