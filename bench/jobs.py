#!/usr/bin/env python3
"""One-step errors on a log of jobs against exponential smoothing of their logarithms.

    bench/jobs.py --data FILE.csv.gz [--covariates procs] [--models auto,regression] [--build build/release]

FILE is a series file of irregular runs (see docs/forecasting.md). `shelduck forecast evaluate` forecasts
each test row from the rows before it, once as the file is split and once from the 11th row of each series
on. The measure is the mean over series of the mean |log(forecast / truth)|, in units of the same of
simple exponential smoothing of log y with alpha 0.3, started at the first value.
Prints rows of the tables in docs/performance.md: ratio, share of truths in the 90 % intervals.
"""

import argparse
import csv
import gzip
import math
import pathlib
import subprocess
import tempfile

ALPHA = 0.3
FIRST_OF_ALL = 10
GOALS = {"as the file is split": 0.94, "all from the 11th run on": 0.965}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--covariates", default="procs")
    parser.add_argument("--models", default="auto,regression,recent_median,exponential_smoothing")
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    return parser.parse_args()


def series_of(file):
    with gzip.open(file, "rt", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    series = {}
    for row in rows:
        series.setdefault(row["unique_id"], []).append(row)
    return series


def split_from(series, first):
    """The same series, every run from this one on a test row."""
    return {name: [row | {"split": "train" if i < first else "test"} for i, row in enumerate(rows)]
            for name, rows in series.items() if len(rows) > first}


def smoothing_errors(rows):
    level, errors = math.log(float(rows[0]["y"])), []
    for row in rows[1:]:
        truth = math.log(float(row["y"]))
        if row["split"] == "test":
            errors.append(abs(truth - level))
        level += ALPHA * (truth - level)
    return errors


def mean(values):
    values = list(values)
    return sum(values) / len(values)


def scores_of(options, series, folder):
    file, scores = folder / "jobs.csv", folder / "scores.csv"
    with open(file, "w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(next(iter(series.values()))[0]), lineterminator="\n")
        writer.writeheader()
        for rows in series.values():
            writer.writerows(rows)
    subprocess.run([options.build / "bin/shelduck", "forecast", "evaluate", file, "--models", options.models,
                    "--covariates", options.covariates, "--level", "90", "--min-length", "5", "--scores",
                    scores, "--quiet"], stdout=subprocess.DEVNULL, check=True)
    with open(scores, encoding="utf-8") as text:
        return list(csv.DictReader(text))


def show(options, words, series, folder):
    smoothed = mean(mean(smoothing_errors(rows)) for rows in series.values())
    by_model = {}
    for row in scores_of(options, series, folder):
        by_model.setdefault(row["model"], {}).setdefault(row["unique_id"], []).append(row)
    for model, groups in by_model.items():
        # A forecast of 0 or less has no logarithm: a second is the shortest of jobs.
        error = mean(mean(abs(math.log(max(1.0, float(row["point"])) / float(row["y"]))) for row in rows)
                     for rows in groups.values())
        held = mean(mean(row["lower_90"] != "" and float(row["lower_90"]) <= float(row["y"])
                         <= float(row["upper_90"]) for row in rows) for rows in groups.values())
        ratio, goal = error / smoothed, GOALS[words]
        judged = model != "auto" or ratio <= goal
        print(f"| one step of {len(groups)} groups of jobs, {words}: `{model}` | "
              f"{goal if model == 'auto' else '-'} | {ratio:.3f}{'' if judged else ', **missed**'}, "
              f"{100 * held:.1f} % held |", flush=True)


def main():
    options = arguments()
    series = series_of(options.data)
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        show(options, "as the file is split", series, pathlib.Path(folder))
        show(options, "all from the 11th run on", split_from(series, FIRST_OF_ALL), pathlib.Path(folder))


if __name__ == "__main__":
    main()
