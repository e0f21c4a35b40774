"""What `shelduck exec` measures, and where each figure comes from."""

import json
import sys
import unittest

from harness import FrontTest, SANITIZED

MEGABYTE = 1_000_000
PYTHON = [sys.executable, "-S", "-E", "-c"]


class ExecMeasures(FrontTest):

    def step(self, *command, **keywords):
        before = {row["execution_id"] for row in self.records("step_measured")}
        done = self.exec_command(*command, **keywords)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = [row for row in self.records("step_measured") if row["execution_id"] not in before]
        self.assertEqual(len(rows), 1)
        return rows[0]

    @unittest.skipIf(SANITIZED, "a sanitizer's memory is the floor of its child's peak")
    def test_peak_memory_is_that_of_each_child_alone(self):
        peaks = []
        floor = self.step(*PYTHON, "pass")["memory_peak_bytes"]
        for size in (50, 300, 50, 10):
            peaks.append(self.step(*PYTHON, f"block = b'x' * {size * MEGABYTE}")["memory_peak_bytes"]
                         - floor)
        for peak, size in zip(peaks, (50, 300, 50, 10)):
            self.assertAlmostEqual(peak / MEGABYTE, size, delta=3)

    @unittest.skipIf(SANITIZED, "a sanitizer's memory is the floor of its child's peak")
    def test_the_floor_of_a_peak_is_low(self):
        self.assertLess(self.step("true")["memory_peak_bytes"], 4 * MEGABYTE)

    def test_cpu_of_reaped_descendants_counts(self):
        burn = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
        quoted = " ".join(f"'{word}'" for word in [*PYTHON, burn])
        step = self.step("sh", "-c", f"{quoted}; {quoted}")
        self.assertGreaterEqual(step["cpu_user_seconds"] + step["cpu_kernel_seconds"], 0.38)

    def test_a_daemon_that_has_finished_counts(self):
        burn = "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass"
        quoted = " ".join(f"'{word}'" for word in [*PYTHON, burn])
        # The orphan holds the pipe open until it has finished.
        step = self.step("sh", "-c", f"({quoted} &) | cat")
        self.assertGreaterEqual(step["cpu_user_seconds"] + step["cpu_kernel_seconds"], 0.18)

    def test_io_is_counted_without_our_own(self):
        size = 50 * 1024 * 1024
        step = self.step("sh", "-c", f"head -c {size} /dev/zero >'{self.home}/block'")
        self.assertGreaterEqual(step["io_write_bytes"], size)
        self.assertLess(step["io_write_bytes"], size + 100_000)
        self.assertGreaterEqual(step["io_read_bytes"], size)
        self.assertLess(step["io_read_bytes"], size + 100_000)

    def test_average_memory_is_null_below_a_second_and_polled_from_there(self):
        self.assertIsNone(self.step("true")["memory_avg_bytes"])
        hold = f"import time\nblock = b'x' * {100 * MEGABYTE}\ntime.sleep(1.3)"
        step = self.step(*PYTHON, hold)
        self.assertGreater(step["memory_avg_bytes"], 100 * MEGABYTE)
        self.assertLess(step["memory_avg_bytes"], 140 * MEGABYTE)
        self.assertEqual(json.loads(step["quality"])["memory_avg_bytes"], "polled")
        self.assertGreaterEqual(step["wall_clock_seconds"], 1.3)

    def test_every_figure_names_its_source(self):
        quality = json.loads(self.step("true", options=["--download-bytes", "5MB"])["quality"])
        self.assertEqual(
            {name: quality[name] for name in (
                "wall_clock_seconds", "cpu_user_seconds", "cpu_kernel_seconds", "memory_peak_bytes",
                "io_read_bytes", "io_write_bytes", "download_size_bytes", "suspended_seconds")},
            {"wall_clock_seconds": "monotonic", "cpu_user_seconds": "wait4",
             "cpu_kernel_seconds": "wait4", "memory_peak_bytes": "wait4", "io_read_bytes": "procio",
             "io_write_bytes": "procio", "download_size_bytes": "declared",
             "suspended_seconds": "boottime"})


if __name__ == "__main__":
    unittest.main()
