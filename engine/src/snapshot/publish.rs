//! The first generation, and how any becomes the one that everybody reads.

use super::history::{Remains, sweep};
use super::lock::WriterLock;
use super::manifest::Manifest;
use super::refresh::{elapsed_ms, opened};
use super::{Generation, RefreshError, Snapshot, SnapshotError, Source};
use super::{file, folder, steadily, wall_ms};
use crate::store::DayCut;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

impl Snapshot {
    /// Builds the first generation, or takes the one that another process builds meanwhile.
    pub(super) fn build(
        self: &Arc<Self>,
        source: Source<'_>,
        wait: Duration,
    ) -> Result<Arc<Generation>, RefreshError> {
        folder::create(&self.config.dir, &self.folder)?;
        let lock = WriterLock::take(&self.folder, wait)?;
        if let Some(generation) = self.published()? {
            return Ok(generation);
        }
        self.still_too_large()?;
        let writing = self.writing(source);
        let remains = Remains::of(&self.folder, writing.owner(), &DayCut::new(source.calendar));
        let first_file = remains.next_file;
        let is_older = |name: &str| file::number(name).is_some_and(|it| it < first_file);
        let built = steadily(|| self.first_generation(source, first_file));
        let built = built.and_then(|built| Ok(writing.salvaged(built, remains)?));
        if built.is_err() {
            // Whoever builds next shall find what there was.
            file::remove_others(&self.folder, is_older);
        }
        if let Err(RefreshError::Snapshot(SnapshotError::TooLarge { needed_mb, .. })) = &built {
            self.state().too_large = Some((wall_ms(), *needed_mb));
        }
        let published = self.publish_and_compact(source, built?, None, &lock)?;
        drop(lock);
        Ok(self.compacted(source, published))
    }

    fn first_generation(
        &self,
        source: Source<'_>,
        next_file: u64,
    ) -> Result<Manifest, RefreshError> {
        let at_ms = wall_ms();
        let mark = source.store.mark()?;
        let mut view = source.store.view()?;
        let opened = opened(&mut *view, mark, at_ms)?;
        // Files have numbers greater than those of any generation before, which may be in use.
        self.writing(source).build(&mut *view, opened, at_ms, next_file)
    }

    /// Refuses to read a database again that was found not to fit lately.
    fn still_too_large(&self) -> Result<(), SnapshotError> {
        match (self.state().too_large, self.config.size_limit_mb) {
            (Some((at_ms, needed_mb)), Some(limit_mb))
                if elapsed_ms(at_ms) < self.config.verify_interval_ms =>
            {
                Err(SnapshotError::TooLarge { path: self.folder.clone(), needed_mb, limit_mb })
            }
            _ => Ok(()),
        }
    }

    /// Makes `manifest` the one that everybody reads.
    pub(super) fn publish(
        &self,
        mut manifest: Manifest,
        before: Option<&Generation>,
        _lock: &WriterLock,
    ) -> Result<Arc<Generation>, RefreshError> {
        // What was made of a file that was cut meanwhile must not be published as sound.
        before.map_or(Ok(()), Generation::is_uncut)?;
        manifest.forget_months();
        manifest.make_room(&self.folder, self.config.size_limit_mb);
        self.fits(manifest.bytes())?;
        let last = before.map(|it| &it.manifest);
        manifest.retire(&self.folder, last);
        let mut generation = Generation::open(&self.folder, manifest, None, before)?;
        let manifest = &generation.manifest;
        if before.is_none() {
            Manifest::set_foreign_aside(&self.folder)?;
        }
        manifest.publish(&self.folder, last.is_none_or(|last| last.is_lost_by(manifest)))?;
        generation.stamp = Manifest::stamp(&self.folder);
        let manifest = &generation.manifest;
        let used = last.into_iter().chain([manifest]).flat_map(Manifest::files);
        let used: HashSet<&str> = used.map(|file| file.name.as_str()).collect();
        file::remove_others(&self.folder, |name| used.contains(name));
        sweep(&self.folder, self.owner(), manifest, last);
        let generation = Arc::new(generation);
        let mut state = self.state();
        // One that holds the same rows in other files is as fresh as before.
        if !before.is_some_and(|it| it.manifest.is_moment_of(&generation.manifest)) {
            state.looked_ms = generation.manifest.taken_ms;
            state.confirmed = None;
        }
        state.generation = Some(Arc::clone(&generation));
        Ok(generation)
    }

    fn fits(&self, bytes: u64) -> Result<(), SnapshotError> {
        file::fits(&self.folder, bytes, self.config.size_limit_mb)
    }
}
