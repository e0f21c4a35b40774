#!/usr/bin/env python3
"""The stream of readings, for clients that go away and come back, and for curl."""

import json
import signal
import subprocess

import command_line
from clients_test import program
from readings_test import Sensors, reading
from serial_test import START, batch
from stream_test import Stream

TARGET = "/api/stream?types=reading&node_address=42"


class Resumed(Sensors):
    def stream(self, last_id=None):
        stream = Stream(self.port, TARGET, {} if last_id is None else {"Last-Event-ID": last_id})
        self.addCleanup(stream.close)
        return stream

    def told(self, stream, last):
        """Timestamps of readings up to this one."""
        seen = []
        while not seen or seen[-1] != last:
            kind, _, data = stream.next()
            self.assertEqual((kind, data["node_address"]), ("reading", 42))
            seen.append(data["timestamp"])
        return seen

    def test_a_client_that_comes_back_misses_none(self):
        self.serve()
        stream = self.stream()
        stream.position()
        for second in range(5):
            self.post([reading(timestamp=second), reading(node=7, timestamp=second)])
        self.assertEqual(self.told(stream, 2), [0, 1, 2])
        stream.close()
        self.post([reading(timestamp=second) for second in range(5, 30)])
        back = self.stream(stream.id)
        seen = self.told(back, 19)
        self.assertEqual(list(dict.fromkeys(second for second in seen if second > 2)), list(range(3, 20)))
        back.close()
        self.post(reading(timestamp=30))
        again = self.told(self.stream(back.id), 30)
        self.assertEqual(list(dict.fromkeys(second for second in again if second > 19)), list(range(20, 31)),
                         "from the middle of a body on; an event may come twice")

    def test_a_day_at_once_is_told_whole(self):
        self.serve()
        stream = self.stream()
        stream.position()
        self.post([reading(timestamp=minute) for minute in range(1440)])
        self.assertEqual(self.told(stream, 1439), list(range(1440)), "370 KB of events")

    def test_over_the_ends_of_servers(self):
        server = self.serve()
        for number in (signal.SIGTERM, signal.SIGKILL):
            with self.subTest(number=number):
                stream = self.stream()
                stream.position()
                self.post(reading(timestamp=number))
                self.told(stream, number)
                server.send_signal(number)
                self.assertEqual(stream.next(), ("bye", stream.id, {}) if number == signal.SIGTERM else None)
                server.wait(timeout=60)
                server = self.serve()
                back = self.stream(stream.id)
                self.post(reading(timestamp=100 + number))
                self.assertEqual(self.told(back, 100 + number), [100 + number], "nothing was missed")

    def test_what_came_without_a_server(self):
        server = self.serve()
        stream = self.stream()
        stream.position()
        self.post(reading(timestamp=1))
        self.told(stream, 1)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        subprocess.run([command_line.SHELDUCK, "sensors", "serial", "-"], env=self.environment, check=True,
                       input=batch((START, 2150, 4875, 0)), capture_output=True, text=True, timeout=60)
        self.assertEqual(len(self.shelduck("sensors", "list", "--json").document["readings"]), 2)
        self.serve()
        kind, id, data = self.stream(stream.id).next()
        self.assertEqual((kind, data), ("reset", {"id": id}), "it cannot be told any more")
        back = self.stream(id)
        self.post(reading(timestamp=2))
        self.assertEqual(self.told(back, 2), [2])


class Curl(Sensors):
    def setUp(self):
        self.curl = program("curl")
        super().setUp()

    def test_readings_as_they_come(self):
        self.serve()
        process = subprocess.Popen([self.curl, "-sN", f"http://127.0.0.1:{self.port}{TARGET}"], env=self.environment,
                                   text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.line_of(process, "id: ")  # where it begins
        for second in range(3):
            self.post([reading(node=7, timestamp=second), reading(timestamp=second, celsius=21.25)])
            self.assertEqual(self.line_of(process, "event: "), "reading")
            data = json.loads(self.line_of(process, "data: "))
            self.assertEqual((data["node_address"], data["timestamp"], data["temperature_celsius"]), (42, second, 21.25))

    def line_of(self, process, name):
        """What stands behind this name, which comes while curl goes on."""
        for line in process.stdout:
            if line.startswith(name):
                return line.removeprefix(name).rstrip("\n")
        return self.fail(f"curl ended with {process.wait()}")


if __name__ == "__main__":
    command_line.main()
