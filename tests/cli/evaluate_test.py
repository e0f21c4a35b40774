#!/usr/bin/env python3
"""`forecast evaluate`: files of series in, scores out."""

import csv
import datetime
import gzip
import pathlib
import random
import unittest

import command_line

HEADER = "unique_id,ds,y,split,horizon,period\n"
MODELS = ["naive", "naive2", "seasonal_naive", "mean", "median", "drift", "growth", "ses", "holt", "croston", "tsb",
          "theta", "stm", "otm", "dstm", "dotm", "ces", "auto_arima", "exponential_smoothing", "nlinear",
          "mstl", "prophet", "lightgbm", "ensemble", "by_size", "auto", "regression", "recent_median"]
OPEN_SETS = pathlib.Path(__file__).resolve().parents[3] / "shared/data/forecast"

# Means over the series of sMAPE and MASE of naive2, by an independent implementation.
REFERENCES = {"m4_yearly_open": (16.111, 3.9075), "m4_quarterly_open": (11.988, 1.2956),
              "m4_weekly_open": (9.574, 2.8398), "m4_hourly_open": (16.619, 2.2919)}


def rows(name, train, test, horizon=None, period=1):
    horizon = horizon or len(test)
    values = [(y, "train") for y in train] + [(y, "test") for y in test]
    return "".join(f"{name},{i},{'' if y is None else y},{split},{horizon},{period}\n"
                   for i, (y, split) in enumerate(values, 1))


# A trend that turns into noise, so that a fit to more of it finds other parameters.
TURNING = ([(3 * i if i < 30 else 90) + i * i * 7 % 23 for i in range(30)], [90 + i * i * 7 % 23 for i in range(30, 42)])
RISING = rows("rising", range(1, 17), range(17, 21))


class SeriesCase(command_line.Case):
    def file(self, text, name="series.csv"):
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def evaluated(self, text, *words):
        return self.shelduck("forecast", "evaluate", self.file(text), *words, "--json").document


class Evaluate(SeriesCase):
    def test_scores_by_hand(self):
        answer = self.evaluated(HEADER + RISING, "--models", "naive,drift")
        self.assertEqual(answer["series"], 1)
        self.assertEqual((answer["horizon"], answer["score_period"]), (4, 1))
        self.assertEqual([model["model"] for model in answer["models"]], ["naive", "drift", "naive2"])
        naive, drift, naive2 = answer["models"]
        self.assertAlmostEqual(naive["mase"], 2.5)  # errors 1, 2, 3, 4 of steps of 1
        self.assertAlmostEqual(naive["smape"], 50 * sum(e / (16 + 16 + e) for e in (1, 2, 3, 4)))
        self.assertAlmostEqual(drift["mase"], 0)
        self.assertAlmostEqual(naive["owa"], 1)
        self.assertGreater(naive["processor_seconds"], 0)
        self.assertAlmostEqual(naive2["owa"], 1)

    def test_errors_of_all_series_together_by_hand(self):
        # naive says 16 where 17 to 20 come, and 2 where the flat series goes on with 2 and 0.
        text = HEADER + RISING + rows("flat", [2] * 12, [2, 0, "", 2], horizon=4)
        naive = self.evaluated(text, "--models", "naive")["models"][0]
        self.assertEqual((naive["series"], naive["excluded"]), (1, 1))
        self.assertAlmostEqual(naive["bias"], (-10 + 2) / (74 + 4))
        self.assertAlmostEqual(naive["rmse_scaled"], ((30 + 4) / 7) ** 0.5 / ((74 + 4) / 7))
        none = self.evaluated(HEADER + rows("r", range(12), [0, 0]), "--models", "naive")["models"][0]
        self.assertEqual((none["rmse_scaled"], none["bias"]), (None, None))

    def test_all_models_by_default_and_as_every_format(self):
        answer = self.evaluated(HEADER + RISING)
        self.assertCountEqual([model["model"] for model in answer["models"]], MODELS)
        path = self.folder / "series.csv"
        table = self.shelduck("forecast", "evaluate", path).out
        self.assertIn("sMAPE", table)
        csv = self.shelduck("forecast", "evaluate", path, "--format", "csv").rows
        lines = self.shelduck("forecast", "evaluate", path, "--format", "ndjson").lines
        self.assertEqual([row["model"] for row in csv], [line["model"] for line in lines])

    def test_origins_move_on_and_fits_may_be_rarer(self):
        text = HEADER + rows("r", *TURNING, horizon=1)
        words = ["--models", "exponential_smoothing,naive"]
        often, rarely = (self.evaluated(text, *words, "--refit", every)["models"] for every in ("1", "3"))
        self.assertNotEqual(often[0]["mase"], rarely[0]["mase"])
        self.assertEqual(often[1]["mase"], rarely[1]["mase"])
        self.assertEqual([[model["refit_every"] for model in models] for models in (often, rarely)],
                         [[1, 1, 1], [3, 3, 3]])

    def test_what_is_searched_for_is_fitted_at_one_origin_in_ten(self):
        text = HEADER + rows("r", *TURNING, horizon=1)
        words = ["--models", "exponential_smoothing,drift,regression,ensemble=drift+ses"]
        models = self.evaluated(text, *words)["models"]
        self.assertEqual([model["refit_every"] for model in models], [10, 1, 1, 10, 1])
        tenth, each = (self.evaluated(text, *words, "--refit", every)["models"] for every in ("10", "1"))
        self.assertEqual(models[0]["mase"], tenth[0]["mase"])
        self.assertNotEqual(models[0]["mase"], each[0]["mase"])
        self.assertEqual(models[1]["mase"], each[1]["mase"])
        self.assertIn("exponential_smoothing, ensemble=drift+ses are fitted at one origin in 10",
                      self.shelduck("forecast", "evaluate", self.folder / "series.csv", *words).err)
        single = self.shelduck("forecast", "evaluate", self.file(HEADER + RISING), "--models", "ses")
        self.assertNotIn("origin", single.err)

    def test_the_scale_and_naive2_have_a_period_of_their_own(self):
        season = [0, 10, 20, 30]
        text = HEADER + rows("s", season * 8, season, period=4)
        def models(*words):
            answer = self.evaluated(text, "--models", "naive,seasonal_naive", *words)
            return answer["score_period"], *answer["models"]
        period, naive, seasonal, naive2 = models()
        self.assertEqual(period, 4)
        self.assertEqual(naive["series"], 0)  # in seasons of 4 it has no scale
        period, naive, seasonal, naive2 = models("--score-period", "1")
        self.assertEqual((period, naive["series"]), (1, 1))
        # 30 is off by 30, 20, 10 and 0; the mean difference of neighbours is (24 * 10 + 7 * 30) / 31.
        self.assertAlmostEqual(naive["mase"], 15 / ((24 * 10 + 7 * 30) / 31))
        self.assertEqual(naive2["mase"], naive["mase"])
        self.assertEqual(seasonal["mase"], 0)
        none = models("--score-period", "0")
        self.assertEqual((none[0], none[1]["mase"], none[3]["mase"]), (1, naive["mase"], naive2["mase"]))

    def test_naive2_ignores_the_season_that_is_named(self):
        season = [0, 10, 20, 31]
        text = HEADER + rows("s", [y + i % 3 for i, y in enumerate(season * 8)], season, period=4)
        named, other = (self.evaluated(text, "--models", "seasonal_naive", "--season", season)["models"]
                        for season in ("4", "3"))
        self.assertNotEqual(named[0]["mase"], other[0]["mase"])
        self.assertEqual(named[1]["mase"], other[1]["mase"])
        self.assertLess(named[1]["mase"], other[0]["mase"])

    def test_a_sample_is_spread_over_the_file(self):
        path = self.file(HEADER + "".join(rows(f"s{i}", range(1, 14), range(14, 16)) for i in range(11)))
        scores = self.folder / "scores.csv"
        for limit in (1, 3, 4, 6, 11, 20):
            self.shelduck("forecast", "evaluate", path, "--models", "naive", "--limit", limit, "--scores", scores)
            with open(scores, encoding="utf-8") as file:
                ids = list(dict.fromkeys(row["unique_id"] for row in csv.DictReader(file)))
            self.assertEqual(ids, [f"s{i}" for i in range(11)][::max(1, 11 // limit)][:limit])

    def test_a_series_that_takes_too_long_is_given_up(self):
        text, scores = HEADER + rows("r", *TURNING, horizon=3), self.folder / "scores.csv"
        words = ["forecast", "evaluate", self.file(text), "--models", "theta", "--scores", scores]
        answer = self.shelduck(*words, "--timeout", "0", "--json").document
        theta, naive2 = answer["models"]
        self.assertEqual((theta["failed"], theta["timeouts"], theta["series"]), (1, 1, 1))
        self.assertEqual(theta["mase"], naive2["mase"])
        self.assertEqual(theta["owa"], 1)
        self.assertEqual(theta["levels"], naive2["levels"])
        with open(scores, encoding="utf-8") as file:
            self.assertEqual({row["status"] for row in csv.DictReader(file)}, {"timeout"})
        self.assertIn("timeout: 1 series took longer than --timeout with theta",
                      self.shelduck(*words, "--timeout", "0", "--quiet").err)
        patient = self.shelduck(*words, "--timeout", "1000", "--json").document["models"][0]
        self.assertEqual((patient["failed"], patient["timeouts"]), (0, 0))
        self.assertNotEqual(patient["mase"], theta["mase"])
        self.assertEqual(self.refused(*words, "--timeout", "soon")["field"], "--timeout")

    def test_a_terminal_shows_how_much_is_left(self):
        path = self.file(HEADER + "".join(rows(f"s{i}", range(1, 20), range(20, 22)) for i in range(9)))
        calm = {"CI": ""}
        for words in (["evaluate", path, "--models", "naive,ses", "--threads", "1"],
                      [path, "--model", "ses", "--horizon", "2", "--threads", "1"]):
            _, shown = self.on_terminal("forecast", *words, env=calm)
            verb = "evaluate" if "evaluate" in words else "forecast"
            self.assertRegex(shown, verb + r"  \[-{20}\]  0 %  0 B of \d")
        made = self.folder / "made.parquet"
        self.shelduck("forecast", path, "--model", "naive", "--horizon", "2", "--out", made)
        _, shown = self.on_terminal("forecast", made, "--value", "point", "--model", "naive", "--horizon", "1", env=calm)
        self.assertRegex(shown, r"forecast  \[-{20}\]  0 %  0 of 18")

    def test_series_are_sampled_left_out_excluded_and_counted(self):
        text = HEADER + "".join(rows(f"s{i}", range(1, 14), range(14, 16)) for i in range(6))
        self.assertEqual(self.evaluated(text, "--limit", "3")["series"], 3)
        text += rows("short", [1, 2, 3], [4, 5]) + rows("flat", [7] * 12, [7, 7])
        answer = self.evaluated(text, "--models", "naive")
        self.assertEqual((answer["series"], answer["too_short"]), (8, 1))
        self.assertEqual((answer["models"][0]["series"], answer["models"][0]["excluded"]), (6, 1))

    def test_packed_files_and_other_columns_and_a_byte_order_mark(self):
        text = "\ufeff" + HEADER.replace("unique_id", "shop").replace(",y,", ",sold,") + RISING
        packed = self.file(gzip.compress(text.encode()), "series.csv.gz")
        done = self.shelduck("forecast", "evaluate", packed, "--id", "shop", "--value", "sold",
                             "--models", "naive", "--json")
        self.assertAlmostEqual(done.document["models"][0]["mase"], 2.5)

    def test_negative_forecasts_are_clipped_where_asked(self):
        text = HEADER + rows("falling", range(24, 0, -2), [0, 0])
        free = self.evaluated(text, "--models", "drift")
        clipped = self.evaluated(text, "--models", "drift", "--non-negative")
        self.assertTrue(clipped["non_negative"] and not free["non_negative"])
        self.assertGreater(free["models"][0]["mase"], 0)
        self.assertEqual(clipped["models"][0]["mase"], 0)
        text = HEADER + rows("falling", range(24, 0, -2), [0, 1])
        # drift says 0 and -2, 3 too little where 1 is the sum; clipped 0 and 0, 1 too little.
        self.assertAlmostEqual(self.evaluated(text, "--models", "drift")["models"][0]["bias"], -3)
        clipped = self.evaluated(text, "--models", "drift", "--non-negative")["models"][0]
        self.assertAlmostEqual(clipped["bias"], -1)
        self.assertAlmostEqual(clipped["rmse_scaled"], 0.5 ** 0.5 / 0.5)

    def test_intervals_of_refits(self):
        text = HEADER + rows("a", [t * t % 17 for t in range(40)], [3, 9]) + rows("b", [t * t % 13 for t in range(36)],
                                                                                  [4, 4])
        fast, exact = (self.evaluated(text, "--models", "ses,naive", "--level", "90", "--interval", how)
                       for how in ("fast", "refit"))
        self.assertEqual((fast["interval"], exact["interval"]), ("fast", "refit"))
        widths = [[model["levels"][0]["width"] for model in answer["models"]] for answer in (fast, exact)]
        self.assertNotEqual(widths[0][0], widths[1][0])
        self.assertEqual(widths[0][1], widths[1][1])
        self.assertEqual([model["mase"] for model in fast["models"]], [model["mase"] for model in exact["models"]])
        error = self.refused("forecast", "evaluate", self.file(text), "--interval", "exact")
        self.assertEqual((error["field"], error["value"]), ("--interval", "exact"))

    def test_intervals_by_hand(self):
        # Of naive on steps of 1 every past error of h steps is h, so every conformal radius is h.
        text = HEADER + rows("long", range(1, 40), range(40, 44))
        answer = self.evaluated(text, "--models", "naive", "--level", "80,0.9")
        for level, found in zip((80, 90), answer["models"][0]["levels"], strict=True):
            self.assertEqual(found["level"], level)
            self.assertAlmostEqual(found["width"], (2 + 4 + 6 + 8) / 4)
            self.assertEqual(len(found["coverage_by_step"]), 4)
            self.assertEqual(found["without_interval"], 0)

    def test_scores_of_every_step_are_written(self):
        # Of naive on steps of 1 every error of h steps is h.
        text = HEADER + rows("long", range(1, 40), range(40, 44), horizon=2) + rows("flat", [7] * 12, [7, 8])
        scores = self.folder / "scores.csv"
        path = self.file(text)
        words = ["forecast", "evaluate", path, "--models", "naive", "--level", "80", "--scores", scores]
        self.assertIn("sMAPE", self.shelduck(*words).out)
        with open(scores, encoding="utf-8") as file:
            written = list(csv.DictReader(file))
        of_long = [row for row in written if (row["model"], row["unique_id"]) == ("naive", "long")]
        self.assertEqual([(row["origin"], row["step"]) for row in of_long],
                         [("0", "1"), ("0", "2"), ("1", "1"), ("1", "2")])
        for row, h in zip(of_long, (1, 2, 1, 2), strict=True):
            self.assertAlmostEqual(float(row["y"]) - float(row["point"]), h)
            self.assertAlmostEqual(float(row["upper_80"]) - float(row["lower_80"]), 2 * h)
            self.assertEqual((float(row["scale"]), row["status"]), (1, "ok"))
        flat = [row for row in written if row["unique_id"] == "flat"]
        self.assertEqual({row["scale"] for row in flat}, {""})
        self.assertEqual({row["model"] for row in written}, {"naive", "naive2"})
        error = self.refused(*words[:-1], path)
        self.assertEqual(error["field"], "--scores")
        for name in ("scores.json", "scores.ndjson", "scores.jsonl"):
            error = self.refused(*words[:-1], self.folder / name)
            self.assertEqual((error["field"], error["rule"]), ("--scores", "a name that ends in .csv or .parquet"))
            self.assertFalse((self.folder / name).exists())

    def test_a_series_that_naive2_stands_in_for_is_marked(self):
        scores = self.folder / "scores.csv"
        self.shelduck("forecast", "evaluate", self.file(HEADER + rows("brief", [1, 2], [3])), "--models",
                      "theta", "--min-length", "0", "--scores", scores)
        with open(scores, encoding="utf-8") as file:
            self.assertEqual({row["model"]: row["status"] for row in csv.DictReader(file)},
                             {"theta": "failed", "naive2": "ok"})

    def test_several_models_are_combined(self):
        text = HEADER + rows("up", range(1, 17), [0])
        answer = self.evaluated(text, "--models", "ensemble=naive+drift,ensemble=naive+drift+mean")
        two, three, _ = answer["models"]
        self.assertEqual(two["model"], "ensemble=naive+drift")
        self.assertAlmostEqual(two["mase"], (16 + 17) / 2)
        self.assertAlmostEqual(three["mase"], 16)
        for word in ("ensemble=", "ensemble=naive+none"):
            error = self.refused("forecast", "evaluate", self.folder / "series.csv", "--models", word)
            self.assertEqual(error["field"], "--models")

    def test_a_model_is_named_within_mstl(self):
        text = HEADER + rows("wave", [t % 5 * 10 + t * t % 7 + t / 2 for t in range(60)], [10, 20, 30])
        answer = self.evaluated(text, "--season", "5", "--models",
                                "mstl,mstl=exponential_smoothing,mstl=drift,mstl=mean")
        own, named, drift, mean, _ = answer["models"]
        self.assertEqual(drift["model"], "mstl=drift")
        self.assertEqual(own["mase"], named["mase"])
        self.assertEqual(len({own["mase"], drift["mase"], mean["mase"]}), 3)
        for word in ("mstl=", "mstl=mstl", "mstl=auto", "mstl=regression"):
            error = self.refused("forecast", "evaluate", self.folder / "series.csv", "--models", word)
            self.assertEqual((error["field"], error["value"]), ("--models", word))

    def test_a_value_that_no_model_takes_fails_its_series_alone(self):
        text = HEADER + rows("huge", [1e200] + [5, 6] * 8, [7]) + RISING
        answer = self.evaluated(text, "--models", "theta")
        self.assertEqual([model["failed"] for model in answer["models"]], [1, 1])

    def test_threads_change_no_number(self):
        text = HEADER + "".join(rows(f"s{i}", [(7 * i + t * t) % 19 for t in range(30)], [3, 4])
                                for i in range(12))
        def numbers(threads):
            answer = self.evaluated(text, "--threads", threads)
            for model in answer["models"]:
                del model["seconds"], model["milliseconds_per_series"], model["processor_seconds"]
            return answer
        self.assertEqual(numbers("1"), numbers("3"))

    def test_series_learn_from_each_other_where_asked(self):
        swings = [[0.0, 1.0 + i] for i in range(20)]
        for values in swings:
            while len(values) < 16:
                values.append(values[-1] + 0.5 * (values[-1] - values[-2]))
        text = HEADER + "".join(rows(f"s{i}", values[:14], values[14:]) for i, values in enumerate(swings))
        answer = self.evaluated(text, "--models", "nlinear", "--global")
        self.assertLess(answer["models"][0]["mase"], 1e-3)
        error = self.refused("forecast", "evaluate", self.folder / "series.csv", "--models", "ces",
                             "--global")
        self.assertEqual(error["field"], "--global")

    def test_what_nobody_measured_teaches_no_other_series(self):
        ended = [[(7 * i + t * t) % 19 for t in range(40)] for i in range(5)]
        swing = rows("swing", [10 + 5 * (-1) ** t for t in range(40)], [15, 5])
        def points_of(unmeasured):
            text = HEADER + swing + "".join(
                rows(f"s{i}", values + [""] * unmeasured, [3, 4]) for i, values in enumerate(ended))
            words = ["forecast", "evaluate", self.file(text), "--models", "nlinear", "--global",
                     "--season", "2", "--scores", self.folder / "scores.csv"]
            self.shelduck(*words)
            with open(self.folder / "scores.csv", encoding="utf-8") as scores:
                return [row["point"] for row in csv.DictReader(scores)
                        if row["unique_id"] == "swing" and row["model"] == "nlinear"]
        self.assertEqual(len(points_of(0)), 2)
        self.assertEqual(points_of(60), points_of(0))

    def test_levels_are_columns_of_csv_and_rows_for_a_person(self):
        path = self.file(HEADER + RISING)
        words = ["forecast", "evaluate", path, "--models", "drift", "--level", "80,99.5"]
        row = self.shelduck(*words, "--format", "csv").rows[0]
        self.assertEqual([name for name in row if name.startswith("coverage")],
                         ["coverage_80", "coverage_99_5"])
        self.assertEqual(float(row["coverage_80"]), 1)
        self.assertRegex(self.shelduck(*words).out, r"(?m)^drift +99.5 % +100.0%")

    def test_levels_from_a_thousandth_to_all_but_a_ten_thousandth(self):
        path = self.file(HEADER + rows("r", *TURNING, horizon=3))
        words = ["forecast", "evaluate", path, "--models", "naive", "--level", "0.001,50,0.9999,99.99"]
        levels = self.shelduck(*words, "--json").document["models"][0]["levels"]
        self.assertEqual([level["level"] for level in levels], [0.1, 50, 99.99])
        widths = [level["width"] for level in levels]
        self.assertEqual(widths, sorted(widths))
        self.assertLess(0, widths[0])
        self.assertLess(widths[1], widths[2])
        self.assertRegex(self.shelduck(*words).out, r"(?m)^naive +99.99 % ")
        self.assertIn("coverage_0_1", self.shelduck(*words, "--format", "csv").rows[0])

    def test_a_level_that_is_none_is_named(self):
        for word in ("100", "0", "often", "99.995", "0.0009"):
            error = self.refused("forecast", "evaluate", self.file(HEADER + RISING), "--level",
                                 f"80,{word}")
            self.assertEqual((error["field"], error["value"]), ("--level", word))

    def test_steps_are_those_of_each_series(self):
        text = HEADER + "".join(rows(f"one{i}", range(1, 17), range(17, 23), horizon=1) for i in range(9))
        text += rows("six", range(1, 17), [0] * 6)
        found = self.evaluated(text, "--models", "naive", "--level", "80")["models"][0]["levels"][0]
        # Only the series of horizon 6 has steps beyond the first, and none of them is covered.
        self.assertAlmostEqual(found["coverage_by_step"][0], 54 / 55)
        self.assertEqual(found["coverage_by_step"][1:], [0] * 5)

    def test_what_happened_later_elsewhere_widens_nothing(self):
        def dated(name, year, values):
            days = [datetime.date(year, 1, 1) + datetime.timedelta(days=i) for i in range(len(values))]
            return "".join(f"{name},{day},{y},{'train' if i < len(values) - 2 else 'test'},2,1\n"
                           for i, (day, y) in enumerate(zip(days, values, strict=True)))

        early = dated("early", 2020, [5 + (3 * i) % 7 for i in range(40)])
        widths = []
        for later in ([5 + (3 * i) % 7 for i in range(60)], [5 + 50 * ((3 * i) % 7 == 1) for i in range(60)]):
            # The later series has no truth, so that only the early one is scored.
            text = HEADER + early + dated("late", 2024, later[:-2] + ["", ""])
            widths.append(self.evaluated(text, "--models", "naive", "--level", "80")["models"][0]["levels"][0])
        self.assertEqual(widths[0]["width"], widths[1]["width"])

    def test_clipped_intervals_are_those_that_forecast_gives(self):
        text = HEADER + rows("falling", range(24, 0, -2), [0, 0])
        level = self.evaluated(text, "--models", "drift", "--non-negative", "--level", "80")["models"][0]["levels"][0]
        self.assertAlmostEqual(level["width"], 0)
        self.assertEqual(level["coverage"], 1)

    def test_no_database_is_made_or_needed(self):
        self.evaluated(HEADER + RISING)
        self.assertFalse(self.database.parent.exists())

    def test_without_the_library_of_lightgbm_all_others_are_scored(self):
        broken = self.folder / "libraries"
        broken.mkdir()
        (broken / "lib_lightgbm.so").touch()
        path, env = self.file(HEADER + RISING), {"LD_LIBRARY_PATH": str(broken)}
        done = self.shelduck("forecast", "evaluate", path, env=env)
        self.assertIn("lightgbm is left out", done.err)
        self.assertNotIn("lightgbm", done.out)
        self.refused("forecast", "evaluate", path, "--models", "lightgbm", code=1, env=env)


class MissingRows(SeriesCase):
    def test_are_filled_as_a_forecast_fills_them(self):
        day = datetime.date(2026, 1, 5)
        lines = [f"a,{day + datetime.timedelta(days=i)},{10 + i % 7 + i * i % 3},"
                 f"{'test' if i >= 40 else 'train'},7,7\n" for i in range(47) if i not in (9, 20, 21)]
        path, scores = self.file(HEADER + "".join(lines)), self.folder / "scores.csv"
        for model in ("seasonal_naive", "drift"):
            done = self.shelduck("forecast", "evaluate", path, "--models", model, "--scores", scores)
            self.assertIn("3 train rows between the others are missing", done.err)
            with open(scores, encoding="utf-8") as file:
                points = [row["point"] for row in csv.DictReader(file) if row["model"] == model]
            rows = self.shelduck("forecast", path, "--model", model, "--format", "csv").rows
            self.assertEqual(points, [row["point"] for row in rows])

    def test_behind_the_last_known_value_begins_what_forecast_gives(self):
        draws, scores = random.Random(3), self.folder / "scores.csv"
        past = [draws.gauss(50, 9) for _ in range(40)]
        path = self.file(HEADER + rows("a", [*past, None], [None, 51, None, None, 54, 55], horizon=3))
        for model in ("theta", "exponential_smoothing", "auto_arima", "mean"):
            done = self.shelduck("forecast", "evaluate", path, "--models", model, "--refit", "1", "--level", "80",
                                 "--scores", scores)
            self.assertIn("1 train row behind the last known value of its series has none", done.err)
            with open(scores, encoding="utf-8") as file:
                seen = [row for row in csv.DictReader(file) if row["model"] == model]
            told = []
            for train, behind in (past, 1), ([*past, None, None, 51], 2):
                history = self.file(HEADER + rows("a", train, [], horizon=9), "history.csv")
                told += self.shelduck("forecast", history, "--model", model, "--horizon", behind + 3, "--level", "80",
                                      "--format", "csv").rows[behind:]
            for column in ("point", "lower_80", "upper_80"):
                first = slice(0, 3 if column != "point" else 6)  # later bounds know the pool of the first origin
                self.assertEqual([row[column] for row in seen][first], [row[column] for row in told][first], model)

    def test_empty_test_rows_are_not_scored_and_counted(self):
        text = HEADER + RISING + rows("b", range(1, 17), [None, 18, None, 20], horizon=4)
        path = self.file(text)
        done = self.shelduck("forecast", "evaluate", path, "--models", "drift", "--json")
        self.assertEqual(done.document["missing"], 2)
        self.assertAlmostEqual(done.document["models"][0]["mase"], 0)
        self.assertIn("2 test rows have no value and are not scored", done.err)
        self.assertEqual(self.evaluated(HEADER + RISING, "--models", "drift")["missing"], 0)


class IrregularRuns(SeriesCase):
    def text(self, period=0, test=8):
        # Seconds follow the packages; gaps of 20 minutes to some hours.
        lines = ["unique_id,ds,y,split,horizon,period,packages\n"]
        for name in "ab":
            time = 1_700_000_000
            for i in range(40):
                size = 1 + i * i * i % 11
                time += 1200 + 977 * (i * 7 % 13)
                split = "test" if i >= 40 - test else "train"
                lines.append(f"{name},{time},{5 * size + i % 3},{split},1,{period},{size}\n")
        return "".join(lines)

    def test_covariates_of_test_rows_are_used_at_their_turn(self):
        words = ["--models", "auto,regression,ses", "--level", "80"]
        with_size = self.evaluated(self.text(), *words, "--covariates", "packages")["models"]
        without = self.evaluated(self.text(), *words)["models"]
        for model in (0, 1):
            self.assertLess(with_size[model]["mase"], 0.5 * without[model]["mase"])
        self.assertEqual(with_size[2]["mase"], without[2]["mase"])
        self.assertEqual([model["failed"] for model in with_size], [0] * 4)

    def test_a_later_truth_changes_no_forecast(self):
        words = ["--models", "auto", "--covariates", "packages"]
        points = []
        for text in (self.text(), self.text().replace(self.text().splitlines()[-1],
                                                      self.text().splitlines()[-1].replace(",test", "0,test"))):
            scores = self.folder / "scores.csv"
            self.evaluated(text, *words, "--scores", scores)
            with open(scores, encoding="utf-8") as file:
                points.append([row["point"] for row in csv.DictReader(file) if row["model"] == "auto"])
        self.assertEqual(points[0], points[1])

    def steps(self, missing=None, values=112):
        chance = random.Random(2)
        lines = ["unique_id,ds,y,split,horizon,period,price,flag\n"]
        for t in range(values):
            price, flag = chance.randint(4, 8), int(chance.random() < 0.2)
            split = "test" if t >= 100 else "train"
            lines.append(f"a,{t + 1},{200 - 9 * price + 30 * flag + t % 7 / 3},{split},4,7,"
                         f"{'' if t == missing else price},{flag}\n")
        return "".join(lines)

    def test_those_of_equal_steps_are_known_up_to_the_horizon(self):
        words = ["--models", "auto,auto_arima,prophet,lightgbm,ses", "--level", "80"]
        known = self.evaluated(self.steps(), *words, "--covariates", "price,flag")["models"]
        blind = self.evaluated(self.steps(), *words)["models"]
        for i in range(4):
            self.assertLess(known[i]["mase"], (0.3, 0.3, 0.3, 0.95)[i] * blind[i]["mase"], known[i]["model"])
        self.assertEqual(known[4]["mase"], blind[4]["mase"])
        self.assertEqual([model["failed"] for model in known], [0] * 6)

    def test_a_missing_one_fails_where_it_is_to_come_alone(self):
        words = ["--models", "auto_arima", "--covariates", "price,flag", "--level", "80"]
        history, coming = (self.evaluated(self.steps(missing=t), *words) for t in (50, 105))
        self.assertEqual([history["models"][0]["failed"], coming["models"][0]["failed"]], [0, 1])

    def test_no_later_truth_changes_a_forecast_with_covariates(self):
        text = self.steps()
        last = text.splitlines()[-1]
        points = []
        for changed in (text, text.replace(last, last.replace("a,112,", "a,112,9"))):
            scores = self.folder / "scores.csv"
            self.evaluated(changed, "--models", "auto", "--covariates", "price,flag", "--scores", scores)
            with open(scores, encoding="utf-8") as file:
                points.append([row["point"] for row in csv.DictReader(file) if row["model"] == "auto"])
        self.assertEqual(points[0], points[1])

    def test_who_uses_no_covariates_is_told(self):
        done = self.shelduck("forecast", "evaluate", self.file(self.text(period=1).replace("ds", "time", 1)),
                             "--time", "time", "--models", "auto,regression", "--covariates", "packages")
        self.assertIn("2 series are irregular", done.err)
        even = "".join(["unique_id,ds,y,split,horizon,period,packages\n"] + [
            f"a,{i},{i},{'test' if i > 18 else 'train'},2,1,{i}\n" for i in range(1, 21)])
        words = ["forecast", "evaluate", self.file(even), "--covariates", "packages", "--models"]
        self.assertIn("1 series: ses knows no covariates and forecasts without them",
                      self.shelduck(*words, "ses,regression").err)
        self.assertEqual(self.refused(*words, "ses,holt")["field"], "--covariates")


class WrongFiles(SeriesCase):
    def refusal(self, text, *words, code=2):
        return self.refused("forecast", "evaluate", self.file(text), *words, code=code)

    def test_each_broken_rule_names_its_line_and_field(self):
        good = HEADER + RISING
        for text, line, field in [
            ("", 1, None),
            (good + "rising,21,22,tset,4,1\n", 22, "split"),
            (good + "rising,21,22,train,4,1\n", 22, "split"),
            (good + "rising,20,22,test,4,1\n", 22, "ds"),
            (good + "rising,21,abc,test,4,1\n", 22, "y"),
            (good + "rising,21,nan,test,4,1\n", 22, "y"),
            (good + "rising,21,22,test,5,1\n", 22, "horizon"),
            (good + "rising,21,22,test,4,1,9\n", 22, None),
        ]:
            with self.subTest(text=text[-30:]):
                error = self.refusal(text)
                self.assertIn(f"line {line}", error["message"])
                if field:
                    self.assertIn(field, error["field"])

    def test_a_missing_column_names_those_that_are_there(self):
        error = self.refusal(HEADER.replace("split", "spilt") + RISING)
        self.assertIn("split", error["message"])
        self.assertIn("spilt", error["message"] + error.get("hint", ""))

    def test_a_horizon_beyond_the_test_rows_is_refused(self):
        error = self.refusal(HEADER + rows("r", range(1, 17), [17, 18], horizon=3))
        self.assertEqual(error["field"], "horizon")
        self.assertIn("'r'", error["message"])

    def test_an_unknown_model_lists_the_models(self):
        error = self.refusal(HEADER + RISING, "--models", "naive,prophecy")
        self.assertEqual((error["field"], error["value"]), ("--models", "prophecy"))
        self.assertIn("seasonal_naive", error["rule"])

    def test_a_torn_gzip_and_a_file_that_is_not_there(self):
        packed = gzip.compress((HEADER + RISING).encode())
        self.assertIn("line", self.refusal(packed[:-12])["message"])
        self.refused("forecast", "evaluate", "nothing.csv", code=3)


@unittest.skipUnless(OPEN_SETS.is_dir(), "the open sets are not beside the project")
class OpenSets(command_line.Case):
    def test_naive2_is_that_of_the_reference(self):
        for name, (smape, mase) in REFERENCES.items():
            with self.subTest(set=name):
                path = OPEN_SETS / f"{name}.csv.gz"
                answer = self.shelduck("forecast", "evaluate", path, "--models", "naive2",
                                       "--min-length", "0", "--json").document
                found = answer["models"][0]
                self.assertAlmostEqual(found["smape"], smape, delta=0.0005)
                self.assertAlmostEqual(found["mase"], mase, delta=0.00005)


if __name__ == "__main__":
    command_line.main()
