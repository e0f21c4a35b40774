"""Real programs killed with SIGKILL at every named step of the store and of an append, and at random
moments, while others write and read. After each cycle `db check` passes, and what was acknowledged
is stored, once.

An acknowledgement is the child of `exec --require-record` having started, or the library's call
having returned: both print the name of a plugin that is used once, so that the acknowledged set can
be compared with the stored one.

Each cycle has its turn of PLAN: an action of the victim and the step it dies at. The victim first
runs among other programs, where one of them may do its work before it comes to the step; then it
runs alone, and must die there. So every step of the plan is hit as often as its turn comes.

usage: crash_test.py SHELDUCK VICTIM [--cycles N] [--seed N]
"""

import argparse
import collections
import datetime
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

KILLED = -signal.SIGKILL
BUSY = 4

STEPS = {
    "apply": ["apply.before_commit", "apply.committed"],
    "finish": ["archive.checkpointed", "archive.kept", "backup.copied", "backup.verified",
               "backup.old_aside", "backup.in_place", "delete.begin", "delete.removed"],
    "pack": ["archive.packed"],
    "prune": ["apply.before_commit", "apply.committed", "compact.checkpointed", "compact.copied",
              "compact.closed", "compact.in_place", "compact.done"],
    "backup": ["backup.copied", "backup.verified", "backup.in_place"],
    "rebuild": ["rebuild.begun", "rebuild.made", "rebuild.old_aside", "rebuild.in_place"],
    "restore": ["restore.verified", "restore.intent", "restore.set_aside", "restore.journal_made",
                "restore.in_place", "restore.backed_up", "restore.done"],
    "migrate": ["migrate.begin", "migrate.before_commit", "migrate.committed",
                "migrate.checkpointed"],
    "record": ["append.before_write", "append.torn_write", "append.after_write",
               "append.after_sync"],
    "import": ["a random moment"],
}
PLAN = [(action, step) for action, steps in STEPS.items() for step in steps]
# The first apply of a prune is that of what was recorded before; the second removes.
TIMES = {("prune", "apply.before_commit"): 2, ("prune", "apply.committed"): 2}
IMPORTED = 40  # entries of one imported log


class Machine:
    """One database and the programs that work on it."""

    def __init__(self, shelduck, victim):
        self.shelduck, self.victim = shelduck, victim
        self.folder = tempfile.mkdtemp(prefix="shelduck-crash-")
        self.database = os.path.join(self.folder, "history.duckdb")
        self.acks = os.path.join(self.folder, "acks")
        open(self.acks, "w").close()
        engine = os.path.join(os.path.dirname(shelduck), "..", "libexec", "shelduck", "engine")
        # A killed program cannot be searched for leaks, and the search takes a third of the others.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        self.environment = dict(os.environ, SHELDUCK_DB=self.database, HOME=self.folder,
                                ASAN_OPTIONS=sanitizer,
                                SHELDUCK_ENGINE=os.path.realpath(engine))
        self.environment.pop("SHELDUCK_RUN", None)
        self.attempted = set()
        self.attempted_prefixes = set()
        self.imported = 0

    def start(self, *command, **options):
        return subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, **options)

    def exec_writer(self, name):
        """Runs one command whose child says that it has started."""
        self.attempted.add(name)
        return self.start(self.shelduck, "exec", "--require-record", "--plugin", name, "--",
                          "sh", "-c", 'echo "$1" >>"$2"', "sh", name, self.acks,
                          stderr=subprocess.DEVNULL)

    def start_victim(self, action, step, number, name):
        self.attempted_prefixes.add(name)
        # A migration is what the first opening of a new history does.
        action = "apply" if action == "migrate" else action
        with open(self.acks, "a") as acks:
            return self.start(self.victim, self.database, action, step, str(number), name,
                              stdout=acks, stderr=subprocess.PIPE, text=True)

    def reader(self):
        return self.start(self.shelduck, "history", "stats", "--json", "--wait", "60",
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, *question):
        done = subprocess.run([self.shelduck, *question, "--json", "--wait", "60"], text=True,
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=120)
        if done.returncode != 0:
            raise AssertionError(f"{question} ended with {done.returncode}: {done.stderr}"
                                 f"\n{done.stdout}")
        return json.loads(done.stdout)

    def tell(self, action, step="none"):
        """What an action prints that nobody kills."""
        name = f"told.{action}.{step}"
        self.attempted_prefixes.add(name)
        done = subprocess.run([self.victim, self.database, action, step, "1", name], text=True,
                              env=self.environment, capture_output=True, timeout=60)
        assert done.returncode == 0, f"{action}: {done.stderr}"
        return done.stdout.splitlines()

    def acknowledged(self):
        with open(self.acks) as acks:
            text = acks.read()
        return set(text[:text.rfind("\n") + 1].split()) - {"old"}  # there to be pruned

    def stored(self):
        plugins = self.ask("history", "stats", "--days", "3000")["plugins"]
        return {row["plugin_name"]: row["executions"] for row in plugins
                if row["plugin_name"] != "old"}

    def was_attempted(self, name):
        return (name in self.attempted or name in self.attempted_prefixes or
                name.rsplit("-", 1)[0] in self.attempted_prefixes)

    def verify(self):
        acknowledged, stored = self.acknowledged(), self.stored()
        assert stored.pop("apt", 0) == self.imported, "an import lost or doubled an entry"
        lost = acknowledged - set(stored)
        assert not lost, f"acknowledged, not stored: {sorted(lost)[:5]} of {len(lost)}"
        doubled = {name: n for name, n in stored.items() if n != 1}
        assert not doubled, f"stored more than once: {doubled}"
        invented = {name for name in stored if not self.was_attempted(name)}
        assert not invented, f"nobody wrote {sorted(invented)[:5]}"
        self.ask("db", "check")

    def remove(self):
        shutil.rmtree(self.folder)


def finished(process, *also):
    """The exit code of a victim: it was killed, or did its work, or what this action may say."""
    _, err = process.communicate(timeout=120)
    assert process.returncode in (0, KILLED, *also), f"{process.returncode}: {err}"
    return process.returncode


def end(process):
    if process.poll() is None:
        process.kill()
    process.communicate()


class Cycles:
    """The plan, turn by turn."""

    def __init__(self, machine, rng):
        self.machine, self.rng = machine, rng
        self.kills = collections.Counter()
        self.import_seconds = 0.06

    def run(self, number):
        action, step = PLAN[number % len(PLAN)]
        if action == "import":
            self.cut_import(self.machine, number, step)
        elif action == "migrate":
            self.cut_migration(number, step)
        elif action == "restore":
            self.cut_restore(self.machine, number, step)
        else:
            self.cut(self.machine, number, action, step)
        self.machine.verify()

    def cut(self, machine, number, action, step):
        """Writers and a reader work; some are killed at random, the victim at its step."""
        times = self.rng.randint(1, 60) if action == "record" else TIMES.get((action, step), 1)
        library = machine.start_victim("record", "none", 0, f"lib{number}")
        writers = [machine.exec_writer(f"exec{number}.{i}") for i in range(2)]
        victim = machine.start_victim(action, step, times, f"{action}{number}")
        reader = machine.reader()
        time.sleep(self.rng.uniform(0.0, 0.05))
        end(self.rng.choice([*writers, reader]))
        end(library)  # it would write on
        for process in [*writers, reader]:
            process.wait(timeout=120)
        if finished(victim) == KILLED:
            self.kills[action, step] += 1
        else:
            self.cut_alone(machine, number, action, step)

    def cut_alone(self, machine, number, action, step):
        times = TIMES.get((action, step), 1)
        code = finished(machine.start_victim(action, step, times, f"{action}{number}.alone"))
        assert code == KILLED, f"{action} did not come to {step}"
        self.kills[action, step] += 1

    def cut_migration(self, number, step):
        """A new history: records wait in its journal, and its first opening is killed."""
        machine = Machine(self.machine.shelduck, self.machine.victim)
        for i in range(2):
            machine.exec_writer(f"exec{number}.{i}").wait()
        self.cut_alone(machine, number, "migrate", step)
        self.work_after(machine, number)
        machine.verify()
        machine.remove()

    def cut_restore(self, machine, number, step):
        """The present state is restored, while nobody writes; then programs find it cut short."""
        self.cut_alone(machine, number, "restore", step)
        self.work_after(machine, number)

    def work_after(self, machine, number):
        after = [machine.exec_writer(f"after{number}.{i}") for i in range(2)]
        after.append(machine.reader())
        for process in after:
            assert process.wait(timeout=120) == 0, f"{process.args} ended with {process.returncode}"

    def cut_import(self, machine, number, step):
        """The program's own import is killed at a random moment; the next one completes it."""
        log = os.path.join(machine.folder, "history.log")
        first = datetime.date.today() - datetime.timedelta(days=100)  # too young to be pruned
        with open(log, "w") as file:
            for i in range(IMPORTED):
                day = first + datetime.timedelta(days=i)
                file.write(f"\nStart-Date: {day}  03:00:00\nCommandline: apt-get upgrade -y\n"
                           "Upgrade: curl:amd64 (7.88.1-10, 7.88.1-11)\n"
                           f"End-Date: {day}  03:02:{i:02}\n")
        words = ["history", "import", "apt", log, "--source", f"log{number}"]
        while True:  # until one was not quicker than its death
            importer = machine.start(machine.shelduck, *words, "--wait", "60",
                                     stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(self.rng.uniform(0.0, self.import_seconds))
            end(importer)
            if importer.returncode == KILLED:
                break
            self.import_seconds /= 1.5
        self.kills["import", step] += 1
        machine.imported += IMPORTED
        machine.ask(*words)
        again = machine.ask(*words)["executions"]
        assert (again["imported"], again["unchanged"]) == (0, IMPORTED), again


def check_steps(machine):
    """Every step that an action passes has its turn, and every turn a step."""
    planned = {step for steps in STEPS.values() for step in steps}
    for action in ("apply", "finish", "pack", "prune", "backup", "rebuild", "restore"):
        told = set(machine.tell(action, "list"))
        steps = {word for word in told if "." in word and not word.startswith("told.")}
        assert steps >= set(STEPS[action]), f"{action} has no {set(STEPS[action]) - steps}"
        assert steps <= planned, f"nobody is killed at {steps - planned}"


def check_rebuild(machine):
    """From backup, archive and journal come equal digests: beside the file, and without it."""
    machine.ask("db", "check", "--deep")
    before = machine.tell("digests")
    assert any(line.startswith("plugin_executions ") for line in before), before
    rebuilt = machine.ask("db", "rebuild", "--yes")
    assert (rebuilt["compared"], rebuilt["differing"]) == ("with_old_file", []), rebuilt
    assert machine.tell("digests") == before, "the rebuilt history differs"
    os.remove(machine.database)
    rebuilt = machine.ask("db", "rebuild", "--yes")
    assert rebuilt["differing"] == [], rebuilt
    assert machine.tell("digests") == before, "the history that was lost and rebuilt differs"
    machine.ask("db", "check", "--deep")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("shelduck")
    parser.add_argument("victim")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--seed", type=int, default=20260501)
    options = parser.parse_args()
    machine = Machine(os.path.abspath(options.shelduck), os.path.abspath(options.victim))
    cycles = Cycles(machine, random.Random(options.seed))
    number = 0
    try:
        machine.exec_writer("first").wait()
        machine.reader().wait()
        check_steps(machine)
        for number in range(options.cycles):
            cycles.run(number)
        missed = set(PLAN[:options.cycles]) - set(cycles.kills)
        assert not missed, f"never killed at {missed}"
        check_rebuild(machine)
    except BaseException:
        print(f"cycle {number}, {PLAN[number % len(PLAN)]}, seed {options.seed}; "
              f"the files are kept in {machine.folder}")
        raise
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"{options.cycles} cycles, seed {options.seed}: {len(machine.acknowledged())} "
          f"acknowledged and {machine.imported} imported, all stored once; "
          f"{used.ru_utime + used.ru_stime:.0f} s of CPU")
    for (action, step), times in sorted(cycles.kills.items()):
        print(f"  {action}: killed at {step} {times} times")
    machine.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
