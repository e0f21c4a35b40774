#!/usr/bin/env python3
"""What the reading side of a server owes to the version of its rows: tags, kept answers, streams of events."""

import gzip
import http.client
import json
import signal
import threading

import command_line
from serve_test import Served


class Stream:
    """One client of /api/stream; events as (type, id, data)."""

    def __init__(self, port, target="/api/stream", headers=None, method="GET"):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.request(method, target, headers=headers or {})
        self.answer = self.connection.getresponse()
        self.id = None

    def close(self):
        # The answer holds the socket too.
        self.answer.close()
        self.connection.close()

    def next(self):
        """The next event; None at the end of the stream. Blocks without an event only move the id."""
        event = {}
        while line := self.answer.readline():
            line = line.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(":")
                event[name] = value.removeprefix(" ")
                continue
            self.id = event.get("id", self.id)
            if "data" in event:
                return event.get("event", "message"), self.id, json.loads(event["data"])
            if event:
                event = {}
                if self.wants_position:
                    return None
        return None

    wants_position = False

    def position(self):
        """Reads until the stream has said where the counter stands."""
        self.wants_position = True
        while self.id is None:
            assert self.next() is None
        self.wants_position = False
        return self.id


class Streams(Served):
    def stream(self, *words, **more):
        stream = Stream(self.port, *words, **more)
        self.addCleanup(stream.close)
        return stream

    def test_what_another_process_records_is_told_and_then_there(self):
        self.serve()
        stream = self.stream()
        self.assertEqual(stream.answer.status, 200)
        self.assertEqual(stream.answer.headers["Content-Type"], "text/event-stream")
        position = stream.position()
        self.record("apt")
        seen = []
        while not seen or seen[-1][2]["change"] != "ended":
            seen.append(stream.next())
        self.assertEqual([kind for kind, _, _ in seen], ["execution"] * len(seen))
        data = seen[-1][2]
        self.assertEqual((data["plugin_name"], data["status"]), ("apt", "success"))
        run = self.ask(f"/api/history/runs/{data['run_id']}")
        self.assertEqual(run["executions"][0]["execution_id"], data["execution_id"])
        self.assertEqual(seen[0][2]["change"], "started")
        counts = [int(id.removeprefix("history:")) for _, id, _ in seen]
        self.assertEqual(counts, sorted(set(counts)))
        self.assertGreater(counts[0], int(position.removeprefix("history:")))

    def test_forecasts_and_their_scores_are_told(self):
        for _ in range(6):
            self.record("apt")
        self.serve()
        stream = self.stream("/api/stream?types=forecast,score")
        stream.position()
        self.shelduck("predict", "apt", "--json")
        kind, _, forecast = stream.next()
        self.assertEqual(kind, "forecast")
        self.assertEqual((forecast["plugin_name"], forecast["level"], forecast["n"]), ("apt", 90, 6))
        self.record("apt")
        while kind != "score":
            kind, _, score = stream.next()
        self.assertIsNotNone(score["actual"])

    def test_a_killed_recorder_is_told_as_interrupted(self):
        self.serve()
        stream = self.stream("/api/stream?types=execution")
        stream.position()
        recorder = self.start("exec", "--plugin", "apt", "--", "sleep", "600")
        self.addCleanup(self.end, recorder)
        self.assertEqual(stream.next()[2]["change"], "started")
        recorder.kill()
        self.assertEqual(stream.next()[2]["change"], "interrupted")

    def test_a_client_comes_back_also_after_a_restart(self):
        server = self.serve()
        stream = self.stream()
        stream.position()
        self.record("apt")
        while stream.next()[2]["change"] != "ended":
            pass
        # Its run's end may follow; the id is that of the last event.
        seen = stream.id
        server.send_signal(signal.SIGTERM)
        self.assertEqual(stream.next()[0], "bye")
        self.assertIsNone(stream.next())
        self.assertEqual(server.wait(timeout=60), 0)
        self.serve()
        now = self.stream().position()
        back = self.stream(headers={"Last-Event-ID": now})
        self.record("snap")
        self.assertEqual(back.next()[2]["plugin_name"], "snap")
        again = self.stream(headers={"Last-Event-ID": now})
        self.assertEqual(again.next()[2]["plugin_name"], "snap")
        for lost in ("history:999999", "nonsense", "", "history:0"):
            kind, id, data = self.stream(headers={"Last-Event-ID": lost}).next()
            self.assertEqual((kind, data), ("reset", {"id": id}), lost)
        self.assertRegex(seen, r"^history:\d+$")

    def test_64_streams_and_no_more(self):
        self.serve()
        streams = [self.stream() for _ in range(64)]
        self.assertEqual([stream.answer.status for stream in streams], [200] * 64)
        self.ask("/api/stream", status=503)
        self.ask("/api/history/runs")
        streams.pop().close()
        self.wait_for(lambda: self.stream().answer.status == 200)

    def test_a_ticket_opens_one_stream(self):
        tokens = self.folder / "tokens"
        token = self.shelduck("token", "add", "page", "--scope", "read", "--token-file", tokens,
                              "--json").document["token"]
        self.serve("--token-file", tokens)
        self.ask("/api/stream", status=401)
        self.ask("/api/stream/tickets", "POST", status=401)
        credentials = {"Authorization": f"Bearer {token}"}
        answer = self.ask("/api/stream/tickets", "POST", credentials, status=201)
        self.assertEqual(answer["valid_seconds"], 60)
        target = f"/api/stream?types=execution&ticket={answer['ticket']}"
        self.ask(f"/api/history/runs?ticket={answer['ticket']}", status=401)
        self.assertEqual(self.stream(target).answer.status, 200)
        self.ask(target, status=401)
        self.ask("/api/stream?ticket=made-up", headers=credentials, status=401)
        self.assertEqual(self.stream(headers=credentials).answer.status, 200)

    def test_wrong_wishes_are_named(self):
        self.serve()
        problem = self.ask("/api/stream?types=execution,reading", status=400)
        self.assertEqual(problem["errors"][0]["field"], "types")
        problem = self.ask("/api/stream?since=1", status=400)
        self.assertEqual(problem["errors"][0]["field"], "since")
        self.assertEqual(self.stream(method="HEAD").answer.read(), b"")


class Tags(Served):
    def asked(self, target, tag=None, **headers):
        """(status, tag, body)"""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            if tag:
                headers["If-None-Match"] = tag
            connection.request(headers.pop("method", "GET"), target, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            return answer.status, answer.headers.get("ETag"), body
        finally:
            connection.close()

    def test_a_tag_holds_until_another_process_records(self):
        self.record("apt")
        self.serve()
        for target in ("/api/history/stats", "/api/history/runs?limit=5", "/api/history/series?plugin=apt",
                       "/api/history/trend?plugin=apt", "/api/history/calibration", "/api/history/accuracy"):
            status, tag, body = self.asked(target)
            self.assertEqual(status, 200)
            self.assertTrue(tag.startswith('W/"'), target)
            self.assertEqual(self.asked(target), (200, tag, body), target)
            self.assertEqual(self.asked(target, tag), (304, tag, b""))
            self.assertEqual(self.asked(target, tag.removeprefix("W/"))[0], 304)
            self.assertEqual(self.asked(target, tag, method="HEAD"), (304, tag, b""))
            self.assertEqual(self.asked(target, '"other"')[0], 200)
        for _ in range(20):
            _, tag, body = self.asked("/api/history/runs")
            self.record("apt")
            status, newer, now = self.asked("/api/history/runs", tag)
            self.assertEqual(status, 200)
            self.assertNotEqual(newer, tag)
            self.assertEqual(len(json.loads(now)["runs"]), len(json.loads(body)["runs"]) + 1)

    def test_tags_survive_a_restart_and_not_another_database(self):
        self.record("apt")
        server = self.serve()
        _, tag, _ = self.asked("/api/history/runs")
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        server = self.serve()
        self.assertEqual(self.asked("/api/history/runs", tag)[0], 304)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        self.shelduck("db", "rebuild", "--yes")
        self.serve()
        self.assertEqual(self.asked("/api/history/runs", tag)[0], 200)

    def test_what_depends_on_the_moment_has_no_tag(self):
        self.record("apt")
        self.serve()
        for target in ("/api/history/daily", "/api/history/remaining?plugin=apt&elapsed=1"):
            status, tag, _ = self.asked(target)
            self.assertEqual((status, tag), (200, None), target)

    def test_kept_answers_come_in_both_codings(self):
        for _ in range(12):
            self.record("apt")
        self.serve()
        plain = self.asked("/api/history/runs")
        self.assertGreater(len(plain[2]), 1024)
        for _ in range(2):
            self.assertEqual(self.asked("/api/history/runs", **{"Accept-Encoding": "gzip"}), plain)
            self.assertEqual(self.asked("/api/history/runs"), plain)

    def test_many_clients_never_read_what_is_old(self):
        self.record("apt")
        self.serve()
        stale = []
        stop = threading.Event()

        def read():
            while not stop.is_set():
                self.asked("/api/history/runs?limit=500")

        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for count in range(2, 30):
            self.record("apt")
            runs = json.loads(self.asked("/api/history/runs?limit=500")[2])["runs"]
            if len(runs) != count:
                stale.append((count, len(runs)))
        stop.set()
        for reader in readers:
            reader.join()
        self.assertEqual(stale, [])


class Pages(Served):
    def test_pages_follow_one_another_whatever_is_recorded_between(self):
        for _ in range(5):
            self.record("apt")
        self.serve()
        seen = []
        target = "/api/history/runs?limit=2"
        while target:
            page = self.ask(target)
            seen += [run["run_id"] for run in page["runs"]]
            self.record("snap")
            target = f"/api/history/runs?limit=2&next={page['next']}" if page["next"] else None
        self.assertEqual(len(seen), 5)
        self.assertEqual(len(set(seen)), 5)
        problem = self.ask("/api/history/runs?next=nonsense", status=400)
        self.assertEqual(problem["errors"][0]["field"], "next")


if __name__ == "__main__":
    command_line.main()
