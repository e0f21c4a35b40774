"""The program's other own commands, and the way to the engine."""

import json
import os
import stat
import subprocess
import unittest

from harness import FrontTest, PROGRAM


class Program(FrontTest):

    def write_config(self, text):
        folder = os.path.join(self.home, ".config", "shelduck")
        os.makedirs(folder)
        with open(os.path.join(folder, "config.toml"), "w", encoding="utf-8") as file:
            file.write(text)

    def test_version(self):
        self.assertRegex(self.run_program("--version").stdout, r"^shelduck \d+\.\d+\.\d+\n$")
        self.assertIn("version", json.loads(self.run_program("version", "--json").stdout))

    def test_help_goes_to_stdout_and_fits(self):
        for words in (["--help"], ["help"], ["history", "--help"], ["help", "history", "stats"]):
            done = self.run_program(*words)
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
            self.assertIn("Examples", done.stdout)
            self.assertNotIn("\x1b", done.stdout)
        self.assertIn("\x1b[1m", self.run_program("--help", "--color", "always").stdout)
        self.assertEqual(self.run_program("help", "nothing").returncode, 3)

    def test_manual_pages_are_written(self):
        folder = os.path.join(self.home, "man")
        self.assertEqual(self.run_program("help", "--man", folder).returncode, 0)
        self.assertIn("shelduck-exec.1", os.listdir(folder))

    def test_completion_scripts_are_printed(self):
        for shell in ("bash", "zsh", "fish"):
            self.assertIn("quarantine", self.run_program("completion", shell).stdout)

    def test_wrong_words_suggest_the_near_one(self):
        done = self.run_program("histroy", "stats")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("did you mean shelduck history?", done.stderr)

    def test_errors_are_objects_with_json(self):
        done = self.run_program("history", "stats", "--days", "x", "--json")
        error = json.loads(done.stderr)["error"]
        self.assertEqual(done.returncode, 2)
        self.assertEqual(sorted(error), ["field", "hint", "kind", "message", "rule", "value"])
        self.assertEqual((error["kind"], error["field"]), ("invalid_input", "--days"))

    def test_config_show_names_the_origin_of_each_value(self):
        self.write_config('days = 30\nlevel = 80\n')
        done = self.run_program("config", "show", "--json", "--tz", "+02:00",
                                env=dict(self.environment, SHELDUCK_LEVEL="70"))
        origins = {row["name"]: (row["value"], row["origin"])
                   for row in json.loads(done.stdout)["settings"]}
        self.assertEqual(origins["tz"], ("+02:00", "flag"))
        self.assertEqual(origins["level"], ("70", "SHELDUCK_LEVEL"))
        self.assertEqual(origins["days"],
                         ("30", os.path.join(self.home, ".config", "shelduck", "config.toml")))
        self.assertEqual(origins["wait"], ("10", "default"))
        self.assertEqual(origins["db"], (self.database, "SHELDUCK_DB"))
        self.assertIn("setting", self.run_program("config", "show").stdout)

    def test_a_broken_config_is_named(self):
        self.write_config("days = = 3\n")
        done = self.run_program("config", "show")
        self.assertEqual(done.returncode, 2)
        self.assertIn("config.toml", done.stderr)
        self.assertEqual(self.exec_command("sh", "-c", "exit 3").returncode, 3)

    def test_a_full_disk_under_stdout_is_an_error(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = self.run_program("--help", stdout=full, stderr=subprocess.PIPE,
                                    capture_output=False)
        self.assertEqual(done.returncode, 6)

    def test_the_engine_gets_every_argument_untouched(self):
        engine = os.path.join(self.home, "engine")
        with open(engine, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\nprintf '%s|' \"$@\"; echo $$; exit 33\n")
        os.chmod(engine, stat.S_IRWXU)
        process = subprocess.Popen(
            [PROGRAM, "history", "stats", "a b", "--days", "3", "--json"], text=True,
            stdout=subprocess.PIPE, env=dict(self.environment, SHELDUCK_ENGINE=engine))
        out, _ = process.communicate(timeout=30)
        self.assertEqual(out, f"history|stats|a b|--days|3|--json|{process.pid}\n")
        self.assertEqual(process.returncode, 33)

    def test_a_missing_engine_is_named(self):
        done = self.run_program("history", "stats",
                                env=dict(self.environment, SHELDUCK_ENGINE="/nonexistent/engine"))
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/nonexistent/engine", done.stderr)


if __name__ == "__main__":
    unittest.main()
