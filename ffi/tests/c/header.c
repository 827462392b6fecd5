/* The header by itself, in C99, C11 and C++17, with every warning. */
#include <traffic_engine.h>
#include <traffic_engine.h>

te_status call_something(te_engine engine, te_rows *rows);

te_status call_something(te_engine engine, te_rows *rows)
{
  te_rank_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.sort_by = te_text_of("traffic_desc");
  return te_rank_users(engine, &options, rows, NULL);
}
