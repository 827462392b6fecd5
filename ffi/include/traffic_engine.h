/* Traffic Engine: who used how much traffic, where and when.
 *
 * Made of the library's source by cbindgen; changes here are lost.
 *
 * A program opens an engine on the usage rows of a database, asks it, and closes it:
 *
 *     te_engine engine;
 *     te_rows rows;
 *     te_user_row users[100];
 *     size_t count;
 *     te_rank_options options = {.size = sizeof options, .limit = 100};
 *     if (te_open_file(te_text_of("engine.toml"), &engine) != TE_STATUS_OK ||
 *         te_rank_users(engine, &options, &rows, NULL) != TE_STATUS_OK) {
 *         fprintf(stderr, "%s\n", te_last_error());
 *         exit(1);
 *     }
 *     while (te_rows_next_users(rows, users, sizeof *users, 100, &count) == TE_STATUS_OK && count) {
 *         for (size_t at = 0; at < count; at++) { ... users[at].user_id ... }
 *     }
 *     te_rows_free(rows);
 *     te_close(engine);
 *
 * RESULTS. Every call that can fail returns a te_status, and writes what it gives through its
 * pointers only where that is TE_STATUS_OK: a failed call leaves them, and the engine, as they
 * were. te_last_error() tells the thread what failed, where, and how to mend it.
 *
 * OWNERSHIP. te_engine, te_rows, te_string and te_pieces are handles: numbers, which may be copied.
 * What they stand for is the library's until te_close, te_rows_free, te_string_free or
 * te_pieces_free gives it back, once each. Texts that come from a handle are gone with it. Nothing
 * is to be freed by free(). What a program passes is read during the call and never kept, but for
 * the user_data of te_set_log.
 *
 * THREADS. Every call may be made by any thread at any time, with the same handles, except where
 * it says otherwise. Calls block while the database works, and may start threads of their own,
 * which te_close ends. No call may be made in a signal handler.
 *
 * FORKS. A process that is forked while it has an engine open or a call under way has a child that
 * cannot use the library: every call there is TE_STATUS_FORKED and does nothing, and there is
 * nothing to close. Otherwise the child may open engines of its own. Handles of the parent are
 * TE_STATUS_FORKED in every child. A program run by exec, as posix_spawn does, begins anew.
 *
 * GROWTH. Structs whose first field is `size` are given their sizeof by the program, and so is
 * row_size. Later headers add fields at the end: a program built with an older header goes on with
 * a newer library, and the other way round as long as it sets nothing that the library is too old
 * to know. Numbers and names that are there stay. What would break this raises TE_ABI_VERSION and
 * the number in the library's file name. Fields that are not set must be zero.
 *
 * TEXTS are UTF-8 with a length. Times are seconds since 1970 in UTC, traffic is in bytes.
 *
 * BAD INPUT
 *
 * what is wrong                              status                     left as it was
 * -----------------------------------------  -------------------------  -------------------------
 * a pointer that must be there is null       TE_STATUS_NULL_ARGUMENT    all outputs, the engine
 * a text with null data and a length         TE_STATUS_NULL_ARGUMENT    all outputs, the engine
 * a text that is not UTF-8                   TE_STATUS_BAD_UTF8         all outputs, the engine
 * a text longer than memory can be           TE_STATUS_BAD_SIZE         all outputs, the engine
 * a size that is 0, too small, not a         TE_STATUS_BAD_SIZE         all outputs, the engine
 *   multiple of 8 or above 4096
 * a larger struct with something set that    TE_STATUS_BAD_SIZE         all outputs, the engine
 *   the library is too old to know
 * no room for rows, or more than memory has  TE_STATUS_BAD_SIZE         outputs, rows yet to come
 * no room for the digits of a number         TE_STATUS_BAD_SIZE         the buffer
 * rows asked for as another kind             TE_STATUS_WRONG_ROWS       outputs, rows yet to come
 * a handle that is closed or freed, also     TE_STATUS_CLOSED_HANDLE    all outputs, whatever took
 *   a second time, or was never given out                               the handle's place
 * a handle of the parent process; any call   TE_STATUS_FORKED           all outputs, the parent's
 *   in a child forked while an engine was open
 * a configuration that is not understood     TE_STATUS_BAD_CONFIG or    all outputs; no engine is
 *                                              a more precise one         opened
 * a question nobody knows                    TE_STATUS_UNKNOWN_QUESTION all outputs, the engine
 * an option nobody knows, of a wrong kind,   TE_STATUS_BAD_OPTION       all outputs, the engine
 *   or that is missing; options not JSON
 * half a period, or two: one date, a word    TE_STATUS_BAD_OPTION       all outputs, the engine
 *   beside bounds, a timestamp not `given`
 * an unknown word for a range, sort or       TE_STATUS_UNKNOWN_RANGE,   all outputs, the engine
 *   group; a wrong date; an impossible range   ..._SORT, ..._GROUP_BY,
 *                                              TE_STATUS_BAD_DATE,
 *                                              TE_STATUS_START_AFTER_END
 * a status that is none                      te_status_name: "unknown"
 *
 * Where several things are wrong, any of them is told. Pointers to memory that is not the
 * program's, or smaller than it says, cannot be noticed.
 */


#ifndef TRAFFIC_ENGINE_H
#define TRAFFIC_ENGINE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Calls whose result says whether there is an answer. */
#if defined(__GNUC__)
#define TE_MUST_USE __attribute__((warn_unused_result))
#else
#define TE_MUST_USE
#endif

/**
 * `start_timestamp` counts, also where it is 0.
 */
#define TE_GIVEN_START_TIMESTAMP 1

/**
 * `end_timestamp` counts, also where it is 0.
 */
#define TE_GIVEN_END_TIMESTAMP 2

/**
 * The major number of the interface this header describes. It changes only when a program that
 * was built against an older header could no longer run; whatever is added leaves it as it is.
 */
#define TE_ABI_VERSION 1

/**
 * How a call ended. A number never changes its meaning; later versions add numbers, so a program
 * treats one it does not know as a failure.
 */
enum te_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * It did what was asked.
   */
  TE_STATUS_OK = 0,
  /**
   * A configuration that cannot be understood.
   */
  TE_STATUS_BAD_CONFIG = 1,
  /**
   * A question that nobody knows.
   */
  TE_STATUS_UNKNOWN_QUESTION = 2,
  /**
   * An option that cannot be understood.
   */
  TE_STATUS_BAD_OPTION = 3,
  /**
   * A time range that no word of the vocabulary names.
   */
  TE_STATUS_UNKNOWN_RANGE = 4,
  /**
   * A date that is not YYYY-MM-DD.
   */
  TE_STATUS_BAD_DATE = 5,
  /**
   * A range that begins after it ends.
   */
  TE_STATUS_START_AFTER_END = 6,
  /**
   * A sort order the ranking does not know.
   */
  TE_STATUS_UNKNOWN_SORT = 7,
  /**
   * A limit that is neither a number of rows nor "all".
   */
  TE_STATUS_BAD_LIMIT = 8,
  /**
   * A grouping that aggregation does not know.
   */
  TE_STATUS_UNKNOWN_GROUP_BY = 9,
  /**
   * A way to answer that nobody knows.
   */
  TE_STATUS_UNKNOWN_PATH = 10,
  /**
   * A plan for made-up rows that cannot be carried out.
   */
  TE_STATUS_BAD_PLAN = 11,
  /**
   * A store address that cannot be understood.
   */
  TE_STATUS_BAD_STORE_ADDRESS = 12,
  /**
   * A database that does not answer.
   */
  TE_STATUS_UNREACHABLE = 13,
  /**
   * A file that is no database.
   */
  TE_STATUS_CANNOT_OPEN = 14,
  /**
   * A login that the server refuses.
   */
  TE_STATUS_ACCESS_DENIED = 15,
  /**
   * A table that is missing or not readable.
   */
  TE_STATUS_MISSING_TABLE = 16,
  /**
   * A column that is missing.
   */
  TE_STATUS_MISSING_COLUMN = 17,
  /**
   * A value that its column must not hold.
   */
  TE_STATUS_BAD_VALUE = 18,
  /**
   * A store that should be empty and is not.
   */
  TE_STATUS_NOT_EMPTY = 19,
  /**
   * An operation that the database refused or broke off.
   */
  TE_STATUS_DATABASE_FAILED = 20,
  /**
   * A file or folder of the data directory that cannot be used.
   */
  TE_STATUS_SNAPSHOT_FILE = 21,
  /**
   * A file of the snapshot that is not what its writer left.
   */
  TE_STATUS_SNAPSHOT_DAMAGED = 22,
  /**
   * A snapshot that does not fit into the space it may take.
   */
  TE_STATUS_SNAPSHOT_TOO_LARGE = 23,
  /**
   * A snapshot that another process has been building for too long.
   */
  TE_STATUS_SNAPSHOT_BUSY = 24,
  /**
   * A range that begins before the snapshot does.
   */
  TE_STATUS_BEFORE_SNAPSHOT = 25,
  /**
   * A question that only the snapshot may answer, and there is none.
   */
  TE_STATUS_NO_SNAPSHOT = 26,
  /**
   * A question that would take more memory than it may.
   */
  TE_STATUS_MEMORY_LIMIT = 27,
  /**
   * An index that is not there, or that is the business of others.
   */
  TE_STATUS_UNKNOWN_INDEX = 28,
  /**
   * A table on which somebody has been holding a lock for too long.
   */
  TE_STATUS_TABLE_LOCKED = 29,
  /**
   * A change that the login may not make, or that is not made here.
   */
  TE_STATUS_NOT_PERMITTED = 30,
  /**
   * A change that the database makes only while others wait.
   */
  TE_STATUS_NEEDS_OFFLINE = 31,
  /**
   * A disk or file that is full.
   */
  TE_STATUS_NO_SPACE = 32,
  /**
   * A server without room for another connection.
   */
  TE_STATUS_SERVER_BUSY = 33,
  /**
   * A question that took longer than it may.
   */
  TE_STATUS_TIMED_OUT = 34,
  /**
   * A pointer that must not be null and is.
   */
  TE_STATUS_NULL_ARGUMENT = 100,
  /**
   * A text that is not UTF-8.
   */
  TE_STATUS_BAD_UTF8 = 101,
  /**
   * A size or length that cannot be.
   */
  TE_STATUS_BAD_SIZE = 102,
  /**
   * A handle that is closed, freed or was never given out.
   */
  TE_STATUS_CLOSED_HANDLE = 103,
  /**
   * A handle of the process that this one was forked from, or a process forked while an engine
   * was open.
   */
  TE_STATUS_FORKED = 104,
  /**
   * Rows that are asked for as rows of another kind.
   */
  TE_STATUS_WRONG_ROWS = 105,
  /**
   * A defect of the library, or a system that is out of something.
   */
  TE_STATUS_INTERNAL = 199,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum te_status te_status;
#else
typedef int32_t te_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How much a message matters.
 */
enum te_log_level
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * A defect.
   */
  TE_LOG_LEVEL_ERROR = 1,
  /**
   * Something is in trouble, and somebody should look.
   */
  TE_LOG_LEVEL_WARN = 2,
  /**
   * Something began or ended.
   */
  TE_LOG_LEVEL_INFO = 3,
  /**
   * A call was refused.
   */
  TE_LOG_LEVEL_DEBUG = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum te_log_level te_log_level;
#else
typedef int32_t te_log_level;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A way to answer.
 */
enum te_path
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  /**
   * No rows were needed.
   */
  TE_PATH_NONE = 0,
  /**
   * The database summed the rows.
   */
  TE_PATH_PUSH_DOWN = 1,
  /**
   * The database delivered the rows and they were summed here.
   */
  TE_PATH_ROWS = 2,
  /**
   * A generation of the snapshot.
   */
  TE_PATH_SNAPSHOT = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum te_path te_path;
#else
typedef int32_t te_path;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * A text in UTF-8. It need not end with a zero byte and may hold some.
 *
 * One that a program passes is only read during the call. In an option, null data means that the
 * option is not given. One that the library gives belongs to the handle it came from; null data
 * means that there is none.
 */
typedef struct te_text {
  /**
   * The first byte; may be null where the length is 0.
   */
  const char *data;
  /**
   * Bytes.
   */
  size_t length;
} te_text;

/**
 * An open engine. What is inside is the library's business.
 */
typedef struct te_engine {
  uint64_t id;
  uint64_t process;
} te_engine;

/**
 * How to refresh.
 */
typedef struct te_refresh_options {
  /**
   * sizeof(te_refresh_options).
   */
  size_t size;
  /**
   * 1 to compare every row with the database, 0 to look for new ones.
   */
  uint64_t verify;
} te_refresh_options;

/**
 * Where an answer came from. What stands behind `path` is 0 but for the snapshot.
 */
typedef struct te_source {
  /**
   * sizeof(te_source), set by the program.
   */
  size_t size;
  /**
   * One of te_path.
   */
  int64_t path;
  /**
   * Number of the generation; later ones are greater.
   */
  uint64_t generation;
  /**
   * Greatest row id the generation has seen.
   */
  int64_t watermark;
  /**
   * Milliseconds since the database was known to hold just these rows, or at least all of their
   * last ones.
   */
  uint64_t age_ms;
  /**
   * Milliseconds since it was known to hold just these rows.
   */
  uint64_t verified_age_ms;
  /**
   * Local midnight, unix seconds, from which on the nodes and hours behind merged days are all
   * known; 0 where nothing is hidden by them.
   */
  int64_t detail_since;
} te_source;

/**
 * What the snapshot holds and costs.
 */
typedef struct te_snapshot_stats {
  /**
   * sizeof(te_snapshot_stats), set by the program.
   */
  size_t size;
  /**
   * Number of the generation.
   */
  uint64_t generation;
  /**
   * Greatest row id it has seen.
   */
  int64_t watermark;
  /**
   * As in te_source.
   */
  uint64_t age_ms;
  /**
   * As in te_source.
   */
  uint64_t verified_age_ms;
  /**
   * Usage rows.
   */
  uint64_t rows;
  /**
   * Files of rows.
   */
  uint64_t segments;
  /**
   * Cells by user, node and hour.
   */
  uint64_t hour_cells;
  /**
   * Cells by user, node and day.
   */
  uint64_t day_cells;
  /**
   * Cells by user, node and month.
   */
  uint64_t month_cells;
  /**
   * Bytes of all files.
   */
  uint64_t bytes;
  /**
   * Milliseconds the last comparison with the database took.
   */
  double verify_ms;
  /**
   * As in te_source.
   */
  int64_t detail_since;
} te_snapshot_stats;

/**
 * A text that the library holds. What is inside is the library's business.
 */
typedef struct te_string {
  uint64_t id;
  uint64_t process;
} te_string;

/**
 * A text that comes in pieces. What is inside is the library's business.
 */
typedef struct te_pieces {
  uint64_t id;
  uint64_t process;
} te_pieces;

/**
 * A number of 128 bits: `high` × 2⁶⁴ + `low`. Sums of bytes are exact, whatever they come to.
 */
typedef struct te_u128 {
  /**
   * The lower 64 bits; all there is of a sum below 18.4 exabytes.
   */
  uint64_t low;
  /**
   * The upper 64 bits.
   */
  uint64_t high;
} te_u128;

/**
 * Bytes of a window.
 */
typedef struct te_period_traffic {
  /**
   * Uploaded.
   */
  struct te_u128 upload;
  /**
   * Downloaded.
   */
  struct te_u128 download;
  /**
   * Both together.
   */
  struct te_u128 total;
} te_period_traffic;

/**
 * Live figures. Windows do not end at midnight and have no upper bound.
 */
typedef struct te_live_stats {
  /**
   * sizeof(te_live_stats), set by the program.
   */
  size_t size;
  /**
   * Listed users.
   */
  uint64_t total_users;
  /**
   * Distinct user ids with usage rows in the last 300 s.
   */
  uint64_t active_users_5min;
  /**
   * Distinct user ids with usage rows in the last 3 600 s.
   */
  uint64_t active_users_1hour;
  /**
   * Distinct user ids with usage rows in the last 14 400 s.
   */
  uint64_t active_users_4hour;
  /**
   * Distinct user ids with usage rows in the last 86 400 s.
   */
  uint64_t active_users_24hours;
  /**
   * Listed nodes.
   */
  uint64_t total_nodes;
  /**
   * Nodes with a heartbeat in the last 600 s.
   */
  uint64_t online_nodes;
  /**
   * Bytes uploaded on the current local day.
   */
  struct te_u128 today_upload;
  /**
   * Bytes downloaded on the current local day.
   */
  struct te_u128 today_download;
  /**
   * The last 300 s.
   */
  struct te_period_traffic traffic_5min;
  /**
   * The last 3 600 s.
   */
  struct te_period_traffic traffic_1hour;
  /**
   * The last 14 400 s.
   */
  struct te_period_traffic traffic_4hour;
  /**
   * Since the first of this month.
   */
  struct te_period_traffic traffic_monthly;
  /**
   * When this was computed, in seconds since 1970 in UTC.
   */
  int64_t last_updated;
} te_live_stats;

/**
 * Is told a message; `message` stays for the length of the call. It may come from any thread, also
 * from several at once. It may call the library, which tells it nothing of those calls; te_close
 * then does not wait for what the engine does beside the calls, which ends soon after.
 */
typedef void (*te_log_callback)(te_log_level level, struct te_text message, void *user_data);

/**
 * The rows of an answer. What is inside is the library's business.
 */
typedef struct te_rows {
  uint64_t id;
  uint64_t process;
} te_rows;

/**
 * A node in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
 */
typedef struct te_node_row {
  /**
   * Node id.
   */
  int64_t id;
  /**
   * Name.
   */
  struct te_text name;
  /**
   * Host name or address.
   */
  struct te_text address;
  /**
   * 1 enabled, 0 disabled.
   */
  int64_t enable;
  /**
   * Bytes used since the node's reset day, as the panel counts them.
   */
  int64_t statistics;
  /**
   * Limit in GB of 10⁹ bytes; 0 is no limit.
   */
  int64_t max_traffic;
  /**
   * Last heartbeat.
   */
  int64_t last_online;
  /**
   * Country as written, or none.
   */
  struct te_text country;
  /**
   * Protocol.
   */
  struct te_text type;
  /**
   * Speed limit once the quota is exceeded, empty for none.
   */
  struct te_text excessive_speed_limit;
  /**
   * Speed limit, empty for none.
   */
  struct te_text speed_limit;
  /**
   * Bytes uploaded in the range.
   */
  struct te_u128 total_upload;
  /**
   * Bytes downloaded in the range.
   */
  struct te_u128 total_download;
  /**
   * Both together.
   */
  struct te_u128 total_traffic;
  /**
   * Bytes of the last 300 s, as far as they lie in the range.
   */
  struct te_u128 traffic_5min;
  /**
   * Bytes of the last 3 600 s, as far as they lie in the range.
   */
  struct te_u128 traffic_1hour;
  /**
   * Bytes of the last 14 400 s, as far as they lie in the range.
   */
  struct te_u128 traffic_4hour;
  /**
   * Distinct user ids, deleted users included.
   */
  uint64_t unique_users;
  /**
   * Usage rows in the range.
   */
  uint64_t usage_records;
  /**
   * Billing multiplier of the node.
   */
  double count_rate;
  /**
   * Bytes left of the limit, not below 0.
   */
  struct te_u128 remaining_traffic;
  /**
   * Per cent of the limit used, may exceed 100; 0 without a limit.
   */
  double traffic_utilization;
  /**
   * 1 within 600 s of the last heartbeat, otherwise 0.
   */
  uint64_t is_online;
  /**
   * Whole minutes since the last heartbeat.
   */
  int64_t last_seen_minutes;
  /**
   * total_traffic by user; 0 without users.
   */
  double avg_traffic_per_user;
} te_node_row;

/**
 * What to rank. All zero but the size asks for all of today's, most traffic first.
 */
typedef struct te_rank_options {
  /**
   * sizeof(te_rank_options).
   */
  size_t size;
  /**
   * A word such as "today", "week" or "month"; "today" where nothing of a period is given. Two
   * dates, or two timestamps, are a period without a word; "custom" says the same beside dates,
   * and "time_range" beside timestamps. Any other mixture is refused: TE_STATUS_BAD_OPTION.
   */
  struct te_text time_range;
  /**
   * First day as YYYY-MM-DD, in the engine's zone; with end_date.
   */
  struct te_text start_date;
  /**
   * Last day as YYYY-MM-DD, in the engine's zone; with start_date.
   */
  struct te_text end_date;
  /**
   * First second since 1970 in UTC; with end_timestamp, both given by `given`. One that is not 0
   * and not given is refused.
   */
  int64_t start_timestamp;
  /**
   * Last second since 1970 in UTC; as start_timestamp.
   */
  int64_t end_timestamp;
  /**
   * TE_GIVEN_… values, added up.
   */
  uint64_t given;
  /**
   * An order such as "traffic_desc", which it is where it is not given. Users know also
   * traffic_asc, remaining_desc, remaining_asc, nodes_desc and recent_activity; nodes know
   * traffic_asc, remaining_desc, remaining_asc, users_desc and name_asc.
   */
  struct te_text sort_by;
  /**
   * Rows at most; all where it is 0.
   */
  uint64_t limit;
} te_rank_options;

/**
 * What to sum. All zero but the size asks for today's usage by user.
 */
typedef struct te_aggregate_options {
  /**
   * sizeof(te_aggregate_options).
   */
  size_t size;
  /**
   * As in te_rank_options.
   */
  struct te_text time_range;
  /**
   * As in te_rank_options.
   */
  struct te_text start_date;
  /**
   * As in te_rank_options.
   */
  struct te_text end_date;
  /**
   * As in te_rank_options.
   */
  int64_t start_timestamp;
  /**
   * As in te_rank_options.
   */
  int64_t end_timestamp;
  /**
   * TE_GIVEN_… values, added up.
   */
  uint64_t given;
  /**
   * "user", "node", "time" (hour by hour) or "hourly" (hours of the day); "user" where it is
   * not given.
   */
  struct te_text group_by;
} te_aggregate_options;

/**
 * Usage of one listed user.
 */
typedef struct te_user_total {
  /**
   * User id.
   */
  int64_t user_id;
  /**
   * Subscriber UUID.
   */
  struct te_text uuid;
  /**
   * WHMCS service id.
   */
  int64_t sid;
  /**
   * Bytes.
   */
  struct te_u128 total_traffic;
  /**
   * Distinct nodes; merged days are none.
   */
  uint64_t unique_nodes;
  /**
   * Usage rows.
   */
  uint64_t total_records;
  /**
   * Bytes by usage row, rounded to four decimals.
   */
  double avg_traffic_per_record;
  /**
   * Time of the last usage row, in seconds since 1970 in UTC.
   */
  int64_t last_activity;
} te_user_total;

/**
 * Usage of one node; merged days belong to none.
 */
typedef struct te_node_total {
  /**
   * Name of a listed node, otherwise the text of the usage rows.
   */
  struct te_text node;
  /**
   * Name of a listed node, or none.
   */
  struct te_text node_name;
  /**
   * Bytes.
   */
  struct te_u128 total_traffic;
  /**
   * Distinct user ids.
   */
  uint64_t unique_users;
  /**
   * Usage rows.
   */
  uint64_t total_records;
  /**
   * Bytes by usage row, rounded to four decimals.
   */
  double avg_traffic_per_record;
} te_node_total;

/**
 * Usage of one hour.
 */
typedef struct te_hour_total {
  /**
   * Local full hour, YYYY-MM-DD HH:00:00.
   */
  struct te_text time_hour;
  /**
   * When it began, in seconds since 1970 in UTC.
   */
  int64_t timestamp_hour;
  /**
   * Bytes.
   */
  struct te_u128 total_traffic;
  /**
   * Distinct user ids.
   */
  uint64_t unique_users;
  /**
   * Distinct nodes; merged days are none.
   */
  uint64_t unique_nodes;
  /**
   * Usage rows.
   */
  uint64_t total_records;
} te_hour_total;

/**
 * Usage of one hour of the day, over all days.
 */
typedef struct te_hour_of_day_total {
  /**
   * 0–23, local.
   */
  uint64_t hour_of_day;
  /**
   * Bytes.
   */
  struct te_u128 total_traffic;
  /**
   * Distinct user ids.
   */
  uint64_t unique_users;
  /**
   * Distinct nodes; merged days are none.
   */
  uint64_t unique_nodes;
  /**
   * Bytes by usage row, rounded to four decimals.
   */
  double avg_traffic_per_record;
} te_hour_of_day_total;

/**
 * A user in a ranking. Times are seconds since 1970 in UTC, traffic is in bytes and exact.
 */
typedef struct te_user_row {
  /**
   * User id.
   */
  int64_t user_id;
  /**
   * Subscriber UUID.
   */
  struct te_text uuid;
  /**
   * WHMCS service id.
   */
  int64_t sid;
  /**
   * Bytes uploaded in the quota period, as the panel counts them.
   */
  uint64_t total_upload_user;
  /**
   * Bytes downloaded in the quota period, as the panel counts them.
   */
  uint64_t total_download_user;
  /**
   * Quota in bytes; 2^63 - 1 where it is more, which panels write for no limit.
   */
  int64_t transfer_enable;
  /**
   * 1 enabled, 0 disabled.
   */
  int64_t enable;
  /**
   * When the user was made.
   */
  int64_t created_at;
  /**
   * Free text, or none.
   */
  struct te_text remark;
  /**
   * Speed limit, empty for none.
   */
  struct te_text speedlimitss;
  /**
   * Speed limit of other protocols, empty for none.
   */
  struct te_text speedlimitother;
  /**
   * Bytes uploaded in the range.
   */
  struct te_u128 period_upload;
  /**
   * Bytes downloaded in the range.
   */
  struct te_u128 period_download;
  /**
   * Both together.
   */
  struct te_u128 period_traffic;
  /**
   * Bytes of the last 300 s, as far as they lie in the range.
   */
  struct te_u128 traffic_5min;
  /**
   * Bytes of the last 3 600 s, as far as they lie in the range.
   */
  struct te_u128 traffic_1hour;
  /**
   * Bytes of the last 14 400 s, as far as they lie in the range.
   */
  struct te_u128 traffic_4hour;
  /**
   * Distinct nodes; merged days are none.
   */
  uint64_t nodes_used;
  /**
   * Usage rows in the range.
   */
  uint64_t usage_records;
  /**
   * Time of the first usage row in the range, 0 without.
   */
  int64_t first_usage;
  /**
   * Time of the last usage row in the range, 0 without.
   */
  int64_t last_usage;
  /**
   * total_upload_user and total_download_user together.
   */
  struct te_u128 used_traffic;
  /**
   * Bytes left of the quota, not below 0.
   */
  uint64_t remaining_quota;
  /**
   * Per cent of the quota used, may exceed 100; 0 without a quota.
   */
  double quota_utilization;
  /**
   * 1 when a byte was moved in the range, otherwise 0.
   */
  uint64_t has_activity;
  /**
   * period_traffic by node used; 0 without nodes.
   */
  double avg_traffic_per_node;
} te_user_row;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Opens an engine with the configuration in `config`: a JSON object or TOML, with the keys store,
 * password, timezone, data_dir, path, refresh_interval_ms, verify_interval_ms, memory_limit_mb,
 * read_timeout_ms, query_timeout_ms, retention_days, history_days, size_limit_mb, background, now,
 * redis, redis_password, redis_wait_ms, cache_entries, cache_mb and cache_namespace, of which store
 * and timezone must be there. Nothing is connected before the first question, so that a database which is down fails that and not this.
 * te_close gives the engine back.
 *
 * Example: store = "mysql://reader@db.example/v2r"
 *          password = "…"
 *          timezone = "Asia/Shanghai"
 *          data_dir = "/var/lib/traffic-engine"
 */
TE_MUST_USE
te_status te_open(struct te_text config,
                  struct te_engine *engine_out);

/**
 * As te_open, with the configuration in the file at `path`. A data_dir that is not absolute lies
 * beside the file. Whoever may read the file may read a password in it.
 */
TE_MUST_USE te_status te_open_file(struct te_text path, struct te_engine *engine_out);

/**
 * Closes an engine and waits for what it does beside the calls, unless it is called inside the log
 * callback. Calls of other threads that use it go on, and the last of them closes it. Rows,
 * strings and pieces that it gave stay good.
 */
te_status te_close(struct te_engine engine);

/**
 * Brings the snapshot up to date at once, whoever looked when, and tells which generation it is
 * then. `options` and `source_out` may be null.
 */
TE_MUST_USE
te_status te_refresh(struct te_engine engine,
                     const struct te_refresh_options *options,
                     struct te_source *source_out);

/**
 * What the snapshot holds and costs, after a look for news if one is due. Without a data_dir the
 * status is TE_STATUS_NO_SNAPSHOT.
 */
TE_MUST_USE te_status te_stats(struct te_engine engine, struct te_snapshot_stats *stats_out);

/**
 * Why the last question was answered by the database although a snapshot is configured, or why
 * the snapshot could not be compared beside the questions; an empty text while all is well.
 */
TE_MUST_USE te_status te_snapshot_failure(struct te_engine engine, struct te_string *failure_out);

/**
 * What the last failed call of this thread failed of, where, and how to mend it; empty where none
 * has failed. Never fails. The text is replaced by the next call of this thread that fails, and
 * gone with the thread; a call that succeeds leaves it.
 */
const char *te_last_error(void);

/**
 * Answers any question as JSON.
 *
 * `question` is one of rank_users, rank_nodes, aggregate, user_chart, node_chart, live, today,
 * total, peak, nodes, node_table, user_details, node_details, usage_records, traffic,
 * grouped_traffic, day_traffic, range, refresh, stats, schema_plan, schema_status, schema_apply,
 * schema_drop, cache_stats, cache_invalidate, rollup_update, rollup_backfill, rollup_prune and
 * rollup_status; `options` is a JSON object, or empty for none.
 * Names, options and answers are those of the PHP class TrafficEngine\Engine, which says more about
 * them. `source_out` may be null. te_string_free gives the string back.
 */
TE_MUST_USE
te_status te_query_json(struct te_engine engine,
                        struct te_text question,
                        struct te_text options,
                        struct te_string *json_out,
                        struct te_source *source_out);

/**
 * The text of a string. It stays until the string is freed.
 */
TE_MUST_USE te_status te_string_text(struct te_string string, struct te_text *text_out);

/**
 * Frees a string; texts of it are gone.
 */
te_status te_string_free(struct te_string string);

/**
 * As te_query_json, for answers too large to hold as one text: joined, the pieces are the JSON.
 * Only the rows are held, not their text. te_pieces_free gives the pieces back.
 */
TE_MUST_USE
te_status te_query_pieces(struct te_engine engine,
                          struct te_text question,
                          struct te_text options,
                          struct te_pieces *pieces_out,
                          struct te_source *source_out);

/**
 * The next piece, of some 64 KB; of no length after the last. It stays until the next call with
 * these pieces, so that one thread at a time takes them.
 */
TE_MUST_USE te_status te_pieces_next(struct te_pieces pieces, struct te_text *piece_out);

/**
 * Frees pieces, whether or not all were taken.
 */
te_status te_pieces_free(struct te_pieces pieces);

/**
 * Active users and recent traffic. `source_out` may be null.
 */
TE_MUST_USE
te_status te_live(struct te_engine engine,
                  struct te_live_stats *live_out,
                  struct te_source *source_out);

/**
 * Tells `callback` what goes on, up to `max_level`, one of te_log_level; a null callback ends
 * that. There is one for the process; a forked child begins with none. Calls that are under way
 * may still tell the callback that was set when they began: keep `user_data` until they returned.
 * No message holds a password.
 */
te_status te_set_log(te_log_callback callback, void *user_data, int32_t max_level);

/**
 * Takes the next rows of te_rank_nodes; otherwise as te_rows_next_users.
 */
TE_MUST_USE
te_status te_rows_next_nodes(struct te_rows rows,
                             struct te_node_row *rows_out,
                             size_t row_size,
                             size_t capacity,
                             size_t *count_out);

/**
 * Ranks users; te_rows_next_users takes the rows, te_rows_free gives them back. `options` and
 * `source_out` may be null.
 */
TE_MUST_USE
te_status te_rank_users(struct te_engine engine,
                        const struct te_rank_options *options,
                        struct te_rows *rows_out,
                        struct te_source *source_out);

/**
 * Ranks nodes; te_rows_next_nodes takes the rows, te_rows_free gives them back. `options` and
 * `source_out` may be null.
 */
TE_MUST_USE
te_status te_rank_nodes(struct te_engine engine,
                        const struct te_rank_options *options,
                        struct te_rows *rows_out,
                        struct te_source *source_out);

/**
 * Sums usage by group. te_rows_next_user_totals, te_rows_next_node_totals,
 * te_rows_next_hour_totals or te_rows_next_hour_of_day_totals takes the rows, as it was grouped by
 * user, node, time or hourly; te_rows_free gives them back. `options` and `source_out` may be null.
 */
TE_MUST_USE
te_status te_aggregate(struct te_engine engine,
                       const struct te_aggregate_options *options,
                       struct te_rows *rows_out,
                       struct te_source *source_out);

/**
 * How many rows there are, taken or not.
 */
TE_MUST_USE te_status te_rows_count(struct te_rows rows, size_t *count_out);

/**
 * Frees rows, whether or not all were taken; texts of them are gone.
 */
te_status te_rows_free(struct te_rows rows);

/**
 * The name of a status, such as "bad_config"; the same word that other surfaces use for the same
 * failure, and "unknown" for a number that is no status. Never fails; the text lives as long as
 * the library.
 */
const char *te_status_name(int32_t status);

/**
 * 1 where the same call may succeed a little later, otherwise 0. Never fails.
 */
int32_t te_status_is_retryable(int32_t status);

/**
 * Takes the next rows of te_aggregate by user; otherwise as te_rows_next_users.
 */
TE_MUST_USE
te_status te_rows_next_user_totals(struct te_rows rows,
                                   struct te_user_total *rows_out,
                                   size_t row_size,
                                   size_t capacity,
                                   size_t *count_out);

/**
 * Takes the next rows of te_aggregate by node; otherwise as te_rows_next_users.
 */
TE_MUST_USE
te_status te_rows_next_node_totals(struct te_rows rows,
                                   struct te_node_total *rows_out,
                                   size_t row_size,
                                   size_t capacity,
                                   size_t *count_out);

/**
 * Takes the next rows of te_aggregate by time; otherwise as te_rows_next_users.
 */
TE_MUST_USE
te_status te_rows_next_hour_totals(struct te_rows rows,
                                   struct te_hour_total *rows_out,
                                   size_t row_size,
                                   size_t capacity,
                                   size_t *count_out);

/**
 * Takes the next rows of te_aggregate by hourly; otherwise as te_rows_next_users.
 */
TE_MUST_USE
te_status te_rows_next_hour_of_day_totals(struct te_rows rows,
                                          struct te_hour_of_day_total *rows_out,
                                          size_t row_size,
                                          size_t capacity,
                                          size_t *count_out);

/**
 * Writes `value` in decimal digits to `text_out`, which ends with a zero byte. 40 bytes are enough
 * for every value; where `capacity` is less than this one takes, the status is
 * TE_STATUS_BAD_SIZE and nothing is written.
 */
TE_MUST_USE te_status te_u128_format(struct te_u128 value, char *text_out, size_t capacity);

/**
 * Takes the next rows of te_rank_users: as many as are left, and at most `capacity`. `row_size` is
 * sizeof(te_user_row). After the last row `*count_out` is 0. Texts stay until the rows are freed.
 */
TE_MUST_USE
te_status te_rows_next_users(struct te_rows rows,
                             struct te_user_row *rows_out,
                             size_t row_size,
                             size_t capacity,
                             size_t *count_out);

/**
 * The version of the library, such as "0.1.0". Never fails; the text lives as long as the library.
 */
const char *te_version(void);

/**
 * The TE_ABI_VERSION of the library. A program that loads it at run time compares. Never fails.
 */
uint32_t te_abi_version(void);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TRAFFIC_ENGINE_H */

#ifndef TRAFFIC_ENGINE_TEXT_OF_H
#define TRAFFIC_ENGINE_TEXT_OF_H

/* The text in a string that ends with a zero byte; none where it is null. */
static inline te_text te_text_of(const char *text)
{
  te_text it;
  it.data = text;
  it.length = text == NULL ? 0 : strlen(text);
  return it;
}

#endif  /* TRAFFIC_ENGINE_TEXT_OF_H */
