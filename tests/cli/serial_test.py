#!/usr/bin/env python3
"""`shelduck sensors serial` on a pseudo-terminal, as a hub on a serial port meets it."""

import itertools
import os
import pty
import signal
import subprocess
import tty

import command_line
from serve_test import Served

START = 1_780_000_000


def batch(*records, node=2, device=77, count=None):
    """Each record is (timestamp, temperature, humidity, flags)."""
    count = len(records) if count is None else count
    return "".join([f"SENSOR_BATCH {node} {device} {count}\r\n",
                    *(f"SENSOR_RECORD {node} {device} {' '.join(map(str, one))}\r\n" for one in records),
                    f"BATCH_COMPLETE {node} {device} {count}\r\n"])


class Serial(Served):
    def setUp(self):
        super().setUp()
        del self.environment["SHELDUCK_DB"]
        self.environment["SHELDUCK_SENSORS"] = str(self.folder / "data/sensors.duckdb")
        self.device = self.folder / "hub"
        self.plug_in()

    def plug_in(self):
        self.hub, self.port_end = pty.openpty()
        tty.setraw(self.port_end)
        self.device.unlink(missing_ok=True)
        self.device.symlink_to(os.ttyname(self.port_end))
        self.addCleanup(self.pull_out, self.hub, self.port_end)

    def pull_out(self, *descriptors):
        for descriptor in descriptors or (self.hub, self.port_end):
            try:
                os.close(descriptor)
            except OSError:
                pass  # pulled out already

    def listen(self, *words):
        process = self.start("sensors", "serial", self.device, *words)
        self.addCleanup(self.end, process)
        self.addCleanup(process.stderr.close)
        self.said(process, "reading")
        return process

    def said(self, process, words):
        """The next line that has these words."""
        while words not in (line := process.stderr.readline()):
            self.assertNotEqual(line, "", f"no '{words}'")
        return line

    def send(self, text):
        """The answer to the batches of this text, in one line each."""
        rest = text.encode()
        while rest:
            rest = rest[os.write(self.hub, rest):]
        answer = ""
        while answer.count("\n") < text.count("BATCH_COMPLETE"):
            answer += command_line.read_until(self.hub, "\n")
        return answer

    def readings(self):
        return self.shelduck("sensors", "list", "--json").document["readings"]

    def refused(self):
        return self.shelduck("sensors", "quarantine", "list", "--format", "csv").rows

    def stop(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        rest = process.stderr.read()
        self.assertEqual(process.wait(timeout=60), 0, rest)
        return rest


class Acknowledging(Serial):
    def test_a_batch_is_stored_and_acknowledged(self):
        process = self.listen()
        self.assertEqual(self.send(batch((START, 2150, 4875, 0), (START + 60, -50, 4880, 1))), "BATCH_ACK 2 2 0\n")
        self.assertEqual([(one["node_address"], one["timestamp"], one["temperature_raw"], one["humidity_raw"],
                           one["flags"]) for one in self.readings()],
                         [(77, START + 60, -50, 4880, 1), (77, START, 2150, 4875, 0)])
        self.assertIn("readings written: 2;", self.stop(process))

    def test_a_repeated_batch_makes_no_second_row(self):
        process = self.listen("--key", "address")
        text = batch((START, 2150, 4875, 0))
        self.assertEqual(self.send(text) + self.send(text), "BATCH_ACK 2 1 0\n" * 2)
        self.stop(process)
        self.assertEqual([one["node_address"] for one in self.readings()], [2])

    def test_a_missing_or_torn_record_makes_it_send_again(self):
        process = self.listen()
        self.assertEqual(self.send(batch((START, 1, 2, 0), (START + 1, 1, 2, 0), count=3)), "BATCH_ACK 2 2 1\n")
        torn = batch((START, 1, 2, 0), (START + 1, 1, 2, 0)).replace(f"{START + 1} 1 2 0", f"{START + 1} 1")
        self.assertEqual(self.send(torn), "BATCH_ACK 2 1 1\n")
        self.assertEqual(self.send("BATCH_COMPLETE 2 77 5\n"), "BATCH_ACK 2 0 1\n", "of which nothing came")
        self.assertIn("torn messages: 1", self.stop(process))

    def test_a_value_out_of_range_stands_in_quarantine(self):
        process = self.listen()
        self.assertEqual(self.send(batch((START, 2150, 70_000, 0), (START + 1, 2150, 4875, 0))), "BATCH_ACK 2 2 0\n")
        self.stop(process)
        self.assertEqual(len(self.readings()), 1)
        row, = self.refused()
        self.assertEqual((row["source"], row["field"]), ("serial", "humidity_raw"))
        self.assertIn("70000", row["text"])

    def test_nothing_is_acknowledged_below_the_disk_floor(self):
        process = self.listen("--disk-floor", "1000000TB")
        self.assertEqual(self.send(batch((START, 2150, 4875, 0))), "BATCH_ACK 2 1 1\n")
        process.send_signal(signal.SIGTERM)
        self.assertIn("not stored", process.stderr.read())
        self.assertEqual(process.wait(timeout=60), 6, "what came last could not be stored")

    def test_single_values_are_stored_soon(self):
        process = self.listen("--key", "address")
        os.write(self.hub, b"noise\r\nSENSOR_DATA 9 TEMP 2150\nSENSOR_DATA 9 HUM 4875\n")
        self.wait_for(lambda: self.readings())
        self.stop(process, signal.SIGINT)


class Noise(Serial):
    """What a cheap line and two hubs on it do to messages."""

    def test_batches_of_several_nodes_at_once(self):
        process = self.listen()
        texts = [batch(*((START + n, 100 * node + n, 4875, 0) for n in range(4)), node=node, device=70 + node)
                 for node in (2, 3, 4)]
        mixed = "".join(itertools.chain(*zip(*(text.splitlines(keepends=True) for text in texts))))
        self.assertEqual(self.send(mixed), "BATCH_ACK 2 4 0\nBATCH_ACK 3 4 0\nBATCH_ACK 4 4 0\n")
        self.assertIn("torn messages: 0", self.stop(process))
        self.assertEqual(sorted((one["node_address"], one["timestamp"], one["temperature_raw"]) for one in self.readings()),
                         [(70 + node, START + n, 100 * node + n) for node in (2, 3, 4) for n in range(4)])

    def test_lines_that_come_twice(self):
        process = self.listen()
        *open_lines, end = batch((START, 1, 2, 0), (START + 1, 3, 4, 0)).splitlines(keepends=True)
        doubled = "".join(line * 2 for line in open_lines) + end
        self.assertEqual(self.send(doubled), "BATCH_ACK 2 2 0\n")
        self.assertEqual(self.send(doubled + end), "BATCH_ACK 2 2 0\nBATCH_ACK 2 2 0\n", "of one batch one answer, however often")
        self.assertEqual(self.send(doubled + batch((START + 1, 3, 4, 0))), "BATCH_ACK 2 2 0\nBATCH_ACK 2 1 0\n")
        self.stop(process)
        self.assertEqual([one["timestamp"] for one in self.readings()], [START + 1, START])
        self.assertEqual(self.refused(), [])

    def test_what_stands_between_and_what_is_lost(self):
        process = self.listen()
        begin, first, second, end = batch((START, 1, 2, 0), (START + 1, 3, 4, 0)).splitlines(keepends=True)
        noise = "boot: v1.2 \x00\x01\x7f \u00e4\u4e16\n" + "\r\n\r\n" + "x" * 5000 + "\n" + "SENSOR_RECOR 2 77 1 2 3 4\n"
        self.assertEqual(self.send(noise + begin + noise + first + noise + second + noise + end), "BATCH_ACK 2 2 0\n")
        glued = begin.strip() + " " + first.strip() + second + end
        self.assertEqual(self.send(glued), "BATCH_ACK 2 2 0\n", "line ends that were lost")
        self.assertEqual(self.send(first + second + end), "BATCH_ACK 2 2 0\n", "its end says how many, too")
        self.assertEqual(self.send(begin + first[:20] + second + end), "BATCH_ACK 2 1 1\n", "the rest of a record was lost")
        self.assertEqual(self.send(begin + second + end + batch((START + 2, 5, 6, 0), node=3, device=78)),
                         "BATCH_ACK 2 1 1\nBATCH_ACK 3 1 0\n", "a record was lost")
        self.stop(process)
        self.assertEqual(sorted((one["node_address"], one["timestamp"], one["temperature_raw"]) for one in self.readings()),
                         [(77, START, 1), (77, START + 1, 3), (78, START + 2, 5)])
        self.assertEqual(self.refused(), [])

    def test_the_clock_of_a_node_that_jumps(self):
        process = self.listen()
        times = [START, 0, 253_402_300_799, START + 1, 1, START]
        for n, time in enumerate(times[:-1]):
            self.assertEqual(self.send(batch((time, n, 2, 0))), "BATCH_ACK 2 1 0\n")
        self.assertEqual(self.send(batch((START, 0, 2, 0), (-1, 7, 2, 0), (253_402_300_800, 8, 2, 0))), "BATCH_ACK 2 3 0\n")
        self.stop(process)
        self.assertEqual([one["timestamp"] for one in self.readings()], sorted(set(times), reverse=True))
        self.assertEqual([row["field"] for row in self.refused()], ["timestamp"] * 2)


class Serving(Serial):
    def test_a_server_shows_what_comes_while_it_runs(self):
        self.serve()
        process = self.listen()
        for n in range(3):
            self.assertEqual(self.send(batch((START + n, 2150, 4875, 0))), "BATCH_ACK 2 1 0\n")
            self.wait_for(lambda n=n: self.ask("/api/sensor-data")["total"] == n + 1)
        self.assertIn('shelduck_readings_stored_total{database="sensors"} 3\n', self.ask("/metrics"), "whichever way they came")
        self.stop(process)


class Device(Serial):
    def test_it_is_waited_for_when_it_goes_away(self):
        process = self.listen()
        self.assertEqual(self.send(batch((START, 2150, 4875, 0))), "BATCH_ACK 2 1 0\n")
        self.pull_out()
        self.said(process, "is gone")
        self.plug_in()
        self.said(process, "reading")
        self.assertEqual(self.send(batch((START + 1, 2150, 4875, 0))), "BATCH_ACK 2 1 0\n")
        self.pull_out()
        self.said(process, "is gone")
        self.stop(process)
        self.assertEqual(len(self.readings()), 2)

    def test_it_has_one_reader(self):
        process = self.listen()
        done = self.shelduck("sensors", "serial", self.device, "--json", code=4)
        self.assertEqual(done.error["field"], "DEVICE")
        self.stop(process)

    def test_what_is_no_device_is_refused(self):
        self.shelduck("sensors", "serial", self.folder / "none", code=3)
        self.shelduck("sensors", "serial", __file__, code=2)
        self.assertIn("folder", self.shelduck("sensors", "serial", self.folder, code=2).err)
        self.shelduck("sensors", "serial", self.device, "--baud", "42", code=2)


class StandardInput(Serial):
    def hear(self, text, *words):
        return subprocess.run([command_line.SHELDUCK, "sensors", "serial", "-", *words], env=self.environment,
                              input=text, capture_output=True, text=True, timeout=60)

    def test_its_end_is_an_end(self):
        done = self.hear(batch((START, 2150, 4875, 0)) + "SENSOR_RECORD 3 78 5 1 2 0")
        self.assertEqual((done.returncode, done.stdout), (0, "BATCH_ACK 2 1 0\n"), done.stderr)
        self.assertEqual(self.hear(batch((START + 1, 1, 2, 0)), "--quiet").stderr, "")
        self.assertEqual(len(self.readings()), 2)


if __name__ == "__main__":
    command_line.main()
