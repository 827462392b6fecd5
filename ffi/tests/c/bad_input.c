/* Every row of the header's table of bad input: the status, and that nothing was touched.
 * Usage: bad_input DATABASE */
#include "check.h"

#include <unistd.h>

/* Rows and structs are filled with this, so that a byte that was written is seen. */
enum { CANARY = 0x5a };

static int untouched(const void *memory, size_t size)
{
  const unsigned char *bytes = memory;
  for (size_t at = 0; at < size; at++) {
    if (bytes[at] != CANARY) return 0;
  }
  return 1;
}

#define REFUSED(call, status, output)                                                           \
  do {                                                                                          \
    memset(&(output), CANARY, sizeof(output));                                                  \
    ENDS(call, status);                                                                         \
    CHECK(untouched(&(output), sizeof(output)));                                                \
  } while (0)

/* As REFUSED, for outputs whose first field is their size. */
#define REFUSED_SIZED(call, status, output, given)                                              \
  do {                                                                                          \
    memset(&(output), CANARY, sizeof(output));                                                  \
    (output).size = (given);                                                                    \
    ENDS(call, status);                                                                         \
    CHECK((output).size == (size_t)(given));                                                    \
    CHECK(untouched((char *)&(output) + sizeof(size_t), sizeof(output) - sizeof(size_t)));      \
  } while (0)

static int answers(te_engine engine)
{
  te_rows rows;
  size_t count = 0;
  te_rank_options options = of_the_month();
  OK(te_rank_users(engine, &options, &rows, NULL));
  OK(te_rows_count(rows, &count));
  OK(te_rows_free(rows));
  return count > 0;
}

static void null_pointers(te_engine engine)
{
  te_rank_options options = of_the_month();
  te_text text = te_text_of("live"), none = te_text_of(NULL), broken = {NULL, 3};
  te_engine opened;
  te_rows rows;
  te_string string;
  te_pieces pieces;
  te_user_row row;
  size_t count;
  ENDS(te_open(te_text_of("store = 'sqlite://x'\ntimezone = 'UTC'"), NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_open_file(te_text_of("/nowhere"), NULL), TE_STATUS_NULL_ARGUMENT);
  REFUSED(te_open(broken, &opened), TE_STATUS_NULL_ARGUMENT, opened);
  REFUSED(te_open_file(broken, &opened), TE_STATUS_NULL_ARGUMENT, opened);
  ENDS(te_rank_users(engine, NULL, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_rank_nodes(engine, NULL, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_aggregate(engine, NULL, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_live(engine, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_stats(engine, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_snapshot_failure(engine, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_query_json(engine, text, none, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  ENDS(te_query_pieces(engine, text, none, NULL, NULL), TE_STATUS_NULL_ARGUMENT);
  REFUSED(te_query_json(engine, broken, none, &string, NULL), TE_STATUS_NULL_ARGUMENT, string);
  REFUSED(te_query_json(engine, text, broken, &string, NULL), TE_STATUS_NULL_ARGUMENT, string);
  REFUSED(te_query_pieces(engine, text, broken, &pieces, NULL), TE_STATUS_NULL_ARGUMENT, pieces);
  options.sort_by = broken;
  REFUSED(te_rank_users(engine, &options, &rows, NULL), TE_STATUS_NULL_ARGUMENT, rows);
  ENDS(te_u128_format((te_u128){1, 0}, NULL, 40), TE_STATUS_NULL_ARGUMENT);
  OK(te_query_json(engine, text, none, &string, NULL));
  ENDS(te_string_text(string, NULL), TE_STATUS_NULL_ARGUMENT);
  OK(te_string_free(string));
  OK(te_query_pieces(engine, text, none, &pieces, NULL));
  ENDS(te_pieces_next(pieces, NULL), TE_STATUS_NULL_ARGUMENT);
  OK(te_pieces_free(pieces));
  OK(te_rank_users(engine, NULL, &rows, NULL));
  ENDS(te_rows_count(rows, NULL), TE_STATUS_NULL_ARGUMENT);
  REFUSED(te_rows_next_users(rows, NULL, sizeof row, 1, &count), TE_STATUS_NULL_ARGUMENT, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row, 1, NULL), TE_STATUS_NULL_ARGUMENT, row);
  OK(te_rows_free(rows));
}

static void texts(te_engine engine)
{
  char wrong[] = "liv\xff", cut[] = "\xe4\xb8", surrogate[] = "\xed\xa0\x80";
  te_text endless = {"live", SIZE_MAX}, none = te_text_of(NULL);
  te_rank_options options = of_the_month();
  te_engine opened;
  te_rows rows;
  te_string string;
  REFUSED(te_query_json(engine, te_text_of(wrong), none, &string, NULL), TE_STATUS_BAD_UTF8, string);
  CHECK(strstr(te_last_error(), "byte 3") != NULL);
  REFUSED(te_query_json(engine, none, te_text_of(cut), &string, NULL), TE_STATUS_BAD_UTF8, string);
  REFUSED(te_open(te_text_of(surrogate), &opened), TE_STATUS_BAD_UTF8, opened);
  REFUSED(te_open_file(te_text_of(cut), &opened), TE_STATUS_BAD_UTF8, opened);
  options.time_range = te_text_of(wrong);
  REFUSED(te_rank_users(engine, &options, &rows, NULL), TE_STATUS_BAD_UTF8, rows);
  REFUSED(te_query_json(engine, endless, none, &string, NULL), TE_STATUS_BAD_SIZE, string);
  options.time_range = endless;
  REFUSED(te_rank_nodes(engine, &options, &rows, NULL), TE_STATUS_BAD_SIZE, rows);
}

static void sizes(te_engine engine)
{
  static const size_t wrong[] = {0, 1, 8, sizeof(te_rank_options) - 1, sizeof(te_rank_options) + 1,
                                 4097, 4104, SIZE_MAX};
  te_rank_options options = of_the_month();
  te_aggregate_options by = {.size = 8};
  te_refresh_options refresh = {.size = 8};
  te_live_stats live;
  te_snapshot_stats stats;
  te_source source;
  te_rows rows;
  for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
    options.size = wrong[at];
    REFUSED(te_rank_users(engine, &options, &rows, NULL), TE_STATUS_BAD_SIZE, rows);
    REFUSED(te_rank_nodes(engine, &options, &rows, NULL), TE_STATUS_BAD_SIZE, rows);
  }
  REFUSED(te_aggregate(engine, &by, &rows, NULL), TE_STATUS_BAD_SIZE, rows);
  ENDS(te_refresh(engine, &refresh, NULL), TE_STATUS_BAD_SIZE);
  REFUSED_SIZED(te_live(engine, &live, NULL), TE_STATUS_BAD_SIZE, live, 8);
  REFUSED_SIZED(te_stats(engine, &stats), TE_STATUS_BAD_SIZE, stats, sizeof stats - 8);
  REFUSED_SIZED(te_rank_users(engine, NULL, &rows, &source), TE_STATUS_BAD_SIZE, source, 4104);
}

/* A program with a newer header: what it does not set does not matter, what it sets is refused. */
static void newer_headers(te_engine engine)
{
  struct { te_rank_options known; uint64_t later[2]; } options;
  struct { te_live_stats known; uint64_t later[2]; } live;
  te_rows rows;
  memset(&options, 0, sizeof options);
  options.known = of_the_month();
  options.known.size = sizeof options;
  OK(te_rank_users(engine, &options.known, &rows, NULL));
  OK(te_rows_free(rows));
  options.later[1] = 1;
  REFUSED(te_rank_users(engine, &options.known, &rows, NULL), TE_STATUS_BAD_SIZE, rows);
  CHECK(strstr(te_last_error(), "too old") != NULL);
  memset(&live, CANARY, sizeof live);
  live.known.size = sizeof live;
  OK(te_live(engine, &live.known, NULL));
  CHECK(live.known.size == sizeof live && live.known.total_users > 0);
  CHECK(live.later[0] == 0 && live.later[1] == 0);
}

static void room_for_rows(te_engine engine)
{
  te_rank_options options = of_the_month();
  struct { te_user_row known; uint64_t later; } wide[2];
  te_user_row row;
  te_node_row node;
  te_rows rows;
  size_t all, count;
  char digits[40];
  OK(te_rank_users(engine, &options, &rows, NULL));
  OK(te_rows_count(rows, &all));
  CHECK(all > 10);
  REFUSED(te_rows_next_users(rows, &row, sizeof row, 0, &count), TE_STATUS_BAD_SIZE, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row, SIZE_MAX / 8, &count), TE_STATUS_BAD_SIZE, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row, SIZE_MAX, &count), TE_STATUS_BAD_SIZE, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row - 8, 1, &count), TE_STATUS_BAD_SIZE, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row + 4, 1, &count), TE_STATUS_BAD_SIZE, count);
  REFUSED(te_rows_next_users(rows, &row, 0, 1, &count), TE_STATUS_BAD_SIZE, row);
  REFUSED(te_rows_next_nodes(rows, &node, sizeof node, 1, &count), TE_STATUS_WRONG_ROWS, node);
  CHECK(strstr(te_last_error(), "te_rows_next_users") != NULL);
  /* None of that took a row, and a wider row of a newer header is filled up. */
  memset(wide, CANARY, sizeof wide);
  OK(te_rows_next_users(rows, &wide[0].known, sizeof *wide, 2, &count));
  CHECK(count == 2 && wide[0].later == 0 && wide[1].later == 0);
  CHECK(wide[0].known.user_id != wide[1].known.user_id);
  for (size_t taken = 2; taken < all; taken += count) {
    OK(te_rows_next_users(rows, &row, sizeof row, 1, &count));
    CHECK(count == 1);
  }
  OK(te_rows_next_users(rows, &row, sizeof row, 1, &count));
  CHECK(count == 0);
  OK(te_rows_free(rows));
  REFUSED(te_u128_format((te_u128){UINT64_MAX, UINT64_MAX}, digits, 39), TE_STATUS_BAD_SIZE, digits);
  OK(te_u128_format((te_u128){UINT64_MAX, UINT64_MAX}, digits, 40));
  CHECK(strcmp(digits, "340282366920938463463374607431768211455") == 0);
  OK(te_u128_format((te_u128){0, 1}, digits, 21));
  CHECK(strcmp(digits, "18446744073709551616") == 0);
}

static void stale_handles(const char *database)
{
  te_engine engine = open_engine(database, ""), other, made_up = {12345, 6789}, zero = {0, 0};
  te_rows rows, rows_again;
  te_string string;
  te_pieces pieces;
  te_text text;
  te_user_row row;
  size_t count;
  OK(te_rank_users(engine, NULL, &rows, NULL));
  OK(te_query_json(engine, te_text_of("live"), te_text_of(NULL), &string, NULL));
  OK(te_query_pieces(engine, te_text_of("live"), te_text_of(NULL), &pieces, NULL));
  OK(te_close(engine));
  other = open_engine(database, "");
  ENDS(te_close(engine), TE_STATUS_CLOSED_HANDLE);
  REFUSED(te_rank_users(engine, NULL, &rows_again, NULL), TE_STATUS_CLOSED_HANDLE, rows_again);
  ENDS(te_close(made_up), TE_STATUS_CLOSED_HANDLE);
  ENDS(te_close(zero), TE_STATUS_CLOSED_HANDLE);
  ENDS(te_refresh(zero, NULL, NULL), TE_STATUS_CLOSED_HANDLE);
  /* What took the place is whole, and what the closed engine gave is too. */
  CHECK(answers(other));
  OK(te_rows_count(rows, &count));
  OK(te_rows_free(rows));
  ENDS(te_rows_free(rows), TE_STATUS_CLOSED_HANDLE);
  REFUSED(te_rows_count(rows, &count), TE_STATUS_CLOSED_HANDLE, count);
  REFUSED(te_rows_next_users(rows, &row, sizeof row, 1, &count), TE_STATUS_CLOSED_HANDLE, row);
  OK(te_string_text(string, &text));
  CHECK(text.length > 0);
  OK(te_string_free(string));
  ENDS(te_string_free(string), TE_STATUS_CLOSED_HANDLE);
  REFUSED(te_string_text(string, &text), TE_STATUS_CLOSED_HANDLE, text);
  OK(te_pieces_free(pieces));
  ENDS(te_pieces_free(pieces), TE_STATUS_CLOSED_HANDLE);
  REFUSED(te_pieces_next(pieces, &text), TE_STATUS_CLOSED_HANDLE, text);
  OK(te_close(other));
}

static void configurations(void)
{
  static const struct { const char *text; te_status status; } wrong[] = {
      {"", TE_STATUS_BAD_CONFIG},
      {"store = 'sqlite://x'", TE_STATUS_BAD_CONFIG},
      {"store = 'hunter2', timezone", TE_STATUS_BAD_CONFIG},
      {"store = 'sqlite://x'\ntimezone = 'Mars/Base'", TE_STATUS_BAD_CONFIG},
      {"store = 'sqlite://x'\ntimezone = 'UTC'\nnobody = 'hunter2'", TE_STATUS_BAD_CONFIG},
      {"store = 'sqlite://x'\ntimezone = 'UTC'\nmemory_limit_mb = -1", TE_STATUS_BAD_CONFIG},
      {"{\"store\": \"sqlite://x\", \"timezone\": \"UTC\"", TE_STATUS_BAD_CONFIG},
      {"{\"store\": [\"hunter2\"], \"timezone\": \"UTC\"}", TE_STATUS_BAD_CONFIG},
      {"store = 'gopher://u:hunter2@x'\ntimezone = 'UTC'", TE_STATUS_BAD_STORE_ADDRESS},
      {"store = 'sqlite://x'\ntimezone = 'UTC'\npath = 'sideways'", TE_STATUS_UNKNOWN_PATH},
  };
  te_engine engine;
  for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
    REFUSED(te_open(te_text_of(wrong[at].text), &engine), wrong[at].status, engine);
    CHECK(strstr(te_last_error(), "hunter2") == NULL);
  }
  REFUSED(te_open_file(te_text_of("/nowhere/engine.toml"), &engine), TE_STATUS_BAD_CONFIG, engine);
  REFUSED(te_open_file(te_text_of("/"), &engine), TE_STATUS_BAD_CONFIG, engine);
  REFUSED(te_open_file(te_text_of("/dev/zero"), &engine), TE_STATUS_BAD_CONFIG, engine);
  REFUSED(te_open_file(te_text_of(""), &engine), TE_STATUS_BAD_CONFIG, engine);
}

static void questions(te_engine engine)
{
  static const struct { const char *question, *options; te_status status; } wrong[] = {
      {"", "", TE_STATUS_UNKNOWN_QUESTION},
      {"drop_users", "", TE_STATUS_UNKNOWN_QUESTION},
      {"live", "{\"limit\": 1}", TE_STATUS_BAD_OPTION},
      {"rank_users", "{\"limit\": true}", TE_STATUS_BAD_OPTION},
      {"rank_users", "{\"limit\": 1.5}", TE_STATUS_BAD_OPTION},
      {"rank_users", "{", TE_STATUS_BAD_OPTION},
      {"rank_users", "[1]", TE_STATUS_BAD_OPTION},
      {"user_chart", "{}", TE_STATUS_BAD_OPTION},
      {"rank_users", "{\"limit\": -1}", TE_STATUS_BAD_LIMIT},
      {"rank_users", "{\"sort_by\": \"luck\"}", TE_STATUS_UNKNOWN_SORT},
      {"rank_users", "{\"time_range\": \"doomsday\"}", TE_STATUS_UNKNOWN_RANGE},
      {"rank_users", "{\"start_date\": \"2025-02-30\"}", TE_STATUS_BAD_DATE},
      {"rank_users", "{\"start_timestamp\": 2, \"end_timestamp\": 1}", TE_STATUS_START_AFTER_END},
      {"aggregate", "{\"group_by\": \"moon\"}", TE_STATUS_UNKNOWN_GROUP_BY},
      {"stats", "", TE_STATUS_NO_SNAPSHOT},
      {"refresh", "", TE_STATUS_NO_SNAPSHOT},
  };
  te_string string;
  te_pieces pieces;
  for (size_t at = 0; at < sizeof wrong / sizeof *wrong; at++) {
    te_text question = te_text_of(wrong[at].question), options = te_text_of(wrong[at].options);
    REFUSED(te_query_json(engine, question, options, &string, NULL), wrong[at].status, string);
    REFUSED(te_query_pieces(engine, question, options, &pieces, NULL), wrong[at].status, pieces);
  }
}

static void typed_questions(te_engine engine)
{
  te_rank_options options = of_the_month();
  te_aggregate_options by = {.size = sizeof by, .group_by = te_text_of("moon")};
  te_refresh_options refresh = {.size = sizeof refresh, .verify = 2};
  te_snapshot_stats stats;
  te_rows rows;
#define RANKING_REFUSED(field, value, status)                                                   \
  do {                                                                                          \
    te_rank_options with = options;                                                             \
    with.field = value;                                                                         \
    REFUSED(te_rank_users(engine, &with, &rows, NULL), status, rows);                           \
    REFUSED(te_rank_nodes(engine, &with, &rows, NULL), status, rows);                           \
  } while (0)
  RANKING_REFUSED(time_range, te_text_of("doomsday"), TE_STATUS_UNKNOWN_RANGE);
  RANKING_REFUSED(time_range, te_text_of(""), TE_STATUS_UNKNOWN_RANGE);
  RANKING_REFUSED(sort_by, te_text_of("luck"), TE_STATUS_UNKNOWN_SORT);
  RANKING_REFUSED(start_date, te_text_of("yesterday"), TE_STATUS_BAD_DATE);
  RANKING_REFUSED(given, 4, TE_STATUS_BAD_OPTION);
  options.time_range = te_text_of(NULL);
  RANKING_REFUSED(start_date, te_text_of("2025-08-01"), TE_STATUS_BAD_OPTION);
  RANKING_REFUSED(end_date, te_text_of("2025-08-01"), TE_STATUS_BAD_OPTION);
  RANKING_REFUSED(time_range, te_text_of("custom"), TE_STATUS_BAD_OPTION);
  RANKING_REFUSED(time_range, te_text_of("time_range"), TE_STATUS_BAD_OPTION);
  /* Half a period, and timestamps that nobody said are given. */
  RANKING_REFUSED(given, TE_GIVEN_START_TIMESTAMP, TE_STATUS_BAD_OPTION);
  RANKING_REFUSED(start_timestamp, 1, TE_STATUS_BAD_OPTION);
  RANKING_REFUSED(end_timestamp, -1, TE_STATUS_BAD_OPTION);
  by = (te_aggregate_options){.size = sizeof by, .end_timestamp = 1755600000};
  REFUSED(te_aggregate(engine, &by, &rows, NULL), TE_STATUS_BAD_OPTION, rows);
  CHECK(strstr(te_last_error(), "end_timestamp") != NULL && strstr(te_last_error(), "given") != NULL);
  by = (te_aggregate_options){.size = sizeof by, .group_by = te_text_of("moon")};
  options.start_date = options.end_date = te_text_of("2025-08-01");
  OK(te_rank_users(engine, &options, &rows, NULL));
  OK(te_rows_free(rows));
  RANKING_REFUSED(time_range, te_text_of("month"), TE_STATUS_BAD_OPTION);
  CHECK(strstr(te_last_error(), "time_range month") != NULL);
  RANKING_REFUSED(given, TE_GIVEN_START_TIMESTAMP | TE_GIVEN_END_TIMESTAMP, TE_STATUS_BAD_OPTION);
  options.start_date = options.end_date = te_text_of(NULL);
  options.given = TE_GIVEN_START_TIMESTAMP | TE_GIVEN_END_TIMESTAMP;
  OK(te_rank_users(engine, &options, &rows, NULL));
  OK(te_rows_free(rows));
  RANKING_REFUSED(time_range, te_text_of("month"), TE_STATUS_BAD_OPTION);
  options.start_timestamp = 1;
  RANKING_REFUSED(end_timestamp, 0, TE_STATUS_START_AFTER_END);
  REFUSED(te_aggregate(engine, &by, &rows, NULL), TE_STATUS_UNKNOWN_GROUP_BY, rows);
  ENDS(te_refresh(engine, &refresh, NULL), TE_STATUS_BAD_OPTION);
  ENDS(te_refresh(engine, NULL, NULL), TE_STATUS_NO_SNAPSHOT);
  REFUSED_SIZED(te_stats(engine, &stats), TE_STATUS_NO_SNAPSHOT, stats, sizeof stats);
}

static void statuses(void)
{
  CHECK(strcmp(te_status_name(TE_STATUS_OK), "ok") == 0);
  CHECK(strcmp(te_status_name(TE_STATUS_CLOSED_HANDLE), "closed_handle") == 0);
  CHECK(strcmp(te_status_name(-1), "unknown") == 0);
  CHECK(strcmp(te_status_name(INT32_MAX), "unknown") == 0);
  CHECK(te_status_is_retryable(TE_STATUS_UNREACHABLE) == 1);
  CHECK(te_status_is_retryable(TE_STATUS_BAD_OPTION) == 0);
  CHECK(te_status_is_retryable(12345) == 0);
  CHECK(te_abi_version() == TE_ABI_VERSION);
  CHECK(strlen(te_version()) >= 5);
}

/* A database that is down, or none, fails the question and not the opening. */
static void databases(void)
{
  te_engine engine;
  te_rows rows;
  OK(te_open(te_text_of("store = 'mysql://u:hunter2@127.0.0.1:1/x'\ntimezone = 'UTC'"), &engine));
  REFUSED(te_rank_users(engine, NULL, &rows, NULL), TE_STATUS_UNREACHABLE, rows);
  CHECK(strstr(te_last_error(), "hunter2") == NULL);
  OK(te_close(engine));
  OK(te_open(te_text_of("store = 'sqlite:///nowhere/x.db'\ntimezone = 'UTC'"), &engine));
  REFUSED(te_rank_users(engine, NULL, &rows, NULL), TE_STATUS_CANNOT_OPEN, rows);
  OK(te_close(engine));
}

/* Only the library that the tests build knows this way to a panic. */
static void panics(te_engine engine)
{
  te_rows rows;
  setenv("TRAFFIC_ENGINE_TEST_PANIC", "1", 1);
  te_status status = te_rank_users(engine, NULL, &rows, NULL);
  unsetenv("TRAFFIC_ENGINE_TEST_PANIC");
  if (status == TE_STATUS_OK) {
    puts("bad_input: this library is a released one, so panics were left out");
    OK(te_rows_free(rows));
    return;
  }
  CHECK(status == TE_STATUS_INTERNAL);
  CHECK(strstr(te_last_error(), "panic: the tests asked for it") != NULL);
  CHECK(answers(engine));
}

int main(int count, char **arguments)
{
  if (count < 2) return 2;
  CHECK(te_last_error()[0] == '\0');
  te_engine engine = open_engine(arguments[1], "");
  static void (*const of_engine[])(te_engine) = {null_pointers, texts,     sizes,           newer_headers,
                                                 room_for_rows, questions, typed_questions, panics};
  for (size_t at = 0; at < sizeof of_engine / sizeof *of_engine; at++) {
    of_engine[at](engine);
    CHECK(answers(engine));
  }
  stale_handles(arguments[1]);
  configurations();
  statuses();
  databases();
  OK(te_close(engine));
  puts("bad_input: as the header says");
  return 0;
}
