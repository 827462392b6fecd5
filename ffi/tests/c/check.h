/* What the C tests share. A check that fails says where, and ends the program. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <traffic_engine.h>

#define CHECK(condition)                                                                        \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      fprintf(stderr, "%s:%d: not so: %s (last error: %s)\n", __FILE__, __LINE__, #condition,   \
              te_last_error());                                                                 \
      exit(1);                                                                                  \
    }                                                                                           \
  } while (0)

/* That a call ends with a status; a failure must have said why. */
#define ENDS(call, wanted)                                                                      \
  do {                                                                                          \
    te_status ended = (call);                                                                   \
    if (ended != (wanted)) {                                                                    \
      fprintf(stderr, "%s:%d: %s is %s, not %s (last error: %s)\n", __FILE__, __LINE__, #call,  \
              te_status_name(ended), te_status_name(wanted), te_last_error());                  \
      exit(1);                                                                                  \
    }                                                                                           \
    CHECK((wanted) == TE_STATUS_OK || te_last_error()[0] != '\0');                              \
  } while (0)

#define OK(call) ENDS(call, TE_STATUS_OK)

/* The configuration of an engine on the SQLite file that the runner made, at its moment. */
static inline te_engine open_engine(const char *database, const char *more)
{
  char config[1024];
  te_engine engine;
  int length = snprintf(config, sizeof config,
                        "store = 'sqlite://%s'\ntimezone = 'Asia/Shanghai'\nnow = 1755673445\n%s",
                        database, more);
  CHECK(length > 0 && (size_t)length < sizeof config);
  OK(te_open(te_text_of(config), &engine));
  return engine;
}

static inline te_rank_options of_the_month(void)
{
  te_rank_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.time_range = te_text_of("month");
  return options;
}

#endif /* CHECK_H */
