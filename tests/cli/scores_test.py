#!/usr/bin/env python3
"""The scorer of bench/ against the figures of `forecast evaluate`, and against figures by hand."""

import gzip
import math
import pathlib
import subprocess
import sys

import command_line
from evaluate_test import HEADER, RISING, SeriesCase, rows

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import forecasters  # noqa: E402
import ratio  # noqa: E402
import scores  # noqa: E402
import forecast_speed  # noqa: E402

LEVELS = ["80", "90", "95"]
COLUMNS = "model,unique_id,origin,step,y,point,lower_80,upper_80,scale,status\n"


# Stands in for other people's programs: forecasts 3 for each series, with bounds for 80 % alone.
RIVAL = """
import csv, gzip, json, sys
words = dict(zip(sys.argv[2::2], sys.argv[3::2]))
with gzip.open(sys.argv[1], "rt") as file, open(words["--scores"], "w") as out:
    out.write("model,unique_id,origin,step,y,point,lower_80,upper_80,scale,status\\n")
    for row in csv.DictReader(file):
        if row["split"] == "test":
            out.write(f"Three,{row['unique_id']},0,{int(row['ds']) - 16},{row['y']},3,2,4,1,ok\\n")
print(json.dumps({"model": "Three", "series": 2, "ms_per_series": 7.5}))
"""


class BenchCase(SeriesCase):
    def bench(self, *words, program="forecast_accuracy.py"):
        return subprocess.run([sys.executable, BENCH / program, "--data", self.folder, "--build",
                               command_line.BUILD, *map(str, words)], capture_output=True, text=True, check=True,
                              env=self.environment, timeout=60)


class Scores(BenchCase):
    def written(self, name, *lines):
        path = self.folder / name
        path.write_text(COLUMNS + "".join(line + "\n" for line in lines), encoding="utf-8")
        return path

    def test_are_those_of_evaluate(self):
        # Whole series beside one without a scale, one with gaps, and one that is too short for most models.
        path = self.file(HEADER + RISING +
                         rows("wavy", [7 + t % 4 * (3 + t % 5) for t in range(40)], [9, 12, 8], period=4) +
                         rows("flat", [2] * 12, [2, 0, None, 2], horizon=4) +
                         rows("gaps", [*range(9), 3, None, 5], [4, None, 3], period=4) +
                         rows("short", [5, 3, 6, 2], [4, 4]))
        out = self.folder / "scores.csv"
        answer = self.shelduck("forecast", "evaluate", path, "--models", "ces,theta,auto", "--level", "80,90,95",
                               "--min-length", 4, "--scores", out, "--json").document
        self.assertTrue(any(model["failed"] for model in answer["models"]))
        own = scores.read(out, LEVELS)
        self.assertEqual(list(own.models), [model["model"] for model in answer["models"]])
        for told in answer["models"]:
            model = own.models[told["model"]]
            found = [series for series in model.values() if series]
            self.assertEqual((len(found), sum(one.failed for one in found)), (told["series"], told["failed"]))
            for measure in ("smape", "mase"):
                self.assertAlmostEqual(scores.mean(model, measure), told[measure], 9)
            self.assertAlmostEqual(scores.owa(model, own.models["naive2"]), told["owa"], 9)
            for level in told["levels"]:
                for ours, theirs in (("covered", "coverage"), ("width", "width"), ("msis", "msis")):
                    self.assertAlmostEqual(scores.mean(model, ours, str(level["level"])), level[theirs], 9)

    def test_a_rival_that_fails_is_scored_as_our_naive2_and_counted(self):
        own = scores.read(self.written("own.csv",
                                       "auto,a,0,1,10,11,9,12,2,ok", "auto,b,0,1,10,10,9,12,2,ok",
                                       "naive2,a,0,1,10,14,12,16,2,ok", "naive2,b,0,1,10,12,8,16,2,ok"), ["80"])
        rival = scores.read(self.written("rival.csv", "Theirs,a,0,1,10,,,,2,failed", "Theirs,b,0,1,10,12,,,2,ok"),
                            ["80"], own.rows["naive2"]).models["Theirs"]
        self.assertEqual([rival[name].failed for name in "ab"], [True, False])
        self.assertEqual([rival[name].mase for name in "ab"], [2, 1])
        # 80 %: a miss by 2 costs 20; naive2's interval stands in for width and MSIS, and never covers.
        for name, expected in (("a", (0, 2, 12, 0)), ("b", (0, 4, 4, 1))):
            for seen, by_hand in zip(rival[name].levels["80"], expected):
                self.assertAlmostEqual(seen, by_hand)
        found, error = scores.ratio(scores.pairs(own.models["auto"], rival, "mase"))
        self.assertEqual(found, (0.5 + 0) / (2 + 1))
        self.assertGreater(error, 0)
        compared = ratio.compare(own.models["auto"], rival, "80")
        self.assertEqual((compared.failed, compared.their_failed), (0, 1))

    def test_only_series_that_both_scored_make_a_ratio(self):
        own = scores.read(self.written("own.csv", "auto,a,0,1,10,11,9,12,2,ok", "auto,b,0,1,,10,9,12,2,ok",
                                       "auto,c,0,1,10,10,9,12,,ok", "auto,d,0,1,10,10,9,12,2,ok"), ["80"])
        rival = scores.read(self.written("rival.csv", *(f"Theirs,{name},0,1,10,12,9,13,2,ok" for name in "abc")),
                            ["80"], {})
        self.assertEqual(scores.pairs(own.models["auto"], rival.models["Theirs"], "mase"), [(0.5, 1)])

    def test_a_model_without_intervals_has_no_figures_of_them(self):
        own = scores.read(self.written("own.csv", "auto,a,0,1,10,11,9,12,2,ok", "naive2,a,0,1,10,14,8,16,2,ok",
                                       "auto,b,0,1,10,11,9,12,2,ok", "naive2,b,0,1,10,14,8,16,2,ok"), ["80"])
        rival = scores.read(self.written("rival.csv", "Points,a,0,1,10,12,,,2,ok", "Points,b,0,1,10,12,,,2,ok"),
                            ["80"], own.rows["naive2"])
        self.assertEqual(ratio.compare(own.models["auto"], rival.models["Points"], "80"),
                         (2, "0.5000", "1.0000", "0.500 +- 0.000", "1.000", "-", "1.50", "-", "-", 0, 0))

    def test_the_bench_shows_all_levels_and_ratios_beside_a_rival(self):
        text = HEADER + RISING + rows("falling", range(40, 24, -1), [23, 22, 22, 20])
        self.file(gzip.compress(text.encode()), "some.csv.gz")
        self.file(RIVAL, "rival.py")
        out = self.bench("--rival-python", sys.executable, "--rival-runner", self.folder / "rival.py",
                         "--rival-models", "statsforecast.Three", "--models", "ensemble,naive,drift").stdout
        scored, means, mase, owa, msis, covered, times = (part.splitlines() for part in out.split("\n\n"))
        self.assertEqual([line.split(" | ")[2] for line in scored[2:]],
                         ["ensemble", "naive", "drift", "naive2", "statsforecast.Three"])
        for measure in ("covered", "width", "MSIS"):
            for level in LEVELS:
                self.assertIn(f"| {measure} {level} % |", scored[0])
        self.assertEqual(scored[-1].split(" | ")[6:9], ["0.000", "-", "-"])  # 80, 90, 95 %
        self.assertRegex(means[2], r"^\| ensemble \| 1 \| [0-9.]+ \|( [01]\.[0-9]{3} \|){3}$")
        self.assertEqual(means[-1].split(" | ")[-3:], ["0.000", "-", "- |"])
        self.assertEqual(mase[0], "| MASE, ratio | series | ensemble | statsforecast.Three |")
        self.assertRegex(mase[2], r"^\| some \| 2 \| [0-9.]+ \| 0\.[0-9]+ \+- [0-9.]+ \|$")
        self.assertRegex(mase[3], r"^\| geometric mean \|  \|  \| 0\.[0-9]+ \+- [0-9.]+ \|$")
        self.assertRegex(owa[2], r"^\| some \| 2 \|  \| 0\.[0-9]+ \+- [0-9.]+ \|$")
        self.assertEqual([msis[2].split(" | ")[-1], covered[2].split(" | ")[-1]], ["- |", "- |"])  # none at 90 %
        self.assertEqual(times[2].split(" | ")[-1], "7.50 |")

    def test_the_bench_takes_rows_of_rivals_that_it_kept(self):
        text = HEADER + RISING + rows("falling", range(40, 24, -1), [23, 22, 22, 20])
        self.file(gzip.compress(text.encode()), "some.csv.gz")
        runner = self.file(RIVAL, "rival.py")
        rows_kept = self.folder / "kept"
        rows_kept.mkdir()
        words = ["--rival-python", sys.executable, "--rival-runner", runner, "--kept", rows_kept,
                 "--rival-models", "statsforecast.Three", "--models", "auto"]
        whole = self.bench(*words).stdout
        pathlib.Path(runner).unlink()
        self.assertIn("| some | 2 | statsforecast.Three |", whole)
        steps = whole.split("\n\n")[-1].splitlines()
        self.assertEqual([line.split(" | ")[:3] for line in steps[2:]], [[f"| {i}", "1", "2"] for i in range(1, 5)])
        # The rows of all series are there: of one of them the rival is not run either.
        self.assertIn("| some | 1 | statsforecast.Three |", self.bench(*words, "--limit", "some=1").stdout)

    def test_ratios_of_owa_and_their_mean_are_those_by_hand(self):
        own = scores.read(self.written("own.csv", "auto,a,0,1,10,11,,,2,ok", "auto,b,0,1,10,10,,,2,ok",
                                       "naive2,a,0,1,10,14,,,2,ok", "naive2,b,0,1,10,12,,,2,ok"), ["80"])
        rival = scores.read(self.written("rival.csv", "Theirs,a,0,1,10,12,,,2,ok", "Theirs,b,0,1,10,14,,,2,ok"),
                            ["80"], own.rows["naive2"]).models["Theirs"]
        plain = own.models["naive2"]
        found, error = scores.owa_ratio(own.models["auto"], rival, plain)
        self.assertAlmostEqual(found, scores.owa(own.models["auto"], plain) / scores.owa(rival, plain))
        self.assertGreater(error, 0)
        centre, error = scores.mean_of_ratios([(0.5, 0.03), (2, 0.16)])
        self.assertAlmostEqual(centre, 1)
        self.assertAlmostEqual(error, 0.05)  # sqrt(0.06^2 + 0.08^2) / 2

    def test_coverage_by_step_counts_truths(self):
        rows_of = scores.read(self.written("own.csv", "auto,a,0,1,10,11,9,12,2,ok", "auto,a,0,2,20,11,9,12,2,ok",
                                           "auto,b,0,1,10,11,,12,2,ok", "auto,b,0,2,,11,9,12,2,ok"), ["80"]).rows
        self.assertEqual(scores.covered_by_step(rows_of["auto"], "80"), {1: (1, 2), 2: (0, 1)})

    def test_the_bench_says_how_to_have_rivals(self):
        self.file(gzip.compress((HEADER + RISING).encode()), "some.csv.gz")
        done = self.bench("--models", "naive", "--rival-python", self.folder / "none/bin/python")
        self.assertIn(f"python3 -m venv {self.folder}/none && {self.folder}/none/bin/pip install u8darts==",
                      done.stderr)

    def test_a_sample_of_a_rival_has_rows_of_ours_beside_it(self):
        text = HEADER + RISING + rows("falling", range(40, 24, -1), [23, 22, 22, 20])
        self.file(gzip.compress(text.encode()), "some.csv.gz")
        self.file(RIVAL.replace('== "test"', '== "test" and row["unique_id"] == "rising"'), "rival.py")
        lines = self.bench("--rival-python", sys.executable, "--rival-runner", self.folder / "rival.py",
                           "--rival-models", "statsforecast.Three", "--models", "auto", "--rival-limit", 1).stdout
        scored = [line.split(" | ")[1:3] for line in lines.split("\n\n")[0].splitlines()[2:]]
        self.assertEqual(scored, [["2", "auto"], ["2", "naive2"], ["1", "statsforecast.Three"],
                                  ["1", "auto, of these"]])


class Speed(BenchCase):
    def test_a_row_has_both_scores_and_both_times_and_says_whether_it_counts(self):
        text = HEADER + RISING + rows("falling", range(40, 24, -1), [23, 22, 22, 20])
        self.file(gzip.compress(text.encode()), "m3_monthly.csv.gz")
        self.file(RIVAL.replace("80", "90"), "rival.py")
        rows_kept = self.folder / "kept"
        words = ["--rival-python", sys.executable, "--rival-runner", self.folder / "rival.py", "--kept", rows_kept,
                 "--sets", "m3_monthly", "--season", "1", "--pairs"]
        out = self.bench(*words, f"theta,{forecast_speed.THREE}", program="forecast_speed.py").stdout
        table, told = (part.splitlines() for part in out.split("\n\n"))
        self.assertEqual(table[0], "| " + " | ".join(forecast_speed.COLUMNS) + " |")
        theta, three = (dict(zip(("set", "series", "timed", "ours", "theirs", "season"), line[2:-2].split(" | ")))
                        | {"cells": line[2:-2].split(" | ")} for line in table[2:])
        self.assertEqual([theta[name] for name in ("set", "series", "timed", "ours", "theirs", "season")],
                         ["m3_monthly", "2", "2", "theta", "AutoTheta", "1 / 1"])
        self.assertRegex(" | ".join(theta["cells"][6:12]), r"^[0-9.]+ \| [0-9.]+ \| 0\.[0-9]+ \+- [0-9.]+ \| "
                                                           r"[0-9.]+ \| [0-9.]+ \| 0\.[0-9]+ \+- [0-9.]+$")
        self.assertEqual([one["cells"][13] for one in (theta, three)], ["7.500", "22.500"])  # three members
        self.assertEqual([one["cells"][15:] for one in (theta, three)], [["10", "yes"], ["20", "yes"]])
        self.assertRegex(told[0], r"^2 of 2 rows count, [012] of these reach their goal; load of the machine ")
        mean = scores.rows_of(rows_kept / "m3_monthly.0.statsforecast.Ensemble.csv")["Ensemble"]["rising"]
        self.assertEqual([mean["0", "1"][name] for name in ("point", "lower_90", "upper_90")], ["3.0", "2.0", "4.0"])
        # Kept rows are scored as they are: where theirs are nearly right ours loses the claim.
        kept = rows_kept / "m3_monthly.0.statsforecast.AutoTheta.csv"
        lines = [line.split(",") for line in kept.read_text(encoding="utf-8").splitlines()]
        near = [[*row[:5], f"{row[4]}.01", row[4], f"{row[4]}.01", *row[8:]] for row in lines[1:]]
        kept.write_text("".join(",".join(row) + "\n" for row in (lines[0], *near)), encoding="utf-8")
        self.assertRegex(self.bench(*words, "theta", program="forecast_speed.py").stdout,
                         r" \| no: MASE [0-9.]+, MSIS [0-9.]+ \|\n")

    def test_what_is_missing_is_named(self):
        words = [sys.executable, BENCH / "forecast_speed.py", "--data", self.folder, "--rival-runner", "rival.py"]
        for more, told in ((["--pairs", "thetas"], "--pairs thetas: one of exponential_smoothing, theta"),
                           (["--rival-python", self.folder / "none/bin/python"], "none/bin/pip install u8darts=="),
                           (["--rival-python", sys.executable], "--sets m3_yearly_open: no m3_yearly_open.csv.gz in")):
            done = subprocess.run([*words, *more], capture_output=True, text=True, check=False, timeout=60)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(told, done.stderr)

    def test_a_claim_is_only_where_both_scores_hold(self):
        self.assertEqual(forecast_speed.verdict(1.01, 1), "yes")
        self.assertEqual(forecast_speed.verdict(1.0101, 1), "no: MASE 1.010")
        self.assertEqual(forecast_speed.verdict(1.2, 1.05), "no: MASE 1.200, MSIS 1.050")


class Forecasters(SeriesCase):
    def test_take_the_series_that_evaluate_takes(self):
        text = HEADER + "".join(rows(f"s{i}", [None, *range(i, i + 15), None], [1, 2], period=4) for i in range(7))
        path = self.file(gzip.compress((text + rows("short", range(5), [1, 2])).encode()), "made_quarterly.csv.gz")
        out = self.folder / "scores.csv"
        self.shelduck("forecast", "evaluate", path, "--models", "naive", "--limit", 3, "--scores", out)
        own = scores.rows_of(out)["naive"]
        task = forecasters.read(path, 3, 12, [90])
        self.assertEqual([series.name for series in task.series], list(own))
        self.assertEqual((task.period, task.horizon, task.frequency), (4, 2, "QS"))
        for series in task.series:
            self.assertEqual(series.scale, scores.number(own[series.name]["0", "1"]["scale"]))
            self.assertEqual(len(series.train), 16)
            self.assertFalse(any(map(math.isnan, series.train)))

    def test_make_bounds_of_quantiles_that_cross(self):
        self.assertEqual(forecasters.shares([80, 95]), [0.025, 0.1, 0.5, 0.9, 0.975])
        found = forecasters.of_quantiles([5], [[1, 4, 3, 8, 7]], [80, 95])
        self.assertEqual(found.bounds, {80: ([3], [7]), 95: ([1], [8])})


if __name__ == "__main__":
    command_line.main()
