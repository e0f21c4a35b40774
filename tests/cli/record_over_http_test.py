#!/usr/bin/env python3
"""Recording over HTTP: every verdict, what is acknowledged, what a server that dies leaves."""

import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import threading
import time
import uuid

import command_line
from serve_test import Served

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples/record_over_http"
JSON = {"Content-Type": "application/json"}
CLIENTS = 64


def new_id():
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    number = number & ~(0xF << 76) | (7 << 76)
    return str(uuid.UUID(int=number & ~(3 << 62) | (2 << 62)))


class Recording(Served):
    def put(self, kind, key, body, status=201, **more):
        return self.ask(f"/api/history/{kind}/{key}", "PUT", {**JSON, **more}, json.dumps(body), status)

    def patch(self, kind, key, body, status=200):
        return self.ask(f"/api/history/{kind}/{key}", "PATCH", JSON, json.dumps(body), status)

    def begun(self, plugin="apt"):
        """A run and an execution that go on."""
        run, execution = new_id(), new_id()
        self.put("runs", run, {"hostname": "pi"})
        self.put("executions", execution, {"run_id": run, "plugin_name": plugin})
        return run, execution

    def recorded(self, plugin="apt"):
        """The same, ended."""
        run, execution = self.begun(plugin)
        self.patch("executions", execution, {"status": "success"})
        self.patch("runs", run, {"status": "success"})
        return run, execution


class Verdicts(Recording):
    def test_new_same_and_other(self):
        self.serve()
        run, execution, step, estimate = new_id(), new_id(), new_id(), new_id()
        said = [("runs", run, {"hostname": "pi"}, {"hostname": "other"}),
                ("executions", execution, {"run_id": run, "plugin_name": "apt"},
                 {"run_id": run, "plugin_name": "snap"}),
                ("steps", step, {"execution_id": execution, "step_name": "get"},
                 {"execution_id": execution, "step_name": "put"}),
                ("estimates", estimate, {"execution_id": execution, "wall_seconds_est": 5},
                 {"execution_id": execution, "wall_seconds_est": 6})]
        for kind, key, body, other in said:
            with self.subTest(kind=kind):
                self.assertEqual(self.put(kind, key, body), {"id": key, "outcome": "new"})
                self.assertEqual(self.put(kind, key, body, 200), {"id": key, "outcome": "same"})
                changed = list(other)[-1]
                problem = self.put(kind, key, other, 409)
                self.assertEqual(problem["errors"][0]["field"], changed, problem)
        ends = [("steps", step, {"cpu_user_seconds": 0.5, "end_time": "2100-01-01T00:00:00Z"},
                 {"cpu_user_seconds": 0.6, "end_time": "2100-01-01T00:00:00Z"}),
                ("executions", execution, {"status": "failed", "exit_code": 3}, {"status": "success"}),
                ("runs", run, {"status": "failed"}, {"status": "success"})]
        for kind, key, body, other in ends:
            with self.subTest(kind=kind):
                self.assertEqual(self.patch(kind, key, body), {"id": key, "outcome": "new"})
                self.assertEqual(self.patch(kind, key, body), {"id": key, "outcome": "same"})
                self.patch(kind, key, other, 409)
                # The repeat of a PUT is compared with what the PUT brought.
                self.put(*next(one for one in said if one[1] == key)[:3], 200)
        shown = self.ask(f"/api/history/runs/{run}")
        self.assertEqual((shown["status"], shown["hostname"]), ("failed", "pi"))
        [shown] = shown["executions"]
        self.assertEqual((shown["exit_code"], shown["origin"]), (3, "http"))
        self.assertEqual(shown["steps"][0]["cpu_user_seconds"], 0.5)
        self.assertEqual(len(shown["estimates"]), 1)
        self.shelduck("db", "check", "--deep")

    def test_parents_must_be_known_and_may_be_recorded_by_others(self):
        self.serve()
        unknown = new_id()
        problem = self.put("executions", new_id(), {"run_id": unknown, "plugin_name": "apt"}, 422)
        self.assertEqual(problem["errors"][0],
                         {"field": "run_id", "value": unknown, "rule": "the id of a recorded run"})
        self.put("steps", new_id(), {"execution_id": unknown, "step_name": "get"}, 422)
        for kind in ("runs", "executions"):
            self.patch(kind, unknown, {"status": "success"}, 404)
        self.patch("steps", unknown, {}, 404)
        run = self.shelduck("run", "start").out.strip()
        self.put("executions", new_id(), {"run_id": run, "plugin_name": "apt"})
        self.patch("runs", run, {"status": "success"})

    def test_ids_are_the_clients_own_of_version_7(self):
        self.serve()
        for key in ("1", str(uuid.uuid4()), "00000000-0000-0000-0000-000000000000", new_id() + "0"):
            problem = self.put("runs", key, {}, 400)
            self.assertEqual(problem["errors"][0]["field"], "id")
        self.put("runs", new_id().upper(), {})

    def test_bodies_are_taken_strictly(self):
        self.serve()
        run = new_id()
        path = f"/api/history/runs/{run}"
        for body, status, field in [
                ("", 400, "body"), ("{", 400, "body"), ("[]", 400, "body"), ("null", 400, "body"),
                ('{"a": 1} x', 400, "body"), (b'{"hostname": "\xff"}', 400, "body"),
                ('{"source": "a", "source": "a"}', 400, "source"),
                ('{"x": ' + "[" * 100_000, 400, "body"), ('{"utc_offset_minutes": NaN}', 400, "body"),
                ('{"utc_offset_minutes": 1e999}', 400, "body"),
                ('{"status": "success"}', 422, "status"), ('{"hostname": 5}', 422, "hostname"),
                ('{"hostname": "\\ud800"}', 400, "body"), ('{"hostname": "a\\u0000b"}', 422, "hostname"),
                ('{"utc_offset_minutes": 1.5}', 422, "utc_offset_minutes"),
                ('{"utc_offset_minutes": 5000}', 422, "utc_offset_minutes"),
                ('{"start_time": "2026-05-01"}', 422, "start_time"),
                ('{"hostname": "' + "x" * 70_000 + '"}', 422, "hostname")]:
            with self.subTest(body=body[:40]):
                problem = self.ask(path, "PUT", JSON, body, status)
                self.assertEqual(problem["status"], status)
                self.assertEqual(problem["errors"][0]["field"], field)
        self.ask(path, status=404)  # nothing half done
        for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "application/jsonx"}):
            self.ask(path, "PUT", kind, "{}", 415)
        self.ask(path, "PUT", {"Content-Type": "Application/JSON; charset=utf-8"}, "{}", 201)
        execution = new_id()
        self.put("executions", execution, {"run_id": run, "plugin_name": "apt", "start_time": "2026-05-01T00:00:00Z"})
        for body, field in [({}, "status"), ({"status": "running"}, "status"),
                            ({"status": "success", "end_time": "2026-04-30T00:00:00Z"}, "end_time")]:
            self.assertEqual(self.patch("executions", execution, body, 422)["errors"][0]["field"], field)

    def test_writing_needs_its_scope(self):
        tokens = self.folder / "tokens"
        made = {scope: self.shelduck("token", "add", scope, "--scope", scope, "--token-file", tokens, "--json")
                .document["token"] for scope in ("read", "write")}
        self.serve("--token-file", tokens)
        run = new_id()
        self.put("runs", run, {}, 401)
        self.put("runs", run, {}, 403, Authorization="Bearer " + made["read"])
        self.put("runs", run, {}, 201, Authorization="Bearer " + made["write"])

    def test_the_documentation_tells_what_is_taken(self):
        self.serve()
        paths = self.ask("/openapi.json")["paths"]
        for kind in ("runs", "executions", "steps", "estimates"):
            put = paths[f"/api/history/{kind}/{{id}}"]["put"]
            body = put["requestBody"]["content"]["application/json"]
            self.assertLessEqual(set(body["example"]), set(body["schema"]["properties"]))
            self.assertLessEqual({"200", "201", "default"}, set(put["responses"]))
        self.assertEqual(set(paths["/api/history/runs/{id}"]), {"get", "put", "patch"})


class Acknowledged(Recording):
    def test_what_was_acknowledged_is_in_the_next_answer(self):
        self.serve()
        for count in range(1, 11):
            run, _ = self.recorded()
            self.assertEqual(self.ask("/api/history/stats")["plugins"][0]["success"], count)
            self.assertEqual(self.ask(f"/api/history/runs/{run}")["status"], "success")

    def test_sixty_four_clients_lose_nothing_when_the_server_is_killed(self):
        server = self.serve()
        acknowledged, is_over = [], threading.Event()

        def record():
            while not is_over.is_set():
                run = new_id()
                try:
                    self.put("runs", run, {"hostname": run})
                except (OSError, AssertionError):
                    return  # the server is gone: nothing is promised
                except Exception:  # what http.client makes of half an answer
                    return
                acknowledged.append(run)

        clients = [threading.Thread(target=record) for _ in range(CLIENTS)]
        for client in clients:
            client.start()
        self.wait_for(lambda: len(acknowledged) > 3 * CLIENTS)
        server.kill()
        is_over.set()
        for client in clients:
            client.join()
        server.wait()
        self.serve()
        self.assertEqual(len(set(acknowledged)), len(acknowledged))
        for run in acknowledged[:: max(len(acknowledged) // 50, 1)]:
            self.put("runs", run, {"hostname": run}, 200)
        rows, cursor = [], ""
        while cursor is not None:
            page = self.ask(f"/api/history/runs?limit=1000{cursor and '&cursor=' + cursor}")
            rows += [row["run_id"] for row in page["runs"]]
            cursor = page["next"]
        self.assertEqual(len(rows), len(set(rows)))
        self.assertLessEqual(set(acknowledged), set(rows))

    def test_a_restart_of_the_server_interrupts_nothing(self):
        server = self.serve()
        run, execution = self.begun()
        server.kill()
        server.wait()
        self.serve()
        shown = self.ask(f"/api/history/runs/{run}")
        self.assertEqual((shown["status"], shown["executions"][0]["status"]), ("running", "running"))
        self.put("runs", run, {"hostname": "pi"}, 200)
        self.patch("executions", execution, {"status": "success"})
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["executions"][0]["status"], "success")

    def test_what_was_recorded_is_made_again_from_the_journal(self):
        server = self.serve()
        run, execution = self.begun()
        step, end = new_id(), {"cpu_user_seconds": 0.5, "quality": {"cpu_user_seconds": "wait4"}}
        self.put("steps", step, {"execution_id": execution, "step_name": "get"})
        self.patch("steps", step, end)
        self.patch("executions", execution, {"status": "success"})
        self.put("steps", step, {"execution_id": execution, "step_name": "get"}, 200)
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["executions"][0]["steps"][0]["cpu_user_seconds"], 0.5)
        server.kill()
        server.wait()
        exported = self.shelduck("history", "export", "--format", "json").out
        self.shelduck("db", "rebuild", "--yes")
        self.assertEqual(self.shelduck("history", "export", "--format", "json").out, exported)
        self.shelduck("db", "check", "--deep")

    def test_the_end_of_a_run_interrupts_what_it_left_open(self):
        self.serve()
        run, execution = self.begun()
        self.patch("runs", run, {"status": "success"})
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["executions"][0]["status"], "interrupted")
        self.patch("executions", execution, {"status": "success"})
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["executions"][0]["status"], "success")

    def test_below_the_disk_floor_ends_are_taken_and_reading_goes_on(self):
        server = self.serve()
        run, execution = self.begun()
        step = new_id()
        self.put("steps", step, {"execution_id": execution, "step_name": "get"})
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        self.serve("--disk-floor", "1000TB")
        self.put("runs", new_id(), {}, 507)
        self.put("runs", run, {"hostname": "pi"}, 200)
        self.patch("steps", step, {})
        self.patch("executions", execution, {"status": "success"})
        self.patch("runs", run, {"status": "success"})
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["status"], "success")

    def test_recording_waits_for_who_has_the_database_alone(self):
        self.serve()
        run, _ = self.recorded()
        is_over = threading.Event()
        failures = []

        def record():
            while not is_over.is_set():
                try:
                    self.put("runs", new_id(), {})
                except AssertionError as error:
                    failures.append(str(error))

        client = threading.Thread(target=record)
        client.start()
        self.shelduck("db", "check")
        self.shelduck("history", "prune", "--older-than", "400d", "--yes")
        is_over.set()
        client.join()
        self.assertEqual([text for text in failures if "Retry" not in text and "503" not in text], [])
        self.assertEqual(self.ask(f"/api/history/runs/{run}")["status"], "success")


class Predictions(Recording):
    def predict(self, body, status=200, **more):
        return self.ask("/api/history/predictions", "POST", {**JSON, **more}, json.dumps(body), status)

    def ids(self, prediction):
        return [target["forecast_id"] for plugin in prediction["plugins"] for target in plugin["targets"].values()
                if "forecast_id" in target]

    def test_a_forecast_is_what_predict_says_and_is_stored_once(self):
        for _ in range(6):
            self.record("backup", "sleep", "0.01")
        self.serve()
        first = self.predict({"plugins": ["backup"], "level": 80})
        self.assertTrue(first["stored"])
        self.assertGreaterEqual(len(self.ids(first)), 1)
        again = self.predict({"plugins": ["backup"], "level": 0.8})
        self.assertEqual(self.ids(again), self.ids(first))
        self.assertTrue(again["stored"])
        said = self.shelduck("predict", "backup", "--level", "80", "--json").document
        self.assertEqual(set(said) | {"stored"}, set(first))
        self.assertEqual((said["level"], said["plan"]), (first["level"], first["plan"]))
        other = self.predict({"plugins": ["backup"], "level": 80, "plan": {"waves": [["backup"]]}})
        self.assertRegex(other["plan"], "^plan [0-9a-f-]{36}$")
        self.record("backup", "sleep", "0.01")
        rows = self.ask("/api/history/calibration")["rows"]
        [scored] = [row for row in rows if row["target"] == "wall_clock_seconds" and row["level"] == 80]
        self.assertEqual(scored["forecasts"], 1)

    def test_who_may_not_write_is_answered_and_nothing_is_stored(self):
        for _ in range(5):
            self.record("backup")
        tokens = self.folder / "tokens"
        made = {scope: self.shelduck("token", "add", scope, "--scope", scope, "--token-file", tokens, "--json")
                .document["token"] for scope in ("read", "write")}
        server = self.serve("--token-file", tokens)
        self.predict({}, 401)
        self.assertIs(self.predict({}, Authorization="Bearer " + made["read"])["stored"], False)
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        self.serve("--disk-floor", "1000TB")
        below = self.predict({})
        self.assertIs(below["stored"], False)
        self.assertGreaterEqual(len(self.ids(below)), 1, "it is shown all the same")

    def test_wrong_questions_name_the_member(self):
        self.serve()
        self.record("backup")
        for body, status, field in [({"plugin": "a"}, 422, "plugin"), ({"level": 0}, 422, "level"),
                                    ({"phase": "NOW"}, 422, "phase"), ({"plan": {"wave": []}}, 422, "member")]:
            self.assertEqual(self.predict(body, status)["errors"][0]["field"], field)
        self.ask("/api/history/predictions", "POST", JSON, "{", 400)
        self.ask("/api/history/predictions", "POST", {}, "{}", 415)
        self.predict({"plugins": ["unknown"]}, 404)


class Examples(Recording):
    def example(self, *words):
        environment = {"PATH": os.environ["PATH"], "SHELDUCK_URL": f"http://127.0.0.1:{self.port}"}
        done = subprocess.run([*words], env=environment, text=True, capture_output=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_both_clients_record_a_run_and_ask_for_the_rest(self):
        self.serve()
        said = self.example(sys.executable, EXAMPLES / "record.py")
        self.assertIn("prepare done; left: not known yet", said)
        self.assertRegex(said, "recorded [0-9a-f-]{36}: success, 2 steps")
        answers = [json.loads(line) for line in self.example("sh", EXAMPLES / "record.sh").splitlines()]
        self.assertEqual([answer.get("outcome") for answer in answers],
                         ["new", "new", "new", None, "new", "new", "new", None])
        self.assertEqual(answers[3]["remaining"], {"not_enough": {"have": 1, "need": 5}})
        self.assertEqual(answers[-1]["executions"][0]["steps"][0]["download_size_bytes"], 4096)


if __name__ == "__main__":
    command_line.main()
