"""Answers SQL from DuckDB, one JSON line per question, so that a benchmark can alternate.

Usage: duckdb_compare.py FOLDER, which holds user_usage.csv, user.csv and node.csv without headers.
First line out: {"version", "threads", "fetch"}, or {"missing"} where DuckDB is not installed.
Then for each line in, {"sql", "rows"}, one line out: {"ms"}, and "rows" as text where asked for.
"""

import json
import sys
import time

USAGE = {
    "id": "INTEGER",
    "user_id": "INTEGER",
    "t": "INTEGER",
    "u": "BIGINT",
    "d": "BIGINT",
    "node": "VARCHAR",
}
USER = {
    "id": "INTEGER",
    "uuid": "VARCHAR",
    "sid": "INTEGER",
    "u": "BIGINT",
    "d": "BIGINT",
    "transfer_enable": "BIGINT",
    "enable": "TINYINT",
    "created_at": "INTEGER",
    "remark": "VARCHAR",
    "speedlimitss": "INTEGER",
    "speedlimitother": "INTEGER",
}
NODE = {
    "id": "INTEGER",
    "name": "VARCHAR",
    "address": "VARCHAR",
    "enable": "TINYINT",
    "statistics": "BIGINT",
    "max_traffic": "INTEGER",
    "last_online": "INTEGER",
    "country": "VARCHAR",
    "type": "VARCHAR",
    "excessive_speed_limit": "INTEGER",
    "speed_limit": "INTEGER",
    "traffic_rate": "FLOAT",
}


def main() -> None:
    try:
        import duckdb
    except ImportError as error:
        tell({"missing": str(error)})
        return
    database = duckdb.connect()
    load(database, sys.argv[1])
    fetch, fetch_name = fastest_fetch()
    threads = database.sql("SELECT current_setting('threads')").fetchall()[0][0]
    tell({"version": duckdb.__version__, "threads": int(threads), "fetch": fetch_name})
    for line in sys.stdin:
        ask = json.loads(line)
        tell(answer(database, fetch, ask))


def load(database, folder: str) -> None:
    """Tables in memory; the node texts become a dictionary, as in our columns."""
    usage = read_csv(f"{folder}/user_usage.csv", USAGE)
    database.execute(
        "CREATE TYPE node_text AS ENUM "
        f"(SELECT DISTINCT node FROM {usage} UNION SELECT 'DAY')"
    )
    database.execute(
        "CREATE TABLE user_usage AS "
        f"SELECT id, user_id, t, u, d, node::node_text AS node FROM {usage} ORDER BY id"
    )
    # `user` is a word of DuckDB's own.
    database.execute(f"CREATE TABLE panel_user AS FROM {read_csv(f'{folder}/user.csv', USER)}")
    database.execute(f"CREATE TABLE node AS FROM {read_csv(f'{folder}/node.csv', NODE)}")


def read_csv(path: str, columns: dict) -> str:
    quoted = path.replace("'", "''")
    return f"read_csv('{quoted}', header = false, quote = '\"', columns = {columns})"


def fastest_fetch():
    """Arrow hands over the columns as they are; Python objects take longer than some answers."""
    try:
        import pyarrow  # noqa: F401  (DuckDB needs it)
    except ImportError:
        return (lambda relation: relation.fetchall()), "python objects"
    return (lambda relation: relation.to_arrow_table()), "arrow"


def answer(database, fetch, ask: dict) -> dict:
    started = time.perf_counter()
    fetch(database.sql(ask["sql"]))
    told = {"ms": (time.perf_counter() - started) * 1_000}
    if ask["rows"]:
        rows = database.sql(ask["sql"]).fetchall()
        told["rows"] = [["" if cell is None else str(cell) for cell in row] for row in rows]
    return told


def tell(what: dict) -> None:
    print(json.dumps(what), flush=True)


main()
