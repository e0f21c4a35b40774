"""The tests of the command line a second time, with a server that owns the database.

SHELDUCK_SERVED=1 in the environment: before each command that a server could answer, one is started
for the database that the command means, and it stays until the test is over. A command that needs
a closed database ends it first, in order. What the tests ask for is the same in both ways.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

IS_SERVED = os.environ.get("SHELDUCK_SERVED") == "1"

DELEGATED = ("history", "predict", "remaining", "calibration", "db")
CLOSED = (["db", "restore"], ["db", "rebuild"], ["db", "migrate"])
MAKES_ONE = ["history", "import"]

OTHER_HANDS = "the test changes the file of the database itself, which nobody may while it is served"
ONE_OWNER = "the test holds the lock itself, as another command would"

# What makes no sense with a server, and why.
BARE_ONLY = {
    "OddFiles": OTHER_HANDS,
    "Busy.test_a_held_database_is_busy_after_wait_and_free_afterwards": ONE_OWNER,
    "Busy.test_recording_does_not_wait_for_the_owner": ONE_OWNER,
    "Interrupted.test_every_end_signal_while_waiting_gives_130_at_once": ONE_OWNER,
    "Interrupted.test_an_ignored_sigint_stays_ignored": ONE_OWNER,
    "Readings": "its database is none of history, and its servers are its own",
    "Interrupted.test_a_long_fit_for_intervals_is_left_at_the_next_origin": "it asks no database",
}


def reason_to_skip(test):
    """Why this test is run without a server only; None for all others."""
    _, case, name = test.id().rsplit(".", 2)
    return (BARE_ONLY.get(case) or BARE_ONLY.get(f"{case}.{name}")) if IS_SERVED else None


def command_of(words):
    """The words of the command, without the options before it, and the database it names."""
    words = [str(word) for word in words]
    database = None
    for at, word in enumerate(words[:-1]):
        if word == "--db":
            database = words[at + 1]
    while words and words[0] == "--db":
        words = words[2:]
    return words, database


class Servers:
    """Those of one test, by the database."""

    def __init__(self, program, environment, folder):
        self.program, self.environment, self.folder = program, environment, folder
        self.running = {}
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="shelduck-served-"))

    def prepare(self, words, environment):
        """What has to be there, or gone, before a command of these words is run."""
        command, named = command_of(words)
        if not command or command[0] not in DELEGATED:
            return
        named = named or environment.get("SHELDUCK_DB") or ""
        database = pathlib.Path(os.path.realpath(self.folder / named))
        if command[:2] in CLOSED:
            self.end(database)
        elif named and (command[:2] == MAKES_ONE or self.holds_something(database)):
            self.begin(database)

    def holds_something(self, database):
        return database.is_file() or pathlib.Path(f"{database}.journal").is_dir()

    def begin(self, database):
        server = self.running.get(database)
        if server and server.poll() is None:
            return
        # Of the settings only the ones of the test's home: a wrong one is the caller's.
        environment = {**self.environment, "RUNTIME_DIRECTORY": str(self.sockets),
                       "XDG_CONFIG_HOME": str(self.sockets)}
        server = subprocess.Popen(
            [self.program, "--db", database, "serve", "--listen", "127.0.0.1:0"], env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        said = []
        for line in server.stderr:
            said.append(line)
            if "event=listening" in line:
                break
        else:
            raise AssertionError(f"no server for {database}: {server.wait()} {said}")
        server.drain = threading.Thread(target=server.stderr.read, daemon=True)
        server.drain.start()
        self.running[database] = server

    def end(self, database):
        if server := self.running.pop(database, None):
            server.terminate()
            if code := self.wait(server):
                raise AssertionError(f"the server of {database} ended with {code}")

    def wait(self, server):
        code = server.wait(timeout=60)
        server.drain.join()
        server.stderr.close()
        return code

    def end_all(self):
        """At once, because nobody needs what they hold; but they must be there still."""
        gone = {str(database): server.poll() for database, server in self.running.items()
                if server.poll() is not None}
        for server in self.running.values():
            server.kill()
            self.wait(server)
        shutil.rmtree(self.sockets, ignore_errors=True)
        if gone:
            raise AssertionError(f"servers that ended by themselves: {gone}")
