"""How long a sync takes now: a figure is worth nothing if that moved while it was made."""

import os
import statistics
import time

MOVE_MAX = 0.2
TRIES = 4


def sync_ms(folder, count=200):
    """Median time of a plain append of 4 kB and its fdatasync, in ms."""
    times = []
    path = os.path.join(folder, "sync")
    with open(path, "ab", buffering=0) as file:
        for _ in range(count):
            begin = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - begin) * 1000)
    os.unlink(path)
    return statistics.median(times)


def steady(measure, folder):
    """(what measure() returned, "before, after" in ms), tried again while the disk moves."""
    for attempt in range(TRIES):
        before = sync_ms(folder)
        found = measure()
        after = sync_ms(folder)
        text = f"{before:.2f}, {after:.2f}"
        if abs(after - before) <= MOVE_MAX * before:
            return found, text
    return found, text + " **void**"
