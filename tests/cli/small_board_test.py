#!/usr/bin/env python3
"""`serve --profile small`: its limits, and what a million readings, writers, readers and exports take of memory."""

import gzip
import http.client
import json
import pathlib
import re
import resource
import signal
import socket
import threading
import time

import command_line
from readings_test import JSON, Sensors, is_sanitized, reading

MB = 1_000_000
MEMORY_MAX = 96 * MB  # of the contract, as VmHWM
GROWTH_MAX = 64 * MB  # of what it asks for beyond its start; 50 MB are seen, and the mapped libraries are not of it
BODY_MAX = 1 << 20
READINGS = 1_000_000
NODES = 10
BODY_ROWS = 5_000
FIRST = 1_700_000_000
LOAD_SECONDS = 4
QUESTIONS = ("/api/nodes/3/statistics/hourly", "/api/sensor-data?limit=1000", "/api/nodes/4/statistics", "/api/nodes",
             "/api/nodes/5/statistics/daily", "/api/nodes/6/quality", "/api/nodes/7/sensor-data?downsample=500",
             "/api/nodes/8/sensor-data/latest", "/api/nodes/9/forecast")
HEAD = "POST /api/sensor-data HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n"


def bodies():
    """The readings of ten nodes, minute by minute, as line protocol."""
    values = [f"sensor_data,node_address={i % NODES} temperature_celsius={20 + i % 977 / 100:.2f},"
              f"humidity_percent={40 + i % 313 / 100:.2f} " for i in range(BODY_ROWS)]
    for first in range(0, READINGS, BODY_ROWS):
        yield "\n".join(value + str(FIRST + (first + i) // NODES * 60) for i, value in enumerate(values)).encode()


class Small(Sensors):
    def setUp(self):
        super().setUp()
        self.server = self.serve("--profile", "small")

    def status(self, name):
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(re.search(rf"{name}:\s*(\d+)", status)[1])

    def memory(self, name="VmHWM"):
        return self.status(name) * 1024

    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.addCleanup(peer.close)
        return peer


class Limits(Small):
    def test_memory_in_small_pages(self):
        self.assertEqual(self.status("THP_enabled"), 0, "pages of 2 MB would be taken for a few bytes")

    def test_the_engines_share_is_not_raised(self):
        self.server.terminate()
        self.server.wait(timeout=60)
        self.serve("--profile", "small", env={"DB_MEMORY_LIMIT": "128MB", "DB_THREADS": "2"})
        for variable in ("DB_MEMORY_LIMIT", "DB_THREADS"):
            self.assertIn(f"{variable} is more than the profile small allows", " ".join(self.log))

    def test_one_body(self):
        row = json.dumps(reading()).encode()
        self.post(b"[" + row + b" " * (BODY_MAX - 2 - len(row)) + b"]")
        self.post(b"[" + row + b" " * (BODY_MAX - 1 - len(row)) + b"]", status=413)
        packed = {**JSON, "Content-Encoding": "gzip"}
        rows = [json.dumps(reading(timestamp=n)) for n in range(45_000)]
        most = json.dumps([reading(timestamp=n) for n in range(33_000)])
        self.assertGreater(len(most), 3 * BODY_MAX)
        self.assertEqual(self.post(gzip.compress(most.encode()), headers=packed)["inserted"], 33_000)
        self.assertGreater(len(",".join(rows)), 4 * BODY_MAX)
        self.post(gzip.compress(f"[{','.join(rows)}]".encode()), status=413, headers=packed)

    def test_all_bodies_together(self):
        held = []
        row = json.dumps(reading()).encode()

        def answer():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request("POST", "/api/sensor-data", row, JSON)
            status = connection.getresponse().status
            connection.close()
            return status

        def are_full():
            """One of ours that is asked too soon may take the room of one that is held: then all over again."""
            while held:
                held.pop().close()
            for _ in range(8):
                held.append(self.connect())
                try:
                    held[-1].sendall(HEAD.format(BODY_MAX).encode() + b"[" + b" " * (BODY_MAX - 2))
                except ConnectionError:
                    return False  # refused: those that were closed still held their room
            for _ in range(20):
                time.sleep(0.1)
                if answer() == 503:
                    return True
            return False
        self.wait_for(are_full)
        for peer in held:
            peer.close()
        self.wait_for(lambda: answer() == 201)

    def test_connections(self):
        def is_served():
            peer = self.connect()
            try:
                peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                return peer.recv(12) == b"HTTP/1.1 200"
            except ConnectionError:
                return False
        for _ in range(64):
            self.wait_for(is_served)
        self.assertFalse(is_served())

    def test_nodes(self):
        rows = [reading(node=node) for node in range(10_002)]
        self.assertEqual(sum(self.post(rows[n:n + 3_000])["inserted"] for n in range(0, 10_002, 3_000)), 10_000)
        problem = self.post(reading(node=10_001), status=422)
        self.assertIn("10000 nodes", problem["detail"])
        self.assertEqual(self.post(reading(node=9, timestamp=5))["inserted"], 1, "of a node that is there")


class Memory(Small):
    def setUp(self):
        if is_sanitized():
            self.skipTest("a sanitizer's memory is none of a server's")
        super().setUp()
        # Most of what it has now are the stacks of its threads.
        most = self.memory("VmData") + GROWTH_MAX
        resource.prlimit(self.server.pid, resource.RLIMIT_DATA, (most, most))

    def request(self, method, target, body=None, statuses=(200,)):
        """Sent again where the server has enough to do, as every client must."""
        status = 503
        while status == 503:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request(method, target, body, JSON if target == "/api/sensor-data" else {})
            answer = connection.getresponse()
            status, text = answer.status, answer.read()
            connection.close()
        if status not in statuses:
            raise AssertionError(f"{target}: {status} {text[:300]}")

    def load(self):
        for body in bodies():
            self.request("POST", "/write?precision=s", body, statuses=(204,))

    def work(self, do, period):
        """Once in each period until the time is over; what went wrong is told at the end."""
        def work():
            try:
                due = time.monotonic()
                while due < self.end:
                    do()
                    due += period
                    time.sleep(max(0, due - time.monotonic()))
            except Exception as error:  # told in the test's own thread
                self.faults.append(repr(error))
        thread = threading.Thread(target=work)
        thread.start()
        self.addCleanup(thread.join)
        return thread

    def post_one(self):
        self.posts += 1
        row = reading(node=self.posts % NODES, timestamp=FIRST + READINGS * 60 + self.posts)
        self.request("POST", "/api/sensor-data", json.dumps(row), statuses=(201,))

    def ask_one(self):
        self.questions += 1
        self.request("GET", QUESTIONS[self.questions % len(QUESTIONS)])

    def hold_an_export(self):
        """One heavy question at a time: an export that nobody takes keeps the others waiting, 2 s each."""
        peer = socket.socket()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.connect(("127.0.0.1", self.port))
        with peer, peer.makefile("rb") as answer:
            peer.sendall(b"GET /api/sensor-data/export HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertIn(b"200", answer.readline())
            self.ask("/api/nodes/4/statistics", status=503)
            self.assertEqual(len(self.ask("/api/nodes")["nodes"]), NODES)
        self.request("GET", "/api/nodes/4/statistics")

    def exported(self, target):
        """How many bytes, taken as they come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", target)
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        count = 0
        while part := answer.read(65_536):
            count += len(part)
        connection.close()
        return count

    def test_a_million_readings_under_load(self):
        self.load()
        loaded = self.memory()
        self.hold_an_export()
        self.faults, self.posts, self.questions = [], 0, 0
        self.end = time.monotonic() + LOAD_SECONDS
        workers = [self.work(self.post_one, 0.1), self.work(self.ask_one, 0.5)]
        self.assertGreater(self.exported("/api/sensor-data/export"), 25 * MB)
        self.assertGreater(self.exported("/api/sensor-data/export?format=parquet"), MB)
        for worker in workers:
            worker.join()
        self.assertEqual(self.faults, [])
        most = self.memory()
        print(f"VmHWM {loaded / MB:.1f} MB with the readings, {most / MB:.1f} MB after {self.posts} posts and "
              f"{self.questions} questions, VmRSS {self.memory('VmRSS') / MB:.1f} MB")
        self.assertLess(most, MEMORY_MAX)
        self.assertEqual(self.ask("/api/sensor-data?limit=1")["total"], READINGS + self.posts)
        self.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.server.wait(timeout=60), 0)


if __name__ == "__main__":
    command_line.main()
