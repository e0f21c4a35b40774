"""Runs the built shelduck in a home of its own. Each test gets a fresh one.

    class Stats(command_line.Case):
        def test_one_plugin(self):
            self.record("apt")
            self.shelduck("history", "stats", "--json").document
"""

import csv
import fcntl
import io
import json
import os
import pathlib
import pty
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

import served_mode

BUILD = pathlib.Path(os.environ.get("SHELDUCK_BUILD", "build/dev")).resolve()
SHELDUCK = BUILD / "bin/shelduck"
DATABASE_SCRIPT = BUILD / "tests/shelduck_database_script"

# A sanitizer build needs its options; nothing else of the caller's environment reaches the program.
# SHELDUCK_BACKEND: on which engine tests of readings run.
KEPT = ("PATH", "SHELDUCK_BACKEND", "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS")


class Done:
    """What a finished program left."""

    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    @property
    def document(self):
        return json.loads(self.out)

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def rows(self):
        return list(csv.DictReader(io.StringIO(self.out)))

    @property
    def error(self):
        return json.loads(self.err.splitlines()[-1])["error"]


class Case(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        if reason := served_mode.reason_to_skip(self):
            self.skipTest(reason)
        self.folder = pathlib.Path(os.path.realpath(tempfile.mkdtemp(prefix="shelduck-cli-")))
        self.addCleanup(self.remove_folder)
        self.database = self.folder / "data/history.duckdb"
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        # The unit tests look for leaks; at the end of a program the search takes a third of its time.
        self.environment["ASAN_OPTIONS"] = self.environment.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        self.environment |= {
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "SHELDUCK_DB": str(self.database),
            "LC_ALL": "C.UTF-8",
        }
        self.servers = None
        if served_mode.IS_SERVED:
            self.servers = served_mode.Servers(SHELDUCK, self.environment, self.folder)
            self.addCleanup(self.servers.end_all)

    def remove_folder(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def prepare(self, words, environment=None):
        """Where the tests are run with a server, it is there before a command of these words."""
        if self.servers:
            self.servers.prepare(words, environment or self.environment)

    def file_bytes(self):
        """Of the database, when its owner has tidied up."""
        if self.servers:
            self.servers.end(self.database)
        return self.database.stat().st_size

    def start(self, *words, env=None, **more):
        environment = {**self.environment, **(env or {})}
        environment = {name: value for name, value in environment.items() if value is not None}
        self.prepare(words, environment)
        return subprocess.Popen(
            [SHELDUCK, *map(str, words)], env=environment, cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
        )

    def shelduck(self, *words, code=0, env=None, **more):
        """Runs to the end and demands the exit code."""
        with self.start(*words, env=env, **more) as process:
            out, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, code, f"{words}\n{out}{err}")
        return Done(process.returncode, out, err)

    def refused(self, *words, code=2, env=None):
        """The error object of a command that must fail, and that must leave stdout alone."""
        done = self.shelduck(*words, "--json", code=code, env=env)
        self.assertEqual(done.out, "")
        self.assertEqual(set(done.error), {"kind", "message", "field", "value", "rule", "hint"})
        return done.error

    def record(self, plugin, *command):
        """One execution; the child's own exit code is of no interest here."""
        words = ["exec", "--plugin", plugin, "--require-record", "--", *(command or ["true"])]
        with self.start(*words) as process:
            process.communicate(timeout=60)

    def on_terminal(self, *words, typed="", columns=200, env=None):
        """Runs under a pseudo-terminal of its own; what stands on it afterwards, with \\r\\n as \\n.

        `typed` is typed when the program has asked its question.
        """
        environment = {**self.environment, "TERM": "xterm", **(env or {})}
        self.prepare(words, environment)
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        process = subprocess.Popen(
            [SHELDUCK, *map(str, words)], env=environment, cwd=self.folder,
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(slave, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        shown = ""
        if typed:
            shown = read_until(master, "[y/N] ")
            os.write(master, typed.encode())
        try:
            shown += read_until(master, None)
        finally:
            os.close(master)
        return process.wait(timeout=60), shown.replace("\r\n", "\n")

    def run_sql(self, path, sql):
        subprocess.run([DATABASE_SCRIPT, path, sql], check=True, timeout=60)


def read_until(descriptor, words, seconds=60):
    """What a pseudo-terminal shows until it ends with `words`, or until its last writer is gone."""
    shown = b""
    while words is None or not shown.endswith(words.encode()):
        if not select.select([descriptor], [], [], seconds)[0]:
            raise AssertionError(f"silent for {seconds} s; so far: {shown!r}")
        try:
            some = os.read(descriptor, 65536)
        except OSError:  # how Linux says that the other side is closed
            some = b""
        if not some:
            break
        shown += some
    return shown.decode()


def files_below(folder):
    """Every file's path and content: what a command that must change nothing is measured by."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*")) if path.is_file()
    }


def main():
    if not SHELDUCK.exists():
        sys.exit(f"{SHELDUCK} is not there: build it first, or set SHELDUCK_BUILD")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    unittest.main(verbosity=1)
