"""`shelduck exec` as a process: exit codes, streams, signals, daemons."""

import ctypes
import os
import platform
import signal
import subprocess
import unittest

from harness import FrontTest, PROGRAM, SANITIZED, state_of, until

SIGNALS = 'grep -E "Sig(Blk|Ign|Cgt)" /proc/self/status'
# nptl(7): the C library keeps these for itself, and no program can ask for them by sigaction.
INTERNAL_SIGNALS = (32, 33)


def public_signals(text):
    internal = sum(1 << number - 1 for number in INTERNAL_SIGNALS)
    sets = (line.split(":") for line in text.splitlines())
    return {name: int(bits, 16) & ~internal for name, bits in sets}


def ignore_internal_signals():
    """As some runtimes and container programs leave them to their children."""
    rt_sigaction = {"x86_64": 13, "aarch64": 134}[platform.machine()]
    ignored = (ctypes.c_ulong * 4)(1)  # SIG_IGN, and no flags
    for number in INTERNAL_SIGNALS:
        assert ctypes.CDLL(None).syscall(rt_sigaction, number, ignored, None, 8) == 0


class ExecAsAProcess(FrontTest):

    def test_returns_the_childs_code_untouched(self):
        for code in (0, 1, 2, 3, 4, 5, 6, 42, 126, 127, 128, 130, 255):
            with self.subTest(code=code):
                self.assertEqual(self.exec_command("sh", "-c", f"exit {code}").returncode, code)

    def test_dies_by_the_signal_that_ended_its_child(self):
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV,
                       signal.SIGUSR1, signal.SIGPIPE):
            with self.subTest(signal=number):
                done = self.exec_command("sh", "-c", f"kill -{int(number)} $$")
                self.assertEqual(done.returncode, -number)
        codes = [row["exit_code"] for row in self.records("execution_ended")]
        self.assertEqual(sorted(codes), sorted([137, 143, 130, 139, 138, 141]))
        self.assertEqual({row["status"] for row in self.records("execution_ended")}, {"failed"})

    def test_passes_streams_through_as_bytes(self):
        payload = os.urandom(300_000)
        done = subprocess.run([PROGRAM, "exec", "--plugin", "test", "--", "sh", "-c",
                               "cat; echo to-stderr >&2"], input=payload, capture_output=True,
                              env=self.environment, timeout=30)
        self.assertEqual(done.stdout, payload)
        self.assertEqual(done.stderr, b"to-stderr\n")

    def test_leaves_unread_input_to_the_next_program(self):
        script = f'"{PROGRAM}" exec --plugin test -- head -c 3; cat'
        done = subprocess.run(["sh", "-c", script], input=b"abcdef", capture_output=True,
                              env=self.environment, timeout=30)
        self.assertEqual(done.stdout, b"abcdef")

    def test_works_with_closed_streams(self):
        script = f'"{PROGRAM}" exec --plugin test -- sh -c "exit 4" <&- >&- 2>&-'
        done = subprocess.run(["sh", "-c", script], env=self.environment, timeout=30)
        self.assertEqual(done.returncode, 4)
        self.assertEqual(self.the_record("execution_ended")["exit_code"], 4)

    def test_hands_on_arguments_environment_and_descriptors(self):
        read_end, write_end = os.pipe()
        environment = dict(self.environment, COLOUR="green and blue")
        done = self.exec_command(
            "sh", "-c", f'printf "%s|" "$COLOUR" "$@"; echo kept >&{write_end}', "name", "a b", "",
            "--", env=environment, pass_fds=(write_end,))
        os.close(write_end)
        self.assertEqual(done.stdout, "green and blue|a b||--|")
        self.assertEqual(os.read(read_end, 100), b"kept\n")
        os.close(read_end)

    def test_leaks_no_descriptor_but_the_progress_channel(self):
        done = self.exec_command("sh", "-c", "ls /proc/self/fd; echo $SHELDUCK_PROGRESS_FD")
        *descriptors, channel = done.stdout.split()
        own = {"0", "1", "2", channel}
        # One more is the folder that ls reads.
        self.assertLessEqual(len(set(descriptors) - own), 1, descriptors)
        self.assertLess(int(channel), 10)
        silent = self.exec_command("sh", "-c", "ls /proc/self/fd; echo $SHELDUCK_PROGRESS_FD",
                                   options=["--progress", "none"])
        self.assertEqual(silent.stdout.split(), ["0", "1", "2", "3"])

    def test_says_127_and_126_like_a_shell(self):
        done = self.exec_command("/nonexistent/program")
        self.assertEqual(done.returncode, 127)
        self.assertIn("/nonexistent/program", done.stderr)
        self.assertEqual(self.exec_command(self.home).returncode, 126)
        rows = self.records("execution_ended")
        self.assertEqual([row["exit_code"] for row in rows], [127, 126])
        self.assertEqual(self.records("step_measured"), [])

    def test_relays_sigterm_and_sighup(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number):
                script = (f"trap 'echo caught; exit 9' {int(number)}; echo ready; "
                          "while :; do sleep 0.01; done")
                process = self.start("exec", "--plugin", "test", "--", "sh", "-c", script,
                                     stdout=subprocess.PIPE, text=True)
                self.assertEqual(process.stdout.readline(), "ready\n")
                process.send_signal(number)
                self.assertEqual(process.communicate(timeout=30)[0], "caught\n")
                self.assertEqual(process.returncode, 9)

    def test_ignores_sigint_and_sigquit_of_its_own(self):
        process = self.start("exec", "--plugin", "test", "--", "sh", "-c", "echo ready; read line",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.assertEqual(process.stdout.readline(), "ready\n")
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGQUIT)
        process.communicate("\n", timeout=30)
        self.assertEqual(process.returncode, 0)

    def test_gives_the_child_the_signals_that_it_was_given(self):
        def ignore():
            for number in (signal.SIGINT, signal.SIGHUP, signal.SIGCHLD, signal.SIGTSTP):
                signal.signal(number, signal.SIG_IGN)
            ignore_internal_signals()
        for before in (None, ignore_internal_signals, ignore):
            direct = subprocess.run(["sh", "-c", SIGNALS], capture_output=True, text=True,
                                    env=self.environment, preexec_fn=before, timeout=30).stdout
            wrapped = self.exec_command("sh", "-c", SIGNALS, preexec_fn=before).stdout
            self.assertEqual(public_signals(wrapped), public_signals(direct))

    def test_reports_the_code_where_sigchld_was_ignored(self):
        done = self.exec_command(
            "sh", "-c", "exit 3", preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        self.assertEqual(done.returncode, 3)

    def test_is_not_held_up_by_a_daemon(self):
        script = "setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $!"
        done = self.exec_command("sh", "-c", script)
        daemon = int(done.stdout)
        self.addCleanup(os.kill, daemon, signal.SIGKILL)
        self.assertEqual(done.returncode, 0)
        os.kill(daemon, 0)
        self.assertIn('"processes_left_behind":1', self.the_record("step_measured")["quality"])

    def test_a_stopped_child_in_an_orphaned_group_does_not_stop_the_wrapper_for_good(self):
        process = self.start("exec", "--plugin", "test", "--", "sh", "-c",
                             "echo $$; kill -STOP $$; exit 6", stdout=subprocess.PIPE, text=True,
                             start_new_session=True)
        child = int(process.stdout.readline())
        until(lambda: state_of(child) == "T")
        os.kill(child, signal.SIGCONT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, 6)

    @unittest.skipIf(SANITIZED, "a sanitizer has threads and memory of its own")
    def test_is_small(self):
        process = self.start("exec", "--plugin", "test", "--", "sh", "-c", "echo ready; read line",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
            anonymous = {line.split()[0]: int(line.split()[1]) for line in status
                         if line.startswith(("VmRSS", "RssAnon"))}
        process.communicate("\n", timeout=30)
        self.assertLess(anonymous["VmRSS:"], 4096, anonymous)


if __name__ == "__main__":
    unittest.main()
