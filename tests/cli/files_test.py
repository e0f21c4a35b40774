#!/usr/bin/env python3
"""Database files that are not what they should be: nothing is lost, nothing is half done."""

import fcntl
import os
import shutil
import time
import unittest

import command_line


class OddFiles(command_line.Case):
    def plugins(self, *words):
        done = self.shelduck("history", "stats", "--json", *words)
        return [row["plugin_name"] for row in done.document["plugins"]]

    def test_a_folder_is_refused_and_named(self):
        folder = self.folder / "folder.duckdb"
        folder.mkdir()
        error = self.refused("history", "stats", "--db", folder)
        self.assertEqual(error["kind"], "invalid_input")
        self.assertIn(str(folder), error["message"])
        self.assertEqual(list(folder.iterdir()), [])

    def test_a_file_of_zero_bytes_is_a_database_that_begins(self):
        self.database.parent.mkdir()
        self.database.touch()
        self.record("apt")
        self.assertEqual(self.plugins(), ["apt"])

    def test_a_text_file_is_no_database_and_stays_as_it_is(self):
        note = self.folder / "notes.txt"
        note.write_text("milk, bread, a great deal of text that no engine ever wrote\n" * 300)
        before = note.read_bytes()
        error = self.refused("history", "stats", "--db", note)
        self.assertEqual(error["kind"], "invalid_input")
        self.assertEqual(note.read_bytes(), before)

    def test_another_programs_table_of_versions_is_refused_and_stays_as_it_is(self):
        self.database.parent.mkdir(parents=True)
        self.run_sql(self.database, "CREATE TABLE schema_version(version INTEGER)")
        before = self.database.read_bytes()
        self.assertIn("another program", self.refused("history", "stats")["message"])
        self.assertEqual(self.database.read_bytes(), before)

    def test_another_programs_database_is_refused_and_stays_as_it_is(self):
        self.database.parent.mkdir()
        self.run_sql(self.database, "CREATE TABLE books (title VARCHAR)")
        before = self.database.read_bytes()
        for words in (["history", "stats"], ["history", "runs"], ["db", "check"]):
            with self.subTest(words=words):
                error = self.refused(*words, code=2)
                self.assertIn(str(self.database), error["message"])
        self.assertEqual(self.database.read_bytes(), before)

    def test_a_newer_schema_is_refused_and_stays_as_it_is(self):
        self.record("apt")
        self.plugins()
        self.run_sql(self.database,
                     "INSERT INTO schema_version VALUES"
                     " ('history', 999, '0999_future', 'x', TIMESTAMPTZ '2030-01-01 00:00:00Z')")
        before = self.database.read_bytes()
        error = self.refused("history", "stats", code=6)
        self.assertEqual(error["kind"], "refused")
        self.assertIn("newer", error["message"])
        self.assertEqual(self.database.read_bytes(), before)

    @unittest.skipIf(os.geteuid() == 0, "root may read and write every file")
    def test_a_file_without_permission_is_named(self):
        self.record("apt")
        self.plugins()
        self.database.chmod(0o000)
        self.assertIn(str(self.database), self.refused("history", "stats", code=1)["message"])

    def test_a_truncated_file_is_made_again_from_the_journal(self):
        for left in (20_000, 300_000):
            with self.subTest(left=left):
                self.check_damage(lambda left=left: os.truncate(self.database, left))

    def test_flipped_headers_are_made_again_from_the_journal(self):
        self.check_damage(lambda: self.flip(range(0, 12_288, 64)))

    def test_flipped_blocks_are_made_again_from_the_journal(self):
        def damage():
            self.flip(range(12_288 + 100, self.database.stat().st_size, 4096))
        self.check_damage(damage)

    def flip(self, offsets):
        content = bytearray(self.database.read_bytes())
        for offset in offsets:
            content[offset] ^= 0xFF
        self.database.write_bytes(content)

    def check_damage(self, damage):
        """Everything comes back by itself, and the damaged file stays beside it."""
        self.record("apt")
        before = self.shelduck("history", "runs", "--json").document
        aside = len(list(self.database.parent.glob("*.damaged*")))
        damage()
        damaged = self.database.read_bytes()
        done = self.shelduck("history", "runs", "--json")
        self.assertEqual(done.document, before)
        self.assertIn("nothing is missing", done.err)
        kept = list(self.database.parent.glob("*.damaged*"))
        self.assertEqual(len(kept), aside + 1)
        self.assertIn(damaged, [file.read_bytes() for file in kept])
        self.shelduck("db", "check", "--deep")
        self.shelduck("db", "rebuild", "--yes")

    def test_damage_that_the_journal_does_not_cover_is_named_and_stays(self):
        """A restored database needs its backup; without it, nothing is touched."""
        self.record("apt")
        self.shelduck("db", "backup", "copy")
        self.shelduck("db", "restore", "copy", "--yes")
        shutil.rmtree(str(self.database) + ".backup")
        self.flip(range(12_288 + 100, self.database.stat().st_size, 4096))
        damaged = self.database.read_bytes()
        for words in (["history", "stats"], ["db", "check"], ["db", "rebuild", "--yes"],
                      ["db", "rebuild", "--dry-run"]):
            with self.subTest(words=words):
                error = self.refused(*words, code=5)
                self.assertIn(str(self.database), error["message"])
                self.assertNotIn("SELECT", error["message"])
                self.assertIn("shelduck db restore", error["hint"])
                self.assertEqual(self.database.read_bytes(), damaged)
        self.shelduck("db", "restore", "copy", "--yes")
        self.assertEqual(self.plugins(), ["apt"])

    def test_damage_is_not_worse_after_a_second_look(self):
        self.record("apt")
        self.plugins()
        os.truncate(self.database, 20_000)
        for _ in range(2):
            self.assertEqual(self.plugins(), ["apt"])


class Busy(command_line.Case):
    def test_a_held_database_is_busy_after_wait_and_free_afterwards(self):
        self.record("apt")
        self.shelduck("history", "stats")
        with open(str(self.database) + ".lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            begun = time.monotonic()
            error = self.refused("history", "stats", "--wait", "1", code=4)
            waited = time.monotonic() - begun
        self.assertEqual(error["kind"], "busy")
        self.assertGreaterEqual(waited, 1)
        self.assertLess(waited, 8)
        self.shelduck("history", "stats", "--wait", "1")

    def test_recording_does_not_wait_for_the_owner(self):
        self.record("apt")
        self.shelduck("history", "stats")
        with open(str(self.database) + ".lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self.record("snap")
        done = self.shelduck("history", "stats", "--json")
        self.assertEqual({row["plugin_name"] for row in done.document["plugins"]}, {"apt", "snap"})

    def test_many_processes_may_ask_at_once(self):
        self.record("apt")
        askers = [self.start("history", "stats", "--json") for _ in range(6)]
        for asker in askers:
            out, err = asker.communicate(timeout=60)
            self.assertEqual(asker.returncode, 0, err)
            self.assertIn('"apt"', out)


if __name__ == "__main__":
    command_line.main()
