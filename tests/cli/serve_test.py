#!/usr/bin/env python3
"""A server that owns the database: over HTTP, and for the commands of other processes."""

import contextlib
import fcntl
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import struct
import threading
import time

import command_line


PROTOCOL = 4


def frame(kind, payload):
    return bytes([kind]) + struct.pack("<I", len(payload)) + payload


def frames(peer, until, credit=False):
    """[(kind, payload)] up to the first of kind `until`; what is read may be given back as credit."""
    said = []
    while not said or said[-1][0] != until:
        head = peer.recv(5, socket.MSG_WAITALL)
        if len(head) < 5:
            raise AssertionError(f"the server went away after {[kind for kind, _ in said]}")
        payload = peer.recv(struct.unpack("<I", head[1:])[0], socket.MSG_WAITALL)
        said.append((head[0], payload))
        if credit and head[0] in (3, 4):
            peer.sendall(frame(5, struct.pack("<I", len(payload))))
    return said


class Served(command_line.Case):
    """Each test has a server of its own, on a port that was free."""

    def setUp(self):
        super().setUp()
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # a peer that closes is no end of ours
        self.environment["XDG_RUNTIME_DIR"] = str(self.folder / "runtime")

    serve_words = ("serve", "--listen", "127.0.0.1:0")

    def serve(self, *words, env=None):
        server = self.start(*self.serve_words, *words, env=env)
        self.addCleanup(self.end, server)
        self.log = []
        while not any("event=listening" in line for line in self.log):
            line = server.stderr.readline()
            if not line:
                self.fail(f"the server ended with {server.wait()}: {self.log}")
            self.log.append(line)
        self.port = int(re.search(r"127\.0\.0\.1:(\d+)", self.log[-1])[1])
        threading.Thread(target=lambda: self.log.extend(server.stderr), daemon=True).start()
        return server

    def end(self, server):
        if server.poll() is None:
            server.kill()
        server.wait(timeout=60)
        server.stdout.close()

    def ask(self, target, method="GET", headers=None, body=None, status=200):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body=body, headers=headers or {})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        self.assertEqual(answer.status, status, f"{target}\n{text}")
        return json.loads(text) if "json" in answer.headers.get("Content-Type", "") else text

    def wait_for(self, is_there, seconds=60):
        end = time.monotonic() + seconds
        while not is_there():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def order(self, *words, purpose="act", command_id=""):
        """A caller of our own that has ordered and gives no credit back."""
        texts = [str(self.database), "", "", "", "text", purpose, "program plain", "0", "0", command_id, *words]
        order = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
        peer = socket.socket(socket.AF_UNIX)
        self.addCleanup(peer.close)
        peer.settimeout(60)
        [path] = (self.folder / "runtime").rglob("*.socket")
        peer.connect(str(path))
        peer.sendall(frame(1, struct.pack("<I", PROTOCOL) + b"test") + frame(2, order))
        return peer

    def record_much(self):
        log = self.folder / ".ninja_log"
        log.write_text("# ninja log v5\n" + "".join(
            f"{10 * i}\t{10 * i + 7}\t{1_770_000_000_000_000_000 + i * 1_000_000_000}\to{i}.o\t{i:x}\n"
            for i in range(2000)))
        self.shelduck("history", "import", "ninja", log)


class OverHttp(Served):
    def test_questions_are_answered_with_the_documents_of_the_command_line(self):
        for plugin in ("apt", "snap", "apt"):
            self.record(plugin)
        bare = {path: self.shelduck(*words, "--json").document for path, words in {
            "/api/history/stats": ["history", "stats"],
            "/api/history/stats?plugin=apt&days=30": ["history", "stats", "apt", "--days", "30"],
            "/api/history/runs?limit=2": ["history", "runs", "--limit", "2"],
            "/api/history/daily": ["history", "daily"],
            "/api/history/trend?plugin=apt&granularity=day":
                ["history", "trend", "apt", "--granularity", "day"],
            "/api/history/series?plugin=apt": ["history", "series", "apt"],
            "/api/history/accuracy": ["history", "accuracy"],
            "/api/history/calibration": ["calibration"],
        }.items()}
        run = bare["/api/history/runs?limit=2"]["runs"][0]["run_id"]
        bare[f"/api/history/runs/{run}"] = self.shelduck("history", "show", run, "--json").document
        self.serve()
        for path, document in bare.items():
            with self.subTest(path=path):
                self.assertEqual(self.ask(path), document)

    def test_every_request_is_listed_in_the_log_or_counted(self):
        server = self.serve()
        self.ask_often(600)
        self.wait_for(lambda: self.logged() == 600)  # nobody asks meanwhile
        self.ask_often(300)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        self.wait_for(lambda: self.logged() == 900)

    def ask_often(self, times):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        for _ in range(times):
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        connection.close()

    def logged(self):
        counts = [re.search(r"requests not listed. count=(\d+)", line) for line in list(self.log)]
        return sum(int(found[1]) for found in counts if found) + sum(" method=" in line for line in list(self.log))

    def test_what_was_recorded_a_moment_ago_is_there(self):
        self.serve()
        for count in range(1, 6):
            self.record("apt")
            self.assertEqual(self.ask("/api/history/stats")["plugins"][0]["executions"], count)

    def test_each_path_stands_in_a_page_of_the_documents(self):
        self.serve("--history", self.database, "--sensors", self.folder / "sensors.duckdb")
        docs = pathlib.Path(__file__).resolve().parents[2] / "docs"
        pages = "".join((docs / name).read_text() for name in ("server.md", "sensors.md"))
        paths = self.ask("/openapi.json")["paths"]
        self.assertEqual([path for path in paths if not re.search(re.escape(path) + r"(?![\w/{])", pages)], [])

    def test_wrong_questions_name_parameter_value_and_rule(self):
        self.serve()
        problem = self.ask("/api/history/stats?days=x", status=400)
        self.assertEqual(problem["errors"],
                         [{"field": "days", "value": "x", "rule": "a whole number from 1"}])
        self.assertEqual(self.ask("/api/history/stats?db=/etc/passwd", status=400)["errors"][0]["field"], "db")
        self.ask("/api/history/runs/01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21", status=404)
        self.ask("/api/history/nothing", status=404)
        self.ask("/api/history/stats", method="DELETE", status=405)

    def test_the_socket_of_a_server_that_was_killed_is_removed_by_the_next(self):
        killed = self.serve()
        killed.kill()
        killed.wait(timeout=60)
        [dead] = (self.folder / "runtime").rglob("*.socket")
        living = self.serve("--db", self.folder / "other.duckdb")
        self.serve()
        self.assertFalse(dead.exists())
        self.assertIn(f"{living.pid}.socket", [path.name for path in (self.folder / "runtime").rglob("*.socket")])

    def test_the_server_tells_how_it_is(self):
        self.serve()
        self.assertEqual(self.ask("/healthz"), {"status": "alive"})
        self.assertEqual(self.ask("/readyz?for=write"), {"ready": True, "writes": True})
        self.assertEqual(self.ask("/readyz?for=bogus", status=400)["errors"],
                         [{"field": "for", "value": "bogus", "rule": "write"}])
        self.assertEqual(self.ask("/readyz?fro=write", status=400)["errors"][0]["field"], "fro")
        self.ask("/api/history/stats")
        # Counted when the answer is out, which another connection may overtake.
        self.wait_for(lambda: 'shelduck_http_requests_total{route="/api/history/stats",status="200"} 1'
                      in self.ask("/metrics"))
        document = self.ask("/openapi.json")
        self.assertEqual(document["openapi"], "3.1.0")
        self.assertIn("/api/history/runs/{id}", document["paths"])

    def test_clients_of_influxdb_learn_that_it_is_there(self):
        self.shelduck("token", "add", "writer", "--scope", "write", "--token-file", "tokens")
        self.serve("--token-file", "tokens")  # both are open
        for method in ("GET", "HEAD"):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            connection.request(method, "/ping")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.read()), (204, b""))
            self.assertRegex(answer.headers["X-Influxdb-Version"], r"^\d+\.\d+\.\d+$")
            connection.close()
        health = self.ask("/health")
        self.assertEqual((health["name"], health["status"]), ("shelduck", "pass"))
        self.assertEqual(health["version"], answer.headers["X-Influxdb-Version"])

    def test_below_the_disk_floor_reading_goes_on(self):
        self.record("apt")
        self.serve("--disk-floor", "1000TB")
        self.assertEqual(self.ask("/readyz"), {"ready": True, "writes": False})
        self.ask("/readyz?for=write", status=503)
        self.assertEqual(self.ask("/api/history/stats")["plugins"][0]["executions"], 1)

    def test_pages_of_other_sites_and_other_names_are_refused(self):
        self.serve("--host", "pi.lan", "--origin", "https://example.org")
        self.ask("/healthz", headers={"Origin": "http://example.com"}, status=403)
        self.ask("/healthz", headers={"Host": "evil.example"}, status=403)
        self.ask("/healthz", headers={"Host": "pi.lan:8700"})
        self.ask("/healthz", headers={"Origin": "https://example.org"})

    def test_tokens_are_made_used_and_read_again(self):
        tokens = self.folder / "tokens"
        made = self.shelduck("token", "add", "grafana", "--scope", "read", "--token-file", tokens, "--json")
        token = made.document["token"]
        self.assertNotIn(token, tokens.read_text())
        self.assertEqual(tokens.stat().st_mode & 0o777, 0o600)
        error = self.refused("token", "add", "grafana", "--scope", "read", "--token-file", tokens, code=1)
        self.assertEqual((error["kind"], error["field"]), ("conflict", "NAME"))
        server = self.serve("--token-file", tokens)
        self.ask("/healthz")
        self.ask("/api/history/stats", status=401)
        self.ask("/api/history/stats", headers={"Authorization": "Bearer " + token})
        self.ask("/api/history/stats?u=any&p=" + token)
        tokens.write_text("")
        server.send_signal(signal.SIGHUP)
        self.wait_for(lambda: any("event=tokens" in line for line in self.log))
        self.ask("/api/history/stats", headers={"Authorization": "Bearer " + token}, status=401)
        self.assertFalse(any(token in line for line in self.log), "no token in the log")

    def test_a_wrong_token_does_not_hide_a_server_that_lives(self):
        tokens = self.folder / "tokens"
        tokens.write_text("")
        self.serve("--token-file", tokens)
        self.ask("/healthz", headers={"Authorization": "Bearer old"})
        self.ask("/api/history/stats", headers={"Authorization": "Bearer old"}, status=401)

    def test_beyond_loopback_tokens_are_needed(self):
        error = self.refused("serve", "--listen", "0.0.0.0:0", code=6)
        self.assertEqual((error["kind"], error["field"]), ("refused", "--listen"))
        for address in ("localhost:1", "127.0.0.1", "127.0.0.1:99999"):
            self.assertEqual(self.refused("serve", "--listen", address)["field"], "--listen")

    def test_the_service_manager_is_told(self):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(self.folder / "notify"))
        manager.settimeout(60)
        server = self.serve(env={"NOTIFY_SOCKET": str(self.folder / "notify")})
        self.assertEqual(manager.recv(100), b"READY=1")
        server.send_signal(signal.SIGTERM)
        self.assertEqual(manager.recv(100), b"STOPPING=1")

    def test_the_watchdog_is_fed_while_records_are_applied(self):
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(manager.close)
        manager.bind(str(self.folder / "notify"))
        manager.settimeout(60)
        server = self.serve(env={"NOTIFY_SOCKET": str(self.folder / "notify"), "WATCHDOG_USEC": "400000"})
        self.assertEqual(manager.recv(100), b"READY=1")
        for _ in range(3):
            self.assertEqual(manager.recv(100), b"WATCHDOG=1")
        server.send_signal(signal.SIGTERM)
        while (said := manager.recv(100)) != b"STOPPING=1":
            self.assertEqual(said, b"WATCHDOG=1")

    def test_a_signal_ends_it_in_order_and_leaves_the_database_free(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number):
                server = self.serve()
                self.record("apt")
                server.send_signal(number)
                self.assertEqual(server.wait(timeout=60), 0)
                self.assertEqual(list((self.folder / "runtime").rglob("*.socket")), [])
                self.shelduck("history", "stats", "--wait", "0")

    def test_a_second_server_says_who_owns_the_database(self):
        server = self.serve()
        error = self.refused("serve", "--listen", "127.0.0.1:0", "--wait", "0", code=4)
        self.assertIn(str(server.pid), error["message"])


class ForCommands(Served):
    """The same bytes and exit codes as without a server."""

    COMMANDS = (
        ["history", "stats"], ["history", "stats", "--json"], ["history", "stats", "--format", "csv"],
        ["history", "stats", "apt", "--days", "3", "--format", "ndjson"], ["history", "runs"],
        ["history", "daily", "--tz", "Europe/Warsaw", "--json"], ["history", "trend", "apt"],
        ["history", "series", "apt"], ["history", "accuracy"], ["calibration"],
        ["remaining", "--plugin", "apt", "--elapsed", "1"], ["predict", "--json"],
        ["db", "quarantine", "list"], ["db", "check"], ["history", "export"],
        ["history", "show", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"],
        ["history", "show", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21", "--json"],
        ["history", "stats", "--quiet", "nothing"], ["history", "stats", "nothing"],
        ["history", "runs", "--next", "broken"],
    )

    def done(self, words):
        with self.start(*words) as process:
            out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def test_answers_are_the_same_to_the_byte(self):
        for plugin in ("apt", "snap", "apt", "apt", "apt", "apt", "apt"):
            self.record(plugin)
        self.shelduck("predict")
        bare = {tuple(words): self.done(words) for words in self.COMMANDS}
        server = self.serve()
        for words, expected in bare.items():
            with self.subTest(words=words):
                self.assertEqual(self.done(words), expected)
        self.assertIsNone(server.poll())

    def test_a_command_sees_what_was_recorded_before_it(self):
        self.serve()
        for count in range(1, 4):
            self.record("apt")
            stats = self.shelduck("history", "stats", "--json").document
            self.assertEqual(stats["plugins"][0]["executions"], count)

    def test_predictions_are_kept_and_scored(self):
        for _ in range(6):
            self.record("apt")
        self.serve()
        self.shelduck("predict")
        self.record("apt")
        rows = self.shelduck("calibration", "--json").document["rows"]
        self.assertTrue(any(row["forecasts"] == 1 for row in rows))

    def test_exports_land_where_the_caller_says(self):
        self.record("apt")
        self.shelduck("history", "export", "--output", "bare.json")
        self.shelduck("history", "export", "--format", "csv", "--output", "bare")
        self.serve()
        self.shelduck("history", "export", "--output", "served.json")
        self.shelduck("history", "export", "--format", "csv", "--output", "served")
        self.assertEqual((self.folder / "served.json").read_bytes(), (self.folder / "bare.json").read_bytes())
        self.assertEqual(command_line.files_below(self.folder / "served"),
                         command_line.files_below(self.folder / "bare"))
        self.assertEqual(list(self.database.parent.glob("*.export/*")), [])

    def test_what_needs_a_closed_database_is_refused_with_the_remedy(self):
        self.record("apt")
        self.shelduck("history", "stats")
        self.shelduck("db", "backup", self.folder / "copy")
        self.serve()
        before = self.shelduck("history", "stats").out
        for words in (["db", "rebuild", "--yes"], ["db", "migrate"],
                      ["db", "restore", self.folder / "copy", "--yes"]):
            error = self.refused(*words, "--wait", "0", code=4)
            self.assertIn("stop the server", error["hint"])
        self.assertEqual(self.shelduck("history", "stats").out, before)

    def test_a_plan_is_shown_and_asked_about(self):
        self.record("apt")
        self.serve()
        code, shown = self.on_terminal("history", "prune", "--older-than", "1000d", typed="n\n")
        self.assertEqual(code, 6, shown)
        self.assertIn("not confirmed", shown)

    def test_an_interrupted_question_ends_with_130_and_the_server_goes_on(self):
        self.record("apt")
        server = self.serve()
        os.kill(server.pid, signal.SIGSTOP)  # so that the question is still waiting
        try:
            asker = self.start("history", "stats")
            self.wait_until_blocked(asker.pid, signal.SIGINT)
            asker.send_signal(signal.SIGINT)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        asker.communicate(timeout=60)
        self.assertEqual(asker.returncode, 130)
        self.shelduck("history", "stats")

    def wait_until_blocked(self, pid, number):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            status = pathlib.Path(f"/proc/{pid}/status").read_text()
            if int(re.search(r"SigBlk:\s*(\w+)", status)[1], 16) >> (number - 1) & 1:
                return
            time.sleep(0.001)
        self.fail("the command never watched its signals")

    def test_where_a_server_died_the_next_command_owns_the_database(self):
        self.record("apt")
        server = self.serve()
        server.kill()
        server.wait(timeout=60)
        self.assertIn("socket", pathlib.Path(str(self.database) + ".lock").read_text())
        self.assertIn("apt", self.shelduck("history", "stats").out)
        self.assertIn("apt", self.shelduck("history", "stats").out)

    def test_long_paths_of_sockets_are_reached(self):
        self.environment["XDG_RUNTIME_DIR"] = str(self.folder / ("r" * 100) / ("s" * 100))
        self.record("apt")
        self.serve()
        self.assertIn("apt", self.shelduck("history", "stats", "--wait", "0").out)

    def test_without_a_folder_for_sockets_it_stands_beside_the_database(self):
        self.environment["XDG_RUNTIME_DIR"] = ""
        self.record("apt")
        self.serve()
        self.assertEqual(len(list(self.database.parent.glob("*.socket"))), 1)
        self.assertIn("apt", self.shelduck("history", "stats", "--wait", "0").out)

    def test_a_stalled_caller_holds_up_neither_others_nor_the_end(self):
        self.record_much()
        server = self.serve()
        stalled = [self.order("history", "export", "--") for _ in range(2)]
        for peer in stalled:
            self.assertEqual(frames(peer, until=3)[-1][0], 3)  # its credit begins to be used
        # Both readers may be held: an answer, or an honest no, but in time.
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("GET", "/api/history/stats")
        self.assertIn(connection.getresponse().status, (200, 503))
        connection.close()
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=30), 0)

    def outcome(self, *words, **more):
        """What a caller hears: its exit code, and all the words before it."""
        said = frames(self.order(*words, **more), until=7)
        return struct.unpack("<I", said[-1][1])[0], b"".join(text for _, text in said[:-1]).decode()

    def test_the_outcome_of_a_command_is_told_again_and_nothing_is_run_twice(self):
        self.record_much()
        self.serve()
        words = ["history", "prune", "--older-than=30d", "--yes", "--json", "--"]
        first = self.outcome(*words, command_id="one")
        self.assertEqual(first[0], 0, first)
        self.assertEqual(self.outcome(*words, command_id="one", purpose="outcome"), first)
        self.assertEqual(self.outcome(*words, command_id="one"), first, "it was not run again")
        self.assertNotEqual(self.outcome(*words, command_id="another")[1], first[1], "nothing was left to prune")
        words = ["db", "quarantine", "retry", "--", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"]
        failed = self.outcome(*words, command_id="two")
        self.assertNotEqual(failed[0], 0, failed)
        self.assertEqual(self.outcome(*words, command_id="two", purpose="outcome"), failed)
        code, said = self.outcome(*words, command_id="three", purpose="outcome")
        self.assertEqual(code, 1)
        self.assertIn("outcome unknown", said)

    def test_two_signals_at_once_end_it_in_order(self):
        """As `timeout` sends them: to the process, and to its group."""
        server = self.serve()
        for _ in range(2):
            server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        self.wait_for(lambda: any("event=stopped" in line for line in self.log))

    def test_a_caller_of_another_version_is_told_both(self):
        self.record("apt")
        self.serve()
        peer = socket.socket(socket.AF_UNIX)
        self.addCleanup(peer.close)
        [path] = (self.folder / "runtime").rglob("*.socket")
        peer.connect(str(path))
        peer.sendall(frame(1, struct.pack("<I", 9999) + b"9.9.9"))
        said = frames(peer, until=1)
        self.assertEqual(struct.unpack("<I", said[0][1][:4])[0], PROTOCOL)

    @contextlib.contextmanager
    def standing_in(self):
        """This test is the server: it holds the lock, and what listens is its own."""
        self.record("apt")
        self.shelduck("history", "stats")
        path = self.folder / "stand-in.socket"
        with socket.socket(socket.AF_UNIX) as listening, open(f"{self.database}.lock", "r+") as lock:
            listening.bind(str(path))
            listening.listen()
            listening.settimeout(60)
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate()
            lock.write(f"process {os.getpid()}\nversion 9.9.9\nsocket {path}\n")
            lock.flush()
            yield listening

    def ordered(self, listening, protocol=PROTOCOL):
        """The next caller, which has been greeted and, of the same protocol, has ordered."""
        peer, _ = listening.accept()
        self.addCleanup(peer.close)
        peer.settimeout(60)
        frames(peer, until=1)
        peer.sendall(frame(1, struct.pack("<I", protocol) + b"9.9.9"))
        if protocol == PROTOCOL:
            frames(peer, until=2)
        return peer

    def ended(self, asker):
        out, err = asker.communicate(timeout=60)
        return asker.returncode, out, err

    def test_a_server_of_another_version_is_an_error_that_names_both(self):
        with self.standing_in() as listening:
            asker = self.start("history", "stats")
            self.ordered(listening, protocol=9999)
            code, _, err = self.ended(asker)
        self.assertEqual(code, 4, err)
        self.assertIn("9.9.9", err)
        self.assertIn(self.shelduck("--version").out.split()[1], err)

    def test_a_question_that_had_no_answer_yet_is_asked_again(self):
        with self.standing_in() as listening:
            asker = self.start("history", "stats")
            self.ordered(listening).close()
            peer = self.ordered(listening)
            peer.sendall(frame(3, b"rows\n") + frame(7, struct.pack("<I", 0)))
            self.assertEqual(self.ended(asker), (0, "rows\n", ""))

    def test_what_a_full_server_did_not_begin_is_ordered_again_until_wait_is_over(self):
        full = frame(10, b"64 questions wait already")
        with self.standing_in() as listening:
            asker = self.start("history", "stats", "--wait", "60")
            for _ in range(3):
                self.ordered(listening).sendall(full)
            self.ordered(listening).sendall(frame(3, b"rows\n") + frame(7, struct.pack("<I", 0)))
            self.assertEqual(self.ended(asker), (0, "rows\n", ""))
            asker = self.start("history", "stats", "--wait", "0")
            for _ in range(2):  # the small program asks first, then the engine
                self.ordered(listening).sendall(full)
            code, out, err = self.ended(asker)
        self.assertEqual((code, out), (4, ""))
        self.assertIn("64 questions wait already", err)

    def test_a_full_server_says_that_it_is_and_answers_who_comes_again(self):
        self.record_much()
        self.serve()
        stalled = [self.order("history", "export", "--") for _ in range(2)]
        for peer in stalled:
            self.assertEqual(frames(peer, until=3)[-1][0], 3)  # both readers are held
        crowd = [self.order("history", "stats", "--wait=60", "--") for _ in range(58)]
        is_over = threading.Event()

        def ask():
            while not is_over.is_set():
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                connection.request("GET", "/api/history/stats?days=3650")
                connection.getresponse().read()
                connection.close()

        def is_refused():
            peer = self.order("history", "stats", "--wait=60", "--")
            peer.settimeout(0.5)
            try:
                return b"questions wait" in frames(peer, until=10)[-1][1]
            except TimeoutError:
                return False
            finally:
                peer.close()

        askers = [threading.Thread(target=ask) for _ in range(10)]
        for asker in askers:
            asker.start()
        self.wait_for(is_refused)
        command = self.start("history", "stats", "--days", "3650", "--wait", "60")
        is_over.set()
        for peer in [*stalled, *crowd]:
            peer.close()
        out, err = command.communicate(timeout=60)
        self.assertEqual(command.returncode, 0, err)
        self.assertTrue(out)
        for asker in askers:
            asker.join()

    def test_an_answer_that_breaks_off_is_incomplete(self):
        with self.standing_in() as listening:
            asker = self.start("history", "stats")
            peer = self.ordered(listening)
            peer.sendall(frame(3, b"half"))
            frames(peer, until=5)
            peer.close()
            code, out, err = self.ended(asker)
        self.assertEqual((code, out), (1, "half"))
        self.assertIn("output incomplete", err)

    def test_of_an_admin_command_whose_server_died_nobody_knows_the_outcome(self):
        with self.standing_in() as listening:
            asker = self.start("db", "check")
            self.ordered(listening).close()
            self.ordered(listening).close()  # asks how it ended, and never runs it again
            code, out, err = self.ended(asker)
        self.assertEqual((code, out), (1, ""))
        self.assertIn("outcome unknown", err)

    def test_an_outcome_is_asked_for_after_the_connection_was_lost(self):
        with self.standing_in() as listening:
            asker = self.start("db", "check", "--json")
            self.ordered(listening).close()
            peer = self.ordered(listening)
            peer.sendall(frame(3, b"{}\n") + frame(7, struct.pack("<I", 5)))
            self.assertEqual(self.ended(asker), (5, "{}\n", ""))

    def test_how_far_a_server_is_is_drawn_under_the_rules_of_the_caller(self):
        texts = b"".join(struct.pack("<I", len(text)) + text for text in (b"train", b"3", b"8", b"items"))
        answer = frame(8, texts) + frame(3, b"{}\n") + frame(7, struct.pack("<I", 0))
        with self.standing_in() as listening:
            asker = self.start("history", "train", "--json")
            self.ordered(listening).sendall(answer)
            self.assertEqual(self.ended(asker), (0, "{}\n", ""), "no terminal")
            server = threading.Thread(target=lambda: self.ordered(listening).sendall(answer))
            server.start()
            code, shown = self.on_terminal("history", "train", "--json")
            server.join()
        self.assertEqual(code, 0)
        self.assertIn("3 of 8", shown)

    def test_a_check_and_a_backup_say_how_far_they_are(self):
        """Drawn by the caller, with a server and without one; on a terminal only."""
        self.record("apt")
        for number in range(2):
            for name, words in (("check", ["db", "check"]), ("backup", ["db", "backup", self.folder / f"copy{number}"])):
                code, shown = self.on_terminal(*words)
                self.assertEqual(code, 0, shown)
                self.assertRegex(shown, rf"\r{name} \w+  \[")
                self.assertTrue(shown.rstrip("\n").splitlines()[-1].strip(), "the line is gone in the end")
            said = self.shelduck("db", "check", "--deep")
            self.assertNotIn("[", said.out + said.err)
            if not number:
                self.serve()
        said = frames(self.order("db", "check", "--"), until=7)
        self.assertIn(8, [kind for kind, _ in said])

    def test_a_lock_without_a_socket_is_waited_for_and_then_named(self):
        with self.standing_in() as listening:
            listening.close()
            error = self.refused("history", "stats", "--wait", "0.3", code=4)
        self.assertIn(str(os.getpid()), error["message"])

    def test_cancel_ends_a_command_at_work_with_130(self):
        self.record_much()
        self.serve()
        peer = self.order("history", "export", "--")
        self.assertEqual(frames(peer, until=3)[-1][0], 3)
        peer.sendall(frame(6, b""))
        said = frames(peer, until=7, credit=True)
        self.assertEqual(said[-1], (7, struct.pack("<I", 130)))

    def test_callers_that_go_away_at_any_moment_harm_nobody(self):
        self.record_much()
        server = self.serve()
        for words in (["db", "quarantine", "list", "--format=ndjson", "--quiet", "--"], ["history", "export", "--"],
                      ["--help"], ["history", "stats", "--help"], ["nothing", "at", "all"], []):
            for _ in range(3):
                self.order(*words).close()
                peer = self.order(*words)
                peer.shutdown(socket.SHUT_RD)
                peer.close()
        self.assertIn("o1.o", self.shelduck("history", "stats", "--by", "item", "--days", "3650").out)
        self.assertIsNone(server.poll())

    def test_silent_callers_leave_room_for_one_that_waits(self):
        self.record("apt")
        self.serve()
        [path] = (self.folder / "runtime").rglob("*.socket")
        silent = [socket.socket(socket.AF_UNIX) for _ in range(64)]
        for peer in silent:
            self.addCleanup(peer.close)
            peer.connect(str(path))
        asker = self.start("db", "check", "--wait", "60")
        time.sleep(0.2)
        for peer in silent:
            peer.close()
        out, err = asker.communicate(timeout=60)
        self.assertEqual(asker.returncode, 0, err)

    def test_garbage_on_the_socket_harms_nobody(self):
        self.record("apt")
        self.serve()
        [path] = (self.folder / "runtime").rglob("*.socket")
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        for noise in (b"", b"GET / HTTP/1.1\r\n\r\n", b"\x01\xff\xff\xff\xff", b"\x02\x04\x00\x00\x00abcd"):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(str(path))
                peer.sendall(noise)
                peer.shutdown(socket.SHUT_WR)
                peer.settimeout(60)
                while peer.recv(1000):
                    pass
        self.assertIn("apt", self.shelduck("history", "stats", "--wait", "0").out)


if __name__ == "__main__":
    command_line.main()
