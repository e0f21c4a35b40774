#!/usr/bin/env python3
"""What answers look like: JSON shapes, NDJSON, CSV, tables, colour and width."""

import re

import command_line

STATS = ["plugin_name", "executions", "success", "failed", "skipped", "timeout", "interrupted",
         "success_rate", "wall_clock_seconds_mean", "wall_clock_seconds_median",
         "wall_clock_seconds_p95", "cpu_seconds_mean", "memory_peak_bytes_max",
         "download_size_bytes_total", "first_execution", "last_execution"]
RUNS = ["run_id", "source_id", "start_time", "end_time", "hostname", "username", "status",
        "executions", "wall_clock_seconds"]
DAILY = ["date", "executions", "success", "failed", "skipped", "timeout", "interrupted",
         "wall_clock_seconds"]
TREND = ["bucket_start", "count", "mean", "min", "max", "p95"]
SERIES = ["start_time", "value", "status", "packages_updated", "download_size_bytes"]

# Command, member that holds the inner objects, and their members.
LISTS = [
    (("history", "runs"), "runs", RUNS),
    (("history", "stats"), "plugins", STATS),
    (("history", "daily"), "days", DAILY),
    (("history", "trend", "apt"), "points", TREND),
    (("history", "series", "apt"), "points", SERIES),
]


class Formats(command_line.Case):
    def setUp(self):
        super().setUp()
        self.record("apt")
        self.record("snap", "false")

    def test_json_has_the_contracts_members_in_one_line(self):
        for words, member, columns in LISTS:
            with self.subTest(words=words):
                done = self.shelduck(*words, "--json")
                self.assertEqual(done.out.count("\n"), 1)
                rows = done.document[member]
                self.assertTrue(rows)
                for row in rows:
                    self.assertEqual(list(row), columns)

    def test_ndjson_and_csv_show_the_same_inner_objects(self):
        for words, member, columns in LISTS:
            with self.subTest(words=words):
                rows = self.shelduck(*words, "--json").document[member]
                self.assertEqual(self.shelduck(*words, "--format", "ndjson").lines, rows)
                table = self.shelduck(*words, "--format", "csv").rows
                self.assertEqual(len(table), len(rows))
                self.assertEqual(list(table[0]), columns)
                for flat, row in zip(table, rows):
                    self.assertEqual({name for name in row if row[name] is None},
                                     {name for name in flat if flat[name] == ""})

    def test_show_gives_a_run_with_its_executions_and_steps(self):
        run_id = self.shelduck("history", "runs", "--json").document["runs"][0]["run_id"]
        run = self.shelduck("history", "show", run_id, "--json").document
        self.assertEqual(run["run_id"], run_id)
        (execution,) = run["executions"]
        self.assertEqual((execution["plugin_name"], execution["status"], execution["exit_code"]),
                         ("snap", "failed", 1))
        (step,) = execution["steps"]
        self.assertEqual((step["step_name"], step["phase"]), ("update", "EXECUTE"))
        self.assertEqual(execution["estimates"], [])
        table = self.shelduck("history", "show", run_id).out
        self.assertIn("executions\n", table)
        self.assertIn("steps\n", table)

    def test_stats_count_what_was_recorded(self):
        done = self.shelduck("history", "stats", "--json", "--days", "30")
        rows = {row["plugin_name"]: row for row in done.document["plugins"]}
        self.assertEqual(done.document["days"], 30)
        self.assertEqual((rows["apt"]["executions"], rows["apt"]["success_rate"]), (1, 1.0))
        self.assertEqual((rows["snap"]["failed"], rows["snap"]["success_rate"]), (1, 0.0))
        self.assertIsNone(rows["snap"]["wall_clock_seconds_mean"])
        one = self.shelduck("history", "stats", "apt", "--json").document["plugins"]
        self.assertEqual([row["plugin_name"] for row in one], ["apt"])

    def test_instants_are_utc_with_z(self):
        run = self.shelduck("history", "runs", "--json").document["runs"][0]
        self.assertRegex(run["start_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

    def test_runs_are_paged_by_cursor(self):
        first = self.shelduck("history", "runs", "--limit", "1", "--json").document
        second = self.shelduck("history", "runs", "--limit", "1", "--next", first["next"],
                               "--json").document
        self.assertNotEqual(first["runs"][0]["run_id"], second["runs"][0]["run_id"])
        self.assertIsNone(second["next"])
        self.assertEqual(self.refused("history", "runs", "--next", "yesterday")["field"], "--next")

    def test_the_environment_may_name_the_format(self):
        done = self.shelduck("history", "stats", env={"SHELDUCK_FORMAT": "csv"})
        self.assertEqual(list(done.rows[0]), STATS)


class Tables(command_line.Case):
    def setUp(self):
        super().setUp()
        self.record("apt")
        self.record("snap", "false")

    def test_a_table_has_titles_units_and_no_trailing_blanks(self):
        table = self.shelduck("history", "stats").out
        self.assertRegex(table, r"^plugin +runs +failed +success +mean +median +p95")
        self.assertRegex(table, r"\napt +1 +0 +100\.0% +\d")
        self.assertRegex(table, r"\nsnap +1 +1 +0\.0% +- ")
        self.assertNotRegex(table, r" \n")
        self.assertNotIn("\x1b", table)

    def test_a_trend_names_its_zone_and_shows_its_dates(self):
        days = {zone: self.shelduck("history", "daily", "--days", "1", "--tz", zone,
                                    "--json").document["days"][-1]["date"]
                for zone in ("Pacific/Kiritimati", "-12:00")}
        for zone, day in days.items():
            with self.subTest(zone=zone):
                table = self.shelduck("history", "trend", "apt", "--granularity", "day",
                                      "--tz", zone).out
                self.assertIn(f"by day in {zone}\n", table)
                self.assertIn(f"\n{day} ", table)

    def test_a_narrow_terminal_loses_columns_not_lines(self):
        wide = self.shelduck("history", "stats").out.splitlines()
        narrow = self.shelduck("history", "stats", env={"COLUMNS": "40"}).out.splitlines()
        self.assertEqual(len(wide), len(narrow))
        self.assertLessEqual(max(map(len, narrow)), 40)
        self.assertIn("median", narrow[0])
        self.assertNotIn("peak memory", narrow[0])

    def test_a_terminal_gets_colour_and_indented_json(self):
        code, shown = self.on_terminal("history", "runs")
        self.assertEqual(code, 0)
        self.assertIn("\x1b[32msuccess\x1b[0m", shown)
        code, shown = self.on_terminal("history", "runs", "--json")
        self.assertTrue(shown.startswith('{\n  "runs": [\n'), shown)

    def test_no_color_and_color_are_kept(self):
        colored = re.compile("\x1b\\[3")
        self.assertNotRegex(self.on_terminal("history", "runs", env={"NO_COLOR": "1"})[1], colored)
        self.assertNotRegex(self.on_terminal("history", "runs", "--color", "never")[1], colored)
        self.assertNotRegex(self.on_terminal("history", "runs", env={"TERM": "dumb"})[1], colored)
        self.assertRegex(self.shelduck("history", "runs", "--color", "always").out, colored)
        self.assertRegex(
            self.on_terminal("history", "runs", "--color", "always", env={"NO_COLOR": "1"})[1],
            colored)

    def test_a_terminal_of_forty_columns_is_not_overrun(self):
        _, shown = self.on_terminal("history", "stats", columns=40, env={"NO_COLOR": "1"})
        self.assertLessEqual(max(map(len, shown.splitlines())), 40)


if __name__ == "__main__":
    command_line.main()
