#!/usr/bin/env python3
"""A server under everything at once, for seconds here and for ten minutes with `make soak`.

    SHELDUCK_SOAK_SECONDS=600 tests/cli/soak_test.py

Clients ask, record, go away, send garbage and order commands. Meanwhile and afterwards it has few
descriptors open, every record is there once, and in the long form the memory stands where it stood.
"""

import collections
import http.client
import os
import pathlib
import re
import signal
import socket
import threading
import time

import command_line
from serve_test import Served

SECONDS = float(os.environ.get("SHELDUCK_SOAK_SECONDS", "5"))
LONG = 300  # seconds from which memory is judged too: before, caches still fill
# Of a server that has nothing to do, until memory is measured: it lets go of what work left behind ten seconds after
# it began, and once more when it rests. Measured while the last question is hardly answered, the figure is chance:
# one query may hold 64 MB, or none.
REST_SECONDS = 30
GROWTH_MB_MAX = 8
DESCRIPTORS_MAX = 60  # its own, and a segment of the journal each: 32 wait to be adopted
DESCRIPTORS_AT_WORK_MAX = 120  # and clients, and a check, which reads the archive
PATHS = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/api/history/stats", "/api/history/runs?limit=5",
         "/api/history/daily", "/api/history/calibration", "/nothing", "/api/history/stats?days=x")
COMMANDS = (["history", "stats", "--json"], ["history", "runs"], ["db", "check"], ["predict"])


class Soak(Served):
    def test_nothing_is_used_up(self):
        server = self.serve()
        self.server = server
        self.recorded = 0
        self.most = collections.Counter()  # descriptors at work, by what they lead to
        self.faults = []
        self.work(SECONDS / 5)
        descriptors, memory = self.settled(server)
        self.work(SECONDS * 4 / 5)
        self.assertEqual(self.faults, [])
        self.assertLessEqual(self.most.total(), DESCRIPTORS_AT_WORK_MAX, self.most)
        end = time.monotonic() + 60
        while self.descriptors().total() > DESCRIPTORS_MAX:
            self.assertLess(time.monotonic(), end, self.descriptors())
            time.sleep(0.1)
        left, after = self.settled(server)
        print(f"{SECONDS:.0f} s, {self.recorded} records: {descriptors} descriptors, {memory:.1f} MB, at most "
              f"{self.most.total()}, then {left} and {after:.1f} MB")
        if SECONDS >= LONG:
            self.assertLess(after - memory, GROWTH_MB_MAX)
        plugins = self.ask("/api/history/stats")["plugins"]
        self.assertEqual([row["executions"] for row in plugins], [self.recorded])
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)

    def settled(self, server):
        """(descriptors, resident set in MB) while nobody asks anything."""
        if SECONDS >= LONG:
            time.sleep(REST_SECONDS)
        status = pathlib.Path(f"/proc/{server.pid}/status").read_text()
        return self.descriptors().total(), int(re.search(r"VmRSS:\s*(\d+)", status)[1]) / 1000

    def descriptors(self):
        """How many lead to what: folder and end of a file's name, or the kind of anything else."""
        found = collections.Counter()
        for descriptor in pathlib.Path(f"/proc/{self.server.pid}/fd").iterdir():
            try:
                place = pathlib.Path(os.readlink(descriptor))
            except FileNotFoundError:
                continue  # closed meanwhile
            found[f"{place.parent.name}/*{place.suffix}" if place.is_absolute() else place.name.split(":")[0]] += 1
        return found

    def look(self):
        self.most = max(self.most, self.descriptors(), key=collections.Counter.total)
        time.sleep(0.05)

    def work(self, seconds):
        end = time.monotonic() + seconds
        works = [threading.Thread(target=self.until, args=(end, one))
                 for one in (self.ask_all, self.ask_all, self.leave, self.disturb, self.record_one, self.command, self.look)]
        for work in works:
            work.start()
        for work in works:
            work.join()

    def until(self, end, one):
        try:
            while time.monotonic() < end:
                one()
        except Exception as fault:  # a thread's own failure would be lost
            self.faults.append(f"{one.__name__}: {fault!r}")
            print(f"{end - time.monotonic():.0f} s before the end: {self.faults[-1]}\n{''.join(self.log[-5:])}", flush=True)

    def ask_all(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for path in PATHS:
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 400, 404, 503):
                raise AssertionError(f"{path}: {answer.status}")
        connection.close()

    def leave(self):
        for path in PATHS:
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
                peer.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            time.sleep(0.01)  # faster than that they fill the line of those who wait

    def disturb(self):
        for noise in (b"", b"\xff" * 100, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200, b"POST /healthz HTTP/1.1\r\nHost: localhost\r\n"
                      b"Transfer-Encoding: chunked\r\n\r\n-1\r\n"):
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
                try:
                    peer.sendall(noise)
                    peer.shutdown(socket.SHUT_WR)
                    while peer.recv(65536):
                        pass
                except OSError:
                    pass  # refused before it was all said

    def record_one(self):
        self.record("apt")
        self.recorded += 1
        time.sleep(0.05)  # a machine's own pace; the file stays small

    def command(self):
        for words in COMMANDS:
            with self.start(*words, "--wait", "30") as process:
                out, err = process.communicate(timeout=60)
            if process.returncode not in (0, 4):  # busy is an answer
                raise AssertionError(f"{words}: {process.returncode} {err}")


if __name__ == "__main__":
    command_line.main()
