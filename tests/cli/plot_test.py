#!/usr/bin/env python3
"""`forecast plot`: one series and its forecast as SVG and PNG."""

import struct
import zlib
from xml.etree import ElementTree

import command_line

SVG = "{http://www.w3.org/2000/svg}"
HEADER = "unique_id,ds,y\n"
ODD = '<b>&"milk"'


def rows(name, values):
    quoted = '"' + name.replace('"', '""') + '"'
    return "".join(f"{quoted},{t},{y}\n" for t, y in enumerate(values, 1))


class Plot(command_line.Case):
    def file(self, text):
        path = self.folder / "series.csv"
        path.write_text(text)
        return path

    def plot(self, text, name, *words, to="out.svg", code=0):
        out = self.folder / to
        done = self.shelduck("forecast", "plot", self.file(text), "--id", name, "--out", out, *words,
                             code=code)
        self.assertEqual(done.out, "")
        return out, done

    def svg(self, *words, **more):
        root = ElementTree.parse(self.plot(*words, **more)[0]).getroot()
        self.assertEqual((root.tag, root.get("viewBox")), (SVG + "svg", "0 0 960 480"))
        return root

    def texts(self, root):
        return [text.text for text in root.iter(SVG + "text")]

    def paths(self, root, role):
        """The points of each path of that class."""
        found = [path.get("d") for path in root.iter(SVG + "path") if path.get("class") == role]
        return [[tuple(map(float, point.split())) for point in d.strip("MZ").split("L")] for d in found]

    def test_history_forecast_bands_legend_and_axes(self):
        text = HEADER + rows("other", range(9)) + rows("a", range(40))
        root = self.svg(text, "a", "--model", "naive", "--horizon", "3", "--level", "80,95")
        texts = self.texts(root)
        self.assertEqual(texts[:2], ["a", "3 steps ahead"])
        for word in ("history", "forecast (naive)", "80 %", "95 %", "0", "20", "40"):
            self.assertIn(word, texts)
        [history], [forecast] = self.paths(root, "history"), self.paths(root, "forecast")
        wide, narrow = self.paths(root, "interval")
        self.assertEqual((len(history), len(forecast), len(wide), len(narrow)), (40, 4, 8, 8))
        # It goes up to the right, and naive stays where it was.
        self.assertTrue(all(x < u and y > v for (x, y), (u, v) in zip(history, history[1:])))
        self.assertEqual(forecast[0], history[-1])
        self.assertEqual({y for _, y in forecast}, {history[-1][1]})
        # Every past error of h steps was h, so the 80 % bounds of the last step are 3 steps away.
        step = history[0][1] - history[1][1]
        self.assertLess(wide[3][1], narrow[3][1])
        self.assertAlmostEqual(forecast[3][1] - narrow[3][1], 3 * step, delta=0.05)

    def test_the_numbers_are_those_of_the_table(self):
        text = HEADER + rows("b", [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 9]) + rows("a", [2, 7, 1, 8, 2, 8] * 3)
        words = ["--model", "ses", "--horizon", "2", "--level", "80"]
        table = self.shelduck("forecast", self.file(text), *words, "--format", "ndjson").lines
        root = self.svg(text, "a", *words)
        [history], [band] = self.paths(root, "history"), self.paths(root, "interval")
        scale = (history[0][1] - history[1][1]) / 5  # pixels of 1: from 2 to 7
        for h in (1, 2):
            row = next(row for row in table if row["unique_id"] == "a" and row["step"] == h)
            bottom, top = band[len(band) - 1 - h][1], band[h][1]
            self.assertAlmostEqual((bottom - top) / scale, row["upper_80"] - row["lower_80"], delta=0.01)

    def test_names_are_escaped(self):
        root = self.svg(HEADER + rows(ODD, range(9)), ODD, "--model", "naive", "--horizon", "1")
        self.assertEqual(self.texts(root)[0], ODD)
        self.assertEqual(root.find(SVG + "title").text, ODD)

    def test_of_a_long_history_the_newest_part_is_shown(self):
        text = HEADER + rows("a", range(1000))
        root = self.svg(text, "a", "--model", "naive", "--horizon", "2")
        self.assertIn("2 steps ahead; the newest 60 of 1000 values", self.texts(root))
        self.assertEqual([len(path) for path in self.paths(root, "history")], [60])
        root = self.svg(text, "a", "--model", "naive", "--horizon", "2", "--history", "5")
        self.assertEqual([len(path) for path in self.paths(root, "history")], [5])

    def test_dates_at_the_end_of_a_period_stand_at_its_name(self):
        text = HEADER + "".join(f"a,{year}-12-31,{year % 7}\n" for year in range(2001, 2012))
        root = self.svg(text, "a", "--model", "drift", "--horizon", "1")
        [history] = self.paths(root, "history")
        label = next(t for t in root.iter(SVG + "text") if t.text == "2010")
        self.assertAlmostEqual(history[9][0], float(label.get("x")), delta=0.1)

    def test_png_is_a_picture_of_that_size_and_theme(self):
        corners = {}
        for theme in ("light", "dark"):
            text = HEADER + rows(ODD, range(9))
            path, _ = self.plot(text, ODD, "--model", "naive", "--horizon", "1", "--theme", theme,
                                to="out.PNG")
            png = path.read_bytes()
            self.assertEqual(png[:8], b"\x89PNG\r\n\x1a\n")
            width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
            self.assertEqual((width, height, depth, kind), (1920, 960, 8, 2))
            data, at = b"", 8
            while at < len(png):
                size, = struct.unpack(">I", png[at:at + 4])
                if png[at + 4:at + 8] == b"IDAT":
                    data += png[at + 8:at + 8 + size]
                at += size + 12
            pixels = zlib.decompress(data)
            self.assertEqual(len(pixels), height * (3 * width + 1))
            corners[theme] = pixels[1:4]
        self.assertEqual(corners, {"light": b"\xff\xff\xff", "dark": b"\x14\x18\x1d"})

    def test_without_cairo_the_error_says_what_to_do(self):
        broken = self.folder / "libraries"
        broken.mkdir()
        (broken / "libcairo.so.2").touch()
        path, env = self.file(HEADER + rows("a", range(9))), {"LD_LIBRARY_PATH": str(broken)}
        words = ["forecast", "plot", path, "--id", "a", "--model", "naive", "--horizon", "1", "--out"]
        error = self.refused(*words, self.folder / "out.png", code=6, env=env)
        self.assertEqual(error["hint"], "install the package libcairo2, or write .svg")
        self.assertFalse((self.folder / "out.png").exists())
        self.shelduck(*words, self.folder / "out.svg", env=env)

    def test_rows_of_covariates_to_come_are_no_history(self):
        known = "".join(f"pool,{t},{3 * t % 7 + t % 3},{t % 3}\n" for t in range(1, 41))
        text = "unique_id,ds,y,hot\n" + known + "".join(f"pool,{t},,{t % 3}\n" for t in range(41, 61))
        root = self.svg(text, "pool", "--model", "auto_arima", "--covariates", "hot", "--horizon", "2")
        [history], [forecast] = self.paths(root, "history"), self.paths(root, "forecast")
        self.assertEqual((len(history), len(forecast)), (40, 3))
        self.assertEqual(forecast[0], history[-1])
        self.assertAlmostEqual(forecast[-1][0], 960 - 24, delta=0.1)  # the last step is at the edge

    def test_without_a_forecast_the_history_is_drawn_and_the_reason_told(self):
        text = HEADER + rows("b", range(30)) + rows("a", [1, 2])
        path, done = self.plot(text, "a", "--model", "auto_arima", "--horizon", "1", code=1)
        root = ElementTree.parse(path).getroot()
        self.assertIn("no forecast: has 2 values, needs 3", self.texts(root))
        self.assertEqual([len(p) for p in self.paths(root, "history")], [2])
        self.assertIn("the picture shows the history alone", done.err)
        _, quiet = self.plot(text, "a", "--model", "auto_arima", "--horizon", "1", "--quiet", code=1)
        self.assertIn("the picture shows the history alone", quiet.err)

    def test_what_cannot_be_drawn_is_refused(self):
        path = self.file(HEADER + rows("milk", range(9)))
        words = ["forecast", "plot", path, "--horizon", "1"]
        out = self.folder / "out.svg"
        error = self.refused(*words, "--id", "mlik", "--out", out, code=3)
        self.assertEqual((error["field"], error["value"], error["hint"]),
                         ("--id", "mlik", "did you mean 'milk'?"))
        error = self.refused(*words, "--id", "milk", "--out", self.folder / "out.jpg")
        self.assertEqual((error["field"], error["rule"]), ("--out", "a name that ends in .svg or .png"))
        error = self.refused(*words, "--id", "milk", "--out", self.folder / "none/out.svg", code=1)
        self.assertEqual(error["field"], "--out")
        error = self.refused("forecast", "plot", "/dev/null", "--id", "milk", "--out", out)
        self.assertEqual((error["field"], error["value"]), ("FILE", "/dev/null"))
        self.assertEqual(self.refused(*words, "--out", out)["field"], "--id")
        self.assertEqual([path.name for path in self.folder.iterdir()], ["series.csv"])


if __name__ == "__main__":
    command_line.main()
