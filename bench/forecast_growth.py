#!/usr/bin/env python3
"""How the cost of a forecast grows with the length of a series, its season and the number of series.

    bench/forecast_growth.py [--models A,B] [--build build/release] [--extremes]

Series are drawn, always the same: a level that wanders, a season, noise. Milliseconds are processor time of
fit, forecast and intervals (80, 95 %) of one series on one thread, as `shelduck forecast evaluate` tells it;
for the number of series the whole `shelduck forecast` with its start, and the memory that it took at most.
--extremes: in place of these a million series of three values, and one of ten million values.
Prints the tables of docs/performance.md.
"""

import argparse
import math
import os
import pathlib
import random
import subprocess
import tempfile
import time

import forecast_accuracy

LENGTHS = (64, 256, 1024, 4096, 16384)
SEASONS = (1, 4, 12, 24, 168)
COUNTS = (100, 1000, 10_000, 100_000)
STEPS = 12
REPEATED = 5  # series of each length and season
EXTREMES = (("a million series of three values", 1_000_000, 3, ("auto",)),
            ("one series of ten million values", 1, 10_000_000, ("auto", "ses")))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--models", default="ses,theta,ces,exponential_smoothing,auto_arima,nlinear,"
                                            "prophet,mstl,auto")
    parser.add_argument("--build", default="build/release", type=pathlib.Path)
    parser.add_argument("--extremes", action="store_true")
    return parser.parse_args()


def drawn(rng, length, season):
    level = 100.0
    for t in range(length):
        level += rng.gauss(0, 0.3)
        yield level + 12 * math.sin(2 * math.pi * t / season if season > 1 else 0) + rng.gauss(0, 2)


def write_series(file, count, length, season):
    rng = random.Random(7)
    with open(file, "w", encoding="utf-8") as out:
        out.write("unique_id,ds,y,split,horizon,period\n")
        for series in range(count):
            for t, value in enumerate(drawn(rng, length + STEPS, season)):
                part = "train" if t < length else "test"
                out.write(f"s{series},{t + 1},{value:.4f},{part},{STEPS},{season}\n")


def milliseconds(options, file, season):
    """By model."""
    done = subprocess.run([options.build / "bin/shelduck", "forecast", "evaluate", file, "--models",
                           options.models, "--season", str(season), "--threads", "1", "--json"],
                          check=True, capture_output=True, text=True)
    return forecast_accuracy.own_milliseconds(done.stdout)


def show_table(options, heading, places, folder):
    """`places` are pairs of a length and a season; `heading` names what differs."""
    names = options.models.split(",")
    print(f"| {heading} | " + " | ".join(f"`{name}`" for name in names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for name, length, season in places:
        file = folder / "series.csv"
        write_series(file, REPEATED, length, season)
        found = milliseconds(options, file, season)
        print(f"| {name} | " + " | ".join(f"{found[model]:.2f}" for model in names) + " |", flush=True)


def forecast(options, folder, file, *words):
    """Seconds on the wall and of the processor, and MB at most, of `shelduck forecast`."""
    begin = time.perf_counter()
    process = subprocess.Popen([options.build / "bin/shelduck", "forecast", file, *words, "--quiet", "--out",
                                folder / "out.csv"], stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"the forecast of {file.name} ended with {process.returncode}")
    (folder / "out.csv").unlink()
    return time.perf_counter() - begin, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def show_counts(options, folder):
    print("| series of 36 values | seconds | processor, s | of a series, ms | memory, MB |\n|---|---|---|---|---|")
    for count in COUNTS:
        file = folder / "many.csv"
        write_series(file, count, 36, 12)
        seconds, spent, memory = forecast(options, folder, file, "--model", "theta", "--threads", "1")
        print(f"| {count} | {seconds:.2f} | {spent:.2f} | {1000 * spent / count:.3f} | {memory:.0f} |", flush=True)


def write_plain(file, count, length):
    with open(file, "w", encoding="utf-8") as out:
        out.write("unique_id,ds,y\n")
        for series in range(count):
            out.writelines(f"s{series},{t},{t * 7919 % 1000 + t % 24 + series % 9}\n" for t in range(1, length + 1))


def show_extremes(options, folder):
    print("| input of `shelduck forecast` | model | seconds | processor, s | memory, MB |\n|---|---|---|---|---|")
    for name, count, length, models in EXTREMES:
        file = folder / "extreme.csv"
        write_plain(file, count, length)
        size = file.stat().st_size / 1e6
        for model in models:
            seconds, spent, memory = forecast(options, folder, file, "--model", model, "--horizon", "1", "--season",
                                              "1", "--level", "90", "--threads", "2")
            print(f"| {name}, {size:.0f} MB of CSV | `{model}` | {seconds:.1f} | {spent:.1f} | {memory:.0f} |",
                  flush=True)


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as name:
        folder = pathlib.Path(name)
        if options.extremes:
            return show_extremes(options, folder)
        show_table(options, "values, season of 12", [(n, n, 12) for n in LENGTHS], folder)
        print()
        show_table(options, "season, 1000 values", [(m, 1000, m) for m in SEASONS], folder)
        print()
        return show_counts(options, folder)


if __name__ == "__main__":
    main()
