#!/usr/bin/env python3
"""`shelduck sensors serial` on a pseudo-terminal, as a hub on a serial port meets it."""

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
        os.write(self.hub, text.encode())
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


class Serving(Serial):
    def test_a_server_shows_what_comes_while_it_runs(self):
        self.serve()
        process = self.listen()
        for n in range(3):
            self.assertEqual(self.send(batch((START + n, 2150, 4875, 0))), "BATCH_ACK 2 1 0\n")
            self.wait_for(lambda n=n: self.ask("/api/sensor-data")["total"] == n + 1)
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
