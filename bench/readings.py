#!/usr/bin/env python3
"""Readings over HTTP: single posts that share syncs, bodies of a thousand beside others, repeats.

    bench/readings.py [BUILD]      (default build/release, with its targets `programs` and `bench` built)

Singles: 64 clients, one reading a post, acknowledged after the sync; every sync takes 2 ms
(bench/journal/slow_sync.cpp). Beside them a server of the same HTTP room that makes one synced insert into
SQLite of each post (bench/server/sqlite_posts.cpp), under the same shim, with the same clients.
Bulk: 4 clients, bodies of 1000 readings of 50 nodes that go on in time, keys new, on the real disk, as JSON and
as line protocol; meanwhile a question is asked ten times a second, which is answered when everything acknowledged
before it is applied. Beside it InfluxDB and VictoriaMetrics take the same bodies (bench/intakes.py), all in
turn, ROUNDS times; the median of the ratios counts. Repeats: the same bodies once more, in order.
Processor time is the server's own: other programs do not lengthen it as they lengthen a rate.
Prints rows of the table in docs/performance.md.
"""

import contextlib
import http.client
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import intakes
from disk import sync_ms
from recording import CLIENTS, GOAL, SECONDS, Client, at_once, slow_sync_ms

ROWS = 1000
NODES = 50
BODIES = 600
ROUNDS = 3
GOAL_BULK = 150_000
GOAL_REPEATS = 50_000
START = 1_780_000_000
LINES = "text/plain"


class Sensor(Client):
    """A connection that posts one reading at a time."""

    numbers = iter(range(10**9))

    def send(self):
        self.id = next(Sensor.numbers)
        body = (b'{"node_address":%d,"timestamp":%d,"temperature_celsius":21.5,"humidity_percent":48.75}'
                % (self.id % NODES, START + self.id))
        self.socket.sendall(b"POST /api/sensor-data HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            b"Content-Length: %d\r\n\r\n%s" % (len(body), body))


@contextlib.contextmanager
def sqlite_posts(build, folder):
    environment = dict(os.environ, LD_PRELOAD=os.path.join(build, "bench", "slow_sync.so"))
    with subprocess.Popen([os.path.join(build, "bench", "sqlite_posts"), os.path.join(folder, "rival.db")],
                          env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def singles_of(port):
    clients = [Sensor(port) for _ in range(CLIENTS)]
    begin = time.perf_counter()
    return len(at_once(clients, begin + SECONDS)) / (time.perf_counter() - begin)


def singles_row(build):
    before = slow_sync_ms(build)
    pairs = []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
            with intakes.shelduck(build, folder, "slow_sync.so") as server:
                ours = singles_of(server.port)
            with sqlite_posts(build, folder) as port:
                pairs.append((ours, singles_of(port)))
    ours, theirs = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
    return (f"one reading a post, {CLIENTS} clients, every sync 2 ms", f"{GOAL:.0f} times an insert of SQLite a post",
            f"{ours:.0f} against {theirs:.0f} a second: {ours / theirs:.1f} times", ours / theirs >= GOAL,
            f"{before:.2f}, {slow_sync_ms(build):.2f}")


def real_disk_row(build):
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        before = sync_ms(folder)
        with intakes.shelduck(build, folder) as server:
            rate = singles_of(server.port)
        return (f"one reading a post, {CLIENTS} clients, the real disk", "-", f"{rate:.0f} a second", True,
                f"{before:.2f}, {sync_ms(folder):.2f}")


def json_body(number):
    rows = (b'{"node_address":%d,"timestamp":%d,"temperature_celsius":%d.%02d,"humidity_percent":48.75,"flags":0}'
            % (row % NODES, START + 60 * (number * (ROWS // NODES) + row // NODES), 15 + row % 10, row % 100)
            for row in range(ROWS))
    return b"[" + b",".join(rows) + b"]"


def line_body(number):
    return b"".join(b"sensor_data,node_address=%d temperature_celsius=%d.%02d,humidity_percent=48.75,flags=0i %d\n"
                    % (row % NODES, 15 + row % 10, row % 100,
                       START + 60 * (number * (ROWS // NODES) + row // NODES)) for row in range(ROWS))


class Asking:
    """A question ten times a second, which waits until everything acknowledged is applied."""

    def __init__(self, port):
        self.lags, self.is_over = [], threading.Event()
        self.thread = threading.Thread(target=self.ask, args=(port,))

    def ask(self, port):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        while not self.is_over.wait(0.1):
            began = time.perf_counter()
            connection.request("GET", "/api/nodes/1/sensor-data/latest")
            connection.getresponse().read()
            self.lags.append(1000 * (time.perf_counter() - began))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.is_over.set()
        self.thread.join()

    def p99(self):
        return sorted(self.lags)[int(len(self.lags) * 0.99)]


class Bulk:
    """What one server made of the bodies."""

    def __init__(self, server, bodies, target, content_type, is_repeated=False):
        before = 0 if not is_repeated else server.count()
        worked = server.processor_s()
        asking = Asking(server.port) if server.name == "shelduck" else None
        with asking or contextlib.nullcontext():
            taken, self.refused, seconds = intakes.send_all(server, target, content_type, bodies)
        self.lag_ms = asking.p99() if asking else None
        self.rate = taken * ROWS / seconds
        self.stored = server.count() - before
        self.processor_us = 1e6 * (server.processor_s() - worked) / (taken * ROWS)
        if self.stored != (0 if is_repeated else taken * ROWS):
            raise SystemExit(f"{server.name}: {taken * ROWS} were acknowledged and {self.stored} more are there")


def bulk_of(start, bodies):
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder, start(folder) as server:
        return Bulk(server, bodies, server.target, LINES)


def shown(bulk):
    lag = f"; a question meanwhile p99 {bulk.lag_ms:.0f} ms" if bulk.lag_ms is not None else ""
    return f"{bulk.rate:.0f} a second, {bulk.processor_us:.2f} us of processor each{lag}"


def middle(bulks):
    return sorted(bulks, key=lambda bulk: bulk.rate)[len(bulks) // 2]


def json_rows(build):
    bodies = [json_body(number) for number in range(BODIES)]
    first, again = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder, intakes.shelduck(build, folder) as server:
            first.append(Bulk(server, bodies, "/api/sensor-data", "application/json"))
            again.append(Bulk(server, bodies, "/api/sensor-data", "application/json", is_repeated=True))
    taken, repeated = middle(first), middle(again)
    yield (f"bodies of {ROWS} as JSON, {NODES} nodes, keys new", f"{GOAL_BULK} a second, questions p99 1 s",
           shown(taken), taken.rate >= GOAL_BULK and taken.lag_ms < 1000, "")
    yield ("the same bodies once more, in order", f"{GOAL_REPEATS} a second", shown(repeated),
           repeated.rate >= GOAL_REPEATS, "")


def line_rows(build):
    bodies = [line_body(number) for number in range(BODIES)]
    ours, theirs = [], {}
    for _ in range(ROUNDS):
        ours.append(bulk_of(lambda folder: intakes.shelduck(build, folder), bodies))
        for start in intakes.rivals():
            theirs.setdefault(start, []).append(bulk_of(start, bodies))
    taken = middle(ours)
    yield (f"bodies of {ROWS} as line protocol, {NODES} nodes, keys new", f"{GOAL_BULK} a second, questions p99 1 s",
           shown(taken), taken.rate >= GOAL_BULK and taken.lag_ms < 1000, "")
    for start, seen in theirs.items():
        ratio = statistics.median(one.rate / other.rate for one, other in zip(ours, seen))
        is_influx = start is intakes.influx
        name = "InfluxDB 1.6.7, every write synced" if is_influx else "VictoriaMetrics, which syncs later"
        yield (f"the same beside {name}", "1.0 times" if is_influx else "-",
               f"{ratio:.2f} times (theirs {shown(middle(seen))})", ratio >= 1 or not is_influx, "")


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(folder):.2f} ms", flush=True)
        for make in (lambda: [singles_row(build), real_disk_row(build)], lambda: json_rows(build),
                     lambda: line_rows(build)):
            for what, goal, seen, is_reached, disk in make():
                print(f"| {what} | {goal} | {seen if is_reached else seen + ', **missed**'} | {disk} |", flush=True)
        print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(folder):.2f} ms")


if __name__ == "__main__":
    main()
