#!/usr/bin/env python3
"""What people keep today instead of Shelduck, with the same year in it.

rivals.py make FOLDER < EXPORT      history.json as the existing updater writes it, and a SQLite file
rivals.py ask FOLDER QUESTION       the script over history.json that one would write

QUESTION is a key of QUERIES, which holds the same questions for the shell of SQLite.
"""

import collections
import datetime
import json
import sys

PLUGIN = "plugin3"

SCHEMA = """
CREATE TABLE runs (id TEXT PRIMARY KEY, start_time TEXT, end_time TEXT);
CREATE TABLE executions (run_id TEXT, name TEXT, status TEXT, start_time TEXT, end_time TEXT,
                         seconds REAL, packages INTEGER);
CREATE INDEX executions_run ON executions (run_id);
CREATE INDEX executions_name ON executions (name, start_time);
"""

QUERIES = {
    "runs": """SELECT r.id, r.start_time, r.end_time, count(*) FROM runs r
        JOIN executions e ON e.run_id = r.id WHERE r.id IN
          (SELECT id FROM runs ORDER BY start_time DESC LIMIT 50)
        GROUP BY r.id ORDER BY r.start_time DESC;""",
    "show": """SELECT * FROM executions WHERE run_id =
        (SELECT id FROM runs ORDER BY start_time DESC LIMIT 1) ORDER BY start_time;""",
    "stats": """SELECT name, count(*), avg(status = 'success'),
          avg(seconds) FILTER (WHERE status = 'success'), min(start_time), max(start_time)
        FROM executions GROUP BY name;""",
    "daily": """SELECT date(start_time), count(*), sum(status = 'success'), sum(seconds)
        FROM executions GROUP BY 1 ORDER BY 1;""",
    "trend": f"""SELECT strftime('%Y-%W', start_time), count(*), avg(seconds), min(seconds),
          max(seconds) FROM executions
        WHERE name = '{PLUGIN}' AND status = 'success' GROUP BY 1 ORDER BY 1;""",
    "series": f"""SELECT start_time, seconds, packages FROM executions
        WHERE name = '{PLUGIN}' AND status = 'success' ORDER BY start_time;""",
    "predict": """SELECT name, avg(seconds), 0.5 * avg(seconds), 1.5 * avg(seconds), count(*)
        FROM executions WHERE status = 'success' GROUP BY name;""",
}


def existing(run):
    """The run as the existing program writes it: no steps, no metrics."""
    return {"id": run["run_id"][-8:], "start_time": run["start_time"],
            "end_time": run["end_time"],
            "plugins": [{"name": e["plugin_name"], "status": e["status"],
                         "packages_updated": e["packages_updated"], "error_message": None,
                         "start_time": e["start_time"], "end_time": e["end_time"]}
                        for e in run["executions"]]}


def seconds(plugin):
    start, end = (datetime.datetime.fromisoformat(plugin[key].replace("Z", "+00:00"))
                  for key in ("start_time", "end_time"))
    return (end - start).total_seconds()


def make(folder):
    import sqlite3  # here, so that the script over JSON does not pay for it
    runs = [existing(run) for run in json.load(sys.stdin) if "executions" in run]
    with open(f"{folder}/history.json", "w", encoding="utf-8") as file:
        json.dump(runs, file, indent=2)
    connection = sqlite3.connect(f"{folder}/history.sqlite")
    connection.executescript(SCHEMA)
    for run in runs:
        connection.execute("INSERT INTO runs VALUES (?, ?, ?)",
                           (run["id"], run["start_time"], run["end_time"]))
        connection.executemany(
            "INSERT INTO executions VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(run["id"], p["name"], p["status"], p["start_time"], p["end_time"], seconds(p),
              p["packages_updated"]) for p in run["plugins"]])
    connection.commit()
    connection.close()


def grouped(runs, key):
    groups = collections.defaultdict(list)
    for run in runs:
        for plugin in run["plugins"]:
            groups[key(plugin)].append(plugin)
    return sorted(groups.items())


def mean(values):
    return sum(values) / len(values)


def median(values):
    return sorted(values)[len(values) // 2]


def successes(plugins):
    return [seconds(p) for p in plugins if p["status"] == "success"]


def of_plugin(runs):
    return [p for run in runs for p in run["plugins"]
            if p["name"] == PLUGIN and p["status"] == "success"]


def week(plugin):
    return "%d-%02d" % datetime.date.fromisoformat(plugin["start_time"][:10]).isocalendar()[:2]


def ask(folder, question):
    with open(f"{folder}/history.json", encoding="utf-8") as file:
        runs = json.load(file)
    if question == "runs":
        rows = [(r["id"], r["start_time"], r["end_time"], len(r["plugins"])) for r in runs[-50:]]
    elif question == "show":
        rows = runs[-1]["plugins"]
    elif question == "stats":
        rows = [(name, len(plugins), len(done := successes(plugins)) / len(plugins),
                 mean(done), median(done))
                for name, plugins in grouped(runs, lambda p: p["name"])]
    elif question == "daily":
        rows = [(day, len(plugins), sum(map(seconds, plugins)))
                for day, plugins in grouped(runs, lambda p: p["start_time"][:10])]
    elif question == "trend":
        rows = [(name, len(plugins), mean(successes(plugins)))
                for name, plugins in grouped([{"plugins": of_plugin(runs)}], week)]
    elif question == "series":
        rows = [(p["start_time"], seconds(p), p["packages_updated"]) for p in of_plugin(runs)]
    elif question == "predict":
        rows = [(name, found := mean(successes(plugins)), 0.5 * found, 1.5 * found)
                for name, plugins in grouped(runs, lambda p: p["name"])]
    print(json.dumps(rows))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        ask(sys.argv[2], sys.argv[3])
