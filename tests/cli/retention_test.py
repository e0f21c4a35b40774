#!/usr/bin/env python3
"""Readings that were given up for good: they come back from no upload, backup, rebuild or hub."""

import contextlib
import os
import shutil
import signal
import subprocess
import time

import command_line
from readings_test import Sensors, reading
from serial_test import batch

OLD = 1_500_000_000
NEW = 1_780_000_000


class Pruned(Sensors):
    def setUp(self):
        super().setUp()
        self.db = ("--db", self.sensors)

    def hear(self, *records):
        done = subprocess.run([command_line.SHELDUCK, "sensors", "serial", "-"], env=self.environment,
                              input=batch(*records), capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, f"BATCH_ACK 2 {len(records)} 0\n", done.stderr)
        return done.stderr

    def timestamps(self):
        return [one["timestamp"] for one in self.shelduck("sensors", "list", "--json").document["readings"]]

    def refused(self):
        return self.shelduck("sensors", "quarantine", "list", "--format", "csv").rows

    def back_up_and_prune(self):
        self.hear((OLD, 2150, 4875, 0), (NEW, 2150, 4875, 0))
        self.shelduck(*self.db, "db", "backup", "before")
        self.shelduck("sensors", "prune", "--older-than", "1000d", "--yes")
        self.assertEqual(self.timestamps(), [NEW])

    def test_after_a_restore_of_an_older_backup(self):
        self.back_up_and_prune()
        done = self.shelduck(*self.db, "db", "restore", "before", "--yes")
        self.assertIn("pruned since that backup", done.err)
        self.assertEqual(self.timestamps(), [NEW])
        self.assertIn("sound", self.shelduck(*self.db, "db", "check", "--deep").err)
        self.serve()
        said = self.post([reading(node=77, timestamp=OLD, celsius=21.5)])
        self.assertEqual((said["inserted"], said["rejected"][0]["field"]), (0, "timestamp"))
        self.assertRegex(said["rejected"][0]["reason"], "^readings before [0-9]+ were pruned$")

    def test_after_a_rebuild_and_after_both(self):
        self.back_up_and_prune()
        self.shelduck(*self.db, "db", "rebuild", "--yes")
        self.assertEqual(self.timestamps(), [NEW])
        self.shelduck(*self.db, "db", "restore", "before", "--yes")
        self.shelduck(*self.db, "db", "rebuild", "--yes")
        self.assertEqual(self.timestamps(), [NEW])

    def test_a_hub_that_sends_them_again_is_told_that_it_is_done(self):
        self.back_up_and_prune()
        said = self.hear((OLD, 2150, 4875, 0), (NEW + 1, 2150, 4875, 0))
        self.assertIn("readings written: 1; rows for quarantine: 1;", said)
        self.assertEqual(self.timestamps(), [NEW + 1, NEW])
        row, = self.refused()
        self.assertEqual((row["source"], row["field"]), ("serial", "timestamp"))
        self.assertIn("were pruned", row["reason"])

    def test_one_that_is_killed_was_done_or_is_done_next_time(self):
        """At the first changes of the files that it makes; later ones tidy up."""
        self.serve_once([reading(node=77, timestamp=OLD + n, celsius=21.5) for n in range(500)] + [reading(timestamp=NEW)])
        self.assertEqual(len(self.timestamps()), 501)
        whole = self.folder / "whole"
        shutil.copytree(self.sensors.parent, whole)
        for changes in range(1, 4):
            shutil.rmtree(self.sensors.parent)
            shutil.copytree(whole, self.sensors.parent)
            self.prune_until(changes)
            left = self.timestamps()
            self.assertIn(len(left), (1, 501), "all of them or none")
            self.assertIn(NEW, left)
            said = self.serve_once([reading(node=77, timestamp=OLD, celsius=21.5)])
            self.assertEqual((said["duplicates"], said["rejected_count"]), (0, 1) if len(left) == 1 else (1, 0))
            self.shelduck("sensors", "prune", "--older-than", "1000d", "--yes")
            self.assertEqual(self.timestamps(), [NEW])
            self.shelduck(*self.db, "db", "check", "--deep")

    def serve_once(self, rows):
        server = self.serve()
        said = self.post(rows)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        return said

    def prune_until(self, changes):
        """Kills a prune when that many changes of its files were seen."""
        seen = self.files()
        with self.start("sensors", "prune", "--older-than", "1000d", "--yes") as process:
            while changes and process.poll() is None:
                if (now := self.files()) != seen:
                    seen = now
                    changes -= 1
            process.kill()

    def files(self):
        found = set()
        for folder, _, names in os.walk(self.sensors.parent):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # gone meanwhile
                    state = os.stat(os.path.join(folder, name))
                    found.add((folder, name, state.st_size, state.st_mtime_ns))
        return found


class Retained(Sensors):
    def total(self):
        return self.ask("/api/sensor-data")["total"]

    def test_a_server_prunes_when_it_starts(self):
        now = int(time.time())
        first = self.serve()
        self.post([reading(timestamp=timestamp) for timestamp in (OLD, now - 20 * 86400, now)])
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(timeout=60), 0)
        self.serve(env={"SHELDUCK_RETAIN": "60d"})
        self.wait_for(lambda: self.total() == 2)
        self.wait_for(lambda: "event=retention" in "".join(self.log))
        self.assertIn("pruned 1 readings of 1 nodes", "".join(self.log))
        self.assertIn('shelduck_readings_pruned_total{database="sensors"} 1\n', self.ask("/metrics"))
        said = self.post([reading(timestamp=OLD)])
        self.assertEqual((said["inserted"], said["rejected"][0]["field"]), (0, "timestamp"))

    def test_all_are_kept_where_nothing_is_said(self):
        self.serve()
        self.post([reading(timestamp=OLD), reading()])
        self.assertEqual(self.total(), 2)
        self.assertNotIn("shelduck_readings_pruned_total", self.ask("/metrics"))

    def test_it_is_about_readings_and_an_age(self):
        environment = {"SHELDUCK_SENSORS": None}
        self.assertEqual(self.refused("serve", "--retain", "400d", env=environment)["rule"], "with --sensors FILE")
        for age in ("0d", "-4", "soon"):
            with self.subTest(age=age):
                self.assertEqual(self.refused("serve", f"--retain={age}")["field"], "--retain")


if __name__ == "__main__":
    command_line.main()
