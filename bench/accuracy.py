#!/usr/bin/env python3
"""Accuracy of the models on folders of series, with the rival's in the same run.

    bench/accuracy.py --data FOLDER [--sets A,B] [--build build/release] [--models A,B] [--limit N]
                      [--rival-runner FILE --rival-python PYTHON --rival-models A,B]

FOLDER holds series files (see docs/forecasting.md) named *.csv.gz. Every file that has one origin
for each series is evaluated: sMAPE, MASE, OWA against naive2, coverage and MSIS of its intervals, and
time for a series, intervals included, on one thread. Series with fewer than 12 train values are left
out. The rival's runner is a script that scores statsforecast on one such file; PYTHON must have it
installed.
Prints rows of the tables in docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

LEVEL = 90
MIN_LENGTH = "12"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--sets", help="names of files without .csv.gz; all by default")
    parser.add_argument("--models")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--rival-runner", type=pathlib.Path)
    parser.add_argument("--rival-python", default=sys.executable)
    parser.add_argument("--rival-models", default="SeasonalNaive,Holt")
    return parser.parse_args()


def own_rows(options, file):
    words = [options.build / "bin/shelduck", "forecast", "evaluate", file, "--min-length", MIN_LENGTH,
             "--level", str(LEVEL), "--threads", "1", "--json"]
    words += ["--models", options.models] if options.models else []
    words += ["--limit", str(options.limit)] if options.limit else []
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return [], done.stderr.strip().splitlines()[-1]
    return json.loads(done.stdout)["models"], ""


def rival_row(options, file, model):
    words = [options.rival_python, options.rival_runner, file, "--model", model, "--min-length", MIN_LENGTH,
             "--level", str(LEVEL)]
    words += ["--limit", str(options.limit)] if options.limit else []
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def figure(value, digits):
    return "-" if value is None else f"{value:.{digits}f}"


def show(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def show_file(options, file):
    name = file.name.removesuffix(".csv.gz")
    models, reason = own_rows(options, file)
    if reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return
    for row in models:
        show(name, row["series"], row["model"], *scores(row), row["failed"],
             figure(row["milliseconds_per_series"], 3))
    if options.rival_runner:
        for model in options.rival_models.split(","):
            row = rival_row(options, file, model)
            if row:
                show(name, row["series"], f"statsforecast {model}", *scores(row), row["failed"],
                     figure(row["ms_per_series"], 3))


def scores(row):
    level = next(one for one in row["levels"] if one["level"] == LEVEL)
    return (figure(row["smape"], 3), figure(row["mase"], 4), figure(row.get("owa"), 3),
            figure(level["coverage"], 3), figure(level["msis"], 2))


def main():
    options = arguments()
    show("set", "series", "model", "sMAPE", "MASE", "OWA", f"covered at {LEVEL} %", f"MSIS at {LEVEL} %",
         "failed", "ms each")
    show(*["---"] * 10)
    for file in sorted(options.data.glob("*.csv.gz")):
        if options.sets and file.name.removesuffix(".csv.gz") not in options.sets.split(","):
            continue
        show_file(options, file)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
