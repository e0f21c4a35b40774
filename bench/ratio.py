#!/usr/bin/env python3
"""Two forecasters on the same series, from the rows that both wrote with --scores.

    shelduck forecast evaluate FILE --models auto --level 90 --scores own.csv
    bench/ratio.py own.csv rival.csv [--level 90]

For each model of the first file and each of the second, on the series that both scored (scores.py):
mean MASE of each, their ratio and its paired bootstrap error (1000 draws over series, seed 1), coverage
of each at the level, their MSIS with the ratio of those, and how many series failed.
Prints rows for the tables in docs/performance.md.
"""

import argparse
import collections

import scores

HEADINGS = ("ours", "theirs", "series", "MASE", "theirs", "ratio", "covered", "theirs", "MSIS", "theirs", "ratio",
            "failed", "theirs")
Comparison = collections.namedtuple("Comparison", "series mase their_mase mase_ratio covered their_covered "
                                                  "msis their_msis msis_ratio failed their_failed")  # as shown


def shown(found, error):
    return f"{found:.3f} +- {error:.3f}"


def with_error(both):
    return shown(*scores.ratio(both))


def has_intervals(model, level):
    """A model that gives points alone has no figures of intervals, though naive2 could stand in."""
    return scores.mean(model, "without", level) < 1


def compare(own, rival, level):
    """None where no series is scored by both."""
    names = [name for name in own if scores.scored(own[name]) and scores.scored(rival.get(name))]
    if not names:
        return None

    def both(measure, digits, of_level=None):
        return [f"{scores.mean(model, measure, of_level, names):.{digits}f}"
                if of_level is None or has_intervals(model, of_level) else "-" for model in (own, rival)]

    msis = both("msis", 2, level)
    return Comparison(len(names), *both("mase", 4), with_error(scores.pairs(own, rival, "mase")),
                      *both("covered", 3, level), *msis,
                      "-" if "-" in msis else with_error(scores.pairs(own, rival, "msis", level)),
                      *(sum(model[name].failed for name in names) for model in (own, rival)))


def show(*row):
    print("| " + " | ".join(str(cell) for cell in row) + " |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("own")
    parser.add_argument("rival")
    parser.add_argument("--level", default="90", help="as in the names of the columns: 90, 99_5")
    options = parser.parse_args()
    own = scores.read(options.own, [options.level])
    rival = scores.read(options.rival, [options.level], own.rows.get(scores.YARDSTICK))
    show(*HEADINGS)
    show(*["---"] * len(HEADINGS))
    for own_name, ours in own.models.items():
        for rival_name, theirs in rival.models.items():
            if found := compare(ours, theirs, options.level):
                show(own_name, rival_name, *found)


if __name__ == "__main__":
    main()
