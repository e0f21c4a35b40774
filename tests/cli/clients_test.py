#!/usr/bin/env python3
"""Clients that others wrote: curl, the importer of InfluxDB 1, and Prometheus' judge of /metrics.

Each test skips with a word where its client is missing; `scripts/setup --check` brings all three.
"""

import gzip
import json
import os
import pathlib
import platform
import shutil
import subprocess
import unittest

import command_line
from readings_test import Sensors, reading

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "shelduck"
FETCHED = CACHE / f"promtool-{platform.machine()}/promtool"

# As `influx_inspect export` writes it; the second part has more lines than the importer sends at once.
IMPORT = """# DDL
CREATE DATABASE house

# DML
# CONTEXT-DATABASE: house
# CONTEXT-RETENTION-POLICY: autogen

"""
POINTS = 6000


def program(name, fetched=None):
    found = shutil.which(name) or (str(fetched) if fetched and fetched.exists() else None)
    if found or os.environ.get("SHELDUCK_CHECK"):
        return found or name
    raise unittest.SkipTest(f"no {name} here: `scripts/setup --check` brings it")


class Clients(Sensors):
    def run_client(self, *words, given="", code=0):
        """What it prints. The environment of the tests has no proxy."""
        done = subprocess.run(list(map(str, words)), input=given, text=True, capture_output=True, check=False,
                              timeout=60, cwd=self.folder, env=self.environment)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr


class Curl(Clients):
    def setUp(self):
        self.curl = program("curl")
        super().setUp()

    def sent(self, *words, target="/api/sensor-data"):
        """The status, after `words` were sent to the server."""
        return self.run_client(self.curl, "-s", "-o", "answer", "-w", "%{http_code}", *words,
                               f"http://127.0.0.1:{self.port}{target}")

    def answer(self):
        return json.loads((self.folder / "answer").read_text())

    def test_readings_in_every_form(self):
        self.serve()
        rows = [reading(timestamp=n) for n in range(40)]
        self.assertEqual(self.sent("--json", json.dumps(rows[0])), "201")
        (self.folder / "rows.ndjson").write_text("\n".join(map(json.dumps, rows)))
        lines = ("-H", "Content-Type: application/x-ndjson", "--data-binary", "@rows.ndjson")
        self.assertEqual(self.sent(*lines), "201")
        self.assertEqual((self.answer()["inserted"], self.answer()["duplicates"]), (39, 1))
        (self.folder / "rows.gz").write_bytes(gzip.compress(json.dumps(rows).encode()))
        packed = ("-H", "Content-Type: application/json", "-H", "Content-Encoding: gzip", "--data-binary", "@rows.gz")
        self.assertEqual(self.sent(*packed), "201")
        self.assertEqual(self.answer()["duplicates"], 40)
        self.assertEqual(self.sent("-d", json.dumps(rows[0])), "415", "of a form, by default")

    def test_a_chunked_body_and_one_that_is_announced(self):
        self.serve()
        lines = "".join(f"sensor_data,node_address=7 temperature_celsius=1.5,humidity_percent=30 {n}\n" for n in range(50_000))
        (self.folder / "points").write_text(lines)
        write = {"target": "/write?db=house&precision=s"}
        self.assertEqual(self.sent("-H", "Transfer-Encoding: chunked", "-H", "Expect: 100-continue",
                                   "--data-binary", "@points", **write), "204")
        self.assertEqual(self.sent("--data-binary", "@points", **write), "204")
        self.assertEqual(self.sent("--compressed", target="/api/nodes/7"), "200")
        self.assertEqual(self.answer()["total_readings"], 50_000)


class InfluxImporter(Clients):
    def setUp(self):
        self.influx = program("influx")
        super().setUp()

    def imported(self, lines, code=0):
        """What `influx -import` says of them."""
        (self.folder / "points.txt").write_text(IMPORT + lines)
        if not self.run_client(self.influx, "-version").startswith("InfluxDB shell version: 1."):
            self.skipTest("`influx` is not of version 1 here")
        return self.run_client(self.influx, "-host", "127.0.0.1", "-port", self.port, "-import", "-path", "points.txt",
                               "-precision", "s", code=code)

    def points(self, count=POINTS):
        return "".join(f"sensor_data,node_address={n % 3} temperature_celsius={n % 40}.25,humidity_percent=41.5 {n}\n"
                       for n in range(count))

    def test_every_point_of_a_file(self):
        self.serve()
        said = self.imported(self.points())
        self.assertIn(f"Processed {POINTS} inserts", said)
        self.assertIn("Failed 0 inserts", said)
        self.assertEqual(self.ask("/api/sensor-data")["total"], POINTS)
        newest = self.ask("/api/nodes/1/sensor-data/latest")
        self.assertEqual((newest["timestamp"], newest["temperature_celsius"]), (5998, 38.25))

    def test_again_nothing_is_stored_twice(self):
        self.serve()
        self.imported(self.points(20))
        self.imported(self.points(30))
        self.assertEqual(self.ask("/api/sensor-data")["total"], 30)

    def test_it_is_told_of_a_line_that_is_none(self):
        self.serve()
        said = self.imported(self.points(5) + "sensor_data,node_address=1 temperature_celsius=9999,humidity_percent=1 9\n",
                             code=1)
        self.assertIn("line", said)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 5, "the good ones")


class Promtool(Clients):
    def setUp(self):
        self.promtool = program("promtool", FETCHED)
        super().setUp()

    def test_metrics_of_both_databases(self):
        self.environment["SHELDUCK_DB"] = str(self.database)
        self.record("apt")
        self.serve()
        self.post(reading())
        metrics = self.ask("/metrics")
        self.assertEqual(self.run_client(self.promtool, "check", "metrics", given=metrics), "")
        broken = metrics.replace("# TYPE", "# KIND", 1) + "no number at all\n"
        self.assertNotEqual(self.run_client(self.promtool, "check", "metrics", given=broken, code=1), "")


if __name__ == "__main__":
    command_line.main()
