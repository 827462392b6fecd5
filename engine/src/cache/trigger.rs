//! What happened, and which names it makes worthless.

use super::CacheError;
use std::str::FromStr;

/// Something that happened to the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// Users were added, changed or removed.
    UserUpdate,
    /// Nodes were added, changed or removed.
    NodeUpdate,
    /// Usage rows came or went.
    TrafficUpdate,
    /// A run over a large data set is complete.
    LargeDatasetComplete,
    /// The database was reorganized.
    DatabaseOptimize,
}

impl Trigger {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::UserUpdate,
        Self::NodeUpdate,
        Self::TrafficUpdate,
        Self::LargeDatasetComplete,
        Self::DatabaseOptimize,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UserUpdate => "user_update",
            Self::NodeUpdate => "node_update",
            Self::TrafficUpdate => "traffic_update",
            Self::LargeDatasetComplete => "large_dataset_complete",
            Self::DatabaseOptimize => "database_optimize",
        }
    }

    /// The patterns of names that go. The first of each are the addon's; what follows is kept by us
    /// alone, or was overlooked by the addon although it holds the same figures.
    pub fn patterns(self) -> &'static [&'static str] {
        match self {
            Self::UserUpdate => &["user_*", "*_rankings_*", "enhanced_traffic_*", "aggregate_*"],
            Self::NodeUpdate => &["node_*", "*_rankings_*", "*_nodes_*", "aggregate_*"],
            Self::TrafficUpdate => &[
                "traffic_*",
                "live_stats*",
                "*_rankings_*",
                "*_traffic_*",
                "*_chart_*",
                "*_details:*",
                "*_nodes_*",
                "usage_records_*",
                "historical_peak_*",
                "aggregate_*",
            ],
            Self::LargeDatasetComplete => &["*_rankings_*", "enhanced_traffic_*"],
            Self::DatabaseOptimize => &["*"],
        }
    }
}

impl FromStr for Trigger {
    type Err = CacheError;

    fn from_str(name: &str) -> Result<Self, CacheError> {
        let unknown = || CacheError::Trigger { name: name.to_owned() };
        Self::ALL.into_iter().find(|trigger| trigger.as_str() == name).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Pattern;

    #[test]
    fn triggers_go_by_their_names() {
        for trigger in Trigger::ALL {
            assert_eq!(trigger.as_str().parse::<Trigger>().ok(), Some(trigger));
            for pattern in trigger.patterns() {
                Pattern::new(pattern).expect("a pattern");
            }
        }
        let error = "reboot".parse::<Trigger>().expect_err("unknown").to_string();
        assert!(error.contains("user_update, node_update"), "{error}");
    }
}
