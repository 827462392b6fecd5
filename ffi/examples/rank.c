/* Ranks the users of a period.
 *
 *     cc -std=c11 rank.c $(pkg-config --cflags --libs traffic_engine) -o rank
 *     ./rank engine.toml month 10
 *
 * The file holds, for example:
 *
 *     store = "mysql://reader:password@db.example/v2r"
 *     timezone = "Asia/Shanghai"
 *     data_dir = "/var/lib/traffic-engine"
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <traffic_engine.h>

/* Rows that are taken at a time; the more, the fewer calls. */
enum { BATCH = 64 };

static int failed(const char *doing)
{
  fprintf(stderr, "%s: %s\n", doing, te_last_error());
  return EXIT_FAILURE;
}

static int print_user(size_t rank, const te_user_row *user)
{
  char traffic[40];
  if (te_u128_format(user->period_traffic, traffic, sizeof traffic) != TE_STATUS_OK) {
    return failed("formatting");
  }
  printf("%5zu  user %-8" PRId64 "  %20s bytes  %3" PRIu64 " nodes\n", rank, user->user_id, traffic,
         user->nodes_used);
  return EXIT_SUCCESS;
}

static int print_rows(te_rows rows)
{
  te_user_row users[BATCH];
  size_t count, rank = 0;
  do {
    if (te_rows_next_users(rows, users, sizeof *users, BATCH, &count) != TE_STATUS_OK) {
      return failed("reading rows");
    }
    for (size_t at = 0; at < count; at++) {
      if (print_user(++rank, &users[at]) != EXIT_SUCCESS) return EXIT_FAILURE;
    }
  } while (count > 0);
  return EXIT_SUCCESS;
}

/* Without a data_dir there is no snapshot, and the database answers. */
static int refresh(te_engine engine)
{
  te_source source = {.size = sizeof source};
  switch (te_refresh(engine, NULL, &source)) {
    case TE_STATUS_OK:
      printf("snapshot: generation %" PRIu64 ", up to row %" PRId64 "\n", source.generation,
             source.watermark);
      return EXIT_SUCCESS;
    case TE_STATUS_NO_SNAPSHOT:
      return EXIT_SUCCESS;
    default:
      return failed("refreshing");
  }
}

static int rank(te_engine engine, const char *range, uint64_t limit)
{
  te_rows rows;
  te_rank_options options = {
      .size = sizeof options, .time_range = te_text_of(range), .limit = limit};
  if (te_rank_users(engine, &options, &rows, NULL) != TE_STATUS_OK) return failed("ranking");
  int ended = print_rows(rows);
  te_rows_free(rows);
  return ended;
}

int main(int count, char **arguments)
{
  if (count < 2 || count > 4) {
    fprintf(stderr, "usage: %s CONFIG_FILE [RANGE [LIMIT]]\n", arguments[0]);
    return 2;
  }
  te_engine engine;
  if (te_open_file(te_text_of(arguments[1]), &engine) != TE_STATUS_OK) return failed("opening");
  int ended = refresh(engine);
  if (ended == EXIT_SUCCESS) {
    ended = rank(engine, count > 2 ? arguments[2] : "today",
                 count > 3 ? strtoull(arguments[3], NULL, 10) : 10);
  }
  te_close(engine);
  return ended;
}
