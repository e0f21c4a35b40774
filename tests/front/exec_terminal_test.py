"""`shelduck exec` under a real pseudo-terminal: nobody can tell that it is there."""

import os
import signal
import unittest

from harness import FrontTest, Terminal, state_of, until

EXEC = '"$PROGRAM" exec --plugin test -- '
# Says its pid, runs until let_go(), says finished.
LOOP = "sh -c 'echo pid=$$; while [ ! -e \"$HOME/go\" ]; do :; done; echo fin\"\"ished'\n"


class ExecUnderATerminal(FrontTest):

    def test_ctrl_c_in_a_shell_loop_stops_the_loop(self):
        terminal = Terminal(self)
        terminal.type(f"while :; do {EXEC} sh -c 'echo turn''ed; exec sleep 100'; done\n")
        terminal.wait("turned")
        until(lambda: self.child_named("sleep"))
        terminal.type("\x03")
        terminal.wait("READY$ ")
        self.assertIn("130", terminal.command("echo $?"))
        ended = self.the_record("execution_ended")
        self.assertEqual((ended["status"], ended["exit_code"]), ("failed", 130))

    def test_a_child_that_handles_ctrl_c_decides_for_both(self):
        terminal = Terminal(self)
        terminal.type(EXEC + "sh -c 'trap \"echo caug\"\"ht; exit 7\" INT; echo rea\"\"dy; "
                             "while :; do sleep 0.01; done'\n")
        terminal.wait("ready")
        terminal.type("\x03")
        terminal.wait("caught")
        terminal.wait("READY$ ")
        self.assertIn("7", terminal.command("echo $?"))

    def test_ctrl_z_stops_both_and_fg_goes_on(self):
        terminal = Terminal(self)
        terminal.type(EXEC + "sh -c 'echo be\"\"gun; read line; echo got $line'\n")
        terminal.wait("begun")
        terminal.type("\x1a")
        terminal.wait("Stopped")
        terminal.wait("READY$ ")
        self.assertIn("Stopped", terminal.command("jobs"))
        terminal.type("fg\n")
        terminal.type("word\n")
        terminal.wait("got word")
        terminal.wait("READY$ ")
        self.assertIn("0", terminal.command("echo $?"))
        self.assertEqual(self.the_record("execution_ended")["status"], "success")

    def test_time_of_a_stopped_job_is_not_work(self):
        terminal = Terminal(self)
        terminal.type(EXEC + "sh -c 'echo be\"\"gun; read line'\n")
        terminal.wait("begun")
        terminal.type("\x1a")
        terminal.wait("READY$ ")
        terminal.command("read -t 0.5 nothing")
        terminal.type("fg\n\n")
        terminal.wait("READY$ ")
        step = self.the_record("step_measured")
        self.assertGreater(step["suspended_seconds"], 0.4)

    # The child loops without starting programs: a shell that Ctrl-Z meets within vfork() does not
    # stop, wrapped or not.
    def test_bg_continues_a_stopped_child(self):
        terminal = Terminal(self)
        terminal.type(EXEC + LOOP)
        terminal.wait("pid=")
        child = int(terminal.wait("\r\n"))
        terminal.type("\x1a")
        terminal.wait("READY$ ")
        terminal.type("bg\n")
        terminal.wait("READY$ ")
        until(lambda: state_of(child) != "T")
        self.let_go()
        terminal.wait("finished")
        self.assertIn("0", terminal.command("wait; echo $?"))

    def test_a_continued_wrapper_continues_its_child(self):
        terminal = Terminal(self)
        terminal.type(EXEC + LOOP)
        terminal.wait("pid=")
        child = int(terminal.wait("\r\n"))
        with open(f"/proc/{child}/stat", encoding="ascii") as stat:
            wrapper = int(stat.read().rsplit(") ", 1)[1].split()[1])
        terminal.type("\x1a")
        terminal.wait("READY$ ")
        until(lambda: state_of(child) == "T")
        os.kill(wrapper, signal.SIGCONT)
        until(lambda: state_of(child) != "T")
        self.let_go()
        terminal.wait("finished")

    def test_a_child_reads_the_terminal(self):
        terminal = Terminal(self)
        terminal.type(EXEC + "sh -c 'test -t 0 && test -t 1 && test -t 2 && echo tty''s; "
                             "read line </dev/tty; echo \"[$line]\"'\n")
        terminal.wait("ttys")
        terminal.type("hello\n")
        terminal.wait("[hello]")

    def test_a_background_child_that_reads_the_terminal_is_stopped(self):
        terminal = Terminal(self)
        terminal.command(EXEC + "sh -c 'read line; echo got $line' &")
        until(lambda: "Stopped" in terminal.command("jobs"))
        terminal.type("fg\nword\n")
        terminal.wait("got word")

    def test_the_child_shares_process_group_and_foreground(self):
        terminal = Terminal(self)
        shown = terminal.command(
            EXEC + "sh -c 'cut -d\" \" -f5,8 /proc/$$/stat; cut -d\" \" -f5,8 /proc/$PPID/stat'")
        pairs = [line.split() for line in shown.splitlines() if len(line.split()) == 2
                 and line.split()[0].isdigit()]
        self.assertEqual(len(pairs), 2, shown)
        self.assertEqual(pairs[0], pairs[1])
        self.assertEqual(pairs[0][0], pairs[0][1])

    def test_an_interactive_shell_inside_keeps_its_job_control(self):
        terminal = Terminal(self)
        terminal.type(EXEC + "bash --norc --noprofile -i\n")
        terminal.wait("READY$ ")
        terminal.type("stty -echo; echo in''side\n")
        terminal.wait("inside")
        terminal.wait("READY$ ")
        terminal.type("sleep 100\n")
        sleeper = until(lambda: self.child_named("sleep"))
        terminal.type("\x1a")
        terminal.wait("Stopped")
        terminal.wait("READY$ ")
        terminal.type("fg\n")
        until(lambda: state_of(sleeper) != "T")
        terminal.type("\x03")
        terminal.wait("READY$ ")
        terminal.type("exit 5\n")
        terminal.wait("READY$ ")
        self.assertIn("5", terminal.command("echo $?"))

    def test_elapsed_time_is_drawn_when_asked_and_gone_at_the_end(self):
        terminal = Terminal(self)
        terminal.type('"$PROGRAM" exec --plugin test --show -- sh -c "read line"\n')
        terminal.wait("elapsed")
        terminal.type("\n")
        self.assertIn("\r\x1b[K", terminal.wait("READY$ "))

    def test_nothing_is_drawn_where_nobody_asked(self):
        terminal = Terminal(self)
        shown = terminal.command(EXEC + "sleep 1.2")
        self.assertNotIn("elapsed", shown)

    def test_quiet_draws_nothing(self):
        terminal = Terminal(self)
        shown = terminal.command('"$PROGRAM" exec --plugin test --show --quiet -- sleep 1.2')
        self.assertNotIn("elapsed", shown)

    def let_go(self):
        with open(os.path.join(self.home, "go"), "w", encoding="ascii"):
            pass

    def child_named(self, name):
        """A process of that name whose home is this test's."""
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
                    if comm.read().strip() != name:
                        continue
                with open(f"/proc/{pid}/environ", "rb") as environ:
                    if self.home.encode() in environ.read():
                        return int(pid)
            except OSError:
                continue
        return None


if __name__ == "__main__":
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    unittest.main()
