#!/usr/bin/env python3
"""Series from Parquet files and tables of databases, and rows into Parquet."""

import csv
import fcntl
import os
import pathlib
import resource

import command_line
from serve_test import Served

# Times and values of every type that a table may have, beside the same rows as CSV.
SERIES = """CREATE TABLE series AS SELECT id AS unique_id, DATE '2026-01-05' + CAST(t AS INTEGER) AS ds,
  CASE WHEN t = 5 THEN NULL ELSE CAST(100 + 10 * (t % 7) + t / 3 + length(id) AS DOUBLE) / 7 END AS y,
  CASE WHEN t < 28 THEN 'train' ELSE 'test' END AS split, 7 AS horizon, 7 AS period
  FROM range(35) AS times(t), (VALUES ('castle'), ('it''s "odd"')) AS names(id) ORDER BY id, t;"""


class Tables(command_line.Case):
    def setUp(self):
        super().setUp()
        self.base = self.folder / "base.duckdb"

    def sql(self, *statements):
        self.run_sql(self.base, ";".join(statements).replace("FOLDER", str(self.folder)))

    def rows_of(self, parquet):
        """The rows of a Parquet file, as the engine reads them."""
        out = self.folder / "shown.csv"
        self.sql(f"COPY (SELECT * FROM read_parquet('{parquet}')) TO '{out}' (HEADER)")
        with open(out, encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def assertSameRows(self, left, right):
        def plain(rows):
            return [[number(field) for field in row.items()] for row in rows]
        def number(item):
            try:
                return item[0], float(item[1])
            except ValueError:
                return item
        self.assertEqual(plain(left), plain(right))
        self.assertNotEqual(left, [])


class Read(Tables):
    def setUp(self):
        super().setUp()
        self.sql(SERIES, "COPY series TO 'FOLDER/series.csv' (HEADER)", "COPY series TO 'FOLDER/a[1]*.parquet'")
        self.parquet = self.folder / "a[1]*.parquet"

    def test_the_same_forecasts_from_csv_parquet_and_a_table(self):
        words = ["--model", "ses", "--format", "ndjson"]
        of_csv = self.shelduck("forecast", self.folder / "series.csv", *words)
        self.assertEqual(len(of_csv.lines), 14)
        for place in ([self.parquet], [self.base, "series"]):
            done = self.shelduck("forecast", *place, *words)
            self.assertEqual((done.out, done.err), (of_csv.out, of_csv.err))

    def test_the_same_scores(self):
        words = ["--models", "ses", "--format", "json"]
        def models(*place):
            document = self.shelduck("forecast", "evaluate", *place, *words).document
            return [{k: v for k, v in model.items() if "seconds" not in k} for model in document["models"]]
        self.assertEqual(models(self.parquet), models(self.folder / "series.csv"))
        self.assertEqual(models(self.base, "series"), models(self.folder / "series.csv"))

    def test_columns_are_named_and_types_are_read(self):
        self.sql('CREATE SCHEMA shop; CREATE VIEW shop."the ""sales" AS SELECT unique_id AS "an id", '
                 "CAST(ds AS TIMESTAMP) AT TIME ZONE 'UTC' AS \"at\", CAST(y AS DECIMAL(18, 3)) AS sold FROM series")
        lines = self.shelduck("forecast", self.base, 'shop.the "sales', "--id", "an id", "--time", "at", "--value",
                              "sold", "--model", "naive", "--horizon", "1", "--format", "ndjson").lines
        self.assertEqual([line["ds"] for line in lines], ["2026-02-09 00:00:00+00"] * 2)
        # The 35th value: (100 + 10 * (34 % 7) + 34 / 3 + 6) / 7, to three digits.
        self.assertEqual(lines[0]["point"], round((100 + 60 + 34 / 3 + 6) / 7, 3))

    def test_nothing_is_made_beside_a_database_and_nothing_is_changed(self):
        before = command_line.files_below(self.folder)
        self.shelduck("forecast", self.base, "series", "--model", "naive")
        self.assertEqual(command_line.files_below(self.folder), before)

    def test_a_plot_of_a_table(self):
        out = self.folder / "out.svg"
        self.shelduck("forecast", "plot", self.base, "series", "--id", "castle", "--model", "naive", "--out", out)
        self.assertIn("castle</title>", out.read_text())

    def test_what_cannot_be_read_is_named(self):
        def refused(*words, code=2):
            error = self.refused("forecast", *words, "--horizon", "1", code=code)
            return error["field"], error["value"], error["rule"], error["hint"]
        torn = self.folder / "torn.parquet"
        torn.write_bytes(self.parquet.read_bytes()[:-9])
        self.assertEqual(refused(torn)[:3], ("FILE", str(torn), "a Parquet file, and all of it"))
        torn.write_text("unique_id,ds,y\n")
        self.assertEqual(refused(torn)[:2], ("FILE", str(torn)))
        field, value, rule, hint = refused(self.parquet, "--id", "unique_ids")
        self.assertEqual((field, value, hint), ("column", "unique_ids", "did you mean 'unique_id'?"))
        self.assertIn("it has unique_id, ds, y, split, horizon, period", rule)
        self.sql("COPY (SELECT 'a' AS unique_id, DATE '2026-01-01' + CAST(t AS INTEGER) AS ds, "
                 "CASE t WHEN 3 THEN 'n/a' ELSE '1' END AS y FROM range(5) AS times(t)) TO 'FOLDER/text.parquet'")
        self.assertEqual(refused(self.folder / "text.parquet")[:2], ("row 4, y", "n/a"))
        self.assertEqual(refused(self.base)[0], "TABLE")
        self.assertEqual(refused(self.base, "sries", code=3)[3], "did you mean 'series'?")
        self.assertEqual(refused(self.folder / "series.csv", "series")[0], "database")
        self.assertEqual(refused(self.folder / "none.parquet", code=3)[1], str(self.folder / "none.parquet"))

    def test_a_view_that_cannot_be_read_is_named_with_its_reason_in_one_line(self):
        (self.folder / "more.csv").write_text("unique_id,ds,y\na,1,1\n")
        self.sql("CREATE TABLE gone AS FROM series; CREATE VIEW lost AS FROM gone; DROP TABLE gone",
                 "CREATE VIEW odd AS SELECT unique_id, ds, CAST(unique_id AS INTEGER) AS y FROM series",
                 "CREATE VIEW far AS SELECT * FROM read_csv('FOLDER/more.csv')")
        for view, reason in (("lost", "Table with name gone does not exist"),
                             ("odd", "Could not convert string 'castle' to INT32"), ("far", "disabled")):
            with self.subTest(view=view):
                error = self.refused("forecast", self.base, view, "--horizon", "1")
                self.assertEqual((error["field"], error["value"]), ("TABLE", view))
                self.assertIn(f"{self.base}, table {view} cannot be read: ", error["message"])
                self.assertIn(reason, error["message"])
                for sql in ("\n", "SELECT", "[in: "):
                    self.assertNotIn(sql, error["message"])

    def test_a_damaged_database_of_somebody_else_is_mended_by_them(self):
        self.sql("CREATE TABLE more AS SELECT 'a' AS unique_id, range AS ds, hash(range) AS y FROM range(100000)",
                 "CHECKPOINT")
        whole = self.base.read_bytes()
        for places in ((4100, 8200), range(12_300, len(whole), 9_999)):
            broken = bytearray(whole)
            for place in places:
                broken[place] ^= 0x55
            self.base.write_bytes(broken)
            error = self.refused("forecast", self.base, "more", "--horizon", "1", "--model", "naive", code=5)
            self.assertIn("is damaged", error["message"])
            self.assertNotIn("\n", error["message"])
            self.assertIn("restore it from a copy", error["hint"])
            self.assertNotIn("rebuild", error["hint"])
        # Beside one of ours its journal stands.
        pathlib.Path(f"{self.base}.journal").mkdir()
        error = self.refused("forecast", self.base, "more", "--horizon", "1", code=5)
        self.assertIn("db rebuild", error["hint"])

    def test_an_empty_file_is_no_database_and_stays(self):
        empty = self.folder / "empty.duckdb"
        empty.touch()
        self.assertEqual(self.refused("forecast", empty, "series", "--horizon", "1")["field"], "database")
        self.assertTrue(empty.exists())

    def test_a_database_in_use_is_busy(self):
        with open(f"{self.base}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            error = self.refused("forecast", self.base, "series", "--horizon", "1", "--wait", "0.1", code=4)
        self.assertEqual(error["kind"], "busy")
        self.shelduck("forecast", self.base, "series", "--model", "naive")


class Write(Tables):
    def test_forecasts_as_parquet_are_those_of_csv(self):
        times = {"index": lambda t: t, "date": lambda t: f"2026-01-{t:02}",
                 "instant": lambda t: f"2026-01-{t:02} 06:30:00", "unix": lambda t: 1767225600 + 60 * t}
        path, out = self.folder / "series.csv", self.folder / "out.parquet"
        for kind, time in times.items():
            with self.subTest(kind):
                path.write_text("unique_id,ds,y\n" + "".join(
                    f'"a, ""b""",{time(t)},{t * t % 7 / 3}\n' for t in range(1, 21)) + f"short,{time(1)},1\n")
                words = ["forecast", path, "--model", "naive", "--horizon", "2", "--level", "80,99.5"]
                self.assertEqual(self.shelduck(*words, "--out", out).out, "")
                self.assertSameRows(self.rows_of(out), self.shelduck(*words, "--format", "csv").rows)

    def test_parquet_has_the_types_of_its_columns(self):
        path, out = self.folder / "series.csv", self.folder / "out.parquet"
        for time, kind in (("2026-01-01", "DATE"), ("2026-01-01T00:00:00", "TIMESTAMP"), ("7", "BIGINT"),
                           ("2026-01-01T00:00:00+02:00", "TIMESTAMP WITH TIME ZONE")):
            path.write_text(f"unique_id,ds,y\na,{time},3\n")
            self.shelduck("forecast", path, "--model", "naive", "--horizon", "1", "--level", "90", "--out", out)
            self.sql(f"CREATE OR REPLACE TABLE t AS SELECT * FROM read_parquet('{out}')",
                     "COPY (SELECT column_name AS name, data_type AS type FROM information_schema.columns "
                     "WHERE table_name = 't' ORDER BY ordinal_position) TO 'FOLDER/types.csv' (HEADER)")
            with open(self.folder / "types.csv", encoding="utf-8") as file:
                types = {row["name"]: row["type"] for row in csv.DictReader(file)}
            self.assertEqual(types, {
                "unique_id": "VARCHAR", "ds": kind, "step": "BIGINT", "point": "DOUBLE", "lower_90": "DOUBLE",
                "upper_90": "DOUBLE", "model": "VARCHAR", "n": "BIGINT", "interval_need": "BIGINT"})

    def test_parquet_takes_times_of_every_spelling_that_series_have(self):
        path, out = self.folder / "series.csv", self.folder / "out.parquet"
        # Of the last two values the gap is the step; a leap second is the minute after it.
        for times, kind, next_time in (
                (("2019-12-31T23:59:00Z", "2019-12-31T23:59:60Z"), "TIMESTAMP WITH TIME ZONE", "2020-01-01 00:01:00+00"),
                (("2020-01-01T00:00:01,5", "2020-01-01T00:00:03,5"), "TIMESTAMP", "2020-01-01 00:00:05.5"),
                (("2020-01-01t00:00", "2020-01-01t06:00"), "TIMESTAMP", "2020-01-01 12:00:00"),
                (("2020-01-01t00:00:00z", "2020-01-01t06:00:00z"), "TIMESTAMP WITH TIME ZONE", "2020-01-01 12:00:00+00"),
                (("2020-01-01T00:00:00+0530", "2020-01-02T00:00:00+0530"), "TIMESTAMP WITH TIME ZONE",
                 "2020-01-02 18:30:00+00"),
                (("0001-01-01T00:00+05:00", "0001-01-02T00:00+05:00"), "TIMESTAMP WITH TIME ZONE",
                 "0001-01-02 19:00:00+00")):
            with self.subTest(times=times):
                path.write_text("unique_id,ds,y\n" + "".join(f'a,"{time}",3\n' for time in times))
                self.shelduck("forecast", path, "--model", "naive", "--horizon", "1", "--level", "90", "--out", out)
                self.sql(f"COPY (SELECT ds, typeof(ds) AS kind FROM read_parquet('{out}')) TO 'FOLDER/s.csv' (HEADER)")
                with open(self.folder / "s.csv", encoding="utf-8") as file:
                    [row] = csv.DictReader(file)
                self.assertEqual((row["ds"], row["kind"]), (next_time, kind))
        # A run that is to come stands at its own time, as the file has it.
        for end, coming, time in (("Z", "2020-01-20T23:59:60Z", "2020-01-21 00:00:00+00"),
                                  ("", "2020-01-21 00:00:01,5", "2020-01-21 00:00:01.5")):
            with self.subTest(coming=coming):
                path.write_text("unique_id,ds,y,period\n" + "".join(
                    f"a,2020-01-{t:02} 0{t * t % 7}:00:00{end},{t},0\n" for t in range(1, 15)) + f'a,"{coming}",,0\n')
                self.shelduck("forecast", path, "--horizon", "1", "--out", out)
                self.assertEqual([row["ds"] for row in self.rows_of(out)], [time])

    def test_parquet_that_was_written_is_read_again(self):
        path, out = self.folder / "series.csv", self.folder / "out.parquet"
        path.write_text("unique_id,ds,y\n" + "".join(f"a,{t},{t % 3}\n" for t in range(9)))
        self.shelduck("forecast", path, "--model", "naive", "--horizon", "9", "--out", out)
        lines = self.shelduck("forecast", out, "--value", "point", "--model", "naive", "--horizon", "1",
                              "--format", "ndjson").lines
        self.assertEqual([(line["ds"], line["point"], line["n"]) for line in lines], [("18", 2, 9)])

    def test_scores_as_parquet_are_those_of_csv(self):
        path = self.folder / "series.csv"
        path.write_text("unique_id,ds,y,split,horizon,period\n" + "".join(
            f"{name},{t},{t * t % 5},{'train' if t <= 20 else 'test'},2,1\n"
            for name in ("a", "b") for t in range(1, 25)))
        words = ["forecast", "evaluate", path, "--models", "drift", "--scores"]
        shown = [self.shelduck(*words, self.folder / name).out.count("\n") for name in ("s.csv", "s.parquet")]
        self.assertEqual(shown[0], shown[1])
        with open(self.folder / "s.csv", encoding="utf-8") as file:
            self.assertSameRows(self.rows_of(self.folder / "s.parquet"), list(csv.DictReader(file)))

    def test_a_failure_leaves_the_old_file(self):
        path, out = self.folder / "series.csv", self.folder / "out.parquet"
        path.write_text("unique_id,ds,y\na,1,1\na,2,x\n")
        out.write_text("old")
        self.refused("forecast", path, "--horizon", "1", "--out", out)
        self.assertEqual(out.read_text(), "old")
        self.assertEqual(sorted(os.listdir(self.folder)), ["out.parquet", "series.csv"])


class Sort(Tables):
    """Rows of a series that do not stand together."""

    ROWS = [f"{name},2026-01-{t:02},{t * t % 7 + len(name)},{'train' if t <= 22 else 'test'},2,1"
            for name in ("milk", "bread", "egg") for t in range(1, 25)]
    APART = "shelduck: rows of a series do not stand together: all were sorted first"

    def file(self, rows, name="series.csv"):
        path = self.folder / name
        path.write_text("unique_id,ds,y,split,horizon,period\n" + "".join(row + "\n" for row in rows))
        return path

    def orders(self):
        """By time, and mixed so that each series begins where it did."""
        by_time = [self.ROWS[24 * series + t] for t in range(24) for series in range(3)]
        mixed = [self.ROWS[i] for i in (0, 24, 48)]
        mixed += [self.ROWS[i * 31 % 72] for i in range(72) if i * 31 % 72 % 24 > 0]
        return {"by_time.csv": by_time, "mixed.csv": mixed}

    def test_forecasts_and_scores_are_those_of_the_sorted_file(self):
        forecast = ["--model", "ses", "--format", "csv"]
        evaluate = ["--models", "ses", "--limit", "2", "--scores", self.folder / "scores.csv"]
        whole = self.file(self.ROWS)
        known = self.shelduck("forecast", whole, *forecast)
        self.assertNotIn(self.APART, known.err)
        self.shelduck("forecast", "evaluate", whole, *evaluate)
        scores = (self.folder / "scores.csv").read_text()
        for name, rows in self.orders().items():
            path = self.file(rows, name)
            done = self.shelduck("forecast", path, *forecast)
            self.assertEqual(done.out, known.out)
            self.assertIn(self.APART, done.err)
            self.assertIn(self.APART, self.shelduck("forecast", "evaluate", path, *evaluate).err)
            self.assertEqual((self.folder / "scores.csv").read_text(), scores)

    def test_parquet_tables_and_pictures_too(self):
        path = self.file(self.orders()["by_time.csv"])
        known = self.shelduck("forecast", path, "--model", "ses", "--format", "csv")
        self.sql("CREATE TABLE series AS SELECT * FROM read_csv('FOLDER/series.csv')",
                 "COPY series TO 'FOLDER/series.parquet'")
        for place in ([self.folder / "series.parquet"], [self.base, "series"]):
            self.assertEqual(self.shelduck("forecast", *place, "--model", "ses", "--format", "csv").out, known.out)
        pictures = []
        for rows in (self.ROWS, self.orders()["by_time.csv"]):
            self.shelduck("forecast", "plot", self.file(rows), "--id", "egg", "--model", "ses", "--out",
                          self.folder / "out.svg")
            pictures.append((self.folder / "out.svg").read_text())
        self.assertEqual(*pictures)

    def test_nothing_is_left_in_the_folder_for_temporary_files(self):
        temporary = self.folder / "temporary"
        temporary.mkdir()
        self.shelduck("forecast", self.file(self.orders()["mixed.csv"]), "--model", "ses",
                      env={"TMPDIR": str(temporary)})
        self.assertEqual(list(temporary.iterdir()), [])

    def test_what_is_broken_is_refused_with_its_line(self):
        rows = self.orders()["by_time.csv"]
        error = self.refused("forecast", self.file(rows[:5] + [rows[5].replace(",7,", ",x,")] + rows[6:]))
        self.assertEqual((error["field"], error["value"]), ("line 7, y", "x"))
        error = self.refused("forecast", self.file(rows + rows[:1]))
        self.assertEqual((error["field"], error["value"]), ("line 74, ds", "2026-01-01"))
        # Rows that stand together are taken as they are.
        error = self.refused("forecast", self.file(self.ROWS[1::-1]))
        self.assertEqual((error["field"], error["value"]), ("line 3, ds", "2026-01-01"))
        self.assertIn("before it stands '2026-01-02', in series 'milk'", error["message"])
        self.assertEqual(error["hint"], "sort the rows by series and time")

    def test_a_pipe_cannot_be_sorted(self):
        read, write = os.pipe()
        os.write(write, ("unique_id,ds,y\n" + "a,1,1\nb,1,1\n" * 2).encode())
        os.close(write)
        done = self.shelduck("forecast", f"/dev/fd/{read}", "--horizon", "1", code=2, pass_fds=[read])
        os.close(read)
        self.assertIn("give them as a file", done.err)


class Owned(Served, Tables):
    def test_a_database_that_a_server_owns_is_not_read_and_its_copy_is(self):
        self.record("apt")
        self.serve()
        words = ["step_metrics", "--id", "step_name", "--time", "start_time", "--value", "wall_clock_seconds"]
        for named in (self.database, self.base):  # by the settings; neither is what is to be read
            error = self.refused("forecast", self.database, *words, code=4, env={"SHELDUCK_DB": str(named)})
            self.assertEqual((error["kind"], error["field"]), ("busy", "FILE"))
            self.assertIn("shelduck db backup", error["hint"])
        copy = self.folder / "copy"
        self.shelduck("db", "backup", copy)
        error = self.refused("forecast", copy / "database.duckdb", *words)
        self.assertEqual(error["field"], "--horizon", "it is read, and only that is missing")


class Destinations(Tables):
    def test_what_belongs_to_the_database_that_is_read_is_never_replaced(self):
        self.sql(SERIES)
        for name in ("base.duckdb", "base.duckdb.wal"):
            error = self.refused("forecast", self.base, "series", "--out", self.folder / name)
            self.assertEqual((error["field"], error["value"]), ("--out", str(self.folder / name)))

    def test_standard_output_takes_no_rows_beside_the_table(self):
        path = self.folder / "series.csv"
        path.write_text("unique_id,ds,y,split,horizon,period\na,1,1,train,1,1\na,2,1,test,1,1\n")
        error = self.refused("forecast", "evaluate", path, "--scores", "/dev/stdout")
        self.assertEqual((error["field"], error["value"]), ("--scores", "/dev/stdout"))
        error = self.refused("forecast", path, "--out", "/dev/stdout")
        self.assertEqual(error["hint"], "without --out the rows go there, as --format says")

    def test_a_limit_on_the_size_of_files_is_told_as_such(self):
        path = self.folder / "series.csv"
        path.write_text("unique_id,ds,y\n" + "".join(f"a,{t},{t * t % 7}\n" for t in range(2000)))
        for words, place in ([["--horizon", "3000"], "a temporary file in /tmp"],
                             [["--horizon", "40", "--out", self.folder / "out.csv"], "the output"]):
            with self.start("forecast", path, "--model", "naive", "--json", *words,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))) as process:
                _, err = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 6, err)
            error = command_line.Done(6, "", err).error
            self.assertEqual((error["kind"], error["hint"]),
                             ("exhausted", "the size of files is limited (ulimit -f)"))
            self.assertIn(f"'{place}'", error["message"])



if __name__ == "__main__":
    command_line.main()
