#!/usr/bin/env python3
"""Accuracy of the models on folders of series, with other people's in the same run.

    bench/accuracy.py --data FOLDER [--sets A,B] [--build build/release] [--models A,B] [--limit N]
                      [--rival-python PYTHON] [--rival-models darts.AutoARIMA,statsforecast.AutoETS]
                      [--rival-runner FILE]

FOLDER holds series files (see docs/forecasting.md) named *.csv.gz; their models are scored on the test
parts: sMAPE, MASE, OWA against naive2, coverage, width and MSIS of the intervals at LEVELS, and time for a
series, intervals included, on one thread. Series with fewer than 12 train values are left out. Files of
one origin for each series are also given to other people's forecasters, the same series: those of
bench/forecasters.py where PYTHON has their libraries, and of a script FILE that runs statsforecast on
one such file, for models named statsforecast.NAME. Then each of RATIO_MODELS beside each rival on the
series that both scored: ratios of MASE and of MSIS (ours over theirs) with paired bootstrap errors,
coverage and times. Every figure is made by bench/scores.py from the rows that both sides wrote. Our times
are wall times; a rival's are what its runner says, processor time of bench/forecasters.py.
Prints the tables of docs/performance.md.
"""

import argparse
import collections
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import forecasters
import ratio
import scores
from ratio import show

LEVELS = ("80", "90", "95")
MIN_LENGTH = "12"
RATIO_MODELS = ("auto", "ensemble")
RATIO_LEVEL = "90"
STATSFORECAST = ("AutoETS", "AutoTheta", "AutoCES", "Ensemble")
# Sets of long series, of which a rival may need half a minute each: fewer of them, where there are rivals.
FEWER = {"m4_hourly_open": 8, "nn5_daily": 12}
# One of our models beside one of theirs on one file; milliseconds for a series of each.
Pair = collections.namedtuple("Pair", "compared own theirs")
Found = collections.namedtuple("Found", "means pairs")  # on one file, by model and by pair of models
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--sets", help="names of files without .csv.gz; all by default")
    parser.add_argument("--models")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--rival-python", type=pathlib.Path, default=CACHE / "shelduck/rivals/bin/python")
    parser.add_argument("--rival-models", help="all that can be run by default; an empty word for none")
    parser.add_argument("--rival-runner", type=pathlib.Path)
    return parser.parse_args()


def rival_models(options):
    if options.rival_models is not None:
        return [name for name in options.rival_models.split(",") if name]
    if not options.rival_python.exists():
        folder = options.rival_python.parent.parent
        print(f"other people's forecasters are left out; to have them beside ours:\n"
              f"    python3 -m venv {folder} && {folder}/bin/pip install {forecasters.INSTALL}", file=sys.stderr)
        return []
    of_runner = STATSFORECAST if options.rival_runner else ()
    return [*forecasters.MODELS, *(f"statsforecast.{name}" for name in of_runner)]


def told(words):
    """What a program prints, and the last line of its complaints where it fails."""
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode == 0:
        return done.stdout, ""
    return "", (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]


class Side:
    """The models of one program on one file: their scores, and milliseconds for a series."""

    def __init__(self, file, milliseconds, prefix=""):
        self.models = {prefix + name: model for name, model in file.models.items()}
        self.milliseconds = {prefix + name: value for name, value in milliseconds.items()}


def common_words(options, limit):
    words = ["--min-length", MIN_LENGTH, "--level", ",".join(LEVELS), "--scores", options.folder / "scores.csv"]
    return words + (["--limit", str(limit)] if limit else [])


def own_side(options, file, limit):
    """Our side, our rows of naive2, and what went wrong."""
    words = [options.build / "bin/shelduck", "forecast", "evaluate", file, "--threads", "1", "--json"]
    words += ["--models", options.models] if options.models else []
    output, reason = told(words + common_words(options, limit))
    if reason:
        return None, None, reason
    found = scores.read(options.folder / "scores.csv", LEVELS)
    milliseconds = {model["model"]: model["milliseconds_per_series"] for model in json.loads(output)["models"]}
    return Side(found, milliseconds), found.rows[scores.YARDSTICK], ""


def runs_of(options):
    """(command, prefix of the names in its rows): one for all of bench/forecasters.py, one a model of the runner."""
    here = pathlib.Path(__file__).resolve().parent / "forecasters.py"
    listed = [name for name in options.rivals if name in forecasters.MODELS]
    runs = [([here, "--models", ",".join(listed)], "")] if listed else []
    for name in options.rivals:
        library, model = name.split(".", 1)
        if library == "statsforecast" and options.rival_runner:
            runs.append(([options.rival_runner, "--model", model], "statsforecast."))
        elif name not in forecasters.MODELS:
            raise SystemExit(f"--rival-models {name}: one of {', '.join(forecasters.MODELS)}, "
                             "or statsforecast.NAME with --rival-runner")
    return runs


def rival_sides(options, file, limit, yardstick):
    for (program, *words), prefix in runs_of(options):
        output, reason = told([options.rival_python, program, file, *words, *common_words(options, limit)])
        if reason:
            print(f"{file.name}: {pathlib.Path(program).name}: {reason}", file=sys.stderr)
            continue
        lines = [json.loads(line) for line in output.splitlines()]
        yield Side(scores.read(options.folder / "scores.csv", LEVELS, yardstick),
                   {line["model"]: line["ms_per_series"] for line in lines}, prefix)


def figure(value, digits):
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def geometric_mean(values):
    """Shown; "-" where there is none."""
    values = list(values)
    is_defined = values and all(value > 0 for value in values)
    return figure(math.exp(statistics.fmean(map(math.log, values))) if is_defined else None, 3)


def show_side(name, side, yardstick):
    """Prints a row a model; {model: its OWA, and its coverage at each level}"""
    means = {}
    for model, series in side.models.items():
        found = [one for one in series.values() if one]
        levels = {measure: [scores.mean(series, measure, level) if ratio.has_intervals(series, level) else math.nan
                            for level in LEVELS] for measure in ("covered", "width", "msis")}
        means[model] = [scores.owa(series, yardstick), *levels["covered"]]
        show(name, len(found), model, figure(scores.mean(series, "smape"), 3),
             figure(scores.mean(series, "mase"), 4), figure(means[model][0], 3),
             *(figure(value, 3 if measure == "covered" else 2) for measure in levels for value in levels[measure]),
             sum(one.failed for one in found), figure(side.milliseconds[model], 3))
    return means


def file_pairs(own, rival):
    found = {}
    for ours in filter(own.models.__contains__, RATIO_MODELS):
        for theirs, model in rival.models.items():
            if compared := ratio.compare(own.models[ours], model, RATIO_LEVEL):
                found[ours, theirs] = Pair(compared, own.milliseconds[ours], rival.milliseconds[theirs])
    return found


def show_file(options, file):
    """Prints the rows of a file; nothing where it cannot be evaluated."""
    name = file.name.removesuffix(".csv.gz")
    limit = options.limit
    if options.rivals and limit:
        limit = min(limit, FEWER.get(name, limit))
    own, plain, reason = own_side(options, file, limit)
    if reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return None
    yardstick = own.models[scores.YARDSTICK]
    means, pairs = show_side(name, own, yardstick), {}
    for rival in rival_sides(options, file, limit, plain):
        means |= show_side(name, rival, yardstick)
        pairs |= file_pairs(own, rival)
    return Found(means, pairs)


def show_means(by_set):
    """A row a model: the geometric mean of OWA over the sets, and the mean coverage at each level."""
    print()
    show("over the sets", "sets", "OWA, geometric mean", *(f"covered {level} %, mean" for level in LEVELS))
    show(*["---"] * (3 + len(LEVELS)))
    for model in dict.fromkeys(model for found in by_set.values() for model in found.means):
        owa, *covered = zip(*(found.means[model] for found in by_set.values() if model in found.means))
        show(model, len(owa), geometric_mean(owa),
             *(figure(statistics.fmean(shares), 3) for shares in covered))


def show_matrix(title, ours, by_set, cells):
    """A row a set, a column a rival; `cells` gives ours and theirs. Ratios end with their geometric mean."""
    rows = {name: {theirs: pair for (own, theirs), pair in pairs.items() if own == ours}
            for name, pairs in by_set.items()}
    rows = {name: row for name, row in rows.items() if row}
    rivals = dict.fromkeys(theirs for row in rows.values() for theirs in row)
    print()
    show(title, "series", ours, *rivals)
    show(*["---"] * (3 + len(rivals)))
    for name, row in rows.items():
        first = next(iter(row.values()))
        show(name, first.compared.series, cells(first)[0],
             *(cells(row[theirs])[1] if theirs in row else "" for theirs in rivals))
    if "ratio" in title:
        shown = [[cells(row[theirs])[1] for row in rows.values() if theirs in row] for theirs in rivals]
        show("geometric mean", "", "", *(geometric_mean(float(cell.split()[0]) for cell in column if cell != "-")
                                         for column in shown))


def show_pairs(by_set):
    for ours in dict.fromkeys(ours for pairs in by_set.values() for ours, _ in pairs):
        show_matrix("MASE, ratio", ours, by_set, lambda pair: (pair.compared.mase, pair.compared.mase_ratio))
        show_matrix(f"MSIS at {RATIO_LEVEL} %, ratio", ours, by_set,
                    lambda pair: (pair.compared.msis, pair.compared.msis_ratio))
        show_matrix(f"covered at {RATIO_LEVEL} %", ours, by_set,
                    lambda pair: (pair.compared.covered, pair.compared.their_covered))
        show_matrix("ms each", ours, by_set, lambda pair: (figure(pair.own, 2), figure(pair.theirs, 2)))


def main():
    options = arguments()
    options.rivals = rival_models(options)
    headings = [f"{measure} {level} %" for measure in ("covered", "width", "MSIS") for level in LEVELS]
    columns = ["set", "series", "model", "sMAPE", "MASE", "OWA", *headings, "failed", "ms each"]
    show(*columns)
    show(*["---"] * len(columns))
    wanted = options.sets.split(",") if options.sets else None
    found = {}
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        options.folder = pathlib.Path(folder)
        for file in sorted(options.data.glob("*.csv.gz")):
            name = file.name.removesuffix(".csv.gz")
            if (wanted is None or name in wanted) and (of_file := show_file(options, file)):
                found[name] = of_file
    show_means(found)
    show_pairs({name: of_file.pairs for name, of_file in found.items()})
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
