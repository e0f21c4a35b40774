#!/usr/bin/env python3
"""The units of the service manager, judged by its own program.

    tests/packaging_test.py BUILD_FOLDER
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOT_HERE = 77  # what ctest takes as skipped
EXPOSURE_MAX = 20  # tenths; the manager itself calls 20 "OK"
BUILD = pathlib.Path()


def analyze(*words, folder):
    done = subprocess.run(["systemd-analyze", *map(str, words)], capture_output=True, text=True, check=False,
                          env={**os.environ, "XDG_RUNTIME_DIR": str(folder)})
    return done.returncode, done.stdout + done.stderr


class Units(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shelduck-units-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def unit(self, name, change=("", "")):
        text = (ROOT / "packaging" / name).read_text(encoding="utf-8")
        place = self.folder / "shelduck.service"
        place.write_text(text.replace("@CMAKE_INSTALL_PREFIX@", str(BUILD)).replace(*change), encoding="utf-8")
        return place

    def test_all_are_right(self):
        for name, words in (("shelduck.service", []), ("shelduck-sensors.service", []),
                            ("shelduck-user.service", ["--user"])):
            code, said = analyze(*words, "--man=no", "verify", self.unit(name), folder=self.folder)
            self.assertEqual((code, said), (0, ""), name)

    def test_a_wrong_word_would_be_found(self):
        wrong = self.unit("shelduck.service", ("ProtectSystem=strict", "ProtectSystem=strictly"))
        self.assertIn("protect system", analyze("--man=no", "verify", wrong, folder=self.folder)[1])

    def test_the_systems_are_locked_down(self):
        for name in ("shelduck.service", "shelduck-sensors.service"):
            code, said = analyze("security", "--offline=yes", f"--threshold={EXPOSURE_MAX}", self.unit(name),
                                 folder=self.folder)
            self.assertEqual(code, 0, said)

    def test_both_systems_may_run_at_once(self):
        lines = [set(self.unit(name).read_text(encoding="utf-8").splitlines())
                 for name in ("shelduck.service", "shelduck-sensors.service")]
        shared = [line for line in lines[0] & lines[1] if re.search("Directory=|listen|LISTEN|^Environment", line)]
        self.assertEqual(shared, [])

    def test_what_it_waits_for_is_what_the_server_does(self):
        for name in ("shelduck.service", "shelduck-sensors.service", "shelduck-user.service"):
            text = self.unit(name).read_text(encoding="utf-8")
            for line in ("Type=notify", "WatchdogSec=30", "Restart=on-failure", "TimeoutStopSec=15"):
                self.assertIn(line + "\n", text)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop()).resolve()
    if not shutil.which("systemd-analyze"):
        print("no systemd-analyze here: `scripts/setup --check` installs it")
        sys.exit(1 if os.environ.get("SHELDUCK_CHECK") else NOT_HERE)
    unittest.main()
