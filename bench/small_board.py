#!/usr/bin/env python3
"""`serve --profile small`: how soon a killed server answers again with a million readings.

    bench/small_board.py [BUILD]      (default build/release, with its target `programs` built)

Readings of ten nodes are posted as line protocol, then the server is killed with SIGKILL, at once after the
last answer and again after single posts, ten a second. Timed is from the start of the new process to the end of
its first answer about all readings. Prints rows of the table in docs/performance.md, with the memory that the
first server took at most, and what single posts write.
"""

import http.client
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

READINGS = 1_000_000
NODES = 10
BODY_ROWS = 5_000
FIRST = 1_700_000_000
GOAL = "under 1 s"
REST_SECONDS = 15  # what the load left to do is done then
POSTS = 100


class Board:
    def __init__(self, build, folder):
        self.program = os.path.join(build, "bin/shelduck")
        self.folder = folder
        self.start()

    def start(self):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SHELDUCK_")}
        environment |= {"HOME": self.folder, "XDG_RUNTIME_DIR": self.folder}
        began = time.monotonic()
        self.server = subprocess.Popen(
            [self.program, "serve", "--profile", "small", "--sensors", os.path.join(self.folder, "sensors.duckdb"),
             "--listen", "127.0.0.1:0"], env=environment, text=True, stderr=subprocess.PIPE)
        for line in self.server.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                break
        self.port = int(found[1])
        return began

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.communicate()

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, target, body)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def post(self, body):
        while (status := self.ask("POST", "/write?precision=s", body)[0]) == 503:
            time.sleep(0.01)
        assert status == 204, status

    def load(self):
        for first in range(0, READINGS, BODY_ROWS):
            self.post("\n".join(
                f"sensor_data,node_address={i % NODES} temperature_celsius={20 + i % 977 / 100:.2f},"
                f"humidity_percent={40 + i % 313 / 100:.2f} {FIRST + i // NODES * 60}"
                for i in range(first, first + BODY_ROWS)))

    def memory(self):
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s*(\d+)", status)[1]) * 1024 / 1e6

    def written(self):
        told = pathlib.Path(f"/proc/{self.server.pid}/io").read_text(encoding="ascii")
        return int(re.search(r"^write_bytes: (\d+)", told, re.M)[1])

    def post_single(self):
        """Bytes that each of them leads to on the disk."""
        time.sleep(REST_SECONDS)
        before = self.written()
        for n in range(POSTS):
            self.post(f"sensor_data,node_address=1 temperature_celsius=20,humidity_percent=40 {FIRST + READINGS * 60 + n}")
            time.sleep(0.1)
        return (self.written() - before) / POSTS

    def restart(self, what, readings):
        self.kill()
        began = self.start()
        status, text = self.ask("GET", "/api/sensor-data?limit=1")
        seconds = time.monotonic() - began
        assert status == 200 and f'"total":{readings}' in text, text
        print(f"| `--profile small`, 1 M readings: killed {what}, until the first answer | {GOAL} | {seconds:.2f} s |",
              flush=True)


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build/release"
    with tempfile.TemporaryDirectory() as folder:
        board = Board(build, folder)
        try:
            board.load()
            print(f"| `--profile small`, 1 M readings in bodies of {BODY_ROWS}: VmHWM | under 96 MB | "
                  f"{board.memory():.1f} MB |", flush=True)
            board.restart("after the last body", READINGS)
            print(f"| `--profile small`: written for a post of one reading, ten a second | - | "
                  f"{board.post_single() / 1000:.1f} KB |", flush=True)
            board.restart(f"after {POSTS} single posts", READINGS + POSTS)
        finally:
            board.kill()


if __name__ == "__main__":
    main()
