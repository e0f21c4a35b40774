"""What the tests of the front program share: a home of its own for each test, processes, and a
real pseudo-terminal with a shell on it."""

import json
import os
import pty
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.environ["SHELDUCK_PROGRAM"]
DUMP = os.environ["SHELDUCK_DUMP"]
SANITIZED = bool(os.environ.get("SHELDUCK_SANITIZE"))
LONGEST = 30.0  # seconds; only a failing test waits for it


class FrontTest(unittest.TestCase):
    """One test with its own home, database and environment."""

    maxDiff = None

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="shelduck-")
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        self.database = os.path.join(self.home, "data", "history.duckdb")
        self.environment = {
            key: value for key, value in os.environ.items()
            if not key.startswith(("SHELDUCK", "XDG_")) and key != "CI"}
        self.environment.update(HOME=self.home, SHELDUCK_DB=self.database, TERM="xterm")

    def start(self, *words, **options):
        options.setdefault("env", self.environment)
        return subprocess.Popen([PROGRAM, *words], **options)

    def run_program(self, *words, **options):
        options.setdefault("env", self.environment)
        options.setdefault("capture_output", True)
        options.setdefault("text", True)
        return subprocess.run([PROGRAM, *words], timeout=LONGEST, **options)

    def exec_command(self, *command, options=(), **keywords):
        return self.run_program("exec", "--plugin", "test", *options, "--", *command, **keywords)

    def records(self, kind=None, database=None):
        done = subprocess.run([DUMP, database or self.database], capture_output=True, text=True,
                              timeout=LONGEST)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return [row for row in rows if kind is None or row["type"] == kind]

    def the_record(self, kind):
        rows = self.records(kind)
        self.assertEqual(len(rows), 1, rows)
        return rows[0]

    def spool(self):
        path = os.path.join(self.home, ".local", "state", "shelduck", "unrecorded.jsonl")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def wait_for_record(self, kind):
        return until(lambda: self.records(kind) if os.path.exists(self.database + ".journal") else None)


def until(condition):
    """Asks again until the condition holds; the test fails when it never does."""
    deadline = time.monotonic() + LONGEST
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        select.select([], [], [], 0.005)
    raise AssertionError("it never happened")


def state_of(pid):
    """R, S, T... as /proc says it."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
        return stat.read().rsplit(") ", 1)[1][0]


class Terminal:
    """A shell on a pseudo-terminal, driven like a person does: text in, text awaited."""

    def __init__(self, test, shell=("bash", "--norc", "--noprofile", "-i")):
        environment = dict(test.environment, PS1="READY$ ", PROGRAM=PROGRAM, HISTFILE="")
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGPIPE, signal.SIG_DFL)
            os.execvpe(shell[0], list(shell), environment)
        self.text = ""
        test.addCleanup(self.close)
        self.wait("READY$ ")
        self.type("stty -echo; bind 'set enable-bracketed-paste off' 2>/dev/null; echo beg'u'n\n")
        self.wait("begun")
        self.wait("READY$ ")

    def close(self):
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.close(self.master)
        os.waitpid(self.pid, 0)

    def type(self, text):
        os.write(self.master, text.encode())

    def wait(self, wanted):
        """Returns what came up to and with `wanted`."""
        deadline = time.monotonic() + LONGEST
        while wanted not in self.text:
            ready, _, _ = select.select([self.master], [], [], max(0, deadline - time.monotonic()))
            if not ready:
                raise AssertionError(f"no {wanted!r} came, only {self.text!r}")
            try:
                self.text += os.read(self.master, 65536).decode(errors="replace")
            except OSError:
                raise AssertionError(f"the terminal ended before {wanted!r}: {self.text!r}") from None
        end = self.text.index(wanted) + len(wanted)
        seen, self.text = self.text[:end], self.text[end:]
        return seen

    def command(self, line):
        """A line, and what it prints before the next prompt."""
        self.type(line + "\n")
        return self.wait("READY$ ")
