//! SQLite and MySQL keep the same promises: one suite, run against both.
//!
//! Without a server named in `TRAFFIC_ENGINE_TEST_MYSQL` the MySQL half is skipped.

mod charsets;
mod indexes;
mod real;
mod scans;
mod schema;
mod sums;
mod texts;
mod unfit;
mod values;
mod view;

use traffic_engine::EngineError;
use traffic_engine::store::StoreError;
use traffic_engine_testkit::ask;
use traffic_engine_testkit::json::Json;
use traffic_engine_testkit::place::{Place, engine_by};
use traffic_engine_testkit::question::Question;

traffic_engine_testkit::promises! {
    schema:
        a_missing_table_is_named,
        a_database_without_tables_says_so,
        a_missing_column_is_named_with_its_table,
        optional_columns_of_nodes_may_be_missing,
        further_columns_and_tables_do_no_harm,
        an_empty_database_has_answers,
        tables_that_appear_later_are_found_by_the_same_engine;
    indexes:
        an_index_is_made_once_and_dropped_once,
        indexes_of_others_are_listed_with_their_columns,
        rows_of_each_table_are_counted,
        a_name_cannot_end_its_quotes;
    values:
        a_bad_value_of_a_usage_row_is_an_error_that_names_it,
        a_time_that_is_none_is_refused_in_bounded_ranges_too,
        a_bad_value_of_a_user_is_an_error_that_names_it,
        a_bad_value_of_a_node_is_an_error_that_names_it,
        sums_beyond_64_bits_are_exact,
        count_rates_keep_the_digits_they_were_written_with;
    real:
        whole_numbers_of_any_kind_of_column_are_exact,
        times_and_ids_of_other_kinds_are_read,
        rates_of_other_kinds_keep_their_digits,
        a_quota_of_all_bits_is_a_quota,
        bits_are_numbers,
        no_limit_of_a_node_is_none,
        a_bad_value_of_a_user_refuses_only_who_needs_it,
        a_bad_value_of_a_node_refuses_only_who_needs_it,
        rows_that_are_not_shown_refuse_nothing,
        doctor_checks_every_column_and_counts,
        doctor_has_nothing_to_say_of_odd_but_good_kinds,
        localhost_goes_by_the_socket,
        views_are_asked_and_lack_no_index,
        tables_of_other_letters_are_others_where_the_server_tells_them_apart,
        a_time_of_dates_is_refused_by_name;
    sums:
        cells_are_as_fine_as_asked_for_and_hold_every_row,
        sums_of_a_selection_are_of_its_rows_alone,
        an_answer_says_who_summed_its_rows,
        sums_beyond_64_bits_are_several_cells,
        columns_that_need_not_be_told_apart_do_not_hide_bad_values;
    texts:
        every_byte_of_a_node_name_counts,
        a_node_filter_lets_exactly_its_text_through,
        a_node_written_by_id_by_name_and_with_zeros_is_one_node,
        only_the_exact_marker_is_a_merged_day,
        users_and_nodes_exist_when_listed_or_used;
    charsets:
        nodes_are_found_in_tables_of_any_character_set;
    scans:
        pages_by_cursor_give_every_row_once_in_order,
        records_page_by_limit_and_cursor,
        a_scan_keeps_to_its_window,
        a_scan_of_nobody_is_empty,
        a_node_hint_lets_at_least_its_node_through,
        a_scan_that_breaks_off_leaves_the_view_usable,
        a_sink_that_breaks_off_gets_no_more_rows;
    unfit:
        a_bad_row_of_long_ago_costs_no_answer_about_today,
        a_bad_row_that_comes_later_keeps_no_row_back,
        a_snapshot_keeps_what_users_and_nodes_hold_that_they_must_not;
    view:
        rows_written_during_a_view_are_not_seen_by_it,
        answers_span_many_batches,
        one_engine_answers_many_threads,
        a_sink_may_ask_the_engine_another_question;
}

/// The answer to `question`, which must have one, the same by every path.
fn answer(place: &dyn Place, question: &Question) -> Json {
    Json::parse(&by_every_path(place, question).expect("an answer"))
}

/// The store's refusal of `question`, the same by every path.
fn refusal(place: &dyn Place, question: &Question) -> StoreError {
    match by_every_path(place, question) {
        Err(EngineError::Store(error)) => error,
        other => panic!("want an error of the store, got {other:?}"),
    }
}

fn by_every_path(place: &dyn Place, question: &Question) -> Result<String, EngineError> {
    let answers = ask::PATHS.map(|path| ask::answer(&engine_by(path, place), question));
    let shown = answers.each_ref().map(|answer| answer.as_ref().map_err(ToString::to_string));
    for (path, answer) in ask::PATHS.iter().zip(&shown) {
        assert_eq!(*answer, shown[0], "{path:?} of {question:?}");
    }
    let [answer, ..] = answers;
    answer
}

/// The values under `key` of a list of maps.
fn column(rows: &Json, key: &str) -> Vec<Json> {
    rows.entries().iter().map(|row| row.get(key).expect(key).clone()).collect()
}
