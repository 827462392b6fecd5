/* Feeds te_open, te_query_json and te_query_pieces with bytes nobody wrote, for libFuzzer.
 * scripts/fuzz builds and runs it, with the library told apart by edges as well.
 *
 * The first byte chooses the call. For questions, the line up to the first newline is the question
 * and the rest its options. TRAFFIC_ENGINE_FUZZ_DATABASE names a small SQLite file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <traffic_engine.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int condition, const char *what)
{
  if (!condition) {
    fprintf(stderr, "not so: %s (last error: %s)\n", what, te_last_error());
    abort();
  }
}

static te_engine asked(void)
{
  static te_engine engine;
  static int open;
  char config[1024];
  const char *database = getenv("TRAFFIC_ENGINE_FUZZ_DATABASE");
  if (open) return engine;
  must(database != NULL, "TRAFFIC_ENGINE_FUZZ_DATABASE is set");
  snprintf(config, sizeof config, "store = 'sqlite://%s'\ntimezone = 'Asia/Shanghai'\nnow = 1755673445",
           database);
  must(te_open(te_text_of(config), &engine) == TE_STATUS_OK, "the engine opens");
  open = 1;
  return engine;
}

/* Nothing is connected before a question, so a configuration that is understood does no harm. */
static void open_with(te_text config)
{
  te_engine engine, untouched;
  memset(&engine, 0x5a, sizeof engine);
  untouched = engine;
  if (te_open(config, &engine) == TE_STATUS_OK) {
    must(te_close(engine) == TE_STATUS_OK, "what is open closes");
  } else {
    must(memcmp(&engine, &untouched, sizeof engine) == 0, "a failure writes nothing");
    must(te_last_error()[0] != '\0', "a failure says why");
  }
}

static void query(te_text question, te_text options)
{
  te_string string;
  te_text text;
  if (te_query_json(asked(), question, options, &string, NULL) != TE_STATUS_OK) return;
  must(te_string_text(string, &text) == TE_STATUS_OK && text.length > 0, "an answer has a text");
  must(te_string_free(string) == TE_STATUS_OK, "a string is freed");
}

static void query_in_pieces(te_text question, te_text options)
{
  te_pieces pieces;
  te_text piece;
  if (te_query_pieces(asked(), question, options, &pieces, NULL) != TE_STATUS_OK) return;
  do {
    must(te_pieces_next(pieces, &piece) == TE_STATUS_OK, "pieces come to an end");
  } while (piece.length > 0);
  must(te_pieces_free(pieces) == TE_STATUS_OK, "pieces are freed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (size == 0) return 0;
  te_text all = {(const char *)data + 1, size - 1}, question = all, options = {NULL, 0};
  const char *line = memchr(all.data, '\n', all.length);
  if (line != NULL) {
    question.length = (size_t)(line - all.data);
    options.data = line + 1;
    options.length = all.length - question.length - 1;
  }
  switch (data[0]) {
    case 'o': open_with(all); break;
    case 'q': query(question, options); break;
    case 'p': query_in_pieces(question, options); break;
    default: break;
  }
  return 0;
}
