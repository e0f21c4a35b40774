#!/usr/bin/env python3
"""`forecast FILE`: series in, rows of forecasts out."""

import csv
import datetime
import json
import math
import os
import random
import unittest

import command_line

HEADER = "unique_id,ds,y\n"


def rows(name, values, times=None):
    times = times or range(1, len(values) + 1)
    return "".join(f"{name},{time},{'' if y is None else y}\n"
                   for time, y in zip(times, values, strict=True))


def near_hundred(giants):
    """60 values from 97 to 103, but for what stands at some places."""
    return [giants.get(t, 97 + t * 5 % 7) for t in range(60)]


class SeriesCase(command_line.Case):
    def file(self, text, name="series.csv"):
        path = self.folder / name
        path.write_text(text)
        return path

    def forecast(self, text, *words):
        return self.shelduck("forecast", self.file(text), *words, "--format", "ndjson")


class ForecastFile(SeriesCase):
    def test_points_bounds_and_times_by_hand(self):
        done = self.forecast(HEADER + rows("up", range(1, 17)), "--model", "drift", "--horizon", "2",
                             "--level", "80")
        first, second = done.lines
        self.assertEqual((first["unique_id"], first["ds"], first["step"]), ("up", "17", 1))
        self.assertEqual((second["ds"], second["step"]), ("18", 2))
        self.assertAlmostEqual(first["point"], 17)
        self.assertAlmostEqual(second["point"], 18)
        self.assertEqual((first["model"], first["n"], first["interval_need"]), ("drift", 16, None))
        self.assertLess(first["upper_80"] - first["lower_80"], 1e-3)
        naive = self.forecast(HEADER + rows("up", range(1, 40)), "--model", "naive", "--horizon", "3",
                              "--level", "80").lines
        # Every past error of h steps was h.
        for h, row in enumerate(naive, 1):
            self.assertAlmostEqual(row["upper_80"], 39 + h)
            self.assertAlmostEqual(row["lower_80"], 39 - h)

    def test_the_same_rows_in_every_format_and_in_a_file(self):
        path = self.file(HEADER + rows("a", [3, 5, 4, 6, 5, 7, 6, 8]) + rows("b", [1, 2] * 6))
        words = ["forecast", path, "--model", "ses", "--horizon", "3"]
        lines = self.shelduck(*words, "--format", "ndjson").lines
        self.assertEqual(self.shelduck(*words, "--json").document["forecasts"], lines)
        as_csv = self.shelduck(*words, "--format", "csv").rows
        self.assertEqual([float(row["point"]) for row in as_csv], [line["point"] for line in lines])
        self.assertEqual(len(lines), 6)
        out = self.folder / "out.csv"
        self.assertEqual(self.shelduck(*words, "--out", out).out, "")
        with open(out, encoding="utf-8") as file:
            self.assertEqual(list(csv.DictReader(file)), as_csv)
        for name, read in (("out.ndjson", lambda text: [json.loads(line) for line in text.splitlines()]),
                           ("out.json", lambda text: json.loads(text)["forecasts"])):
            out = self.folder / name
            self.assertEqual(self.shelduck(*words, "--out", out).out, "")
            self.assertEqual(read(out.read_text()), lines)
            self.shelduck(*words, "--format", "csv", "--out", out)
            self.assertTrue(out.read_text().startswith("unique_id,ds,"))
        table = self.shelduck(*words).out
        self.assertIn("intervals of 80 %", table)
        self.assertEqual(table.count("\na "), 3)

    def test_neither_the_order_of_series_nor_a_second_run_changes_a_number(self):
        first = rows("a", [3, 5, 4, 6, 5, 7, 6, 8])
        second = rows("b", [10, 20, 11, 22, 12, 25, 9, 30, 12])
        words = ["--model", "ses", "--horizon", "2", "--level", "50,90"]
        forth = self.forecast(HEADER + first + second, *words).lines
        back = self.forecast(HEADER + second + first, *words).lines
        self.assertCountEqual([str(row) for row in forth], [str(row) for row in back])
        self.assertEqual([row["unique_id"] for row in back], ["b", "b", "a", "a"])

    def test_what_is_wrong_with_the_options_is_told_before_a_row_is_read(self):
        path = self.file(HEADER + "a,1,broken\n")
        for words, field in (([], "--horizon"), (["--global"], "--horizon"), (["--horizon", "1", "--season", "0"], "--season")):
            self.assertEqual(self.refused("forecast", path, *words)["field"], field)
            plot = ["forecast", "plot", path, "--id", "a", "--out", self.folder / "a.svg"]
            self.assertEqual(self.refused(*plot, *words)["field"], field)
        error = self.refused("forecast", path, "--horizon", "1", "--value", "z")
        self.assertEqual((error["field"], error["value"]), ("line 1, column", "z"))

    def test_intervals_of_refits_are_those_of_one_fit_where_nothing_is_estimated(self):
        text = HEADER + "".join(rows(f"s{i}", [(7 * i + t * t) % 19 for t in range(40)]) for i in range(3))
        def forecast(model, how):
            return self.forecast(text, "--model", model, "--horizon", "2", "--season", "4", "--interval", how).lines
        for model in ("naive", "seasonal_naive"):
            self.assertEqual(forecast(model, "refit"), forecast(model, "fast"))
        fast, exact = forecast("holt", "fast"), forecast("holt", "refit")
        for one, other in zip(fast, exact, strict=True):
            self.assertEqual(one["point"], other["point"])
            self.assertNotEqual(one["upper_80"], other["upper_80"])
        self.assertEqual(self.forecast(text, "--model", "holt", "--horizon", "2", "--season", "4").lines, fast)

    def test_a_series_that_takes_too_long_gets_no_row(self):
        text = HEADER + rows("a", [3, 5, 4, 6, 5, 7, 6, 8])
        path = self.file(text)
        words = ["forecast", path, "--horizon", "2", "--model", "theta", "--format", "csv"]
        done = self.shelduck(*words, "--timeout", "0", code=1)
        self.assertIn("no forecast for series 'a': timeout, it took longer than --timeout", done.err)
        self.assertEqual(self.shelduck(*words, "--timeout", "1000").out, self.shelduck(*words).out)
        runs_path = self.file(RUNS + runs(), "runs.csv")
        done = self.shelduck("forecast", runs_path, "--horizon", "2", "--timeout", "0", code=1)
        self.assertIn(": timeout", done.err)

    def test_the_level_of_the_table_is_written_as_people_write_it(self):
        path = self.file(HEADER + rows("a", [3, 5, 4, 6, 5, 7, 6, 8]))
        shown = self.shelduck("forecast", path, "--horizon", "2", "--model", "naive", "--level", "99.5").out
        self.assertIn("intervals of 99.5 %", shown)

    def test_intervals_of_refits_are_the_same_on_any_number_of_threads(self):
        text = HEADER + "".join(rows(f"s{i}", [(7 * i + t * t) % 19 for t in range(24)]) for i in range(6))
        outs = [self.forecast(text, "--interval", "refit", "--horizon", "2", "--threads", threads).out
                for threads in ("1", "3")]
        self.assertEqual(*outs)

    def test_nor_do_threads_or_that_series_learn_from_each_other(self):
        blocks = [rows(f"s{i}", [(7 * i + t * t) % 19 for t in range(30)]) for i in range(12)]
        words = ["--horizon", "3", "--global"]
        forth = self.forecast(HEADER + "".join(blocks), *words, "--threads", "1")
        back = self.forecast(HEADER + "".join(reversed(blocks)), *words, "--threads", "3")
        self.assertCountEqual([str(row) for row in forth.lines], [str(row) for row in back.lines])
        self.assertIn(" and nlinear together, equally weighted without the lowest and the highest of each step, "
                      "for 12 series (regular)", forth.err)

    def test_nothing_is_learnt_from_what_a_forecast_could_not_know(self):
        early = rows("early", [(3 * t) % 7 for t in range(20)],
                     [f"2026-01-{day:02}" for day in range(1, 21)])
        late = [f"2026-02-{day:02}" for day in range(1, 21)]
        def points(values):
            lines = self.forecast(HEADER + early + rows("late", values, late), "--global", "--model",
                                  "nlinear", "--horizon", "2").lines
            return [line["point"] for line in lines if line["unique_id"] == "early"]
        self.assertEqual(points([t % 3 for t in range(20)]), points([(t * t) % 11 for t in range(20)]))

    def test_series_learn_from_others_without_their_gaps(self):
        week = [100, 120, 130, 113, 90, 72, 78]
        def days(gap):
            return [(f"2026-01-{day + 1:02}", week[day % 7]) for day in range(28) if day != gap]
        text = HEADER + "".join(
            f"s{i},{time},{y + i}\n" for i in range(9) for time, y in days(7 + i))
        lines = self.forecast(text, "--global", "--model", "nlinear", "--season", "7", "--horizon", "7",
                              "--level", "80").lines
        for line in lines[:7]:
            self.assertAlmostEqual(line["point"], week[(line["step"] - 1) % 7], delta=2)

    def test_what_no_series_is_long_enough_for_is_not_learnt(self):
        short = "".join(rows(f"s{i}", [t % 7 * 10 for t in range(24)]) for i in range(9))
        words = ["--model", "nlinear", "--season", "7", "--horizon", "28"]
        for line in self.forecast(HEADER + short, *words, "--global").lines[:28]:
            self.assertAlmostEqual(line["point"], (23 + line["step"]) % 7 * 10, delta=6)
        late = rows("old", [1, 2, 3], [f"2020-01-0{day}" for day in (1, 2, 3)])
        late += rows("new", range(1, 29), [f"2026-01-{day:02}" for day in range(1, 29)])
        done = self.forecast(HEADER + late, "--global", "--model", "nlinear", "--horizon", "2")
        self.assertIn("nothing could be learnt from all series, because too few rows are older", done.err)
        self.assertAlmostEqual(done.lines[-1]["point"], 30, places=2)
        done = self.forecast(RUNS + runs(), "--global", "--horizon", "1")
        self.assertIn("because none has equal steps", done.err)

    def test_a_value_that_no_model_takes_is_a_fault_of_its_series_alone(self):
        text = HEADER + rows("huge", [1, 2, 1e200, 4]) + rows("plain", range(12))
        for model, point in (("naive", 11), ("nlinear", 12)):
            words = ["--global"] if model == "nlinear" else []
            done = self.forecast(text, "--model", model, "--horizon", "1", *words)
            self.assertIn("no forecast for series 'huge': ", done.err)
            self.assertIn(" is 1e+200, but must be finite, and at most 1e150 in size", done.err)
            self.assertEqual([round(line["point"], 3) for line in done.lines], [point])

    def test_values_that_differ_by_less_than_can_be_squared_are_refused(self):
        tiny = rows("tiny", [f"{100 + t * 5 % 7}e-300" for t in range(40)])
        done = self.forecast(HEADER + tiny + rows("plain", range(12)), "--model", "naive", "--horizon", "1")
        self.assertIn("no forecast for series 'tiny': the series cannot be used: its range is 6", done.err)
        self.assertIn(", but must be 0, or at least 1e-150", done.err)
        self.assertEqual([line["unique_id"] for line in done.lines], ["plain"])
        split = "unique_id,ds,y,split,horizon,period\n" + "".join(
            f"{line},{'train' if i < 38 else 'test'},2,1\n" for i, line in enumerate(tiny.splitlines()))
        scored = self.shelduck("forecast", "evaluate", self.file(split), "--models", "theta", "--json")
        self.assertEqual([model["failed"] for model in scored.document["models"]], [1, 1])

    def test_a_short_series_gets_another_choice(self):
        done = self.forecast(HEADER + rows("a", [3, 5, 4, 6, 5]) + rows("b", [3, 5, 4]), "--horizon", "1")
        self.assertIn("auto is naive and ces together, equally weighted, for 1 series (too short)", done.err)
        self.assertIn("auto is naive for 1 series (too short)", done.err)
        self.assertEqual({line["model"] for line in done.lines}, {"auto"})

    def test_the_number_of_values_chooses_by_size(self):
        text = HEADER + "".join(rows(f"s{n}", [t * t % 19 for t in range(n)]) for n in (4, 19, 20, 100))
        done = self.forecast(text, "--horizon", "1", "--model", "by_size")
        for model in ("exponential_smoothing", "auto_arima", "nlinear"):
            self.assertIn(f"by_size is {model} for 1 series", done.err)
        self.assertIn("no forecast for series 's4': has 4 values, needs 5", done.err)

    def test_a_season_longer_than_a_series_is_told(self):
        text = HEADER + rows("a", [t * t % 19 for t in range(60)]) + rows("b", [t % 7 for t in range(90)])
        for season, shorter in (("100000", "2"), ("7,80", "1"), ("60", None), ("auto", None), ("1", None)):
            done = self.forecast(text, "--horizon", "1", "--model", "naive", "--season", season)
            verb = "is" if shorter == "1" else "are"
            note = f"{shorter} series {verb} shorter than a season of --season, which is not seen there"
            (self.assertIn if shorter else self.assertNotIn)(note if shorter else "shorter than a season", done.err)

    def test_seasons_are_found_or_named(self):
        hours = [f"2026-03-{1 + t // 24:02}T{t % 24:02}:00:00Z" for t in range(24 * 28)]
        values = [(10 if 8 <= t % 24 < 18 else 2) * (1 if t // 24 % 7 < 5 else 0.2) + t % 5 / 50 + 1
                  for t in range(24 * 28)]
        text = HEADER + rows("load", values, hours)
        done = self.forecast(text, "--horizon", "48")
        self.assertIn("auto is nlinear for 1 series (several seasons)", done.err)
        for line, known in zip(done.lines, values):  # the next week begins like the others
            self.assertAlmostEqual(line["point"], known, delta=0.6)
        named = self.forecast(text, "--horizon", "48", "--season", "168,24")
        self.assertEqual([line["point"] for line in named.lines], [line["point"] for line in done.lines])
        none = self.forecast(text, "--horizon", "48", "--season", "1")
        self.assertIn("(regular)", none.err)

    def test_the_calendar_is_believed_where_no_test_can_tell(self):
        chance = random.Random(8)
        values = [round(100 + 30 * math.sin(2 * math.pi * t / 12) + chance.gauss(0, 2), 2) for t in range(26)]
        months = [f"{2024 + t // 12}-{1 + t % 12:02}-01" for t in range(26)]
        text = HEADER + rows("a", values, months)
        found = self.forecast(text, "--horizon", "12").lines
        named = self.forecast(text, "--horizon", "12", "--season", "12").lines
        self.assertEqual([line["point"] for line in found], [line["point"] for line in named])
        for line, known in zip(found, values[14:26]):
            self.assertAlmostEqual(line["point"], known, delta=12)

    def test_a_series_with_many_zeros_gets_the_models_for_them(self):
        done = self.forecast(HEADER + rows("a", [0, 0, 4, 0, 0, 2, 0, 0, 0, 3, 0, 0]), "--horizon", "2")
        self.assertIn("auto is naive, croston and tsb together, equally weighted without the lowest and the "
                      "highest of each step, for 1 series "
                      "(intermittent)", done.err)
        # croston: the mean of 4, 2, 3, over that of 3, 3, 4 steps. tsb: 3 of the first 10 steps, then zeros
        # with weight 0.1. naive: 0. So tsb is in the middle.
        croston = 0.85 * 3 / (10 / 3)
        tsb = 3 * 0.3 * 0.9 ** 2
        self.assertLess(tsb, croston)
        for line in done.lines:
            self.assertAlmostEqual(line["point"], tsb)

    def test_missing_rows_and_values_are_filled_and_told(self):
        days = [f"2026-03-{day:02}" for day in (1, 2, 3, 6, 7, 8)]
        done = self.forecast(HEADER + rows("a", [1, 2, 3, 6, None, 8], days), "--model", "drift",
                             "--horizon", "2")
        self.assertIn("2 rows between the others are missing", done.err)
        self.assertEqual([line["ds"] for line in done.lines], ["2026-03-09", "2026-03-10"])
        self.assertIn("1 row between the others has no value and was filled linearly", done.err)
        self.assertEqual(done.lines[0]["n"], 5)
        self.assertAlmostEqual(done.lines[0]["point"], 9)

    def test_what_nobody_knows_yet_is_to_come_and_not_learnt_from(self):
        values = [100 + 5 * (t % 6) + t * t % 7 for t in range(66)]
        later = rows("b", [50 + t % 4 for t in range(80)])
        for words in (["--season", "6"], ["--global"], ["--model", "theta"], ["--interval", "refit", "--model", "naive"]):
            with self.subTest(words=words):
                words = [*words, "--horizon", "8", "--level", "90"]
                known = self.forecast(HEADER + rows("a", values) + later, *words)
                empty = self.forecast(HEADER + rows("a", values + [None] * 6) + later, *words)
                self.assertEqual(empty.lines, known.lines)
                self.assertEqual((empty.lines[0]["ds"], empty.lines[0]["n"]), ("67", 66))
                self.assertIn("6 rows behind the last known value of their series are empty", empty.err)
                self.assertNotIn("behind the last known", known.err)

    def test_it_begins_behind_the_last_known_value_whatever_rows_follow(self):
        days = [f"2026-03-{day:02}" for day in (*range(1, 11), 12, 15)]  # 11, 13 and 14 are no rows
        done = self.forecast(HEADER + rows("a", [None, *range(2, 5), None, *range(6, 11), None, None], days),
                             "--model", "drift", "--horizon", "3")
        self.assertEqual([line["ds"] for line in done.lines], ["2026-03-11", "2026-03-12", "2026-03-13"])
        self.assertAlmostEqual(done.lines[0]["point"], 11)
        self.assertEqual(done.lines[0]["n"], 8)
        self.assertNotIn("are missing", done.err)

    def test_runs_that_nobody_knows_yet_keep_their_times_in_any_model(self):
        times = [f"2026-01-{1 + t:02}T{t * 7 % 24:02}:00:00Z" for t in range(20)]
        done = self.forecast(HEADER + rows("a", [30 + t % 5 for t in range(17)] + [None] * 3, times),
                             "--model", "naive", "--horizon", "4")
        self.assertEqual([line["ds"] for line in done.lines[:3]], times[17:])
        self.assertEqual(done.lines[0]["point"], 31)

    def test_horizon_period_and_split_come_from_the_file(self):
        text = "unique_id,ds,y,split,horizon,period\n" + "".join(
            f"a,{i},{i % 4},{'train' if i < 13 else 'test'},3,4\n" for i in range(1, 16))
        done = self.forecast(text, "--model", "seasonal_naive")
        self.assertEqual([line["point"] for line in done.lines], [1, 2, 3])
        self.assertIn("3 rows whose split is test were left out", done.err)
        self.assertEqual(len(self.forecast(text, "--horizon", "5").lines), 5)

    def test_a_short_series_is_named_and_the_rest_goes_on(self):
        done = self.forecast(HEADER + rows("short", [5, 6]) + rows("long", range(12)), "--horizon", "1",
                             "--model", "holt")
        self.assertEqual([line["unique_id"] for line in done.lines], ["long"])
        self.assertIn("no forecast for series 'short': has 2 values, needs 5", done.err)

    def test_without_an_error_to_judge_by_there_is_no_interval(self):
        row = self.forecast(HEADER + rows("one", [5]), "--horizon", "1", "--model", "naive").lines[0]
        self.assertEqual((row["point"], row["lower_80"], row["interval_need"]), (5, None, 2))

    def test_nothing_below_zero_where_asked(self):
        text = HEADER + rows("down", range(20, 0, -2))
        free = self.forecast(text, "--model", "drift", "--horizon", "4").lines[-1]
        clipped = self.forecast(text, "--model", "drift", "--horizon", "4", "--non-negative").lines[-1]
        self.assertLess(free["point"], 0)
        self.assertEqual((clipped["point"], clipped["lower_80"], clipped["upper_80"]), (0, 0, 0))

    def test_a_long_answer_is_cut_for_a_person_alone(self):
        path = self.file(HEADER + rows("a", range(30)))
        words = ["forecast", path, "--model", "naive", "--horizon", "200"]
        done = self.shelduck(*words)
        self.assertIn("140 more rows", done.err)
        self.assertEqual(len(self.shelduck(*words, "--format", "csv").rows), 200)

    def test_an_output_never_replaces_what_is_no_output(self):
        self.record("apt")
        self.shelduck("history", "stats")
        path = self.file(HEADER + rows("a", range(12)))
        (self.folder / "fifo").unlink(missing_ok=True)
        os.mkfifo(self.folder / "fifo")
        for place in (self.database, f"{self.database}.lock", path, self.folder / "fifo", "/dev/null",
                      self.folder):
            with self.subTest(place=place):
                error = self.refused("forecast", path, "--horizon", "1", "--out", place)
                self.assertEqual((error["field"], error["value"]), ("--out", str(place)))
        self.assertIn("a,12,11", path.read_text())

    def test_an_output_goes_through_a_link_and_keeps_the_mode(self):
        path = self.file(HEADER + rows("a", range(12)))
        real = self.folder / "real.csv"
        real.write_text("old")
        real.chmod(0o600)
        link = self.folder / "link.csv"
        link.symlink_to(real)
        self.shelduck("forecast", path, "--horizon", "1", "--out", link)
        self.assertTrue(link.is_symlink())
        self.assertIn("unique_id", real.read_text())
        self.assertEqual(real.stat().st_mode & 0o777, 0o600)

    def test_the_months_of_instants_and_short_months_go_on(self):
        instants = [f"2025-{month:02}-01 00:00:00" for month in range(1, 10)]
        done = self.forecast(HEADER + rows("a", range(9), instants), "--horizon", "1", "--model", "naive")
        self.assertEqual(done.lines[0]["ds"], "2025-10-01 00:00:00")
        days = ["2025-01-30", "2025-02-28", "2025-03-30", "2025-04-30"]
        done = self.forecast(HEADER + rows("a", range(4), days), "--horizon", "1", "--model", "naive")
        self.assertEqual(done.lines[0]["ds"], "2025-05-30")

    def test_a_series_that_stood_still_does_not_blow_up_the_bounds(self):
        text = HEADER + "".join(rows(f"s{i}", [0] * 40 + [100 + (7 * i + 3 * t) % 11 for t in range(20)])
                                for i in range(12))
        for row in self.forecast(text, "--horizon", "2", "--model", "ses").lines:
            self.assertLess(row["upper_95"], 1000)

    def test_a_step_without_scores_takes_the_width_of_the_one_before(self):
        text = HEADER + "".join(rows(f"s{i}", [10 + (5 * i + 3 * t) % 7 for t in range(12)])
                                for i in range(60))
        row = {row["step"]: row for row in self.forecast(text, "--horizon", "6", "--model", "naive").lines
               if row["unique_id"] == "s0"}
        width = {step: one["upper_80"] - one["lower_80"] for step, one in row.items()}
        self.assertLess(width[5] / width[4], 1.3)

    def test_a_file_named_evaluate_needs_its_folder(self):
        self.file(HEADER + rows("a", range(9)), "evaluate")
        done = self.shelduck("forecast", "./evaluate", "--horizon", "1", "--format", "csv")
        self.assertEqual(len(done.rows), 1)


RUNS = "unique_id,ds,y,packages\n"
# Gaps of 1 to 7 days; each takes ten seconds a package, a twentieth more or less.
DAYS = [5, 7, 12, 13, 20, 24, 25, 32, 33, 40, 44, 46]
PACKAGES = [3, 4, 2, 6, 3, 5, 5, 2, 3, 4]


def runs(name="apt", coming=(10, 1), packages=PACKAGES):
    day = datetime.date(2025, 12, 31)
    times = [day + datetime.timedelta(days=days) for days in DAYS]
    lines = [f"{name},{time},{10 * size * (0.95 + 0.1 * (i % 2)):.6g},{size}\n"
             for i, (time, size) in enumerate(zip(times[:10], packages, strict=True))]
    lines += [f"{name},{time},,{size}\n" for time, size in zip(times[10:], coming)]
    return "".join(lines)


class RunsWithCovariates(SeriesCase):
    def test_a_value_that_no_model_takes_concerns_its_series_alone(self):
        bad = runs("bad").replace(",30", ",1e200").replace(",28.5,", ",1e200,")
        done = self.shelduck("forecast", self.file(RUNS + runs() + bad), "--horizon", "2",
                             "--covariates", "packages", "--format", "ndjson")
        self.assertEqual({line["unique_id"] for line in done.lines}, {"apt"})
        self.assertIn("'bad'", done.err)

    def test_each_is_forecast_at_its_time_with_what_is_known(self):
        words = ["--horizon", "2", "--covariates", "packages", "--level", "50"]
        done = self.forecast(RUNS + runs(), *words)
        many, few = done.lines
        self.assertEqual([many["ds"], few["ds"], many["n"]], ["2026-02-13", "2026-02-15", 10])
        self.assertGreater(many["point"], 45)
        self.assertLess(few["point"], 30)
        # Bounds are as far on both sides in logarithms.
        self.assertAlmostEqual(many["upper_50"] / many["point"], many["point"] / many["lower_50"])
        self.assertIn("auto is regression, recent_median, median and ses together, weighted by past errors, "
                      "for 1 series (irregular)", done.err)
        # It is the covariate that told: the other way round where it is.
        other, same = self.forecast(RUNS + runs(coming=(1, 10)), *words).lines
        self.assertGreater(same["point"], other["point"])

    def test_rows_of_a_test_part_say_the_same_as_empty_ones(self):
        empty = self.forecast(RUNS + runs(), "--horizon", "2", "--covariates", "packages").lines
        split = "".join(line.replace(",,", ",999,") + (",test" if ",," in line else ",train") + "\n"
                        for line in runs().splitlines())
        told = self.forecast(RUNS.strip() + ",split\n" + split, "--horizon", "2", "--covariates",
                             "packages")
        self.assertEqual(told.lines, empty)
        self.assertIn("of 2 rows behind the last known value the time was used, and the covariates",
                      told.err)
        self.assertNotIn("left out", told.err)

    def test_without_rows_to_come_time_goes_on_by_the_mean_gap(self):
        done = self.forecast(RUNS + runs(coming=()), "--horizon", "2", "--model", "regression")
        # 35 days in nine gaps.
        self.assertEqual([line["ds"] for line in done.lines], ["2026-02-12", "2026-02-15"])
        steps = self.forecast(RUNS + runs(coming=()), "--horizon", "1", "--model", "theta")
        self.assertIn("1 series is irregular", steps.err)

    def test_a_covariate_without_a_value_counts_as_the_mean(self):
        done = self.forecast(RUNS + runs(coming=("", 1)), "--horizon", "1", "--covariates", "packages")
        self.assertIn("1 value of covariates is missing", done.err)
        self.assertTrue(25 < done.lines[0]["point"] < 50)

    def test_series_of_equal_steps_too_where_the_model_is_named(self):
        text = RUNS + "".join(f"a,{i},{'' if i > 30 else 5 + 3 * (i * i % 7)},{i * i % 7}\n"
                              for i in range(1, 34))
        words = ["--horizon", "3", "--model", "regression", "--covariates", "packages"]
        for row, i in zip(self.forecast(text, *words).lines, range(31, 34), strict=True):
            self.assertAlmostEqual(row["point"] / (5 + 3 * (i * i % 7)), 1, delta=0.25)

    def test_neither_threads_nor_the_order_of_series_change_a_number(self):
        first, second = runs("a"), runs("b", packages=list(reversed(PACKAGES)))
        words = ["--horizon", "2", "--covariates", "packages"]
        lines = self.forecast(RUNS + first + second, *words, "--threads", "2").lines
        turned = self.forecast(RUNS + second + first, *words, "--threads", "1").lines
        self.assertEqual(lines, turned[2:] + turned[:2])

    def test_what_is_wrong_is_named(self):
        def refusal(text, *words):
            return self.refused("forecast", self.file(RUNS + text), "--horizon", "2", *words)

        for words, value in [(["packages,packages"], "packages"), (["packages,y"], "y"), (["ds"], "ds"),
                             (["packages,,"], ""), (["packages", "--model", "theta"], "packages")]:
            with self.subTest(words=words):
                error = refusal(runs(), "--covariates", *words)
                self.assertEqual((error["field"], error["value"] or ""), ("--covariates", value))
        self.assertIn("did you mean 'packages'?", refusal(runs(), "--covariates", "package")["hint"])
        self.assertIn("line 12", refusal(runs(coming=("ten", 1)), "--covariates", "packages")["message"])
        error = refusal(runs(coming=(10,)), "--covariates", "packages")
        self.assertIn("series 'apt', line 12", error["message"])
        self.assertEqual((error["field"], error["value"]), ("--covariates", "packages"))
        even = "".join(f"a,{i},{i},{i}\n" for i in range(1, 20))
        error = refusal(even, "--covariates", "packages")
        self.assertIn("series 'a', line 20: the covariates of 2 steps are needed, and 0 rows", error["message"])
        self.assertEqual((error["field"], error["value"]), ("--covariates", "packages"))


SALES = "unique_id,ds,y,price,holiday\n"


def sales(name="a", days=60, coming=((5, 1), (7, 0), (5, 0)), gap=None):
    """100 a day and a little more or less, 10 fewer for each unit of price above 5, 40 more on holidays."""
    first = datetime.date(2026, 1, 1)
    chance = random.Random(3)
    rows = [(chance.randint(4, 8), int(chance.random() < 0.15)) for _ in range(days)]
    lines = [f"{name},{first + datetime.timedelta(days=t)},"
             f"{100 + 5 * t % 7 / 4 - 10 * (price - 5) + 40 * holiday},{price},{holiday}\n"
             for t, (price, holiday) in enumerate(rows) if t != gap]
    lines += [f"{name},{first + datetime.timedelta(days=days + h)},,{price},{holiday}\n"
              for h, (price, holiday) in enumerate(coming)]
    return "".join(lines)


class StepsWithCovariates(SeriesCase):
    WORDS = ["--horizon", "3", "--covariates", "price,holiday"]

    def test_models_that_know_them_are_together_and_told_in_words(self):
        done = self.forecast(SALES + sales(), *self.WORDS)
        self.assertIn("auto is auto_arima, prophet and lightgbm together, equally weighted without the lowest "
                      "and the highest of each step, for 1 series "
                      "(known covariates)", done.err)
        few = self.forecast(SALES + sales(days=40), *self.WORDS)
        self.assertIn("auto is auto_arima and prophet together", few.err)
        self.assertIn("of 3 rows behind the last known value the covariates were used", done.err)
        self.assertEqual([line["ds"] for line in done.lines], ["2026-03-02", "2026-03-03", "2026-03-04"])
        for line, expected in zip(done.lines, (141, 81, 101), strict=True):
            self.assertAlmostEqual(line["point"], expected, delta=3)
            self.assertLess(line["lower_80"], expected + 1)
            self.assertGreater(line["upper_80"], expected - 1)

    def test_each_of_them_alone(self):
        for model, delta in (("auto_arima", 3), ("prophet", 3), ("ensemble=prophet+auto_arima", 3),
                             ("ensemble", 3), ("lightgbm", 25)):
            with self.subTest(model=model):
                done = self.forecast(SALES + sales(days=150), *self.WORDS, "--model", model)
                for line, expected in zip(done.lines, (141, 81, 101), strict=True):
                    self.assertAlmostEqual(line["point"], expected, delta=delta)

    def test_trees_see_the_calendar_where_rows_have_times(self):
        chance, level, values = random.Random(5), 100, []
        for day in range(210):
            level += chance.gauss(0, 1)
            values.append(level + (20 if day % 7 == 3 else 0))  # Sundays

        def highest(time):
            text = "unique_id,ds,y\n" + "".join(f"a,{time(t)},{y}\n" for t, y in enumerate(values))
            words = ["--model", "lightgbm", "--season", "1", "--horizon", "7"]
            points = [line["point"] for line in self.forecast(text, *words).lines]
            return points.index(max(points)), points

        dated, numbered = (highest(time) for time in (
            lambda t: datetime.date(2026, 1, 1) + datetime.timedelta(days=t), lambda t: t + 1))
        self.assertEqual(dated[0], 3)
        self.assertNotEqual(dated[1], numbered[1])

    def test_trees_never_expect_less_of_more_work(self):
        chance = random.Random(6)
        past = [(t, chance.randint(1, 50)) for t in range(1, 121)]

        def point(name, coming):
            text = f"unique_id,ds,y,{name}\n" + "".join(
                f"a,{t},{100 - 0.2 * x + x * t % 3},{x}\n" for t, x in past) + f"a,121,,{coming}\n"
            words = ["--model", "lightgbm", "--covariates", name, "--horizon", "1"]
            return self.forecast(text, *words).lines[0]["point"]

        sizes = (1, 10, 25, 40, 50)
        work = [point("changed_files", size) for size in sizes]
        self.assertEqual(work, sorted(work))
        price = [point("price", size) for size in sizes]
        self.assertGreater(price[0], price[-1])

    def test_intervals_of_refits_know_them_too(self):
        words = [*self.WORDS, "--model", "auto_arima"]
        for line in self.forecast(SALES + sales(), *words, "--interval", "refit").lines:
            self.assertLess(line["upper_80"] - line["lower_80"], 8)

    def test_rows_of_a_test_part_say_the_same_as_empty_ones(self):
        empty = self.forecast(SALES + sales(), *self.WORDS).lines
        split = "".join(line.replace(",,", ",999,") + (",test" if ",," in line else ",train") + "\n"
                        for line in sales().splitlines())
        told = self.forecast(SALES.strip() + ",split\n" + split, *self.WORDS)
        self.assertEqual(told.lines, empty)
        self.assertNotIn("left out", told.err)

    def test_gaps_and_missing_covariates_of_the_history_are_filled(self):
        text = sales(gap=20).replace(",5,0\n", ",,0\n", 1)
        done = self.forecast(SALES + text, *self.WORDS)
        self.assertIn("1 row between the others is missing", done.err)
        self.assertIn("1 value of covariates is missing and was filled linearly", done.err)
        self.assertEqual(done.lines[0]["n"], 59)
        self.assertAlmostEqual(done.lines[0]["point"], 140, delta=4)

    def test_a_coming_value_that_is_missing_concerns_its_series_alone(self):
        text = SALES + sales("good") + sales("bad", coming=((5, 1), ("", 0), (5, 0)))
        done = self.forecast(text, *self.WORDS)
        self.assertEqual({line["unique_id"] for line in done.lines}, {"good"})
        self.assertIn("no forecast for series 'bad': the covariates cannot be used: price at step 2 is missing",
                      done.err)

    def test_every_coming_step_needs_its_row(self):
        few = self.refused("forecast", self.file(SALES + sales(coming=((5, 1),))), *self.WORDS)
        self.assertIn("series 'a', line 62: the covariates of 3 steps are needed, and 1 row stands", few["message"])
        late = SALES + sales().replace("2026-03-03", "2026-03-05").replace("2026-03-04", "2026-03-06")
        error = self.refused("forecast", self.file(late), *self.WORDS)
        self.assertIn("line 63: ds is '2026-03-05', where '2026-03-03' is the next step", error["message"])
        self.assertEqual((error["field"], error["value"]), ("ds", "2026-03-05"))

    def test_what_tells_nothing_breaks_nothing(self):
        plain = self.forecast(SALES + sales(), *self.WORDS, "--model", "auto_arima").lines
        more = "".join(line + f",{line.split(',')[3]},7\n"
                       for line in sales().splitlines())
        done = self.forecast(SALES.strip() + ",same,seven\n" + more, "--horizon", "3", "--model", "auto_arima",
                             "--covariates", "price,holiday,same,seven")
        self.assertEqual([line["point"] for line in done.lines], [line["point"] for line in plain])

    def test_a_name_with_a_comma_stands_in_quotation_marks(self):
        text = sales()
        plain = self.forecast(SALES + text, *self.WORDS).lines
        odd = 'unique_id,ds,y,"price, ""net""",holiday\n' + text
        words = ["--horizon", "3", "--covariates"]
        self.assertEqual(self.forecast(odd, *words, '"price, ""net""",holiday').lines, plain)
        self.assertEqual(self.forecast(odd, *words, 'holiday,"price, ""net"""').code, 0)
        for names in ('"price', '"price"x', 'holiday,"', '"",holiday'):
            with self.subTest(names=names):
                error = self.refused("forecast", self.file(odd), *words, names)
                self.assertEqual(error["field"], "--covariates")

    def test_who_knows_none_refuses_them_with_the_names_of_those_who_do(self):
        for model in ("theta", "ensemble=ces+auto_arima"):
            with self.subTest(model=model):
                error = self.refused("forecast", self.file(SALES + sales()), *self.WORDS, "--model", model)
                self.assertEqual(error["field"], "--covariates")
                for name in ("auto", "auto_arima", "prophet", "lightgbm", "regression", "recent_median"):
                    self.assertIn(name, error["rule"])
        done = self.forecast(SALES + sales(days=120), *self.WORDS, "--model", "by_size")
        self.assertIn("by_size is nlinear for 1 series", done.err)
        self.assertIn("1 series was forecast by a model that knows no covariates", done.err)
        self.assertIn("by_size is lightgbm for 1 series",
                      self.forecast(SALES + sales(), *self.WORDS, "--model", "by_size").err)

    def test_neither_threads_nor_the_order_of_series_change_a_number(self):
        first, second = sales("a"), sales("b", days=40)
        lines = self.forecast(SALES + first + second, *self.WORDS, "--threads", "2").lines
        turned = self.forecast(SALES + second + first, *self.WORDS, "--threads", "1").lines
        self.assertEqual(lines, turned[3:] + turned[:3])


class GiantsAndZeros(SeriesCase):
    def test_one_giant_does_not_reach_the_forecast_and_is_told(self):
        for place in (0, 30, 45, 55, 59):
            for words in ([], ["--model", "ensemble"]):
                with self.subTest(place=place, words=words):
                    done = self.forecast(HEADER + rows("a", near_hundred({place: 1e9})), *words,
                                         "--horizon", "3", "--level", "95")
                    for row in done.lines:
                        self.assertAlmostEqual(row["point"], 100, delta=5)
                        self.assertAlmostEqual(row["lower_95"], 100, delta=30)
                        self.assertAlmostEqual(row["upper_95"], 100, delta=30)
                    self.assertIn("1 value lies so far from all others", done.err)

    def test_nor_does_it_take_the_season_away(self):
        chance = random.Random(3)
        values = [round(100 + 30 * math.sin(2 * math.pi * t / 12) + chance.gauss(0, 2), 2) for t in range(132)]
        dates = [f"{2010 + t // 12}-{1 + t % 12:02}-01" for t in range(132)]
        giant = values[:70] + [1000] + values[71:]
        for times in (None, dates):
            for words in ([], ["--global"], ["--model", "ensemble"]):
                with self.subTest(dates=times is not None, words=words):
                    words = [*words, "--horizon", "12", "--level", "90"]
                    clean = self.forecast(HEADER + rows("a", values, times), *words).lines
                    told = self.forecast(HEADER + rows("a", giant, times), *words).lines
                    self.assertIn("prophet", {member["model"] for member in clean[0]["members"]})
                    for one, other in zip(clean, told, strict=True):
                        self.assertEqual(other["members"], one["members"])
                        for name in ("point", "lower_90", "upper_90"):
                            self.assertAlmostEqual(other[name], one[name], delta=0.01 * one[name])

    def test_peaks_that_repeat_and_levels_that_move_stay(self):
        peaks = dict.fromkeys(range(5, 60, 6), 1e9)
        level = {t: 1e9 for t in range(58, 60)}
        for giants in (peaks, level):
            done = self.forecast(HEADER + rows("a", near_hundred(giants)), "--horizon", "6")
            self.assertNotIn("lie so far", done.err)
            self.assertGreater(max(row["point"] for row in done.lines), 1e8)

    def test_what_is_fitted_does_not_learn_from_it_and_what_is_a_formula_does(self):
        chance = random.Random(2)
        values = [round(100 + chance.gauss(0, 2), 2) for _ in range(60)]
        text = HEADER + rows("a", values[:40] + [1e12] + values[41:])
        for model in ("auto_arima", "by_size", "exponential_smoothing", "theta", "nlinear", "mstl=ses"):
            with self.subTest(model=model):
                done = self.forecast(text, "--model", model, "--horizon", "1", "--level", "90")
                row = done.lines[0]
                self.assertAlmostEqual(row["point"], 100, delta=5)
                self.assertLess(row["lower_90"], 99)
                self.assertGreater(row["upper_90"], 101)
                self.assertLess(row["upper_90"] - row["lower_90"], 40)
                self.assertIn("1 value lies so far from all others", done.err)
        mean = self.forecast(text, "--model", "mean", "--horizon", "1")
        self.assertGreater(mean.lines[0]["point"], 1e10)
        self.assertNotIn("lies so far", mean.err)

    def test_a_jump_does_not_count_squared_in_the_bounds_of_a_single_model(self):
        for place in (45, 58):
            row = self.forecast(HEADER + rows("a", near_hundred({place: 1e9})), "--model", "naive",
                                "--horizon", "1", "--level", "95").lines[0]
            self.assertLess(row["upper_95"], 1e12)

    def test_a_shift_at_the_end_widens_bounds_by_itself_and_not_squared(self):
        chance = random.Random(8)
        calm = [round(100 + chance.gauss(0, 2), 2) for _ in range(60)]
        models = [["--model", "naive"], ["--model", "theta"], ["--model", "exponential_smoothing"]]
        for shift, asked in ((100, [[], *models]), (900, [[], ["--interval", "refit"], *models]),
                             (1e4, [[], *models]), (1e6, [[], *models])):
            values = [y + (shift if t >= 56 else 0) for t, y in enumerate(calm)]
            for words in asked:
                with self.subTest(shift=shift, words=words):
                    lines = self.forecast(HEADER + rows("a", values), *words, "--horizon", "4", "--level", "90").lines
                    for row in lines:
                        self.assertGreater(row["lower_90"], 100 - 2 * shift)
                        self.assertLess(row["upper_90"], 100 + 4 * shift)

    def test_only_zeros_are_forecast_as_zeros(self):
        for words in ([], ["--model", "auto_arima"], ["--model", "prophet"], ["--model", "tsb"]):
            for row in self.forecast(HEADER + rows("a", [0] * 40), *words, "--horizon", "3").lines:
                self.assertEqual(row["point"], 0)
                self.assertAlmostEqual(row["lower_80"], 0)
                self.assertAlmostEqual(row["upper_80"], 0)


class WhyTheseModels(SeriesCase):
    def test_rows_name_the_members_and_their_weights(self):
        text = HEADER + rows("few", [3, 5, 4, 6, 5, 7]) + rows("many", near_hundred({}))
        few, many = self.forecast(text, "--horizon", "1", "--season", "1", "--quiet").lines
        self.assertEqual(few["problem"], "too short")
        self.assertEqual(few["members"],
                         [{"model": "naive", "weight": 0.5}, {"model": "ces", "weight": 0.5}])
        self.assertEqual(many["problem"], "regular")
        self.assertEqual([member["model"] for member in many["members"]],
                         ["ces", "dotm", "exponential_smoothing", "holt", "growth"])
        named = self.forecast(text, "--horizon", "1", "--model", "ses").lines[0]
        self.assertEqual((named["problem"], named["members"]),
                         (None, [{"model": "ses", "weight": 1}]))

    def test_members_of_runs_are_named_without_a_weight_that_is_not_known(self):
        text = "unique_id,ds,y\n" + rows("apt", [30 + t % 5 for t in range(20)],
                                         [f"2026-01-{1 + t:02}T{t * 7 % 24:02}:00:00Z" for t in range(20)])
        row = self.forecast(text, "--horizon", "1").lines[0]
        self.assertEqual(row["problem"], "irregular")
        if len(row["members"]) > 1:
            self.assertEqual({member["weight"] for member in row["members"]}, {None})

    def test_and_tables_of_rows_keep_their_columns(self):
        path = self.file(HEADER + rows("a", near_hundred({})))
        header = self.shelduck("forecast", path, "--horizon", "1", "--level", "80",
                               "--format", "csv").out
        self.assertEqual(header.split("\n")[0],
                         "unique_id,ds,step,point,lower_80,upper_80,model,n,interval_need")

    def test_a_series_of_which_only_the_newest_values_are_used_is_told(self):
        text = HEADER + rows("long", [t % 7 for t in range(16_385)])
        self.assertIn("1 series is longer than what models with a search are fitted to: the newest 16384",
                      self.forecast(text, "--model", "ses", "--horizon", "1").err)
        self.assertNotIn("longer than",
                         self.forecast(text, "--model", "mean", "--horizon", "1").err)


class ManySeriesAndManyValues(SeriesCase):
    def test_of_many_short_series_each_is_forecast(self):
        series = 5000
        text = HEADER + "".join(f"s{i},{t},{i % 9 + t}\n" for i in range(series) for t in (1, 2, 3))
        done = self.forecast(text, "--horizon", "1")
        self.assertEqual(len(done.lines), series)
        self.assertEqual(done.lines[-1]["unique_id"], f"s{series - 1}")

    def test_one_long_series_is_forecast_by_what_counts_once(self):
        values = [t % 10 for t in range(100_000)]
        row = self.forecast(HEADER + rows("a", values), "--model", "mean", "--horizon", "1").lines[0]
        self.assertEqual(row["n"], 100_000)
        self.assertAlmostEqual(row["point"], 4.5)


class WrongInput(SeriesCase):
    def refusal(self, text, *words, code=2):
        return self.refused("forecast", self.file(text), *words, code=code)

    def test_one_level_said_twice_is_one(self):
        text = HEADER + rows("a", range(12))
        done = self.shelduck("forecast", self.file(text), "--horizon", "1", "--level", "99.9,0.999",
                             "--format", "csv")
        self.assertEqual(done.out.splitlines()[0].count("lower_99_9"), 1)

    def test_without_a_forecast_csv_has_its_columns(self):
        done = self.shelduck("forecast", self.file(HEADER + rows("a", [1, 2])), "--horizon", "1",
                             "--model", "auto_arima", "--format", "csv", code=1)
        self.assertTrue(done.out.startswith("unique_id,ds,step,point"))

    def test_times_end_in_the_small_letter_of_the_file(self):
        times = [f"2026-01-{day:02}T06:30:00z" for day in range(1, 11)]
        done = self.forecast(HEADER + rows("a", range(10), times), "--horizon", "1", "--model", "naive")
        self.assertEqual(done.lines[0]["ds"], "2026-01-11T06:30:00z")

    def test_what_is_missing_or_wrong_is_named(self):
        good = HEADER + rows("a", range(9))
        self.assertEqual(self.refusal(good)["field"], "--horizon")
        for words, field in [(["--horizon", "0"], "--horizon"), (["--model", "prophecy"], "--model"),
                             (["--level", "100"], "--level"), (["--level", "99.995"], "--level"),
                             (["--horizon", "99999999"], "--horizon"), (["--season", "0"], "--season"),
                             (["--season", "7,x"], "--season"), (["--season", "1,7"], "--season"),
                             (["--season", "2,3,4,5,6"], "--season"), (["--season", ""], "--season")]:
            with self.subTest(words=words):
                self.assertEqual(self.refusal(good, "--horizon", "2", *words)["field"], field)

    def test_times_off_the_rhythm_name_their_line(self):
        error = self.refusal(HEADER + rows("a", [1, 2, 3, 4, 5], [10, 20, 30, 35, 45]), "--horizon", "1")
        self.assertIn("series 'a'", error["message"])
        self.assertEqual((error["field"], error["value"]), ("ds", "35"))

    def test_a_time_that_comes_twice_is_no_matter_of_sorting(self):
        twice = self.refusal(HEADER + rows("a", [1, 2, 3], [1, 2, 2]), "--horizon", "1")
        self.assertEqual((twice["field"], twice["value"], twice["hint"]),
                         ("line 4, ds", "2", "keep one row for each series and time"))
        back = self.refusal(HEADER + rows("a", [1, 2, 3], [1, 3, 2]), "--horizon", "1")
        self.assertEqual(back["hint"], "sort the rows by series and time")

    def test_times_that_would_leave_their_kind_are_refused(self):
        for times in ([2, 4611686018427387904], ["9999-11-30", "9999-12-31"]):
            with self.subTest(times=times):
                error = self.refusal(HEADER + rows("a", [1, 2], times), "--horizon", "3", "--model", "naive")
                self.assertEqual(error["field"], "ds")

    def test_a_place_for_what_is_put_aside_is_needed(self):
        error = self.refused("forecast", self.file(HEADER + rows("a", range(9))), "--horizon", "1",
                             code=1, env={"TMPDIR": "/nothing"})
        self.assertEqual((error["field"], error["value"]), ("TMPDIR", "/nothing"))

    def test_quiet_still_says_what_could_not_be_forecast(self):
        words = ["--horizon", "1", "--model", "theta", "--quiet"]
        def said(text, *more, code):
            return self.shelduck("forecast", self.file(text), *words, *more, "--format", "csv", code=code).err
        short, fine = rows("a", [1]), rows("b", range(12))
        self.assertEqual(said(HEADER + short, code=1), "shelduck: no forecast for series 'a': has 1 value, needs 6\n")
        self.assertIn("series 'a': timeout", said(HEADER + rows("a", range(9)), "--timeout", "0", code=1))
        self.assertIn("series 'a': ", said(HEADER + rows("a", [1, 2, 1e200, 4]), code=1))
        self.assertIn("series 'a': ", said(HEADER + short + fine, code=0))
        self.assertEqual(said(HEADER + fine, code=0), "")

    def test_no_series_at_all_is_no_success(self):
        done = self.shelduck("forecast", self.file(HEADER + rows("a", [1])), "--horizon", "1",
                             "--model", "holt", "--format", "csv", code=1)
        self.assertIn("no forecast for series 'a'", done.err)


if __name__ == "__main__":
    command_line.main()
