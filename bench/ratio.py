#!/usr/bin/env python3
"""Two forecasters on the same series, from the rows that both wrote with --scores.

    shelduck forecast evaluate FILE --models auto --level 90 --scores own.csv
    bench/ratio.py own.csv rival.csv [--level 90]

For each model of the first file and each of the second: series that both scored (with a scale and a
truth), mean MASE of each, their ratio and its paired bootstrap error (1000 draws over series, seed 1),
and of both coverage and MSIS at the level. A series that failed counts as what stood in for it.
Prints rows for the tables in docs/performance.md.
"""

import argparse
import collections
import csv
import math
import random
import statistics

DRAWS = 1000

Series = collections.namedtuple("Series", "mase covered msis")


def number(text):
    return float(text) if text not in ("", "nan", None) else math.nan


def series_of(rows, level):
    """Means over the steps of one series; None without a scale or a truth."""
    scale = number(rows[0]["scale"])
    known = [row for row in rows if not math.isnan(number(row["y"])) and row["point"] not in ("", "nan")]
    if not known or not scale > 0:
        return None
    miss = 2 / (1 - float(level.replace("_", ".")) / 100)
    errors, covered, scores = [], [], []
    for row in known:
        y, low, high = number(row["y"]), number(row[f"lower_{level}"]), number(row[f"upper_{level}"])
        errors.append(abs(y - number(row["point"])) / scale)
        covered.append(low <= y <= high)
        scores.append((high - low + miss * max(low - y, 0) + miss * max(y - high, 0)) / scale)
    return Series(statistics.fmean(errors), statistics.fmean(covered), statistics.fmean(scores))


def models_of(path, level):
    rows = collections.defaultdict(lambda: collections.defaultdict(list))
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["model"]][row["unique_id"]].append(row)
    return {model: {name: series_of(of_series, level) for name, of_series in by_id.items()}
            for model, by_id in rows.items()}


def bootstrap_error(pairs):
    """Standard deviation of the ratio of means over draws of series with replacement."""
    chance = random.Random(1)
    ratios = []
    for _ in range(DRAWS):
        drawn = chance.choices(pairs, k=len(pairs))
        ratios.append(sum(own for own, _ in drawn) / sum(rival for _, rival in drawn))
    return statistics.stdev(ratios)


def show(own_name, own, rival_name, rival):
    both = [name for name in own if own[name] and rival.get(name)]
    if not both:
        return
    mean = {side: Series(*(statistics.fmean(getattr(values[name], field) for name in both)
                           for field in Series._fields))
            for side, values in (("own", own), ("rival", rival))}
    error = bootstrap_error([(own[name].mase, rival[name].mase) for name in both])
    cells = [own_name, rival_name, len(both), f"{mean['own'].mase:.4f}", f"{mean['rival'].mase:.4f}",
             f"{mean['own'].mase / mean['rival'].mase:.3f} +- {error:.3f}",
             f"{mean['own'].covered:.3f}", f"{mean['rival'].covered:.3f}",
             f"{mean['own'].msis:.2f}", f"{mean['rival'].msis:.2f}"]
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("own")
    parser.add_argument("rival")
    parser.add_argument("--level", default="90", help="as in the names of the columns: 90, 99_5")
    options = parser.parse_args()
    rivals = models_of(options.rival, options.level)
    for own_name, own in models_of(options.own, options.level).items():
        for rival_name, rival in rivals.items():
            show(own_name, own, rival_name, rival)


if __name__ == "__main__":
    main()
