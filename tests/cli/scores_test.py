#!/usr/bin/env python3
"""The scorer of bench/ against the figures of `forecast evaluate`, and against figures by hand."""

import gzip
import math
import pathlib
import sys

import command_line
from evaluate_test import HEADER, RISING, SeriesCase, rows

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
import forecasters  # noqa: E402
import ratio  # noqa: E402
import scores  # noqa: E402

LEVELS = ["80", "90", "95"]
COLUMNS = "model,unique_id,origin,step,y,point,lower_80,upper_80,scale,status\n"


class Scores(SeriesCase):
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
