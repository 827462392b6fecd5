/* Answers questions for the conformance tests: each line of the input is a question, each line of
 * the output a status and, where there is one, the answer as JSON.
 * Usage: answers CONFIG_FILE
 *
 * A question has ten fields, parted by tabs: "json" or "typed"; its name; its options as JSON; and
 * for typed ones time_range, start_date, end_date, start_timestamp, end_timestamp, sort_by or
 * group_by, and limit, which are empty where they are not given.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <traffic_engine.h>

enum { FIELDS = 10, BATCH = 16, LINE_BYTES_MAX = 4096 };
enum { KIND, QUESTION, OPTIONS, TIME_RANGE, START_DATE, END_DATE, START, END, SORT_OR_GROUP, LIMIT };

static void end(const char *why)
{
  fprintf(stderr, "answers: %s: %s\n", why, te_last_error());
  exit(1);
}

static void must(te_status status, const char *why)
{
  if (status != TE_STATUS_OK) end(why);
}

/* A key with a text, a number or a sum; all keys but the first follow a comma. */
static void key(const char *name, int first) { printf("%s\"%s\":", first ? "" : ",", name); }

static void text(te_text it)
{
  if (it.data == NULL) {
    printf("null");
    return;
  }
  putchar('"');
  for (size_t at = 0; at < it.length; at++) {
    unsigned char byte = (unsigned char)it.data[at];
    if (byte == '"' || byte == '\\') putchar('\\');
    if (byte < 0x20) printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static void sum(te_u128 it, const char *quote)
{
  char digits[40];
  must(te_u128_format(it, digits, sizeof digits), "a sum");
  printf("%s%s%s", quote, digits, quote);
}

#define TEXT(name) (key(#name, 0), text(row->name))
#define INT(name) (key(#name, 0), (void)printf("%" PRId64, (int64_t)row->name))
#define UINT(name) (key(#name, 0), (void)printf("%" PRIu64, (uint64_t)row->name))
#define BOOL(name) (key(#name, 0), (void)printf(row->name ? "true" : "false"))
#define NUMBER(name) (key(#name, 0), (void)printf("%.17g", row->name))
#define SUM(name) (key(#name, 0), sum(row->name, ""))
/* Aggregations have decimal texts in JSON. */
#define SUM_TEXT(name) (key(#name, 0), sum(row->name, "\""))
#define AVERAGE_TEXT(name) (key(#name, 0), (void)printf("\"%.4f\"", row->name))

static void user(const te_user_row *row)
{
  printf("{\"user_id\":%" PRId64, row->user_id);
  TEXT(uuid), INT(sid), UINT(total_upload_user), UINT(total_download_user), INT(transfer_enable);
  INT(enable), INT(created_at), TEXT(remark), TEXT(speedlimitss), TEXT(speedlimitother);
  SUM(period_upload), SUM(period_download), SUM(period_traffic);
  SUM(traffic_5min), SUM(traffic_1hour), SUM(traffic_4hour);
  UINT(nodes_used), UINT(usage_records), INT(first_usage), INT(last_usage), SUM(used_traffic);
  UINT(remaining_quota), NUMBER(quota_utilization), BOOL(has_activity), NUMBER(avg_traffic_per_node);
  putchar('}');
}

static void node(const te_node_row *row)
{
  printf("{\"id\":%" PRId64, row->id);
  TEXT(name), TEXT(address), INT(enable), INT(statistics), INT(max_traffic), INT(last_online);
  TEXT(country), TEXT(type), TEXT(excessive_speed_limit), TEXT(speed_limit);
  SUM(total_upload), SUM(total_download), SUM(total_traffic);
  SUM(traffic_5min), SUM(traffic_1hour), SUM(traffic_4hour);
  UINT(unique_users), UINT(usage_records), NUMBER(count_rate), SUM(remaining_traffic);
  NUMBER(traffic_utilization), BOOL(is_online), INT(last_seen_minutes), NUMBER(avg_traffic_per_user);
  putchar('}');
}

static void user_total(const te_user_total *row)
{
  printf("{\"user_id\":%" PRId64, row->user_id);
  TEXT(uuid), INT(sid), SUM_TEXT(total_traffic), UINT(unique_nodes), UINT(total_records);
  AVERAGE_TEXT(avg_traffic_per_record), INT(last_activity);
  putchar('}');
}

static void node_total(const te_node_total *row)
{
  printf("{\"node\":");
  text(row->node);
  TEXT(node_name), SUM_TEXT(total_traffic), UINT(unique_users), UINT(total_records);
  AVERAGE_TEXT(avg_traffic_per_record);
  putchar('}');
}

static void hour_total(const te_hour_total *row)
{
  printf("{\"time_hour\":");
  text(row->time_hour);
  INT(timestamp_hour), SUM_TEXT(total_traffic), UINT(unique_users), UINT(unique_nodes);
  UINT(total_records);
  putchar('}');
}

static void hour_of_day_total(const te_hour_of_day_total *row)
{
  printf("{\"hour_of_day\":%" PRIu64, row->hour_of_day);
  SUM_TEXT(total_traffic), UINT(unique_users), UINT(unique_nodes);
  AVERAGE_TEXT(avg_traffic_per_record);
  putchar('}');
}

/* All rows of one kind, as a list. */
#define LIST(type, next, print)                                                                 \
  static void list_of_##print(te_rows rows)                                                     \
  {                                                                                             \
    type batch[BATCH];                                                                          \
    size_t count, before = 0;                                                                   \
    putchar('[');                                                                               \
    do {                                                                                        \
      must(next(rows, batch, sizeof *batch, BATCH, &count), #next);                             \
      for (size_t at = 0; at < count; at++) {                                                   \
        if (before++ > 0) putchar(',');                                                         \
        print(&batch[at]);                                                                      \
      }                                                                                         \
    } while (count > 0);                                                                        \
    printf("]\n");                                                                              \
  }

LIST(te_user_row, te_rows_next_users, user)
LIST(te_node_row, te_rows_next_nodes, node)
LIST(te_user_total, te_rows_next_user_totals, user_total)
LIST(te_node_total, te_rows_next_node_totals, node_total)
LIST(te_hour_total, te_rows_next_hour_totals, hour_total)
LIST(te_hour_of_day_total, te_rows_next_hour_of_day_totals, hour_of_day_total)

static void period(const char *name, const te_period_traffic *row)
{
  key(name, 0);
  printf("{\"upload\":");
  sum(row->upload, "");
  SUM(download), SUM(total);
  putchar('}');
}

static te_status live(te_engine engine)
{
  te_live_stats live = {.size = sizeof live}, *row = &live;
  te_status status = te_live(engine, &live, NULL);
  if (status != TE_STATUS_OK) return status;
  printf("ok\t{\"total_users\":%" PRIu64 ",\"active_users\":{\"5min\":%" PRIu64 ",\"1hour\":%" PRIu64
         ",\"4hour\":%" PRIu64 ",\"24hours\":%" PRIu64 "}",
         live.total_users, live.active_users_5min, live.active_users_1hour, live.active_users_4hour,
         live.active_users_24hours);
  UINT(total_nodes), UINT(online_nodes), SUM(today_upload), SUM(today_download);
  printf(",\"traffic_periods\":{\"_\":0");
  period("5min", &live.traffic_5min), period("1hour", &live.traffic_1hour);
  period("4hour", &live.traffic_4hour), period("monthly", &live.traffic_monthly);
  putchar('}');
  INT(last_updated);
  printf("}\n");
  return status;
}

static te_text given(const char *field) { return te_text_of(*field == '\0' ? NULL : field); }

static te_status ranking(te_engine engine, char **fields, int users)
{
  te_rows rows;
  te_rank_options options = {
      .size = sizeof options,
      .time_range = given(fields[TIME_RANGE]),
      .start_date = given(fields[START_DATE]),
      .end_date = given(fields[END_DATE]),
      .start_timestamp = strtoll(fields[START], NULL, 10),
      .end_timestamp = strtoll(fields[END], NULL, 10),
      .given = (*fields[START] != '\0' ? TE_GIVEN_START_TIMESTAMP : 0) |
               (*fields[END] != '\0' ? TE_GIVEN_END_TIMESTAMP : 0),
      .sort_by = given(fields[SORT_OR_GROUP]),
      .limit = strtoull(fields[LIMIT], NULL, 10),
  };
  te_status status = users ? te_rank_users(engine, &options, &rows, NULL)
                           : te_rank_nodes(engine, &options, &rows, NULL);
  if (status != TE_STATUS_OK) return status;
  printf("ok\t");
  if (users) list_of_user(rows);
  else list_of_node(rows);
  must(te_rows_free(rows), "freeing rows");
  return status;
}

static te_status aggregation(te_engine engine, char **fields)
{
  const char *group = fields[SORT_OR_GROUP];
  te_rows rows;
  te_aggregate_options options = {.size = sizeof options,
                                  .time_range = given(fields[TIME_RANGE]),
                                  .group_by = given(group)};
  te_status status = te_aggregate(engine, &options, &rows, NULL);
  if (status != TE_STATUS_OK) return status;
  printf("ok\t");
  if (strcmp(group, "node") == 0) list_of_node_total(rows);
  else if (strcmp(group, "time") == 0) list_of_hour_total(rows);
  else if (strcmp(group, "hourly") == 0) list_of_hour_of_day_total(rows);
  else list_of_user_total(rows);
  must(te_rows_free(rows), "freeing rows");
  return status;
}

static te_status typed(te_engine engine, char **fields)
{
  if (strcmp(fields[QUESTION], "rank_users") == 0) return ranking(engine, fields, 1);
  if (strcmp(fields[QUESTION], "rank_nodes") == 0) return ranking(engine, fields, 0);
  if (strcmp(fields[QUESTION], "aggregate") == 0) return aggregation(engine, fields);
  return live(engine);
}

static te_status json(te_engine engine, char **fields)
{
  te_string string;
  te_text answer;
  te_status status =
      te_query_json(engine, te_text_of(fields[QUESTION]), te_text_of(fields[OPTIONS]), &string, NULL);
  if (status != TE_STATUS_OK) return status;
  must(te_string_text(string, &answer), "a string");
  printf("ok\t%.*s\n", (int)answer.length, answer.data);
  must(te_string_free(string), "freeing a string");
  return status;
}

int main(int count, char **arguments)
{
  char line[LINE_BYTES_MAX];
  te_engine engine;
  if (count != 2) return 2;
  must(te_open_file(te_text_of(arguments[1]), &engine), "opening");
  while (fgets(line, sizeof line, stdin) != NULL) {
    char *fields[FIELDS], *rest = line;
    line[strcspn(line, "\n")] = '\0';
    for (int at = 0; at < FIELDS; at++) {
      if (rest == NULL) end("a question with too few fields");
      fields[at] = rest;
      rest = strchr(rest, '\t');
      if (rest != NULL) *rest++ = '\0';
    }
    te_status status = strcmp(fields[KIND], "typed") == 0 ? typed(engine, fields) : json(engine, fields);
    if (status != TE_STATUS_OK) printf("%s\t\n", te_status_name(status));
  }
  must(te_close(engine), "closing");
  return 0;
}
