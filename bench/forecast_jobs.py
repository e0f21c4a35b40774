#!/usr/bin/env python3
"""One-step errors on a log of jobs against exponential smoothing of their logarithms.

    bench/forecast_jobs.py --data FILE.csv.gz [--covariates procs] [--models auto,regression] [--build build/release]

FILE is a series file of irregular runs (see docs/forecasting.md). `shelduck forecast evaluate` forecasts
each test row from the rows before it, once as the file is split and once from the 11th row of each series
on. The measure is the mean over series of the mean |log(forecast / truth)|, in units of the same of
simple exponential smoothing of log y with alpha 0.3, started at the first value. `by_size` knows equal steps
only; its rule is run twice, on the seconds and on their logarithms, and `auto` set beside both: ratio of the
means over series with its paired bootstrap error (scores.py).
Prints rows of the tables in docs/performance.md: ratio, share of truths in the 90 % intervals.
"""

import argparse
import csv
import gzip
import math
import pathlib
import subprocess
import tempfile

import scores

ALPHA = 0.3
FIRST_OF_ALL = 10
GOALS = {"as the file is split": 0.94, "all from the 11th run on": 0.965}
BY_SIZE = "by_size"
OF_LOGARITHMS = f"{BY_SIZE} of logarithms"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--covariates", default="procs")
    parser.add_argument("--models", default="auto,regression,recent_median,exponential_smoothing,by_size")
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


def scores_of(options, models, series, folder):
    """The rows that evaluate writes: {model: {group: rows}}"""
    file, out = folder / "jobs.csv", folder / "scores.csv"
    with open(file, "w", encoding="utf-8", newline="") as text:
        writer = csv.DictWriter(text, fieldnames=list(next(iter(series.values()))[0]), lineterminator="\n")
        writer.writeheader()
        for rows in series.values():
            writer.writerows(rows)
    subprocess.run([options.build / "bin/shelduck", "forecast", "evaluate", file, "--models", models,
                    "--covariates", options.covariates, "--level", "90", "--min-length", "5", "--scores",
                    out, "--quiet"], stdout=subprocess.DEVNULL, check=True)
    return {model: {name: list(rows.values()) for name, rows in groups.items()}
            for model, groups in scores.rows_of(out).items()}


def logarithm(text):
    """Of seconds; a forecast of 0 or less has none: a second is the shortest of jobs."""
    return math.log(max(1.0, float(text)))


def error_of(rows, is_of_logarithms):
    return mean(abs(float(row["point"]) - float(row["y"])) if is_of_logarithms
                else abs(logarithm(row["point"]) - math.log(float(row["y"]))) for row in rows)


def held_by(rows):
    return mean(row["lower_90"] != "" and float(row["lower_90"]) <= float(row["y"]) <= float(row["upper_90"])
                for row in rows)


def in_logarithms(series):
    return {name: [row | {"y": repr(math.log(float(row["y"])))} for row in rows] for name, rows in series.items()}


def show_beside(words, errors):
    """`auto` beside each form of by_size."""
    for model in filter(errors.__contains__, (BY_SIZE, OF_LOGARITHMS)):
        found, error = scores.ratio([(errors["auto"][name], errors[model][name]) for name in errors["auto"]])
        print(f"| the same, {words}: `auto` against `{model}` | 1 | {found:.3f} +- {error:.3f}"
              f"{'' if found < 1 else ', **missed**'} |", flush=True)


def show(options, words, series, folder):
    smoothed = mean(mean(smoothing_errors(rows)) for rows in series.values())
    by_model = scores_of(options, options.models, series, folder)
    if BY_SIZE in by_model:
        by_model[OF_LOGARITHMS] = scores_of(options, BY_SIZE, in_logarithms(series), folder)[BY_SIZE]
    errors = {}
    for model, groups in by_model.items():
        errors[model] = {name: error_of(rows, model == OF_LOGARITHMS) for name, rows in groups.items()}
        ratio, goal = mean(errors[model].values()) / smoothed, GOALS[words]
        judged = model != "auto" or ratio <= goal
        print(f"| one step of {len(groups)} groups of jobs, {words}: `{model}` | "
              f"{goal if model == 'auto' else '-'} | {ratio:.3f}{'' if judged else ', **missed**'}, "
              f"{100 * mean(map(held_by, groups.values())):.1f} % held |", flush=True)
    if "auto" in errors:
        show_beside(words, errors)


def main():
    options = arguments()
    series = series_of(options.data)
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        show(options, "as the file is split", series, pathlib.Path(folder))
        show(options, "all from the 11th run on", split_from(series, FIRST_OF_ALL), pathlib.Path(folder))


if __name__ == "__main__":
    main()
