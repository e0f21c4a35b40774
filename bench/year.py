#!/usr/bin/env python3
"""A year of readings over HTTP: what questions take, idle and while 64 clients post, and what a reading takes on the disk.

    bench/year.py [BUILD [DAYS]]      (default build/release, 365)

Ten nodes that measured each minute, sent as line protocol in bodies of 1000 (100 minutes of all), to the server and, with
the same bodies, to InfluxDB and VictoriaMetrics (bench/intakes.py). Each is weighed when its files do not change
any more; of ours the journal that a backup covers later is said apart. Questions are asked on one connection that stays
open, without a coding, to the last byte; before each something new is recorded and applied, so that no answer of
before serves. The 64 clients post one reading at a time, on the real disk, from a process of their own.
Prints rows of the table in docs/performance.md.
"""

import contextlib
import http.client
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import intakes
from disk import sync_ms
from readings import Sensor
from recording import CLIENTS, at_once

NODES = 10
MINUTES_OF_A_BODY = 100
BEGIN = 1_735_689_600  # 2025-01-01T00:00:00Z
ASKED = 1003
REPEATS = 40
BYTES_MAX = 8
HOURS_MS_MAX, IDLE_MS_MAX, LOADED_MS_MAX = 60, 5, 50
SETTLED_S = 20  # without a change
SETTLING_S = 300


def line(node, minute, noise):
    """A day's wave and noise, in hundredths."""
    day = math.sin(2 * math.pi * minute / 1440)
    return (b"sensor_data,node_address=%d temperature_celsius=%.2f,humidity_percent=%.2f,flags=0i %d\n"
            % (1000 + node, (2000 + 500 * day + 30 * noise()) / 100, (5000 - 900 * day + 60 * noise()) / 100,
               BEGIN + 60 * minute))


class Bodies:
    """Made when they are asked for."""

    def __init__(self, minutes):
        self.minutes = minutes

    def __len__(self):
        return self.minutes // MINUTES_OF_A_BODY

    def __getitem__(self, number):
        first = number * MINUTES_OF_A_BODY
        noise = random.Random(number).random
        return b"".join(line(node, minute, noise) for minute in range(first, first + MINUTES_OF_A_BODY)
                        for node in range(NODES))


def bytes_below(folder):
    """As the disk gives them away: InfluxDB makes files that are mostly holes."""
    total = 0
    for path in pathlib.Path(folder).rglob("*"):
        with contextlib.suppress(OSError):
            total += 512 * path.stat().st_blocks if path.is_file() else 0
    return total


def settled(folder):
    end = time.monotonic() + SETTLING_S
    last, since = -1, time.monotonic()
    while time.monotonic() < end and time.monotonic() - since < SETTLED_S:
        time.sleep(1)
        if (now := bytes_below(folder)) != last:
            last, since = now, time.monotonic()
    return last


def fill(server, bodies):
    taken, _, seconds = intakes.send_all(server, server.target, "text/plain", bodies, senders=2)
    readings = taken * NODES * MINUTES_OF_A_BODY
    if server.count() != readings:
        raise SystemExit(f"{server.name} holds {server.count()} of {readings}")
    print(f"{server.name}: {readings} in {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
    return readings


class Asker:
    """Times of one question after the other, in ms."""

    def __init__(self, server):
        self.server = server
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.news = 0

    def get(self, path):
        self.connection.request("GET", path, headers={"Accept-Encoding": "identity"})
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} for {path}")
        return body

    def change(self):
        """A node that is not asked for says something, and it is applied."""
        body = b"sensor_data,node_address=7 temperature_celsius=1,humidity_percent=1 %d" % (BEGIN + self.news)
        self.news += 1
        self.connection.request("POST", "/write?precision=s", body)
        self.connection.getresponse().read()
        self.get("/api/nodes/7/sensor-data/latest")

    def times(self, path):
        times, worked = [], 0
        for _ in range(REPEATS):
            self.change()
            before = self.server.processor_s()
            begin = time.perf_counter()
            size = len(self.get(path))
            times.append(1000 * (time.perf_counter() - begin))
            worked += 1000 * (self.server.processor_s() - before)
        times.sort()
        return times[len(times) // 2], times[len(times) * 95 // 100], worked / len(times), size


def question_row(asker, name, path, limit, state):
    p50, p95, worked, size = asker.times(path)
    processor = f", processor {worked:.1f} ms" if state == "idle" else ""
    return (f"{name} ({size} bytes), {state}", f"p95 {limit} ms", f"p50 {p50:.1f} ms, p95 {p95:.1f} ms{processor}",
            p95 < limit)


SMALL = (("latest of one node", f"/api/nodes/{ASKED}/sensor-data/latest"), ("list of nodes", "/api/nodes"),
         ("newest 1000 readings", "/api/sensor-data?limit=1000"))


def question_rows(server):
    asker = Asker(server)
    yield question_row(asker, "hours of one node with percentiles, a year",
                       f"/api/nodes/{ASKED}/statistics/hourly", HOURS_MS_MAX, "idle")
    for name, path in SMALL:
        yield question_row(asker, name, path, IDLE_MS_MAX, "idle")
    with intakes.running([sys.executable, os.path.abspath(__file__), "--flood", str(server.port)]):
        time.sleep(1)
        for name, path in SMALL:
            yield question_row(asker, name, path, LOADED_MS_MAX, f"while {CLIENTS} clients post")


def flood(port):
    at_once([Sensor(port) for _ in range(CLIENTS)], time.perf_counter() + 600)


def our_rows(build, bodies, place):
    with tempfile.TemporaryDirectory(dir=place) as folder:
        with intakes.shelduck(build, folder) as server:
            readings = fill(server, bodies)
            settled(folder)
            yield from question_rows(server)
            settled(folder)
        file = os.path.getsize(os.path.join(folder, "sensors.duckdb"))
        yield ("bytes of a reading in the database file", f"under {BYTES_MAX}",
               f"{file / readings:.2f}, and {(bytes_below(folder) - file) / readings:.2f} beside it (journal, backup)",
               file / readings < BYTES_MAX)


def their_rows(bodies, place):
    for start in intakes.rivals():
        with tempfile.TemporaryDirectory(dir=place) as folder, start(folder) as server:
            readings = fill(server, bodies)
            yield (f"the same in {server.name}", "-", f"{settled(folder) / readings:.2f}", True)


def main():
    if sys.argv[1:2] == ["--flood"]:
        return flood(int(sys.argv[2]))
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    bodies = Bodies(1440 * int(sys.argv[2] if len(sys.argv) > 2 else 365))
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as place:
        for rows in (our_rows(build, bodies, place), their_rows(bodies, place)):
            print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(place):.2f} ms", flush=True)
            for what, goal, seen, is_reached in rows:
                print(f"| {what} | {goal} | {seen if is_reached else seen + ', **missed**'} |", flush=True)
    return None


if __name__ == "__main__":
    main()
