/* Engines opened, asked and closed many times over leave the process as it was, and an open one
 * that nobody asks takes next to nothing.
 * Usage: endurance DATABASE DATA_DIR [CYCLES] */
#include "check.h"

#include <dirent.h>

enum { WARM_UP = 200, GROWTH_KB_MAX = 1024, IDLE_KB_MAX = 8192 };

/* A figure of /proc in kB. */
static long figure_kb(const char *key)
{
  FILE *file = fopen("/proc/self/smaps_rollup", "r");
  char line[256];
  long figure = -1;
  CHECK(file != NULL);
  while (fgets(line, sizeof line, file) != NULL) {
    if (strncmp(line, key, strlen(key)) == 0) figure = atol(line + strlen(key));
  }
  fclose(file);
  CHECK(figure >= 0);
  return figure;
}

/* What the process has written. Pages that mirror files come and go as the system likes. */
static long memory_kb(void) { return figure_kb("Private_Dirty:"); }

/* With the pages of files that no other process has in use. */
static long with_files_kb(void) { return memory_kb() + figure_kb("Private_Clean:"); }

static int entries(const char *folder)
{
  DIR *directory = opendir(folder);
  int count = 0;
  CHECK(directory != NULL);
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}

/* A thread that has ended is listed for a moment more. */
static int threads_are(int count)
{
  for (int at = 0; at < 1000; at++) {
    if (entries("/proc/self/task") == count) return 1;
  }
  return 0;
}

static void cycle(const char *database, const char *more)
{
  te_engine engine = open_engine(database, more);
  te_rank_options options = of_the_month();
  te_user_row users[100];
  te_rows rows;
  te_string string;
  size_t count;
  options.limit = 100;
  OK(te_rank_users(engine, &options, &rows, NULL));
  OK(te_rows_next_users(rows, users, sizeof *users, 100, &count));
  CHECK(count > 0);
  OK(te_query_json(engine, te_text_of("live"), te_text_of(NULL), &string, NULL));
  ENDS(te_query_json(engine, te_text_of("luck"), te_text_of(NULL), &string, NULL),
       TE_STATUS_UNKNOWN_QUESTION);
  OK(te_string_free(string));
  OK(te_rows_free(rows));
  OK(te_close(engine));
}

static void idle(const char *database, const char *more)
{
  long before = memory_kb(), files_before = with_files_kb();
  te_engine engine = open_engine(database, more);
  long open = memory_kb(), files_open = with_files_kb();
  te_live_stats live = {.size = sizeof live};
  OK(te_live(engine, &live, NULL));
  printf("endurance: an open engine takes %ld kB (%ld kB with code and data of files), once asked %ld kB (%ld kB)\n",
         open - before, files_open - files_before, memory_kb() - before, with_files_kb() - files_before);
  CHECK(open - before < IDLE_KB_MAX);
  OK(te_close(engine));
}

int main(int count, char **arguments)
{
  if (count < 3) return 2;
  int cycles = count > 3 ? atoi(arguments[3]) : 10000;
  char more[512];
  CHECK(snprintf(more, sizeof more, "data_dir = '%s'\n", arguments[2]) < (int)sizeof more);
  idle(arguments[1], more);
  for (int at = 0; at < WARM_UP; at++) cycle(arguments[1], more);
  long memory = memory_kb();
  /* Two are the folder itself and its parent, one is the folder that is open. */
  int files = entries("/proc/self/fd"), threads = 2 + 1;
  CHECK(threads_are(threads));
  for (int at = 0; at < cycles; at++) cycle(arguments[1], more);
  long after = memory_kb();
  printf("endurance: %d cycles, memory %ld -> %ld kB, %d files, %d threads\n", cycles, memory, after,
         files - 3, threads - 2);
  CHECK(after - memory < GROWTH_KB_MAX);
  CHECK(entries("/proc/self/fd") == files && threads_are(threads));
  return 0;
}
