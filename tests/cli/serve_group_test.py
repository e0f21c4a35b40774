#!/usr/bin/env python3
"""A server whose socket is open to a group: who may ask, and what the others are told."""

import grp
import json
import os
import shutil
import subprocess
import sys

import command_line
import serve_test

NOT_HERE = 77  # what ctest takes as skipped
GROUP = "games"
NOBODY = 65_534
CANNOT_START = 127  # the engine of a build that stands in a closed folder


def as_somebody_else(group):
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={group}", "--clear-groups"]


def can_ask_as_others():
    if os.geteuid() != 0 or not shutil.which("setpriv"):
        return False
    words = [*as_somebody_else(NOBODY), command_line.SHELDUCK, "--version"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


class Group(serve_test.Served):
    def setUp(self):
        super().setUp()
        self.folder.chmod(0o755)
        self.group = grp.getgrnam(GROUP).gr_gid
        self.record("apt")

    def asked(self, group, *words):
        done = subprocess.run([*as_somebody_else(group), command_line.SHELDUCK, *words], text=True, cwd=self.folder,
                              env=self.environment, capture_output=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_members_are_answered_and_others_are_told_whom_to_ask(self):
        self.serve("--socket-group", GROUP)
        [path] = self.database.parent.glob("*.socket")
        lock = self.database.with_name(self.database.name + ".lock")
        modes = {name: (name.stat().st_mode & 0o777, name.stat().st_gid) for name in (path, lock, path.parent)}
        self.assertEqual(modes, {path: (0o660, self.group), lock: (0o640, self.group),
                                 path.parent: (0o710, self.group)})
        self.assertEqual(self.database.stat().st_mode & 0o077, 0)
        code, out, err = self.asked(self.group, "history", "stats")
        self.assertEqual((code, out), (0, self.shelduck("history", "stats").out), err)
        commands = [["history", "stats"]]
        if self.asked(self.group, "db", "check", "--db", "/tmp/nothing.duckdb")[0] != CANNOT_START:
            commands.append(["db", "check"])
        for words in commands:
            self.assertEqual(self.asked(self.group, *words)[0], 0)
            code, out, err = self.asked(NOBODY, *words)
            self.assertEqual((code, out), (6, ""), err)
            self.assertIn("root", err)
            self.assertIn("--socket-group", err)

    def test_a_member_may_not_import_and_is_told_who_may(self):
        reading = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # an engine in a closed folder
        member = [*as_somebody_else(self.group), *reading, command_line.SHELDUCK]
        if subprocess.run([*member, "db", "check", "--db", "/tmp/nothing.duckdb"], capture_output=True,
                          check=False).returncode not in (3, 6):
            self.skipTest("nobody can start the engine as a member here")
        log = self.folder / "history.log"
        log.write_text("\nStart-Date: 2024-01-02  03:04:05\nCommandline: apt upgrade\n"
                       "Upgrade: a:amd64 (1, 2)\nEnd-Date: 2024-01-02  03:05:05\n")
        self.serve("--socket-group", GROUP)
        done = subprocess.run([*member, "history", "import", "apt", log, "--json"], text=True, cwd=self.folder,
                              env=self.environment, capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (6, ""), done.stderr)
        error = json.loads(done.stderr)["error"]
        self.assertIn("root", error["message"])
        self.assertIn("over HTTP", error["hint"])
        [plugin] = self.shelduck("history", "stats", "--json", "--days", "3650").document["plugins"]
        self.assertEqual(plugin["executions"], 1)

    def test_without_a_group_nobody_else_is_answered(self):
        self.serve()
        self.assertEqual(self.asked(self.group, "history", "stats")[0], 6)

    def test_a_group_that_is_none_is_named(self):
        error = self.refused("serve", "--listen", "127.0.0.1:0", "--socket-group", "no such group")
        self.assertEqual((error["field"], error["value"]), ("--socket-group", "no such group"))


if __name__ == "__main__":
    if not can_ask_as_others():
        print("skipped: nobody may ask as another user here")
        sys.exit(NOT_HERE)
    command_line.main()
