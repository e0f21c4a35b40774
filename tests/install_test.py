#!/usr/bin/env python3
"""Installs a built tree into a prefix of its own and uses it as a stranger would.

    tests/install_test.py BUILD_FOLDER COMPILER

Proves that the example builds with find_package and with pkg-config, records and queries a run;
that series are forecast without the engine's library; that the installed headers compile with
nothing but the prefix; that the installed programs find each other and the engine's library; and
that DESTDIR is obeyed.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples/record_and_query"
BUILD = COMPILER = ""


def run(*words, **more):
    done = subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL, **more,
    )
    if done.returncode != 0:
        raise AssertionError(f"{words} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


class Install(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(os.path.realpath(tempfile.mkdtemp(prefix="shelduck-install-")))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.prefix = cls.folder / "prefix"
        run("cmake", "--install", BUILD, "--prefix", cls.prefix)

    def flags(self):
        env = {**os.environ, "PKG_CONFIG_PATH": str(self.prefix / "lib/pkgconfig")}
        return run("pkg-config", "--cflags", "--libs", "shelduck", env=env).split()

    def records_and_queries(self, program):
        data = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        said = run(program, data, self.prefix / "libexec/shelduck/engine")
        self.assertEqual(said, "apt success, 3 packages, download 5000000 bytes\n")

    def test_the_example_builds_with_find_package(self):
        build = self.folder / "example"
        run("cmake", "-G", "Ninja", "-S", EXAMPLE, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}", f"-DCMAKE_CXX_COMPILER={COMPILER}")
        run("cmake", "--build", build)
        self.records_and_queries(build / "record_and_query")

    @unittest.skipUnless(shutil.which("pkg-config"), "no pkg-config here")
    def test_the_example_builds_with_pkg_config(self):
        program = self.folder / "with_pkg_config"
        run(COMPILER, EXAMPLE / "main.cpp", *self.flags(), "-o", program)
        self.records_and_queries(program)

    def test_a_series_is_forecast_without_a_database(self):
        program = self.folder / "forecast_a_series"
        run(COMPILER, "-std=c++20", ROOT / "examples/forecast_a_series/main.cpp", "-I", self.prefix / "include",
            "-L", self.prefix / "lib", "-lshelduck", "-ldl", "-o", program)
        self.assertNotIn("duckdb", run("ldd", program))
        values = "".join(f"{100 + 2 * t + t * t % 7}\n" for t in range(40))
        said = subprocess.run([program, "3"], input=values, capture_output=True, text=True, check=True).stdout
        *steps, method = said.splitlines()
        self.assertEqual(method, "ces+dotm+exponential_smoothing+holt+growth on 40 values")
        for step, line in enumerate(steps):
            point, lower, upper = map(float, line.split())
            self.assertAlmostEqual(point, 182 + 2 * step, delta=6)
            self.assertTrue(lower <= point <= upper)
        self.assertEqual(len(steps), 3)
        few = subprocess.run([program, "3"], input="", capture_output=True, text=True, check=False)
        self.assertEqual((few.returncode, few.stderr), (1, "have 0 values, need 1\n"))

    def test_the_headers_need_only_the_prefix(self):
        include = self.prefix / "include"
        headers = sorted(str(path.relative_to(include)) for path in include.rglob("*.hpp"))
        self.assertIn("shelduck/history/collector.hpp", headers)
        source = self.folder / "headers.cpp"
        source.write_text("".join(f'#include "{header}"\n' for header in headers))
        run(COMPILER, "-std=c++20", "-fsyntax-only", "-I", include, source)

    def test_the_installed_programs_run(self):
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C"}
        self.assertIn("shelduck", run(self.prefix / "bin/shelduck", "version", env=env))
        libraries = run("ldd", self.prefix / "libexec/shelduck/engine")
        found = next(line.split()[2] for line in libraries.splitlines() if "libduckdb.so" in line)
        self.assertEqual(os.path.realpath(found), str(self.prefix / "lib/shelduck/libduckdb.so"))
        self.assertTrue((self.prefix / "lib/shelduck/lib_lightgbm.so").exists())
        self.assertTrue((self.prefix / "share/man/man1/shelduck.1").exists())
        self.assertTrue((self.prefix / "share/bash-completion/completions/shelduck").exists())

    def test_the_units_of_the_service_manager_name_the_installed_program(self):
        for place in ("system/shelduck", "system/shelduck-sensors", "user/shelduck"):
            unit = self.prefix / f"lib/systemd/{place}.service"
            self.assertIn(f"ExecStart={self.prefix}/bin/shelduck serve", unit.read_text(encoding="utf-8"))

    def test_lightgbm_is_opened_beside_the_engine_and_missed_in_words(self):
        prefix = self.folder / "with trees"
        run("cmake", "--install", BUILD, "--prefix", prefix)
        sales = self.folder / "sales.csv"
        sales.write_text("unique_id,ds,y\n" + "".join(f"a,{t},{t * t % 17}\n" for t in range(1, 40)))
        words = [prefix / "bin/shelduck", "forecast", sales, "--horizon", "2", "--model"]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(self.folder), "LC_ALL": "C"}
        self.assertIn("lightgbm,39", run(*words, "lightgbm", "--format", "csv", env=env))
        (prefix / "lib/shelduck/lib_lightgbm.so").unlink()
        visitors = ROOT / "examples/visitors.csv"
        evaluate = [prefix / "bin/shelduck", "forecast", "evaluate", visitors, "--models"]
        for command in (words, evaluate):
            missing = subprocess.run([*command, "lightgbm"], env=env, capture_output=True, text=True, check=False)
            self.assertEqual(missing.returncode, 1, missing.stdout)
            self.assertIn("the model lightgbm cannot be used, since its library is not there: lib_lightgbm.so: "
                          "cannot open shared object file", missing.stderr)
            self.assertIn("make setup", missing.stderr)
        self.assertIn("naive,39", run(*words, "naive", "--format", "csv", env=env))

    def test_destdir_is_obeyed(self):
        root = self.folder / "stage"
        run("cmake", "--install", BUILD, "--prefix", "/usr", env={**os.environ, "DESTDIR": str(root)})
        self.assertTrue((root / "usr/bin/shelduck").exists())


if __name__ == "__main__":
    BUILD, COMPILER = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
