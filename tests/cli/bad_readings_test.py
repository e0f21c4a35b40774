#!/usr/bin/env python3
"""Readings as clients should not write them, and questions as they should not ask them, over HTTP.

What a body looks like inside is judged by the tests of src/wire; here is what a server makes of it.
"""

import contextlib
import gzip
import http.client
import json
import os
import pathlib
import re
import signal
import threading

import command_line
from readings_test import BIG, JSON, LINES, Sensors, is_sanitized, reading

BODY_MAX = 8 << 20
NODES_MAX = 1_000_000
LIST_MEMORY_MAX = 120_000_000  # of a server that lists any number of nodes; a list at once takes 2 kB a node more
NODES = int(os.environ.get("SHELDUCK_MANY_NODES", "100000"))
NODE_ROUTES = ("", "/sensor-data", "/sensor-data/latest", "/statistics", "/statistics/hourly", "/statistics/daily",
               "/quality", "/forecast")
WINDOW_ROUTES = ("/sensor-data", "/sensor-data/export", "/nodes/42/sensor-data", "/nodes/42/statistics",
                 "/nodes/42/statistics/hourly", "/nodes/42/statistics/daily", "/nodes/42/quality")


def point(node, timestamp, celsius=1.5):
    return f"sensor_data,node_address={node} temperature_celsius={celsius},humidity_percent=30 {timestamp}\n"


class Patient(Sensors):
    def patiently(self, target):
        """The answer, once the server is not busy any more."""
        for _ in range(60):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            with contextlib.closing(connection):
                connection.request("GET", target)
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 503:
                    self.assertEqual(answer.status, 200, text)
                    return json.loads(text)
        return self.fail("busy for ever")


class Values(Sensors):
    def test_the_borders_of_exact_numbers(self):
        self.serve()
        borders = [2**53 - 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1]
        rows = [reading(node=node, timestamp=1) for node in borders] + [reading(node=str(node), timestamp=1) for node in borders]
        said = self.post(rows + [reading(node=2**64), reading(node=float(2**53)), reading(timestamp=2**64)])
        self.assertEqual((said["inserted"], said["duplicates"], [row["index"] for row in said["rejected"]]),
                         (6, 6, [12, 13, 14]))
        nodes = [node["address"] for node in self.ask("/api/nodes")["nodes"]]
        self.assertEqual(nodes, [2**53 - 1] + [str(node) for node in borders[1:]], "exact for readers of doubles")
        for node in borders:
            self.assertEqual(self.ask(f"/api/nodes/{node}/statistics")["total_readings"], 1)

    def test_zero_null_and_not_a_number(self):
        self.serve()
        said = self.post([reading(node=0, timestamp=0, celsius=0, percent=0, flags=0, received_at=0),
                          reading(celsius=None), reading(percent=None), reading(celsius=None, percent=None),
                          reading(celsius=-0.0, timestamp=7)])
        self.assertEqual((said["inserted"], [(row["index"], row["field"]) for row in said["rejected"]]),
                         (2, [(1, "temperature_celsius"), (2, "humidity_percent"), (3, "temperature_celsius")]))
        latest = self.ask("/api/nodes/0/sensor-data/latest")
        self.assertEqual([latest[name] for name in ("timestamp", "temperature_celsius", "humidity_percent", "received_at")],
                         [0, 0.0, 0.0, 0], "zero is a value")
        self.assertEqual(self.ask("/api/nodes/0/statistics")["temperature"]["min_celsius"], 0.0)
        for word in ("NaN", "Infinity", "-Infinity"):
            text = json.dumps(reading()).replace("22.0", word)
            self.assertEqual(self.post(text, status=422)["errors"][0]["value"], word)

    def test_raw_and_celsius_that_disagree(self):
        self.serve()
        self.post(reading(temperature_raw=2200, humidity_raw=4875))
        for more in ({"temperature_raw": 2201}, {"humidity_raw": 4874}, {"temperature_raw": 2200, "humidity_raw": 0}):
            problem = self.post(reading(timestamp=9, **more), status=422)
            self.assertIn("disagrees", problem["detail"])
        self.assertEqual(self.ask("/api/sensor-data")["total"], 1)


class Bodies(Patient):
    def status_of_announced(self, target, length):
        """Of a body that is announced and not sent."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.putrequest("POST", target)
            for name, value in {**JSON, "Content-Length": length}.items():
                connection.putheader(name, value)
            connection.endheaders()
            return connection.getresponse().status

    def test_a_huge_array_and_one_that_is_too_large(self):
        self.serve()
        one = '{"node_address":%d,"timestamp":%d,"temperature_raw":1,"humidity_raw":1}'
        rows = ",".join(one % (n % 7, n) for n in range(100_000))
        self.assertLess(len(rows), BODY_MAX)
        self.assertEqual(self.post(f"[{rows}]")["inserted"], 100_000)
        said = self.post(f"[{rows.replace('_raw', '_row')}]")
        self.assertEqual((said["rejected_count"], len(said["rejected"])), (100_000, 1000), "named are the first thousand")
        for target in ("/api/sensor-data", "/write"):
            self.assertEqual(self.status_of_announced(target, BODY_MAX + 1), 413)
        burst = gzip.compress(b"[" + b" " * (65 << 20) + b"]")
        self.post(burst, headers={**JSON, "Content-Encoding": "gzip"}, status=413)
        self.assertEqual(self.patiently("/api/sensor-data?limit=1")["total"], 100_000)

    def test_lines_that_are_no_points(self):
        self.serve()
        good = point(42, 5)
        for bad, line in (("sensor_data,node_address=42\\\\ temperature_celsius=1,humidity_percent=2 5\n", 1),
                          ("sensor_data,node_address=4\\,2,x temperature_celsius=1,humidity_percent=2 5\n", 1),
                          ("# one\n\n# two\n" + point(42, "soon"), 4),
                          (point(42, 2**63), 1), (point(42, "1e9"), 1), (point(42, -1), 1)):
            with self.subTest(bad=bad):
                problem = self.write(bad + good, status=400)
                self.assertEqual(problem["line"], line)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 1, "the good line of each body is one reading")
        for empty in ("", "\n\n", " \r\n"):
            self.assertEqual(self.write(empty, status=400)["line"], 1)
        self.write("# nothing but a comment")

    def test_times_of_another_precision(self):
        self.serve()
        problem = self.write(point(42, 1_780_000_000) + point(42, 1_780_000_001_000_000_000), status=400)
        self.assertEqual((problem["line"], problem["errors"][0]["field"]), (2, "timestamp"))
        self.write(point(42, 1_780_000_002), target="/write")
        times = [one["timestamp"] for one in self.ask("/api/sensor-data")["readings"]]
        self.assertEqual(times, [1_780_000_000, 1], "seconds that are taken for nanoseconds are legal")

    def test_points_that_no_mapping_covers(self):
        self.serve()
        self.write("cpu,host=a load=1 5\n" + point(42, 5).replace("humidity_percent", "rain") + "sensor_data t=1 5\n")
        self.assertEqual(self.ask("/api/sensor-data")["total"], 0)
        self.assertEqual(self.ask("/api/quarantine")["total"], 0, "they are none of ours")
        self.assertIn('shelduck_readings_total{outcome="unmapped"} 3\n', self.ask("/metrics"))


class Questions(Sensors):
    def test_a_start_after_its_end(self):
        self.serve()
        self.post(reading())
        for route in WINDOW_ROUTES:
            with self.subTest(route=route):
                found = self.ask(f"/api{route}?start_time=1780000001&end_time=1779999999")
                if route.endswith("export"):
                    self.assertEqual(found.count("\n"), 0, "the names of the columns alone")
                elif route.endswith("statistics"):
                    self.assertIsNone(found["temperature"]["avg_celsius"])
                else:
                    self.assertEqual(found["count"], 0)

    def test_addresses_that_cannot_be(self):
        self.serve()
        self.post(reading(node=BIG))
        for route in NODE_ROUTES:
            for address in (2**64, 2**64 + 42, 10**30, "-1", "0x2a", "4%202"):
                with self.subTest(route=route, address=address):
                    self.assertEqual(self.ask(f"/api/nodes/{address}{route}", status=404)["error"], "Endpoint not found")
            self.ask(f"/api/nodes/{BIG}{route}")
            unknown = 200 if route == "/sensor-data" else 404
            self.ask(f"/api/nodes/7{route}", status=unknown)

    def test_limits_out_of_range(self):
        self.serve()
        self.post(reading())
        for target in ("/sensor-data?limit={}", "/nodes/42/sensor-data?limit={}", "/quarantine?limit={}"):
            for limit in (0, 10_001, -1, 2**63, 2**64, "1.5", "many", ""):
                with self.subTest(target=target, limit=limit):
                    self.ask("/api" + target.format(limit), status=400)
        for target in ("/sensor-data?offset=-1", "/sensor-data?offset=9223372036854775808", "/nodes/42/sensor-data?downsample=0",
                       "/nodes/42/forecast?horizon=0", "/nodes/42/forecast?horizon=100000", "/nodes/42/forecast?level=100",
                       "/nodes/42/quality?expected_interval=0", "/nodes/42/quality?expected_interval=-5",
                       "/nodes/42/statistics/daily?tz=Nowhere/Land", "/sensor-data/export?format=xml",
                       "/sensor-data?start_time=253402300800000", "/sensor-data?node_address=18446744073709551616"):
            with self.subTest(target=target):
                self.ask("/api" + target, status=400)


class Crowds(Patient):
    def test_one_node_that_floods_hinders_no_other(self):
        self.serve()
        flood = [reading(node=1, timestamp=n) for n in range(1000)]
        self.post(flood)
        others = [flood[:1] * 1000, [{**row, "temperature_celsius": 1.0} for row in flood], [{**row, "flags": 256} for row in flood]]
        threads = [threading.Thread(target=lambda rows=rows: [self.post(rows) for _ in range(15)]) for rows in others]
        for thread in threads:
            thread.start()
        for n in range(30):
            self.assertEqual(self.post(reading(node=2, timestamp=n))["inserted"], 1)
        for thread in threads:
            thread.join()
        self.assertEqual({node["address"]: node["total_readings"] for node in self.ask("/api/nodes")["nodes"]}, {1: 1000, 2: 30})
        self.assertEqual(self.ask("/api/quarantine")["total"], 2000, "each row once, however often it came")

    def test_many_nodes(self):
        server = self.serve()
        line = '{"node_address":%d,"timestamp":5,"temperature_raw":%d,"humidity_raw":1}'
        part = 50_000
        for first in range(0, NODES, part):
            body = "\n".join(line % (n, n % 1000) for n in range(first, first + part))
            self.assertEqual(self.post(body, headers=LINES)["inserted"], part)
        said = self.post([reading(node=NODES - 1, timestamp=6), reading(node=NODES), reading(node=BIG)])
        self.assert_refused(said, 2 if NODES == NODES_MAX else 0)
        self.assertEqual(said["inserted"], 3 - said["rejected_count"])
        self.assertEqual(self.patiently("/api/nodes/7")["total_readings"], 1)
        self.assertEqual(self.patiently(f"/api/nodes/{NODES - 1}/sensor-data/latest")["timestamp"], 6)
        self.assertEqual(self.patiently("/api/sensor-data?limit=1")["total"], NODES + said["inserted"])
        self.list_nodes(NODES + said["inserted"] - 1, server)

    def list_nodes(self, count, server):
        """Of any number of nodes, in little memory: by a server that has done nothing else yet."""
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        server = self.serve()
        addresses = [int(node["address"]) for node in self.patiently("/api/nodes")["nodes"]]
        self.assertEqual((len(addresses), addresses), (count, sorted(set(addresses))))
        self.assertEqual(self.shelduck("sensors", "nodes", "--json").document["count"], count)
        self.assertEqual(self.shelduck("sensors", "nodes").out.count("\n"), count + 1)
        if not is_sanitized():
            status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
            self.assertLess(int(re.search(r"VmHWM:\s*(\d+)", status)[1]) * 1024, LIST_MEMORY_MAX)

    def assert_refused(self, said, count):
        """So many new nodes, and nothing else."""
        words = "there are 1000000 nodes, the most allowed"
        self.assertEqual([(row["field"], row["reason"][:len(words)]) for row in said["rejected"]],
                         [("node_address", words)] * count)

    def test_the_last_nodes_that_are_allowed(self):
        if self.environment.get("SHELDUCK_BACKEND") == "sqlite":
            self.skipTest("its rows are made by DuckDB")
        server = self.serve()
        self.post(reading(node=0, timestamp=5, received_at=5))
        self.assertEqual(self.ask("/api/nodes")["count"], 1, "it is in the file")
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        self.run_sql(self.sensors,
                     f"CREATE TEMP TABLE more AS SELECT range AS address FROM range(1, {NODES_MAX - 2});"
                     "INSERT INTO nodes SELECT nodes.* REPLACE (more.address AS address) FROM nodes, more;"
                     "INSERT INTO readings SELECT readings.* REPLACE (more.address AS node_address) FROM readings, more")
        self.serve()
        said = self.post([reading(node=NODES_MAX), reading(node=BIG), reading(node=7), reading(node=NODES_MAX + 1),
                          reading(node=BIG, timestamp=6)])
        self.assertEqual([row["index"] for row in said["rejected"]], [3])
        self.assert_refused(said, 1)
        self.assertEqual(self.write(point(NODES_MAX + 2, 5) + point(BIG, 7), status=400)["line"], 1)
        self.assertEqual(self.patiently("/api/sensor-data?limit=1")["total"], NODES_MAX + 3)
        self.ask(f"/api/nodes/{NODES_MAX + 1}", status=404)

    def test_a_clock_that_jumps(self):
        self.serve()
        times = [1_780_000_000, 1_780_000_060, 0, 253_402_300_799, 1_780_000_030, 1_780_000_060]
        answers = [self.post(reading(timestamp=time, received_at=received))["inserted"]
                   for time, received in zip(times, [2_000_000_000, 1_780_000_000, 5, 5, 253_402_300_799, 7])]
        self.assertEqual(answers, [1, 1, 1, 1, 1, 0], "a second that comes again is known")
        node = self.ask("/api/nodes/42")
        self.assertEqual((node["first_seen_at"], node["last_seen_at"], node["last_seen_seconds"], node["online"]),
                         (0, 253_402_300_799, 0, True), "received in the future: never before now")
        self.assertEqual([one["timestamp"] for one in self.ask("/api/sensor-data")["readings"]],
                         sorted(set(times), reverse=True))
        quality = self.ask("/api/nodes/42/quality")
        self.assertEqual(len(quality["gaps"]), 2)
        self.ask("/api/nodes/42/statistics/hourly")
        self.ask("/api/nodes/42/statistics/daily?tz=Europe/Warsaw")
        points = self.ask("/api/nodes/42/sensor-data?downsample=3")["readings"]
        self.assertEqual(sum(point["sample_count"] for point in points), 5)


if __name__ == "__main__":
    command_line.main()
