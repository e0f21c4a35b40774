"""The one scorer: every figure of a forecaster, from the rows that it wrote with --scores.

    own = scores.read("own.csv", ["90"])          # shelduck forecast evaluate FILE --scores own.csv
    rival = scores.read("rival.csv", ["90"], own.rows["naive2"])
    scores.mean(own.models["auto"], "msis", "90")
    scores.ratio(scores.pairs(own.models["auto"], rival.models["Prophet"], "mase"))

A series is scored by a model where it has a scale and a truth. One that failed, or of which a point is
missing, is scored with the forecasts of our naive2 and counted; a missing interval is scored with
naive2's for width and MSIS, is not covered, and is counted. Figures are means over series of the
mean of a series, as `shelduck forecast evaluate --json` gives them.
"""

import collections
import csv
import math
import random
import statistics

YARDSTICK = "naive2"
DRAWS = 1000

Level = collections.namedtuple("Level", "covered width msis without")  # without: share of truths
Series = collections.namedtuple("Series", "smape mase levels failed")
File = collections.namedtuple("File", "models rows")  # by model and id


def number(text):
    return float(text) if text not in ("", None) else math.nan


def rows_of(path):
    rows = collections.defaultdict(lambda: collections.defaultdict(dict))
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows[row["model"]][row["unique_id"]][row["origin"], row["step"]] = row
    return rows


def bounds(row, level):
    if row is None:
        return math.nan, math.nan
    return number(row.get(f"lower_{level}")), number(row.get(f"upper_{level}"))


def has_bounds(pair):
    return not any(map(math.isnan, pair))


def smape_of(y, point):
    size = abs(y) + abs(point)
    return 200 * abs(y - point) / size if size > 0 else 0.0


def level_of(known, plain, level, scale):
    """Of one series; None where not even the yardstick has an interval."""
    miss = 2 / (1 - float(level.replace("_", ".")) / 100)
    covered, without, widths, scores = [], [], [], []
    for step, row in known.items():
        y, own = number(row["y"]), bounds(row, level)
        low, high = own if has_bounds(own) else bounds(plain.get(step), level)
        covered.append(own[0] <= y <= own[1])  # never where a bound is NaN
        without.append(not has_bounds(own))
        if has_bounds((low, high)):
            widths.append(high - low)
            scores.append(high - low + miss * max(low - y, 0) + miss * max(y - high, 0))
    if not widths:
        return None
    return Level(statistics.fmean(covered), statistics.fmean(widths) / scale, statistics.fmean(scores) / scale,
                 statistics.fmean(without))


def series_of(rows, plain, levels):
    """None without a scale or a truth."""
    scale = number(next(iter(rows.values()))["scale"])
    truths = {step: row for step, row in rows.items() if not math.isnan(number(row["y"]))}
    if not truths or not 0 < scale < math.inf:
        return None
    # A rival's failure has no numbers; ours has those of naive2 already, and says so.
    missing = any(math.isnan(number(row["point"])) for row in truths.values())
    failed = missing or any(row["status"] != "ok" for row in truths.values())
    if missing:
        if not truths.keys() <= plain.keys():
            raise SystemExit("a series has neither a forecast nor one of naive2 in its place")
        truths = {step: plain[step] for step in truths}
    errors = [(number(row["y"]), number(row["point"])) for row in truths.values()]
    return Series(statistics.fmean(smape_of(y, point) for y, point in errors),
                  statistics.fmean(abs(y - point) for y, point in errors) / scale,
                  {level: level_of(truths, plain, level, scale) for level in levels}, failed)


def read(path, levels, yardstick=None):
    """`yardstick`: our rows of naive2 by id, for a rival's file; by default those of the file itself."""
    rows = rows_of(path)
    plain = yardstick if yardstick is not None else rows.get(YARDSTICK, {})
    return File({model: {name: series_of(steps, plain.get(name, {}), levels) for name, steps in by_id.items()}
                 for model, by_id in rows.items()}, rows)


def value(series, measure, level=None):
    return getattr(series, measure) if level is None else getattr(series.levels[level], measure)


def scored(series, level=None):
    return series is not None and (level is None or series.levels[level] is not None)


def mean(model, measure, level=None, names=None):
    """Over the series of `names`, by default all that were scored."""
    values = [value(model[name], measure, level) for name in names or model if scored(model[name], level)]
    return statistics.fmean(values) if values else math.nan


def owa(model, yardstick):
    names = [name for name in model if scored(model[name]) and scored(yardstick.get(name))]
    shares = [mean(model, measure, names=names) / plain if (plain := mean(yardstick, measure, names=names)) > 0
              else math.nan for measure in ("smape", "mase")] if names else [math.nan]
    return statistics.fmean(shares)


def pairs(own, rival, measure, level=None):
    """Of the series that both scored."""
    return [(value(own[name], measure, level), value(rival[name], measure, level)) for name in own
            if scored(own[name], level) and scored(rival.get(name), level)]


def drawn(items, figure):
    """`figure` of `items`, and its standard deviation over draws of them with replacement (seed 1)."""
    chance = random.Random(1)
    return figure(items), statistics.stdev(figure(chance.choices(items, k=len(items))) for _ in range(DRAWS))


def shares_of(rows):
    """The first column's sum over the second's, and so on pair by pair."""
    sums = [math.fsum(column) for column in zip(*rows)]
    return [own / below if below > 0 else math.inf for own, below in zip(sums[::2], sums[1::2])]


def ratio(both):
    """The ratio of means, and its standard deviation over draws of series with replacement (seed 1)."""
    return drawn(both, lambda rows: shares_of(rows)[0])


def owa_ratio(own, rival, yardstick):
    """Of the series that all three scored, with its paired bootstrap error. Our OWA over theirs."""
    names = [name for name in own if all(scored(model.get(name)) for model in (own, rival, yardstick))]
    rows = [[getattr(model[name], measure) for own_or_rival in (own, rival) for measure in ("smape", "mase")
             for model in (own_or_rival, yardstick)] for name in names]

    def figure(some):
        shares = shares_of(some)
        return math.fsum(shares[:2]) / math.fsum(shares[2:])

    return drawn(rows, figure)


def covered_by_step(rows, level):
    """Of a model's rows by id: {step: (truths in their interval, truths)}. A bound that is missing holds none."""
    steps = collections.defaultdict(lambda: [0, 0])
    for of_series in rows.values():
        for row in of_series.values():
            if not math.isnan(y := number(row["y"])):
                low, high = bounds(row, level)
                steps[int(row["step"])][0] += low <= y <= high
                steps[int(row["step"])][1] += 1
    return {step: tuple(found) for step, found in steps.items()}


def mean_of_ratios(found):
    """The geometric mean of (ratio, error) and its error, the sets being drawn apart from each other."""
    centre = math.exp(statistics.fmean(math.log(ratio) for ratio, _ in found))
    return centre, centre * math.sqrt(math.fsum((error / ratio) ** 2 for ratio, error in found)) / len(found)
