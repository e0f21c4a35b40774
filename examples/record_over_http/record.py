#!/usr/bin/env python3
"""Records one update run over HTTP, step by step, and asks how long the rest will take.

    SHELDUCK_URL=http://127.0.0.1:8700 SHELDUCK_TOKEN=sd_... python3 record.py

Only the standard library. Ids are made here (UUID version 7), so that a request whose answer was
lost is simply sent again: 201 the first time, 200 from then on.
"""

import json
import os
import secrets
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ.get("SHELDUCK_URL", "http://127.0.0.1:8700")
TOKEN = os.environ.get("SHELDUCK_TOKEN")
TRIES = 5


def new_id():
    """48 bits of milliseconds, then version, variant and random bits: ids sort by time."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    number = number & ~(0xF << 76) | (7 << 76)
    return str(uuid.UUID(int=number & ~(3 << 62) | (2 << 62)))


def ask(method, path, body=None):
    """The answer's document; what may be tried again is tried again."""
    headers = {"Content-Type": "application/json"}
    if TOKEN:
        headers["Authorization"] = "Bearer " + TOKEN
    data = None if body is None else json.dumps(body).encode()
    for left in reversed(range(TRIES)):
        request = urllib.request.Request(URL + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            if error.code != 503 or not left:
                raise SystemExit(f"{method} {path}: {problem['detail']}")
        except urllib.error.URLError as error:
            if not left:
                raise SystemExit(f"{method} {path}: {error.reason}")
        time.sleep(1)


def main():
    run, execution, estimate = new_id(), new_id(), new_id()
    ask("PUT", f"/api/history/runs/{run}", {"hostname": os.uname().nodename})
    ask("PUT", f"/api/history/executions/{execution}", {"run_id": run, "plugin_name": "backup", "packages_planned": 3})
    ask("PUT", f"/api/history/estimates/{estimate}", {"execution_id": execution, "wall_seconds_est": 1})

    for place, (name, phase) in enumerate([("prepare", "CHECK"), ("copy", "EXECUTE")]):
        step, before = new_id(), time.process_time()
        ask("PUT", f"/api/history/steps/{step}",
            {"execution_id": execution, "step_name": name, "phase": phase, "seq": place})
        time.sleep(0.05)  # the work
        ask("PATCH", f"/api/history/steps/{step}", {"cpu_user_seconds": time.process_time() - before})
        left = ask("GET", f"/api/history/remaining?run={run}")["remaining"]
        print(f"{name} done; left: {left.get('point', 'not known yet')}")

    ask("PATCH", f"/api/history/executions/{execution}", {"status": "success", "exit_code": 0, "packages_updated": 3})
    ask("PATCH", f"/api/history/runs/{run}", {"status": "success"})
    shown = ask("GET", f"/api/history/runs/{run}")
    print(f"recorded {shown['run_id']}: {shown['status']}, {len(shown['executions'][0]['steps'])} steps")


if __name__ == "__main__":
    main()
