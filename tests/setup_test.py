#!/usr/bin/env python3
"""scripts/setup with programs of our own in the places of npm, cargo, pip and dpkg-query.

Proves without a network: what does not match its checksum is refused and leaves nothing behind, a
failing client is reported, DUCKDB_ROOT and LIGHTGBM_ROOT are taken as they are, and nothing is installed when nothing is
missing. The real fetching is what made the folder that this build uses.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
NPM_MAKES_NONSENSE = 'for name in linux-x64 linux-arm64; do echo no > "duckdb-node-bindings-$name-1.5.5-r.5.tgz"; done'

PIP_MAKES_NONSENSE = """
[ "$3" = download ] || exit 0
while [ "$1" != --dest ]; do shift; done
for rest in _2_27_x86_64.manylinux_2_28_x86_64 2014_aarch64.manylinux_2_17_aarch64; do
  echo no > "$2/lightgbm-4.7.0-py3-none-manylinux$rest.whl"
done
"""


class Setup(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="shelduck-setup-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.program("cargo", 'echo "cargo 1.95.0 (0 2026-01-01)"')
        # Every package that is asked for is said to be installed; every tool is there.
        self.program("dpkg-query", 'shift 3; for p in "$@"; do printf "installed=%s " "$p"; done')
        for name in ("g++", "cmake", "ninja", "make", "ccache", "mold", "python3", "pkg-config"):
            self.program(name, "exit 0")
        self.program("sudo", 'exec "$@"')
        self.program("apt-get", 'echo "apt-get was called: $*" >&2; exit 9')

    def program(self, name, text):
        path = self.bin / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def given(self, name, *files):
        folder = self.folder / name
        folder.mkdir()
        for file in files:
            (folder / file).write_text("")
        return str(folder)

    def given_duckdb(self):
        return self.given("given duckdb", "duckdb.h", "libduckdb.so")

    def setup(self, *arguments, **environment):
        env = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            **environment,
        }
        return subprocess.run(
            [ROOT / "scripts/setup", *arguments],
            env=env, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
        )

    def left_behind(self):
        cache = self.folder / "cache" / "shelduck"
        return sorted(os.listdir(cache)) if cache.exists() else []

    def test_refuses_what_does_not_match_its_checksum(self):
        self.program("npm", NPM_MAKES_NONSENSE)
        run = self.setup()
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("has SHA-256", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_libraries_for_another_processor_are_there_whole_or_not_at_all(self):
        run = self.setup("--arm64", DUCKDB_ROOT=self.given_duckdb(), LIGHTGBM_ROOT=self.given("given", "lib_lightgbm.so"))
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("apt-get was called", run.stderr)
        self.assertIn("apt-get could not", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_reports_a_client_that_fails(self):
        self.program("npm", "echo 'no such package' >&2; exit 1")
        run = self.setup()
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("no such package", run.stderr)
        self.assertIn("npm could not fetch", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_takes_given_folders_as_they_are_and_fetches_nothing(self):
        self.program("npm", "exit 9")
        self.program("python3", "exit 9")
        duckdb = self.given_duckdb()
        lightgbm = self.given("given lightgbm", "lib_lightgbm.so")
        run = self.setup(DUCKDB_ROOT=duckdb, LIGHTGBM_ROOT=lightgbm)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertIn(f"ready (DuckDB in {duckdb}, LightGBM in {lightgbm})", run.stdout)
        self.assertEqual(self.left_behind(), [])

    def test_refuses_a_wheel_that_does_not_match_its_checksum(self):
        self.program("python3", PIP_MAKES_NONSENSE)
        run = self.setup(DUCKDB_ROOT=self.given_duckdb())
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("has SHA-256", run.stderr)
        self.assertIn("lightgbm-4.7.0", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_reports_a_pip_that_fails(self):
        self.program("python3", '[ "$3" = --version ] || { echo "no such wheel" >&2; exit 1; }')
        run = self.setup(DUCKDB_ROOT=self.given_duckdb())
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("no such wheel", run.stderr)
        self.assertIn("pip could not fetch", run.stderr)
        self.assertEqual(self.left_behind(), [])

    def test_installs_pip_where_python_has_none(self):
        self.program("python3", "exit 1")
        run = self.setup(DUCKDB_ROOT=self.given_duckdb())
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("will be installed: python3-pip", run.stdout)

    def test_refuses_a_lightgbm_root_without_the_file(self):
        run = self.setup(DUCKDB_ROOT=self.given_duckdb(), LIGHTGBM_ROOT=str(self.folder))
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("has no lib_lightgbm.so", run.stderr)

    def test_refuses_a_duckdb_root_without_the_files(self):
        run = self.setup(DUCKDB_ROOT=str(self.folder))
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("has no duckdb.h and libduckdb.so", run.stderr)

    def test_refuses_a_cached_file_that_has_changed(self):
        root = subprocess.run(
            [ROOT / "scripts/library_root", "duckdb"], env={"XDG_CACHE_HOME": str(self.folder / "cache"),
                                                 "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=True,
        ).stdout.strip()
        pathlib.Path(root).mkdir(parents=True)
        (pathlib.Path(root) / "duckdb.h").write_text("other")
        (pathlib.Path(root) / "libduckdb.so").write_text("other")
        run = self.setup()
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("must have", run.stderr)

    def test_lists_what_is_missing_before_it_asks_for_anything(self):
        self.program("dpkg-query", "exit 1")
        run = self.setup()
        self.assertEqual(run.returncode, 1, run.stdout)
        self.assertIn("missing and will be installed: ", run.stdout)
        self.assertIn("libeigen3-dev", run.stdout)
        self.assertIn("nothing else was done", run.stderr + run.stdout)
        self.assertEqual(self.left_behind(), [])

    def test_knows_its_one_option(self):
        run = self.setup("--chek")
        self.assertEqual(run.returncode, 1)
        self.assertIn("--chek", run.stderr)


if __name__ == "__main__":
    unittest.main()
