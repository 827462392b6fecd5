//! Every answer has the keys of the module's contract, in its order, on every path.
//!
//! The lists are written out once more here, so that neither the engine nor its oracle can rename
//! a key unnoticed.

use traffic_engine_testkit::ask;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::engine;
use traffic_engine_testkit::question::{Question, Range, Records, Traffic};
use traffic_engine_testkit::sample::{NOW, rank_nodes, rank_users, row, small};
use traffic_engine_testkit::sqlite::Sqlite;

const USER_RANK: &str = "user_id uuid sid total_upload_user total_download_user transfer_enable \
    enable created_at remark speedlimitss speedlimitother period_upload period_download \
    period_traffic traffic_5min traffic_1hour traffic_4hour nodes_used usage_records first_usage \
    last_usage used_traffic remaining_quota quota_utilization has_activity avg_traffic_per_node";

const NODE_RANK: &str = "id name address enable statistics max_traffic last_online country type \
    excessive_speed_limit speed_limit total_upload total_download total_traffic traffic_5min \
    traffic_1hour traffic_4hour unique_users usage_records count_rate remaining_traffic \
    traffic_utilization is_online last_seen_minutes avg_traffic_per_user";

const NODE_SUMMARY: &str = "id name address speedlimit status enable statistics max_traffic \
    last_online country tag type total_upload total_download total_traffic user_count \
    total_records first_record last_record recent_upload recent_download recent_traffic \
    recent_users avg_traffic_per_user traffic_utilization is_online last_seen";

const USAGE_RECORD: &str = "id user_id t u d node count_rate uuid sid node_name node_country \
    total_traffic formatted_time formatted_upload formatted_download formatted_total";

const TRAFFIC_ROW: &str = "id user_id t u d node count_rate uuid service_id transfer_enable \
    total_upload total_download speedlimitss speedlimitother illegal node_name node_address \
    node_identifier current_node_name";

const TOTAL: &str = "total_upload total_download total_traffic avg_upload avg_download \
    first_record last_record total_records days_active last_updated";

const LIVE: &str = "total_users active_users total_nodes online_nodes today_upload today_download \
    traffic_periods last_updated";

const USER_TABLE: &str = "id uuid t u d transfer_enable enable created_at updated_at need_reset \
    sid packageid speedlimitss speedlimitother illegal remark";

/// Listed and deleted users, listed and unlisted nodes, a merged day.
fn filled() -> Sqlite {
    let mut database = small();
    database.usage.push(row(2, NOW - 3_600, "gone"));
    database.usage.push(row(3, NOW - 86_400, "DAY"));
    database.usage[1].user_id = 999;
    Sqlite::holding(&database)
}

fn empty() -> Sqlite {
    let mut database = small();
    (database.users, database.nodes, database.usage) = Default::default();
    Sqlite::holding(&database)
}

fn answer(sqlite: &Sqlite, question: &Question) -> Json {
    Json::parse(&ask::answer(&engine(sqlite), question).expect("an answer"))
}

#[track_caller]
fn has_keys(map: &Json, keys: &str) {
    assert_eq!(map.keys(), keys.split_whitespace().collect::<Vec<_>>());
}

#[track_caller]
fn every_row_has_keys(rows: &Json, count: usize, keys: &str) {
    assert_eq!(rows.entries().len(), count);
    rows.entries().iter().for_each(|row| has_keys(row, keys));
}

#[test]
fn rankings_have_their_keys() {
    every_row_has_keys(&answer(&filled(), &rank_users()), 1, USER_RANK);
    every_row_has_keys(&answer(&filled(), &rank_nodes()), 1, NODE_RANK);
}

#[test]
fn aggregations_have_their_keys() {
    for (by, count, keys) in [
        (
            "user",
            1,
            "user_id uuid sid total_traffic unique_nodes total_records avg_traffic_per_record \
             last_activity",
        ),
        (
            "node",
            2,
            "node node_name total_traffic unique_users total_records avg_traffic_per_record",
        ),
        (
            "time",
            2,
            "time_hour timestamp_hour total_traffic unique_users unique_nodes total_records",
        ),
        ("hourly", 2, "hour_of_day total_traffic unique_users unique_nodes avg_traffic_per_record"),
    ] {
        let question = Question::Aggregate { by, range: Range::named("month") };
        let answer = answer(&filled(), &question);
        every_row_has_keys(&answer, count, keys);
        // As MySQL hands over decimals, which page scripts and exports rely on.
        for row in answer.entries() {
            for key in ["total_traffic", "avg_traffic_per_record"] {
                assert!(matches!(row.get(key), None | Some(Json::Text(_))), "{by}: {row}");
            }
        }
    }
}

#[test]
fn charts_have_their_keys_with_and_without_rows() {
    let range = Range::named("week");
    for sqlite in [filled(), empty()] {
        let user = answer(&sqlite, &Question::UserChart { user: 1, range: range.clone() });
        has_keys(&user, "labels upload download total nodes user_id time_range");
        let node = answer(&sqlite, &Question::NodeChart { node: 7, range: range.clone() });
        has_keys(&node, "labels upload download total users node_id time_range");
    }
}

#[test]
fn rows_have_their_keys_whether_user_and_node_are_listed_or_not() {
    let range = Range::named("all");
    let records = Question::Records(Records { range: range.clone(), ..Records::default() });
    every_row_has_keys(&answer(&filled(), &records), 3, USAGE_RECORD);
    let traffic = Traffic { range, ..Traffic::default() };
    let standard = answer(&filled(), &Question::Traffic(traffic.clone()));
    every_row_has_keys(&standard, 3, TRAFFIC_ROW);
    let enhanced = answer(&filled(), &Question::Traffic(Traffic { enhanced: true, ..traffic }));
    every_row_has_keys(&enhanced, 3, &TRAFFIC_ROW.replace(" node_address", ""));
}

#[test]
fn grouped_traffic_has_its_keys() {
    let range = Range::named("week");
    let traffic = Traffic { range: range.clone(), ..Traffic::default() };
    let groups = answer(&filled(), &Question::GroupedTraffic(traffic.clone()));
    has_keys(&groups, "2025-08-19 2025-08-20");
    for day in groups.keys() {
        let group = groups.get(day).expect("a group");
        has_keys(group, "upload download total timeKey timestamp");
    }
    // A map stays a map without entries.
    assert_eq!(answer(&empty(), &Question::GroupedTraffic(traffic)), Json::Map(Vec::new()));
    let days = Question::DayTraffic { service: None, uuid: None, range };
    every_row_has_keys(&answer(&filled(), &days), 2, "date sid upload download");
}

#[test]
fn live_figures_have_their_keys_with_and_without_rows() {
    for sqlite in [filled(), empty()] {
        let live = answer(&sqlite, &Question::Live);
        has_keys(&live, LIVE);
        has_keys(live.get("active_users").expect("a map"), "5min 1hour 4hour 24hours");
        let periods = live.get("traffic_periods").expect("a map");
        has_keys(periods, "5min 1hour 4hour monthly");
        for period in periods.keys() {
            has_keys(periods.get(period).expect("a map"), "upload download total");
        }
        let today = answer(&sqlite, &Question::Today);
        has_keys(&today, "date hourly_stats timezone last_updated");
        let hours = today.get("hourly_stats").expect("a map");
        has_keys(hours, "00 01 02 03 04 05 06 07 08 09 10 11 12");
        has_keys(hours.get("00").expect("a map"), "upload download");
    }
}

#[test]
fn totals_have_their_keys_with_and_without_rows() {
    for sqlite in [filled(), empty()] {
        has_keys(&answer(&sqlite, &Question::Total), TOTAL);
        has_keys(&answer(&sqlite, &Question::Peak), "peak_date peak_traffic last_updated");
    }
    every_row_has_keys(&answer(&filled(), &Question::AllNodes), 1, NODE_SUMMARY);
}

#[test]
fn details_have_their_keys_and_all_columns_of_the_table() {
    let user = answer(&filled(), &Question::UserDetails(1));
    has_keys(&user, "user traffic_history");
    has_keys(user.get("user").expect("a map"), USER_TABLE);
    let history = user.get("traffic_history").expect("a list");
    every_row_has_keys(history, 2, "date daily_upload daily_download");
    let node = answer(&filled(), &Question::NodeDetails(7));
    has_keys(&node, "node traffic_stats");
    let stats = node.get("traffic_stats").expect("a list");
    every_row_has_keys(stats, 1, "date unique_users daily_upload daily_download");
    let columns = node.get("node").expect("a map").keys();
    assert_eq!(answer(&filled(), &Question::NodeTable).entries()[0].keys(), columns);
    assert_eq!((columns.len(), columns[0], columns[36]), (37, "id", "vps_url"));
    for nobody in [Question::UserDetails(2), Question::NodeDetails(8)] {
        assert_eq!(answer(&filled(), &nobody), Json::Null);
    }
}

#[test]
fn speed_limits_of_rankings_are_texts() {
    let user = answer(&filled(), &rank_users()).entries()[0].clone();
    assert_eq!(user.get("speedlimitss"), Some(&"".into()));
    assert_eq!(user.get("speedlimitother"), Some(&"1000".into()));
    let node = answer(&filled(), &rank_nodes()).entries()[0].clone();
    assert_eq!(node.get("speed_limit"), Some(&"500".into()));
    assert_eq!(node.get("excessive_speed_limit"), Some(&"200".into()));
}
