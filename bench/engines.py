#!/usr/bin/env python3
"""Readings on DuckDB and on SQLite beside each other, and their way from an older program and back.

    bench/engines.py [BUILD [DAYS]]      (default build/release and 365, with the targets `programs` and `engines`)

Prints rows of the table in docs/performance.md, with the machine's load before and after.
"""

import json
import os
import subprocess
import sys
import tempfile
import time


def timed(build, *words):
    environment = dict(os.environ, XDG_RUNTIME_DIR=os.environ["TMPDIR"], XDG_CONFIG_HOME=os.environ["TMPDIR"])
    began = time.perf_counter()
    done = subprocess.run([os.path.join(build, "bin/shelduck"), "sensors", *words, "--json"], env=environment, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    seconds = time.perf_counter() - began
    said = json.loads(done.stdout)
    if not said["is_equal"]:
        raise SystemExit(f"{words}: not equal")
    return said["rows"] / seconds


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        os.environ["TMPDIR"] = folder
        subprocess.run([os.path.join(build, "bench/engines"), folder, *sys.argv[2:3]], check=True)
        rates = {}
        for way, words in (("migrated", ("migrate", "--from", f"{folder}/old.db", "--to")),
                           ("rolled back", ("rollback", "--db"))):
            for engine in ("duckdb", "sqlite"):
                path = f"{folder}/moved.{engine}"
                more = ("--backend", engine) if way == "migrated" else ("--to", f"{folder}/back.{engine}.db")
                rates[engine] = timed(build, *words, path, *more)
            print(f"| {way} and compared, readings a second | {rates['duckdb']:.0f} | {rates['sqlite']:.0f} "
                  f"| {rates['duckdb'] / rates['sqlite']:.2f} |", flush=True)
    print(f"load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
