#!/usr/bin/env python3
"""Programs that others wrote: curl, the importer of InfluxDB 1 and the client of InfluxDB 2, rtl_433, Prometheus
and its judge of /metrics, and DuckDB's shell.

Each test skips with a word where its program is missing; `scripts/setup --check` brings all of them.
"""

import contextlib
import gzip
import hashlib
import http.client
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
import urllib.parse

import command_line
from readings_test import BIG, Sensors, reading

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "shelduck"
PROMETHEUS = CACHE / f"prometheus-{platform.machine()}"
PINNED = pathlib.Path(__file__).resolve().parents[2] / "scripts/python_clients.txt"
PYTHON_CLIENTS = CACHE / (f"python-clients-{hashlib.sha256(PINNED.read_bytes()).hexdigest()[:8]}"
                          f"-python{sys.version_info[0]}.{sys.version_info[1]}")

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
        """What it prints; with code None however it ends. The environment of the tests has no proxy."""
        done = subprocess.run(list(map(str, words)), input=given, text=True, capture_output=True, check=False,
                              timeout=60, cwd=self.folder, env=self.environment)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def until(self, found):
        """What `found` gives, as soon as it gives something."""
        for _ in range(600):
            if thing := found():
                return thing
            time.sleep(0.1)
        return self.fail("it did not come within a minute")


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
        version = self.run_client(self.influx, "-version", code=None)
        if not version.startswith("InfluxDB shell version: 1."):
            demand = self.fail if os.environ.get("SHELDUCK_CHECK") else self.skipTest
            demand(f"version 1 of `influx` is needed, which can import; it says {version.strip()!r}")

    def imported(self, lines, code=0):
        """What `influx -import` says of them."""
        (self.folder / "points.txt").write_text(IMPORT + lines)
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
        self.promtool = program("promtool", PROMETHEUS / "promtool")
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


class Prometheus(Clients):
    def setUp(self):
        self.prometheus = program("prometheus", PROMETHEUS / "prometheus")
        super().setUp()

    def started(self):
        """Its port, once it scrapes the server each second."""
        (self.folder / "prometheus.yml").write_text(
            "scrape_configs: [{job_name: shelduck, scrape_interval: 1s, scrape_timeout: 1s,"
            f" static_configs: [{{targets: ['127.0.0.1:{self.port}']}}]}}]\n")
        words = [self.prometheus, "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb",
                 "--web.listen-address=127.0.0.1:0"]
        process = subprocess.Popen(words, cwd=self.folder, env=self.environment, text=True, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.PIPE)
        self.addCleanup(self.end_program, process)
        for line in process.stderr:
            if found := re.search(r'msg="Listening on" address=127\.0\.0\.1:(\d+)', line):
                threading.Thread(target=process.stderr.read, daemon=True).start()
                return int(found[1])
        return self.fail("it ended without a word of its address")

    @staticmethod
    def end_program(process):
        process.kill()
        process.wait()

    def test_it_scrapes_what_is_counted(self):
        self.serve()
        self.post([reading(timestamp=n) for n in range(30)])
        port = self.started()

        def said(target):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            with contextlib.closing(connection):
                connection.request("GET", target)
                answer = connection.getresponse()
                return json.loads(answer.read())["data"] if answer.status == 200 else None  # 503 while it starts

        def values(query):
            found = said("/api/v1/query?" + urllib.parse.urlencode({"query": query}))
            return found and [float(one["value"][1]) for one in found["result"]]

        self.assertEqual(self.until(lambda: values('shelduck_readings_total{outcome="inserted"}')), [30])
        self.assertEqual(values("up"), [1])
        self.assertEqual([(one["health"], one["lastError"], one["scrapeUrl"])
                          for one in said("/api/v1/targets")["activeTargets"]],
                         [("up", "", f"http://127.0.0.1:{self.port}/metrics")])


WRITES = """
import sys
from influxdb_client import InfluxDBClient, Point, WriteOptions, WritePrecision
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.rest import ApiException

url, token = sys.argv[1:]

def point(n, celsius=21.25):
    return (Point("sensor_data").tag("node_address", str(n % 3)).field("temperature_celsius", celsius)
            .field("humidity_percent", 41.5).field("flags", n % 2).time(n, WritePrecision.S))

failures = []
with InfluxDBClient(url=url, token=token, org="house", enable_gzip=True) as client:
    assert client.ping(), "ping"
    print(client.version())
    with client.write_api(write_options=WriteOptions(batch_size=700, flush_interval=1000, max_retries=0),
                          error_callback=lambda words, data, error: failures.append(error)) as batches:
        for n in range(2000):
            batches.write(bucket="house", record=point(n))
    assert not failures, failures
    one = client.write_api(write_options=SYNCHRONOUS)
    one.write(bucket="house", record="sensor_data,node_address=9 temperature_celsius=1,humidity_percent=2 77000",
              write_precision=WritePrecision.MS)
    try:
        one.write(bucket="house", record=[point(5000), point(5001, celsius=4000.0)])
    except ApiException as refused:
        print(refused.status, refused.body)
"""


class InfluxPython(Clients):
    def setUp(self):
        if not PYTHON_CLIENTS.exists() and not os.environ.get("SHELDUCK_CHECK"):
            self.skipTest("no influxdb-client for Python here: `scripts/setup --check` brings it")
        super().setUp()
        self.environment["PYTHONPATH"] = str(PYTHON_CLIENTS)

    def written(self, token):
        return self.run_client(sys.executable, "-c", WRITES, f"http://127.0.0.1:{self.port}", token)

    def test_batches_with_gzip_and_a_token(self):
        self.environment["SHELDUCK_TOKEN_FILE"] = str(self.folder / "tokens")
        token = self.shelduck("token", "add", "writer", "--scope", "write", "--json").document["token"]
        self.serve()
        said = self.written(token)
        self.assertIn('400 ', said)
        self.assertIn("temperature_celsius", said, "the field of the bad line")
        stored = {node["address"]: node["total_readings"] for node in self.ask(
            "/api/nodes", headers={"Authorization": f"Token {token}"})["nodes"]}
        # The good line of the last body is node 2's.
        self.assertEqual(stored, {0: 667, 1: 667, 2: 667, 9: 1})

    def test_again_nothing_is_stored_twice(self):
        self.serve()
        self.written("none")
        self.written("none")
        self.assertEqual(self.ask("/api/sensor-data")["total"], 2002)


RATE = 250_000  # samples a second, as rtl_433 asks its radio for them


def level(is_on, microseconds):
    """Samples of a carrier, or of the noise between."""
    return (b"\xfa\x80" if is_on else b"\x80\x7f") * (microseconds * RATE // 1_000_000)


def telegram(sensor, channel, celsius, percent):
    """What a thermometer of the kind Nexus sends: 36 bits as pauses between pulses, twelve times."""
    bits = f"{sensor:08b}10{channel - 1:02b}{round(celsius * 10) & 0xfff:012b}1111{percent:08b}"
    row = b"".join(level(True, 500) + level(False, 2000 if bit == "1" else 1000) for bit in bits)
    return (row + level(True, 500) + level(False, 4000)) * 12


# The signal is our own because rtl_433 brings none: its package holds no recording, and the one code that its manual
# gives, {25}fb2dd58, is a remote control's; with `-y CODE` it ends before anything is sent to a server.
class Radio:
    """A receiver on the network, in the place of one on USB: it plays a signal again and again."""

    def __init__(self, signal):
        self.signal = signal
        self.is_over = threading.Event()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.thread = threading.Thread(target=self.play)
        self.thread.start()

    def play(self):
        quiet = level(False, 50_000)
        try:
            client, _ = self.door.accept()
            with client:
                client.sendall(b"RTL0" + struct.pack(">II", 5, 29))  # the kind of tuner, how many gains
                while not self.is_over.is_set():
                    client.sendall(quiet * 4 + self.signal + quiet * 4)
                    self.is_over.wait(0.5)
        except OSError:
            pass  # the listener went away, or nobody came

    def end(self):
        self.is_over.set()
        self.door.close()
        self.thread.join()


class Rtl433(Clients):
    def setUp(self):
        self.listener = program("rtl_433")
        super().setUp()

    def listen(self, radio, target):
        words = [self.listener, "-d", f"rtl_tcp:127.0.0.1:{radio.port}", "-M", "time:unix:usec:utc",
                 "-F", f"influx://127.0.0.1:{self.port}{target}"]
        process = subprocess.Popen(words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(radio.end)
        self.addCleanup(Prometheus.end_program, process)

    def heard(self, **headers):
        return self.until(lambda: self.ask("/api/nodes", headers=headers)["nodes"])

    def check(self, node, celsius, percent, **headers):
        newest = self.ask(f"/api/nodes/{node['address']}/sensor-data/latest", headers=headers)
        self.assertEqual((newest["temperature_celsius"], newest["humidity_percent"]), (celsius, percent))
        self.assertLess(abs(newest["timestamp"] - newest["received_at"]), 60, "its own time, in nanoseconds")

    def test_a_thermometer_on_the_air(self):
        self.serve("--line-protocol", "rtl_433")
        self.listen(Radio(telegram(155, 2, 21.5, 48)), "/write?db=house")
        node = self.heard()[0]
        self.assertEqual(node["label"], "Nexus-TH/155/2")
        self.check(node, 21.5, 48.0)

    def test_below_zero_with_a_token(self):
        self.environment["SHELDUCK_TOKEN_FILE"] = str(self.folder / "tokens")
        token = self.shelduck("token", "add", "air", "--scope", "write", "--json").document["token"]
        self.serve("--line-protocol", "rtl_433")
        self.listen(Radio(telegram(7, 3, -12.5, 91)), f"/api/v2/write?org=o&bucket=b,token={token}")
        headers = {"Authorization": f"Bearer {token}"}
        node = self.heard(**headers)[0]
        self.assertEqual(node["label"], "Nexus-TH/7/3")
        self.check(node, -12.5, 91.0, **headers)


class DuckdbShell(Clients):
    def setUp(self):
        self.shell = program("duckdb", PYTHON_CLIENTS / "duckdb_cli/duckdb")
        super().setUp()

    def test_it_reads_what_a_server_left(self):
        server = self.serve()
        self.post([reading(node=n % 3, timestamp=n, celsius=n / 100) for n in range(1000)])
        self.post(reading(node=BIG, timestamp=5))
        # What was asked for is in the file; what was only acknowledged may be in the journal beside it.
        self.assertEqual(self.ask("/api/sensor-data")["total"], 1001)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        said = self.run_client(
            self.shell, "-init", os.devnull, "-readonly", "-csv", "-noheader", self.sensors, "-c",
            "SELECT node_address, count(*), sum(temperature_centidegrees) FROM readings GROUP BY ALL ORDER BY ALL")
        self.assertEqual(said.splitlines(), ["0,334,166833", "1,333,166167", "2,333,166500", f"{BIG},1,2200"])


if __name__ == "__main__":
    command_line.main()
