"""Figures of `shelduck serve` on a year of daily runs: requests a second beside a bare server of the same library, how
soon it says that it is alive while readers are busy, a question of another process, and its memory.

    rows(build, folder)      rows of the table that bench/run makes
    bench/server.py [BUILD]  these rows alone
"""

import http.client
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from disk import steady, sync_ms

SHARE_MIN = 0.5
ALIVE_MS_MAX = 10
DELEGATED_MS_MAX = 20
RESIDENT_MB_MAX = 64
GROWTH_MB_MAX = 1
CLIENTS = 64
SECONDS = 5
LONG_QUERY_SECONDS = 2
LONG_YEARS = 4
IDLE_SECONDS = 15  # memory is given back by then
ASKERS = 100  # two questions at work, 64 that wait, and the rest is told to come again
REQUESTS = 1_000_000


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s*(\d+)", status)[1]) * 1024 / 1e6


class Server:
    """A server of a year of history, or of several, with what runs against it."""

    def __init__(self, build, folder, years=1):
        self.build = build
        self.shelduck = os.path.join(build, "bin", "shelduck")
        self.environment = dict(os.environ, SHELDUCK_DB=os.path.join(folder, "history.duckdb"), HOME=folder,
                                XDG_STATE_HOME=folder, XDG_RUNTIME_DIR=os.path.join(folder, "runtime"))
        subprocess.run([os.path.join(build, "bench", "make_year"), self.environment["SHELDUCK_DB"],
                        str(365 * years)], check=True, stdout=subprocess.DEVNULL)

    def __enter__(self):
        self.process = subprocess.Popen([self.shelduck, "serve", "--listen", "127.0.0.1:0"], env=self.environment,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        for line in self.process.stderr:
            if found := re.search(r"event=listening.*:(\d+)", line):
                self.port = int(found[1])
                break
        threading.Thread(target=lambda: [None for _ in self.process.stderr], daemon=True).start()
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        self.process.wait(timeout=60)

    def resident_mb(self):
        return resident_mb(self.process.pid)

    def questions(self):
        """That wait and are answered."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            return int(re.search(r'shelduck_questions\{database="history"\} (\d+)', answer.read().decode())[1])

    def size_of(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        size = len(connection.getresponse().read())
        connection.close()
        return size


def wrk(port, path, seconds=SECONDS):
    """(requests a second, requests in all); every answer must be a 200."""
    done = subprocess.run(["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds}s", f"http://127.0.0.1:{port}{path}"], check=True,
                          capture_output=True, text=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        raise SystemExit(done)
    return float(re.search(r"Requests/sec:\s*([\d.]+)", done)[1]), int(re.search(r"(\d+) requests in", done)[1])


def bare_rate(build, size):
    with subprocess.Popen([os.path.join(build, "bench", "bare_server"), str(size)], stdout=subprocess.PIPE,
                          text=True) as bare:
        try:
            return wrk(int(bare.stdout.readline()), "/")[0]
        finally:
            bare.kill()


def rate_row(server, name, path):
    """One after the other, three times, and the middle of the shares: the machine's speed moves."""
    size = server.size_of(path)
    pairs = [(wrk(server.port, path)[0], bare_rate(server.build, size)) for _ in range(3)]
    ours, bare = sorted(pairs, key=lambda pair: pair[0] / pair[1])[1]
    return (f"serve: {name} ({size} bytes), {CLIENTS} connections", f"{SHARE_MIN} of a bare Beast server",
            f"{ours:.0f} a second against {bare:.0f}: {ours / bare:.2f}", ours / bare >= SHARE_MIN, "")


def ask_on(port, number):
    """Questions that no answer of before serves: each has days of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    days = 100 + number
    while True:
        connection.request("GET", f"/api/history/stats?days={days}")
        connection.getresponse().read()
        days += ASKERS


def alive_row(server, what, *asker):
    # In a process of its own, so that waiting for the interpreter is not taken for the server's.
    asking = subprocess.Popen([sys.executable, os.path.abspath(__file__), *map(str, asker)], env=server.environment)
    time.sleep(1)
    times = []
    questions = []
    with socket.create_connection(("127.0.0.1", server.port)) as peer:
        for number in range(2000):
            if number % 200 == 0:
                questions.append(server.questions())
            begin = time.perf_counter()
            peer.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if b"alive" not in peer.recv(4096):
                raise SystemExit("a server that is not alive")
            times.append((time.perf_counter() - begin) * 1000)
            time.sleep(0.001)
    asking.terminate()
    asking.wait()
    p99 = sorted(times)[int(0.99 * len(times))]
    return (f"serve: /healthz while {what}", f"p99 {ALIVE_MS_MAX} ms",
            f"p50 {statistics.median(times):.2f} ms, p99 {p99:.1f} ms; {statistics.median(questions):.0f} questions there",
            p99 < ALIVE_MS_MAX, "")


def long_query_row(build, folder):
    """An export of several years, again and again: a reader is busy all the time."""
    with Server(build, tempfile.mkdtemp(dir=folder), LONG_YEARS) as server:
        begin = time.perf_counter()
        subprocess.run([server.shelduck, "history", "export"], env=server.environment, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - begin
        what, goal, seen, is_reached, disk = alive_row(
            server, f"one query of {seconds:.1f} s runs, again and again", "--export", server.shelduck)
        return what, goal, seen, is_reached and seconds >= LONG_QUERY_SECONDS, disk


def delegated_row(server, folder):
    def measure():
        times = []
        for _ in range(200):
            begin = time.perf_counter()
            subprocess.run([server.shelduck, "history", "stats", "--json"], env=server.environment, check=True,
                           stdout=subprocess.DEVNULL)
            times.append((time.perf_counter() - begin) * 1000)
        times.sort()
        return statistics.median(times), times[int(0.95 * len(times))]

    measure()
    (p50, p95), disk = steady(measure, folder)
    return ("`history stats --json` answered by a server", f"p95 {DELEGATED_MS_MAX} ms",
            f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", p95 < DELEGATED_MS_MAX, disk)


def memory_rows(server, idle):
    paths = ("/healthz", "/api/history/stats?days=400")
    for path in paths:
        wrk(server.port, path)
    warm = server.resident_mb()
    count = 0
    while count < REQUESTS:
        count += sum(wrk(server.port, path)[1] for path in paths)
    after = server.resident_mb()
    yield ("serve: resident set, started on a year of history", f"{RESIDENT_MB_MAX} MB", f"{idle:.1f} MB",
           idle < RESIDENT_MB_MAX, "")
    yield (f"serve: resident set after {count / 1e6:.1f} million requests", f"no more than {GROWTH_MB_MAX} MB beyond warm",
           f"{after:.1f} MB, of {warm:.1f} MB warm", after - warm <= GROWTH_MB_MAX, "")


def rows(build, folder):
    if not shutil.which("wrk"):
        print("no figures of serve: `apt-get install wrk`", file=sys.stderr)
        return
    folder = tempfile.mkdtemp(dir=folder)
    server = Server(build, folder)
    with server:
        time.sleep(IDLE_SECONDS)
        idle = server.resident_mb()
        yield from memory_rows(server, idle)
        yield rate_row(server, "/healthz", "/healthz")
        yield rate_row(server, "an answer that is known", "/api/history/stats?days=400")
        yield delegated_row(server, folder)
        yield alive_row(server, f"{ASKERS} clients ask for sums of the year", "--flood", server.port)
    yield long_query_row(build, folder)


def flood(port):
    for number in range(ASKERS):
        threading.Thread(target=ask_on, args=(port, number), daemon=True).start()
    threading.Event().wait()


def export_on(shelduck):
    while True:
        subprocess.run([shelduck, "history", "export"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--export"]:
        export_on(sys.argv[2])
    if sys.argv[1:2] == ["--flood"]:
        flood(int(sys.argv[2]))
    with tempfile.TemporaryDirectory(prefix="shelduck-bench-") as place:
        print(f"load {os.getloadavg()[0]:.1f}, a sync takes {sync_ms(place):.2f} ms")
        for what, goal, seen, is_reached, disk in rows(os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else
                                                                      "build/release"), place):
            print(f"| {what} | {goal} | {seen if is_reached else f'{seen}, **missed**'} | {disk} |", flush=True)
