#!/usr/bin/env python3
"""Who owns the database when several want it at once: servers, commands, and records written meanwhile."""

import json
import signal
import threading

import command_line
import serve_test

LISTENING = "event=listening"
ENGINES_OWN_LOCK = "Could not set lock"


class Race(serve_test.Served):
    def setUp(self):
        super().setUp()
        self.record("apt")
        self.shelduck("history", "stats")
        self.recorded = 1
        self.said = []  # by everybody
        self.codes = []  # of commands
        self.is_over = threading.Event()

    def begin_server(self, *words):
        server = self.start("serve", "--listen", "127.0.0.1:0", *words)
        self.addCleanup(self.end, server)
        server.heard = []

        def hear():
            for line in server.stderr:
                server.heard.append(line)
                self.said.append(line)
            server.stderr.close()

        server.ear = threading.Thread(target=hear, daemon=True)
        server.ear.start()
        return server

    def listens(self, server):
        return any(LISTENING in line for line in server.heard)

    def wait_until_settled(self, *servers):
        """Each listens or has ended."""
        for server in servers:
            self.wait_for(lambda one=server: self.listens(one) or one.poll() is not None)

    def stop(self, server):
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0, server.heard)
        server.ear.join()

    def meanwhile(self, *deeds):
        """Each deed again and again, by a thread of its own, until is_over."""
        def repeat(deed):
            while not self.is_over.is_set():
                deed()
        threads = [threading.Thread(target=repeat, args=[deed]) for deed in deeds]
        for thread in threads:
            thread.start()
        return threads

    def write(self):
        self.shelduck("exec", "--plugin", "apt", "--require-record", "--", "true")
        self.recorded += 1

    def ask(self):
        """What was acknowledged before is in the answer, whoever gives it."""
        before = self.recorded
        with self.start("history", "stats", "--json", "--wait", "60") as process:
            out, err = process.communicate(timeout=60)
        self.codes.append(process.returncode)
        self.said.append(err)
        if process.returncode == 0:
            [plugin] = json.loads(out)["plugins"]
            if plugin["executions"] < before:
                self.codes.append(f"{plugin['executions']} of {before}")

    def assert_nothing_lost(self):
        self.assertEqual([code for code in self.codes if code != 0], [], self.said)
        self.assertNotIn(ENGINES_OWN_LOCK, "".join(self.said))
        [plugin] = self.shelduck("history", "stats", "--json").document["plugins"]
        self.assertEqual(plugin["executions"], self.recorded)
        self.shelduck("db", "check")

    def test_of_two_servers_at_one_instant_one_serves(self):
        """The other ends with 4 and names the one that does."""
        writing = self.meanwhile(self.write)
        for number in range(10):
            with self.subTest(number=number):
                # Long enough for one of them to have the lock and its name in it, on a busy disk too.
                both = [self.begin_server("--wait", "2") for _ in range(2)]
                try:
                    self.wait_until_settled(*both)
                    [serving] = [server for server in both if self.listens(server)]
                    [other] = [server for server in both if server is not serving]
                    self.assertEqual(other.wait(timeout=60), 4)
                    other.ear.join()
                    self.assertRegex("".join(other.heard), rf"\b{serving.pid}\b")
                    self.assertNotIn(ENGINES_OWN_LOCK, "".join(other.heard))
                    self.stop(serving)
                finally:
                    for server in both:
                        self.end(server)
        self.is_over.set()
        for thread in writing:
            thread.join()
        self.assert_nothing_lost()

    def test_a_server_waits_for_a_command_that_owns_the_database(self):
        """A long one, which is let go on when the server wants in."""
        log = self.folder / ".ninja_log"
        log.write_text("# ninja log v5\n" + "".join(
            f"{10 * i}\t{10 * i + 7}\t{1_770_000_000_000_000_000 + i * 1_000_000_000}\to{i}.o\t{i:x}\n"
            for i in range(3000)))
        command = self.start("history", "import", "ninja", log, "--json")
        lock = self.database.with_name(self.database.name + ".lock")
        self.wait_for(lambda: f"process {command.pid}\n" in lock.read_text())
        command.send_signal(signal.SIGSTOP)
        server = self.begin_server("--wait", "60")
        for _ in range(5):
            self.write()
        self.assertFalse(self.listens(server))
        command.send_signal(signal.SIGCONT)
        out, err = command.communicate(timeout=60)
        self.assertEqual(command.returncode, 0, err)
        self.assertEqual(json.loads(out)["executions"]["imported"], 3000)
        self.wait_until_settled(server)
        self.assertTrue(self.listens(server), server.heard)
        plugins = self.shelduck("history", "stats", "--json", "--days", "3650").document["plugins"]
        self.assertEqual(sum(row["executions"] for row in plugins), self.recorded + 3000)
        self.assertNotIn(ENGINES_OWN_LOCK, err + "".join(self.said))
        self.stop(server)

    def test_a_command_waits_for_a_server_that_opens(self):
        """It is answered by the server as soon as that listens."""
        for _ in range(3):
            server = self.begin_server()
            commands = [self.start("history", "stats", "--wait", "60"), self.start("db", "check", "--wait", "60")]
            self.write()
            for command in commands:
                _, err = command.communicate(timeout=60)
                self.codes.append(command.returncode)
                self.said.append(err)
            self.wait_until_settled(server)
            self.assertTrue(self.listens(server), server.heard)
            self.stop(server)
        self.assert_nothing_lost()

    def test_servers_that_come_and_go_lose_nothing_and_answer_everybody(self):
        threads = self.meanwhile(self.write, self.ask, self.ask)
        for _ in range(4):
            server = self.begin_server("--wait", "60")
            self.wait_until_settled(server)
            self.assertTrue(self.listens(server), server.heard)
            self.stop(server)
            asked = len(self.codes)
            self.wait_for(lambda: len(self.codes) > asked + 1)  # without a server, too
        self.is_over.set()
        for thread in threads:
            thread.join()
        self.assert_nothing_lost()


if __name__ == "__main__":
    command_line.main()
