#!/usr/bin/env python3
"""Wrong words, wrong values and settings: exit codes, the names in errors, and near words."""

import subprocess

import command_line

QUESTIONS = [
    ("history", "runs"),
    ("history", "stats"),
    ("history", "stats", "apt"),
    ("history", "daily"),
    ("history", "trend", "apt"),
    ("history", "series", "apt"),
    ("history", "accuracy"),
    ("predict",),
    ("predict", "apt"),
    ("remaining", "--plugin", "apt", "--elapsed", "5"),
    ("calibration",),
    ("db", "quarantine", "list"),
]


class NoHistory(command_line.Case):
    def test_every_question_says_so_and_makes_no_file(self):
        for words in QUESTIONS:
            with self.subTest(words=words):
                done = self.shelduck(*words, "--json")
                self.assertIsInstance(done.document, dict)
                self.assertIn("no history yet", done.err)
        self.assertEqual(command_line.files_below(self.folder), {})
        self.assertFalse(self.database.parent.exists())

    def test_an_export_is_an_empty_list(self):
        self.assertEqual(self.shelduck("history", "export").document, [])

    def test_tables_rows_and_csv_are_empty_but_valid(self):
        self.assertEqual(self.shelduck("history", "stats").out, "")
        self.assertEqual(self.shelduck("history", "stats", "--format", "ndjson").out, "")
        csv = self.shelduck("history", "stats", "--format", "csv").out
        self.assertTrue(csv.startswith("plugin_name,executions,success,failed,"))
        self.assertEqual(csv.count("\n"), 1)

    def test_quiet_keeps_stderr_silent(self):
        self.assertEqual(self.shelduck("history", "stats", "--quiet").err, "")

    def test_show_of_an_unknown_run_is_not_found(self):
        error = self.refused("history", "show", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21", code=3)
        self.assertEqual(error["kind"], "not_found")

    def test_care_of_a_database_that_is_not_there_is_not_found(self):
        for words in (["db", "check"], ["db", "backup", "copy"], ["db", "quarantine", "retry"]):
            with self.subTest(words=words):
                self.assertEqual(self.refused(*words, code=3)["kind"], "not_found")


class WrongWords(command_line.Case):
    def test_the_engine_by_itself_sends_to_the_program(self):
        for word in ("--help", "--version"):
            engine = subprocess.run([command_line.BUILD / "libexec/shelduck/engine", word],
                                    capture_output=True, text=True, env=self.environment, timeout=60)
            self.assertEqual(engine.returncode, 2)
            self.assertIn("shelduck --help", engine.stderr)

    def test_a_near_word_is_suggested(self):
        for words, near in [
            (["histroy", "runs"], "history"),
            (["history", "stat"], "stats"),
            (["db", "chek"], "check"),
        ]:
            with self.subTest(words=words):
                self.assertIn(near, self.refused(*words)["hint"])

    def test_an_unknown_flag_names_the_near_one(self):
        error = self.refused("history", "stats", "--dayz", "3")
        self.assertEqual((error["field"], error["hint"]), ("--dayz", "did you mean --days?"))

    def test_values_outside_a_choice_name_the_rule(self):
        for words, field, near in [
            (["history", "trend", "apt", "--metric", "wal_clock_seconds"], "--metric",
             "wall_clock_seconds"),
            (["history", "trend", "apt", "--granularity", "moth"], "--granularity", "month"),
            (["history", "series", "apt", "--target", "cpu_second"], "--target", "cpu_seconds"),
        ]:
            with self.subTest(words=words):
                error = self.refused(*words)
                self.assertEqual(error["field"], field)
                self.assertEqual(error["value"], words[-1])
                self.assertIn(near, error["rule"])
                self.assertIn(near, error["hint"])

    def test_an_unknown_format_is_text_on_stderr(self):
        done = self.shelduck("history", "runs", "--format", "jsn", code=2)
        self.assertIn("'jsn'", done.err)
        self.assertIn("did you mean json?", done.err)
        self.assertEqual(done.out, "")

    def test_json_and_another_format_contradict_each_other(self):
        self.assertIn("contradict", self.refused("history", "runs", "--format", "csv")["message"])

    def test_numbers_that_break_their_rule(self):
        for words in (["history", "stats", "--days", "0"], ["history", "stats", "--days", "many"],
                      ["history", "runs", "--limit", "-3"], ["predict", "--level", "150"],
                      ["history", "prune", "--older-than", "soon", "--yes"]):
            with self.subTest(words=words):
                self.assertEqual(self.refused(*words)["kind"], "invalid_input")

    def test_an_unknown_zone_is_refused(self):
        self.record("apt")
        error = self.refused("history", "daily", "--tz", "Europe/Warsav")
        self.assertEqual(error["value"], "Europe/Warsav")

    def test_an_unknown_plugin_is_not_found_and_names_the_near_one(self):
        self.record("flatpak")
        for words in (["history", "stats", "flatpk"], ["history", "trend", "flatpk"],
                      ["history", "series", "flatpk"], ["history", "accuracy", "flatpk"],
                      ["predict", "flatpk"]):
            with self.subTest(words=words):
                error = self.refused(*words, code=3)
                self.assertEqual((error["kind"], error["value"]), ("not_found", "flatpk"))
                self.assertIn("flatpak", error["hint"])


class Settings(command_line.Case):
    def test_a_wrong_variable_is_named(self):
        error = self.refused("history", "stats", env={"SHELDUCK_DAYS": "soon"})
        self.assertEqual((error["field"], error["value"]), ("SHELDUCK_DAYS", "soon"))

    def test_a_wrong_config_file_is_named(self):
        config = self.folder / "config/shelduck/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("days = [1\n")
        self.assertIn(str(config), self.refused("history", "stats")["message"])

    def test_flags_win_over_variables_and_variables_over_files(self):
        config = self.folder / "config/shelduck/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text("days = 11\n")
        self.record("apt")
        days = lambda *words, **more: self.shelduck(
            "history", "stats", "--json", *words, **more).document["days"]
        self.assertEqual(days(), 11)
        self.assertEqual(days(env={"SHELDUCK_DAYS": "22"}), 22)
        self.assertEqual(days("--days", "33", env={"SHELDUCK_DAYS": "22"}), 33)

    def test_without_home_the_passwd_entry_counts_and_db_makes_it_needless(self):
        done = self.shelduck("history", "runs", "--json",
                             env={"HOME": None, "XDG_CONFIG_HOME": None, "XDG_STATE_HOME": None})
        self.assertEqual(done.document, {"runs": [], "next": None})

    def test_the_database_may_be_named_relative_to_the_working_directory(self):
        self.record("apt")
        done = self.shelduck("--db", "data/history.duckdb", "history", "stats", "--json",
                             env={"SHELDUCK_DB": None})
        self.assertEqual([row["plugin_name"] for row in done.document["plugins"]], ["apt"])


if __name__ == "__main__":
    command_line.main()
