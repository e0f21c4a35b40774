#!/usr/bin/env python3
"""`shelduck db ...` and prune: checked, copied, restored, rebuilt, and asked before destroying."""

import pathlib
import shutil

import command_line


class Care(command_line.Case):
    def setUp(self):
        super().setUp()
        self.record("apt")
        self.shelduck("history", "stats")

    def plugins(self):
        done = self.shelduck("history", "stats", "--json")
        return [row["plugin_name"] for row in done.document["plugins"]]

    def test_check_of_a_sound_database_is_zero(self):
        for words in (["db", "check"], ["db", "check", "--deep"]):
            with self.subTest(words=words):
                self.assertIn("sound", self.shelduck(*words).err)
                self.assertIsInstance(self.shelduck(*words, "--json").document, dict)

    def test_stats_say_what_memory_file_and_journal_hold(self):
        said = self.shelduck("db", "stats", "--json").document
        self.assertEqual(list(said), ["backend", "memory", "file", "journal", "tables"])
        self.assertEqual(said["backend"], "duckdb")
        rows = {table["table"]: table["rows"] for table in said["tables"]}
        self.assertEqual((rows["plugin_executions"], rows["quarantine"]), (1, 0))
        self.assertGreater(said["file"]["bytes"] + said["file"]["log_bytes"], 0)
        self.assertEqual(said["journal"]["waiting_records"], 0)
        self.assertGreater(said["memory"]["resident_bytes"], said["memory"]["engine_bytes"])
        shown = self.shelduck("db", "stats")
        for word in ("disk", "memory of the engine", "plugin_executions"):
            self.assertIn(word, shown.out)
        self.assertIn("0 records wait to be applied", shown.err)

    def test_backup_makes_a_folder_once(self):
        done = self.shelduck("db", "backup", "copy", "--json")
        self.assertTrue((self.folder / "copy/manifest").exists())
        self.assertIsInstance(done.document, dict)
        self.assertEqual(self.refused("db", "backup", "copy")["kind"], "invalid_input")

    def test_restore_goes_back_and_keeps_the_present_aside(self):
        self.shelduck("db", "backup", "copy")
        self.record("snap")
        self.assertEqual(self.plugins(), ["apt", "snap"])
        self.shelduck("db", "restore", "copy", "--yes")
        self.assertEqual(self.plugins(), ["apt"])

    def test_backups_that_are_kept_get_a_moment_behind_their_name(self):
        """The help's own example, run day after day: N stay, and nothing else is touched."""
        (self.folder / "history-by-hand").mkdir()
        self.shelduck("db", "backup", "history-before")
        made = [self.shelduck("db", "backup", "history", "--keep", "2", "--json").document
                for _ in range(3)]
        self.assertEqual([len(one["removed"]) for one in made], [0, 0, 1])
        self.assertEqual(made[2]["removed"], [made[0]["path"]])
        for one in made:
            self.assertRegex(one["path"], r"/history-[0-9]{8}T[0-9]{6}Z(-[0-9]+)?$")
        left = {path.name for path in self.folder.glob("history*")}
        self.assertEqual(left, {"history-by-hand", "history-before",
                                *(pathlib.Path(one["path"]).name for one in made[1:])})
        self.shelduck("db", "restore", made[1]["path"], "--yes")

    def test_a_backup_in_the_databases_own_places_is_refused(self):
        for name in (".journal/x", ".journal/archive", ".backup", ".staging/x"):
            with self.subTest(name=name):
                error = self.refused("db", "backup", str(self.database) + name)
                self.assertEqual((error["kind"], error["field"]), ("invalid_input", "DIR"))
                self.assertIn(".journal", error["rule"])

    def test_restore_of_a_backup_that_is_not_whole_changes_nothing(self):
        """Plan and deed say the same about a file that is lost, foreign or flipped."""
        def lose(folder, name):
            (folder / name).unlink()

        def flip(folder, name):
            content = bytearray((folder / name).read_bytes())
            for at in range(12_288 + 100, len(content), 4096):
                content[at] ^= 0xFF
            (folder / name).write_bytes(content)

        def scratch(folder, name):
            content = bytearray((folder / name).read_bytes())
            content[20] ^= 0xFF
            (folder / name).write_bytes(content)

        def swap(folder, name):
            shutil.copy(self.folder / ("later-" + folder.name.split("-")[1]) / name, folder / name)

        for shape in ("parquet", "duckdb"):
            for way in ("lose", "swap", "flip", "scratch"):
                self.shelduck("db", "backup", f"{way}-{shape}", "--format", shape)
        self.record("snap")
        for shape in ("parquet", "duckdb"):
            self.shelduck("db", "backup", f"later-{shape}", "--format", shape)
        cases = [(lose, "parquet", "plugin_executions.parquet"), (lose, "duckdb", "database.duckdb"),
                 (swap, "parquet", "plugin_executions.parquet"), (swap, "duckdb", "database.duckdb"),
                 (flip, "duckdb", "database.duckdb"),
                 (scratch, "parquet", "plugin_executions.parquet")]
        before = self.plugins()
        for way, shape, name in cases:
            folder = self.folder / f"{way.__name__}-{shape}"
            way(folder, name)
            for words in ("--dry-run", "--yes"):
                with self.subTest(way=way.__name__, shape=shape, words=words):
                    error = self.refused("db", "restore", folder, words, code=5)
                    self.assertIn("nothing was changed", error["message"])
                    self.assertNotIn("SELECT", error["message"])
                    self.assertIn("another backup", error["hint"])
                    self.assertIn("plugin_executions" if shape == "parquet" else str(folder),
                                  error["message"])
        self.assertEqual(self.plugins(), before)

    def test_parquet_comes_back_with_every_row(self):
        before = self.shelduck("history", "runs", "--json").document
        self.shelduck("db", "backup", "copy", "--format", "parquet")
        done = self.shelduck("db", "restore", "copy", "--yes")
        self.assertNotIn("could", done.err)
        self.assertEqual(self.shelduck("history", "runs", "--json").document, before)

    def test_what_is_restored_can_be_checked_and_rebuilt_at_once(self):
        self.shelduck("db", "backup", "copy")
        for words in (["check", "--deep"], ["rebuild", "--dry-run"], ["rebuild", "--yes"]):
            with self.subTest(words=words):
                self.shelduck("db", "restore", "copy", "--yes")
                self.shelduck("db", *words)
                self.assertEqual(self.plugins(), ["apt"])

    def test_rebuild_of_nothing_is_not_found_planned_or_not(self):
        for words in ("--dry-run", "--yes"):
            with self.subTest(words=words):
                error = self.refused("db", "rebuild", words, "--db", self.folder / "no.duckdb",
                                     code=3)
                self.assertEqual(error["kind"], "not_found")

    def test_restore_of_a_folder_that_is_no_backup_is_not_found(self):
        (self.folder / "other").mkdir()
        for words in (["--dry-run"], ["--yes"]):
            with self.subTest(words=words):
                error = self.refused("db", "restore", "other", *words, code=3)
                self.assertEqual(error["kind"], "not_found")
        self.assertEqual(self.plugins(), ["apt"])

    def test_rebuild_gives_the_same_rows_from_the_journal(self):
        before = self.shelduck("history", "runs", "--json").document
        self.shelduck("db", "rebuild", "--yes")
        self.assertEqual(self.shelduck("history", "runs", "--json").document, before)

    def test_rebuild_of_a_lost_file_brings_the_acknowledged_rows_back(self):
        before = self.shelduck("history", "runs", "--json").document
        self.database.unlink()
        self.shelduck("db", "rebuild", "--yes")
        self.assertEqual(self.shelduck("history", "runs", "--json").document, before)

    def test_migrate_has_nothing_to_do(self):
        for words in (["db", "migrate", "--dry-run"], ["db", "migrate"]):
            with self.subTest(words=words):
                done = self.shelduck(*words, "--json")
                self.assertEqual(done.document, {"migrations": []})
                self.assertIn("up to date", done.err)

    def test_quarantine_is_empty_and_an_unknown_row_is_not_found(self):
        self.assertEqual(self.shelduck("db", "quarantine", "list", "--json").document,
                         {"quarantine": []})
        unknown = "5f0c7a52-9f0e-8b6c-9a3d-2b1f4c6d8e90"
        for words in (["retry", unknown], ["drop", unknown, "--yes"],
                      ["drop", unknown, "--dry-run"]):
            with self.subTest(words=words):
                self.assertEqual(self.refused("db", "quarantine", *words, code=3)["kind"],
                                 "not_found")


class Consent(command_line.Case):
    DESTRUCTIVE = [
        ("db", "restore", "copy"),
        ("db", "rebuild"),
        ("db", "quarantine", "drop"),
        ("history", "prune", "--older-than", "400d"),
    ]

    def setUp(self):
        super().setUp()
        self.record("apt")
        self.shelduck("db", "backup", "copy")

    def test_without_a_terminal_yes_is_needed(self):
        for words in self.DESTRUCTIVE:
            with self.subTest(words=words):
                error = self.refused(*words, code=6)
                self.assertEqual((error["kind"], error["field"]), ("refused", "--yes"))

    def test_a_dry_run_changes_nothing(self):
        runs = self.shelduck("history", "runs", "--json").document
        before = self.files()
        for words in self.DESTRUCTIVE:
            with self.subTest(words=words):
                self.shelduck(*words, "--dry-run")
        self.assertEqual(self.files(), before)
        self.assertEqual(self.shelduck("history", "runs", "--json").document, runs)

    def files(self):
        """Their names, but for what a server writes beside a database that it has open, when it comes to it."""
        of_server = {"data/history.duckdb.wal", "data/history.duckdb.predictions"}
        return set(command_line.files_below(self.folder)) - of_server

    def test_a_person_is_asked_and_no_means_no(self):
        code, shown = self.on_terminal("db", "rebuild", typed="n\n")
        self.assertEqual(code, 6)
        self.assertIn("Go on? [y/N]", shown)
        self.assertIn("nothing was changed", shown)

    def test_a_person_who_says_yes_gets_it_done(self):
        code, shown = self.on_terminal("db", "rebuild", typed="y\n")
        self.assertEqual(code, 0, shown)
        self.assertIn("rebuilt", shown)

    def test_ctrl_c_at_the_question_is_130(self):
        code, shown = self.on_terminal("db", "rebuild", typed="\x03")
        self.assertEqual(code, 130, shown)


if __name__ == "__main__":
    command_line.main()
