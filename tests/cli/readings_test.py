#!/usr/bin/env python3
"""Readings over HTTP: taken, judged, asked for, and there after a kill."""

import gzip
import http.client
import json
import pathlib
import re
import signal
import threading
import urllib.parse

import command_line
from serve_test import Served

JSON = {"Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}
BIG = 2**64 - 1


def is_sanitized():
    """Shadow memory is no memory of a server's."""
    engine = (command_line.BUILD / "libexec/shelduck/engine").read_bytes()
    return b"__asan_init" in engine or b"__tsan_init" in engine


def reading(node=42, timestamp=1_780_000_000, celsius=22.0, percent=48.75, **more):
    return {"node_address": node, "timestamp": timestamp, "temperature_celsius": celsius,
            "humidity_percent": percent, **more}


class Sensors(Served):
    def setUp(self):
        super().setUp()
        self.sensors = self.folder / "data/sensors.duckdb"
        del self.environment["SHELDUCK_DB"]
        self.environment["SHELDUCK_SENSORS"] = str(self.sensors)

    def post(self, body, status=201, headers=None, target="/api/sensor-data"):
        text = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return self.ask(target, "POST", JSON if headers is None else headers, text, status)

    def write(self, lines, status=204, target="/write?precision=s"):
        return self.ask(target, "POST", {}, lines, status)

    def bytes_of(self, target):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        body = connection.getresponse().read()
        connection.close()
        return body


class Taking(Sensors):
    def test_one_object(self):
        self.serve()
        self.assertEqual(self.post(reading()),
                         {"inserted": 1, "duplicates": 0, "conflicts": 0, "conflicting": [],
                          "rejected": [], "rejected_count": 0})
        self.assertEqual(self.post(reading())["duplicates"], 1)
        self.assertEqual(self.post(reading(celsius=23.0))["conflicting"], [{"index": 0}])
        self.assertEqual(self.ask("/api/nodes/42/sensor-data/latest")["temperature_celsius"], 22.0,
                         "the first one stays")
        problem = self.post({"node_address": 42, "timestamp": 5, "temperature_raw": 1}, status=422)
        self.assertEqual(problem["errors"][0]["field"], "humidity_percent")
        self.assertEqual(problem["error"], problem["detail"])

    def test_good_rows_of_a_bad_array_are_stored(self):
        self.serve()
        rows = [reading(), reading(), reading(celsius=1), reading(timestamp=-1), reading(node=BIG),
                reading(flags=256), "no object", reading(node=str(BIG)), reading(timestamp=2**53)]
        said = self.post(rows)
        self.assertEqual((said["inserted"], said["duplicates"], said["conflicting"]),
                         (2, 2, [{"index": 2}]))
        self.assertEqual([(row["index"], row["field"]) for row in said["rejected"]],
                         [(3, "timestamp"), (5, "flags"), (6, None), (8, "timestamp")])
        self.assertEqual(said["rejected_count"], 4)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 2)

    def test_ndjson_and_gzip(self):
        self.serve()
        text = "\n".join([json.dumps(reading(timestamp=5)), "", '{"node_address": 1', json.dumps(reading(timestamp=6))])
        said = self.post(text, headers=LINES)
        self.assertEqual((said["inserted"], said["rejected"][0]["index"], said["rejected"][0]["field"]), (2, 1, None))
        packed = gzip.compress(json.dumps([reading(timestamp=n) for n in range(10, 60)]).encode())
        self.assertEqual(self.post(packed, headers={**JSON, "Content-Encoding": "gzip"})["inserted"], 50)
        self.post(packed[:40], headers={**JSON, "Content-Encoding": "gzip"}, status=400)

    def test_bodies_that_cannot_be_taken(self):
        self.serve()
        for body, status, more in (("", 400, {}), ("[1, 2", 400, {}), (b"\xff\xfe", 400, {}), ("[" * 100_000, 400, {}),
                                   (gzip.compress(b"[]")[:-9], 400, {"Content-Encoding": "gzip"}),
                                   (gzip.compress(b" " * (65 << 20)), 413, {"Content-Encoding": "gzip"})):
            [error] = self.post(body, status=status, headers={**JSON, **more})["errors"]
            self.assertEqual((error["field"], bool(error["rule"])), ("body", True), error)
        for name, value in (("Content-Type", "text/plain"), ("Content-Encoding", "br")):
            [error] = self.post(reading(), status=415, headers={**JSON, name: value})["errors"]
            self.assertEqual((error["field"], error["value"]), (name.lower(), value))
        self.post(json.dumps([reading(), reading(timestamp=7)])[:-1], status=400)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 0, "nothing of a broken array")

    def test_a_body_of_many_thousands_is_one_answer(self):
        """It is recorded in parts; indexes are the body's."""
        self.serve()
        rows = [reading(node=n % 50, timestamp=n // 50) for n in range(25_000)]
        rows[12_000] = reading(flags=256)
        rows[23_000] = reading(node=0, timestamp=0, celsius=-7)
        said = self.post(rows)
        self.assertEqual((said["inserted"], said["conflicting"]), (24_998, [{"index": 23_000}]))
        self.assertEqual([(row["index"], row["field"]) for row in said["rejected"]], [(12_000, "flags")])
        packed = gzip.compress("\n".join(map(json.dumps, rows)).encode())
        again = self.post(packed, headers={**LINES, "Content-Encoding": "gzip"})
        self.assertEqual((again["inserted"], again["duplicates"]), (0, 24_998))
        self.assertEqual(again["rejected"], said["rejected"])
        broken = json.dumps([reading(node=77, timestamp=n) for n in range(25_000)])[:-1]
        self.post(broken, status=400)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 24_998, "nothing of a broken array")

    def test_a_burst_of_single_posts(self):
        self.serve()
        threads = [threading.Thread(target=self.post, args=(reading(node=n % 7, timestamp=n),))
                   for n in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.ask("/api/sensor-data")["total"], 100)

    def test_a_burst_of_single_posts_shares_its_syncs(self):
        if is_sanitized():
            self.skipTest("nothing is loaded before a sanitizer")
        hold = self.folder / "hold"
        self.serve(env={"LD_PRELOAD": str(command_line.BUILD / "tests/held_sync.so"), "SHELDUCK_HELD_SYNC": str(hold)})
        self.post(reading(node=1, timestamp=1))
        for first in range(0, 6000, 100):
            before = self.syncs()
            hold.touch()
            statuses = self.burst(range(first, first + 100), hold)
            if statuses == [201] * 100:
                break  # else it took more than the two seconds that a post waits: once more
        self.assertEqual(statuses, [201] * 100)
        self.assertLess(self.syncs() - before, 10, "the first post's, and one for those that came meanwhile")

    def syncs(self):
        return int(re.search(r'shelduck_journal_syncs_total{database="sensors"} (\d+)', self.ask("/metrics"))[1])

    def burst(self, timestamps, hold):
        """A client each; the disk answers when all of them are heard."""
        peers = [http.client.HTTPConnection("127.0.0.1", self.port, timeout=60) for _ in timestamps]
        for peer, timestamp in zip(peers, timestamps):
            peer.request("POST", "/api/sensor-data", json.dumps(reading(timestamp=timestamp)), JSON)
        self.wait_for(lambda: not self.unread_bytes())
        hold.unlink()
        statuses = [peer.getresponse().status for peer in peers]
        for peer in peers:
            peer.close()
        return statuses

    def unread_bytes(self):
        """What clients have sent, and this server not taken from the system yet."""
        rows = [line.split() for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        own = f":{self.port:04X}"
        return sum(int(row[4].split(":")[1 if row[1].endswith(own) else 0], 16)
                   for row in rows if row[3] == "01" and (row[1].endswith(own) or row[2].endswith(own)))

    def test_what_was_acknowledged_survives_a_kill(self):
        server = self.serve()
        for n in range(20):
            self.post([reading(timestamp=n), reading(node=n, timestamp=9)])
        server.send_signal(signal.SIGKILL)
        server.wait()
        self.serve()
        self.assertEqual(self.ask("/api/sensor-data")["total"], 40)
        self.assertEqual(self.post([reading(timestamp=n) for n in range(20)])["duplicates"], 20)
        self.assertEqual(self.post(reading(timestamp=3, celsius=1))["conflicts"], 1)


class LineProtocol(Sensors):
    def point(self, timestamp, celsius=1.5, node=42):
        return f"sensor_data,node_address={node} temperature_celsius={celsius},humidity_percent=30 {timestamp}\n"

    def test_points_become_readings(self):
        self.serve()
        self.write(self.point(5) + "# a comment\r\n\n" + self.point(6))
        self.write(self.point(7_000_000_000), target="/api/v2/write?bucket=b&org=o&precision=ns")
        times = [one["timestamp"] for one in self.ask("/api/sensor-data")["readings"]]
        self.assertEqual(times, [7, 6, 5])
        packed = gzip.compress(self.point(8).encode())
        self.ask("/write?precision=s", "POST", {"Content-Encoding": "gzip"}, packed, 204)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 4)

    def test_a_bad_line_far_behind_is_named(self):
        self.serve()
        lines = [self.point(n) for n in range(25_000)]
        lines[15_000] = "sensor_data,node_address=42 temperature_celsius=\n"
        self.assertEqual(self.write("".join(lines), status=400)["line"], 15_001)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 24_999)

    def test_good_lines_of_a_bad_body_are_stored_and_the_bad_one_named(self):
        self.serve()
        problem = self.write("# comment\n" + self.point(5) + "sensor_data,node_address=42 temperature_celsius=\n",
                             status=400)
        self.assertEqual((problem["line"], problem["code"]), (3, "invalid"))
        self.assertEqual((problem["errors"][0]["field"], problem["errors"][0]["value"]), ("temperature_celsius", ""))
        self.assertIn("line 3", problem["message"])
        self.assertEqual(self.write(self.point(6, celsius=9999), status=400)["line"], 1)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 1)
        self.assertEqual(self.write("", status=400)["code"], "invalid")

    def test_conflicts_and_strangers_are_counted_and_not_refused(self):
        self.serve()
        self.write(self.point(5))
        self.write(self.point(5, celsius=2.5) + "cpu usage=5 1\n")
        metrics = self.ask("/metrics")
        for word, count in (("inserted", 1), ("conflict", 1), ("unmapped", 1), ("rejected", 0)):
            self.assertIn(f'shelduck_readings_total{{outcome="{word}"}} {count}\n', metrics)

    def test_what_importers_ask_first(self):
        self.serve()
        self.assertEqual(self.ask("/query?q=CREATE%20DATABASE%20%22x%22", "POST")["results"], [{"statement_id": 0}])
        self.assertIn("series", self.ask("/query?q=show%20databases")["results"][0])
        self.ask("/write?precision=", "POST", {}, b"sensor_data,node_address=7 temperature_celsius=1,humidity_percent=2 1000000000", 204)
        form = {"Content-Type": "application/x-www-form-urlencoded"}  # as `curl --data-urlencode` sends it
        self.assertEqual(self.ask("/query", "POST", form, b"db=x&q=CREATE+DATABASE+%22x%22")["results"],
                         [{"statement_id": 0}])
        self.ask("/query", "POST", form, b"q=DROP+DATABASE+x", 400)
        self.ask("/query", "POST", form, b"q=%", 400)
        self.ask("/query?q=DROP%20DATABASE%20x", "POST", status=400)
        self.write(self.point(5), status=400, target="/write?precision=fortnights")


HOUSE = """
[[sensors.line_protocol]]
measurement = "climate"
node = ["tag:house", "tag:room"]
temperature = "field:t"
unit = "fahrenheit"
humidity = "field:rh"
flags = "field:state"

[[sensors.line_protocol]]
preset = "default"
"""


class Mappings(Sensors):
    def configure(self, text):
        folder = self.folder / "config/shelduck"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.toml").write_text(text)

    def nodes(self):
        return {node["label"]: node for node in self.ask("/api/nodes")["nodes"]}

    def test_of_the_configuration_at_both_doors(self):
        self.configure(HOUSE)
        self.serve()
        self.write("climate,house=lake\\ side,room=attic t=68,rh=41.5,state=3i 5\n"
                   "climate,house=7 t=32,rh=40 5\n"
                   "climate,floor=2 t=50,rh=40 5\n"
                   "sensor_data,node_address=42 temperature_celsius=1.5,humidity_percent=30 5\n")
        self.write("climate,house=lake\\ side,room=attic t=69.8,rh=41 6", target="/api/v2/write?precision=s")
        node = self.nodes()["lake side/attic"]
        self.assertEqual(node["total_readings"], 2)
        newest = self.ask(f"/api/nodes/{node['address']}/sensor-data")["readings"]
        self.assertEqual([(one["temperature_celsius"], one["humidity_percent"], one["flags"]) for one in newest],
                         [(21.0, 41.0, 0), (20.0, 41.5, 3)])
        self.assertEqual(self.ask("/api/nodes/7/sensor-data/latest")["temperature_celsius"], 0.0, "a number is the address")
        self.assertEqual(self.ask("/api/nodes/42/sensor-data/latest")["temperature_celsius"], 1.5)
        self.assertIn('shelduck_readings_total{outcome="unmapped"} 1\n', self.ask("/metrics"))
        shown = self.shelduck("sensors", "nodes").out
        self.assertIn("lake side/attic", shown)

    def test_a_preset_by_name_on_the_command_line(self):
        self.configure(HOUSE)
        self.serve("--line-protocol", "rtl_433")
        self.write("Nexus-TH,id=155,channel=2 battery_ok=1,temperature_C=21.5,humidity=48 5\n"
                   "Acurite,id=9 temperature_F=50,humidity=20 5\n"
                   "climate,house=lake t=68,rh=41.5 5\n")
        self.assertEqual(set(self.nodes()), {"Nexus-TH/155/2", "Acurite/9"})

    def test_config_show_tells_them_and_a_wrong_one_is_refused(self):
        self.configure(HOUSE)
        rows = {row["name"]: row for row in self.shelduck("config", "show", "--json").document["settings"]}
        self.assertIn('node = ["tag:house", "tag:room"]', rows["sensors.line-protocol"]["value"])
        self.assertIn("config.toml", rows["sensors.line-protocol"]["origin"])
        self.configure(HOUSE.replace("fahrenheit", "kelvin"))
        for words in (("serve",), ("config", "show")):
            error = self.refused(*words)
            self.assertIn("config.toml", error["message"])
            self.assertRegex(error["field"], r"^unit of sensors\.line_protocol \(1 of 2\) in /.*config\.toml$")
            self.assertEqual((error["value"], error["rule"]), ("kelvin", "'celsius' or 'fahrenheit'"))
        self.shelduck("sensors", "nodes")

    def test_the_file_of_the_readings_beside_them(self):
        del self.environment["SHELDUCK_SENSORS"]
        self.configure(f'[sensors]\ndatabase = "{self.sensors}"\nline_protocol = "rtl_433"\n')
        self.serve()
        self.write("Nexus-TH,id=155 temperature_C=21.5,humidity=48 5\n")
        self.assertIn("Nexus-TH/155", self.shelduck("sensors", "nodes").out)


class Refused(Sensors):
    def send_bad_ones(self):
        self.post([reading(), reading(celsius=1.0), reading(node=7, timestamp=5, flags=256), "no object"])
        self.write("sensor_data,node_address=roof temperature_celsius=400,humidity_percent=1 6\n", status=400)

    def test_problems_carry_the_value(self):
        self.serve()
        error = self.post(reading(percent=700), status=422)["errors"][0]
        self.assertEqual((error["field"], error["value"]), ("humidity_percent", "700"))
        error = self.post(reading(celsius="warm"), status=422)["errors"][0]
        self.assertEqual((error["field"], error["value"]), ("temperature_celsius", '"warm"'))
        problem = self.write("sensor_data,node_address=1 temperature_celsius=400,humidity_percent=1 6\n", status=400)
        self.assertEqual((problem["errors"][0]["value"], problem["line"]), ("400", 1))

    def test_rows_say_what_they_are_about(self):
        self.serve()
        self.send_bad_ones()
        rows = {(row["field"], row["node_address"], row["timestamp"]) for row in self.ask("/api/quarantine")["rows"]}
        roof = next(node for field, node, _ in rows if field == "temperature_celsius")
        self.assertEqual(rows, {(None, 42, 1_780_000_000), ("flags", 7, 5), (None, None, None),
                                ("temperature_celsius", roof, 6)})
        self.assertIsInstance(roof, str, "the hash of a label, above 2^53")

    def test_they_are_exported_and_dropped_by_id(self):
        exported = self.shelduck("sensors", "quarantine", "export")
        self.assertEqual(exported.out, "id,at,source,field,reason,node_address,timestamp,text\n", "there is no database yet")
        self.serve()
        self.send_bad_ones()
        rows = self.shelduck("sensors", "quarantine", "export").rows
        self.assertEqual({row["node_address"] for row in rows} >= {"42", "7", ""}, True)
        lines = self.shelduck("sensors", "quarantine", "export", "--format", "ndjson", "--out", "refused.ndjson")
        self.assertEqual(lines.out, "")
        written = [json.loads(line) for line in (self.folder / "refused.ndjson").read_text().splitlines()]
        self.assertEqual(sorted(row["id"] for row in written), sorted(row["id"] for row in rows))
        self.assertEqual(written, self.ask("/api/quarantine")["rows"])
        flags = next(row for row in written if row["field"] == "flags")
        self.assertEqual(self.shelduck("sensors", "quarantine", "drop", flags["id"], "--dry-run", "--json").document, {"rows": 1})
        self.assertEqual(self.shelduck("sensors", "quarantine", "drop", flags["id"], "--yes", "--json").document, {"rows": 1})
        self.assertNotIn(flags, self.ask("/api/quarantine")["rows"])
        self.assertEqual(self.ask("/api/quarantine")["total"], 3)
        self.assertEqual(self.refused("sensors", "quarantine", "drop", flags["id"], "--yes", code=3)["value"], flags["id"])
        self.assertEqual(self.refused("sensors", "quarantine", "drop", written[0]["id"], "--older-than", "1d", "--yes")["field"],
                         "--older-than")

    def test_parameters_that_are_not_ours_are_let_pass(self):
        self.serve()
        point = "sensor_data,node_address=1 temperature_celsius=4,humidity_percent=1 "
        self.write(point + "1", target="/write?db=d&rp=r&consistency=one&chunked=true&epoch=s&u=a&p=b&precision=s")
        self.write(point + "2", target="/api/v2/write?org=o&orgID=1&bucket=b&accept_partial=true&precision=s")
        self.assertEqual(self.ask("/api/nodes/1")["total_readings"], 2)
        self.post(reading(), status=400, target="/api/sensor-data?db=d")


class Asking(Sensors):
    def test_the_bytes_of_the_old_contract(self):
        self.serve()
        self.post([reading(received_at=1_780_000_001), reading(node=BIG, timestamp=1_780_000_000, celsius=-0.5,
                                                               percent=0, received_at=1_780_000_002, flags=3)])
        first = (b'{"flags":0,"humidity_percent":48.75,"humidity_raw":4875,"node_address":42,"received_at":1780000001,'
                 b'"temperature_celsius":22.0,"temperature_raw":2200,"timestamp":1780000000}')
        other = (b'{"flags":3,"humidity_percent":0.0,"humidity_raw":0,"node_address":"18446744073709551615",'
                 b'"received_at":1780000002,"temperature_celsius":-0.5,"temperature_raw":-50,"timestamp":1780000000}')
        self.assertEqual(self.bytes_of("/api/sensor-data"),
                         b'{"count":2,"limit":1000,"offset":0,"readings":[' + first + b"," + other + b'],"total":2}\n')
        self.assertEqual(self.bytes_of("/api/nodes/42/sensor-data/latest"), first + b"\n")
        self.assertEqual(self.bytes_of(f"/api/nodes/{BIG}/sensor-data"),
                         b'{"count":1,"node_address":"18446744073709551615","readings":[' + other + b"]}\n")

    def test_the_wordings_of_the_old_errors(self):
        self.serve()
        self.post(reading())
        for target, status, words in (
                ("/api/sensor-data?limit=0", 400, "limit must be 1-10000"),
                ("/api/sensor-data?limit=10001", 400, "limit must be 1-10000"),
                ("/api/sensor-data?limit=-1", 400, "limit must be 1-10000"),
                ("/api/sensor-data?offset=-1", 400, "offset must be >= 0"),
                ("/api/nodes/42/sensor-data?limit=0", 400, "limit must be 1-10000"),
                ("/api/nodes/7/sensor-data/latest", 404, "No readings found for node 7"),
                ("/api/nodes/7/statistics", 404, "No data found for node 7"),
                ("/api/nodes/7", 404, "Node 7 not found"),
                ("/api/nodes/abc/statistics", 404, "Endpoint not found"),
                (f"/api/nodes/{2**64}/statistics", 404, "Endpoint not found"),
                ("/api/nothing", 404, "Endpoint not found")):
            with self.subTest(target=target):
                self.assertEqual(self.ask(target, status=status)["error"], words)
        for target in ("/api/sensor-data?limit=abc", "/api/sensor-data?start_time=soon",
                       "/api/sensor-data?offset=none", "/api/sensor-data?node_address=-1",
                       "/api/nodes/42/quality?expected_interval=1.5",
                       "/api/nodes/42/quality?expected_interval=0",
                       "/api/nodes/42/quality?expected_interval=253402300800",
                       f"/api/nodes/42/quality?expected_interval={2**64}", "/api/quarantine?cursor=xx"):
            with self.subTest(target=target):
                name, value = target.split("?")[1].split("=")
                answer = self.ask(target, status=400)
                self.assertEqual((answer["errors"][0]["field"], answer["errors"][0]["value"]), (name, value))
                self.assertTrue(answer["detail"].startswith((name, f"'{value}'")), answer["detail"])
        self.ask("/api/sensor-data", "DELETE", status=405)

    def test_the_same_errors_on_the_command_line_name_the_option(self):
        self.serve()
        self.post(reading())
        for words, option, value in ((("list", "--limit", "0"), "--limit", "0"), (("list", "--offset", "-1"), "--offset", "-1"),
                                     (("forecast", "42", "--horizon", "9999"), "--horizon", "9999"),
                                     (("readings", "42", "--downsample", "10001"), "--downsample", "10001"),
                                     (("quarantine", "list", "--cursor", "xx"), "--cursor", "xx")):
            with self.subTest(words=words):
                error = self.refused("sensors", *words)
                self.assertEqual((error["field"], error["value"]), (option, value))
                told = self.shelduck("sensors", *words, code=2).err
                self.assertIn(option, told)
                self.assertRegex(told, rf"\b{value}\b" if value != "-1" else value)

    def test_filters_and_pages(self):
        self.serve()
        self.post([reading(node=node, timestamp=t) for t in range(10) for node in (2, 10)])
        page = self.ask("/api/sensor-data?limit=3&offset=1")
        self.assertEqual([(one["timestamp"], one["node_address"]) for one in page["readings"]],
                         [(9, 10), (8, 2), (8, 10)])
        self.assertEqual((page["count"], page["total"]), (3, 20))
        page = self.ask("/api/sensor-data?node_address=2&start_time=3&end_time=5")
        self.assertEqual([one["timestamp"] for one in page["readings"]], [5, 4, 3])
        self.assertEqual(page["total"], 3)
        self.assertEqual(self.ask("/api/nodes/99/sensor-data")["count"], 0)

    def test_health(self):
        self.serve()
        self.assertEqual(self.bytes_of("/api/health"), b'{"status":"healthy"}\n')

    def test_an_answer_is_known_until_a_reading_comes(self):
        self.serve()
        self.post(reading())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)

        def asked(tag=""):
            connection.request("GET", "/api/nodes/42/statistics/hourly", headers={"If-None-Match": tag})
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.headers["ETag"]
        status, tag = asked()
        self.assertEqual((status, asked(tag)[0]), (200, 304))
        self.post(reading(timestamp=5))
        self.assertEqual(asked(tag)[0], 200)

    def test_a_known_node_with_an_empty_window(self):
        self.serve()
        self.post(reading())
        found = self.ask("/api/nodes/42/statistics?start_time=1&end_time=2")
        self.assertEqual(found["total_readings"], 1)
        self.assertIsNone(found["temperature"]["avg_celsius"])

    def test_rows_that_break_one_rule_have_one_reason(self):
        self.serve()
        rows = [reading(timestamp=n, percent=700 + n) for n in range(3)] + [reading(timestamp=5, celsius=1000)]
        rejected = self.post(rows)["rejected"]
        self.assertEqual([row["value"] for row in rejected], ["700", "701", "702", "1000"])
        [reason] = {row["reason"] for row in rejected[:3]}
        self.assertEqual(reason, "a number from 0 to 655.35 is needed")
        self.assertEqual(self.ask("/api/quarantine?" + urllib.parse.urlencode({"reason": reason}))["count"], 3)

    def test_rows_of_ndjson_are_those_of_json_and_can_be_sent_again(self):
        self.serve()
        self.post([reading(node=node, timestamp=n, celsius=-n / 7, received_at=5) for n in range(5)
                   for node in (3, 2**53, 2**64 - 1)])
        for words, path, member in ((("list",), "/api/sensor-data", "readings"),
                                    (("readings", "3"), "/api/nodes/3/sensor-data", "readings"),
                                    (("readings", "3", "--downsample", "2"),
                                     "/api/nodes/3/sensor-data?downsample=2", "readings"),
                                    (("latest", "3"), "/api/nodes/3/sensor-data/latest", None)):
            with self.subTest(words=words):
                rows = self.shelduck("sensors", *words, "--format", "ndjson").out
                answer = self.ask(path)
                self.assertEqual([json.loads(row) for row in rows.splitlines()],
                                 answer[member] if member else [answer])
        rows = self.shelduck("sensors", "list", "--format", "ndjson").out
        self.assertEqual(self.ask("/api/sensor-data", "POST", LINES, rows.encode(), 201)["duplicates"], 15)
        for words in (("nodes",), ("stats", "3"), ("hourly", "3"), ("forecast", "3")):
            for row in self.shelduck("sensors", *words, "--format", "ndjson").out.splitlines():
                texts = {name for name, value in json.loads(row).items() if isinstance(value, str)}
                self.assertLessEqual(texts, {"series", "method", "address"})

    def test_the_command_line_gives_the_same_with_and_without_a_server(self):
        server = self.serve()
        self.post([reading(timestamp=n, celsius=n / 7, received_at=5) for n in range(30)])
        commands = (("nodes", "--format", "csv"), ("list", "--limit", "3"), ("list", "--json"),
                    ("readings", "42", "--downsample", "4", "--end-time", "29", "--json"),
                    ("readings", "42", "--format", "csv"), ("latest", "42"), ("stats", "42"),
                    ("stats", "42", "--json"), ("latest", "7"))
        def answers():
            done = [self.shelduck("sensors", *words, code=3 if "7" in words else 0) for words in commands]
            return [(one.out, one.err) for one in done][1:]
        served = answers()
        listed = self.shelduck("sensors", "list", "--json").out
        self.assertEqual(listed.encode(), self.bytes_of("/api/sensor-data"))
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        self.assertEqual(answers(), served)


class Following(Sensors):
    """Statistics, quality, forecasts, exports: over HTTP and by command."""

    def setUp(self):
        super().setUp()
        self.server = self.serve()
        rows = [reading(timestamp=1_780_000_000 + 60 * n, celsius=20 + n % 30 / 10, percent=40, received_at=5)
                for n in range(300) if not 100 <= n < 110]
        rows[50]["temperature_celsius"] = 90
        self.post(rows)

    def test_hours_and_days(self):
        hours = self.ask("/api/nodes/42/statistics/hourly")
        self.assertEqual((hours["node_address"], hours["count"]), (42, len(hours["buckets"])))
        starts = [one["bucket_start"] for one in hours["buckets"]]
        self.assertEqual(starts, sorted(starts, reverse=True))
        self.assertEqual(sum(one["count"] for one in hours["buckets"]), 290)
        self.assertEqual(set(hours["buckets"][0]["temperature"]), {"min", "max", "avg", "p50", "p95", "p99"})
        days = self.ask("/api/nodes/42/statistics/daily?tz=Europe/Warsaw")
        self.assertEqual(sum(one["count"] for one in days["buckets"]), 290)
        self.assertEqual((days["buckets"][-1]["bucket_start"] + 7200) % 86400, 0)
        self.ask("/api/nodes/7/statistics/hourly", status=404)
        self.ask("/api/nodes/42/statistics/daily?tz=Mars/Olympus", status=400)

    def test_quality(self):
        found = self.ask("/api/nodes/42/quality")
        self.assertEqual(found["expected_interval_seconds"], 60)
        self.assertEqual([(one["seconds"], one["missing"]) for one in found["gaps"]], [(660, 10)])
        self.assertEqual([one["series"] for one in found["outliers"]], ["temperature"])
        self.assertEqual([one["series"] for one in found["stuck"]], ["humidity"])
        self.assertAlmostEqual(found["completeness"], 290 / 300)

    def test_a_forecast(self):
        found = self.ask("/api/nodes/42/forecast?horizon=3&level=80")
        self.assertEqual(len(found["temperature"]["points"]), 3)
        for series in ("temperature", "humidity"):
            for point in found[series]["points"]:
                self.assertEqual(set(point), {"timestamp", "lower", "point", "upper"})
                self.assertLessEqual(point["lower"], point["point"])
                self.assertLessEqual(point["point"], point["upper"])
        self.assertLess(found["temperature"]["points"][0]["lower"], found["temperature"]["points"][0]["upper"])
        self.ask("/api/nodes/42/forecast?horizon=0", status=400)

    def test_exports(self):
        text = self.bytes_of("/api/sensor-data/export?start_time=1780017880").decode()
        self.assertEqual(text, "node_address,timestamp,temperature_celsius,humidity_percent,flags\n"
                               "42,1780017940,22.90,40.00,0\n42,1780017880,22.80,40.00,0")
        self.assertEqual(len(self.bytes_of("/api/sensor-data/export").splitlines()), 291)
        self.assertEqual(self.bytes_of("/api/sensor-data/export?format=parquet")[:4], b"PAR1")
        self.ask("/api/sensor-data/export?format=xml", status=400)
        by_command = self.shelduck("sensors", "export").out
        self.assertEqual(by_command, self.bytes_of("/api/sensor-data/export").decode() + "\n")
        self.shelduck("sensors", "export", "--format", "parquet", "--out", "served.parquet")
        self.assertFalse(list(self.sensors.parent.glob("*.export/*")))
        self.server.send_signal(signal.SIGTERM)
        self.server.wait(timeout=60)
        self.assertEqual(self.shelduck("sensors", "export").out, by_command)
        self.shelduck("sensors", "export", "--format", "parquet", "--out", "bare.parquet")
        self.assertEqual((self.folder / "bare.parquet").read_bytes()[:4], b"PAR1")
        self.assertFalse(list(self.sensors.parent.glob("*.export")))

    def test_what_was_refused(self):
        self.post([reading(timestamp=1_780_000_000, celsius=1), reading(node=-1)])
        rows = self.ask("/api/quarantine")
        self.assertEqual(len(rows["rows"]), 2)
        listed = self.shelduck("sensors", "quarantine", "list", "--format", "csv").rows
        self.assertEqual(len(listed), 2)
        self.assertIn("says otherwise", " ".join(row["reason"] for row in listed))
        self.shelduck("sensors", "quarantine", "drop", code=6)
        self.shelduck("sensors", "quarantine", "drop", "--older-than", "1d", "--yes")
        self.assertEqual(len(self.ask("/api/quarantine")["rows"]), 2)

    def test_pruned_readings_stay_away(self):
        self.post(reading(node=7, timestamp=1_500_000_000))
        planned = self.shelduck("sensors", "prune", "--older-than", "1000d", "--dry-run", "--json").document
        self.assertEqual(planned["readings"], 1)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 291)
        self.shelduck("sensors", "prune", "--older-than", "1000d", "--yes")
        self.assertEqual(self.ask("/api/sensor-data")["total"], 290)
        self.ask("/api/nodes/7", status=404)
        said = self.post([reading(node=7, timestamp=1_500_000_000)])
        self.assertEqual((said["inserted"], said["rejected"][0]["field"]), (0, "timestamp"))

    def test_parquet_is_kept_from_a_terminal(self):
        for _ in range(2):
            code, shown = self.on_terminal("sensors", "export", "--format", "parquet")
            self.assertEqual((code, "PAR1" in shown, "--out" in shown), (2, False, True), shown)
            code, shown = self.on_terminal("sensors", "export", "--format", "parquet", "--out", "one.parquet")
            self.assertEqual(code, 0, shown)
            (self.folder / "one.parquet").unlink()
            if self.server.poll() is None:
                self.server.send_signal(signal.SIGTERM)
                self.server.wait(timeout=60)

    def test_answers_on_a_terminal(self):
        for words in (["hourly", "42"], ["daily", "42"], ["quality", "42"], ["forecast", "42"], ["quarantine", "list"]):
            with self.subTest(words=words):
                code, shown = self.on_terminal("sensors", *words)
                self.assertEqual(code, 0, shown)


class Streams(Sensors):
    def test_readings_of_one_node_as_they_come(self):
        self.serve()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/stream?types=reading&node_address=42")
        answer = connection.getresponse()
        self.post([reading(node=7), reading(node=42, timestamp=5)])
        lines = []
        while not any(line.startswith("data: ") for line in lines):
            lines.append(answer.readline().decode().strip())
        data = json.loads(lines[-1].removeprefix("data: "))
        self.assertEqual((data["node_address"], data["timestamp"]), (42, 5))
        self.ask("/api/stream?node_address=abc", status=400)


class TwoDatabases(Sensors):
    def test_one_server_owns_both(self):
        self.environment["SHELDUCK_DB"] = str(self.database)
        self.record("apt")
        self.serve()
        self.post(reading())
        self.assertEqual(self.ask("/api/history/stats")["plugins"][0]["executions"], 1)
        self.assertEqual(self.shelduck("history", "stats", "--json").document["plugins"][0]["executions"], 1)
        self.assertEqual(len(self.shelduck("sensors", "nodes", "--json").document["nodes"]), 1)
        self.assertIn('shelduck_database_open{database="sensors"} 1', self.ask("/metrics"))
        self.assertEqual(self.shelduck("db", "check", "--db", self.sensors).code, 0)

    def test_a_file_of_another_domain_is_refused(self):
        self.environment["SHELDUCK_DB"] = str(self.database)
        self.record("apt")
        self.shelduck("history", "stats")
        refused = self.shelduck("sensors", "nodes", "--db", self.database, code=2)
        self.assertIn("history", refused.err)


if __name__ == "__main__":
    command_line.main()
