#!/usr/bin/env python3
"""Readings brought over from the SQLite file of an older program."""

import hashlib
import json
import shutil
import signal
import sqlite3
import threading
import time

import command_line
from serve_test import Served

BEGIN = 1_750_000_000
READINGS = """CREATE TABLE sensor_readings (
  id INTEGER PRIMARY KEY AUTOINCREMENT, {node} INTEGER NOT NULL, timestamp INTEGER NOT NULL,
  temperature_centidegrees INTEGER NOT NULL, humidity_centipercent INTEGER NOT NULL,
  flags INTEGER DEFAULT 0, received_at INTEGER NOT NULL, {more}
  created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, UNIQUE({node}, timestamp))"""
COLUMNS = ("node_address", "timestamp", "temperature_centidegrees", "humidity_centipercent", "flags", "received_at")
NODES = """CREATE TABLE nodes (
  address INTEGER PRIMARY KEY, node_type TEXT NOT NULL, first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL, total_readings INTEGER DEFAULT 0)"""


def rows_of(count, nodes=(2, 3, 2**63 - 1)):
    return [(nodes[n % len(nodes)], BEGIN + 30 * (n // len(nodes)), n * 7 % 3000 - 500, 4000 + n % 100, n % 4,
             BEGIN + 30 * n + 1) for n in range(count)]


class Migrate(command_line.Case):
    def setUp(self):
        super().setUp()
        del self.environment["SHELDUCK_DB"]
        self.source = self.folder / "sensor_data.db"
        self.target = self.folder / "sensors.duckdb"

    def write(self, rows, node="node_address", more=""):
        with sqlite3.connect(self.source) as file:
            file.execute(READINGS.format(node=node, more=more))
            file.execute(NODES)
            self.insert(file, rows, node)
        file.close()

    def insert(self, file, rows, node="node_address"):
        file.executemany(f"INSERT INTO sensor_readings ({node}, timestamp, temperature_centidegrees, "
                         "humidity_centipercent, flags, received_at) VALUES (?, ?, ?, ?, ?, ?)", rows)

    def migrate(self, *words, code=0, source=None):
        return self.shelduck("sensors", "migrate", "--from", source or self.source, "--to", self.target, "--json",
                             *words, code=code).document

    def exported(self):
        lines = self.shelduck("sensors", "export", "--db", self.target).out.splitlines()[1:]
        return sorted(tuple(line.split(",")) for line in lines)

    def expected(self, rows):
        return sorted((str(node), str(timestamp), f"{temperature / 100:.2f}", f"{humidity / 100:.2f}", str(flags))
                      for node, timestamp, temperature, humidity, flags, _ in rows)

    def digest(self):
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()
                for path in self.source.parent.glob(self.source.name + "*")}


class Bringing(Migrate):
    def test_every_row_comes_and_a_second_run_brings_nothing(self):
        rows = rows_of(25_000)
        self.write(rows)
        before = self.digest()
        for backend in ("duckdb", "sqlite"):
            self.target = self.folder / f"sensors.{backend}"
            said = self.migrate("--backend", backend)
            self.assertEqual((said["rows"], said["inserted"], said["is_equal"], said["backend"]),
                             (25_000, 25_000, True, backend))
            self.assertEqual([(node["node_address"], node["rows"], node["state"]) for node in said["nodes"]],
                             [("2", 8334, "equal"), ("3", 8333, "equal"), (str(2**63 - 1), 8333, "equal")])
            self.assertEqual(said["nodes"][1]["temperature_raw_sum"], sum(row[2] for row in rows if row[0] == 3))
            self.assertEqual(self.exported(), self.expected(rows))
            again = self.migrate()
            self.assertEqual((again["inserted"], again["duplicates"], again["is_equal"]), (0, 25_000, True))
        self.assertEqual(self.digest(), before, "the source is only read")

    def test_the_later_shape_is_known_by_its_device(self):
        rows = rows_of(30, nodes=(2**60 + 1, 5))
        self.write(rows, node="device_id", more="address INTEGER,")
        self.assertTrue(self.migrate()["is_equal"])
        self.assertEqual(self.exported(), self.expected(rows))

    def test_what_is_no_reading_is_kept_with_its_reason(self):
        good = rows_of(10)
        self.write(good)
        bad = [(2, "soon", 1, 1, 0, 1), (2, 2**40, 1, 1, 0, 1), (2, 5, 40_000, 1, 0, 1), (2, 6, 1, -1, 0, 1),
               (2, 7, 21.5, 1, 0, 1), (-3, 8, 1, 1, 0, 1), (2, 9, 1, 1, 256, 1), (2, 10, 1, 1, 0, "x" * 9000)]
        with sqlite3.connect(self.source) as file:
            self.insert(file, bad + [(2, 11, 1, 1, None, 1)])
        file.close()
        for _ in range(2):
            said = self.migrate()
            self.assertEqual((said["rows"], said["rejected"], said["is_equal"]), (19, 8, True))
        self.assertEqual(len(self.exported()), 11, "no flags are none, and a row without them a reading")
        kept = self.shelduck("sensors", "quarantine", "list", "--db", self.target, "--json").document
        self.assertEqual(kept["count"], 8, "once, however often it is brought")
        refused = {row["field"]: row for row in kept["rows"]}
        self.assertEqual(set(refused), {"timestamp", "temperature_raw", "humidity_raw", "node_address", "flags",
                                        "received_at"})
        self.assertRegex(refused["node_address"]["reason"], "^a whole number from 0 to [0-9]+ is needed$")
        self.assertIn("node_address -3, timestamp 8", refused["node_address"]["text"])

    def test_a_stored_reading_that_says_otherwise_stays(self):
        rows = rows_of(9)
        self.write(rows)
        self.migrate()
        with sqlite3.connect(self.source) as file:
            file.execute("UPDATE sensor_readings SET flags = 77 WHERE id = 1")
        file.close()
        said = self.migrate()
        self.assertEqual((said["conflicts"], said["duplicates"], said["is_equal"]), (1, 8, True))
        self.assertEqual([node["state"] for node in said["nodes"]], ["contradicted", "equal", "equal"])
        self.assertEqual(self.exported(), self.expected(rows))

    def refused_texts(self):
        kept = self.shelduck("sensors", "quarantine", "list", "--db", self.target, "--json").document
        return sorted(row["text"] for row in kept["rows"])

    def test_a_refused_row_is_kept_with_what_it_says(self):
        self.write(rows_of(9))
        self.migrate()
        for flags in (7, 8, 7):
            with sqlite3.connect(self.source) as file:
                file.execute("UPDATE sensor_readings SET flags = ? WHERE id = 1", (flags,))
            file.close()
            self.assertEqual(self.migrate()["conflicts"], 1)
        self.assertEqual(self.refused_texts(),
                         [f"node_address 2, timestamp {BEGIN}, temperature_raw -500, humidity_raw 4000, "
                          f"flags {flags}, received_at {BEGIN + 1}" for flags in (7, 8)], "each contradiction once")

    def test_bytes_are_kept_as_their_digits(self):
        self.write(rows_of(3))
        with sqlite3.connect(self.source) as file:
            self.insert(file, [(2, said, 1, 1, 0, 1) for said in (b"\x00\xff", b"\x01")])
        file.close()
        self.assertEqual(self.migrate()["rejected"], 2)
        self.assertEqual(self.refused_texts(), [f"node_address 2, timestamp {said}, temperature_raw 1, humidity_raw 1, "
                                                "flags 0, received_at 1" for said in ("X'00FF'", "X'01'")])

    def odd(self, definition, rows):
        """A table with these columns besides the usual ones, or other types of them."""
        with sqlite3.connect(self.source) as file:
            file.execute(f"CREATE TABLE sensor_readings ({definition})")
            for row in rows:
                file.execute(f"INSERT INTO sensor_readings ({', '.join(row)}) VALUES "
                             f"({', '.join('?' * len(row))})", tuple(row.values()))
        file.close()

    def test_rows_are_told_apart_whatever_their_ids_are(self):
        for definition, value in (("id INTEGER", 1), ("id INTEGER", None), ("id TEXT", "a")):
            self.source.unlink(missing_ok=True)
            self.target = self.folder / f"sensors of {value}.duckdb"
            with sqlite3.connect(self.source) as file:
                file.execute(f"CREATE TABLE sensor_readings ({definition}, {', '.join(COLUMNS)})")
                file.executemany(f"INSERT INTO sensor_readings VALUES (?, {', '.join('?' * 6)})",
                                 [(value, *row) for row in rows_of(10_050)])
            file.close()
            said = self.migrate()
            self.assertEqual((said["source_rows"], said["rows"], said["inserted"], said["is_equal"]),
                             (10_050, 10_050, 10_050, True))

    def add_to_target(self, timestamp, node=2):
        """A reading that only the target has: sums alone say nothing then."""
        self.source.unlink(missing_ok=True)
        self.write([(node, timestamp, 1, 1, 0, 1)])
        self.migrate()
        self.source.unlink()

    def test_texts_of_digits_are_compared_as_numbers(self):
        self.add_to_target(BEGIN + 1)
        rows = [("2", BEGIN, 2000, 5000, 0, 1), (2, str(BEGIN + 60), 2000, 5000, 0, 1),
                ("02", str(BEGIN + 120), "2000", "5000", "0", "1"), (2, BEGIN + 180, 1, 1, 0, 1),
                (2, None, 1, 1, 0, 1), (2, "soon", 1, 1, 0, 1)]
        self.odd(", ".join(COLUMNS), [dict(zip(COLUMNS, row)) for row in rows])
        said = self.migrate()
        self.assertEqual((said["rows"], said["inserted"], said["rejected"], said["is_equal"]), (6, 4, 2, True))
        self.assertEqual([(node["rows"], node["missing"], node["state"]) for node in said["nodes"]], [(4, 0, "equal")])

    def test_many_refused_rows_in_a_row_hide_nothing(self):
        self.add_to_target(BEGIN + 1)
        good = [(2, BEGIN + 2 * n, 1, 1, 0, 1) for n in (0, 1, 20_000, 20_001)]
        bad = [(2, BEGIN + 10 + n, 40_000, 1, 0, 1) for n in range(10_001)]
        self.write(good[:2] + bad + good[2:])
        said = self.migrate()
        self.assertEqual((said["inserted"], said["rejected"], said["is_equal"]), (4, 10_001, True))
        self.assertEqual([(node["rows"], node["state"]) for node in said["nodes"]], [(4, "equal")])

    def test_a_source_that_repeats_and_contradicts_itself(self):
        rows = [(2, BEGIN + 60 * n, n, 1, 0, 1) for n in range(20)]
        self.odd(", ".join(COLUMNS), [dict(zip(COLUMNS, row)) for row in
                                      rows + rows[:5] + [(2, BEGIN, 77, 1, 0, 1), (2, BEGIN + 60, 78, 1, 0, 1)]])
        said = self.migrate()
        self.assertEqual((said["rows"], said["inserted"], said["duplicates"], said["conflicts"], said["is_equal"]),
                         (27, 20, 5, 2, True))
        self.assertEqual([(node["rows"], node["conflicts"], node["state"]) for node in said["nodes"]],
                         [(27, 2, "contradicted")])
        self.assertEqual(self.exported(), self.expected(rows))

    def test_what_was_pruned_is_refused_and_told(self):
        old = [(2, 86400 * 100 + 60 * n, 1, 1, 0, 1) for n in range(5)]
        self.write([(3, BEGIN, 1, 1, 0, 1)])
        self.migrate()
        self.shelduck("sensors", "prune", "--db", self.target, "--older-than", "400d", "--yes")
        self.source.unlink()
        now = int(time.time())
        self.write(old + [(3, now, 1, 1, 0, 1)])
        said = self.migrate()
        self.assertEqual((said["inserted"], said["rejected"], said["is_equal"]), (1, 5, True))
        self.assertEqual([(node["rows"], node["refused"], node["missing"], node["state"]) for node in said["nodes"]],
                         [(5, 5, 0, "refused"), (1, 0, 0, "equal")])
        done = self.shelduck("sensors", "migrate", "--from", self.source, "--to", self.target)
        self.assertIn("compared: every other row is stored", done.err)

    def test_rows_of_an_answer_are_its_nodes(self):
        self.write(rows_of(9))
        words = ("sensors", "migrate", "--from", self.source, "--to", self.target, "--quiet", "--format")
        self.assertEqual([(row["node_address"], row["rows"], row["state"])
                          for row in self.shelduck(*words, "csv").rows],
                         [(node, "3", "equal") for node in ("2", "3", str(2**63 - 1))])
        self.assertEqual([node["rows"] for node in self.shelduck(*words, "ndjson").lines], [3, 3, 3])

    def test_a_terminal_shows_how_far_it_is(self):
        self.write(rows_of(25_000))
        code, shown = self.on_terminal("sensors", "migrate", "--from", self.source, "--to", self.target)
        self.assertEqual(code, 0, shown)
        self.assertRegex(shown, r"readings  \[#+-+\]  [0-9]+ %  [0-9]+ of 25000")
        code, shown = self.on_terminal("sensors", "rollback", "--db", self.target, "--to", self.folder / "back.db")
        self.assertEqual(code, 0, shown)
        self.assertRegex(shown, r"readings  \[#+-*\]  [0-9]+ %  [0-9]+ of 25000")

    def test_more_than_the_source_may_be_there(self):
        self.write(rows_of(600))
        self.migrate()
        self.source.unlink()
        self.write([row for n, row in enumerate(rows_of(600)) if n % 5])
        said = self.migrate()
        self.assertEqual((said["inserted"], said["duplicates"], said["is_equal"]), (0, 480, True))


class InUse(Migrate):
    def test_a_file_that_is_being_written(self):
        self.write(rows_of(12_000))
        done = threading.Event()
        written = []

        def go_on():
            file = sqlite3.connect(self.source, timeout=60)
            while not done.is_set() or not written:
                row = (9, BEGIN + len(written), 1, 1, 0, 1)
                with file:
                    self.insert(file, [row])
                written.append(row)
                time.sleep(0.001)
            file.close()

        writer = threading.Thread(target=go_on)
        writer.start()
        try:
            self.assertTrue(self.migrate("--wait", "60")["is_equal"])
        finally:
            done.set()
            writer.join()
        self.assertTrue(self.migrate()["is_equal"])
        self.assertEqual(self.exported(), self.expected(rows_of(12_000) + written))

    def test_a_file_that_is_locked(self):
        self.write(rows_of(5))
        other = sqlite3.connect(self.source, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        self.assertEqual(self.refused("sensors", "migrate", "--from", self.source, "--to", self.target, "--wait", "0",
                                      code=4)["kind"], "busy")
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(self.migrate()["inserted"], 5)

    def test_what_a_crash_of_its_program_left(self):
        rows = rows_of(2000)
        self.write(rows)
        open_one = sqlite3.connect(self.source)
        open_one.execute("PRAGMA cache_size = 5")  # so that it reaches the file before the end
        self.insert(open_one, [(70, n, 1, 1, 0, 1) for n in range(20_000)])
        crashed = self.folder / "crashed/sensor_data.db"
        crashed.parent.mkdir()
        for suffix in ("", "-journal"):
            shutil.copy(str(self.source) + suffix, str(crashed) + suffix)
        open_one.rollback()
        open_one.close()
        self.source = crashed
        before = self.digest()
        self.assertEqual(len(before), 2)
        self.assertTrue(self.migrate()["is_equal"])
        self.assertEqual(self.exported(), self.expected(rows), "what was not committed is not there")
        self.assertEqual(self.digest(), before, "the log too is left to its program")

    def test_nothing_stays_beside_a_file_with_a_log(self):
        with sqlite3.connect(self.source) as file:
            file.execute("PRAGMA journal_mode = wal")
        file.close()
        self.write(rows_of(300))
        folder = self.folder / "only read"
        folder.mkdir()
        self.source = self.source.rename(folder / "50% of #1?.db")
        before = self.digest()
        self.assertEqual(len(before), 1)
        folder.chmod(0o500)
        try:
            self.assertEqual(self.migrate()["inserted"], 300)
            self.assertEqual(self.digest(), before)
        finally:
            folder.chmod(0o700)

    def test_a_damaged_file_gives_what_stands_before_the_damage(self):
        self.write(rows_of(12_000))
        size = self.source.stat().st_size
        with open(self.source, "r+b") as file:
            for at in range(size // 2 // 4096 * 4096, size, 4096):
                file.seek(at)
                file.write(b"\xa5" * 4096)
        before = self.digest()
        said = self.refused("sensors", "migrate", "--from", self.source, "--to", self.target, code=5)
        self.assertEqual(said["kind"], "corrupt")
        self.assertEqual(self.digest(), before)
        kept = self.exported()
        self.assertGreater(len(kept), 0)
        self.assertLessEqual(set(kept), set(self.expected(rows_of(12_000))))

    def test_a_file_that_was_cut_off_gives_nothing_that_it_did_not_hold(self):
        self.write(rows_of(12_000))
        with open(self.source, "r+b") as file:
            file.truncate(self.source.stat().st_size // 2 + 100)
        before = self.digest()
        said = self.refused("sensors", "migrate", "--from", self.source, "--to", self.target, code=5)
        self.assertEqual(said["kind"], "corrupt")
        self.assertEqual(self.digest(), before)
        self.assertFalse(self.target.exists())

    def test_killed_it_goes_on(self):
        rows = rows_of(60_000)
        self.write(rows)
        process = self.start("sensors", "migrate", "--from", self.source, "--to", self.target)
        journal = self.folder / "sensors.duckdb.journal"
        end = time.monotonic() + 60
        while not list(journal.glob("*.seg")) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        said = self.migrate()
        self.assertEqual((said["inserted"] + said["duplicates"], said["is_equal"]), (60_000, True))
        self.assertEqual(len(self.exported()), 60_000)


class Places(Migrate):
    """Which database takes the readings where --to does not say it."""

    def setUp(self):
        super().setUp()
        self.write(rows_of(6))

    def place(self, *words, **env):
        return self.shelduck("sensors", "migrate", "--from", self.source, "--json", *words, env=env).document["to"]

    def test_it_is_that_of_the_other_commands(self):
        mine = str(self.folder / "mine.duckdb")
        self.assertEqual(self.place(SHELDUCK_SENSORS=mine), mine)
        self.assertEqual(self.shelduck("sensors", "nodes", "--json", env={"SHELDUCK_SENSORS": mine}).document["count"], 3)
        self.assertEqual(self.place(DUCKDB_PATH=mine), mine)
        self.assertEqual(self.place("--db", mine), mine)
        self.assertEqual(self.place("--to", self.target, SHELDUCK_SENSORS=mine), str(self.target))
        home = self.folder / "home/.local/share/shelduck"
        self.assertEqual(self.place(), str(home / "sensors.duckdb"))
        self.assertEqual(self.place("--backend", "sqlite"), str(home / "sensors.sqlite"))

    def test_it_is_never_that_of_the_history(self):
        history = self.folder / "history.duckdb"
        self.assertNotEqual(self.place(SHELDUCK_DB=str(history)), str(history))
        self.assertFalse(history.exists())

    def test_a_file_that_is_not_meant_decides_nothing(self):
        mine = str(self.folder / "mine.duckdb")
        self.place("--to", mine)
        other = str(self.folder / "other.sqlite")
        self.assertEqual(self.place("--to", other, "--backend", "sqlite", SHELDUCK_SENSORS=mine), other)

    def test_what_is_said_twice_or_is_the_source_is_refused(self):
        said = self.refused("sensors", "migrate", "--from", self.source, "--to", self.target, "--db", self.target)
        self.assertEqual(said["field"], "--to")
        said = self.refused("sensors", "migrate", "--from", self.source, env={"SENSOR_DB_PATH": str(self.source)})
        self.assertEqual(said["field"], "SENSOR_DB_PATH")
        self.assertIn("--to", said["hint"])


class Labels(Migrate, Served):
    def address_of(self, label):
        address = 14695981039346656037
        for byte in label.encode():
            address = (address ^ byte) * 1099511628211 % 2**64
        return address

    def test_a_node_that_a_label_has_here_is_refused_and_told(self):
        label = next(name for name in (f"room{n}" for n in range(100)) if self.address_of(name) < 2**63)
        self.environment["SHELDUCK_SENSORS"] = str(self.target)
        server = self.serve()
        self.ask("/write?precision=s", "POST", {}, f"sensor_data,node_address={label} temperature_celsius=2,"
                 f"humidity_percent=4 {BEGIN}\n", 204)
        self.end(server)
        self.write([(self.address_of(label), BEGIN + n, 200, 400, 0, 1) for n in (1, 2)] + [(2, BEGIN, 1, 1, 0, 1)])
        for inserted in (1, 0):
            said = self.migrate()
            self.assertEqual((said["inserted"], said["rejected"], said["is_equal"]), (inserted, 2, True))
            self.assertEqual(sorted((node["rows"], node["refused"], node["state"]) for node in said["nodes"]),
                             [(1, 0, "equal"), (2, 2, "refused")])


class Refusals(Migrate):
    def test_what_cannot_be_brought_over_is_named(self):
        def refused(code, source, target=self.target):
            return self.refused("sensors", "migrate", "--from", source, "--to", target, code=code)
        self.assertEqual(refused(3, self.folder / "nothing")["field"], "--from")
        text = self.folder / "text"
        text.write_text("no database, " * 500)
        self.assertIn("no SQLite file", refused(2, text)["message"])
        with sqlite3.connect(self.folder / "theirs.db") as file:
            file.execute("CREATE TABLE theirs (n INTEGER)")
        file.close()
        self.assertIn("sensor_readings", refused(2, self.folder / "theirs.db")["message"])
        self.assertIn("no regular file", refused(2, self.folder)["message"])
        self.assertIn("no regular file", refused(2, "/dev/null")["message"])
        (self.folder / "empty.db").touch()
        self.assertIn("is empty", refused(2, self.folder / "empty.db")["message"])
        self.write(rows_of(3))
        self.assertEqual(refused(2, self.source, self.source)["field"], "--to")
        self.assertFalse(self.target.exists())

    def test_the_old_file_itself_is_refused_with_the_remedy(self):
        self.write(rows_of(3))
        before = self.source.read_bytes()
        for words in (("sensors", "nodes", "--db", self.source), ("serve", "--sensors", self.source)):
            self.assertIn("sensors migrate --from", self.refused(*words)["hint"])
        said = self.refused("serve", env={"DB_BACKEND": "sqlite", "SENSOR_DB_PATH": str(self.source)})
        self.assertIn("sensors migrate --from", said["hint"])
        self.assertEqual(self.source.read_bytes(), before)

    def test_as_a_table_it_says_what_was_done(self):
        self.write(rows_of(9))
        done = self.shelduck("sensors", "migrate", "--from", self.source, "--to", self.target, "--format", "table")
        self.assertIn("9 rows read: 9 new", done.err)
        self.assertEqual(json.dumps(done.out.count("equal")), "3")


if __name__ == "__main__":
    command_line.unittest.main()
