"""Real programs killed with SIGKILL at random moments and at every named step of the store, while
others write and read. After each cycle `db check` passes, and what was acknowledged is stored, once.

An acknowledgement is the child of `exec --require-record` having started, or the library's call
having returned: both print the name of a plugin that is used once, so that the acknowledged set can
be compared with the stored one.

usage: crash_test.py SHELDUCK VICTIM [--cycles N] [--seed N]
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time


class Machine:
    """One database and the programs that work on it."""

    def __init__(self, shelduck, victim):
        self.shelduck, self.victim = shelduck, victim
        self.folder = tempfile.mkdtemp(prefix="shelduck-crash-")
        self.database = os.path.join(self.folder, "history.duckdb")
        self.acks = os.path.join(self.folder, "acks")
        open(self.acks, "w").close()
        engine = os.path.join(os.path.dirname(shelduck), "..", "libexec", "shelduck", "engine")
        self.environment = dict(os.environ, SHELDUCK_DB=self.database, HOME=self.folder,
                                SHELDUCK_ENGINE=os.path.realpath(engine))
        self.environment.pop("SHELDUCK_RUN", None)
        self.attempted = set()

    def start(self, *command, **options):
        return subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, **options)

    def exec_writer(self, name):
        """Runs one command whose child says that it has started."""
        self.attempted.add(name)
        return self.start(self.shelduck, "exec", "--require-record", "--plugin", name, "--",
                          "sh", "-c", 'echo "$1" >>"$2"', "sh", name, self.acks,
                          stderr=subprocess.DEVNULL)

    def library_writer(self, name):
        with open(self.acks, "a") as acks:
            return self.start(self.victim, self.database, "record", "-", name, stdout=acks,
                              stderr=subprocess.DEVNULL)

    def ask(self, *question):
        done = subprocess.run([self.shelduck, *question, "--json", "--wait", "60"], text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"{question} ended with {done.returncode}: {done.stderr}"
                                 f"\n{done.stdout}")
        return json.loads(done.stdout)

    def acknowledged(self):
        with open(self.acks) as acks:
            text = acks.read()
        return set(text[:text.rfind("\n") + 1].split())

    def stored(self):
        plugins = self.ask("history", "stats", "--days", "3000")["plugins"]
        return {row["plugin_name"]: row["executions"] for row in plugins
                if row["plugin_name"] != "old"}  # there to be pruned

    def steps(self, action):
        done = subprocess.run([self.victim, self.database, action, "list", "0"], text=True,
                              env=self.environment, capture_output=True, timeout=60)
        return sorted(set(done.stdout.split()))

    def verify(self, library_names):
        acknowledged, stored = self.acknowledged(), self.stored()
        lost = acknowledged - set(stored)
        assert not lost, f"acknowledged, not stored: {sorted(lost)[:5]} of {len(lost)}"
        doubled = {name: n for name, n in stored.items() if n != 1}
        assert not doubled, f"stored more than once: {doubled}"
        invented = {name for name in stored
                    if name not in self.attempted and name.rsplit("-", 1)[0] not in library_names}
        assert not invented, f"nobody wrote {sorted(invented)[:5]}"
        self.ask("db", "check")


def end(process):
    if process.poll() is None:
        process.kill()
    process.wait()


def cycle(machine, number, rng, library_names):
    """Writers and a reader work; some are killed at random, one kills itself at a named step."""
    library = f"lib{number}"
    library_names.add(library)
    writers = [machine.library_writer(library)]
    writers += [machine.exec_writer(f"exec{number}.{i}") for i in range(3)]
    action = rng.choice(["apply", "finish", "prune", "backup", "rebuild"])
    steps = machine.known_steps[action]
    victim = machine.start(machine.victim, machine.database, action,
                           rng.choice(steps), str(rng.choice([1, 1, 2])),
                           stderr=subprocess.DEVNULL)
    reader = machine.start(machine.shelduck, "history", "stats", "--json", "--wait", "60",
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(rng.uniform(0.0, 0.08))
    for process in rng.sample(writers + [reader], 2):
        end(process)
    end(writers[0])  # the library would write on
    for process in writers + [victim, reader]:
        process.wait(timeout=120)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shelduck")
    parser.add_argument("victim")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20260501)
    parser.add_argument("--verify-every", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    machine = Machine(os.path.abspath(options.shelduck), os.path.abspath(options.victim))
    library_names = set()
    machine.exec_writer("first").wait()
    machine.known_steps = {action: machine.steps(action)
                           for action in ("apply", "finish", "prune", "backup", "rebuild")}
    assert all(machine.known_steps.values()), machine.known_steps
    try:
        for number in range(options.cycles):
            cycle(machine, number, rng, library_names)
            machine.verify(library_names)
    except Exception:
        print(f"cycle {number}, seed {options.seed}; the files are kept in {machine.folder}")
        raise
    # A database that is lost altogether comes back from backup, archive and journal.
    before = machine.stored()
    os.remove(machine.database)
    subprocess.run([machine.shelduck, "db", "rebuild", "--yes"], env=machine.environment, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert machine.stored() == before, "the rebuilt history differs"
    print(f"{options.cycles} cycles, seed {options.seed}: {len(machine.acknowledged())} "
          f"acknowledged, all stored once; steps: {machine.known_steps}")
    shutil.rmtree(machine.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
