#!/usr/bin/env python3
"""Interruptions and closed outputs."""

import fcntl
import os
import signal
import subprocess
import time

import command_line


class Interrupted(command_line.Case):
    def test_every_end_signal_while_waiting_gives_130_at_once(self):
        self.record("apt")
        self.shelduck("history", "stats")
        with open(str(self.database) + ".lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                with self.subTest(signal=number):
                    self.assertEqual(self.interrupt_a_waiter(number), 130)
        self.shelduck("history", "stats")

    def interrupt_a_waiter(self, number):
        waiter = self.start("history", "stats", "--wait", "60", "--json")
        self.wait_until_signals_are_caught(waiter.pid, number)
        begun = time.monotonic()
        waiter.send_signal(number)
        out, err = waiter.communicate(timeout=60)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(out, "")
        self.assertIn('"cancelled"', err)
        return waiter.returncode

    def test_a_long_fit_for_intervals_is_left_at_the_next_origin(self):
        path = self.folder / "long.csv"
        path.write_text("unique_id,ds,y\n" + "".join(f"a,{t},{100 + t * t * 7 % 31}\n" for t in range(3000)))
        # 100 fits of a minute in all; the file itself is read within a few milliseconds.
        fitter = self.start("forecast", path, "--model", "ensemble=auto_arima+exponential_smoothing+ces", "--season",
                            "12", "--horizon", "12", "--interval", "refit", "--json")
        self.wait_until_signals_are_caught(fitter.pid, signal.SIGINT)
        while self.seconds_at_work(fitter.pid) < 1.5:
            time.sleep(0.02)
        fitter.send_signal(signal.SIGINT)
        out, err = fitter.communicate(timeout=60)
        self.assertEqual((fitter.returncode, out), (130, ""))
        self.assertIn('"cancelled"', err)

    def seconds_at_work(self, pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
            user, system = stat.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def wait_until_signals_are_caught(self, pid, number):
        """Before the program has begun, a signal would just kill it."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with open(f"/proc/{pid}/status") as status:
                blocked = next(line for line in status if line.startswith("SigBlk"))
            if int(blocked.split()[1], 16) >> (number - 1) & 1:
                return
            os.sched_yield()
        self.fail("the program never began to watch its signals")

    def test_an_import_that_is_interrupted_at_work_goes_on_the_next_time(self):
        self.record("apt")
        self.shelduck("history", "stats")
        log = self.folder / ".ninja_log"
        log.write_text("# ninja log v5\n" + "".join(
            f"{10 * i}\t{10 * i + 7}\t{1_770_000_000_000_000_000 + i * 1_000_000_000}\to{i}.o\t{i:x}\n"
            for i in range(20_000)))
        words = ["history", "import", "ninja", log, "--json"]
        codes = []
        for number in (signal.SIGINT, signal.SIGTERM):
            for delay in (0.0, 0.02, 0.05, 0.1, 0.2):
                importer = self.start(*words)
                self.wait_until_signals_are_caught(importer.pid, number)
                time.sleep(delay)
                importer.send_signal(number)
                _, err = importer.communicate(timeout=60)
                codes.append(importer.returncode)
                self.assertIn(importer.returncode, (0, 130), err)
        self.assertIn(130, codes)
        self.shelduck(*words)
        again = self.shelduck(*words).document["executions"]
        self.assertEqual((again["imported"], again["unchanged"]), (0, again["read"]))
        self.shelduck("db", "check")

    def test_an_ignored_sigint_stays_ignored(self):
        """A background job of a script is started like this."""
        self.record("apt")
        self.shelduck("history", "stats")
        with open(str(self.database) + ".lock", "r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            waiter = self.start("history", "stats", "--wait", "60",
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
            self.wait_until_signals_are_caught(waiter.pid, signal.SIGTERM)
            waiter.send_signal(signal.SIGINT)
        _, err = waiter.communicate(timeout=60)
        self.assertEqual(waiter.returncode, 0, err)


class ClosedOutput(command_line.Case):
    def test_a_reader_that_goes_away_ends_it_like_any_other_tool(self):
        self.record("apt")
        reader, writer = os.pipe()
        os.close(reader)
        process = subprocess.Popen([command_line.SHELDUCK, "history", "stats"], stdout=writer,
                                   stderr=subprocess.PIPE, env=self.environment, text=True)
        os.close(writer)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, -signal.SIGPIPE)
        self.assertEqual(err, "")
        self.assertIn("apt", self.shelduck("history", "stats").out)

    def test_a_full_disk_behind_stdout_is_an_error(self):
        self.record("apt")
        self.shelduck("history", "stats")
        with open("/dev/full", "w") as full:
            process = subprocess.run([command_line.SHELDUCK, "history", "stats"], stdout=full,
                                     stderr=subprocess.PIPE, env=self.environment, text=True,
                                     timeout=60)
        self.assertEqual(process.returncode, 6)
        self.assertEqual(process.stderr, "shelduck: write failed on 'the output': No space left on device\n")


if __name__ == "__main__":
    command_line.main()
