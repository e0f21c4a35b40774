#!/usr/bin/env python3
"""Recording over HTTP: 64 clients at once against a server that syncs each record alone.

    bench/recording.py [BUILD]      (default build/release, with its targets `programs` and `bench` built)

Both times the same server with an empty history, on connections that stay open, and each answer comes after
the sync of its record. Of 64 clients all that wait share a sync. Of two clients one waits while the record of
the other is synced, so that each sync is of one record and the next begins at once: no round trip is counted.
Every sync takes 2 ms (bench/journal/slow_sync.cpp), so that the figure is the same on every disk. At
the end the server is killed, started again, and asked for some of what it acknowledged.
Prints a row of the table in docs/performance.md.
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import secrets
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid

CLIENTS = 64
SECONDS = 5.0
GOAL = 10.0
ASKED_AGAIN = 200


def new_id():
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    number = number & ~(0xF << 76) | (7 << 76)
    return str(uuid.UUID(int=number & ~(3 << 62) | (2 << 62)))


@contextlib.contextmanager
def served(build, folder, preload):
    environment = dict(os.environ, HOME=folder, XDG_RUNTIME_DIR=folder)
    if preload:
        environment["LD_PRELOAD"] = os.path.join(build, "bench", "slow_sync.so")
    with subprocess.Popen([os.path.join(build, "bin/shelduck"), "--db", os.path.join(folder, "history.duckdb"),
                           "serve", "--listen", "127.0.0.1:0"], env=environment, text=True,
                          stderr=subprocess.PIPE) as server:
        for line in server.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                break
        try:
            yield int(found[1])
        finally:
            server.send_signal(signal.SIGKILL)
            server.stderr.close()


class Client:
    """A connection that has at most one request on its way."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.id = None

    def send(self):
        self.id = new_id()
        body = b'{"hostname":"bench"}'
        self.socket.sendall(b"PUT /api/history/runs/%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            b"Content-Length: %d\r\n\r\n%s" % (self.id.encode(), len(body), body))

    def hear(self):
        """The id that was acknowledged; None for 503."""
        answer = self.socket.recv(4096)
        if answer.startswith(b"HTTP/1.1 201 "):
            return self.id
        if not answer.startswith(b"HTTP/1.1 503 "):
            raise SystemExit(f"not recorded: {answer!r}")
        return None


def at_once(clients, end):
    """Everybody sends again as soon as the answer is there."""
    acknowledged = []
    poll = select.epoll()
    for client in clients:
        poll.register(client.socket, select.EPOLLIN)
        client.send()
    of = {client.socket.fileno(): client for client in clients}
    waiting = len(clients)
    while waiting:
        for descriptor, _ in poll.poll():
            if recorded := of[descriptor].hear():
                acknowledged.append(recorded)
            if time.perf_counter() < end:
                of[descriptor].send()
            else:
                waiting -= 1
    poll.close()
    return acknowledged


def each_alone(clients, end):
    """As many as keep the disk at work, and none that could share a sync."""
    return at_once(clients[:2], end)


def is_recorded(port, run):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/api/history/runs/{run}")
    return json.load(connection.getresponse()).get("run_id") == run


def rate(build, way, preload=True):
    """Acknowledged records a second."""
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as folder:
        with served(build, folder, preload) as port:
            clients = [Client(port) for _ in range(CLIENTS)]
            is_recorded(port, new_id())  # the first connection to the database is not measured
            begin = time.perf_counter()
            acknowledged = way(clients, begin + SECONDS)
            seconds = time.perf_counter() - begin
        with served(build, folder, preload) as port:
            for run in random.Random(1).sample(acknowledged, min(ASKED_AGAIN, len(acknowledged))):
                if not is_recorded(port, run):
                    raise SystemExit(f"{run} was acknowledged and is gone")
    return len(acknowledged) / seconds


def slow_sync_ms(build):
    """What a sync takes here under the shim."""
    measure = "import disk, tempfile; print(disk.sync_ms(tempfile.gettempdir()))"
    environment = dict(os.environ, LD_PRELOAD=os.path.join(build, "bench", "slow_sync.so"),
                       PYTHONPATH=str(pathlib.Path(__file__).resolve().parent))
    return float(subprocess.run([sys.executable, "-c", measure], env=environment, check=True, text=True,
                                stdout=subprocess.PIPE).stdout)


def rows(build):
    before = slow_sync_ms(build)
    together, alone = rate(build, at_once), rate(build, each_alone)
    ratio = together / alone
    syncs = f"{before:.2f}, {slow_sync_ms(build):.2f}"
    yield ("runs recorded over HTTP a second, 64 clients, every sync 2 ms", f"{GOAL:.0f} times one sync each",
           f"{together:.0f} against {alone:.0f}: {ratio:.1f} times", ratio >= GOAL, syncs)


def main():
    build = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "build/release")
    if not pathlib.Path(build, "bench/slow_sync.so").exists():
        raise SystemExit(f"{build}/bench/slow_sync.so is not there: build the target `bench`")
    for what, goal, seen, is_reached, disk in rows(build):
        print(f"| {what} | {goal} | {seen if is_reached else seen + ', **missed**'} | {disk} |", flush=True)


if __name__ == "__main__":
    main()
