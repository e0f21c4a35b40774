"""Times whole commands on a year of daily runs (30 plugins x 3 steps) beside what people use today.

Every question of `history`, `predict` and `calibration`, process start included, against a Python
script over the existing program's JSON file and against the shell of SQLite; the import of 100 000
log entries; `exec` against the bare command; the size of the file. Ratios are of one run.

usage: questions.py [BUILD]     (default build/release; needs its target `bench`)
"""

import json
import os
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 40

JSON_STATS = """
import json, statistics, sys
runs = json.load(open(sys.argv[1]))
by = {}
for run in runs:
    for p in run["plugins"]:
        by.setdefault(p["name"], []).append((p["status"], p["seconds"]))
for name, rows in sorted(by.items()):
    ok = [s for status, s in rows if status == "success"]
    print(name, len(rows), len(ok) / len(rows), statistics.mean(ok), statistics.median(ok))
"""

SQL_STATS = """SELECT plugin, count(*), avg(status = 'success'),
  avg(CASE WHEN status = 'success' THEN seconds END) FROM executions GROUP BY plugin;"""


def timed(command, environment, runs=RUNS):
    """(p50, p95 in ms, largest resident set in MB) of a command; its output is thrown away."""
    times, peak = [], 0
    for _ in range(runs + 1):
        begin = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        times.append((time.perf_counter() - begin) * 1000)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode != 0:
            raise SystemExit(f"{command} ended with {process.returncode}: {errors.decode()}")
        peak = max(peak, usage.ru_maxrss / 1000)
    times = sorted(times[1:])  # the first one warms up
    return statistics.median(times), times[int(0.95 * len(times))], peak


def sync_ms(folder):
    """Median time of a plain 4 kB append and fdatasync there."""
    times = []
    with open(os.path.join(folder, "sync"), "ab", buffering=0) as file:
        for _ in range(50):
            begin = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    return statistics.median(times)


def rivals_files(folder, database, shelduck, environment):
    """The same year as a JSON file of the existing program and as a SQLite table."""
    text = subprocess.run([shelduck, "history", "export"], env=environment, check=True, text=True,
                          capture_output=True).stdout
    runs = [r for r in json.loads(text) if "executions" in r]
    old = [{"id": r["run_id"][:8], "start_time": r["start_time"], "end_time": r["end_time"],
            "plugins": [{"name": e["plugin_name"], "status": e["status"],
                         "start_time": e["start_time"], "end_time": e["end_time"],
                         "seconds": sum(s["wall_clock_seconds"] or 0 for s in e["steps"]),
                         "packages_updated": e["packages_updated"]}
                        for e in r["executions"]]} for r in runs]
    history = os.path.join(folder, "history.json")
    with open(history, "w") as file:
        json.dump(old, file)
    sqlite = os.path.join(folder, "history.sqlite")
    connection = sqlite3.connect(sqlite)
    connection.execute("CREATE TABLE executions (plugin, status, seconds)")
    connection.executemany("INSERT INTO executions VALUES (?, ?, ?)",
                           [(p["name"], p["status"], p["seconds"]) for r in old
                            for p in r["plugins"]])
    connection.commit()
    connection.close()
    return history, sqlite


def ninja_log(path, entries):
    with open(path, "w") as file:
        file.write("# ninja log v5\n")
        for i in range(entries):
            file.write(f"{i * 10}\t{i * 10 + 500 + i % 97}\t{1_700_000_000_000_000_000 + i}\t"
                       f"out/{i}.o\t{i * 2654435761 % (1 << 64):x}\n")


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    shelduck = os.path.join(build, "bin", "shelduck")
    folder = tempfile.mkdtemp(prefix="shelduck-bench-")
    database = os.path.join(folder, "history.duckdb")
    environment = dict(os.environ, SHELDUCK_DB=database, HOME=folder)
    before = sync_ms(folder)
    subprocess.run([os.path.join(build, "bench", "make_year"), database], check=True,
                   stdout=subprocess.DEVNULL)
    print(f"one year, file: {os.path.getsize(database) / 1e6:.1f} MB")
    run_id = json.loads(subprocess.run([shelduck, "history", "runs", "--limit", "1", "--json"],
                                       env=environment, check=True, capture_output=True,
                                       text=True).stdout)["runs"][0]["run_id"]
    history, sqlite = rivals_files(folder, database, shelduck, environment)

    questions = {
        "history runs": ["history", "runs"],
        "history show": ["history", "show", run_id],
        "history stats": ["history", "stats", "--days", "400"],
        "history daily": ["history", "daily"],
        "history trend": ["history", "trend", "plugin3", "--metric", "wall_clock_seconds",
                          "--granularity", "week"],
        "history series": ["history", "series", "plugin3"],
        "history accuracy": ["history", "accuracy"],
        "predict": ["predict", "--phase", "EXECUTE"],
        "remaining": ["remaining", "--plugin", "plugin3", "--elapsed", "3"],
        "calibration": ["calibration"],
    }
    print("| question | median ms | p95 ms | resident MB |\n|---|---|---|---|")
    for name, words in questions.items():
        p50, p95, peak = timed([shelduck, *words, "--json"], environment)
        print(f"| {name} | {p50:.0f} | {p95:.0f} | {peak:.0f} |")
    json_times = timed([sys.executable, "-c", JSON_STATS, history], environment)
    print("| the statistics by a Python script over JSON | %.0f | %.0f | %.0f |" % json_times)
    if shutil.which("sqlite3"):
        print("| the same by the SQLite shell | %.0f | %.0f | %.0f |"
              % timed(["sqlite3", sqlite, SQL_STATS], environment))

    log = os.path.join(folder, ".ninja_log")
    ninja_log(log, 100_000)
    other = dict(environment, SHELDUCK_DB=os.path.join(folder, "import.duckdb"))
    begin = time.perf_counter()
    subprocess.run([shelduck, "history", "import", "ninja", log, "--json"], env=other, check=True,
                   stdout=subprocess.DEVNULL)
    print(f"import of 100 000 entries: {time.perf_counter() - begin:.2f} s")

    bare = timed(["true"], environment)
    wrapped = timed([shelduck, "exec", "--plugin", "true", "--", "true"], environment)
    after = sync_ms(folder)
    print(f"exec: {wrapped[0]:.1f} ms, bare {bare[0]:.1f} ms, two syncs {before + after:.1f} ms: "
          f"overhead {wrapped[0] - bare[0] - before - after:.1f} ms (p50)")
    print(f"sync: {before:.2f} ms before, {after:.2f} ms after")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
