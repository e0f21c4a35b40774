"""Servers that take readings over HTTP, each a process of its own on loopback with a folder of its own:

    shelduck(build, folder)     acknowledges what is synced
    influx(folder)              InfluxDB with wal-fsync-delay=0s: the same
    victoria(folder)            VictoriaMetrics: acknowledges what it holds in memory, and flushes within seconds

Debian has the two others: apt-get install influxdb victoria-metrics. They are ended by their process.
"""

import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.parse

DATABASE = "bench"
PATIENCE_S = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Intake:
    """One that runs: where bodies of line protocol go, what it cost so far and what it holds."""

    def __init__(self, name, port, process, target):
        self.name, self.port, self.pid, self.target = name, port, process.pid, target

    def ask(self, path, method="GET"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)
        connection.request(method, path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        if answer.status // 100 != 2:
            raise SystemExit(f"{self.name}: {answer.status} for {path}: {body[:200]!r}")
        return body

    def processor_s(self):
        """Of the threads that it has now; all of them stay while bodies and questions come."""
        worked = 0
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(OSError):
                worked += int((task / "schedstat").read_text(encoding="ascii").split()[0])
        return worked / 1e9

    def count(self):
        if self.name == "shelduck":
            return sum(node["total_readings"] for node in json.loads(self.ask("/api/nodes"))["nodes"])
        if self.name == "InfluxDB":
            query = urllib.parse.urlencode({"db": DATABASE, "q": "SELECT count(temperature_celsius) FROM sensor_data"})
            return json.loads(self.ask("/query?" + query))["results"][0]["series"][0]["values"][0][1]
        self.ask("/internal/force_flush")
        query = urllib.parse.urlencode({"query": "sum(count_over_time(sensor_data_temperature_celsius[3y]))"})
        return int(json.loads(self.ask("/api/v1/query?nocache=1&" + query))["data"]["result"][0]["value"][1])


@contextlib.contextmanager
def running(command, environment=None):
    with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@contextlib.contextmanager
def shelduck(build, folder, preload=None):
    """`preload` is a program of bench/ that is loaded before it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHELDUCK_")}
    environment |= {"HOME": folder, "XDG_RUNTIME_DIR": folder}
    if preload:
        environment["LD_PRELOAD"] = os.path.join(build, "bench", preload)
    command = [os.path.join(build, "bin/shelduck"), "serve", "--sensors", os.path.join(folder, "sensors.duckdb"),
               "--listen", "127.0.0.1:0", "--quiet"]
    with running(command, environment) as process:
        for line in process.stderr:
            if found := re.search(r"127\.0\.0\.1:(\d+)", line):
                break
        else:
            raise SystemExit("shelduck did not listen")
        threading.Thread(target=process.stderr.read, daemon=True).start()
        yield Intake("shelduck", int(found[1]), process, "/write?precision=s")


def wait_for(intake, path):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError, SystemExit):
            return intake.ask(path)
        time.sleep(0.05)
    raise SystemExit(f"{intake.name} does not answer")


@contextlib.contextmanager
def influx(folder):
    port = free_port()
    settings = {"REPORTING_DISABLED": "true", "BIND_ADDRESS": f"127.0.0.1:{free_port()}", "META_DIR": f"{folder}/meta",
                "DATA_DIR": f"{folder}/data", "DATA_WAL_DIR": f"{folder}/wal", "DATA_WAL_FSYNC_DELAY": "0s",
                "DATA_QUERY_LOG_ENABLED": "false", "HTTP_BIND_ADDRESS": f"127.0.0.1:{port}",
                "HTTP_LOG_ENABLED": "false", "MONITOR_STORE_ENABLED": "false",
                # So that its files are whole soon where they are weighed: its own defaults are 10 min and 4 h.
                "DATA_CACHE_SNAPSHOT_WRITE_COLD_DURATION": "5s", "DATA_COMPACT_FULL_WRITE_COLD_DURATION": "10s"}
    environment = dict(os.environ, HOME=folder, **{f"INFLUXDB_{name}": value for name, value in settings.items()})
    with running(["influxd", "run", "-config", "/dev/null"], environment) as process:
        threading.Thread(target=process.stderr.read, daemon=True).start()
        intake = Intake("InfluxDB", port, process, f"/write?db={DATABASE}&precision=s")
        wait_for(intake, "/ping")
        intake.ask("/query?" + urllib.parse.urlencode({"q": f"CREATE DATABASE {DATABASE}"}), "POST")
        yield intake


@contextlib.contextmanager
def victoria(folder):
    port = free_port()
    with running(["victoria-metrics", f"-storageDataPath={folder}/data", f"-httpListenAddr=127.0.0.1:{port}",
                  "-retentionPeriod=100y", "-loggerLevel=ERROR"]) as process:
        threading.Thread(target=process.stderr.read, daemon=True).start()
        intake = Intake("VictoriaMetrics", port, process, "/write?precision=s")
        wait_for(intake, "/health")
        yield intake


def rivals():
    """Those that are installed."""
    known = {"influxd": influx, "victoria-metrics": victoria}
    return [start for program, start in known.items() if shutil.which(program)]


def send_all(intake, target, content_type, bodies, senders=4, seconds=None):
    """(bodies that were taken, bodies that were told to come again, seconds). In order, each sender one at a time."""
    numbers, lock = iter(range(len(bodies))), threading.Lock()
    taken, refused, wrong = [0] * senders, [0] * senders, []
    begin = time.perf_counter()
    end = begin + (seconds or 3600)

    def send(place):
        connection = http.client.HTTPConnection("127.0.0.1", intake.port, timeout=PATIENCE_S)
        while time.perf_counter() < end and not wrong:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            while True:
                connection.request("POST", target, bodies[number], {"Content-Type": content_type})
                answer = connection.getresponse()
                text = answer.read()
                if answer.status != 503:
                    break
                refused[place] += 1
                time.sleep(0.05)
            if answer.status // 100 != 2:
                wrong.append(f"{intake.name}: {answer.status}: {text[:200]!r}")
            taken[place] += 1
        connection.close()

    threads = [threading.Thread(target=send, args=(place,)) for place in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise SystemExit(wrong[0])
    return sum(taken), sum(refused), time.perf_counter() - begin
