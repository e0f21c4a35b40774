#!/usr/bin/env python3
"""Readings written back for the older program."""

import signal
import sqlite3
import subprocess
import time

import command_line
from migrate_test import BEGIN, Migrate, rows_of
from old_program import OldProgram


class RollBack(Migrate):
    def setUp(self):
        super().setUp()
        self.back = self.folder / "back.db"

    def roll_back(self, *words, code=0, to=None):
        return self.shelduck("sensors", "rollback", "--db", self.target, "--to", to or self.back, "--json",
                             *words, code=code).document

    def fill(self, rows):
        """Brings rows into the target, without a trace of where they came from."""
        self.write(rows)
        self.assertTrue(self.migrate()["is_equal"])
        self.source.unlink()


class File(RollBack):
    def test_the_older_program_opens_it_asks_it_and_goes_on(self):
        rows = rows_of(30_000)
        for backend in ("duckdb", "sqlite"):
            self.environment["SHELDUCK_BACKEND"] = backend
            self.target = self.folder / f"sensors.{backend}"
            self.back = self.folder / f"back of {backend}.db"
            self.fill(rows)
            said = self.roll_back()
            self.assertEqual((said["rows"], said["written"], said["present"], said["is_equal"]),
                             (30_000, 30_000, 0, True))
            self.assertEqual([(node["node_address"], node["rows"], node["state"]) for node in said["nodes"]],
                             [(node, 10_000, "equal") for node in ("2", "3", str(2**63 - 1))])
            old = OldProgram(self.back)
            self.assertEqual(old.shape(), OldProgram(self.folder / f"empty of {backend}.db").shape())
            self.assertEqual(old.rows(), sorted(rows))
            self.check_questions(old, rows)
            old.insert(2, BEGIN - 5, 1, 2, 3, 4)
            self.assertEqual(old.ask("SELECT max(id) FROM sensor_readings"), [(30_001,)])
            self.assertEqual(old.nodes()[0][4], 10_001)

    def check_questions(self, old, rows):
        self.assertEqual(old.total(), 30_000)
        self.assertEqual(old.nodes(), [(node, "SENSOR", min(of_node), max(of_node), len(of_node)) for node, of_node in
                                       ((node, [row[1] for row in rows if row[0] == node])
                                        for node in (2, 3, 2**63 - 1))])
        asked = self.shelduck("sensors", "readings", 3, "--db", self.target, "--json").document["readings"]
        self.assertEqual([row[:5] for row in old.newest(3)],
                         [(3, row["timestamp"], row["temperature_raw"], row["humidity_raw"], row["flags"])
                          for row in asked])
        window = old.window(BEGIN + 3000, BEGIN + 6000)
        self.assertEqual(sorted(window), sorted(row for row in rows if BEGIN + 3000 <= row[1] <= BEGIN + 6000))
        least, greatest, mean = old.statistics(3)[:3]
        said = self.shelduck("sensors", "stats", 3, "--db", self.target, "--json").document["temperature"]
        self.assertEqual((said["min_celsius"], said["max_celsius"], said["avg_celsius"]),
                         (least / 100, greatest / 100, mean / 100))
        self.assertEqual(old.ask("SELECT DISTINCT created_at = datetime(received_at, 'unixepoch'), typeof(created_at) "
                                 "FROM sensor_readings"), [(1, "text")])

    def test_forth_and_back_is_the_same(self):
        rows = rows_of(5000)
        self.write(rows)
        self.migrate()
        self.roll_back()
        with sqlite3.connect(self.source) as file:
            before = file.execute("SELECT node_address, timestamp, temperature_centidegrees, humidity_centipercent, "
                                  "flags, received_at FROM sensor_readings ORDER BY 1, 2").fetchall()
        file.close()
        self.assertEqual(OldProgram(self.back).rows(), before)
        exported = self.exported()
        self.target = self.folder / "again.duckdb"
        self.assertTrue(self.migrate(source=self.back)["is_equal"])
        self.assertEqual(self.exported(), exported)

    def test_a_node_that_does_not_fit_stays_and_is_told(self):
        lines = "".join(f"SENSOR_BATCH 1 {node} 2\nSENSOR_RECORD 1 {node} {BEGIN} 2150 4875 0\n"
                        f"SENSOR_RECORD 1 {node} {BEGIN + 60} 2150 4875 0\nBATCH_COMPLETE 1 {node} 2\n"
                        for node in (2**63 - 1, 2**63, 2**64 - 1))
        self.shelduck("sensors", "serial", "-", "--db", self.target, input=lines)
        for _ in range(2):
            said = self.roll_back()
            self.assertEqual((said["rows"], said["left_out_nodes"], said["left_out_rows"], said["is_equal"]),
                             (2, 2, 4, True))
            kept = self.shelduck("sensors", "quarantine", "list", "--db", self.target, "--json").document
            self.assertEqual(sorted((row["field"], row["node_address"]) for row in kept["rows"]),
                             [("node_address", str(2**64 - 1)), ("node_address", str(2**63))], "each once")
        self.assertEqual([row[0] for row in OldProgram(self.back).rows()], [2**63 - 1] * 2)
        said = self.shelduck("sensors", "rollback", "--db", self.target, "--to", self.back)
        self.assertIn("4 readings of 2 nodes", said.err)

    def shelduck(self, *words, input=None, **more):
        if input is None:
            return super().shelduck(*words, **more)
        done = subprocess.run([command_line.SHELDUCK, *map(str, words)], env=self.environment, cwd=self.folder,
                              input=input, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done


class Present(RollBack):
    def test_its_own_file_gets_what_came_since_and_keeps_what_it_has(self):
        rows = rows_of(3000)
        self.fill(rows)
        old = OldProgram(self.back)
        for row in rows[:40]:
            old.insert(*row)
        old.insert(2, BEGIN - 100, 11, 22, 0, 5)      # known to it alone
        old.insert(8, BEGIN, 11, 22, 0, 5)            # a node of its own
        with old.opened() as file:
            file.execute("UPDATE sensor_readings SET flags = 99 WHERE node_address = 3 AND timestamp = ?", (BEGIN,))
        before = dict(((row[0], row[1]), row) for row in old.rows())
        for written in (2960, 0):
            said = self.roll_back()
            self.assertEqual((said["written"], said["present"], said["conflicts"], said["is_equal"]),
                             (written, 3000 - written, 1, True))
            self.assertEqual([node["state"] for node in said["nodes"]], ["equal", "contradicted", "equal"])
            self.assertEqual(old.rows(), sorted({**{(row[0], row[1]): row for row in rows}, **before}.values()))
        self.assertEqual(old.nodes()[0], (2, "SENSOR", BEGIN - 100, BEGIN + 30 * 999, 1001))
        self.assertEqual(old.nodes()[2], (8, "SENSOR", BEGIN, BEGIN, 1))

    def test_a_row_of_its_own_that_is_no_reading_stays_and_contradicts(self):
        rows = rows_of(9)
        self.fill(rows)
        old = OldProgram(self.back)
        old.insert(2, BEGIN, 99_999, 1, 0, 1)
        old.insert(3, BEGIN + 7, 99_999, 1, 0, 1)  # of a second that we know nothing of
        for written in (8, 0):
            said = self.roll_back()
            self.assertEqual((said["written"], said["conflicts"], said["is_equal"]), (written, 1, True))
            self.assertEqual([(node["rows"], node["missing"], node["state"]) for node in said["nodes"]],
                             [(3, 0, "contradicted"), (3, 0, "equal"), (3, 0, "equal")])
        self.assertEqual(old.rows()[0], (2, BEGIN, 99_999, 1, 0, 1))
        self.assertEqual(old.total(), 10)

    def test_an_empty_file_is_as_good_as_none(self):
        self.fill(rows_of(30))
        self.back.touch()
        self.assertEqual(self.roll_back()["written"], 30)
        self.assertEqual(OldProgram(self.back).total(), 30)


class Killed(RollBack):
    def test_there_is_never_half_a_file_and_a_second_run_makes_it_whole(self):
        rows = rows_of(60_000)
        self.fill(rows)
        seen_unfinished = False
        for pause in (0, 0.05, 0.15):
            process = self.start("sensors", "rollback", "--db", self.target, "--to", self.back)
            unfinished = self.folder / "back.db.unfinished"
            end = time.monotonic() + 60
            while not unfinished.exists() and process.poll() is None and time.monotonic() < end:
                time.sleep(0.001)
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            seen_unfinished = seen_unfinished or unfinished.exists()
            if self.back.exists():
                self.assertEqual(OldProgram(self.back).total(), 60_000)
        self.assertTrue(self.roll_back()["is_equal"])
        self.assertEqual(OldProgram(self.back).rows(), sorted(rows))
        self.assertFalse(unfinished.exists())

    def test_a_file_that_was_there_has_all_or_what_it_had(self):
        rows = rows_of(60_000)
        self.fill(rows)
        old = OldProgram(self.back)
        old.insert(*rows[0])
        process = self.start("sensors", "rollback", "--db", self.target, "--to", self.back)
        journal = self.folder / "back.db-journal"
        end = time.monotonic() + 60
        while not journal.exists() and process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertIn(old.total(), (1, 60_000), "what was under way is undone by its program")
        self.assertTrue(self.roll_back()["is_equal"])
        self.assertEqual(old.rows(), sorted(rows))


class Refusals(RollBack):
    def refused_with(self, code, to):
        return self.refused("sensors", "rollback", "--db", self.target, "--to", to, "--wait", "0", code=code)

    def test_what_is_not_its_file_is_left_alone(self):
        self.fill(rows_of(6))
        text = self.folder / "text"
        text.write_text("no database, " * 500)
        theirs = self.folder / "theirs.db"
        with sqlite3.connect(theirs) as file:
            file.execute("CREATE TABLE theirs (n INTEGER)")
        file.close()
        later = self.folder / "later.db"
        with sqlite3.connect(later) as file:
            file.execute("CREATE TABLE sensor_readings (id INTEGER PRIMARY KEY, device_id INTEGER, timestamp INTEGER)")
        file.close()
        for path in (text, theirs, later):
            before = path.read_bytes()
            self.assertEqual(self.refused_with(2, path)["field"], "--to")
            self.assertEqual(path.read_bytes(), before)
        self.assertEqual(self.refused_with(2, self.target)["field"], "--to")
        self.assertEqual(self.refused_with(2, self.folder)["field"], "--to")
        self.assertIn("no folder", self.refused_with(3, self.folder / "nowhere/back.db")["message"])
        self.assertFalse(self.back.exists())

    def test_a_table_of_another_shape_is_refused_in_words(self):
        self.fill(rows_of(6))
        columns = ("id INTEGER PRIMARY KEY, node_address INTEGER, timestamp INTEGER, temperature_centidegrees INTEGER, "
                   "humidity_centipercent INTEGER, flags INTEGER, received_at INTEGER, created_at TEXT")
        for shape, word in (("", "unique"), (", place TEXT NOT NULL, UNIQUE(node_address, timestamp)", "wants more")):
            with sqlite3.connect(self.back) as file:
                file.execute(f"CREATE TABLE sensor_readings ({columns}{shape})")
            file.close()
            before = self.back.read_bytes()
            self.assertIn(word, self.refused_with(2, self.back)["message"])
            self.assertEqual(self.back.read_bytes(), before)
            self.back.unlink()

    def test_the_place_of_another_database_is_left_alone(self):
        self.fill(rows_of(6))
        self.record_history()
        history = self.folder / "history.duckdb"
        history.unlink(missing_ok=True)
        self.assertTrue((self.folder / "history.duckdb.journal").exists())
        self.assertIn("history.duckdb.journal", self.refused_with(2, history)["hint"])
        self.assertFalse(history.exists())

    def record_history(self):
        with self.start("exec", "--plugin", "apt", "--require-record", "--", "true",
                        env={"SHELDUCK_DB": str(self.folder / "history.duckdb")}) as process:
            process.communicate(timeout=60)

    def test_what_stands_in_its_way_is_left_alone(self):
        self.fill(rows_of(6))
        theirs = self.folder / "back.db.unfinished"
        theirs.write_text("somebody's")
        self.assertIn("in the way", self.refused_with(2, self.back)["message"])
        self.assertEqual(theirs.read_text(), "somebody's")
        theirs.unlink()
        theirs.mkdir()
        (theirs / "readings.db").write_text("what a kill left")
        self.assertTrue(self.roll_back()["is_equal"])
        self.assertFalse(theirs.exists())

    def test_a_locked_one_is_waited_for(self):
        self.fill(rows_of(6))
        OldProgram(self.back)
        other = sqlite3.connect(self.back, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        self.assertEqual(self.refused_with(4, self.back)["kind"], "busy")
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(self.roll_back()["written"], 6)

    def test_without_readings_there_is_nothing_to_write(self):
        self.assertEqual(self.refused_with(3, self.back)["kind"], "not_found")
        self.assertFalse(self.back.exists())


if __name__ == "__main__":
    command_line.unittest.main()
