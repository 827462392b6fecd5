/* Threads that share an engine, take rows of one list, and close what others use.
 * Usage: stress DATABASE DATA_DIR [ROUNDS] */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 8 };

static te_engine engine;
static te_rows shared;
static atomic_size_t taken, refused, answered;
static pthread_barrier_t barrier;

static void take_rows(void)
{
  te_user_row rows[7];
  size_t count = 1;
  while (count > 0) {
    OK(te_rows_next_users(shared, rows, sizeof *rows, 7, &count));
    for (size_t at = 0; at < count; at++) CHECK(rows[at].uuid.length > 0);
    atomic_fetch_add(&taken, count);
  }
}

/* Every kind of question, of an engine that is closed at any moment. */
static void ask(int at)
{
  static const char *const questions[] = {"rank_users", "rank_nodes", "live", "today", "nodes"};
  te_string string;
  te_text text;
  te_live_stats live = {.size = sizeof live};
  te_status status = at % 2 == 0
      ? te_query_json(engine, te_text_of(questions[at / 2 % 5]), te_text_of(""), &string, NULL)
      : te_live(engine, &live, NULL);
  if (status == TE_STATUS_CLOSED_HANDLE) {
    atomic_fetch_add(&refused, 1);
    return;
  }
  OK(status);
  atomic_fetch_add(&answered, 1);
  if (at % 2 == 0) {
    OK(te_string_text(string, &text));
    CHECK(text.length > 0 && text.data[text.length - 1] != '\0');
    OK(te_string_free(string));
  }
}

static void *work(void *rounds)
{
  for (int round = 0; round < *(int *)rounds; round++) {
    pthread_barrier_wait(&barrier);
    take_rows();
    for (int at = 0; at < 20; at++) ask(at);
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}

static void round_of(const char *database, const char *more)
{
  te_rank_options options = of_the_month();
  size_t all;
  engine = open_engine(database, more);
  OK(te_rank_users(engine, &options, &shared, NULL));
  OK(te_rows_count(shared, &all));
  atomic_store(&taken, 0);
  pthread_barrier_wait(&barrier);
  /* It is closed under the others' hands; half of the rounds give them time first. */
  static int turn;
  if (turn++ % 2 == 0) {
    while (atomic_load(&taken) < all) {}
  }
  OK(te_close(engine));
  pthread_barrier_wait(&barrier);
  CHECK(atomic_load(&taken) == all);
  OK(te_rows_free(shared));
}

int main(int count, char **arguments)
{
  if (count < 3) return 2;
  int rounds = count > 3 ? atoi(arguments[3]) : 20;
  char more[512];
  pthread_t threads[THREADS];
  CHECK(snprintf(more, sizeof more, "data_dir = '%s'\nbackground = true\nrefresh_interval_ms = 0\n",
                 arguments[2]) < (int)sizeof more);
  CHECK(pthread_barrier_init(&barrier, NULL, THREADS + 1) == 0);
  for (int at = 0; at < THREADS; at++) CHECK(pthread_create(&threads[at], NULL, work, &rounds) == 0);
  for (int at = 0; at < rounds; at++) round_of(arguments[1], at % 3 == 0 ? "" : more);
  for (int at = 0; at < THREADS; at++) CHECK(pthread_join(threads[at], NULL) == 0);
  printf("stress: %zu answers, %zu calls of a closed engine refused\n", atomic_load(&answered),
         atomic_load(&refused));
  CHECK(atomic_load(&answered) > 0);
  return 0;
}
