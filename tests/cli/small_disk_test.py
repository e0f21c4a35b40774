#!/usr/bin/env python3
"""A disk that fills up: a small file system in memory, mounted where no other process sees it."""

import ctypes
import errno
import os
import signal
import sys
import tempfile

import command_line
from readings_ends_test import Clients
from readings_test import reading
from record_over_http_test import JSON, new_id
from serve_test import Served

DISK_BYTES = 112_000_000  # above the 64 MB that are kept free
ENTRIES = 26_000  # one more slice than an import writes at once
NOT_HERE = 77  # what ctest takes as skipped
CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 1 << 18
LIBC = ctypes.CDLL(None, use_errno=True)


def leave_shared_mounts():
    """Mounts of this process and its children are their own; False where the machine forbids it."""
    user, group = os.getuid(), os.getgid()
    if LIBC.unshare(CLONE_NEWNS) != 0:
        if LIBC.unshare(CLONE_NEWNS | CLONE_NEWUSER) != 0:
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"),
                           ("gid_map", f"0 {group} 1")):
            try:
                with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                    file.write(text)
            except OSError:
                return False
    if LIBC.mount(None, b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        return False
    with tempfile.TemporaryDirectory() as folder:
        place = folder.encode()
        return LIBC.mount(b"tmpfs", place, b"tmpfs", 0, None) == 0 and LIBC.umount2(place, 2) == 0


def log_of(entries):
    lines = ["# ninja log v5\n"]
    lines += [f"{10 * i}\t{10 * i + 7}\t{1_770_000_000_000_000_000 + i * 1_000_000_000}\tout{i}.o\t{i:x}\n"
              for i in range(entries)]
    return "".join(lines)


class OnSmallDisk(command_line.Case):
    def setUp(self):
        super().setUp()
        self.disk = self.database.parent
        self.disk.mkdir(parents=True)
        options = f"size={DISK_BYTES}".encode()
        done = LIBC.mount(b"tmpfs", str(self.disk).encode(), b"tmpfs", 0, options)
        self.assertEqual(done, 0, os.strerror(ctypes.get_errno()))
        self.addCleanup(LIBC.umount2, str(self.disk).encode(), 2)
        self.ballast = self.disk / "ballast"

    def leave(self, left):
        """Fills the disk but for so many bytes."""
        state = os.statvfs(self.disk)
        size = state.f_bavail * state.f_frsize - left
        with open(self.ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)

    def take_all(self):
        """Fills the disk while others write, and give room back."""
        with open(self.ballast, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(1 << 20))  # at the end less than that
            except OSError as full:
                self.assertEqual(full.errno, errno.ENOSPC)


class OverHttp(OnSmallDisk, Served):
    def put(self, run, status):
        return self.ask(f"/api/history/runs/{run}", "PUT", JSON, "{}", status)

    def test_below_the_floor_what_was_begun_is_ended_and_read(self):
        self.serve()
        run, later = new_id(), new_id()
        self.put(run, 201)
        self.leave(20_000_000)
        self.assertEqual(self.put(later, 507)["type"], "urn:shelduck:problem:exhausted")
        self.put(run, 200)
        self.ask(f"/api/history/runs/{run}", "PATCH", JSON, '{"status": "success"}')
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["status"], "success")
        self.ask(f"/api/history/runs/{later}", status=404)
        self.ballast.unlink()
        self.put(later, 201)


class Readings(OnSmallDisk, Clients):
    def test_below_the_floor_they_are_refused_and_read(self):
        self.serve()
        rows = [reading(timestamp=second) for second in range(3)]
        self.post(rows[0])
        self.leave(20_000_000)
        for body in (rows[1], rows[1:]):
            self.assertEqual(self.post(body, status=507)["type"], "urn:shelduck:problem:exhausted")
        self.write("sensor_data,node_address=42 temperature_celsius=1,humidity_percent=2 7\n", status=507)
        self.assertEqual(self.ask("/api/sensor-data")["total"], 1)
        self.ballast.unlink()
        self.assertEqual(self.post(rows)["inserted"], 2)

    def test_a_disk_that_is_full_under_posts_loses_nothing_and_doubles_nothing(self):
        """Without a floor the journal itself meets the end of the disk."""
        server = self.begin("--disk-floor", "0")
        with self.posting():
            self.wait_under_posts(self.have_more(), server)
            self.wait_for(self.all_are_refused)
            self.ballast.unlink()
            has_more = self.have_more()
            self.wait_for(lambda: self.faults or server.poll() is not None or has_more())
            if server.poll() is not None:  # its engine met the end too, and was not opened again in time
                self.is_up.clear()
                self.assertEqual(server.returncode, 1)
                server = self.begin()
                self.wait_under_posts(self.have_more(), server)
        server.kill()
        server.wait(timeout=60)
        self.assert_all_is_there()

    def all_are_refused(self):
        self.take_all()
        return self.faults or all(client.refusals for client in self.clients)


class SmallDisk(OnSmallDisk):
    def executions(self):
        plugins = self.shelduck("history", "stats", "--days", "3000", "--json").document["plugins"]
        return {row["plugin_name"]: row["executions"] for row in plugins}

    def test_below_the_floor_nothing_begins_and_questions_are_answered(self):
        self.record("apt")
        self.leave(20_000_000)
        marker = self.folder / "ran"
        done = self.shelduck("exec", "--plugin", "npm", "--require-record", "--", "touch", marker,
                             code=6)
        self.assertIn("less than the floor", done.err)
        self.assertFalse(marker.exists())
        self.shelduck("exec", "--plugin", "npm", "--", "sh", "-c", "exit 9", code=9)
        self.assertEqual(self.executions(), {"apt": 1})
        self.ballast.unlink()
        self.record("npm")
        self.assertEqual(self.executions(), {"apt": 1, "npm": 1})

    def test_a_disk_without_a_free_byte_loses_nothing(self):
        for _ in range(3):
            self.record("apt")
        self.prepare(["history", "stats"])
        self.leave(0)
        with self.start("history", "stats", "--days", "3000", "--json") as process:
            out, err = process.communicate(timeout=60)
        self.assertIn(process.returncode, (0, 6), err)
        if process.returncode == 6:
            self.assertIn('"exhausted"', err)
        self.ballast.unlink()
        self.assertEqual(self.executions(), {"apt": 3})
        self.shelduck("db", "check", "--deep")

    def test_an_import_that_finds_no_room_goes_on_when_there_is_some(self):
        self.record("apt")
        self.executions()
        log = self.folder / ".ninja_log"
        log.write_text(log_of(ENTRIES))
        self.leave(65_000_000)
        error = self.refused("history", "import", "ninja", log, code=6)
        self.assertEqual(error["kind"], "exhausted")
        self.assertEqual(self.executions()["apt"], 1)
        self.ballast.unlink()
        self.shelduck("history", "import", "ninja", log)
        again = self.shelduck("history", "import", "ninja", log, "--json").document["executions"]
        self.assertEqual((again["imported"], again["unchanged"]), (0, again["read"]))
        self.shelduck("db", "check")


if __name__ == "__main__":
    if not leave_shared_mounts():
        print("skipped: nobody may mount a file system here")
        sys.exit(NOT_HERE)
    command_line.main()
