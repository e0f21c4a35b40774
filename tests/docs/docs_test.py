"""Executes every command that README.md and docs/ show and compares the output in shape.

A fenced block of kind `console` holds lines that begin with "$ " and what they print. All blocks
of one page run in one empty folder, one after the other, with the programs of the build. Shape
means: the same words in the same lines; numbers, dates, durations, ids and the width of columns may
differ, a line "..." stands for any lines. `--update` writes the real output into the pages.

usage: docs_test.py SHELDUCK ROOT PAGE [--update]
"""

import os
import re
import subprocess
import sys
import tempfile

# The folder of the reader, in the place of the test's own.
SHOWN_FOLDER = "/home/you"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def shape(line):
    """What two runs of one command have in common."""
    line = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", line)
    line = re.sub(r"(?<![0-9a-f])[0-9a-f]{8}\b(?=\S*\d)", "ID", line)
    line = re.sub(r"\bsd_[0-9a-f]{64}\b", "TOKEN", line)
    line = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "#", line)
    line = re.sub(r"\b(mean|median|ses|regression)$", "MODEL", line)
    line = re.sub(r"(?<= )-(?=\d)", "", line)
    line = re.sub(r"\d[\d,.]*( ?(ms|s|m|h|d|B|kB|MB|GB|%))?(?![A-Za-z])", "#", line)
    line = re.sub(r"#([ :T/-]*#)*Z?", "#", line)
    line = re.sub(r"[-\u2500\u2501]{3,}", "--", line)
    return re.sub(r"\s+", " ", line).strip()


def commands_of(block):
    """[(command, [expected line])] of one block; a command may go on after a backslash."""
    commands = []
    for line in block.splitlines():
        if line.startswith("$ "):
            commands.append([line[2:], []])
        elif commands and commands[-1][0].endswith("\\") and not commands[-1][1]:
            commands[-1][0] += "\n" + line
        elif commands:
            commands[-1][1].append(line)
    return commands


def matches(expected, actual):
    """Whether the shapes agree, with "..." for any lines."""
    if not expected:
        return not actual
    if expected[0].strip() == "...":
        return any(matches(expected[1:], actual[i:]) for i in range(len(actual) + 1))
    if not actual or shape(expected[0]) != shape(actual[0]):
        return False
    return matches(expected[1:], actual[1:])


class Page:
    def __init__(self, shelduck, root, path):
        self.path = path
        self.folder = tempfile.TemporaryDirectory(prefix="shelduck-docs-")
        home = self.folder.name
        tools = os.path.join(home, ".tools")
        os.mkdir(tools)
        os.symlink(shelduck, os.path.join(tools, "shelduck"))
        os.symlink(os.path.join(root, "examples"), os.path.join(home, "examples"))
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("SHELDUCK_", "XDG_"))}
        self.environment = dict(keep, HOME=home, PATH=tools + ":" + os.environ["PATH"],
                                SHELDUCK_ENGINE=os.path.join(os.path.dirname(shelduck), "..",
                                                             "libexec", "shelduck", "engine"),
                                LC_ALL="C.UTF-8", COLUMNS="120", TERM="dumb", TZ="UTC")
        # One shell a page, so that variables of one command are there for the next.
        self.shell = subprocess.Popen(["bash", "--norc"], cwd=home, env=self.environment, text=True,
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)

    def run(self, command):
        mark = "--end of output--"
        self.shell.stdin.write(command + " </dev/null\necho; echo '" + mark + "'\n")
        self.shell.stdin.flush()
        lines = []
        for line in self.shell.stdout:
            if line.rstrip("\n") == mark:
                break
            lines.append(line.rstrip().replace(self.folder.name, SHOWN_FOLDER))
        while lines and lines[-1] == "":
            lines.pop()
        return lines

    def close(self):
        self.shell.stdin.close()
        self.shell.wait(timeout=60)
        self.folder.cleanup()


def check(page, text):
    """(failures, text with the real output in place of the shown one)."""
    failures = []
    count = 0

    def one_block(match):
        nonlocal count
        real = []
        for command, expected in commands_of(match.group(1)):
            count += 1
            actual = page.run(command)
            while expected and expected[-1].strip() == "":
                expected = expected[:-1]
            if not matches(expected, actual):
                failures.append((command, expected, actual))
            cut = "..." in (line.strip() for line in expected)
            real += ["$ " + command] + (expected if cut else actual)
        return "```console\n" + "".join(line + "\n" for line in real) + "```"

    updated = BLOCK.sub(one_block, text)
    return failures, updated, count


def main():
    shelduck, root, path = (os.path.abspath(a) for a in sys.argv[1:4])
    page = Page(shelduck, root, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    failures, updated, count = check(page, text)
    page.close()
    if "--update" in sys.argv[4:]:
        with open(path, "w", encoding="utf-8") as file:
            file.write(updated)
        return 0
    for command, expected, actual in failures:
        print("$ " + command)
        print("  shown in the page:\n    " + "\n    ".join(expected))
        print("  printed:\n    " + "\n    ".join(actual))
    print(f"{os.path.relpath(path, root)}: {count} commands, {len(failures)} differ")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
