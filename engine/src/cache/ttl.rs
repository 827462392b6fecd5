//! How long answers are kept: the tables of the WHMCS addon.

/// Seconds that are kept at most, whatever is asked for.
pub(super) const TTL_S_MAX: u32 = 86_400;

const OTHER_S: u32 = 120;

/// What is known of an answer that says how long it may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kind<'a> {
    /// Seconds, which win over everything else; at most a day.
    pub ttl_s: Option<u32>,
    /// `rankings`, `live_stats`, `aggregated`, `configuration` or `large_dataset`.
    pub data_type: Option<&'a str>,
    /// `today`, `week`, `month` or `historical`.
    pub time_range: Option<&'a str>,
}

impl Kind<'_> {
    /// Seconds for which an answer of this kind is kept, before jitter.
    pub fn ttl_s(&self) -> u32 {
        match (self.ttl_s, self.data_type, self.time_range) {
            (Some(seconds), _, _) if seconds > 0 => seconds.min(TTL_S_MAX),
            (_, Some(data_type), _) => of_data_type(data_type),
            (_, None, Some(time_range)) => of_time_range(time_range),
            (_, None, None) => OTHER_S,
        }
    }
}

fn of_data_type(data_type: &str) -> u32 {
    match data_type {
        "rankings" => 300,
        "live_stats" => 30,
        "aggregated" => 600,
        "configuration" => 3_600,
        "large_dataset" => 900,
        _ => OTHER_S,
    }
}

fn of_time_range(time_range: &str) -> u32 {
    match time_range {
        "today" => 120,
        "week" | "month" => 600,
        "historical" => 1_800,
        _ => OTHER_S,
    }
}

/// Seconds for which the addon keeps what it puts under `name` itself.
pub fn default_ttl_s(name: &str) -> u32 {
    let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if holds(&["language_config", "server_info_config", "server_options"]) {
        600
    } else if holds(&["live_stats", "traffic_5min", "real_time"]) {
        60
    } else {
        OTHER_S
    }
}

/// `ttl_ms` moved by up to a tenth either way, so that what was made together does not end together.
/// `chance` is in `0..1`.
pub(super) fn jittered(ttl_ms: i64, chance: f64) -> i64 {
    let share = 0.9 + 0.2 * chance;
    // At most a day in milliseconds, which a float holds exactly.
    (ttl_ms as f64 * share) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_the_contract() {
        let data = |data_type| Kind {
            data_type: Some(data_type),
            time_range: Some("historical"),
            ..Kind::default()
        };
        let range = |time_range| Kind { time_range: Some(time_range), ..Kind::default() };
        let types = ["rankings", "live_stats", "aggregated", "configuration", "large_dataset", "?"];
        assert_eq!(types.map(|it| data(it).ttl_s()), [300, 30, 600, 3_600, 900, 120]);
        let ranges = ["today", "week", "month", "historical", "?"];
        assert_eq!(ranges.map(|it| range(it).ttl_s()), [120, 600, 600, 1_800, 120]);
        assert_eq!(Kind::default().ttl_s(), 120);
        let given = |ttl_s| Kind { ttl_s: Some(ttl_s), ..data("rankings") }.ttl_s();
        assert_eq!([given(7), given(0), given(u32::MAX)], [7, 300, TTL_S_MAX]);
    }

    #[test]
    fn names_have_the_defaults_of_the_contract() {
        let names = [
            "language_config",
            "server_options_list",
            "live_stats",
            "traffic_5min",
            "real_time_x",
            "user_details:1",
            "",
        ];
        assert_eq!(names.map(default_ttl_s), [600, 600, 60, 60, 60, 120, 120]);
    }

    #[test]
    fn jitter_is_a_tenth_either_way() {
        assert_eq!(
            [0.0, 0.5, 0.999_999].map(|chance| jittered(1_000, chance)),
            [900, 1_000, 1_099]
        );
    }
}
