#!/usr/bin/env python3
"""Other people's forecasters on one file of series: Darts' and Prophet's, in one process on one core.

    PYTHON bench/forecasters.py FILE.csv.gz [--models darts.AutoARIMA,...] [--limit N] [--min-length N]
                                [--level 80,90,95] [--scores FILE.csv]

PYTHON has the libraries installed (INSTALL below). Prints a line of JSON for each model (model, series,
failed, seconds and milliseconds of processor time for a series, fit and intervals included, warmed up on
two series), and writes the rows that `shelduck forecast evaluate --scores` writes, of the same series.
One origin: the end of the train part. Missing train values are filled linearly, those at the start cut.

darts.ExponentialSmoothing  additive trend and season of the file's period, intervals from 500 paths
darts.AutoARIMA             season of the file's period, its own quantiles
darts.FourTheta             the form of least fitted error (`select_best_model`); gives no intervals
darts.LightGBMModel         one model for all series: seasonal differences (of a step without a season) in units
                            of their mean size, LAGS, a model for each quantile, 500 paths
prophet.Prophet             as it is; the season of a year with the waves that quarters and months can tell apart
Dates are made up where a file counts 1, 2, 3; the word of its name says in which step.
"""

import argparse
import csv
import gzip
import json
import logging
import math
import os
import resource
import sys
import warnings
from collections import namedtuple

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

# Darts 0.41's theta needs a statsmodels in which `initialization_method` may be left out.
INSTALL = "u8darts==0.41.0 prophet==1.5.0 statsforecast==2.1.1 lightgbm==4.7.0 'statsmodels<0.15'"
FREQUENCIES = {"yearly": "YS", "quarterly": "QS", "monthly": "MS", "weekly": "W", "daily": "D", "hourly": "h"}
# Fourier terms of Prophet's year: no more than so many values a year can tell apart; else its own choice.
WAVES_OF_YEAR = {"YS": False, "QS": 2, "MS": 6}
LAGS = {"YS": 4, "QS": 8, "MS": 18, "W": 52, "D": 14, "h": 48}  # as far as short series reach
FIRST_DATE = "1800-01-01"  # of made up dates: 460 years of them can be told in nanoseconds
PATHS = 500

# train: without gaps; scale: that of MASE, NaN where there is none.
Series = namedtuple("Series", "name train test scale")
Task = namedtuple("Task", "series period horizon frequency levels")
Forecast = namedtuple("Forecast", "point bounds")  # bounds: by level, pairs of lists


def filled(values):
    """From the first known value on, others on the line between their neighbours, the last one carried on."""
    known = [i for i, y in enumerate(values) if not math.isnan(y)]
    result = list(values)
    for left, right in zip(known, known[1:]):
        for i in range(left + 1, right):
            result[i] = values[left] + (values[right] - values[left]) * (i - left) / (right - left)
    result[known[-1]:] = [values[known[-1]]] * (len(values) - known[-1])
    return result[known[0]:]


def scale_of(values, period):
    pairs = [abs(new - old) for old, new in zip(values, values[period:])]
    return math.fsum(pairs) / len(pairs) if pairs else math.nan


def read(file, limit, min_length, levels):
    parts, first = {}, None
    with gzip.open(file, "rt", newline="", encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            first = first or row
            y = float(row["y"]) if row["y"] else math.nan
            parts.setdefault(row["unique_id"], {"train": [], "test": []})[row["split"]].append(y)
    horizon, period = int(first["horizon"]), max(1, int(first["period"]))
    if any(len(part["test"]) > horizon for part in parts.values()):
        raise SystemExit("more test rows than the horizon: one origin is forecast from")
    names = list(parts)
    if limit:
        names = names[::max(1, len(names) // limit)][:limit]
    series = []
    for name in names:
        train = parts[name]["train"]
        if len(train) >= min_length and not all(map(math.isnan, train)):
            train = filled(train)
            series.append(Series(name, train, parts[name]["test"], scale_of(train, period)))
    return Task(series, period, horizon, frequency_of(file, period), levels)


def frequency_of(file, period):
    words = os.path.basename(file).split(".")[0].split("_")
    named = [FREQUENCIES[word] for word in words if word in FREQUENCIES]
    return named[0] if named else {4: "QS", 12: "MS", 7: "D", 24: "h"}.get(period, "YS")


def shares(levels):
    """The quantiles of all levels and the median, rising."""
    tails = [round((100 - level) / 200, 6) for level in levels]
    return sorted([0.5, *tails, *(round(1 - tail, 6) for tail in tails)])


def of_quantiles(point, quantiles, levels):
    """`quantiles`: for each step one value for each of shares(levels)."""
    rising = [sorted(map(float, step)) for step in quantiles]
    at = {share: i for i, share in enumerate(shares(levels))}
    bounds = {}
    for level in levels:
        tail = round((100 - level) / 200, 6)
        bounds[level] = ([step[at[tail]] for step in rising], [step[at[round(1 - tail, 6)]] for step in rising])
    return Forecast([float(y) for y in point], bounds)


def attempt(forecast, *given):
    """None where it fails: a library may throw whatever it likes, and that is counted and told."""
    try:
        return forecast(*given)
    except Exception as error:  # noqa: BLE001
        print(f"{forecast.__name__}: {type(error).__name__}: {error}", file=sys.stderr)
        return None


def each(forecast):
    """A forecaster of one series, as one of all."""
    return lambda task: [attempt(forecast, series, task) for series in task.series]


def together(forecast):
    return lambda task: attempt(forecast, task) or [None] * len(task.series)


def timed(values):
    import numpy
    from darts import TimeSeries
    return TimeSeries.from_values(numpy.asarray(values, dtype=float))


def exponential_smoothing(series, task):
    import numpy
    from darts.models import ExponentialSmoothing
    from darts.utils.utils import SeasonalityMode
    is_seasonal = task.period > 1
    model = ExponentialSmoothing(seasonal=SeasonalityMode.ADDITIVE if is_seasonal else SeasonalityMode.NONE,
                                 seasonal_periods=task.period if is_seasonal else None)
    model.fit(timed(series.train))
    paths = model.predict(task.horizon, num_samples=PATHS, random_state=1).all_values()[:, 0, :]
    return of_quantiles(model.predict(task.horizon).values()[:, 0],
                        numpy.quantile(paths, shares(task.levels), axis=1).T, task.levels)


def auto_arima(series, task):
    from darts.models import AutoARIMA
    model = AutoARIMA(season_length=task.period, quantiles=shares(task.levels))
    model.fit(timed(series.train))
    found = model.predict(task.horizon, predict_likelihood_parameters=True).values()
    return of_quantiles(found[:, found.shape[1] // 2], found, task.levels)


def four_theta(series, task):
    from darts.models import FourTheta
    train = timed(series.train)
    model, *_ = FourTheta.select_best_model(train, m=task.period)
    model.fit(train)
    return Forecast([float(y) for y in model.predict(task.horizon).values()[:, 0]], {})


def lightgbm(task):
    import numpy
    from darts.models import LightGBMModel
    lags, season = LAGS[task.frequency], task.period
    changes = [numpy.subtract(series.train[season:], series.train[:-season]) for series in task.series]
    sizes = [numpy.abs(change).mean() or 1.0 for change in changes]
    scaled = [timed(change / size) for change, size in zip(changes, sizes)]
    model = LightGBMModel(lags=lags, likelihood="quantile", quantiles=shares(task.levels), random_state=1,
                          n_jobs=1, verbose=-1)
    model.fit([change for change in scaled if len(change) > lags])
    known = [i for i, change in enumerate(scaled) if len(change) >= lags]
    paths = model.predict(task.horizon, series=[scaled[i] for i in known], num_samples=PATHS)
    result = [None] * len(scaled)
    for i, path in zip(known, paths):
        levels = list(numpy.tile(task.series[i].train[-season:], (PATHS, 1)).T)
        for change in sizes[i] * path.all_values()[:, 0, :]:
            levels.append(levels[-season] + change)
        levels = numpy.asarray(levels[season:])
        result[i] = of_quantiles(numpy.median(levels, axis=1),
                                 numpy.quantile(levels, shares(task.levels), axis=1).T, task.levels)
    return result


def prophet(series, task):
    import numpy
    import pandas
    from prophet import Prophet
    steps = len(series.train) + task.horizon
    dates = pandas.date_range(FIRST_DATE, periods=steps, freq=task.frequency)
    numpy.random.seed(1)
    model = Prophet(yearly_seasonality=WAVES_OF_YEAR.get(task.frequency, "auto"))
    model.fit(pandas.DataFrame({"ds": dates[:len(series.train)], "y": series.train}))
    coming = pandas.DataFrame({"ds": dates[len(series.train):]})
    paths = model.predictive_samples(coming)["yhat"]
    model.uncertainty_samples = 0  # the paths are there; `predict` would draw them again
    return of_quantiles(model.predict(coming)["yhat"],
                        numpy.quantile(paths, shares(task.levels), axis=1).T, task.levels)


MODELS = {
    "darts.ExponentialSmoothing": each(exponential_smoothing),
    "darts.AutoARIMA": each(auto_arima),
    "darts.FourTheta": each(four_theta),
    "darts.LightGBMModel": together(lightgbm),
    "prophet.Prophet": each(prophet),
}


def spent():
    """Processor seconds, those of programs that a library started included."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def is_whole(forecast):
    numbers = [] if forecast is None else forecast.point + [y for pair in forecast.bounds.values()
                                                            for side in pair for y in side]
    return bool(numbers) and all(map(math.isfinite, numbers))


def rows_of(model, series, forecast, levels):
    for step, y in enumerate(series.test):
        row = {"model": model, "unique_id": series.name, "origin": 0, "step": step + 1, "y": y,
               "point": forecast.point[step] if forecast else None}
        for level in levels:
            pair = forecast.bounds.get(level) if forecast else None
            row |= {f"lower_{level}": pair[0][step] if pair else None,
                    f"upper_{level}": pair[1][step] if pair else None}
        yield row | {"scale": series.scale, "status": "ok" if forecast else "failed"}


def run(model, task, out):
    MODELS[model](task._replace(series=task.series[:2]))
    begin = spent()
    forecasts = [one if is_whole(one) else None for one in MODELS[model](task)]
    seconds = spent() - begin
    for series, forecast in zip(task.series, forecasts):
        for row in rows_of(model, series, forecast, task.levels):
            out.append({name: "" if y is None or y != y else y for name, y in row.items()})
    print(json.dumps({"model": model, "series": len(task.series),
                      "failed": sum(one is None for one in forecasts), "seconds": round(seconds, 3),
                      "ms_per_series": round(1000 * seconds / len(task.series), 3)}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("file")
    parser.add_argument("--models", default=",".join(MODELS))
    parser.add_argument("--limit", type=int)
    parser.add_argument("--min-length", type=int, default=0)
    parser.add_argument("--level", default="90")
    parser.add_argument("--scores")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    levels = [int(level) for level in options.level.split(",")]
    task = read(options.file, options.limit, options.min_length, levels)
    rows = []
    for model in options.models.split(","):
        run(model, task, rows)
    if options.scores:
        with open(options.scores, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
