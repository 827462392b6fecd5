/* A child that was forked while an engine was open is refused everything, whatever the threads of
 * its parent were doing; one that was forked before or after has engines of its own.
 * Usage: fork DATABASE */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FORKS = 25, THREADS = 4 };

static te_engine engine;
static atomic_int stop;

/* Keeps the library's locks busy. */
static void *ask_on(void *unused)
{
  (void)unused;
  while (!atomic_load(&stop)) {
    te_rows rows;
    te_rank_options options = of_the_month();
    OK(te_rank_users(engine, &options, &rows, NULL));
    OK(te_rows_free(rows));
  }
  return NULL;
}

static void use_of_the_parent(te_rows rows, te_string string)
{
  te_rows none;
  te_text text;
  te_user_row row;
  size_t count;
  ENDS(te_rank_users(engine, NULL, &none, NULL), TE_STATUS_FORKED);
  ENDS(te_refresh(engine, NULL, NULL), TE_STATUS_FORKED);
  ENDS(te_rows_next_users(rows, &row, sizeof row, 1, &count), TE_STATUS_FORKED);
  ENDS(te_rows_free(rows), TE_STATUS_FORKED);
  ENDS(te_string_text(string, &text), TE_STATUS_FORKED);
  ENDS(te_close(engine), TE_STATUS_FORKED);
  CHECK(strstr(te_last_error(), "forked") != NULL);
}

static void use_of_its_own(const char *database)
{
  te_engine own = open_engine(database, "");
  te_rank_options options = of_the_month();
  te_rows rows;
  te_user_row row;
  size_t count;
  OK(te_rank_users(own, &options, &rows, NULL));
  OK(te_rows_next_users(rows, &row, sizeof row, 1, &count));
  CHECK(count == 1);
  OK(te_rows_free(rows));
  OK(te_close(own));
  ENDS(te_close(own), TE_STATUS_CLOSED_HANDLE);
}

static void no_use(const char *database, te_rows rows, te_string string)
{
  te_engine own;
  char config[512];
  use_of_the_parent(rows, string);
  snprintf(config, sizeof config, "store = 'sqlite://%s'\ntimezone = 'UTC'", database);
  ENDS(te_open(te_text_of(config), &own), TE_STATUS_FORKED);
  ENDS(te_set_log(NULL, NULL, 0), TE_STATUS_FORKED);
  CHECK(strstr(te_last_error(), "before a fork") != NULL);
}

static void end_well(pid_t child)
{
  int status;
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void busy_parent(const char *database, te_rows rows, te_string string)
{
  pthread_t threads[THREADS];
  for (int at = 0; at < THREADS; at++) CHECK(pthread_create(&threads[at], NULL, ask_on, NULL) == 0);
  for (int at = 0; at < FORKS; at++) {
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      no_use(database, rows, string);
      pid_t grandchild = fork();
      if (grandchild == 0) no_use(database, rows, string);
      if (grandchild > 0) end_well(grandchild);
      _exit(0);
    }
    end_well(child);
  }
  atomic_store(&stop, 1);
  for (int at = 0; at < THREADS; at++) CHECK(pthread_join(threads[at], NULL) == 0);
}

static void idle_parent(const char *database, te_rows rows, te_string string)
{
  pid_t child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    use_of_the_parent(rows, string);
    use_of_its_own(database);
    pid_t grandchild = fork();
    if (grandchild == 0) use_of_its_own(database);
    if (grandchild > 0) end_well(grandchild);
    _exit(0);
  }
  end_well(child);
}

int main(int count, char **arguments)
{
  if (count < 2) return 2;
  te_rows rows;
  te_string string;
  engine = open_engine(arguments[1], "");
  OK(te_rank_users(engine, NULL, &rows, NULL));
  OK(te_query_json(engine, te_text_of("live"), te_text_of(NULL), &string, NULL));
  busy_parent(arguments[1], rows, string);
  OK(te_close(engine));
  idle_parent(arguments[1], rows, string);
  use_of_its_own(arguments[1]);
  OK(te_rows_free(rows));
  OK(te_string_free(string));
  printf("fork: %d children refused, those of a parent without engines served\n", 2 * FORKS);
  return 0;
}
