#!/usr/bin/env python3
"""Imports into a database that a server owns."""

import fcntl
import signal
import time

import command_line
import serve_test


class IntoAServedDatabase(serve_test.Served):
    ENTRIES = 12_000

    def ninja_log(self, entries, name="ninja_log"):
        path = self.folder / name
        path.write_text("# ninja log v5\n" + "".join(
            f"{10 * i}\t{10 * i + 7}\t{1_770_000_000_000_000_000 + i * 1_000_000_000}\to{i}.o\t{i:x}\n"
            for i in range(entries)))
        return path

    def done(self, *words):
        with self.start(*words) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def test_the_same_bytes_as_without_a_server(self):
        """Also where entries are rejected, known already, or pruned."""
        apt = self.folder / "history.log"
        apt.write_text("\nStart-Date: 2024-01-02  03:04:05\nCommandline: apt upgrade\n"
                       "Upgrade: a:amd64 (1, 2)\nEnd-Date: 2024-01-02  03:05:05\n"
                       "\nStart-Date: nonsense\nEnd-Date: nonsense\n")
        runs = [(form, file, *more) for form, file in (("apt", apt), ("ninja", self.ninja_log(100)))
                for more in ((), ("--json",), ("--format", "csv"))]
        steps = [["history", "import", *words] for words in runs]
        steps += [["history", "prune", "--older-than", "1d", "--yes", "--quiet"], *steps]
        bare = [self.done("--db", self.folder / "bare.duckdb", *words)[:3] for words in steps]
        self.serve()
        for words, expected in zip(steps, bare):
            if "prune" in words:
                self.assertEqual(self.done(*words)[0], expected[0])
                continue
            with self.subTest(words=words):
                self.assertEqual(self.done(*words), expected)

    def test_nobody_else_waits_for_it(self):
        self.record("apt")
        server = self.serve()
        importer = self.start("history", "import", "ninja", self.ninja_log(self.ENTRIES), "--json")
        answers = []
        while importer.poll() is None:
            answers.append(self.ask("/api/history/stats")["plugins"])
        out, err = importer.communicate(timeout=60)
        self.assertEqual(importer.returncode, 0, err)
        self.assertEqual(self.count("--days", "3650"), self.ENTRIES)
        self.assertTrue(answers)
        self.assertIsNone(server.poll())

    def count(self, *words):
        plugins = self.shelduck("history", "stats", "--json", *words).document["plugins"]
        return sum(row["executions"] for row in plugins if row["plugin_name"] != "apt")

    def stopped_importer(self, *words):
        """An import that has begun to write, and is held still."""
        importer = self.start("history", "import", "ninja", self.ninja_log(self.ENTRIES), *words)
        end = time.monotonic() + 60
        while not list(self.database.parent.glob("*.journal/*.import")):
            self.assertLess(time.monotonic(), end)
            self.assertIsNone(importer.poll())
        importer.send_signal(signal.SIGSTOP)
        return importer

    def test_a_server_that_dies_meanwhile_changes_nothing(self):
        self.record("apt")
        server = self.serve()
        importer = self.stopped_importer("--json")
        server.kill()
        server.wait(timeout=60)
        importer.send_signal(signal.SIGCONT)
        out, err = importer.communicate(timeout=60)
        self.assertEqual(importer.returncode, 0, err)
        self.assertIn(f'"imported":{self.ENTRIES}', out)
        self.assertEqual(self.count("--days", "3650"), self.ENTRIES)
        self.shelduck("db", "check")

    def test_where_nobody_can_be_asked_any_more_it_is_durable_and_says_so(self):
        self.record("apt")
        server = self.serve()
        importer = self.stopped_importer("--wait", "1")
        server.kill()
        server.wait(timeout=60)
        with open(str(self.database) + ".lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            importer.send_signal(signal.SIGCONT)
            _, err = importer.communicate(timeout=60)
        self.assertEqual(importer.returncode, 0, err)
        self.assertIn("durable, counts unknown", err)
        self.assertEqual(self.count("--days", "3650"), self.ENTRIES)

    def test_one_that_is_killed_leaves_what_it_wrote_to_everybody(self):
        self.record("apt")
        self.serve()
        importer = self.stopped_importer()
        importer.kill()
        importer.communicate(timeout=60)
        left = self.count("--days", "3650")  # what it had written by then, be it a part
        self.assertLessEqual(left, self.ENTRIES)
        again = self.shelduck("history", "import", "ninja", self.ninja_log(self.ENTRIES), "--json").document["executions"]
        self.assertEqual(again["imported"] + again["unchanged"], self.ENTRIES)
        self.assertGreaterEqual(again["unchanged"], left)
        self.assertEqual(self.count("--days", "3650"), self.ENTRIES)
        self.shelduck("db", "check")

    def test_two_at_once_take_everything_once(self):
        self.serve()
        importers = [self.start("history", "import", "ninja", self.ninja_log(3000)) for _ in range(2)]
        for importer in importers:
            _, err = importer.communicate(timeout=60)
            self.assertEqual(importer.returncode, 0, err)
        self.assertEqual(self.count("--days", "3650"), 3000)
        listed = self.shelduck("db", "quarantine", "list", "--json").document
        self.assertEqual(listed["quarantine"], [])

    def test_an_interrupted_one_goes_on_the_next_time(self):
        self.record("apt")
        self.serve()
        importer = self.stopped_importer()
        importer.send_signal(signal.SIGINT)
        importer.send_signal(signal.SIGCONT)
        importer.communicate(timeout=60)
        self.assertIn(importer.returncode, (0, 130))
        self.shelduck("history", "import", "ninja", self.ninja_log(self.ENTRIES))
        self.assertEqual(self.count("--days", "3650"), self.ENTRIES)


if __name__ == "__main__":
    command_line.main()
