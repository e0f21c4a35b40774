#!/usr/bin/env python3
"""Readings on DuckDB and on SQLite: which one it is, and that nobody notices but by the file."""

import http.client
import json
import os
import sqlite3

import command_line
from old_program import OldProgram
from serve_test import Served

JSON = {"Content-Type": "application/json"}
BEGIN = 1_780_000_000


def readings(nodes=(7, 42, 2**64 - 1), minutes=300):
    return [{"node_address": str(node), "timestamp": BEGIN + 60 * n, "temperature_raw": (n * 37) % 2500 - 300,
             "humidity_raw": 4000 + n % 13, "flags": n % 3, "received_at": BEGIN + 60 * n + 5}
            for n in range(minutes) for node in nodes]


class Backends(Served):
    def setUp(self):
        super().setUp()
        del self.environment["SHELDUCK_DB"]

    def post(self, rows, status=201):
        return self.ask("/api/sensor-data", "POST", JSON, json.dumps(rows), status)

    def fill(self, path, *words, rows=None):
        server = self.serve("--sensors", path, *words)
        self.post(rows or readings())
        self.stop(server)

    def stop(self, server):
        server.terminate()
        self.assertEqual(server.wait(timeout=60), 0)
        server.stdout.close()

    def magic(self, path):
        head = path.read_bytes()[:16]
        return "sqlite" if head.startswith(b"SQLite format 3\0") else "duckdb" if head[8:12] == b"DUCK" else head


class Choice(Backends):
    def test_a_new_file_is_of_the_engine_that_is_wanted_and_then_says_so_itself(self):
        for engine in ("duckdb", "sqlite"):
            path = self.folder / f"of {engine}"
            self.fill(path, "--backend", engine)
            self.assertEqual(self.magic(path), engine)
            self.assertIn("42", self.shelduck("sensors", "nodes", "--db", path).out)
            self.fill(path, rows=readings((5,)))
            self.assertEqual(self.magic(path), engine)

    def test_a_contradiction_is_refused_and_names_who_said_it(self):
        path = self.folder / "a.sqlite"
        self.fill(path, "--backend", "sqlite")
        before = path.read_bytes()
        self.assertEqual(self.refused("sensors", "nodes", "--db", path, "--backend", "duckdb")["field"], "--backend")
        self.assertEqual(self.refused("serve", "--sensors", path, "--backend", "duckdb")["field"], "--backend")
        for variable in ("SHELDUCK_BACKEND", "DB_BACKEND"):
            said = self.refused("sensors", "nodes", "--db", path, env={variable: "duckdb"})
            self.assertEqual((said["field"], said["value"]), (variable, "duckdb"))
        self.assertEqual(path.read_bytes(), before)
        self.serve("--sensors", path)
        self.assertEqual(self.refused("sensors", "nodes", "--db", path, "--backend", "duckdb")["field"], "--backend")
        self.assertIn("42", self.shelduck("sensors", "nodes", "--db", path, "--backend", "sqlite").out)
        self.ask("/api/sensor-data?backend=sqlite", status=400)

    def test_a_serial_line_is_no_way_round(self):
        path = self.folder / "a.sqlite"
        self.fill(path, "--backend", "sqlite")
        before = self.shelduck("sensors", "export", "--db", path).out
        line = ("sensors", "serial", "-", "--db", path)
        self.assertEqual(self.refused(*line, "--backend", "duckdb")["field"], "--backend")
        for variable in ("SHELDUCK_BACKEND", "DB_BACKEND"):
            said = self.refused(*line, env={variable: "duckdb"})
            self.assertEqual((said["field"], said["value"]), (variable, "duckdb"))
        self.serve("--sensors", path)
        self.assertEqual(self.refused(*line, "--backend", "duckdb")["field"], "--backend")
        self.shelduck(*line, "--backend", "sqlite")
        self.assertEqual(self.shelduck("sensors", "export", "--db", path).out, before)

    def test_a_file_of_the_older_program_is_told_how_it_is_brought_over(self):
        path = self.folder / "old.db"
        with sqlite3.connect(path) as old:
            old.execute("CREATE TABLE sensor_readings (id INTEGER PRIMARY KEY, node_address INTEGER)")
        old.close()
        before = path.read_bytes()
        for words in (("sensors", "nodes"), ("sensors", "serial", "-"), ("db", "check"), ("db", "rebuild", "--yes"),
                      ("db", "stats"), ("history", "runs"), ("history", "stats")):
            said = self.refused(*words, "--db", path)
            self.assertIn("shelduck sensors migrate --from", said["hint"], words)
        self.assertEqual(path.read_bytes(), before)
        self.assertEqual([entry.name for entry in self.folder.glob("old.db?*")], ["old.db.lock"])

    def test_a_command_for_the_history_is_refused_by_a_server_of_readings(self):
        for engine in ("duckdb", "sqlite"):
            path = self.folder / f"of {engine}"
            server = self.serve("--sensors", path, "--backend", engine)
            self.post(readings((5,)))
            for words in (("history", "runs"), ("history", "stats"), ("predict",)):
                said = self.refused(*words, "--db", path)
                self.assertIn("'sensors', not of 'history'", said["message"])
            self.stop(server)

    def test_a_configuration_speaks_of_new_files(self):
        path = self.folder / "a.duckdb"
        self.fill(path)
        config = self.folder / "config/shelduck/config.toml"
        config.parent.mkdir(parents=True)
        config.write_text('backend = "sqlite"\n')
        self.assertIn("42", self.shelduck("sensors", "nodes", "--db", path).out)
        self.fill(self.folder / "new")
        self.assertEqual(self.magic(self.folder / "new"), "sqlite")

    def test_without_a_path_the_default_file_is_that_of_the_engine(self):
        self.assertIn("sensors.sqlite", self.shelduck("sensors", "nodes", "--backend", "sqlite").err)
        self.assertIn("sensors.duckdb", self.shelduck("sensors", "nodes").err)

    def test_a_file_that_was_lost_comes_back_as_what_it_was(self):
        path = self.folder / "a.sqlite"
        self.fill(path, "--backend", "sqlite")
        before = self.shelduck("sensors", "export", "--db", path).out
        for words in (("sensors", "export"), ("db", "rebuild", "--yes")):
            path.unlink()
            self.shelduck(*words, "--db", path)
            self.assertEqual(self.magic(path), "sqlite", f"{words} had the journal alone")
            self.assertEqual(self.shelduck("sensors", "export", "--db", path).out, before)

    def test_a_backup_comes_back_where_nothing_is(self):
        for engine in ("duckdb", "sqlite"):
            path, saved, other = (self.folder / f"{name}-{engine}" for name in ("first", "saved", "other"))
            self.fill(path, "--backend", engine)
            self.shelduck("db", "backup", saved, "--db", path)
            self.shelduck("db", "restore", saved, "--yes", "--db", other)
            self.assertEqual(self.magic(other), engine)
            self.assertEqual(self.shelduck("sensors", "export", "--db", other).out,
                             self.shelduck("sensors", "export", "--db", path).out)


    def test_a_backup_of_the_other_engine_or_domain_replaces_nothing(self):
        saved = {}
        for engine in ("duckdb", "sqlite"):
            path, saved[engine] = self.folder / f"a.{engine}", self.folder / f"saved-{engine}"
            self.fill(path, "--backend", engine)
            self.shelduck("db", "backup", saved[engine], "--db", path)
        for engine, other in (("duckdb", "sqlite"), ("sqlite", "duckdb")):
            path = self.folder / f"a.{engine}"
            said = self.refused("db", "restore", saved[other], "--yes", "--db", path)
            self.assertIn("SQLite", said["message"])
            self.assertIn("DuckDB", said["message"])
            self.assertIn("--db", said["hint"])
            self.assertEqual(self.magic(path), engine)
            self.assertEqual(len(self.shelduck("sensors", "export", "--db", path).out.splitlines()), 901)
        history = self.folder / "history.duckdb"
        self.shelduck("exec", "--plugin", "a", "--db", history, "--", "true")
        self.shelduck("history", "runs", "--db", history)
        said = self.refused("db", "restore", saved["duckdb"], "--yes", "--db", history)
        self.assertIn("is a backup of 'sensors', not of 'history'", said["message"])
        self.assertFalse(list(self.folder.glob("*.before-restore")))

    def test_a_backup_never_takes_the_place_of_another_programs_file(self):
        saved = self.folder / "saved"
        self.fill(self.folder / "a.sqlite", "--backend", "sqlite")
        self.shelduck("db", "backup", saved, "--db", self.folder / "a.sqlite")
        path = self.folder / "old.db"
        with sqlite3.connect(path) as old:
            old.execute("CREATE TABLE sensor_readings (id INTEGER PRIMARY KEY, node_address INTEGER)")
        old.close()
        text = self.folder / "notes.txt"
        text.write_text("what a file of somebody else says\n")
        for file in (path, text):
            before = file.read_bytes()
            said = self.refused("db", "restore", saved, "--yes", "--db", file)
            self.assertIn("it was not touched", said["message"])
            self.assertEqual(file.read_bytes(), before)
        self.assertFalse(list(self.folder.glob("*.before-restore")))


class Neighbours(Backends):
    def test_quarantine_of_records_is_listed_and_dropped_on_both(self):
        for engine in ("duckdb", "sqlite"):
            path = self.folder / f"a.{engine}"
            self.fill(path, "--backend", engine)
            self.assertIn("empty", self.shelduck("db", "quarantine", "list", "--db", path).err)
            self.shelduck("db", "quarantine", "drop", "--dry-run", "--db", path)
            self.serve("--sensors", path)
            self.assertIn("empty", self.shelduck("db", "quarantine", "list", "--db", path).err)

    def test_migrate_and_rollback_want_the_server_stopped(self):
        path, old = self.folder / "a.sqlite", self.folder / "old.db"
        OldProgram(old)
        before = old.read_bytes()
        self.serve("--sensors", path, "--backend", "sqlite")
        for words in (("migrate", "--from", old, "--to", path), ("rollback", "--to", self.folder / "b", "--db", path)):
            said = self.refused("sensors", *words, code=4)
            self.assertIn("stop the server", said["hint"])
        self.assertEqual(old.read_bytes(), before)

    def is_answered(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        status = connection.getresponse().status
        connection.close()
        return status == 200

    def test_another_writer_is_waited_for_and_then_named(self):
        path = self.folder / "a.sqlite"
        server = self.serve("--sensors", path, "--backend", "sqlite")
        self.post(readings((5,)))
        self.assertEqual(self.ask("/api/sensor-data?limit=1")["total"], 300)
        writer = sqlite3.connect(path, isolation_level=None)
        self.addCleanup(writer.close)
        writer.execute("BEGIN IMMEDIATE")
        self.post(readings((6,)))
        said = self.ask("/api/sensor-data?limit=1", status=503)
        self.assertNotIn("INSERT", json.dumps(said))
        writer.execute("ROLLBACK")
        self.wait_for(lambda: self.is_answered("/api/sensor-data?limit=1"))
        self.assertEqual(self.ask("/api/sensor-data?limit=1")["total"], 600)
        self.stop(server)
        writer.execute("BEGIN IMMEDIATE")
        said = self.shelduck("sensors", "prune", "--older-than", "1d", "--yes", "--json", "--db", path, code=4).error
        self.assertIn("another program writes to", said["message"])
        self.assertIn(str(path), said["message"])
        self.assertNotIn("BEGIN", said["message"])
        writer.execute("ROLLBACK")


class OldEnvironment(Backends):
    def test_the_settings_of_the_older_program_start_a_server(self):
        path = self.folder / "old.db"
        server = self.serve_old({"DB_BACKEND": "sqlite", "SENSOR_DB_PATH": str(path), "HOST": "localhost",
                                 "PORT": "0", "DB_BATCH_SIZE": "1", "DB_FLUSH_INTERVAL": "5.0",
                                 "DB_MEMORY_LIMIT": "32MB", "DB_THREADS": "2"})
        self.assertEqual(self.post(readings())["inserted"], 900)
        self.assertEqual(self.post([{**row, "timestamp": row["timestamp"] + 1} for row in readings((7,))])["inserted"],
                         300)
        self.assertEqual(self.ask("/api/sensor-data?limit=1")["total"], 1200, "seen at once, whatever is flushed when")
        self.stop(server)
        self.assertEqual(self.magic(path), "sqlite")

    def test_a_variable_that_is_wrong_is_named(self):
        for variable, text in (("PORT", "http"), ("HOST", "my_host"), ("DB_BACKEND", "postgres"),
                               ("DB_BATCH_SIZE", "0"), ("DB_MEMORY_LIMIT", "much"), ("DB_FLUSH_INTERVAL", "-1")):
            said = self.refused("serve", env={"SENSOR_DB_PATH": str(self.folder / "a"), variable: text})
            self.assertEqual((said["field"], said["value"]), (variable, text))

    def test_an_address_that_needs_tokens_names_its_variable(self):
        old = {"SENSOR_DB_PATH": str(self.folder / "a"), "HOST": "0.0.0.0", "PORT": "5000"}
        said = self.refused("serve", code=6, env=old)
        self.assertEqual((said["field"], said["value"]), ("HOST", "0.0.0.0"))
        said = self.refused("serve", code=6, env={"SHELDUCK_LISTEN": "0.0.0.0:5000", **old})
        self.assertEqual(said["field"], "SHELDUCK_LISTEN")
        said = self.refused("serve", "--listen", "0.0.0.0:5000", code=6, env=old)
        self.assertEqual(said["field"], "--listen")

    def serve_old(self, variables):
        words = self.serve_words
        self.serve_words = ("serve",)
        try:
            return self.serve(env=variables)
        finally:
            self.serve_words = words


class Alike(Backends):
    def setUp(self):
        super().setUp()
        self.paths = [self.folder / "a.duckdb", self.folder / "a.sqlite"]

    def test_every_answer_has_the_same_bytes(self):
        rows = readings() + [{**readings()[0], "flags": 9}, {"node_address": 1, "timestamp": -5}]
        targets = ["/api/sensor-data", "/api/sensor-data?limit=5&offset=7", "/api/sensor-data?node_address=42&limit=3",
                   "/api/sensor-data/export", "/api/sensor-data/export?node_address=7", "/api/nodes/9"]
        for node in (7, 42, 2**64 - 1):
            here = f"/api/nodes/{node}"
            targets += [f"{here}/sensor-data", f"{here}/sensor-data/latest", f"{here}/statistics",
                        f"{here}/statistics/hourly", f"{here}/statistics/daily?tz=Europe/Warsaw",
                        f"{here}/quality", f"{here}/forecast?horizon=3",
                        f"{here}/sensor-data?start_time={BEGIN}&end_time={BEGIN + 9000}&downsample=20"]
        answers = []
        for path in self.paths:
            server = self.serve("--sensors", path, "--backend", path.suffix[1:])
            said = [json.dumps(self.post(rows)).encode()]
            said += [self.bytes_of(target) for target in targets]
            self.stop(server)
            answers.append(said)
        for target, one, other in zip(["POST", *targets], *answers):
            self.assertEqual(one, other, target)

    def test_commands_answer_alike(self):
        for path in self.paths:
            self.fill(path, "--backend", path.suffix[1:])
        for words in (("list", "--limit", "20"), ("readings", 7), ("stats", 42), ("hourly", 42),
                      ("export", "--node-address", 42), ("quarantine", "list")):
            one, other = (self.shelduck("sensors", *words, "--db", path).out for path in self.paths)
            self.assertEqual(one, other, words)
        one, other = (self.shelduck("sensors", "prune", "--older-than", "1d", "--dry-run", "--db", path).out.split()
                      for path in self.paths)
        self.assertEqual(one[-3:], other[-3:], "the moment before which they are old goes on")

    def bytes_of(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        answer = connection.getresponse()
        # An id and nothing else of a problem differs from one request to the next.
        body = answer.read()
        connection.close()
        if answer.status == 404:
            return json.loads(body)["error"].encode()
        return body


class Care(Backends):
    def setUp(self):
        super().setUp()
        self.path = self.folder / "data/a.sqlite"
        self.fill(self.path, "--backend", "sqlite")

    def test_it_is_checked_and_backed_up(self):
        checked = self.shelduck("db", "check", "--deep", "--db", self.path)
        self.assertEqual(self.shelduck("db", "stats", "--db", self.path, "--json").document["backend"], "sqlite")
        self.assertIn("sound", checked.err)
        saved = self.folder / "saved"
        self.shelduck("db", "backup", saved, "--db", self.path)
        with sqlite3.connect(f"file:{saved}/database.sqlite?mode=ro", uri=True) as copy:
            self.assertEqual(copy.execute("SELECT count(*) FROM readings").fetchone(), (900,))
        self.assertEqual(self.refused("db", "backup", self.folder / "other", "--format", "parquet",
                                      "--db", self.path)["field"], "--format")

    def test_addresses_lie_in_their_own_order(self):
        with sqlite3.connect(self.path) as file:
            stored = [row[0] for row in file.execute("SELECT address FROM nodes ORDER BY address")]
        self.assertEqual([address + 2**63 for address in stored], [7, 42, 2**64 - 1])

    def test_a_wrong_row_is_found(self):
        with sqlite3.connect(self.path) as file:
            file.execute("UPDATE nodes SET total_readings = total_readings + 1 WHERE address = ?", (7 - 2**63,))
        file.close()
        said = self.shelduck("db", "check", "--db", self.path, "--json", code=5).document
        self.assertIn("nodes_know_their_readings", [finding["rule"] for finding in said["findings"]])

    def test_a_damaged_file_is_made_again(self):
        before = self.shelduck("sensors", "export", "--db", self.path).out
        with open(self.path, "r+b") as file:
            for at in range(4096, self.path.stat().st_size, 4096):
                file.seek(at)
                file.write(os.urandom(512))
        self.assertEqual(self.shelduck("sensors", "export", "--db", self.path).out, before)
        self.assertTrue(list(self.path.parent.glob("a.sqlite.damaged*")))

    def test_a_database_of_another_program_is_left_alone(self):
        other = self.folder / "other.db"
        with sqlite3.connect(other) as file:
            file.execute("CREATE TABLE theirs (n INTEGER)")
        file.close()
        before = other.read_bytes()
        self.assertIn("another program", self.refused("sensors", "nodes", "--db", other)["message"])
        self.assertEqual(other.read_bytes(), before)


if __name__ == "__main__":
    command_line.unittest.main()
