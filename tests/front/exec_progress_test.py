"""Progress that a child reports: phase borders become steps."""

import json
import os
import signal
import unittest

from harness import FrontTest, Terminal

PHASES = ('{"type":"phase_start","phase":"download"}',
          '{"type":"progress","phase":"download","percent":50,"bytes_downloaded":700}',
          '{"type":"progress","phase":"download","bytes_downloaded":1500,"bytes_total":1500}',
          '{"type":"phase_end","phase":"download","success":true}',
          '{"type":"phase_start","phase":"execute"}',
          '{"type":"progress","phase":"execute","items_completed":3,"items_total":3}')


def script(target, prefix):
    return "; ".join(f"echo '{prefix}{line}' {target}" for line in PHASES)


class Progress(FrontTest):

    def assert_steps(self):
        steps = self.records("step_measured")
        self.assertEqual([(row["step_name"], row["phase"], row["seq"]) for row in steps],
                         [("download", "DOWNLOAD", 0), ("execute", "EXECUTE", 1),
                          ("update", "EXECUTE", 2)])
        self.assertEqual(steps[0]["download_size_bytes"], 1500)
        self.assertEqual(self.the_record("execution_ended")["packages_updated"], 3)
        self.assertEqual(json.loads(steps[0]["quality"])["cpu_user_seconds"], "polled")
        self.assertTrue(all(row["wall_clock_seconds"] >= 0 for row in steps))

    def test_events_come_over_the_descriptor(self):
        done = self.exec_command("sh", "-c", script(">&$SHELDUCK_PROGRESS_FD", ""))
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assert_steps()

    def test_events_come_as_lines_of_stderr_and_the_rest_goes_on(self):
        done = self.exec_command(
            "sh", "-c", "echo before >&2; " + script(">&2", "PROGRESS: ") +
            "; echo 'PROGRESS: no event' >&2; printf unfinished >&2",
            options=["--progress", "stderr"])
        self.assertEqual(done.stderr, "before\nPROGRESS: no event\nunfinished")
        self.assert_steps()

    def test_lines_that_are_no_events_change_nothing(self):
        noise = "; ".join(f"echo '{line}' >&$SHELDUCK_PROGRESS_FD" for line in (
            "", "{", "[]", '{"type":"other"}', '{"type":"phase_start"}', "x" * 100_000))
        self.exec_command("sh", "-c", noise)
        self.assertEqual(len(self.records("step_measured")), 1)

    def test_a_full_pipe_does_not_block_the_child(self):
        line = '{"type":"progress","phase":"execute","percent":1}'
        done = self.exec_command(
            "sh", "-c", f"yes '{line}' | head -n 20000 >&$SHELDUCK_PROGRESS_FD")
        self.assertEqual(done.returncode, 0)

    def test_a_daemon_that_keeps_the_channel_does_not_hold_us_up(self):
        done = self.exec_command(
            "sh", "-c", "sleep 20 >/dev/null 2>&1 & echo $!", options=["--progress", "fd"])
        self.assertEqual(done.returncode, 0)
        os.kill(int(done.stdout), signal.SIGKILL)

    def test_progress_is_drawn_on_a_terminal(self):
        terminal = Terminal(self)
        line = '{"type":"progress","phase":"execute","percent":40}'
        shown = terminal.command(
            f"\"$PROGRAM\" exec --plugin test -- sh -c 'echo '\"'\"'{line}'\"'\"' "
            ">&$SHELDUCK_PROGRESS_FD; sleep 0.1'")
        self.assertIn("test 40 %", shown)


if __name__ == "__main__":
    unittest.main()
