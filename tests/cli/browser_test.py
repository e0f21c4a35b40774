#!/usr/bin/env python3
"""Pages of other sites, in a real browser: an open server on loopback obeys those alone whose origin it was told."""

import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading

import command_line
from serve_test import Served

NOT_HERE = 77  # what ctest takes as skipped
BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
         "--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0")
RUN = "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"

# What a hostile page can try without asking anybody, and what needs a preflight; each ends in a word.
PAGE = """<!doctype html><title>a page</title><script>
const server = location.hash.slice(1);
const tried = {};
async function attempt(name, path, options) {
  try {
    const answer = await fetch(server + path, options);
    tried[name] = answer.type === "opaque" ? "opaque" : answer.status + " " + (await answer.text()).slice(0, 40);
  } catch (failure) {
    tried[name] = "refused";
  }
}
function listen(name, path) {
  return new Promise((resolve) => {
    const source = new EventSource(server + path);
    const end = (word) => () => { tried[name] = word; source.close(); resolve(); };
    source.onopen = end("open");
    source.onerror = end("refused");
  });
}
function image(name, path) {
  return new Promise((resolve) => {
    const picture = new Image();
    const end = () => { tried[name] = "asked"; resolve(); };
    picture.onload = end;
    picture.onerror = end;
    picture.src = server + path;
  });
}
(async () => {
  await attempt("read", "/api/history/stats", {});
  await attempt("simple read", "/api/history/stats", {mode: "no-cors"});
  await attempt("simple write", "/api/history/predictions", {method: "POST", mode: "no-cors", body: "{}"});
  await attempt("write", "/api/history/runs/RUN", {method: "PUT", headers: {"content-type": "application/json"}, body: "{}"});
  await attempt("token", "/api/history/stats", {headers: {"authorization": "Bearer x"}});
  await listen("stream", "/api/stream");
  await image("image", "/api/history/stats?days=7");
  await fetch("/report", {method: "POST", body: JSON.stringify(tried)});
})();
</script>""".replace("RUN", RUN)

# A page that shows readings as they come, and sends one as soon as it listens.
READINGS_PAGE = """<!doctype html><title>readings</title><script>
const server = location.hash.slice(1);
const source = new EventSource(server + "/api/stream?types=reading&node_address=42");
source.addEventListener("reading", (event) => {
  source.close();
  fetch("/report", {method: "POST", body: JSON.stringify({id: event.lastEventId, reading: JSON.parse(event.data)})});
});
source.onopen = () => fetch(server + "/api/sensor-data", {
  method: "POST", headers: {"content-type": "application/json"},
  body: JSON.stringify([7, 42].map((node) => ({node_address: node, timestamp: 5, temperature_raw: -25, humidity_raw: 0})))});
source.onerror = () => fetch("/report", {method: "POST", body: JSON.stringify({id: "refused"})});
</script>"""


class Site(http.server.BaseHTTPRequestHandler):
    """A site of its own: one page, which reports what it could do."""

    def do_GET(self):
        self.answer(self.server.page.encode(), "text/html")

    def do_POST(self):
        self.server.reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(b"", "text/plain")

    def answer(self, body, content_type):
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class Browser(Served):
    def setUp(self):
        super().setUp()
        self.site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
        self.site.reports = queue.Queue()
        self.site.page = PAGE
        threading.Thread(target=self.site.serve_forever, daemon=True).start()
        self.addCleanup(self.site.server_close)
        self.addCleanup(self.site.shutdown)

    def tried(self, site, server="127.0.0.1"):
        """What the page of that site could do with the server; the browser has no past."""
        url = f"http://{site}:{self.site.server_port}/#http://{server}:{self.port}"
        with open(self.folder / "browser.log", "wb") as log:
            browser = subprocess.Popen(
                [BROWSER, *FLAGS, f"--user-data-dir={self.folder / 'profile'}", url], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, env={**self.environment, "HOME": str(self.folder)}, start_new_session=True)
        try:
            return self.site.reports.get(timeout=60)
        except queue.Empty:
            self.fail((self.folder / "browser.log").read_text(errors="replace"))
        finally:
            os.killpg(browser.pid, signal.SIGKILL)
            browser.wait(timeout=60)

    def assert_nothing_was_done(self, tried):
        self.assertEqual(tried, {"read": "refused", "simple read": "opaque", "simple write": "opaque", "write": "refused",
                                 "token": "refused", "stream": "refused", "image": "asked"})
        def requests():
            return [line for line in list(self.log) if "method=" in line]

        self.wait_for(lambda: len(requests()) >= 7)  # the browser did ask; lines come when they come
        for line in requests():
            self.assertIn(" status=403 ", line)

    def test_a_page_of_another_site_can_do_nothing(self):
        self.record("apt")
        self.serve()
        self.assert_nothing_was_done(self.tried("localhost"))

    def test_a_page_of_another_port_of_the_same_machine_can_do_nothing(self):
        """To the browser that is the same site; it names its Origin with all but plain reads that the page may not see."""
        self.record("apt")
        self.serve()
        tried = self.tried("127.0.0.1")
        for name in ("read", "write", "token", "stream"):
            self.assertEqual(tried[name], "refused", name)
        self.assertEqual(tried["simple write"], "opaque")
        done = [line for line in self.log if "status=2" in line]
        self.assertFalse([line for line in done if "method=GET" not in line], "nothing was written")

    def test_a_page_whose_origin_is_named_may_read(self):
        self.record("apt")
        self.serve("--origin", f"http://localhost:{self.site.server_port}")
        tried = self.tried("localhost")
        self.assertTrue(tried["read"].startswith('200 {"days":'), tried)

    def test_a_page_whose_origin_is_named_sends_a_reading_and_sees_it_come(self):
        self.site.page = READINGS_PAGE
        self.serve("--sensors", self.folder / "sensors.duckdb", "--origin", f"http://localhost:{self.site.server_port}")
        seen = self.tried("localhost")
        self.assertRegex(seen["id"], "sensors:[1-9]", seen)
        self.assertEqual({name: value for name, value in seen["reading"].items() if name != "received_at"},
                         {"node_address": 42, "timestamp": 5, "temperature_raw": -25, "temperature_celsius": -0.25,
                          "humidity_raw": 0, "humidity_percent": 0, "flags": 0})

    def test_a_page_that_shows_readings_is_refused_where_its_origin_is_not_named(self):
        self.site.page = READINGS_PAGE
        self.serve("--sensors", self.folder / "sensors.duckdb")
        self.assertEqual(self.tried("localhost"), {"id": "refused"})


if __name__ == "__main__":
    if not BROWSER:
        print("no chromium-headless-shell or chromium here: `scripts/setup --check` installs one")
        sys.exit(1 if os.environ.get("SHELDUCK_CHECK") else NOT_HERE)
    command_line.main()
