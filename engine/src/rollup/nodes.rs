//! Nodes of a day: their ordinary rows, and the base of what was merged.

use super::change::Moment;
use super::error::RollupError;
use super::fit::Fit;
use super::keys::Keys;
use super::sums::{DaySums, NodeSums, Sums};
use crate::store::{Base, Changed, Measures, NodeKey, StoredDay};
use crate::units::Traffic;
use std::collections::{BTreeMap, BTreeSet};

pub(super) type NodeChange = (Changed<NodeKey, Measures>, Option<BTreeMap<String, Base>>);

/// What becomes of the rows of nodes, and of the base where it is another than before.
pub(super) fn change(
    sums: &DaySums,
    stored: &StoredDay,
    at: &Moment<'_>,
    fit: &Fit,
) -> Result<NodeChange, RollupError> {
    let mut known = Known::of(stored, &Keys::new(at.index, at.nodes));
    if merged_more(sums, stored) {
        let is_whole = merged_all_seen(sums, stored, &known, at.zone);
        for (key, row) in &known.rows {
            let base = known.base.get(key).copied().unwrap_or_default();
            let rest = sums.nodes.get(key).filter(|_| !is_whole);
            if let Some(fell) = fallen(key, &row.figures, &base, rest, fit)? {
                known.base.insert(key.clone(), fell);
            }
        }
    }
    for (key, kept) in &sums.kept {
        known.keep(key, base_of(key, kept, fit)?);
    }
    let known = known;
    let mut changed = Changed { gone: known.superfluous.clone(), ..Changed::default() };
    let keys: BTreeSet<&NodeKey> = sums.nodes.keys().chain(known.base.keys()).collect();
    for &key in &keys {
        let now = sums.nodes.get(key).map_or_else(Sums::default, |node| node.sums);
        let now = with_base(&now, known.base.get(key));
        let now = fit.measures(&now, || format!("node {:?}", key.text), "unique_users")?;
        let written = NodeKey { id: key.id, text: known.text(key, sums) };
        match known.rows.get(key) {
            Some(row) if row.written == written && row.figures == now => {}
            Some(row) => changed.altered.push((row.id, written, now)),
            None => changed.new.push((written, now)),
        }
    }
    let gone = known.rows.iter().filter(|(key, _)| !keys.contains(key));
    changed.gone.extend(gone.map(|(_, row)| row.id));
    let base = known.base.iter().map(|(key, base)| (known.text(key, sums), *base)).collect();
    Ok((changed, (base != stored.base).then_some(base)))
}

/// What is stored of nodes, by the row it belongs to now: a text may be a listed node's since.
struct Known {
    rows: BTreeMap<NodeKey, KnownRow>,
    base: BTreeMap<NodeKey, Base>,
    /// Ids of rows whose figures another row took over.
    superfluous: Vec<i64>,
}

struct KnownRow {
    id: i64,
    written: NodeKey,
    figures: Measures,
}

impl Known {
    fn of(stored: &StoredDay, keys: &Keys<'_>) -> Self {
        let (mut rows, mut superfluous) = (BTreeMap::<_, KnownRow>::new(), Vec::new());
        for (id, written, figures) in &stored.nodes {
            let Some(key) = keys.key(&written.text) else {
                superfluous.push(*id);
                continue;
            };
            match rows.get_mut(&key) {
                Some(row) => {
                    row.figures = joined(&row.figures, figures);
                    superfluous.push(*id);
                }
                None => {
                    let row = KnownRow { id: *id, written: written.clone(), figures: *figures };
                    rows.insert(key, row);
                }
            }
        }
        let mut base = BTreeMap::<_, Base>::new();
        for (text, part) in &stored.base {
            if let Some(key) = keys.key(text) {
                let whole = base.entry(key).or_default();
                *whole = grown(whole, part);
            }
        }
        Self { rows, base, superfluous }
    }

    /// Takes a base in the place of one that is less.
    fn keep(&mut self, key: &NodeKey, base: Base) {
        let bytes = |it: &Base| i128::from(it.upload) + i128::from(it.download);
        let known = self.base.get(key);
        if known.is_none_or(|known| bytes(known) < bytes(&base)) {
            self.base.insert(key.clone(), base);
        }
    }

    /// How the text of a row is written: as rows have it, else as it was written before.
    fn text(&self, key: &NodeKey, sums: &DaySums) -> String {
        let now = sums.nodes.get(key).map(|node| &node.text);
        let before = self.rows.get(key).map(|row| &row.written).filter(|it| it.id == key.id);
        now.or(before.map(|it| &it.text)).unwrap_or(&key.text).clone()
    }
}

/// What was kept of a node's rows, as a base.
fn base_of(key: &NodeKey, kept: &Sums, fit: &Fit) -> Result<Base, RollupError> {
    let of = || format!("node {:?}", key.text);
    let Measures { upload, download, unique: users, records, .. } =
        fit.measures(kept, of, "unique_users")?;
    Ok(Base { upload, download, users, records })
}

fn joined(a: &Measures, b: &Measures) -> Measures {
    Measures {
        upload: a.upload.saturating_add(b.upload),
        download: a.download.saturating_add(b.download),
        traffic: a.traffic.saturating_add(b.traffic),
        unique: a.unique.max(b.unique),
        records: a.records.saturating_add(b.records),
    }
}

fn grown(a: &Base, b: &Base) -> Base {
    Base {
        upload: a.upload.saturating_add(b.upload),
        download: a.download.saturating_add(b.download),
        users: a.users.max(b.users),
        records: a.records.saturating_add(b.records),
    }
}

/// True when there are more merged rows, or more in them, than when the day was summed last. Rows
/// that vanish otherwise were deleted by somebody, and are gone.
fn merged_more(sums: &DaySums, stored: &StoredDay) -> bool {
    let before = stored.summed.as_ref().map_or((0, 0), |it| (it.day_records, it.day_traffic));
    sums.day_records > before.0 || sums.day_traffic > before.1
}

/// True when as much was merged since the day was summed last as had been seen and not merged then:
/// panels merge whole days, so the rows that are there came afterwards. What the snapshot has kept of
/// merged rows tells more exactly.
fn merged_all_seen(sums: &DaySums, stored: &StoredDay, known: &Known, zone: &str) -> bool {
    let Some(summed) = stored.summed.as_ref().filter(|it| it.zone == zone) else {
        return false;
    };
    let bytes = |upload: i64, download: i64| i128::from(upload) + i128::from(download);
    let seen = known.rows.values().map(|row| bytes(row.figures.upload, row.figures.download));
    let base = known.base.values().map(|it| bytes(it.upload, it.download));
    let unmerged = seen.sum::<i128>() - base.sum::<i128>();
    let merged = sums.day_traffic.saturating_sub(summed.day_traffic);
    sums.kept.is_empty() && unmerged > 0 && merged >= unmerged.unsigned_abs()
}

/// The base of a node whose ordinary rows are fewer than what was seen of them; nothing where they
/// are not.
fn fallen(
    key: &NodeKey,
    seen: &Measures,
    base: &Base,
    now: Option<&NodeSums>,
    fit: &Fit,
) -> Result<Option<Base>, RollupError> {
    let now = now.map_or_else(Sums::default, |node| node.sums);
    let now = fit.measures(&now, || format!("node {:?}", key.text), "unique_users")?;
    let fall =
        |seen: i64, base: i64, now: i64| seen.saturating_sub(base).saturating_sub(now).max(0);
    let part = Base {
        upload: fall(seen.upload, base.upload, now.upload),
        download: fall(seen.download, base.download, now.download),
        records: fall(seen.records, base.records, now.records),
        users: seen.unique,
    };
    let fell = (part.upload, part.download, part.records) != (0, 0, 0);
    Ok(fell.then(|| grown(base, &part)))
}

fn with_base(now: &Sums, base: Option<&Base>) -> Sums {
    let Some(base) = base else {
        return *now;
    };
    let mut traffic = now.traffic;
    traffic += Traffic::of(base.upload.unsigned_abs(), base.download.unsigned_abs());
    Sums {
        traffic,
        unique: now.unique.max(base.users.unsigned_abs()),
        records: now.records.saturating_add(base.records.unsigned_abs()),
    }
}
