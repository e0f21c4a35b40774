#!/usr/bin/env python3
"""How many times as fast as other people's models ours are, and whether that counts.

    bench/forecast_speed.py --data FOLDER --rival-runner FILE [--rival-python PYTHON] [--build build/release]
                   [--sets A,B] [--pairs theta,dotm] [--season auto] [--limit N,SET=N] [--timed N,SET=N]
                   [--kept FOLDER]

FOLDER holds series files (docs/forecasting.md) named SET.csv.gz. FILE is a script that runs statsforecast on
one such file, as bench/forecast_accuracy.py takes it, PYTHON one that has the library (bench/forecast_accuracy.py says how to
install it). For each pair of PAIRS, on each of its sets, and for each series of --limit (all by default; of
series with at least 12 train values):

scores  MASE and MSIS at 90 % of both on the same series, their ratios with paired bootstrap errors, by
        bench/scores.py from the rows that both wrote. A rival's rows do not change: they are kept in FOLDER
        (--kept), and taken from there where they are.
times   processor time for a series, fit and intervals included, in turn: ours, theirs, ours again (the mean
        of the two); of the series of --timed, by default those that are scored. Always made anew.
counts  the speed is a claim only where MASE is at most 1.01 times the rival's and MSIS no higher.

The Ensemble is the mean of what its MEMBERS say, points and bounds, which its rows are made of and its time
is the sum of. Ours takes --season (`auto`: it looks for seasons itself), the rival the period of the file.
One thread on both sides. Prints a table of docs/performance.md, and the load of the machine.
"""

import argparse
import collections
import csv
import gzip
import json
import math
import os
import pathlib
import statistics
import sys
import tempfile

import forecast_accuracy
import scores
from ratio import shown, show

Pair = collections.namedtuple("Pair", "ours theirs goal sets")
SHORT = ("m3_yearly_open", "m3_quarterly_open", "m3_monthly", "m4_weekly_open")
ALL = (*SHORT, "m4_hourly_open")
MEMBERS = ("AutoETS", "AutoARIMA", "DynamicOptimizedTheta")
THREE = "ensemble=exponential_smoothing+auto_arima+dotm"
PAIRS = (Pair("exponential_smoothing", "AutoETS", 10, SHORT), Pair("theta", "AutoTheta", 10, ALL),
         Pair("dotm", "DynamicOptimizedTheta", 10, ALL), Pair("ces", "AutoCES", 10, ALL),
         Pair("auto_arima", "AutoARIMA", 20, ALL), Pair(THREE, "Ensemble", 20, ALL))
LEVEL = "90"
MASE_AT_MOST, MSIS_AT_MOST = 1.01, 1.0
COLUMNS = ("set", "series", "timed", "ours", "theirs", "season, ours / theirs", "MASE", "theirs", "ratio", "MSIS",
           "theirs", "ratio", "ms each", "theirs", "times as fast", "goal", "counts")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--rival-runner", required=True, type=pathlib.Path)
    parser.add_argument("--rival-python", type=pathlib.Path, default=forecast_accuracy.CACHE / "shelduck/rivals/bin/python")
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--sets", default=",".join(ALL))
    parser.add_argument("--pairs", default=",".join(pair.ours for pair in PAIRS), help="by the names of ours")
    parser.add_argument("--season", default="auto")
    parser.add_argument("--limit", type=forecast_accuracy.limits, default={}, help="series of a set: 40,m3_monthly=500")
    parser.add_argument("--timed", type=forecast_accuracy.limits, default={}, help="the same, of those that are timed")
    parser.add_argument("--kept", type=pathlib.Path)
    return parser.parse_args()


class Set:
    """One file, and what was run on it."""

    def __init__(self, options, name):
        self.options = options
        self.file = options.data / f"{name}.csv.gz"
        self.limit = options.limit.get(name, options.limit.get("", 0))
        self.timed = options.timed.get(name, options.timed.get("", 0)) or self.limit
        self.theirs = {}  # milliseconds of a series, by model

    def own(self, model, limit):
        """Its rows, and milliseconds of a series."""
        out = self.options.folder / "own.csv"
        words = [self.options.build / "bin/shelduck", "forecast", "evaluate", self.file, "--models", model,
                 "--threads", "1", "--season", self.options.season, "--json"]
        output = must(words + forecast_accuracy.common_words(out, limit))
        return out, forecast_accuracy.own_milliseconds(output)[model]

    def rival_said(self, model, rows, limit):
        """What the runner says of a run, whose rows are left in a file."""
        run = forecast_accuracy.run_of_runner(self.options, model)
        return must([self.options.rival_python, *run.program, self.file, *run.words,
                     *forecast_accuracy.common_words(rows, limit)])

    def time_rival(self, model):
        """Milliseconds of a series, and how many were timed; once in a run of this program."""
        if model == "Ensemble":
            members = [self.time_rival(member) for member in MEMBERS]
            return sum(one for one, _ in members), members[0][1]
        if model not in self.theirs:
            said = json.loads(self.rival_said(model, self.options.folder / "timed.csv", self.timed))
            self.theirs[model] = said["ms_per_series"], said["series"]
        return self.theirs[model]

    def rival_rows(self, model):
        """The file of them, made where they are not kept."""
        run = forecast_accuracy.run_of_runner(self.options, model)
        stem, rows, said = forecast_accuracy.kept(self.options.kept or self.options.folder, self.file, run.name, self.limit)
        if forecast_accuracy.is_kept(stem):
            return rows
        if model == "Ensemble":
            write_mean([self.rival_rows(member) for member in MEMBERS], rows)
            answer = json.dumps({"model": model, "ms_per_series": 0}) + "\n"
        else:
            answer = self.rival_said(model, rows, self.limit)
            if self.timed == self.limit:
                one = json.loads(answer)
                self.theirs[model] = one["ms_per_series"], one["series"]
        said.write_text(answer, encoding="utf-8")
        return rows


def must(words):
    output, reason = forecast_accuracy.told(words)
    if reason:
        raise SystemExit(f"{' '.join(map(str, words[:4]))}: {reason}")
    return output


def write_mean(files, out):
    """Rows of the means of points and bounds over files of the same rows."""
    tables = []
    for file in files:
        with open(file, newline="", encoding="utf-8") as rows:
            tables.append({(row["unique_id"], row["step"]): row for row in csv.DictReader(rows)})
    first = next(iter(tables[0].values()))
    averaged = [name for name in first if name == "point" or name.startswith(("lower_", "upper_"))]
    with open(out, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, first)
        writer.writeheader()
        for key, row in tables[0].items():
            if all(key in table for table in tables):
                means = {name: statistics.fmean(scores.number(table[key][name]) for table in tables)
                         for name in averaged}
                writer.writerow(row | {"model": "Ensemble"} |
                                {name: "" if math.isnan(mean) else mean for name, mean in means.items()})


def season_of(options, file):
    with gzip.open(file, "rt", newline="", encoding="utf-8") as rows:
        return f"{options.season} / {next(csv.DictReader(rows))['period']}"


def compared(own_rows, rival_rows, model):
    """Series, and of MASE and of MSIS: ours, theirs, (ratio, error)."""
    own = scores.read(own_rows, [LEVEL])
    ours = own.models[model]
    theirs = next(iter(scores.read(rival_rows, [LEVEL], own.rows[scores.YARDSTICK]).models.values()))
    found = {}
    for measure, level in (("mase", None), ("msis", LEVEL)):
        both = scores.pairs(ours, theirs, measure, level)
        if not both:
            raise SystemExit(f"{model}: no series that both scored")
        found[measure] = (*map(statistics.fmean, zip(*both)), scores.ratio(both))
    return len(scores.pairs(ours, theirs, "mase")), found["mase"], found["msis"]


def verdict(mase, msis):
    """"yes", or what is too high."""
    high = [f"{name} {found:.3f}" for name, found, most in (("MASE", mase, MASE_AT_MOST), ("MSIS", msis, MSIS_AT_MOST))
            if found > most]
    return f"no: {', '.join(high)}" if high else "yes"


def show_row(of_set, name, pair):
    """Whether the row counts, and whether it reaches its goal then."""
    _, before = of_set.own(pair.ours, of_set.timed)
    rival_rows = of_set.rival_rows(pair.theirs)
    theirs, timed = of_set.time_rival(pair.theirs)
    own_rows, after = of_set.own(pair.ours, of_set.timed)
    if of_set.timed != of_set.limit:
        own_rows, _ = of_set.own(pair.ours, of_set.limit)
    ours = (before + after) / 2
    series, mase, msis = compared(own_rows, rival_rows, pair.ours)
    counts = verdict(mase[2][0], msis[2][0])
    show(name, series, timed, pair.ours, pair.theirs, season_of(of_set.options, of_set.file),
         f"{mase[0]:.4f}", f"{mase[1]:.4f}", shown(*mase[2]), f"{msis[0]:.2f}", f"{msis[1]:.2f}", shown(*msis[2]),
         f"{ours:.3f}", f"{theirs:.3f}", f"{theirs / ours:.{0 if theirs >= 100 * ours else 1}f}", pair.goal, counts)
    return counts == "yes", theirs / ours >= pair.goal


def wanted_pairs(options):
    """Of --pairs; ends the program where something that it needs is not there."""
    named, known = options.pairs.split(","), [pair.ours for pair in PAIRS]
    for name in named:
        if name not in known:
            raise SystemExit(f"--pairs {name}: one of {', '.join(known)}")
    if not options.rival_python.exists():
        raise SystemExit(f"no {options.rival_python}; {forecast_accuracy.how_to_install(options.rival_python)}")
    for name in options.sets.split(","):
        if not (options.data / f"{name}.csv.gz").exists():
            raise SystemExit(f"--sets {name}: no {name}.csv.gz in {options.data}")
    return [pair for pair in PAIRS if pair.ours in named]


def main():
    options = arguments()
    begin, rows = os.getloadavg()[0], []
    wanted = wanted_pairs(options)
    show(*COLUMNS)
    show(*["---"] * len(COLUMNS))
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        options.folder = pathlib.Path(folder)
        for name in options.sets.split(","):
            of_set = Set(options, name)
            rows += [show_row(of_set, name, pair) for pair in wanted if name in pair.sets]
    print(f"\n{sum(counts for counts, _ in rows)} of {len(rows)} rows count, "
          f"{sum(counts and fast for counts, fast in rows)} of these reach their goal; "
          f"load of the machine {begin:.1f} before, {os.getloadavg()[0]:.1f} after")
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
