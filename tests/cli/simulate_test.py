#!/usr/bin/env python3
"""`shelduck sensors simulate`: readings that are made up, and that a server takes."""

import json

import command_line
from readings_test import LINES, Sensors


class Simulate(Sensors):
    def made(self, *words):
        return self.shelduck("sensors", "simulate", "--nodes", 2, "--interval", 300, *words).out

    def test_the_same_seed_makes_the_same_bytes(self):
        self.assertEqual(self.made("--seed", 5), self.made("--seed", 5))
        self.assertNotEqual(self.made("--seed", 5), self.made("--seed", 6))

    def test_it_begins_where_it_is_told_to(self):
        first = json.loads(self.made("--start-time", "2026-05-01").splitlines()[0])
        self.assertEqual(first["timestamp"], 1_777_593_600)
        done = self.shelduck("sensors", "simulate", "--days", 10**12, code=2, env={"SHELDUCK_FORMAT": "json"})
        self.assertEqual(done.error["field"], "days")
        self.assertEqual(self.refused("sensors", "simulate")["field"], "--json", "it writes rows, and nothing whole")

    def test_a_server_takes_both_forms(self):
        self.serve()
        made = self.made()
        said = self.post(made, headers=LINES)
        self.assertEqual((said["inserted"], said["rejected"], said["conflicts"]), (made.count("\n"), [], 0))
        self.write(self.made("--format", "line"))
        self.assertEqual(self.ask("/api/sensor-data")["total"], made.count("\n"), "they are the same readings")
        self.assertEqual(self.shelduck("sensors", "quarantine", "list", "--format", "csv").rows, [])


if __name__ == "__main__":
    command_line.main()
