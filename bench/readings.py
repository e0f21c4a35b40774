#!/usr/bin/env python3
"""Readings over HTTP: single posts that share syncs, and bodies of a thousand.

    bench/readings.py [BUILD]      (default build/release, with its targets `programs` and `bench` built)

Singles: 64 clients, one reading a post, acknowledged after the sync; every sync takes 2 ms
(bench/journal/slow_sync.cpp). Beside them SQLite inserts that are synced one by one under the same shim,
without any HTTP in their way. Bulk: 4 clients, bodies of 1000 readings of 50 nodes that go on in time, on
the real disk, as JSON and as line protocol; meanwhile a question is asked ten times a second, which is
answered when everything acknowledged before it is applied.
Prints rows of the table in docs/performance.md.
"""

import contextlib
import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from recording import CLIENTS, GOAL, SECONDS, Client, at_once

ROWS = 1000
NODES = 50
BODIES = 1200
SENDERS = 4
GOAL_BULK = 150_000
START = 1_780_000_000


@contextlib.contextmanager
def served(build, folder, preload):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHELDUCK_")}
    environment |= {"HOME": folder, "XDG_RUNTIME_DIR": folder}
    if preload:
        environment["LD_PRELOAD"] = os.path.join(build, "bench", "slow_sync.so")
    with subprocess.Popen([os.path.join(build, "bin/shelduck"), "serve", "--sensors",
                           os.path.join(folder, "sensors.duckdb"), "--listen", "127.0.0.1:0", "--quiet"],
                          env=environment, text=True, stderr=subprocess.PIPE) as server:
        for line in server.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                break
        threading.Thread(target=server.communicate, daemon=True).start()
        try:
            yield int(found[1])
        finally:
            server.send_signal(signal.SIGKILL)


class Sensor(Client):
    """A connection that posts one reading at a time."""

    numbers = iter(range(10**9))

    def send(self):
        self.id = next(Sensor.numbers)
        body = (b'{"node_address":%d,"timestamp":%d,"temperature_celsius":21.5,"humidity_percent":48.75}'
                % (self.id % NODES, START + self.id))
        self.socket.sendall(b"POST /api/sensor-data HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


def singles(build):
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder, served(build, folder, True) as port:
        clients = [Sensor(port) for _ in range(CLIENTS)]
        begin = time.perf_counter()
        return len(at_once(clients, begin + SECONDS)) / (time.perf_counter() - begin)


INSERTS = """
import sqlite3, sys, time
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("PRAGMA journal_mode=WAL")
base.execute("PRAGMA synchronous=FULL")
base.execute("CREATE TABLE r(node INT, t INT, c INT, h INT, f INT, UNIQUE(node, t))")
begin, n = time.perf_counter(), 0
while time.perf_counter() - begin < float(sys.argv[2]):
    base.execute("INSERT INTO r VALUES (?, ?, 2150, 4875, 0)", (n % 50, n))
    n += 1
print(n / (time.perf_counter() - begin))
"""


def sqlite_inserts(build):
    """Its write-ahead log needs one sync a transaction, the least that SQLite can do."""
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        environment = dict(os.environ, LD_PRELOAD=os.path.join(build, "bench", "slow_sync.so"))
        done = subprocess.run([sys.executable, "-c", INSERTS, os.path.join(folder, "r.db"), str(SECONDS)],
                              env=environment, capture_output=True, text=True, check=True)
        return float(done.stdout)


def json_body(number):
    rows = (b'{"node_address":%d,"timestamp":%d,"temperature_celsius":%d.%02d,"humidity_percent":48.75,"flags":0}'
            % (row % NODES, START + 60 * (number * (ROWS // NODES) + row // NODES), 15 + row % 10, row % 100)
            for row in range(ROWS))
    return b"[" + b",".join(rows) + b"]"


def line_body(number):
    return b"".join(b"sensor_data,node_address=%d temperature_celsius=%d.%02d,humidity_percent=48.75,flags=0i %d\n"
                    % (row % NODES, 15 + row % 10, row % 100,
                       START + 60 * (number * (ROWS // NODES) + row // NODES)) for row in range(ROWS))


def bulk(build, make, target, content_type):
    """Readings a second, and how long a question waited at the most (p99)."""
    bodies = [make(number) for number in range(BODIES)]
    lags, taken, refused = [], [0] * SENDERS, []
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder, served(build, folder, False) as port:
        numbers = iter(range(BODIES))
        lock = threading.Lock()
        end = time.perf_counter() + 2 * SECONDS

        def send(place):
            connection = http.client.HTTPConnection("127.0.0.1", port)
            while time.perf_counter() < end:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                connection.request("POST", target, bodies[number], {"Content-Type": content_type})
                answer = connection.getresponse()
                answer.read()
                if answer.status == 503:
                    refused.append(number)
                elif answer.status // 100 != 2:
                    raise SystemExit(f"{answer.status} for a body")
                else:
                    taken[place] += ROWS

        def ask():
            connection = http.client.HTTPConnection("127.0.0.1", port)
            while not is_over.wait(0.1):
                began = time.perf_counter()
                connection.request("GET", "/api/nodes/1/sensor-data/latest")
                connection.getresponse().read()
                lags.append(time.perf_counter() - began)

        is_over = threading.Event()
        senders = [threading.Thread(target=send, args=(place,)) for place in range(SENDERS)]
        asker = threading.Thread(target=ask)
        begin = time.perf_counter()
        for thread in [*senders, asker]:
            thread.start()
        for thread in senders:
            thread.join()
        seconds = time.perf_counter() - begin
        is_over.set()
        asker.join()
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("GET", "/api/nodes")
        stored = sum(int(n) for n in re.findall(rb'"total_readings":(\d+)', connection.getresponse().read()))
        if stored != sum(taken):
            raise SystemExit(f"{sum(taken)} were acknowledged and {stored} are there")
    lags.sort()
    return sum(taken) / seconds, lags[int(len(lags) * 0.99)], len(refused)


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    ours, rival = singles(build), sqlite_inserts(build)
    print(f"| one reading a post, 64 clients, syncs of 2 ms, against synced inserts of SQLite {sqlite3.sqlite_version} "
          f"| {GOAL:.0f} times | {ours:.0f} against {rival:.0f} a second: {ours / rival:.1f} times |")
    for name, make, target, kind in (("JSON", json_body, "/api/sensor-data", "application/json"),
                                     ("line protocol", line_body, "/write?precision=s", "text/plain")):
        rate, lag, refused = bulk(build, make, target, kind)
        print(f"| bodies of {ROWS} as {name}, {NODES} nodes, readings a second | {GOAL_BULK} | {rate:.0f}; a question "
              f"meanwhile p99 {1000 * lag:.0f} ms; {refused} bodies were told to come again |")


if __name__ == "__main__":
    main()
