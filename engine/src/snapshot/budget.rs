//! What comparing with the database may cost: a small share of one core on average.

use super::boot::BootTime;
use super::manifest::Budget;

/// Share of one core.
const SHARE: f64 = 0.01;

/// Cost that may be run up at once: what the share allows in ten minutes.
const BURST_MS: f64 = SHARE * 600_000.0;

/// Milliseconds a server takes to fingerprint a row, before the first measurement.
const ROW_MS: f64 = 0.000_6;

/// Milliseconds that a row and a whole comparison cost at most. What takes longer has waited, for a
/// lock, a network or a stopped process, and waiting costs the server nothing.
const ROW_MS_MAX: f64 = 0.01;
const LEAST_MS_MAX: f64 = 10.0;

impl Budget {
    /// What the next comparison of `rows` rows will cost, in milliseconds.
    pub(super) fn estimate(&self, rows: usize) -> f64 {
        if self.last_ms > 0.0 { self.last_ms } else { rows as f64 * ROW_MS }
    }

    /// True when that much can be spent now. What is dearer than a whole burst has to wait until
    /// everything before is paid off.
    pub(super) fn allows(&self, cost_ms: f64, now: BootTime) -> bool {
        let debt = self.debt(now);
        debt <= 0.0 || debt + cost_ms <= BURST_MS
    }

    /// True when half of what may be run up at once is left: what may be done, but need not, leaves
    /// the rest to comparisons.
    pub(super) fn is_ample(&self, now: BootTime) -> bool {
        self.debt(now) <= BURST_MS / 2.0
    }

    /// The budget after a comparison of all `rows` rows that took so long.
    pub(super) fn after_comparison(&self, took_ms: f64, rows: usize, now: BootTime) -> Self {
        let cost_ms = cost(took_ms, rows);
        Self { last_ms: cost_ms, ..self.spend(cost_ms, now) }
    }

    /// The budget after work on `rows` rows that took so long.
    pub(super) fn after_work(&self, took_ms: f64, rows: usize, now: BootTime) -> Self {
        self.spend(cost(took_ms, rows), now)
    }

    fn spend(&self, cost_ms: f64, now: BootTime) -> Self {
        debug_assert!(cost_ms.is_finite() && cost_ms >= 0.0, "{cost_ms} ms");
        Self { last_ms: self.last_ms, debt_ms: self.debt(now) + cost_ms, at: now }
    }

    /// What is not paid off yet. Nothing is owed from before the machine started.
    fn debt(&self, now: BootTime) -> f64 {
        let Some(passed_ms) = now.ms_since(self.at) else {
            return 0.0;
        };
        (self.debt_ms - passed_ms as f64 * SHARE).max(0.0)
    }
}

/// What work on `rows` rows costs that took so long, in milliseconds.
pub(super) fn cost(took_ms: f64, rows: usize) -> f64 {
    let most = LEAST_MS_MAX + rows as f64 * ROW_MS_MAX;
    took_ms.clamp(1.0, most)
}

/// Milliseconds after which work that cost `cost_ms` may be done again, so that it stays within the
/// share.
pub(super) fn pause_ms(cost_ms: f64) -> f64 {
    cost_ms / SHARE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparing_takes_its_share_of_a_core_and_no_more() {
        let rows = 10_000_000;
        for cost_ms in [1.0, 250.0, 3_000.0, 30_000.0] {
            let (mut budget, mut spent) = (Budget::default(), 0.0);
            let (hour_ms, began) = (3_600_000, BootTime::now());
            for now in (0..hour_ms).step_by(1_000).map(|ms| began.plus_ms(ms)) {
                if budget.allows(cost_ms, now) {
                    budget = budget.after_comparison(cost_ms, rows, now);
                    spent += cost_ms;
                }
            }
            let allowed = SHARE * hour_ms as f64 + BURST_MS.max(cost_ms);
            assert!(spent <= allowed, "{spent} of {allowed}");
            let possible = cost_ms * hour_ms as f64 / 1_000.0;
            assert!(spent >= (0.9 * SHARE * hour_ms as f64).min(possible), "{spent}");
        }
    }

    #[test]
    fn waiting_costs_nothing() {
        let now = BootTime::now();
        let budget = Budget::default().after_comparison(20_000.0, 1, now);
        assert!(budget.debt(now) < 11.0, "{}", budget.debt(now));
        assert!(budget.allows(budget.estimate(1), now));
    }

    #[test]
    fn a_clock_that_jumps_leaves_no_debt() {
        let (now, later) = (BootTime::now(), BootTime::now().plus_ms(86_400_000));
        let budget = Budget::default().after_comparison(3_000.0, 1_000_000, later);
        assert!(budget.debt(later) > 0.0);
        assert_eq!(budget.debt(now), 0.0);
    }
}
