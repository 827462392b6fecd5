//! Made-up usage rows, hour by hour, so that memory holds one hour at a time.

use super::Plan;
use crate::calendar::{Calendar, HOUR_S};
use crate::column::DAY_MARKER;
use crate::store::{Fill, Node, StoreError, UsageRow, User};
use crate::units::{UnixSeconds, UserId};
use rand::RngExt;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal, Zipf};

/// Rows handed to the store at once.
const WRITE_ROWS_MAX: usize = 10_000;

/// Share of rows by hour of day: quiet before dawn, busy in the evening.
const HOUR_WEIGHTS: [u64; 24] =
    [30, 20, 14, 10, 8, 8, 10, 16, 24, 30, 34, 38, 42, 40, 38, 38, 40, 46, 56, 70, 84, 90, 76, 52];

/// Heavier tails than this make a single user the whole table.
const ZIPF_EXPONENT: f64 = 1.1;

/// The median row moves about 3 MB, one in a thousand more than 1 GB.
const SIZE_LN_MEDIAN: f64 = 15.0;
const SIZE_LN_SIGMA: f64 = 1.9;

/// Users that a merged day keeps a row for, in per cent.
const ACTIVE_PERCENT: u32 = 60;

/// Draws usage rows.
pub(super) struct Usage<'a> {
    users: &'a [User],
    nodes: &'a [Node],
    calendar: &'a Calendar,
    size: LogNormal<f64>,
}

/// Which user and node stand at which popularity rank.
struct Popularity {
    users: Vec<usize>,
    user_rank: Zipf<f64>,
    nodes: Vec<usize>,
    node_rank: Zipf<f64>,
}

impl Popularity {
    fn draw(users: usize, nodes: usize, rng: &mut ChaCha8Rng) -> Self {
        let zipf =
            |n: usize| Zipf::new(n as f64, ZIPF_EXPONENT).expect("n and exponent are positive");
        let mut shuffled = |n: usize| {
            let mut order: Vec<usize> = (0..n).collect();
            order.shuffle(rng);
            order
        };
        Self {
            users: shuffled(users),
            user_rank: zipf(users),
            nodes: shuffled(nodes),
            node_rank: zipf(nodes),
        }
    }

    fn user(&self, rng: &mut ChaCha8Rng) -> usize {
        self.users[rank(&self.user_rank, self.users.len(), rng)]
    }

    fn node(&self, rng: &mut ChaCha8Rng) -> usize {
        self.nodes[rank(&self.node_rank, self.nodes.len(), rng)]
    }
}

/// A rank from 0; Zipf ranks count from 1.
fn rank(zipf: &Zipf<f64>, len: usize, rng: &mut ChaCha8Rng) -> usize {
    (zipf.sample(rng) as usize).clamp(1, len) - 1
}

impl<'a> Usage<'a> {
    pub(super) fn new(users: &'a [User], nodes: &'a [Node], calendar: &'a Calendar) -> Self {
        let size = LogNormal::new(SIZE_LN_MEDIAN, SIZE_LN_SIGMA).expect("sigma is finite");
        Self { users, nodes, calendar, size }
    }

    /// Writes exactly `plan.rows` rows in the order of their time.
    pub(super) fn write(
        &self,
        plan: &Plan,
        rng: &mut ChaCha8Rng,
        fill: &mut dyn Fill,
        report: &dyn Fn(u64),
    ) -> Result<u64, StoreError> {
        let popularity = Popularity::draw(self.users.len(), self.nodes.len(), rng);
        let mut written = 0;
        let mut put = |rows: Vec<UsageRow>| -> Result<(), StoreError> {
            for rows in rows.chunks(WRITE_ROWS_MAX) {
                fill.usage(rows)?;
                written += rows.len() as u64;
                report(written);
            }
            Ok(())
        };
        let past_days = plan.days - 1;
        let merged = if plan.merged { self.merged_rows(plan, past_days) } else { 0 };
        for (day, rows) in (1..=past_days).rev().zip(shares(merged, &vec![1; past_days as usize])) {
            put(self.merged_day(day, rows, rng))?;
        }
        let first_day = if plan.merged { 0 } else { past_days };
        let hours = self.hours(first_day);
        let weights: Vec<u64> = hours.iter().map(|hour| hour.weight).collect();
        for (hour, rows) in hours.iter().zip(shares(plan.rows - merged, &weights)) {
            put(self.detail(hour, rows, &popularity, rng))?;
        }
        Ok(written)
    }

    /// Rows that stand for merged days: at most one per user and day, at most half of all rows.
    fn merged_rows(&self, plan: &Plan, past_days: u64) -> u64 {
        let active = (plan.users * u64::from(ACTIVE_PERCENT)).div_ceil(100);
        (active * past_days).min(plan.rows / 2)
    }

    /// One row at local noon for each of `rows` different users.
    fn merged_day(&self, days_ago: u64, rows: u64, rng: &mut ChaCha8Rng) -> Vec<UsageRow> {
        let noon = self.calendar.days_ago_start(days_ago.cast_signed()) + 12 * HOUR_S;
        let chosen = rand::seq::index::sample(rng, self.users.len(), rows as usize);
        let mut users: Vec<usize> = chosen.into_iter().collect();
        users.sort_unstable();
        let row = |user: usize| {
            let (upload, download) = self.bytes(40.0, rng);
            UsageRow {
                user_id: self.users[user].id,
                t: noon,
                upload,
                download,
                node: DAY_MARKER.to_owned(),
                count_rate: None,
            }
        };
        users.into_iter().map(row).collect()
    }

    /// The hours from the start of the day `first_day` days ago until now.
    fn hours(&self, first_day: u64) -> Vec<Hour> {
        let now = self.calendar.now();
        let start = self.calendar.days_ago_start(first_day.cast_signed());
        let mut local = self.calendar.local();
        let mut hours = Vec::new();
        let mut t = start;
        while t <= now {
            let end = (t + HOUR_S).min(now + 1);
            let full = HOUR_WEIGHTS[usize::from(local.hour_of_day(t))] * HOUR_S.unsigned_abs();
            let weight = (full * (end - t).unsigned_abs() / HOUR_S.unsigned_abs()).max(1);
            hours.push(Hour { start: t, end, weight });
            t = end;
        }
        hours
    }

    fn detail(
        &self,
        hour: &Hour,
        rows: u64,
        popularity: &Popularity,
        rng: &mut ChaCha8Rng,
    ) -> Vec<UsageRow> {
        let mut times: Vec<UnixSeconds> =
            (0..rows).map(|_| rng.random_range(hour.start..hour.end)).collect();
        times.sort_unstable();
        let row = |t: UnixSeconds| {
            let user: UserId = self.users[popularity.user(rng)].id;
            let node = self.nodes[popularity.node(rng)].name.clone();
            let (upload, download) = self.bytes(1.0, rng);
            UsageRow { user_id: user, t, upload, download, node, count_rate: Some(1.0) }
        };
        times.into_iter().map(row).collect()
    }

    fn bytes(&self, scale: f64, rng: &mut ChaCha8Rng) -> (u64, u64) {
        let download = (self.size.sample(rng) * scale) as u64;
        let upload = download / rng.random_range(5..30);
        (upload, download)
    }
}

struct Hour {
    start: UnixSeconds,
    end: UnixSeconds,
    weight: u64,
}

/// Splits `total` by `weights` without losing a row to rounding.
fn shares(total: u64, weights: &[u64]) -> impl Iterator<Item = u64> {
    let sum: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let mut reached = 0_u128;
    weights.iter().map(move |&weight| {
        let upto = |weight: u128| (u128::from(total) * weight / sum) as u64;
        let before = upto(reached);
        reached += u128::from(weight);
        upto(reached) - before
    })
}

#[cfg(test)]
mod tests {
    use super::shares;

    #[test]
    fn shares_add_up() {
        let weights = [3, 1, 0, 7, 5];
        for total in [0, 1, 2, 15, 16, 1_000_003] {
            assert_eq!(shares(total, &weights).sum::<u64>(), total);
        }
        assert_eq!(shares(16, &weights).collect::<Vec<_>>(), [3, 1, 0, 7, 5]);
        assert_eq!(shares(5, &[]).count(), 0);
    }
}
