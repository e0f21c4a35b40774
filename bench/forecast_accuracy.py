#!/usr/bin/env python3
"""Accuracy of the models on folders of series, with other people's in the same run.

    bench/forecast_accuracy.py --data FOLDER [--sets A,B] [--build build/release] [--models A,B] [--limit N,SET=N]
                      [--rival-python PYTHON] [--rival-models darts.AutoARIMA,statsforecast.AutoETS]
                      [--rival-runner FILE] [--rival-limit N,SET=N] [--kept FOLDER]

FOLDER holds series files (see docs/forecasting.md) named *.csv.gz; their models are scored on the test
parts: sMAPE, MASE, OWA against naive2, coverage, width and MSIS of the intervals at LEVELS, and time for a
series, intervals included, on one thread. Series with fewer than 12 train values are left out. Files of
one origin for each series are also given to other people's forecasters, the same series: those of
bench/forecasters.py where PYTHON has their libraries, and of a script FILE that runs statsforecast on
one such file, for models named statsforecast.NAME. Then each of RATIO_MODELS beside each rival on the
series that both scored: ratios of MASE, of OWA and of MSIS (ours over theirs) with paired bootstrap errors,
coverage and times; "best of them" is the ratio of MSIS to the rival that has the lowest on a set. And the
coverage of STEPS_MODEL step by step, over the sets. A rival needs hours and its rows do not change with our
models: they are kept in FOLDER (--kept), and taken from there where they are; kept rows have no time. Where
a rival has fewer series of a set (--rival-limit, or rows kept of fewer), RATIO_MODELS have a row of these
alone beside it. Every figure is made by bench/scores.py from the rows that both sides wrote. Times are
processor times; bench/forecast_speed.py is the place to compare them. Prints the tables of docs/performance.md and
docs/accuracy.md.
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
STEPS_MODEL = "auto"
STATSFORECAST = ("AutoETS", "AutoTheta", "AutoCES", "Ensemble")
# Sets of long series, of which a rival may need half a minute each: fewer of them, where there are rivals.
FEWER = {"m4_hourly_open": 8, "nn5_daily": 12}
# One of our models beside one of theirs on one file; milliseconds for a series of each.
Pair = collections.namedtuple("Pair", "compared owa own theirs")
# On one file: by model, by pair of models, and what scores.covered_by_step says of STEPS_MODEL.
Found = collections.namedtuple("Found", "means pairs steps")
# Runs a script with the clock of the processor in place of the one that it asks.
PROCESSOR_TIME = ("import runpy, sys, time; time.perf_counter = time.process_time; sys.argv = sys.argv[1:]; "
                  "runpy.run_path(sys.argv[0], run_name='__main__')")
# What is run for a rival: PYTHON program FILE words; prefix: of the names in its rows.
Run = collections.namedtuple("Run", "program words name prefix")
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--sets", help="names of files without .csv.gz; all by default")
    parser.add_argument("--models")
    parser.add_argument("--limit", type=limits, default={}, help="series of a set: 40,m3_monthly=500; 0 for all")
    parser.add_argument("--rival-python", type=pathlib.Path, default=CACHE / "shelduck/rivals/bin/python")
    parser.add_argument("--rival-models", help="all that can be run by default; an empty word for none")
    parser.add_argument("--rival-runner", type=pathlib.Path)
    parser.add_argument("--rival-limit", type=limits, default={}, help="series of a set for rivals alone")
    parser.add_argument("--kept", type=pathlib.Path)
    return parser.parse_args()


def limits(text):
    """Of sets by their names, and of the others under ""."""
    return {name: int(number) for name, _, number in (word.rpartition("=") for word in text.split(","))}


def how_to_install(python):
    folder = python.parent.parent
    return (f"to have them beside ours:\n"
            f"    python3 -m venv {folder} && {folder}/bin/pip install {forecasters.INSTALL}")


def rival_models(options):
    if options.rival_models is not None:
        return [name for name in options.rival_models.split(",") if name]
    if not options.rival_python.exists():
        print(f"other people's forecasters are left out; {how_to_install(options.rival_python)}", file=sys.stderr)
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

    def __init__(self, models, milliseconds, prefix=""):
        self.models = {prefix + name: model for name, model in models.items()}
        self.milliseconds = {prefix + name: value for name, value in milliseconds.items()}

    def of(self, names):
        """The same, of these series alone: kept rows may be of more."""
        return Side({model: {name: one for name, one in series.items() if name in names}
                     for model, series in self.models.items()}, self.milliseconds)

    def of_models(self, names, suffix):
        """Those of `names`, each with the suffix at its name; the times are of all series."""
        named = [name for name in names if name in self.models]
        return Side({name + suffix: self.models[name] for name in named},
                    {name + suffix: self.milliseconds[name] for name in named})


def common_words(out, limit):
    words = ["--min-length", MIN_LENGTH, "--level", ",".join(LEVELS), "--scores", out]
    return words + (["--limit", str(limit)] if limit else [])


def own_side(options, file, limit):
    """Our side, our rows, and what went wrong."""
    out = options.folder / "scores.csv"
    words = [options.build / "bin/shelduck", "forecast", "evaluate", file, "--threads", "1", "--json"]
    words += ["--models", options.models] if options.models else []
    output, reason = told(words + common_words(out, limit))
    if reason:
        return None, None, reason
    found = scores.read(out, LEVELS)
    return Side(found.models, own_milliseconds(output)), found.rows, ""


def own_milliseconds(answer):
    """Processor time of a series by model, of what `forecast evaluate --json` says."""
    return {model["model"]: 1000 * model["processor_seconds"] / max(1, model["series"] + model["excluded"])
            for model in json.loads(answer)["models"]}


def run_of_runner(options, model):
    return Run(["-c", PROCESSOR_TIME, options.rival_runner], ["--model", model], f"statsforecast.{model}",
               "statsforecast.")


def runs_of(options):
    """Of all of bench/forecasters.py one run, of the runner one for each model."""
    here = pathlib.Path(__file__).resolve().parent / "forecasters.py"
    listed = [name for name in options.rivals if name in forecasters.MODELS]
    runs = [Run([here], ["--models", ",".join(listed)], "+".join(listed), "")] if listed else []
    for name in options.rivals:
        library, model = name.split(".", 1)
        if library == "statsforecast" and options.rival_runner:
            runs.append(run_of_runner(options, model))
        elif name not in forecasters.MODELS:
            raise SystemExit(f"--rival-models {name}: one of {', '.join(forecasters.MODELS)}, "
                             "or statsforecast.NAME with --rival-runner")
    return runs


def kept(folder, file, name, limit):
    """Where the rows of a run and what it printed are kept: those of the whole set where they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    stems = [folder / f"{file.name.removesuffix('.csv.gz')}.{count}.{name}" for count in (0, limit or 0)]
    stem = next((stem for stem in stems if is_kept(stem)), stems[-1])
    return stem, stem.with_name(stem.name + ".csv"), stem.with_name(stem.name + ".json")


def is_kept(stem):
    return stem.with_name(stem.name + ".json").exists()


def rival_side(options, file, limit, run, yardstick):
    """One run's, kept or made now; None where it fails."""
    stem, rows, said = kept(options.kept or options.folder, file, run.name, limit)
    is_old = is_kept(stem)
    if not is_old and (reason := rows_made(options, file, limit, run, (rows, said))):
        print(f"{file.name}: {run.name}: {reason}", file=sys.stderr)
        return None
    lines = [json.loads(line) for line in said.read_text(encoding="utf-8").splitlines()]
    milliseconds = {line["model"]: math.nan if is_old else line["ms_per_series"] for line in lines}
    return Side(scores.read(rows, LEVELS, yardstick).models, milliseconds, run.prefix).of(yardstick)


def rows_made(options, file, limit, run, into):
    """Why a run failed; its rows and what it said are in the two files of `into` where it did not."""
    rows, said = into
    output, reason = told([options.rival_python, *run.program, file, *run.words, *common_words(rows, limit)])
    if not reason:
        said.write_text(output, encoding="utf-8")
    return reason


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
                owa = scores.owa_ratio(own.models[ours], model, own.models[scores.YARDSTICK])
                found[ours, theirs] = Pair(compared, owa, own.milliseconds[ours], rival.milliseconds[theirs])
    return found


def limit_of(options, name):
    limit = options.limit.get(name, options.limit.get(""))
    if options.rivals and limit and name not in options.limit:
        return min(limit, FEWER.get(name, limit))
    return limit


def show_file(options, file):
    """Prints the rows of a file; nothing where it cannot be evaluated."""
    name = file.name.removesuffix(".csv.gz")
    limit = limit_of(options, name)
    own, rows, reason = own_side(options, file, limit)
    if reason:
        print(f"{name}: {reason}", file=sys.stderr)
        return None
    yardstick = own.models[scores.YARDSTICK]
    means, pairs, samples = show_side(name, own, yardstick), {}, {}
    for run in runs_of(options):
        if rival := rival_side(options, file, rival_limit_of(options, name, limit), run, rows[scores.YARDSTICK]):
            means |= show_side(name, rival, yardstick)
            pairs |= file_pairs(own, rival)
            samples |= dict.fromkeys(map(names_of, rival.models.values()))
    for names in sorted(samples, key=len):
        if names < names_of(yardstick):
            show_side(name, own.of(names).of_models(RATIO_MODELS, ", of these"), yardstick)
    return Found(means, pairs, scores.covered_by_step(rows.get(STEPS_MODEL, {}), RATIO_LEVEL))


def rival_limit_of(options, name, limit):
    return options.rival_limit.get(name, options.rival_limit.get("")) or limit


def names_of(model):
    return frozenset(name for name, one in model.items() if one)


def show_means(by_set):
    """A row a model: the geometric mean of OWA over the sets, and the mean coverage at each level."""
    print()
    show("over the sets", "sets", "OWA, geometric mean", *(f"covered {level} %, mean" for level in LEVELS))
    show(*["---"] * (3 + len(LEVELS)))
    for model in dict.fromkeys(model for found in by_set.values() for model in found.means):
        owa, *covered = zip(*(found.means[model] for found in by_set.values() if model in found.means))
        show(model, len(owa), geometric_mean(owa),
             *(figure(statistics.fmean(shares), 3) for shares in covered))


def of_cell(cell):
    """The ratio and its error, of what is shown."""
    return tuple(float(word) for word in cell.split(" +- "))


def best_of_them(row):
    """Beside the best of the rivals our ratio is the highest."""
    return max((cell for cell in row if cell not in ("", "-")), key=of_cell, default="")


def mean_cell(column):
    found = [of_cell(cell) for cell in column if cell not in ("", "-")]
    return ratio.shown(*scores.mean_of_ratios(found)) if found and all(one > 0 for one, _ in found) else "-"


def show_matrix(title, ours, by_set, cells):
    """A row a set, a column a rival; `cells` gives ours and theirs. Ratios end with their geometric mean."""
    rows = {name: {theirs: pair for (own, theirs), pair in pairs.items() if own == ours}
            for name, pairs in by_set.items()}
    rows = {name: row for name, row in rows.items() if row}
    rivals = dict.fromkeys(theirs for row in rows.values() for theirs in row)
    shown = {name: [cells(row[theirs])[1] if theirs in row else "" for theirs in rivals]
             for name, row in rows.items()}
    has_best = title.startswith("MSIS") and len(rivals) > 1
    if has_best:
        shown = {name: [*row, best_of_them(row)] for name, row in shown.items()}
    print()
    show(title, "series", ours, *rivals, *(["best of them"] if has_best else []))
    show(*["---"] * (3 + len(rivals) + has_best))
    for name, row in rows.items():
        first = next(iter(row.values()))
        show(name, first.compared.series, cells(first)[0], *shown[name])
    if "ratio" in title:
        show("geometric mean", "", "", *map(mean_cell, zip(*shown.values())))


def owa_cells(pair):
    return "", ratio.shown(*pair.owa)


def show_pairs(by_set):
    for ours in dict.fromkeys(ours for pairs in by_set.values() for ours, _ in pairs):
        show_matrix("MASE, ratio", ours, by_set, lambda pair: (pair.compared.mase, pair.compared.mase_ratio))
        show_matrix("OWA, ratio", ours, by_set, owa_cells)
        show_matrix(f"MSIS at {RATIO_LEVEL} %, ratio", ours, by_set,
                    lambda pair: (pair.compared.msis, pair.compared.msis_ratio))
        show_matrix(f"covered at {RATIO_LEVEL} %", ours, by_set,
                    lambda pair: (pair.compared.covered, pair.compared.their_covered))
        if any(not math.isnan(pair.theirs) for pairs in by_set.values() for pair in pairs.values()):
            show_matrix("ms each", ours, by_set, lambda pair: (figure(pair.own, 2), figure(pair.theirs, 2)))


def show_steps(by_set):
    """A row a step: the share of the truths of all sets that reach so far, and the sets that hold least and most."""
    steps = sorted({step for found in by_set.values() for step in found})
    if not steps:
        return
    print()
    show(f"step, `{STEPS_MODEL}`", "sets", "truths", f"covered at {RATIO_LEVEL} %", "mean over sets", "least", "most")
    show(*["---"] * 7)
    for step in steps:
        held = {name: found[step] for name, found in by_set.items() if step in found}
        shares = {name: covered / truths for name, (covered, truths) in held.items()}
        covered, truths = (sum(column) for column in zip(*held.values()))
        show(step, len(held), truths, figure(covered / truths, 3), figure(statistics.fmean(shares.values()), 3),
             *(f"{figure(shares[name], 3)} {name}" for name in (min(shares, key=shares.get),
                                                               max(shares, key=shares.get))))


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
    show_steps({name: of_file.steps for name, of_file in found.items()})
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
