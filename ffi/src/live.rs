//! What happens now.

use crate::guard::guard;
use crate::handle::{self, te_engine};
use crate::out::Place;
use crate::sized::{Plain, Prefixed};
use crate::source::te_source;
use crate::status::te_status;
use crate::u128::te_u128;
use traffic_engine::{Engine, LiveStats, PeriodTraffic};

/// Bytes of a window.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_period_traffic {
    /// Uploaded.
    pub upload: te_u128,
    /// Downloaded.
    pub download: te_u128,
    /// Both together.
    pub total: te_u128,
}

/// Live figures. Windows do not end at midnight and have no upper bound.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct te_live_stats {
    /// sizeof(te_live_stats), set by the program.
    pub size: usize,
    /// Listed users.
    pub total_users: u64,
    /// Distinct user ids with usage rows in the last 300 s.
    pub active_users_5min: u64,
    /// Distinct user ids with usage rows in the last 3 600 s.
    pub active_users_1hour: u64,
    /// Distinct user ids with usage rows in the last 14 400 s.
    pub active_users_4hour: u64,
    /// Distinct user ids with usage rows in the last 86 400 s.
    pub active_users_24hours: u64,
    /// Listed nodes.
    pub total_nodes: u64,
    /// Nodes with a heartbeat in the last 600 s.
    pub online_nodes: u64,
    /// Bytes uploaded on the current local day.
    pub today_upload: te_u128,
    /// Bytes downloaded on the current local day.
    pub today_download: te_u128,
    /// The last 300 s.
    pub traffic_5min: te_period_traffic,
    /// The last 3 600 s.
    pub traffic_1hour: te_period_traffic,
    /// The last 14 400 s.
    pub traffic_4hour: te_period_traffic,
    /// Since the first of this month.
    pub traffic_monthly: te_period_traffic,
    /// When this was computed, in seconds since 1970 in UTC.
    pub last_updated: i64,
}

// SAFETY: a `repr(C)` of numbers of eight bytes, the first being the size.
unsafe impl Plain for te_live_stats {
    const NAME: &'static str = "te_live_stats";
    const FIRST_SIZE: usize = 296;
}

// SAFETY: as above.
unsafe impl Prefixed for te_live_stats {}

impl From<PeriodTraffic> for te_period_traffic {
    fn from(traffic: PeriodTraffic) -> Self {
        Self {
            upload: traffic.upload.into(),
            download: traffic.download.into(),
            total: traffic.total.into(),
        }
    }
}

impl From<&LiveStats> for te_live_stats {
    fn from(live: &LiveStats) -> Self {
        let (active, traffic) = (&live.active_users, &live.traffic_periods);
        Self {
            size: 0,
            total_users: live.total_users,
            active_users_5min: active.min5,
            active_users_1hour: active.hour1,
            active_users_4hour: active.hour4,
            active_users_24hours: active.hours24,
            total_nodes: live.total_nodes,
            online_nodes: live.online_nodes,
            today_upload: live.today_upload.into(),
            today_download: live.today_download.into(),
            traffic_5min: traffic.min5.into(),
            traffic_1hour: traffic.hour1.into(),
            traffic_4hour: traffic.hour4.into(),
            traffic_monthly: traffic.monthly.into(),
            last_updated: live.last_updated,
        }
    }
}

/// Active users and recent traffic. `source_out` may be null.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn te_live(
    engine: te_engine,
    live_out: *mut te_live_stats,
    source_out: *mut te_source,
) -> te_status {
    guard(|| {
        let engine = handle::find(engine)?;
        // SAFETY: the header asks for it.
        let (live_out, source_out) =
            unsafe { (Place::of(live_out)?, Place::optional(source_out)?) };
        let live = engine.ask(Engine::live)?;
        live_out.put(&(&live.value).into());
        if let Some(source_out) = source_out {
            source_out.put(&Some(live.source).into());
        }
        Ok(())
    })
}
