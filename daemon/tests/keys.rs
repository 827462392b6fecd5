//! Every command answers in every format, with exactly the keys of the contract.

use crate::support::run::{answer, json, keys, on, words};
use crate::support::sqlite::{Store, usual};
use serde_json::Value;

const USER_RANK: &str = "user_id uuid sid total_upload_user total_download_user transfer_enable enable \
    created_at remark speedlimitss speedlimitother period_upload period_download period_traffic \
    traffic_5min traffic_1hour traffic_4hour nodes_used usage_records first_usage last_usage \
    used_traffic remaining_quota quota_utilization has_activity avg_traffic_per_node";
const NODE_RANK: &str = "id name address enable statistics max_traffic last_online country type \
    excessive_speed_limit speed_limit total_upload total_download total_traffic traffic_5min \
    traffic_1hour traffic_4hour unique_users usage_records count_rate remaining_traffic \
    traffic_utilization is_online last_seen_minutes avg_traffic_per_user";
const RECORD: &str = "id user_id t u d node count_rate uuid sid node_name node_country total_traffic \
    formatted_time formatted_upload formatted_download formatted_total";
const TRAFFIC: &str = "id user_id t u d node count_rate uuid service_id transfer_enable total_upload \
    total_download speedlimitss speedlimitother illegal node_name node_address node_identifier \
    current_node_name";
const ENHANCED: &str = "id user_id t u d node count_rate uuid service_id transfer_enable total_upload \
    total_download speedlimitss speedlimitother illegal node_name node_identifier current_node_name";
const BY_USER: &str = "user_id uuid sid total_traffic unique_nodes total_records \
    avg_traffic_per_record last_activity";
const BY_NODE: &str =
    "node node_name total_traffic unique_users total_records avg_traffic_per_record";
const BY_TIME: &str =
    "time_hour timestamp_hour total_traffic unique_users unique_nodes total_records";
const BY_HOUR: &str = "hour_of_day total_traffic unique_users unique_nodes avg_traffic_per_record";
const NODE: &str = "id name address speedlimit status enable statistics max_traffic last_online country \
    tag type total_upload total_download total_traffic user_count total_records first_record \
    last_record recent_upload recent_download recent_traffic recent_users avg_traffic_per_user \
    traffic_utilization is_online last_seen";
const RAW_NODE: &str = "id type name address client_port backend_port multiple_entry \
    multiple_entry_type port_range transfer_type weekly_reset_port allow_reset_port max_traffic tls \
    network snidomain encryption dns_json network_settings_json domain_rule_json \
    protocol_rule_json traffic_rate dynamic_rate_case country device_limit speed_limit \
    excessive_speed_limit tag statistics statistics_reset_day status assigned online last_online \
    enable remark vps_url";

/// Commands that answer with rows, and the keys of a row.
const ROWS: [(&str, &str); 13] = [
    ("rank users --range month", USER_RANK),
    ("rank nodes --range month", NODE_RANK),
    ("aggregate --by user --range week", BY_USER),
    ("aggregate --by node --range week", BY_NODE),
    ("aggregate --by time --range week", BY_TIME),
    ("aggregate --by hourly --range week", BY_HOUR),
    ("records --range week", RECORD),
    ("traffic --range week", TRAFFIC),
    ("traffic --range week --enhanced", ENHANCED),
    ("days", "date sid upload download"),
    ("nodes", NODE),
    ("nodes --raw", RAW_NODE),
    ("doctor", "check status detail advice"),
];

/// Commands that answer with one object, its keys, and the header line of its CSV.
const OBJECTS: [(&str, &str, &str); 7] = [
    (
        "live",
        "total_users active_users total_nodes online_nodes today_upload today_download \
         traffic_periods last_updated",
        "total_users active_users.5min active_users.1hour active_users.4hour active_users.24hours \
         total_nodes online_nodes today_upload today_download traffic_periods.5min.upload \
         traffic_periods.5min.download traffic_periods.5min.total traffic_periods.1hour.upload \
         traffic_periods.1hour.download traffic_periods.1hour.total traffic_periods.4hour.upload \
         traffic_periods.4hour.download traffic_periods.4hour.total traffic_periods.monthly.upload \
         traffic_periods.monthly.download traffic_periods.monthly.total last_updated",
    ),
    ("today", "date hourly_stats timezone last_updated", "date hour upload download"),
    (
        "total",
        "total_upload total_download total_traffic avg_upload avg_download first_record \
         last_record total_records days_active last_updated",
        "total_upload total_download total_traffic avg_upload avg_download first_record \
         last_record total_records days_active last_updated",
    ),
    ("peak", "peak_date peak_traffic last_updated", "peak_date peak_traffic last_updated"),
    (
        "chart user 7 --range week",
        "labels upload download total nodes user_id time_range",
        "label upload download total nodes",
    ),
    (
        "chart node 3 --range today",
        "labels upload download total users node_id time_range",
        "label upload download total users",
    ),
    (
        "range month",
        "range start end start_local end_local timezone",
        "range start end start_local end_local timezone",
    ),
];

fn list(keys: &str) -> Vec<&str> {
    keys.split_whitespace().collect()
}

fn csv(store: &str, line: &str) -> (Vec<String>, Vec<csv::StringRecord>) {
    let text = answer(on(store).args(["--format", "csv"]).args(words(line)));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header line").iter().map(str::to_owned).collect();
    // The reader refuses lines of unequal length.
    let rows = reader.records().map(|row| row.unwrap_or_else(|error| panic!("{line}: {error}")));
    (header, rows.collect())
}

fn table(store: &str, line: &str) -> Vec<String> {
    let text = answer(on(store).args(words(line)));
    text.lines().map(str::to_owned).collect()
}

#[test]
fn rows_have_the_keys_of_the_contract_in_every_format() {
    let store = usual().url();
    for (line, expected) in ROWS {
        let expected = list(expected);
        let rows = json(&store, line);
        let rows = rows.as_array().unwrap_or_else(|| panic!("{line} is no array"));
        assert!(!rows.is_empty(), "{line} has no rows");
        for row in rows {
            assert_eq!(keys(row), expected, "{line}");
        }
        let (header, lines) = csv(&store, line);
        assert_eq!(
            (header, lines.len()),
            (expected.iter().map(ToString::to_string).collect(), rows.len()),
            "{line}"
        );
        // Sentences take several lines.
        let height = table(&store, line).len();
        assert!(height == rows.len() + 2 || line == "doctor" && height > rows.len(), "{line}");
    }
}

#[test]
fn objects_have_the_keys_of_the_contract_in_every_format() {
    let store = usual().url();
    for (line, expected, header) in OBJECTS {
        assert_eq!(keys(&json(&store, line)), list(expected), "{line}");
        assert_eq!(csv(&store, line).0, list(header), "{line}");
        assert!(table(&store, line).len() > 2, "{line}");
    }
}

#[test]
fn details_have_columns_and_history() {
    let store = usual().url();
    for (line, thing, history, day) in [
        ("user 7", "user", "traffic_history", "date daily_upload daily_download"),
        ("node 3", "node", "traffic_stats", "date unique_users daily_upload daily_download"),
    ] {
        let details = json(&store, line);
        assert_eq!(keys(&details), [thing, history]);
        assert_eq!(keys(&details[history][0]), list(day));
        let (header, rows) = csv(&store, line);
        assert_eq!(header, ["field", "value"]);
        let has = |field: &str| rows.iter().any(|row| row.get(0) == Some(field));
        assert!(has(&format!("{thing}.id")) && has(&format!("{history}.0.daily_upload")), "{line}");
        let both = table(&store, line).split(String::is_empty).map(<[_]>::len).collect::<Vec<_>>();
        assert_eq!(both.len(), 2, "{line} prints two tables");
    }
    assert_eq!(keys(&json(&store, "nodes --raw")[0]), keys(&json(&store, "node 1")["node"]));
}

#[test]
fn grouped_traffic_is_a_map_by_time() {
    let store = usual().url();
    let groups = json(&store, "traffic --grouped --range today");
    for (time, group) in groups.as_object().expect("an object") {
        assert_eq!(keys(group), ["upload", "download", "total", "timeKey", "timestamp"]);
        assert_eq!(group["timeKey"], **time);
        assert!(time.ends_with(":00"));
    }
    let (header, rows) = csv(&store, "traffic --grouped --range week");
    assert_eq!(header, ["upload", "download", "total", "timeKey", "timestamp"]);
    assert_eq!(rows.len(), 7);
}

#[test]
fn one_row_is_an_array_of_one_and_none_an_empty_array() {
    let nothing = Store::generated("--rows 0 --users 1 --nodes 1");
    let (usual, empty) = (usual().url(), nothing.url());
    for line in ["rank users --limit 1", "rank nodes --limit 1", "records --range all --limit 1"] {
        assert_eq!(json(&usual, line).as_array().map(Vec::len), Some(1), "{line}");
    }
    for line in ["records", "traffic", "traffic --enhanced", "days", "aggregate --by user"] {
        assert_eq!(json(&empty, line), Value::Array(vec![]), "{line}");
        let (header, rows) = csv(&empty, line);
        assert!(header.len() > 1 && rows.is_empty(), "{line}: {header:?}");
        assert_eq!(table(&empty, line).len(), 2, "{line}");
    }
    assert_eq!(json(&empty, "traffic --grouped"), Value::Object(serde_json::Map::new()));
}
