/* What goes on is told to the program, up to the level it asked for, and never a password.
 * Usage: log DATABASE DATA_DIR; the folder must not be writable for the test's own folder in it */
#include "check.h"

#include <stdatomic.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct heard {
  int counts[5];
  char last[512];
};

static void hear(te_log_level level, te_text message, void *user_data)
{
  struct heard *heard = user_data;
  size_t length = message.length < sizeof heard->last ? message.length : sizeof heard->last - 1;
  CHECK(level >= TE_LOG_LEVEL_ERROR && level <= TE_LOG_LEVEL_DEBUG && message.length > 0);
  heard->counts[level]++;
  memcpy(heard->last, message.data, length);
  heard->last[length] = '\0';
  CHECK(strstr(heard->last, "hunter2") == NULL);
  /* It may call the library; what becomes of that is not told in turn. */
  ENDS(te_close((te_engine){0, 0}), TE_STATUS_CLOSED_HANDLE);
}

static void refused(void)
{
  te_engine engine;
  ENDS(te_open(te_text_of("store = 'hunter2'"), &engine), TE_STATUS_BAD_CONFIG);
}

/* Whatever ends a child, its parent is told. */
static int status_of(pid_t child)
{
  int status;
  CHECK(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
  return WEXITSTATUS(status);
}

/* A child tells nothing to the callback of its parent, which had no engine either. */
static void of_a_parent(struct heard *heard)
{
  OK(te_set_log(hear, heard, TE_LOG_LEVEL_DEBUG));
  pid_t child = fork();
  if (child == 0) {
    refused();
    _exit(heard->counts[TE_LOG_LEVEL_DEBUG]);
  }
  CHECK(status_of(child) == 0);
  refused();
  CHECK(heard->counts[TE_LOG_LEVEL_DEBUG] == 1);
  heard->counts[TE_LOG_LEVEL_DEBUG] = 0;
}

enum { PATIENCE_S = 60 };

static void pause_a_moment(void) { nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL); }

struct closing {
  te_engine engine;
  atomic_int is_unused, status;
};

/* Closes the engine in the thread of its cache, which nobody else uses any more by then. */
static void close_it(te_log_level level, te_text message, void *user_data)
{
  struct closing *closing = user_data;
  (void)message;
  if (level != TE_LOG_LEVEL_WARN || atomic_load(&closing->status) >= 0) return;
  while (!atomic_load(&closing->is_unused)) pause_a_moment();
  atomic_store(&closing->status, te_close(closing->engine));
}

static void closed_by_its_own_thread(const char *database)
{
  struct closing closing = {.is_unused = 0, .status = -1};
  te_string answer;
  closing.engine = open_engine(database, "redis = 'redis://127.0.0.1:1'\n");
  OK(te_set_log(close_it, &closing, TE_LOG_LEVEL_WARN));
  OK(te_query_json(closing.engine, te_text_of("live"), te_text_of(NULL), &answer, NULL));
  OK(te_string_free(answer));
  atomic_store(&closing.is_unused, 1);
  alarm(PATIENCE_S);
  while (atomic_load(&closing.status) < 0) pause_a_moment();
  CHECK(atomic_load(&closing.status) == TE_STATUS_OK);
  ENDS(te_close(closing.engine), TE_STATUS_CLOSED_HANDLE);
  OK(te_set_log(NULL, NULL, 0));
  /* It is really gone once a child may use the library. */
  for (int is_gone = 0; !is_gone; pause_a_moment()) {
    pid_t child = fork();
    if (child == 0) _exit(te_close((te_engine){0, 0}) == TE_STATUS_CLOSED_HANDLE);
    is_gone = status_of(child);
  }
  alarm(0);
}

int main(int count, char **arguments)
{
  if (count != 3) return 2;
  struct heard heard = {{0}, ""};
  te_engine engine;
  te_rows rows;
  char more[512];
  of_a_parent(&heard);
  OK(te_set_log(hear, &heard, TE_LOG_LEVEL_INFO));
  refused();
  CHECK(heard.counts[TE_LOG_LEVEL_DEBUG] == 0);
  engine = open_engine(arguments[1], "");
  OK(te_close(engine));
  CHECK(heard.counts[TE_LOG_LEVEL_INFO] == 2);
  OK(te_set_log(hear, &heard, TE_LOG_LEVEL_DEBUG));
  refused();
  CHECK(heard.counts[TE_LOG_LEVEL_DEBUG] == 1);
  /* What the callback's own call failed of does not take the place of what it was told of. */
  CHECK(strstr(te_last_error(), "timezone") != NULL);
  OK(te_open(te_text_of("store = 'mysql://u:hunter2@127.0.0.1:1/x'\ntimezone = 'UTC'"), &engine));
  ENDS(te_rank_users(engine, NULL, &rows, NULL), TE_STATUS_UNREACHABLE);
  CHECK(heard.counts[TE_LOG_LEVEL_WARN] == 1 && strstr(heard.last, "127.0.0.1") != NULL);
  OK(te_close(engine));
  /* A data directory below a file can never be made: the database answers, once it is told why. */
  CHECK(snprintf(more, sizeof more, "data_dir = '%s/x'\n", arguments[1]) < (int)sizeof more);
  engine = open_engine(arguments[1], more);
  for (int at = 0; at < 3; at++) {
    te_source source = {.size = sizeof source};
    OK(te_rank_users(engine, NULL, &rows, &source));
    OK(te_rows_free(rows));
    CHECK(source.path == TE_PATH_ROWS || source.path == TE_PATH_PUSH_DOWN);
  }
  CHECK(heard.counts[TE_LOG_LEVEL_WARN] == 2);
  te_string failure;
  te_text text;
  OK(te_snapshot_failure(engine, &failure));
  OK(te_string_text(failure, &text));
  CHECK(text.length > 0);
  OK(te_string_free(failure));
  OK(te_close(engine));
  OK(te_set_log(NULL, NULL, 0));
  heard.counts[TE_LOG_LEVEL_DEBUG] = 0;
  refused();
  CHECK(heard.counts[TE_LOG_LEVEL_DEBUG] == 0);
  /* With a usable one the snapshot answers, and the stats tell of it. */
  CHECK(snprintf(more, sizeof more, "data_dir = '%s'\n", arguments[2]) < (int)sizeof more);
  engine = open_engine(arguments[1], more);
  te_source source = {.size = sizeof source};
  te_refresh_options refresh = {.size = sizeof refresh, .verify = 1};
  te_snapshot_stats stats = {.size = sizeof stats};
  OK(te_refresh(engine, &refresh, &source));
  CHECK(source.path == TE_PATH_SNAPSHOT && source.generation > 0 && source.watermark > 0);
  OK(te_stats(engine, &stats));
  CHECK(stats.rows > 0 && stats.bytes > 0 && stats.generation == source.generation);
  OK(te_close(engine));
  closed_by_its_own_thread(arguments[1]);
  puts("log: told what it asked for");
  return 0;
}
