#!/usr/bin/env python3
"""Compares reqscope with DuckDB and lnav on the same generated requests, in one run.

    cargo build --release && cargo bench --bench engine -- 1000000      # makes the file
    python3 benches/compare/compare.py target/bench-data/requests-1000000.jsonl

DuckDB comes from PyPI, into a virtual environment that is thrown away; lnav is used where it is
installed (Debian: apt-get install lnav). reqscope is measured as a whole command each time, from
its start to its end; DuckDB in one process that keeps its table open, which favours DuckDB; lnav
as a command, which reads the file each time. Each figure is the best and the median of several
runs. Ratios are of the best: how many times as long the other takes.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
SIX = ["status", "failure", "client", "endpoint", "interface", "ip"]
# The same columns by their names in the file; what a failure is, is put together.
FAILURE = "CASE WHEN response_code >= 400 THEN response_code || ' ' || coalesce(error_type, '') END"
COLUMNS = ["response_code", FAILURE, "username", "api_name", "interface", "request_ip"]

LNAV_FORMAT = {
    "bench_log": {
        "title": "Generated requests",
        "json": True,
        "file-type": "json",
        "timestamp-field": "created_at",
        "line-format": [{"field": "__timestamp__"}, " ", {"field": "request_path"}],
        "value": {
            name: {"kind": kind, "identifier": name != "request_path"}
            for name, kind in [
                ("request_id", "string"),
                ("request_path", "string"),
                ("username", "string"),
                ("api_name", "string"),
                ("interface", "string"),
                ("request_ip", "string"),
                ("error_type", "string"),
                ("response_code", "integer"),
                ("duration_ms", "integer"),
            ]
        },
        "sample": [{"line": '{"created_at":"2026-09-21T13:46:40.001Z","request_path":"/"}'}],
    }
}


def timed(work, runs=RUNS):
    """Best and median seconds of some runs."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times), statistics.median(times)


def command(arguments, env=None):
    def run():
        subprocess.run(arguments, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    return run


def an_id(path):
    """The id of a request in the middle of the file."""
    with open(path, "rb") as file:
        file.seek(path.stat().st_size // 2)
        file.readline()
        return json.loads(file.readline())["request_id"]


def reqscope(binary, path, folder, wanted):
    env = dict(os.environ, HOME=str(folder), REQSCOPE_STORE=str(folder / "store"))
    run = lambda *arguments: command([binary, *arguments], env)
    every = ["--period", "all"]
    importing = lambda: (shutil.rmtree(folder / "store", ignore_errors=True), run("import", str(path), "--format", "files-com-json")())
    yield "import", timed(importing, 2)
    yield "six facets, everything", timed(run("facets", *SIX, *every))
    yield "six facets, one user", timed(run("facets", *SIX, "-q", "client:=customer-007", *every))
    yield "timeline by outcome", timed(run("timeline", *every))
    yield "newest 120", timed(run("search", "-n", "120", *every))
    yield "id lookup", timed(run("get", wanted))
    yield "path contains", timed(run("search", "path:/items/77", "-n", "1", *every))


def duckdb_times(python, path, folder, wanted):
    """DuckDB in a process of its own, which prints its times as JSON."""
    program = Path(folder) / "duck.py"
    program.write_text(DUCK)
    settings = json.dumps({"path": str(path), "database": str(folder / "duck.db"), "id": wanted, "columns": COLUMNS, "runs": RUNS})
    out = subprocess.run([python, program, settings], check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)


DUCK = '''
import duckdb, json, os, statistics, sys, time
want = json.loads(sys.argv[1])

def timed(work, runs):
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return [min(times), statistics.median(times)]

def load():
    global db
    if os.path.exists(want["database"]):
        db.close()
        os.remove(want["database"])
    db = duckdb.connect(want["database"])
    db.execute(f"CREATE TABLE t AS SELECT * FROM read_json('{want['path']}', format = 'newline_delimited')")
    db.execute("CHECKPOINT")

def facets(where):
    for column in want["columns"]:
        db.execute(f"SELECT {column} AS v, count(*) AS n FROM t {where} GROUP BY v ORDER BY n DESC, v LIMIT 40").fetchall()

times = {"import": timed(load, 2)}
ask = lambda sql: lambda: db.execute(sql).fetchall()
times["six facets, everything"] = timed(lambda: facets(""), want["runs"])
times["six facets, one user"] = timed(lambda: facets("WHERE username = 'customer-007'"), want["runs"])
times["timeline by outcome"] = timed(ask("WITH s AS (SELECT epoch(min(created_at)) a, (epoch(max(created_at)) - epoch(min(created_at))) / 60 w FROM t) SELECT floor((epoch(created_at) - a) / w) b, success, count(*) FROM t, s GROUP BY ALL"), want["runs"])
times["newest 120"] = timed(ask("SELECT * FROM t ORDER BY created_at DESC LIMIT 120"), want["runs"])
times["id lookup"] = timed(ask(f"SELECT * FROM t WHERE request_id = '{want['id']}'"), want["runs"])
times["path contains"] = timed(ask("SELECT count(*) FROM t WHERE contains(lower(request_path), '/items/77')"), want["runs"])
print(json.dumps(times))
'''


def lnav(path, folder, wanted):
    formats = folder / ".lnav/formats/installed"
    formats.mkdir(parents=True)
    (formats / "bench_log.json").write_text(json.dumps(LNAV_FORMAT))
    env = dict(os.environ, HOME=str(folder))
    ask = lambda sql: timed(command(["lnav", "-n", "-c", f";{sql}", str(path)], env), 1)
    yield "import", ask("SELECT count(*) FROM bench_log")
    yield "six facets, everything", ask(" UNION ALL ".join(f"SELECT * FROM (SELECT {c} AS v, count(*) AS n FROM bench_log GROUP BY v ORDER BY n DESC LIMIT 40)" for c in ["response_code", "error_type", "username", "api_name", "interface", "request_ip"]))
    yield "id lookup", ask(f"SELECT * FROM bench_log WHERE request_id = '{wanted}'")
    yield "path contains", ask("SELECT count(*) FROM bench_log WHERE request_path LIKE '%/items/77%'")


def show(seconds):
    return f"{seconds * 1e3:,.1f} ms" if seconds < 1 else f"{seconds:,.2f} s"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    path = Path(sys.argv[1]).resolve()
    root = Path(__file__).resolve().parents[2]
    binary = str(root / "target/release/reqscope")
    wanted = an_id(path)
    rows = sum(1 for _ in open(path, "rb"))
    print(f"{rows:,} requests, {path.stat().st_size / rows:,.0f} bytes each, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(dir=path.parent) as name:
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        subprocess.run([folder / "venv/bin/pip", "-q", "install", "duckdb", "pytz"], check=True)
        mine = dict(reqscope(binary, path, folder, wanted))
        ducks = duckdb_times(folder / "venv/bin/python", path, folder, wanted)
        lnavs = {}
        if shutil.which("lnav") and "--no-lnav" not in sys.argv:
            lnavs = dict(lnav(path, folder, wanted))
    print(f"{'':<24} {'reqscope':>12} {'(median)':>12} {'DuckDB':>12} {'(median)':>12} {'ratio':>7} {'lnav':>12} {'ratio':>7}")
    for step, (best, median) in mine.items():
        duck = ducks[step]
        line = f"{step:<24} {show(best):>12} {show(median):>12} {show(duck[0]):>12} {show(duck[1]):>12} {duck[0] / best:>7.1f}"
        if step in lnavs:
            line += f" {show(lnavs[step][0]):>12} {lnavs[step][0] / best:>7.1f}"
        print(line)


if __name__ == "__main__":
    main()
