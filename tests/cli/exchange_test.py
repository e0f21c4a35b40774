#!/usr/bin/env python3
"""What goes in and out of a history: imports, exports, forecasts."""

import datetime

import command_line

def apt_block(start, end):
    return (f"\nStart-Date: {start}\nCommandline: apt-get upgrade -y\n"
            f"Upgrade: curl:amd64 (7.88.1-10, 7.88.1-11)\nEnd-Date: {end}\n")


def apt_log(entries):
    days = [f"2026-0{month}-05  03:0" for month in range(1, entries + 1)]
    return "".join(apt_block(f"{day}0:00", f"{day}2:{31 + i}") for i, day in enumerate(days))


class Import(command_line.Case):
    def setUp(self):
        super().setUp()
        self.log = self.folder / "history.log"
        self.log.write_text(apt_log(6))

    def test_a_log_is_taken_once_and_the_second_time_nothing_changes(self):
        before = self.log.read_bytes()
        first = self.shelduck("history", "import", "apt", self.log, "--json").document
        self.assertEqual(list(first), ["source", "format", "runs", "executions", "steps",
                                       "wall_clock_seconds", "first", "last", "rejects"])
        self.assertEqual((first["executions"]["read"], first["executions"]["imported"]), (6, 6))
        again = self.shelduck("history", "import", "apt", self.log, "--json")
        counts = again.document["executions"]
        self.assertEqual((counts["imported"], counts["unchanged"]), (0, 6))
        self.assertIn("nothing is new", again.err)
        self.assertEqual(self.log.read_bytes(), before)

    def test_the_imported_history_can_be_asked(self):
        self.shelduck("history", "import", "apt", self.log)
        done = self.shelduck("history", "stats", "apt", "--days", "3650", "--json")
        (apt,) = done.document["plugins"]
        self.assertEqual((apt["executions"], apt["success"]), (6, 6))
        self.assertAlmostEqual(apt["wall_clock_seconds_mean"], 153.5)

    def test_an_entry_that_ends_before_it_starts_is_kept_without_a_duration(self):
        self.log.write_text(apt_log(6) + apt_block("2026-07-05  03:00:00", "2026-07-05  01:00:00"))
        done = self.shelduck("history", "import", "apt", self.log, "--json")
        self.assertEqual((done.document["executions"]["imported"],
                          done.document["wall_clock_seconds"]), (7, 921))
        self.assertIn("1 executions end before they begin", done.err)

    def test_a_person_reads_the_sums_too(self):
        done = self.shelduck("history", "import", "apt", self.log)
        self.assertIn("15m 21s of work, from 2026-01-05 03:00:00 to 2026-06-05", done.err)

    def test_a_log_without_years_needs_to_be_told_the_first(self):
        log = self.folder / "yum.log"
        log.write_text("Nov 30 10:00:00 Updated: bash-4.1.2-15.el6.x86_64\n"
                       "Jan 02 10:00:00 Updated: vim-7.2-1.el6.x86_64\n")
        untold = self.shelduck("history", "import", "yum", log, "--json", code=1).document
        self.assertEqual(len(untold["rejects"]), 2)
        self.assertIn("--year", untold["rejects"][0]["reason"])
        words = ["history", "import", "yum", log, "--year", "2023", "--json"]
        told = self.shelduck(*words).document
        self.assertEqual((told["first"], told["last"]),
                         ("2023-11-30T10:00:00Z", "2024-01-02T10:00:00Z"))
        log.touch()
        again = self.shelduck(*words).document["executions"]
        self.assertEqual((again["imported"], again["unchanged"]), (0, 2))
        self.assertEqual(self.refused(*words[:-2], "23")["field"], "--year")

    def test_a_bad_entry_is_rejected_and_the_rest_is_taken(self):
        bad = apt_block("2026-17-05  03:00:00", "2026-17-05  03:01:00")
        self.log.write_text(apt_log(6) + bad)
        done = self.shelduck("history", "import", "apt", self.log, "--json", code=1)
        self.assertEqual(done.document["executions"]["imported"], 6)
        self.assertTrue(done.document["rejects"])
        listed = self.shelduck("db", "quarantine", "list", "--json").document["quarantine"]
        self.assertEqual(len(listed), len(done.document["rejects"]))
        rows = self.shelduck("db", "quarantine", "list", "--format", "csv").rows
        self.assertGreater(int(rows[0]["record_bytes"]), 0)
        self.shelduck("db", "quarantine", "drop", "--yes")
        self.assertEqual(self.shelduck("db", "quarantine", "list", "--json").document,
                         {"quarantine": []})

    def test_a_file_that_is_not_there_and_an_unknown_format(self):
        self.assertEqual(self.refused("history", "import", "apt", "nowhere.log", code=3)["kind"],
                         "not_found")
        self.assertIn("apt", self.refused("history", "import", "aptt", self.log)["rule"])
        for form in ("json", "ninja"):
            with self.subTest(form=form):
                self.assertEqual(self.refused("history", "import", form)["field"], "FILE")

    def test_a_damaged_json_file_is_named(self):
        damaged = self.folder / "history.json"
        damaged.write_bytes(b"\x00\x01 this is no JSON")
        with self.start("history", "import", "json", damaged, "--json") as process:
            out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (1, 2), out + err)
        self.assertEqual(self.shelduck("history", "runs", "--json").document["runs"], [])


class Export(command_line.Case):
    def setUp(self):
        super().setUp()
        log = self.folder / "history.log"
        log.write_text(apt_log(6))
        self.shelduck("history", "import", "apt", log)
        self.record("snap", "false")

    def asked(self, database):
        return [self.shelduck("--db", database, "history", *words, "--days", "3650",
                              "--json").document
                for words in (["runs"], ["stats"], ["series", "apt"])]

    def test_json_imports_back_to_equal_answers(self):
        self.shelduck("history", "export", "--output", "whole.json")
        other = self.folder / "other/history.duckdb"
        self.shelduck("--db", other, "history", "import", "json", "whole.json")
        self.assertEqual(self.asked(other), self.asked(self.database))

    def test_json_goes_to_stdout_by_default(self):
        elements = self.shelduck("history", "export").document
        self.assertEqual(len([each for each in elements if "run_id" in each]), 7)

    def test_csv_and_parquet_make_one_file_a_table_in_a_new_folder(self):
        for form in ("csv", "parquet"):
            with self.subTest(form=form):
                self.shelduck("history", "export", "--format", form, "--output", f"out-{form}")
                names = {path.name for path in (self.folder / f"out-{form}").iterdir()}
                self.assertIn(f"runs.{form}", names)
                self.assertIn(f"step_metrics.{form}", names)
                error = self.refused("history", "export", "--format", form,
                                     "--output", f"out-{form}")
                self.assertEqual(error["field"], "--output")
        self.assertEqual(self.refused("history", "export", "--format", "csv")["field"], "--output")

    def test_an_export_never_replaces_the_database_or_what_belongs_to_it(self):
        before = self.shelduck("history", "stats", "--days", "36500", "--json").document
        for name in (self.database, f"{self.database}.lock", f"{self.database}.journal/export.json"):
            with self.subTest(name=name):
                self.assertEqual(self.refused("history", "export", "-o", name)["field"], "--output")
        self.assertEqual(self.shelduck("history", "stats", "--days", "36500", "--json").document,
                         before)
        error = self.refused("history", "export", "-o", "/nonexistent/e.json", code=1)
        self.assertEqual((error["field"], error["value"]), ("--output", "/nonexistent/e.json"))

    def test_a_failed_export_leaves_nothing(self):
        before = set(command_line.files_below(self.folder))
        self.refused("history", "export", "--output", self.folder)
        self.assertEqual(set(command_line.files_below(self.folder)), before)


class Forecasts(command_line.Case):
    def fill(self, entries):
        log = self.folder / "history.log"
        log.write_text(apt_log(entries))
        self.shelduck("history", "import", "apt", log)

    def test_below_five_it_says_not_enough(self):
        self.fill(4)
        document = self.shelduck("predict", "apt", "--json").document
        wall = document["plugins"][0]["targets"]["wall_clock_seconds"]
        self.assertEqual(wall, {"not_enough": {"have": 4, "need": 5}})
        self.assertIn("not enough, have 4, need 5", self.shelduck("predict", "apt").out)

    def test_from_five_on_there_is_a_point(self):
        self.fill(8)
        document = self.shelduck("predict", "--json", "--level", "0.8").document
        self.assertEqual(document["level"], 80)
        wall = document["plugins"][0]["targets"]["wall_clock_seconds"]
        self.assertEqual(set(wall), {"point", "lower", "upper", "n", "model", "interval_need"})
        self.assertEqual(wall["n"], 8)
        self.assertGreater(wall["point"], 140)
        self.assertLess(wall["point"], 170)

    def test_a_forecast_is_kept_once_and_calibration_is_a_list(self):
        self.fill(8)
        self.shelduck("predict", "apt")
        self.shelduck("predict", "apt")
        elements = self.shelduck("history", "export").document
        kept = [each for each in elements if "forecast_id" in each]
        self.assertEqual(len(kept), len({(each["plugin_name"], each["target"]) for each in kept}))
        self.assertTrue(kept)
        self.assertEqual(list(self.shelduck("calibration", "--json").document), ["rows"])

    def test_training_keeps_what_is_chosen_and_predict_goes_on_with_it(self):
        entries = "".join(
            f"\nStart-Date: 2026-{3 + day // 28:02}-{1 + day % 28:02}  06:00:00\n"
            f"Commandline: apt-get upgrade -y\nUpgrade: curl:amd64 (1, 2)\n"
            f"End-Date: 2026-{3 + day // 28:02}-{1 + day % 28:02}  06:0{1 + day % 2}:{day % 7:02}\n"
            for day in range(60))
        self.assertEqual(self.refused("history", "train", code=3)["kind"], "not_found")
        log = self.folder / "history.log"
        log.write_text(entries)
        self.shelduck("history", "import", "apt", log)
        made = self.shelduck("history", "train", "--json").document["models"]
        self.assertEqual([(each["target"], each["n"], each["model"]) for each in made],
                         [("wall_clock_seconds", 60, "ensemble")])
        self.assertEqual([each["model"] for each in made[0]["candidates"]],
                         ["together", "regression", "recent_median", "median", "ses", "ensemble"])
        weights = [each["weight"] for each in made[0]["candidates"]]
        self.assertEqual([weights[0], weights[-1]], [None, None])
        self.assertAlmostEqual(sum(weights[1:-1]), 1)
        self.assertGreaterEqual(min(weights[1:-1]), 0)
        wall = self.shelduck("predict", "--json").document["plugins"][0]["targets"][
            "wall_clock_seconds"]
        self.assertEqual(wall["model"], "ensemble")
        self.assertTrue(50 < wall["point"] < 80, wall["point"])
        self.assertIn("kept for 1 of 1", self.shelduck("history", "train").err)
        self.assertEqual(self.refused("history", "train", "atp", code=3)["value"], "atp")

    def test_a_plan_is_read_and_a_wrong_one_is_named(self):
        self.fill(8)
        plan = self.folder / "plan.json"
        plan.write_text('{"waves": [["apt"]]}')
        self.assertEqual(self.shelduck("predict", "--plan", plan, "--json").document["plan"],
                         "plan.json")
        plan.write_text('{"waves": 3}')
        self.assertEqual(self.refused("predict", "--plan", plan)["kind"], "invalid_input")
        self.assertEqual(self.refused("predict", "--plan", "nowhere.json", code=3)["kind"],
                         "not_found")

    def test_a_plan_speaks_of_known_plugins_and_of_all_that_are_asked_for(self):
        self.fill(8)
        self.record("snap")
        plan = self.folder / "plan.json"
        plan.write_text('{"waves": [["apt", "flatpk"]]}')
        self.assertEqual(self.refused("predict", "--plan", plan, code=3)["value"], "flatpk")
        plan.write_text('{"waves": [["apt"]]}')
        error = self.refused("predict", "apt", "snap", "--plan", plan)
        self.assertEqual((error["field"], error["value"]), ("--plan", "snap"))

    def test_remaining_is_never_negative_and_needs_to_know_of_what(self):
        self.fill(8)
        document = self.shelduck("remaining", "--plugin", "apt", "--elapsed", "100000",
                                 "--json").document
        self.assertEqual(document["elapsed_seconds"], 100000)
        self.assertGreaterEqual(document["remaining"]["point"], 0)
        self.assertEqual(self.refused("remaining")["field"], "RUN")
        self.assertEqual(self.refused("remaining", "--plugin", "apt")["field"], "--elapsed")
        run = "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"
        for option in ("--elapsed", "--percent"):
            self.assertEqual(self.refused("remaining", run, option, "5")["field"], option)


class Prune(command_line.Case):
    def test_old_runs_go_and_newer_ones_stay(self):
        log = self.folder / "history.log"
        log.write_text(apt_log(6).replace("2026-01", "2019-01"))
        self.shelduck("history", "import", "apt", log)
        words = ["history", "prune", "--older-than", "1500d"]
        planned = self.shelduck(*words, "--dry-run", "--json").document
        self.assertEqual(planned["runs"], 1)
        self.assertIsNone(planned.pop("file_bytes_after"))
        pruned = self.shelduck(*words, "--yes", "--json").document
        self.assertEqual(pruned.pop("file_bytes_after"), self.database.stat().st_size)
        self.assertGreater(pruned.pop("cutoff"), planned.pop("cutoff"))
        self.assertEqual(pruned, planned)
        done = self.shelduck("history", "stats", "--days", "36500", "--json")
        self.assertEqual(done.document["plugins"][0]["executions"], 5)
        self.assertIn("nothing is old enough", self.shelduck(*words, "--yes").err)

    def import_many(self, entries):
        """A history whose rows take several times what its tables take."""
        start = datetime.datetime(2019, 1, 1)
        log = self.folder / "many.log"
        log.write_text("".join(
            apt_block(f"{start + datetime.timedelta(hours=i):%Y-%m-%d  %H:%M:%S}",
                      f"{start + datetime.timedelta(hours=i, seconds=i % 977):%Y-%m-%d  %H:%M:%S}")
            for i in range(entries)))
        self.shelduck("history", "import", "apt", log)
        return self.file_bytes()

    def executions(self):
        done = self.shelduck("history", "stats", "--days", "36500", "--json")
        return done.document["plugins"][0]["executions"]

    def test_a_size_is_kept_to_and_the_second_time_nothing_goes(self):
        before = self.import_many(12_000)
        keep = 2_200_000
        self.assertGreater(before, keep)
        words = ["history", "prune", "--keep-size", str(keep), "--json"]
        planned = self.shelduck(*words, "--dry-run").document
        self.assertGreater(planned["runs"], 0)
        self.assertEqual((self.executions(), self.file_bytes()), (12_000, before))
        pruned = self.shelduck(*words, "--yes").document
        self.assertGreater(pruned["runs"], 0)
        left = self.executions()
        self.assertEqual(left, 12_000 - pruned["executions"])
        self.assertGreater(left, 0)
        self.assertLessEqual(self.file_bytes(), keep)
        again = self.shelduck(*words, "--yes")
        self.assertEqual((again.document["runs"], again.document["executions"]), (0, 0))
        self.assertIn("nothing has to go", again.err)
        self.assertLessEqual(self.file_bytes(), keep)
        self.assertEqual(self.executions(), left)
        self.shelduck("db", "check", "--deep")

    def test_the_file_of_a_history_that_is_gone_is_small(self):
        before = self.import_many(14_000)
        done = self.shelduck("history", "prune", "--older-than", "1d", "--yes", "--json")
        self.assertEqual(done.document["executions"], 14_000)
        after = self.database.stat().st_size
        self.assertLess(after, before / 2)
        self.assertEqual(done.document["file_bytes_after"], after)
        self.assertIn("the file went from", done.err)
        self.assertEqual(
            [path.name for path in self.folder.glob("**/*.staging*")], [])

    def test_a_size_below_that_of_a_single_run_removes_nothing(self):
        self.record("apt")
        self.shelduck("history", "stats")
        error = self.refused("history", "prune", "--keep-size", "100kB", "--yes")
        self.assertEqual(error["field"], "--keep-size")
        self.assertIn("nothing was removed", error["message"])
        done = self.shelduck("history", "stats", "--json")
        self.assertEqual(done.document["plugins"][0]["executions"], 1)

    def test_it_needs_to_know_how_much(self):
        self.record("apt")
        self.assertEqual(self.refused("history", "prune", "--yes")["field"], "--older-than")


if __name__ == "__main__":
    command_line.main()
