//! What verification may cost: a small share of one core on average.

use super::manifest::Budget;

/// Share of one core.
const SHARE: f64 = 0.02;

/// Cost that may be run up at once: what the share allows in ten minutes.
const BURST_MS: f64 = SHARE * 600_000.0;

/// Milliseconds a server takes to fingerprint a row, before the first measurement.
const ROW_MS: f64 = 0.000_6;

impl Budget {
    /// What the next verification of `rows` rows will cost, in milliseconds.
    pub(super) fn estimate(&self, rows: usize) -> f64 {
        if self.last_ms > 0.0 { self.last_ms } else { rows as f64 * ROW_MS }
    }

    /// True when that much can be spent now. What is dearer than a whole burst has to wait until
    /// everything before is paid off.
    pub(super) fn allows(&self, cost_ms: f64, now_ms: u64) -> bool {
        let debt = self.debt(now_ms);
        debt <= 0.0 || debt + cost_ms <= BURST_MS
    }

    /// The budget after spending that much.
    pub(super) fn spend(&self, cost_ms: f64, now_ms: u64) -> Self {
        Self { last_ms: cost_ms, debt_ms: self.debt(now_ms) + cost_ms, at_ms: now_ms }
    }

    /// What is not paid off yet.
    fn debt(&self, now_ms: u64) -> f64 {
        let paid = now_ms.saturating_sub(self.at_ms) as f64 * SHARE;
        (self.debt_ms - paid).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verification_takes_its_share_of_a_core_and_no_more() {
        for cost_ms in [1.0, 250.0, 3_000.0, 30_000.0] {
            let (mut budget, mut spent) = (Budget::default(), 0.0);
            let hour_ms = 3_600_000;
            for now_ms in (0..hour_ms).step_by(1_000) {
                if budget.allows(cost_ms, now_ms) {
                    budget = budget.spend(cost_ms, now_ms);
                    spent += cost_ms;
                }
            }
            let allowed = SHARE * hour_ms as f64 + BURST_MS.max(cost_ms);
            assert!(spent <= allowed, "{spent} of {allowed}");
            let possible = cost_ms * hour_ms as f64 / 1_000.0;
            assert!(spent >= (0.9 * SHARE * hour_ms as f64).min(possible), "{spent}");
        }
    }
}
