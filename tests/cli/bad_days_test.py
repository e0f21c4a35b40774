#!/usr/bin/env python3
"""A server on its bad days: clients that lie, stall and flood, a machine that runs out, ends without order.

Each test leaves a server that answers, and nothing that was acknowledged is lost.
"""

import datetime
import gzip
import http.client
import os
import pathlib
import re
import resource
import signal
import socket
import subprocess
import threading
import time

import command_line
from record_over_http_test import JSON, new_id
from serve_test import Served, frames

CLIENTS = 1000
PING = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def head(*fields, request="GET /healthz HTTP/1.1", host="Host: localhost"):
    return "\r\n".join([request, *([host] if host else []), *fields, "", ""]).encode("latin-1")


def put(*fields, body=b""):
    request = f"PUT /api/history/runs/{new_id()} HTTP/1.1"
    return head("Content-Type: application/json", *fields, request=request) + body


def chunked(body):
    return put("Transfer-Encoding: chunked", body=body)


# What could be read in two ways, or in none: refused, and the connection closes.
BROKEN_HEADS = [
    head(host=None), head("Host: localhost"), head("Host: evil.example"),
    head("X : 1"), head(" folded"), head("X: 1", " folded"), head("X: 1", "\tfolded"), head(": 1"), head("X"),
    head("X: a\0b"), head("X: a\x01b"), head("X: a\rb"), head("X: a\nY: b\r\nZ: c"), head("\x7f: 1"),
    head("Content-Length: 5", "Content-Length: 5"), head("Content-Length: 5", "Content-Length: 6"),
    head("Content-Length: 5", "Transfer-Encoding: chunked"), head("Transfer-Encoding: chunked", "Content-Length: 5"),
    head("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"), head("Transfer-Encoding: chunked, chunked"),
    head("Transfer-Encoding: gzip, chunked"), head("Transfer-Encoding: identity"), head("Transfer-Encoding: xchunked"),
    head("Transfer-Encoding: chunked;q=1"), head("Transfer-Encoding: \x0bchunked"), head("Transfer-Encoding:"),
    head("Transfer-Encoding: chunked", request="POST /healthz HTTP/1.0"),
    head("Content-Length: -1"), head("Content-Length: +1"), head("Content-Length: 1, 1"), head("Content-Length: 0x1"),
    head("Content-Length:"), head("Content-Length: 1 1"), head("Content-Length: 99999999999999999999"),
    head("Content-Length: \xb2"), head("Content-Length : 1"),
    head(request="GET  /healthz HTTP/1.1"), head(request="GET /healthz  HTTP/1.1"), head(request="GET /healthz"),
    head(request=" GET /healthz HTTP/1.1"), head(request="GET\t/healthz\tHTTP/1.1"), head(request="GET /healthz HTTP/1.1 "),
    head(request="GET /healthz http/1.1"), head(request="GET /healthz HTTQ/1.1"), head(request="GET /healthz HTTP/1.10"),
    head(request="GET http://localhost/healthz HTTP/1.1"), head(request="GET healthz HTTP/1.1"),
    head(request="GET * HTTP/1.1"), head(request="CONNECT localhost:1 HTTP/1.1"), head(request="G(T /healthz HTTP/1.1"),
    head(request="GET /health\xe4 HTTP/1.1"), head(request="GET /health\x01 HTTP/1.1"), head(request=""),
    b"GET /healthz HTTP/1.1\nHost: localhost\n\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\0\0\0\0\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\nHost: localhost\r\n\r\n",
]

PATH_TRICKS = [
    "/../healthz", "/./healthz", "/healthz/..", "//healthz", "/healthz/", "/api//history/stats", "/api/./history/stats",
    "/api/../healthz", "/%2e%2e/healthz", "/%2e/healthz", "/.%2e/healthz", "/%2fhealthz", "/api%2fhistory/stats",
    "/api/history%2Fstats", "/healthz%00", "/%00", "/healthz%0a", "/healthz%0d%0aX:1", "/healthz%", "/healthz%2",
    "/healthz%zz", "/healthz%u002e", "/%c0%ae%c0%ae/healthz", "/%e0%80%ae/healthz", "/%ff", "/%ed%a0%80", "/..%5chealthz",
    "/healthz\\..", "/healthz;x=1", "/healthz#x", "/HEALTHZ", "/healthz%20", "/%252e%252e/healthz",
    "/api/history/runs/..%2f..%2fetc%2fpasswd", "/api/history/runs/%2e%2e", "/api/history/runs/../stats",
    "/etc/passwd", "/proc/self/environ", "/.git/config", "/api/history/runs/" + "a" * 4000, "/api/history/runs/%27--",
    "/healthz?a=%00", "/healthz?a=%ff", "/healthz?a=%", "/healthz?%0a=1",
]


class BadDays(Served):
    def connect(self):
        peer = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self.addCleanup(peer.close)
        return peer

    def heard(self, peer):
        """Everything up to the end; a reset ends it too."""
        said = b""
        try:
            while some := peer.recv(65536):
                said += some
        except ConnectionResetError:
            pass
        return said

    def said(self, *pieces):
        peer = self.connect()
        try:
            for piece in pieces:
                peer.sendall(piece)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return self.heard(peer)

    def assert_refused(self, answer, *statuses):
        self.assertRegex(answer[:13], rb"HTTP/1\.1 [45]\d\d ")
        self.assertIn(int(answer[9:12]), statuses)
        self.assertIn(b"\r\nconnection: close\r\n", answer)
        self.assertNotIn(b"alive", answer, "what was smuggled behind is not answered")

    def executions(self):
        return self.ask("/api/history/stats")["plugins"][0]["executions"]

    def descriptors(self, server):
        return len(list(pathlib.Path(f"/proc/{server.pid}/fd").iterdir()))


class Clients(BadDays):
    def test_heads_that_could_be_read_in_two_ways_are_refused(self):
        self.serve()
        for text in BROKEN_HEADS:
            with self.subTest(head=text):
                # Two Hosts, and Hosts of others, are no matter of framing.
                self.assert_refused(self.said(text + PING), 400, 403, 405, 505)

    def test_chunks_that_are_none_are_refused(self):
        self.serve()
        for body in (b"-2\r\nab\r\n0\r\n\r\n", b"+2\r\nab\r\n0\r\n\r\n", b"0x2\r\nab\r\n0\r\n\r\n", b"2\nab\n0\n\n",
                     b"2\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffffff\r\nab", b"\r\n\r\n", b"g\r\n", b"2;a\nb\r\nab\r\n0\r\n\r\n",
                     b" 2\r\nab\r\n0\r\n\r\n"):
            with self.subTest(body=body):
                self.assert_refused(self.said(chunked(body) + PING), 400)
        whole = b"1\r\n{\r\n1;x=y\r\n}\r\n0\r\nX-Trailer: 1\r\n\r\n"
        self.assertIn(b"HTTP/1.1 201 ", self.said(put("Transfer-Encoding: chunked", "Connection: close", body=whole)))

    def test_an_origin_that_is_said_twice_is_refused(self):
        self.serve()
        for first, second in (("Origin: http://localhost", "Origin: http://localhost"),
                              ("Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site")):
            self.assertIn(b"HTTP/1.1 400 ", self.said(head(first, second, "Connection: close")))

    def test_a_body_that_is_too_long_is_told_so_also_where_it_comes_whole(self):
        self.serve()
        for megabytes in (9, 32):
            self.ask(f"/api/history/runs/{new_id()}", "PUT", JSON, b" " * (megabytes << 20), 413)

    def test_coded_bodies_that_are_broken_or_burst_are_refused(self):
        self.serve()
        whole = gzip.compress(b"{}")
        bomb = gzip.compress(b" " * (200 << 20), 9)
        for body, status in ((whole, 201), (whole[:-1], 400), (whole[:5], 400), (b"", 400), (whole + b"x", 400),
                             (b"{}", 400), (bomb, 413), (gzip.compress(bomb), 413)):
            with self.subTest(body=body[:20], length=len(body)):
                self.ask(f"/api/history/runs/{new_id()}", "PUT", {**JSON, "Content-Encoding": "gzip"}, body, status)
        for coding in ("br", "deflate", "zstd", "gzip, gzip", "x"):
            self.ask(f"/api/history/runs/{new_id()}", "PUT", {**JSON, "Content-Encoding": coding}, whole, 415)
        self.assertEqual(self.has_room(9 << 20), 413)

    def test_bodies_that_never_come_leave_room_for_others(self):
        self.serve()
        peers = [self.connect() for _ in range(8)]
        for peer in peers:  # all together stay below the 64 MB that bodies share
            size = (8 if peer is not peers[0] else 7) << 20
            peer.sendall(put(f"Content-Length: {size}", "Expect: 100-continue"))
            self.assertIn(b" 100 ", peer.recv(65536), "its room is kept")
            peer.sendall(b"{")
        self.assertEqual(self.has_room(8 << 20), 503)
        self.ask(f"/api/history/runs/{new_id()}", "PUT", JSON, b"{}", 201)
        for peer in peers:
            peer.close()
        self.wait_for(lambda: self.has_room(8 << 20) == 100)

    def has_room(self, size):
        """What a client that asks before it sends so many bytes is told."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
            peer.sendall(put(f"Content-Length: {size}", "Expect: 100-continue"))
            return int(peer.recv(65536)[9:12])

    def test_clients_that_leave_in_the_middle_of_a_body_record_nothing(self):
        self.serve()
        for size in (0, 1, 5):
            run = new_id()
            with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
                peer.sendall(head("Content-Type: application/json", "Content-Length: 6",
                                  request=f"PUT /api/history/runs/{run} HTTP/1.1") + b"{    }"[:size])
            self.ask(f"/api/history/runs/{run}", status=404)

    def test_limits_of_the_head(self):
        self.serve()
        self.assert_refused(self.said(head(request="GET /" + "a" * 9000 + " HTTP/1.1") + PING), 414)
        self.assert_refused(self.said(head(*["X: 1"] * 100) + PING), 431)
        self.assert_refused(self.said(head("X: " + "a" * 20_000) + PING), 431)
        self.assertIn(b"alive", self.said(head(*["X: 1"] * 98, "Connection: close")))

    def test_a_head_without_an_end_is_cut_off(self):
        self.serve()
        peer = self.connect()
        try:
            peer.sendall(b"GET /healthz HTTP/1.1\r\n")
            for _ in range(10_000):
                peer.sendall(b"X-Flood: " + b"a" * 1000 + b"\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
        said = self.heard(peer)
        self.assertTrue(said == b"" or said.startswith(b"HTTP/1.1 431 "), said)
        self.ask("/healthz")

    def test_garbage_behind_a_request_ends_the_connection_after_its_answer(self):
        self.serve()
        for garbage in (b"garbage\r\n\r\n", b"\xff" * 50 + b"\r\n\r\n", b"GET /healthz\r\n\r\n"):
            said = self.said(PING + garbage + PING)
            self.assertEqual(said.count(b"alive"), 1)
            self.assertIn(b"HTTP/1.1 400 ", said)

    def test_a_client_that_asks_and_never_reads_holds_nobody_up(self):
        self.serve()
        peer = self.connect()
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        peer.setblocking(False)
        try:
            while True:
                peer.send(head(request="GET /openapi.json HTTP/1.1") * 50)
        except BlockingIOError:
            pass
        self.assertEqual(self.ask("/healthz"), {"status": "alive"})

    def test_path_tricks_lead_nowhere(self):
        self.serve()
        for path in PATH_TRICKS:
            with self.subTest(path=path):
                answer = self.said(head("Connection: close", request=f"GET {path} HTTP/1.1"))
                self.assertIn(answer[9:12], (b"400", b"404"), answer)
                self.assertIn(b"application/problem+json", answer)

    def test_unknown_routes_and_methods(self):
        self.serve()
        problem = self.ask("/nothing", status=404)
        self.assertEqual(problem["type"], "urn:shelduck:problem:not_found")
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            self.ask("/healthz", method=method, status=405)
        self.assertIn(b"\r\nallow: GET, HEAD, OPTIONS\r\n", self.said(head("Connection: close", request="PUT /healthz HTTP/1.1")))
        for method in ("TRACE", "PROPFIND", "BREW", "get"):
            self.assertIn(b"HTTP/1.1 501 ", self.said(head("Connection: close", request=f"{method} /healthz HTTP/1.1")))

    def test_names_that_lead_here_from_elsewhere_are_refused(self):
        self.serve("--host", "pi.lan")
        for host in ("", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "2130706433",
                     "0x7f.1", "127.1", "0.0.0.0", "[::]", "localhost:99999999", "localhost:a", "pi.lan.evil.example",
                     "[::ffff:127.0.0.1", "localhost/", "localhost,evil.example", ".localhost", "localhost."):
            with self.subTest(host=host):
                self.assertIn(b"HTTP/1.1 403 ", self.said(head("Connection: close", host=f"Host: {host}")))
        for host in ("localhost", "LOCALHOST:8700", "127.0.0.1", "127.9.9.9:80", "[::1]:1", "pi.lan"):
            with self.subTest(host=host):
                self.assertIn(b"alive", self.said(head("Connection: close", host=f"Host: {host}")))

    def test_a_thousand_idle_and_slow_clients_leave_room_for_others(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < 2 * CLIENTS and not os.environ.get("SHELDUCK_CHECK"):
            self.skipTest(f"this machine allows {hard} descriptors only")
        self.assertGreaterEqual(hard, 2 * CLIENTS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (2 * CLIENTS, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        server = self.serve()
        self.ask("/healthz")
        before = self.descriptors(server)
        peers = [socket.create_connection(("127.0.0.1", self.port), timeout=60) for _ in range(CLIENTS)]
        for number, peer in enumerate(peers):
            # Idle; in the middle of a head; waiting for its chunks to be asked for.
            peer.sendall((b"", b"GET /healthz HTT", b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Len")[number % 3])
        self.assertEqual(self.ask("/healthz"), {"status": "alive"})
        self.record("apt")
        self.assertEqual(self.executions(), 1)
        for peer in peers:
            peer.close()
        self.wait_for(lambda: self.descriptors(server) <= before + 5)

    def test_a_client_that_goes_away_is_not_worked_for(self):
        """Both readers are held; the question of a client that went away does not wait for them."""
        self.record_much()
        self.serve()
        stalled = [self.order("history", "export", "--") for _ in range(2)]
        for peer in stalled:
            self.assertEqual(frames(peer, until=3)[-1][0], 3)
        gone = self.connect()
        gone.sendall(head(request="GET /api/history/stats HTTP/1.1"))
        gone.close()
        self.wait_for(lambda: any("status=499" in line for line in self.log))

    def test_a_log_that_nobody_reads_holds_up_nobody(self):
        reading, writing = os.pipe()
        self.addCleanup(os.close, reading)
        port = socket.create_server(("127.0.0.1", 0))
        self.port = port.getsockname()[1]
        port.close()
        environment = {**self.environment}
        server = subprocess.Popen(
            [command_line.SHELDUCK, "serve", "--listen", f"127.0.0.1:{self.port}"], env=environment, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writing)
        self.addCleanup(self.end, server)
        os.close(writing)
        self.wait_for(self.is_listening)
        connection = self.connect()
        for _ in range(3000):  # errors are logged one by one: more than a pipe and the queue hold
            connection.sendall(head(request="GET /nothing HTTP/1.1"))
        self.assertEqual(self.ask("/healthz"), {"status": "alive"})
        said = b""
        while said.count(b"HTTP/1.1 404 ") < 3000:
            said += connection.recv(1 << 20)
        self.record("apt")
        self.assertEqual(self.executions(), 1)
        os.set_blocking(reading, False)
        log = b""
        end = time.monotonic() + 60
        while not re.search(rb"left out.* count=\d+", log) and time.monotonic() < end:
            try:
                log += os.read(reading, 65536)
            except BlockingIOError:
                time.sleep(0.01)
                self.ask("/nothing", status=404)
        self.assertRegex(log, rb"left out.* count=\d+")
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)

    def is_listening(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=60).close()
        except ConnectionRefusedError:
            return False
        return True


class Machine(BadDays):
    """What the machine takes away comes back, and with it the server."""

    def limit(self, server, what, soft):
        old = resource.prlimit(server.pid, what)
        resource.prlimit(server.pid, what, (soft, old[1]))
        return old

    def test_without_descriptors_it_waits_for_better_days(self):
        self.record("apt")
        server = self.serve()
        self.assertEqual(self.executions(), 1)
        old = self.limit(server, resource.RLIMIT_NOFILE, self.descriptors(server) + 3)
        peers = [self.connect() for _ in range(20)]
        for peer in peers:
            peer.sendall(PING)
        self.record("apt")  # needs nothing of the server
        heard = peers[0].recv(1000)
        self.assertIn(b"alive", heard, "those that came in are answered")
        for peer in peers:
            peer.close()
        resource.prlimit(server.pid, resource.RLIMIT_NOFILE, old)
        self.assertEqual(self.executions(), 2)
        self.shelduck("db", "check")
        self.assertIsNone(server.poll())

    def test_an_engine_that_cannot_write_is_opened_again_and_loses_nothing(self):
        for _ in range(3):
            self.record("apt")
        server = self.serve()
        self.assertEqual(self.executions(), 3)
        old = self.limit(server, resource.RLIMIT_FSIZE, 64)
        self.record("apt")
        answer = self.status("/api/history/stats")
        self.assertNotEqual(answer, 200, "an answer without the newest record is none")
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, old)
        self.wait_for(lambda: self.status("/api/history/stats") == 200)
        self.wait_for(lambda: any("is opened again" in line for line in self.log))
        self.assertEqual(self.executions(), 4)
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(timeout=60), 0)
        self.shelduck("db", "check")

    def test_readiness_knows_a_journal_that_cannot_be_written(self):
        server = self.serve()
        self.assertEqual(self.ask("/readyz?for=write"), {"ready": True, "writes": True})
        old = self.limit(server, resource.RLIMIT_FSIZE, 64)
        self.assertEqual(self.put_run(), 507)
        self.assertEqual(self.status("/readyz?for=write"), 503)
        self.assertEqual(self.status("/healthz"), 200)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, old)
        self.wait_for(lambda: self.status("/readyz?for=write") == 200)  # it tries by itself
        self.assertEqual(self.ask("/readyz"), {"ready": True, "writes": True})
        self.assertEqual(self.put_run(), 201)

    def put_run(self):
        answer = self.said(put("Content-Length: 2", "Connection: close", body=b"{}"))
        return int(answer[9:12])

    def status(self, target):
        try:
            peer = self.connect()
            peer.sendall(head("Connection: close", request=f"GET {target} HTTP/1.1"))
            said = self.heard(peer)
            return int(said[9:12]) if said else 0
        except ConnectionRefusedError:
            return 0


class Losses:
    """What a disk that stalls, or a processor that is somebody else's, takes from everybody meanwhile."""

    ORDINARY = 0.1  # a pause and a sync, as they may always be

    def __init__(self, folder):
        self.file = folder / "losses"
        self.is_over = threading.Event()
        self.seconds = 0
        self.thread = threading.Thread(target=self.count)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.is_over.set()
        self.thread.join()

    def count(self):
        with open(self.file, "wb", buffering=0) as file:
            while not self.is_over.is_set():
                begin = time.monotonic()
                file.write(b".")
                os.fsync(file.fileno())
                time.sleep(0.01)
                self.seconds += max(0, time.monotonic() - begin - self.ORDINARY)


class Ends(BadDays):
    """The end comes while clients ask and others record."""

    def load(self):
        """Threads that ask and that record until told; `recorded` counts what was acknowledged."""
        self.recorded = 0
        self.is_over = threading.Event()
        self.runs = []  # that were acknowledged over HTTP
        threads = [threading.Thread(target=self.ask_on) for _ in range(4)]
        threads.append(threading.Thread(target=self.record_on))
        threads += [threading.Thread(target=self.put_on) for _ in range(4)]
        for thread in threads:
            thread.start()
        return threads

    def ask_on(self):
        while not self.is_over.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=60) as peer:
                    for _ in range(50):
                        peer.sendall(head(request="GET /api/history/stats HTTP/1.1"))
                        if not peer.recv(65536):
                            break
            except OSError:
                time.sleep(0.01)

    def record_on(self):
        while not self.is_over.is_set():
            with self.start("exec", "--plugin", "apt", "--require-record", "--", "true") as process:
                process.communicate(timeout=60)
            self.recorded += process.returncode == 0

    def put_on(self):
        """A client that says each thing until it is told an outcome, as one should."""
        while not self.is_over.is_set():
            run = new_id()
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
                for _ in range(100):
                    connection.request("PUT", f"/api/history/runs/{run}", b"{}", JSON)
                    answer = connection.getresponse()
                    answer.read()
                    if answer.status in (200, 201):
                        self.runs.append(run)
                        run = new_id()
                connection.close()
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)

    def end_under_load(self, *numbers):
        server = self.serve()
        threads = self.load()
        try:
            self.wait_for(lambda: self.recorded >= 10 and len(self.runs) >= 50)
            with Losses(self.folder) as self.losses:
                for number in numbers:
                    server.send_signal(number)
                server.wait(timeout=60)
        finally:
            self.is_over.set()
            for thread in threads:
                thread.join()
        plugins = self.shelduck("history", "stats", "--json").document["plugins"]
        self.assertEqual([row["executions"] for row in plugins], [self.recorded], "every one, once")
        rows = self.shelduck("history", "export").out
        self.assertEqual([run for run in self.runs if rows.count(run) != 1], [], "every run, once")
        self.shelduck("db", "check")
        return server.returncode

    def test_sigterm_under_load_ends_in_order_within_ten_seconds(self):
        self.assertEqual(self.end_under_load(signal.SIGTERM), 0)
        self.wait_for(lambda: any(" event=stopped " in line for line in self.log))
        seconds = (self.moment_of("stopped") - self.moment_of("stopping")).total_seconds()
        self.assertLess(seconds - self.losses.seconds, 10, f"of which the machine took {self.losses.seconds:.1f} s")

    def moment_of(self, event):
        """By the server's clock."""
        [at] = [line.split()[0] for line in self.log if f" event={event} " in line]
        return datetime.datetime.fromisoformat(at.removeprefix("at=").replace("Z", "+00:00"))

    def test_a_second_sigterm_ends_at_once(self):
        self.assertIn(self.end_under_load(signal.SIGTERM, signal.SIGTERM), (0, 130))

    def test_sigkill_under_load_loses_nothing_and_doubles_nothing(self):
        self.assertEqual(self.end_under_load(signal.SIGKILL), -signal.SIGKILL)


if __name__ == "__main__":
    command_line.main()
