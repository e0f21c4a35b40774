#!/usr/bin/env python3
"""Ends while readings come: what a client or a hub was told to be kept is there once, with its value."""

import collections
import contextlib
import fcntl
import http.client
import itertools
import json
import os
import re
import select
import signal
import termios
import threading
import time

import command_line
from readings_test import BIG, JSON, Sensors
from serial_test import START, Serial, batch

CLIENTS = 8


def exported(node, timestamp, temperature, humidity, flags):
    """The line of `sensors export`; values in hundredths."""
    return f"{node},{timestamp},{temperature / 100:.2f},{humidity / 100:.2f},{flags}"


class Exported:
    """Of a test that knows every reading that was sent."""

    def assert_exported(self, expected, refused=0):
        """Each one of them, once, and nothing else; and how many rows were refused."""
        found = self.shelduck("sensors", "export").out.splitlines()[1:]
        self.assertEqual(sorted((collections.Counter(expected) - collections.Counter(found)).elements()), [], "lost")
        self.assertEqual(sorted((collections.Counter(found) - collections.Counter(expected)).elements()), [], "too many")
        nodes = self.shelduck("sensors", "nodes", "--json").document["nodes"]
        self.assertEqual({str(node["address"]): node["total_readings"] for node in nodes},
                         collections.Counter(line.split(",")[0] for line in expected))
        self.assertEqual(self.shelduck("sensors", "quarantine", "list", "--json").document["total"], refused)
        self.shelduck("db", "check", "--db", self.environment["SHELDUCK_SENSORS"])


class NoServer(Exception):
    """The test is over, and nobody will answer any more."""


class Client:
    """Says each thing until it is told an outcome, as one should; a node of its own."""

    def __init__(self, test, number):
        self.test = test
        self.node = number if number % 2 else BIG - number
        self.connection = None
        self.acknowledged = []  # lines of the export
        self.told = 0
        self.refusals = collections.Counter()  # by status, each of which says that it may be tried again

    def run(self):
        try:
            for number in itertools.count():
                if self.test.is_over.is_set():
                    break
                self.tell(number)
                self.told += 1
        except NoServer:
            pass
        except Exception as fault:  # a thread's own failure would be lost
            self.test.faults.append(repr(fault))
        self.close()

    def tell(self, number):
        rows = [self.row(10 * number + i) for i in range(1 if number % 3 == 0 else 4)]
        (self.post, self.post, self.write)[number % 3](rows)
        self.acknowledged += [exported(*row.values()) for row in rows]

    def row(self, second):
        return {"node_address": self.node, "timestamp": second, "temperature_raw": second * 7 % 9000 - 4000,
                "humidity_raw": second * 11 % 10_000, "flags": second % 256}

    def post(self, rows):
        """One row as an object, several as an array."""
        text, is_first = self.said("/api/sensor-data", JSON, json.dumps(rows if len(rows) > 1 else rows[0]), 201)
        said = json.loads(text)
        known = said["inserted"] + said["duplicates"]
        if (known, said["conflicts"], said["rejected_count"]) != (len(rows), 0, 0) or (is_first and said["duplicates"]):
            raise AssertionError(f"{rows}: {text}")

    def write(self, rows):
        """As line protocol."""
        lines = [f"sensor_data,node_address={row['node_address']} temperature_celsius={row['temperature_raw'] / 100:.2f},"
                 f"humidity_percent={row['humidity_raw'] / 100:.2f},flags={row['flags']} {row['timestamp']}\n" for row in rows]
        self.said("/write?precision=s", {}, "".join(lines), 204)

    def said(self, target, headers, body, status):
        """The answer with this status, and whether it was the first attempt's."""
        for attempt in itertools.count():
            self.test.demand_server()
            found, text = self.attempt(target, headers, body)
            if found == status:
                return text, attempt == 0
            if found not in (None, 503, 507):
                raise AssertionError(f"{target} {body}: {found} {text}")
            self.refusals[found] += 1
            time.sleep(0.01)
        return None

    def attempt(self, target, headers, body):
        """(status, text), the status None where no whole answer came."""
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.test.port_when_up(), timeout=60)
            self.connection.request("POST", target, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.read().decode()
        except (OSError, http.client.HTTPException) as loss:
            self.close()
            return None, repr(loss)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None


class Rival(Client):
    """Says of each second of one node something else than all others do."""

    def __init__(self, test, number):
        super().__init__(test, number)
        self.value = number
        self.conflicts = 0

    def tell(self, number):
        row = {"node_address": 5, "timestamp": number, "temperature_raw": self.value, "humidity_raw": 0, "flags": 0}
        text, is_first = self.said("/api/sensor-data", JSON, json.dumps(row), 201)
        said = json.loads(text)
        outcome = (said["inserted"], said["duplicates"], said["conflicts"])
        if outcome == (1, 0, 0) or (outcome == (0, 1, 0) and not is_first):
            self.acknowledged.append(exported(*row.values()))
        elif outcome == (0, 0, 1):
            self.conflicts += 1
        else:
            raise AssertionError(f"{row}: {text}")


class Clients(Exported, Sensors):
    def setUp(self):
        super().setUp()
        self.is_up = threading.Event()  # a new connection is made to a server that runs, and to no later owner of its port
        self.is_over = threading.Event()
        self.faults = []
        self.clients = [Client(self, number) for number in range(1, CLIENTS + 1)]

    def demand_server(self):
        if self.is_over.is_set() and not self.is_up.is_set():
            raise NoServer

    def port_when_up(self):
        while not self.is_up.wait(0.1):
            self.demand_server()
        return self.port

    def begin(self, *words):
        server = self.serve(*words)
        self.is_up.set()
        return server

    def end_now(self, server, number, code):
        self.is_up.clear()
        server.send_signal(number)
        self.assertEqual(server.wait(timeout=60), code)

    def have_more(self):
        """A question: whether each client was told of some more since now."""
        goals = [client.told + 10 for client in self.clients]
        return lambda: all(client.told >= goal for client, goal in zip(self.clients, goals))

    def wait_under_posts(self, is_there, server):
        self.wait_for(lambda: self.faults or server.poll() is not None or is_there())
        self.assertEqual((self.faults, server.poll()), ([], None))

    @contextlib.contextmanager
    def posting(self):
        """At its end each client waits for the answer that it is due, if a server is up."""
        threads = [threading.Thread(target=client.run) for client in self.clients]
        for thread in threads:
            thread.start()
        try:
            yield
        except BaseException:
            self.is_up.clear()
            raise
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.faults, [])

    def assert_all_is_there(self, refused=0):
        self.assert_exported([line for client in self.clients for line in client.acknowledged], refused)


class Ends(Clients):
    def test_ends_under_posts_lose_nothing_and_double_nothing(self):
        server = self.begin()
        with self.posting():
            for number, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0), (signal.SIGKILL, -signal.SIGKILL)):
                self.wait_under_posts(self.have_more(), server)
                self.end_now(server, number, code)
                server = self.begin()
            self.wait_under_posts(self.have_more(), server)
        self.end_now(server, signal.SIGKILL, -signal.SIGKILL)
        self.assert_all_is_there()

    def test_over_a_kill_one_of_several_values_is_said_to_be_kept_and_is(self):
        self.clients = [Rival(self, number) for number in range(CLIENTS)]
        server = self.begin()
        with self.posting():
            self.wait_under_posts(self.have_more(), server)
            self.end_now(server, signal.SIGKILL, -signal.SIGKILL)
            server = self.begin()
            self.wait_under_posts(self.have_more(), server)
        self.end_now(server, signal.SIGKILL, -signal.SIGKILL)
        self.assert_all_is_there(refused=sum(client.conflicts for client in self.clients))


class Hubs(Exported, Serial):
    BATCHES = range(1, 41)
    FEW = 10

    def setUp(self):
        super().setUp()
        os.set_blocking(self.hub, False)
        self.unsent = b""
        self.heard = ""

    def records(self, number):
        return [(START + 100 * number + i, 10 * number + i, 4000 + i, i) for i in range(5)]

    def lines(self, numbers):
        """Of the export."""
        return [exported(77, *record) for number in numbers for record in self.records(number)]

    def give(self, numbers):
        """The address of a batch is its number, so that an answer tells which it is about."""
        self.unsent += "".join(batch(*self.records(number), node=number) for number in numbers).encode()

    def answers(self):
        """[(batch, status)]; of what was torn at an end the whole lines."""
        found = re.findall(r"BATCH_ACK (\d+) (\d+) ([01])\n", self.heard)
        return [(int(number), int(status)) for number, _, status in found]

    def kept(self):
        return {number for number, status in self.answers() if status == 0}

    def talk(self, is_enough):
        """Sends as the port takes it, torn anywhere, and listens."""
        end = time.monotonic() + 60
        while not is_enough():
            self.assertLess(time.monotonic(), end, self.heard)  # silent for so long
            readable, writable, _ = select.select([self.hub], [self.hub] if self.unsent else [], [], 1)
            try:
                if readable:
                    self.hear()
                    end = time.monotonic() + 60
                if writable:
                    self.unsent = self.unsent[os.write(self.hub, self.unsent[:333]):]
            except BlockingIOError:
                pass  # full meanwhile

    def hear(self):
        """What was said and not heard yet."""
        try:
            while some := os.read(self.hub, 65536):
                self.heard += some.decode()
        except BlockingIOError:
            pass

    def end_under_records(self, number, code):
        process = self.listen()
        self.give(self.BATCHES)
        self.talk(lambda: len(self.kept()) >= self.FEW)
        process.send_signal(number)
        self.assertEqual(process.wait(timeout=60), code)
        self.hear()
        fcntl.ioctl(self.port_end, termios.TIOCNXCL)  # as the last one to close a port does; we hold it open
        found = self.shelduck("sensors", "export").out.splitlines()
        self.assertEqual(sorted(set(self.lines(self.kept())) - set(found)), [], "acknowledged and lost")
        return self.listen()

    def send_until_kept(self):
        """The hub knows nothing of an end: the rest of the stream goes on, and what has no answer comes again."""
        self.unsent += b"\r\n"
        self.give(sorted(set(self.BATCHES) - self.kept()))
        seen = len(self.answers())
        while self.kept() != set(self.BATCHES):
            self.talk(lambda: len(self.answers()) > seen)
            news = self.answers()[seen:]
            seen += len(news)
            self.give([number for number, status in news if status == 1])

    def check_end(self, number, code):
        process = self.end_under_records(number, code)
        self.send_until_kept()
        self.heard = ""
        self.give(self.BATCHES)
        self.talk(lambda: self.kept() == set(self.BATCHES))
        self.stop(process)
        self.assert_exported(self.lines(self.BATCHES))

    def test_a_kill_under_records_loses_nothing_and_doubles_nothing(self):
        self.check_end(signal.SIGKILL, -signal.SIGKILL)

    def test_an_ordered_end_under_records_does_neither(self):
        self.check_end(signal.SIGTERM, 0)


if __name__ == "__main__":
    command_line.main()
