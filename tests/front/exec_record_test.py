"""What `shelduck exec` and `shelduck run` leave in the journal, on good days and bad ones."""

import os
import resource
import signal
import stat
import subprocess
import unittest

from harness import DUMP, FrontTest, until


def parent_of(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as text:
        return int(text.read().rsplit(") ", 1)[1].split()[1])


class ExecRecords(FrontTest):

    def test_an_execution_makes_its_own_run(self):
        self.exec_command("true", options=["--packages", "7"])
        kinds = [row["type"] for row in self.records()]
        self.assertEqual(kinds, ["run_started", "execution_started", "step_measured",
                                 "execution_ended", "run_ended"])
        self.assertEqual(len({row["run_id"] for row in self.records() if "run_id" in row}), 1)
        self.assertEqual(self.the_record("execution_started")["packages_planned"], 7)
        self.assertEqual(self.the_record("execution_ended")["packages_updated"], 7)
        self.assertEqual(self.the_record("run_ended")["status"], "success")
        self.assertIsNotNone(self.the_record("run_started")["boot_id"])

    def test_executions_of_a_run_join_it(self):
        run = self.run_program("run", "start").stdout.strip()
        environment = dict(self.environment, SHELDUCK_RUN=run)
        self.exec_command("true", env=environment)
        self.exec_command("false", env=environment)
        self.assertEqual(self.run_program("run", "current", env=environment).stdout, run + "\n")
        self.assertEqual(self.run_program("run", "end", "--status", "failed",
                                          env=environment).returncode, 0)
        started = self.the_record("run_started")
        ended = self.the_record("run_ended")
        self.assertEqual((started["run_id"], ended["run_id"]), (run, run))
        self.assertEqual(ended["start_time"], started["start_time"])
        self.assertEqual(ended["status"], "failed")
        self.assertEqual([row["run_id"] for row in self.records("execution_started")], [run, run])

    def test_the_end_of_a_run_that_nobody_started_is_kept_and_told(self):
        unknown = "01a202b0-bf6c-7e76-afc2-a8ae5f21d4d9"
        done = self.run_program("run", "end", "--run", unknown)
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertIn(f"`shelduck history show {unknown}` tells", done.stderr)
        self.assertEqual(self.the_record("run_ended")["run_id"], unknown)
        self.assertEqual(self.run_program("run", "end", "--run", unknown, "--quiet").stderr, "")
        environment = dict(self.environment, SHELDUCK_RUN=unknown)
        self.assertEqual(self.run_program("run", "end", env=environment).stderr, "")

    def test_a_nested_exec_joins_the_run_of_the_outer_one(self):
        self.exec_command("sh", "-c", '"$PROGRAM" exec --plugin inner -- true',
                          env=dict(self.environment, PROGRAM=os.environ["SHELDUCK_PROGRAM"]))
        self.assertEqual(len(self.records("execution_started")), 2)
        self.assertEqual(len({row["run_id"] for row in self.records("execution_started")}), 1)
        self.assertEqual(len(self.records("run_started")), 1)

    def test_a_killed_wrapper_leaves_the_start(self):
        process = self.start("exec", "--plugin", "test", "--", "sh", "-c", "echo $$; read line",
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        process.kill()
        process.communicate(timeout=30)
        self.assertEqual([row["type"] for row in self.records()],
                         ["run_started", "execution_started"])

    def test_the_start_is_written_before_the_child_runs(self):
        # The child looks itself: it finds its own start.
        done = self.exec_command(DUMP, self.database)
        self.assertIn("execution_started", done.stdout)

    def test_one_segment_serves_one_after_the_other(self):
        for _ in range(5):
            self.exec_command("true")
        segments = [name for name in os.listdir(self.database + ".journal")
                    if name.endswith(".seg")]
        self.assertEqual(len(segments), 1)
        self.assertEqual(len(self.records("execution_ended")), 5)

    def test_parallel_executions_are_all_recorded(self):
        processes = [self.start("exec", "--plugin", f"p{i}", "--", "true") for i in range(12)]
        for process in processes:
            self.assertEqual(process.wait(timeout=30), 0)
        self.assertEqual({row["plugin_name"] for row in self.records("execution_started")},
                         {f"p{i}" for i in range(12)})
        self.assertEqual(len(self.records("run_ended")), 12)

    def test_trouble_is_one_line_and_a_line_in_the_spool(self):
        with open(os.path.join(self.home, "data"), "w", encoding="ascii") as file:
            file.write("a file where the folder should be")
        done = self.exec_command("sh", "-c", "exit 5")
        self.assertEqual(done.returncode, 5)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertIn("not recorded", done.stderr)
        (line,) = self.spool()
        self.assertEqual((line["plugin_name"], line["exit_code"]), ("test", 5))

    def test_require_record_fails_before_the_child_starts(self):
        with open(os.path.join(self.home, "data"), "w", encoding="ascii") as file:
            file.write("a file where the folder should be")
        done = self.exec_command("touch", os.path.join(self.home, "ran"),
                                 options=["--require-record"])
        self.assertEqual(done.returncode, 1)
        self.assertIn("was not started", done.stderr)
        self.assertFalse(os.path.exists(os.path.join(self.home, "ran")))

    def test_a_name_that_no_history_takes_is_never_acknowledged(self):
        ran = os.path.join(self.home, "ran")
        for name in ("x" * 3000, "two\nlines"):
            with self.subTest(name=name[:10]):
                done = self.exec_command("touch", ran, options=["--require-record", "--step", name])
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("step_name", done.stderr)
                self.assertFalse(os.path.exists(ran))
                plain = self.exec_command("sh", "-c", "exit 8", options=["--step", name])
                self.assertEqual(plain.returncode, 8)
                self.assertIn("not recorded", plain.stderr)
        self.assertEqual(len(self.spool()), 2)

    def test_require_record_fails_with_6_below_the_disk_floor(self):
        done = self.exec_command("touch", os.path.join(self.home, "ran"),
                                 options=["--require-record", "--disk-floor", "9000TB"])
        self.assertEqual(done.returncode, 6)
        self.assertFalse(os.path.exists(os.path.join(self.home, "ran")))
        plain = self.exec_command("sh", "-c", "exit 8", options=["--disk-floor", "9000TB"])
        self.assertEqual(plain.returncode, 8)
        self.assertEqual(len(self.spool()), 1)

    def test_require_record_has_the_start_when_the_child_runs(self):
        self.assertEqual(self.exec_command("true", options=["--require-record"]).returncode, 0)
        self.assertEqual(len(self.records("run_ended")), 1)

    def test_a_file_size_limit_fails_nothing_but_the_record(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
        done = self.exec_command("sh", "-c", "exit 9", preexec_fn=limit)
        self.assertEqual(done.returncode, 9)
        self.assertIn("not recorded", done.stderr)
        # The child feels its own limit as ever.
        child = self.exec_command("sh", "-c", f"head -c 100 /dev/zero >'{self.home}/x'; exit $?",
                                  preexec_fn=limit)
        self.assertEqual(child.returncode, 128 + signal.SIGXFSZ)
        required = self.exec_command("touch", f"{self.home}/ran", options=["--require-record"],
                                     preexec_fn=limit)
        self.assertIn(required.returncode, (1, 6))
        self.assertFalse(os.path.exists(f"{self.home}/ran"))

    def test_home_unset_means_the_passwd_entry(self):
        environment = {key: value for key, value in self.environment.items()
                       if key not in ("HOME", "SHELDUCK_DB")}
        environment["XDG_CONFIG_HOME"] = self.home
        shown = self.run_program("config", "show", "--json", env=environment)
        entry = subprocess.run(["getent", "passwd", str(os.getuid())], capture_output=True,
                               text=True, check=True).stdout.split(":")[5]
        self.assertIn(f'"{entry}/.local/share/shelduck/history.duckdb"', shown.stdout)

    def test_a_wrong_setting_outside_does_not_stop_an_update(self):
        done = self.exec_command("sh", "-c", "exit 4",
                                 env=dict(self.environment, SHELDUCK_RUN="nonsense"))
        self.assertEqual(done.returncode, 4)
        self.assertIn("SHELDUCK_RUN", done.stderr)
        self.assertEqual(len(self.records("run_ended")), 1)

    def test_wrong_usage_never_starts_the_child(self):
        for words in (["--plugin"], ["--", "true"], ["--plugin", "a", "--phase", "x", "--", "true"],
                      ["--plugin", "a", "--run", "1", "--", "true"], ["--plugin", "a"]):
            self.assertEqual(self.run_program("exec", *words).returncode, 2, words)

    def test_a_standing_restore_is_waited_for(self):
        self.exec_command("true")
        intent = self.database + ".restore"
        with open(intent, "w", encoding="ascii") as file:
            file.write("planned")
        late = self.exec_command("sh", "-c", "exit 3", options=["--wait", "0.1"])
        self.assertEqual(late.returncode, 3)
        self.assertIn("restore", late.stderr)
        required = self.exec_command("true", options=["--wait", "0.1", "--require-record"])
        self.assertEqual(required.returncode, 1)
        process = self.start("exec", "--plugin", "waiting", "--", "true")
        until(lambda: os.path.exists(f"/proc/{process.pid}/task")
              and len(os.listdir(f"/proc/{process.pid}/task")) > 1)
        os.unlink(intent)
        self.assertEqual(process.wait(timeout=30), 0)
        self.assertEqual(len(self.records("execution_ended")), 2)

    def test_what_is_made_is_private(self):
        self.exec_command("true")
        for path in (os.path.dirname(self.database), self.database + ".journal"):
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o700, path)

    @unittest.skipUnless(os.geteuid() == 0, "only root can give files away")
    def test_root_leaves_nothing_of_its_own_in_a_users_folder(self):
        os.chown(self.home, 12345, 12345)
        self.exec_command("true")
        for folder, _, files in os.walk(os.path.dirname(self.database)):
            for name in [folder, *(os.path.join(folder, file) for file in files)]:
                self.assertEqual(os.stat(name).st_uid, 12345, name)


class Run(FrontTest):

    def test_no_current_run_is_not_found(self):
        done = self.run_program("run", "current")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertEqual(self.run_program("run", "end").returncode, 3)

    def test_json_is_an_object(self):
        done = self.run_program("run", "start", "--json")
        self.assertRegex(done.stdout, r'^\{"run_id":"[0-9a-f-]{36}"\}\n$')

    def test_a_run_that_cannot_be_recorded_fails(self):
        done = self.run_program("run", "start", "--db", "/proc/nowhere/history.duckdb")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("/proc/nowhere", done.stderr)


if __name__ == "__main__":
    unittest.main()
