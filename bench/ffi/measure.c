/* What a ranking costs a C program. Prints nanoseconds as JSON, medians of all calls.
 * Usage: measure CONFIG_FILE CALLS; baseline.rs is the same in Rust
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <traffic_engine.h>

enum { BATCH = 256, TOP = 100, ROUNDS_OF_ALL = 20 };

static void must(te_status status)
{
  if (status == TE_STATUS_OK) return;
  fprintf(stderr, "measure: %s\n", te_last_error());
  exit(1);
}

static int64_t now_ns(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

static int64_t median(int64_t *times, size_t count)
{
  qsort(times, count, sizeof *times, ascending);
  return times[count / 2];
}

static te_rows ranked(te_engine engine, uint64_t limit)
{
  te_rows rows;
  te_rank_options options = {
      .size = sizeof options, .time_range = te_text_of("month"), .limit = limit};
  must(te_rank_users(engine, &options, &rows, NULL));
  return rows;
}

/* Takes all rows; the sum keeps the compiler from leaving anything out. */
static size_t take(te_rows rows, uint64_t *sum)
{
  static te_user_row batch[BATCH];
  size_t count, all = 0;
  do {
    must(te_rows_next_users(rows, batch, sizeof *batch, BATCH, &count));
    for (size_t at = 0; at < count; at++) *sum += batch[at].period_traffic.low + batch[at].uuid.length;
    all += count;
  } while (count > 0);
  return all;
}

int main(int count, char **arguments)
{
  if (count != 3) return 2;
  size_t calls = strtoul(arguments[2], NULL, 10), rows_of_all = 0;
  int64_t *times = calloc(calls + ROUNDS_OF_ALL, sizeof *times), top, ranked_all[ROUNDS_OF_ALL];
  uint64_t sum = 0;
  te_engine engine;
  must(te_open_file(te_text_of(arguments[1]), &engine));
  must(te_rows_free(ranked(engine, TOP)));
  for (size_t at = 0; at < calls; at++) {
    int64_t begun = now_ns();
    te_rows rows = ranked(engine, TOP);
    take(rows, &sum);
    must(te_rows_free(rows));
    times[at] = now_ns() - begun;
  }
  top = median(times, calls);
  for (size_t at = 0; at < ROUNDS_OF_ALL; at++) {
    int64_t begun = now_ns();
    te_rows rows = ranked(engine, 0);
    int64_t there = now_ns();
    rows_of_all = take(rows, &sum);
    times[at] = now_ns() - there;
    must(te_rows_free(rows));
    ranked_all[at] = now_ns() - begun;
  }
  printf("{\"rank_100_ns\": %" PRId64 ", \"all_rows\": %zu, \"take_all_ns\": %" PRId64
         ", \"rank_all_ns\": %" PRId64 ", \"sum\": %" PRIu64 "}\n",
         top, rows_of_all, median(times, ROUNDS_OF_ALL), median(ranked_all, ROUNDS_OF_ALL), sum);
  must(te_close(engine));
  free(times);
  return 0;
}
