#!/usr/bin/env python3
"""`shelduck db ...` and prune: checked, copied, restored, rebuilt, and asked before destroying."""

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
        before = command_line.files_below(self.folder)
        for words in self.DESTRUCTIVE:
            with self.subTest(words=words):
                self.shelduck(*words, "--dry-run")
        self.assertEqual(set(command_line.files_below(self.folder)), set(before))
        self.assertEqual(self.shelduck("history", "runs", "--json").document, runs)

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
