#!/usr/bin/env python3
"""Accuracy of the models on folders of series, with the rival's in the same run.

    bench/accuracy.py --data FOLDER [--build build/release] [--models A,B] [--limit N]
                      [--rival-runner FILE --rival-python PYTHON --rival-models A,B]

FOLDER holds series files (see docs/forecasting.md) named *.csv.gz. Every file that has one origin
for each series is evaluated: sMAPE, MASE, OWA against naive2 and time for a series. The rival's
runner is a script that scores statsforecast on one such file; PYTHON must have it installed.
Prints rows of the tables in docs/performance.md.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--models")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--rival-runner", type=pathlib.Path)
    parser.add_argument("--rival-python", default=sys.executable)
    parser.add_argument("--rival-models", default="SeasonalNaive,Holt")
    return parser.parse_args()


def own_rows(options, file):
    words = [options.build / "bin/shelduck", "forecast", "evaluate", file, "--min-length", "0", "--json"]
    words += ["--models", options.models] if options.models else []
    words += ["--limit", str(options.limit)] if options.limit else []
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return [], done.stderr.strip().splitlines()[-1]
    return json.loads(done.stdout)["models"], ""


def rival_row(options, file, model):
    words = [options.rival_python, options.rival_runner, file, "--model", model]
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
        show(name, row["series"], row["model"], figure(row["smape"], 3), figure(row["mase"], 4),
             figure(row["owa"], 3), row["failed"], figure(row["milliseconds_per_series"], 3))
    if options.rival_runner:
        for model in options.rival_models.split(","):
            row = rival_row(options, file, model)
            if row:
                show(name, row["series"], f"statsforecast {model}", figure(row["smape"], 3),
                     figure(row["mase"], 4), "-", row["failed"], figure(row["ms_per_series"], 3))


def main():
    options = arguments()
    show("set", "series", "model", "sMAPE", "MASE", "OWA", "failed", "ms each")
    show(*["---"] * 8)
    for file in sorted(options.data.glob("*.csv.gz")):
        show_file(options, file)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
