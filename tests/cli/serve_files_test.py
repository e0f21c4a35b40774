#!/usr/bin/env python3
"""Files of an answer: made by the server, sent open, and put where the caller says."""

import array
import os
import pathlib
import shutil
import socket
import struct
import subprocess

import command_line
import serve_test
from serve_test import PROTOCOL, frame, frames

NOBODY = 65_534
FILE = 9
EXIT = 7


def is_able_to(*words):
    done = subprocess.run(words, capture_output=True, check=False) if shutil.which(words[0]) else None
    return done is not None and done.returncode == 0


class Files(serve_test.Served):
    def setUp(self):
        super().setUp()
        for _ in range(3):
            self.record("apt")
        self.shelduck("history", "stats")

    def serve_with(self, *prefix):
        """A server under another program, which becomes it."""
        self.prefix = prefix
        try:
            return self.serve()
        finally:
            self.prefix = ()

    prefix = ()

    def start(self, *words, env=None, **more):
        if "serve" not in words or not self.prefix:
            return super().start(*words, env=env, **more)
        return subprocess.Popen(
            [*self.prefix, command_line.SHELDUCK, *map(str, words)], env=self.environment, cwd=self.folder, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def restored(self, backup):
        """The statistics of a database that was made from the backup."""
        where = ["--db", self.folder / f"restored-{backup.name}.duckdb"]
        self.shelduck(*where, "db", "restore", backup, "--yes")
        return self.shelduck(*where, "history", "stats").out

    def assert_whole(self, place):
        """Backups of both forms and an export come into `place` as they would without a server."""
        stats = self.shelduck("history", "stats").out
        for form in ("duckdb", "parquet"):
            done = self.shelduck("db", "backup", place / form, "--format", form, "--json")
            self.assertEqual(done.document["path"], str(place / form))
            self.assertEqual(done.document["bytes"], sum(one.stat().st_size for one in (place / form).iterdir()))
            self.assertIn({"table": "plugin_executions", "rows": 3}, done.document["tables"])
            self.assertEqual(self.restored(place / form), stats)
        self.shelduck("history", "export", "--format", "csv", "--output", place / "tables")
        self.assertEqual(len((place / "tables/plugin_executions.csv").read_text().splitlines()), 4)
        names = sorted(one.name for one in place.iterdir())
        self.assertEqual(names, ["duckdb", "parquet", "tables"], "nothing unfinished is left")
        for one in place.glob("*/*"):
            self.assertEqual(one.stat().st_uid, os.geteuid(), "the caller's own, whoever the server is")

    def leftovers(self):
        return sorted(one.name for one in self.database.parent.iterdir()
                      if one.name.endswith((".staging", ".export")) and any(one.iterdir()))

    def test_where_the_server_has_another_folder_of_that_name(self):
        if not is_able_to("unshare", "-m", "true"):
            self.skipTest("nobody may mount here")
        place = self.folder / "hidden"
        place.mkdir()
        hide = f"mount -t tmpfs none '{place}' && exec \"$@\""
        server = self.serve_with("unshare", "-m", "--propagation", "private", "sh", "-c", hide, "sh")
        self.assertEqual(list(pathlib.Path(f"/proc/{server.pid}/root{place}").iterdir()), [])
        self.assert_whole(place)
        self.assertEqual(list(pathlib.Path(f"/proc/{server.pid}/root{place}").iterdir()), [])

    def test_where_the_server_may_not_come(self):
        """A folder of somebody else's, and a server to which that matters."""
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if os.geteuid() != 0 or not is_able_to(*drop, "true"):
            self.skipTest("nobody may become less than root here")
        place = self.folder / "closed"
        place.mkdir(mode=0o700)
        os.chown(place, NOBODY, NOBODY)
        self.assertFalse(is_able_to(*drop, "ls", place))
        self.serve_with(*drop)
        self.assert_whole(place)
        self.assertEqual(self.leftovers(), [])

    def test_answers_are_those_without_a_server(self):
        self.shelduck("db", "backup", "bare")
        bare = self.shelduck("db", "backup", "bare-again", "--json").document
        table = self.shelduck("db", "backup", "bare-table").out
        self.serve()
        served = self.shelduck("db", "backup", "served", "--json").document
        self.assertEqual(served["tables"], bare["tables"])
        self.assertEqual(self.shelduck("db", "backup", "served-table").out, table)
        self.assertEqual(command_line.files_below(self.folder / "served").keys(),
                         command_line.files_below(self.folder / "bare").keys())
        for number in range(3):
            kept = self.shelduck("db", "backup", "kept", "--keep", "2", "--json").document
            self.assertEqual(len(kept["removed"]), int(number == 2))
        self.assertEqual(len(list(self.folder.glob("kept-*"))), 2)

    def test_places_are_judged_as_without_a_server(self):
        (self.folder / "there").mkdir()
        places = ("there", self.database, f"{self.database}.journal/x", "there/../there", "data/history.duckdb.backup")
        bare = [self.refused("db", "backup", place) for place in places]
        self.serve()
        for place, expected in zip(places, bare):
            self.assertEqual(self.refused("db", "backup", place), expected, place)
        self.assertEqual(list((self.folder / "there").iterdir()), [])

    def taking(self, *words):
        """A caller of our own that takes files: the socket, after its order."""
        texts = [str(self.database), "", "", "files", "text", "act", "program plain", "0", "0", "", *words]
        order = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
        peer = socket.socket(socket.AF_UNIX)
        self.addCleanup(peer.close)
        peer.settimeout(60)
        [path] = (self.folder / "runtime").rglob("*.socket")
        peer.connect(str(path))
        peer.sendall(frame(1, struct.pack("<I", PROTOCOL) + b"test"))
        peer.sendall(frame(2, order))
        return peer

    def descriptors(self, server):
        return len(list(pathlib.Path(f"/proc/{server.pid}/fd").iterdir()))

    def test_callers_that_go_away_leave_nothing_open_and_no_file(self):
        server = self.serve()
        self.shelduck("db", "backup", "first")
        self.wait_for(lambda: self.leftovers() == [])
        before = self.descriptors(server)
        for words in (["db", "backup", "--", "/nowhere"], ["history", "export", "--format=csv", "--output=/x", "--"]):
            for _ in range(5):
                self.taking(*words).close()
                peer = self.taking(*words)
                frames(peer, until=FILE)  # the descriptor is not taken with it
                peer.close()
                peer = self.taking(*words)
                said = frames(peer, until=EXIT)
                self.assertGreaterEqual([kind for kind, _ in said].count(FILE), 2)
                peer.close()
        self.shelduck("history", "stats")
        self.wait_for(lambda: self.descriptors(server) <= before)
        self.wait_for(lambda: self.leftovers() == [])

    def test_who_takes_no_files_is_refused_before_any_is_made(self):
        self.serve()
        said = frames(self.order("db", "backup", "--", "/nowhere"), until=EXIT)
        self.assertEqual(said[-1][1], struct.pack("<I", 2))
        self.assertEqual(self.leftovers(), [])

    def test_descriptors_that_nobody_asked_for_end_the_connection(self):
        server = self.serve()
        self.shelduck("history", "stats")
        before = self.descriptors(server)
        with open("/dev/null", "rb") as null:
            beside = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [null.fileno()] * 100))]
            for _ in range(5):
                peer = self.taking("history", "export", "--")
                peer.sendmsg([frame(6, b"")], beside)
                try:
                    while peer.recv(65536):
                        pass
                except ConnectionResetError:
                    pass
                peer.close()
        self.assertIn("apt", self.shelduck("history", "stats").out)
        self.wait_for(lambda: self.descriptors(server) < before + 100)  # those of one caller that stay are as many
        self.wait_for(lambda: any("a caller was let go of" in line for line in self.log))

    def test_a_copy_that_breaks_off_leaves_nothing(self):
        with self.standing_in() as listening:
            asker = self.start("db", "backup", "copy")
            peer = self.ordered(listening)
            with open("/etc/passwd", "rb") as file:
                peer.sendmsg([frame(FILE, b"manifest")],
                             [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))])
            self.wait_for(lambda: list(self.folder.glob("copy*/manifest")))
            peer.close()
            code, out, err = self.ended(asker)
            self.assertEqual((code, out), (1, ""))
            self.assertIn("output incomplete", err)
            self.assertEqual(list(self.folder.glob("copy*")), [])
            for name in (b"../x", b"a/b", b"..", b"", b"a\0b"):
                asker = self.start("db", "backup", "copy")
                with open("/etc/passwd", "rb") as file:
                    self.ordered(listening).sendmsg(
                        [frame(FILE, name)],
                        [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file.fileno()]))])
                code, out, err = self.ended(asker)
                self.assertEqual((code, out), (2, ""), err)
                self.assertEqual(list(self.folder.glob("copy*")), [])

    standing_in = serve_test.ForCommands.standing_in
    ordered = serve_test.ForCommands.ordered
    ended = serve_test.ForCommands.ended

    def test_a_copy_that_came_whole_but_without_a_word_is_none(self):
        """The outcome is known then, and the files are not there."""
        with self.standing_in() as listening:
            asker = self.start("db", "backup", "copy")
            self.ordered(listening).close()
            self.ordered(listening).sendall(frame(EXIT, struct.pack("<I", 0)))
            code, _, err = self.ended(asker)
        self.assertEqual(code, 1)
        self.assertIn("output incomplete", err)
        self.assertEqual(list(self.folder.glob("copy*")), [])


if __name__ == "__main__":
    command_line.main()
