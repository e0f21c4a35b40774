#!/usr/bin/env python3
"""Bodies of a thousand readings that come late: repeats and scattered keys, on ten million rows.

    bench/late.py [BUILD [MILLIONS]]      (default build/release, 10)

50 nodes, sent as line protocol in the order of time; then the oldest bodies once more, in order, and then bodies whose
keys lie anywhere between those that are there, each new. 4 clients, the real disk; meanwhile a question ten times
a second, which is answered when everything acknowledged before it is applied.
Prints rows of the table in docs/performance.md.
"""

import os
import random
import sys
import tempfile

import intakes
from disk import sync_ms
from readings import GOAL_REPEATS, LINES, NODES, ROWS, START, Asking, line_body

SECONDS = 20
LATE_BODIES = 400


class Bodies:
    """Made when they are asked for."""

    def __init__(self, count, make):
        self.count, self.make = count, make

    def __len__(self):
        return self.count

    def __getitem__(self, number):
        return self.make(number)


def late_bodies(minutes):
    """Between two minutes, each key once."""
    draw = random.Random(1)
    keys = set()
    while len(keys) < LATE_BODIES * ROWS:
        keys.add((draw.randrange(NODES), 60 * draw.randrange(minutes) + draw.randrange(1, 60)))
    keys = list(keys)
    draw.shuffle(keys)
    return [b"".join(b"sensor_data,node_address=%d temperature_celsius=21.5,humidity_percent=48.75,flags=0i %d\n"
                     % (node, START + second) for node, second in keys[first:first + ROWS])
            for first in range(0, len(keys), ROWS)]


def measured(server, bodies):
    before, worked = server.count(), server.processor_s()
    with Asking(server.port) as asking:
        taken, refused, seconds = intakes.send_all(server, server.target, LINES, bodies, seconds=SECONDS)
    worked = 1e6 * (server.processor_s() - worked) / (taken * ROWS)
    rate = taken * ROWS / seconds
    return (rate, server.count() - before - taken * ROWS,
            f"{rate:.0f} a second, {worked:.1f} us of processor each; a question meanwhile p99 {asking.p99():.0f} ms; "
            f"{refused} times a body was told to come again")


def rows(server, count):
    taken, _, seconds = intakes.send_all(server, server.target, LINES, Bodies(count, line_body))
    yield (f"{taken * ROWS / 1e6:.0f} million readings in the order of time", "-", f"{taken * ROWS / seconds:.0f} a second",
           server.count() == taken * ROWS)
    rate, _, seen = measured(server, Bodies(count, line_body))
    yield "the oldest of them once more, in order", f"{GOAL_REPEATS} a second", seen, rate >= GOAL_REPEATS
    _, missing, seen = measured(server, late_bodies(count * ROWS // NODES))
    yield "scattered keys between them", "-", seen, missing == 0


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    millions = int(sys.argv[2] if len(sys.argv) > 2 else 10)
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder, intakes.shelduck(build, folder) as server:
        print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(folder):.2f} ms", flush=True)
        for what, goal, seen, is_reached in rows(server, 1000 * millions):
            print(f"| {what} | {goal} | {seen if is_reached else seen + ', **missed**'} |", flush=True)
        print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(folder):.2f} ms")


if __name__ == "__main__":
    main()
