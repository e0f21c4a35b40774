"""Figures of whole commands, process start included, on a year of daily runs (30 plugins x 3 steps).

Every question of `history`, `predict` and `calibration`; those that can be asked of the existing
program's JSON file (a Python script) and of SQLite (its shell) beside them; the import of 100 000
log entries; `exec` against the bare command; the size of the file. Prints rows of the table that
bench/run makes.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time

import rivals
from disk import steady, sync_ms

RUNS = 40
QUESTION_MS_MAX = 100
RESIDENT_MB_MAX = 96
IMPORT_SECONDS_MAX = 1
EXEC_MS_MAX = 5
FILE_MB_MAX = 20
HERE = os.path.dirname(os.path.abspath(__file__))

# What is asked, and which question of the rivals it stands beside.
QUESTIONS = {
    "history runs": (["history", "runs"], "runs"),
    "history show": (["history", "show", "RUN"], "show"),
    "history stats": (["history", "stats", "--days", "400"], "stats"),
    "history daily": (["history", "daily", "--days", "400"], "daily"),
    "history trend": (["history", "trend", rivals.PLUGIN, "--metric", "wall_clock_seconds",
                       "--granularity", "week"], "trend"),
    "history series": (["history", "series", rivals.PLUGIN], "series"),
    "history accuracy": (["history", "accuracy"], None),
    "predict, 30 plugins": (["predict", "--phase", "EXECUTE"], "predict"),
    "predict, one plugin": (["predict", rivals.PLUGIN], None),
    "remaining": (["remaining", "--plugin", rivals.PLUGIN, "--elapsed", "3"], None),
    "calibration": (["calibration"], None),
}


def run_once(command, environment):
    """(milliseconds, resident set in MB) of a command; its output is thrown away."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    passed = (time.perf_counter() - begin) * 1000
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{command} ended with {process.returncode}: {errors.decode()}")
    return passed, usage.ru_maxrss / 1000


def timed(command, environment, runs=RUNS):
    """(p50, p95 in ms, largest resident set in MB).

    A child begins as a copy of this process, so no resident set is seen below this one's own:
    hence whatever needs much memory is done in other processes.
    """
    run_once(command, environment)  # warms up
    seen = [run_once(command, environment) for _ in range(runs)]
    times = sorted(milliseconds for milliseconds, _ in seen)
    return statistics.median(times), times[int(0.95 * len(times))], max(mb for _, mb in seen)


class Year:
    """A year of history, and the same for the rivals, in a folder."""

    def __init__(self, build, folder):
        self.shelduck = os.path.join(build, "bin", "shelduck")
        self.folder = folder
        self.database = os.path.join(folder, "history.duckdb")
        self.environment = dict(os.environ, SHELDUCK_DB=self.database, HOME=folder,
                                XDG_STATE_HOME=folder)
        subprocess.run([os.path.join(build, "bench", "make_year"), self.database], check=True,
                       stdout=subprocess.DEVNULL)
        self.megabytes = os.path.getsize(self.database) / 1e6
        with subprocess.Popen([self.shelduck, "history", "export"], env=self.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as export:
            subprocess.run([sys.executable, os.path.join(HERE, "rivals.py"), "make", folder],
                           stdin=export.stdout, check=True)
        answer = subprocess.run([self.shelduck, "history", "runs", "--limit", "1", "--json"],
                                env=self.environment, check=True, capture_output=True)
        self.run_id = json.loads(answer.stdout)["runs"][0]["run_id"]

    def ours(self, words):
        words = [self.run_id if word == "RUN" else word for word in words]
        return timed([self.shelduck, *words, "--json"], self.environment)

    def python_over_json(self, question):
        return timed([sys.executable, "-S", "-E", os.path.join(HERE, "rivals.py"), "ask",
                      self.folder, question], self.environment)[0]

    def sqlite_shell(self, question):
        if not shutil.which("sqlite3"):
            return None
        return timed(["sqlite3", os.path.join(self.folder, "history.sqlite"),
                      rivals.QUERIES[question]], self.environment)[0]


def question_rows(year):
    for name, (words, rival) in QUESTIONS.items():
        (p50, p95, peak), disk = steady(lambda: year.ours(words), year.folder)
        yield (name, f"p95 {QUESTION_MS_MAX} ms, {RESIDENT_MB_MAX} MB",
               f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {peak:.0f} MB",
               p95 < QUESTION_MS_MAX and peak < RESIDENT_MB_MAX, disk)
        if rival is None:
            continue
        script, shell = year.python_over_json(rival), year.sqlite_shell(rival)
        shell_text = "`sqlite3` is not here" if shell is None else f"shell of SQLite {shell:.0f} ms"
        yield (f"{name}, the rivals", "faster than both",
               f"p50 {p50:.0f} ms against Python over JSON {script:.0f} ms, {shell_text}",
               p50 < script and (shell is None or p50 < shell), "")


def write_ninja_log(path, entries):
    with open(path, "w", encoding="ascii") as file:
        file.write("# ninja log v5\n")
        for i in range(entries):
            file.write(f"{i * 10}\t{i * 10 + 500 + i % 97}\t{1_700_000_000_000_000_000 + i}\t"
                       f"out/{i}.o\t{i * 2654435761 % (1 << 64):x}\n")


def import_row(year):
    log = os.path.join(year.folder, ".ninja_log")
    write_ninja_log(log, 100_000)

    def one_import():
        database = os.path.join(year.folder, "import", "history.duckdb")
        shutil.rmtree(os.path.dirname(database), ignore_errors=True)
        os.mkdir(os.path.dirname(database))
        return run_once([year.shelduck, "history", "import", "ninja", log, "--json"],
                        dict(year.environment, SHELDUCK_DB=database))[0] / 1000

    found, disk = steady(lambda: statistics.median(one_import() for _ in range(3)), year.folder)
    yield ("import of 100 000 log entries", f"{IMPORT_SECONDS_MAX} s", f"{found:.2f} s",
           found < IMPORT_SECONDS_MAX, disk)


def exec_row(year):
    wrapper = [year.shelduck, "exec", "--plugin", "true", "--", "true"]

    def interleaved():
        """(overhead, wrapped, bare, one sync): medians of rounds; the overhead is of each round."""
        rounds = []
        for _ in range(2 * RUNS):
            wrapped, bare = (run_once(command, year.environment)[0]
                             for command in (wrapper, ["true"]))
            sync = sync_ms(year.folder, 1)
            rounds.append((wrapped - bare - 2 * sync, wrapped, bare, sync))
        return [statistics.median(times) for times in zip(*rounds)]

    run_once(wrapper, year.environment)
    (overhead, wrapped, bare, sync), disk = steady(interleaved, year.folder)
    yield ("`exec -- true` against the bare command, less two syncs", f"{EXEC_MS_MAX} ms",
           f"{overhead:.1f} ms (of {wrapped:.1f}; bare {bare:.1f}, a sync {sync:.1f})",
           overhead < EXEC_MS_MAX, disk)


def rows(build, folder):
    year = Year(build, folder)
    yield ("a year of daily runs, 30 plugins x 3 steps: the database file", f"{FILE_MB_MAX} MB",
           f"{year.megabytes:.1f} MB", year.megabytes < FILE_MB_MAX, "")
    yield from exec_row(year)
    yield from question_rows(year)
    yield from import_row(year)
