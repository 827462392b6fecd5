//! The pre-aggregates are what a plain loop over the rows says, whatever happened to the rows, on
//! both databases.
//!
//! Without a server named in `TRAFFIC_ENGINE_TEST_MYSQL` the MySQL half is skipped.

mod faults;
mod keeping;
mod making;
mod model;
mod random;
mod tables;

traffic_engine_testkit::promises! {
    random:
        random_histories_give_what_a_plain_loop_gives;
    making:
        tables_are_made_and_a_second_run_writes_nothing,
        tables_of_the_original_are_brought_into_form,
        our_tables_of_before_are_brought_into_form,
        a_table_of_somebody_else_is_left_alone,
        status_tells_what_there_is_and_what_is_due;
    keeping:
        only_days_that_changed_are_written,
        merged_days_keep_their_nodes_and_hours,
        rows_between_the_merge_and_the_update_count,
        deleted_rows_are_gone_from_every_figure,
        a_node_that_is_listed_later_takes_its_rows_along,
        days_are_summed_anew_when_texts_mean_other_nodes,
        days_found_unchanged_are_noted_as_checked,
        another_zone_sums_everything_anew,
        another_name_of_the_zone_changes_nothing,
        a_backfill_sums_the_days_it_is_given,
        old_rows_are_deleted_and_not_written_again,
        sums_that_do_not_fit_are_named_and_keep_nobody_else,
        days_that_take_too_much_memory_are_summed_apart,
        a_row_that_is_wrong_is_named,
        a_node_text_without_room_is_named_and_keeps_nobody_else,
        two_at_once_give_what_one_gives,
        ids_are_not_used_up_by_changes;
    faults:
        a_lock_is_waited_for_so_long_and_no_longer,
        an_unfinished_day_shows_nothing;
}
