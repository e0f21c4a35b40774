#!/usr/bin/env python3
"""The rules of the style card that a program can check; clang-tidy and clang-format do the rest.

    tests/tidy_test.py [ROOT]

Prints `file:line: rule` for each offence and fails if there is one. Each rule carries a sample
that it must catch, so that a rule which has stopped to work fails too.
"""

import pathlib
import re
import sys
from dataclasses import dataclass
from typing import Callable, Iterator

ROOT = pathlib.Path(__file__).resolve().parent.parent
LINES_MAX = 600
SKIPPED_FOLDERS = {".git", ".cache", "build"}
BANNED_NAMES = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}
CODE = {".cpp", ".hpp", ".h"}
TEXT = CODE | {".py", ".cmake", ".txt", ".md", ".sql", ".json", ".supp", ".sha256", ".in", ""}
# Places that a reader may be sent to; a host that serves packages never is.
LINKED_HOSTS = {"127.0.0.1", "localhost", "example.org", "example.com", "www.w3.org", "duckdb.org", "sqlite.org"}

# How an #include of other people's code begins, and the Debian package that brings it.
PACKAGES = {
    "CLI/": "libcli11-dev",
    "Eigen/": "libeigen3-dev",
    "benchmark/": "libbenchmark-dev",
    "csv.h": "libcsv-dev",
    "date/": "libhowardhinnant-date-dev",
    "fmt/": "libfmt-dev",
    "gtest/": "libgtest-dev",
    "lzma.h": "liblzma-dev",
    "nlohmann/": "nlohmann-json3-dev",
    "rapidcheck": "librapidcheck-dev",
    "simdjson": "libsimdjson-dev",
    "spdlog/": "libspdlog-dev",
    "sqlite3.h": "libsqlite3-dev",
    "tl/": "libexpected-dev",
    "toml++/": "libtomlplusplus-dev",
    "xxhash.h": "libxxhash-dev",
    "zlib.h": "zlib1g-dev",
}
INCLUDE = re.compile(r'^#include [<"]([^>"]+)[>"]', re.MULTILINE)

Path = pathlib.PurePosixPath


def is_code(path: Path) -> bool:
    return path.suffix in CODE


def is_room(path: Path) -> bool:
    """Code of src that is not a test."""
    return is_code(path) and path.parts[0] == "src" and not path.stem.endswith("_test")


def is_test(path: Path) -> bool:
    return is_code(path) and path.stem.endswith("_test")


def is_ours(path: Path) -> bool:
    """Everything written by us, so neither data of tests nor this list of forbidden words."""
    data = {"corpora", "corpus"} & set(path.parts)
    return path.suffix in TEXT and not data and path.name != "tidy_test.py"


def in_rooms(*rooms: str) -> Callable[[Path], bool]:
    return lambda path: len(path.parts) > 1 and path.parts[1] in rooms


def may_hold_sql(path: Path) -> bool:
    domains = in_rooms("store", "history", "sensors", "flight", "catalog", "interop")
    return domains(path) and "records" not in path.parts


@dataclass(frozen=True)
class Rule:
    says: str
    applies: Callable[[Path], bool]
    pattern: re.Pattern[str]
    sample: str


def rule(says: str, applies: Callable[[Path], bool], pattern: str, sample: str) -> Rule:
    return Rule(says, applies, re.compile(pattern), sample)


RULES = [
    rule("trailing white space", is_ours, r"[ \t]+$", "int a; "),
    rule("unfinished work", is_ours, r"\b(TODO|FIXME|XXX)\b", "// TODO: later"),
    rule("not ASCII", lambda p: is_ours(p) and p.suffix != ".md", r"[^\x00-\x7f]", "caf\u00e9"),
    rule("path of one machine", is_ours, r"(?<![\w.])/(work|root)/", "cd /work/main"),
    rule("host of a registry or mirror", is_ours,
         r"\b(index|registry|static|deb|proxy|security|files|repo\d?)\.[a-z]+\.(io|org|com|net)\b",
         "see index.things.io"),
    rule("number of an issue", is_ours, r"(?i)\b(issue|pull request|pr)s? #?\d+\b", "see issue 12"),
    rule("SQL outside store and the domains", lambda p: is_room(p) and not may_hold_sql(p),
         r"\b(SELECT\b.*\bFROM|INSERT INTO|DELETE FROM|CREATE (OR REPLACE )?(TABLE|VIEW))\b",
         '"SELECT 1 FROM run"'),
    rule("a library prints", lambda p: is_room(p) and not in_rooms("front", "cli")(p),
         r"\bstd::(cout|cerr|clog|puts|printf|fprintf)\b", 'std::cout << "x";'),
    rule("the clock is passed in", lambda p: is_room(p) and not in_rooms("core")(p),
         r"\bsystem_clock::now\(", "auto t = std::chrono::system_clock::now();"),
    rule("a test sleeps", is_test, r"\b(sleep_for|sleep_until|usleep|nanosleep)\b",
         "std::this_thread::sleep_for(1s);"),
    rule("a disabled test", is_test, r"\bDISABLED_", "TEST(Run, DISABLED_Works)"),
    rule("using namespace in a header", lambda p: is_code(p) and p.suffix == ".hpp",
         r"^using namespace\b", "using namespace std;"),
]
URL = re.compile(r"https?://([A-Za-z0-9.-]+)")


def bad_lines(path: Path, text: str) -> Iterator[tuple[int, str]]:
    rules = [rule for rule in RULES if rule.applies(path)]
    for number, line in enumerate(text.splitlines(), start=1):
        for each in rules:
            if each.pattern.search(line):
                yield number, each.says
        if is_ours(path):
            for host in URL.findall(line):
                if host.lower() not in LINKED_HOSTS:
                    yield number, f"address of an unlisted host, {host}"


def bad_file(path: Path, text: str) -> Iterator[tuple[int, str]]:
    names = {word for part in path.parts for word in Path(part).stem.lower().split("_")}
    if names & BANNED_NAMES:
        yield 1, "a file or folder is named after a noun, not " + ", ".join(names & BANNED_NAMES)
    if is_code(path) and text.count("\n") > LINES_MAX:
        yield 1, f"{text.count(chr(10))} lines, {LINES_MAX} are allowed"
    if path.suffix == ".hpp" and not text.startswith("//"):
        yield 1, "a header opens with a comment: what, why, example, threads, failures"
    if path.suffix == ".hpp" and "#pragma once" not in text:
        yield 1, "no #pragma once"
    if is_test(path) and path.suffix == ".cpp" and "gtest.h" not in text:
        yield 1, "a test includes gtest itself, not by way of the precompiled header"
    if text and not text.endswith("\n"):
        yield 1, "no end of line at the end"


def check_rules() -> None:
    for each in RULES:
        if not each.pattern.search(each.sample):
            raise AssertionError(f"the rule '{each.says}' misses its sample: {each.sample}")
    if not list(bad_file(Path("src/core/string_utils.hpp"), "int a;")):
        raise AssertionError("the rules on whole files miss their sample")


def packages_of(text: str) -> set[str]:
    return {
        package
        for header in INCLUDE.findall(text)
        for start, package in PACKAGES.items()
        if header.startswith(start)
    }


def bad_packages(root: pathlib.Path, used: set[str]) -> Iterator[str]:
    """What is included is installed and explained, and nothing else is."""
    installed = (root / "scripts/setup").read_text(encoding="utf-8")
    explained = (root / "docs/dependencies.md").read_text(encoding="utf-8")
    for package in sorted(set(PACKAGES.values())):
        for place, text in (("scripts/setup", installed), ("docs/dependencies.md", explained)):
            if package in used and package not in text:
                yield f"{place}: {package} is included somewhere, and missing here"
            if package not in used and package in text:
                yield f"{place}: {package} is named, and included nowhere"


def sources(root: pathlib.Path) -> Iterator[pathlib.Path]:
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if not SKIPPED_FOLDERS & set(inside.parts) and path.is_file() and is_ours(Path(inside)):
            yield path


def main() -> int:
    root = pathlib.Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    check_rules()
    count = offences = 0
    used: set[str] = set()
    for path in sources(root):
        inside = Path(path.relative_to(root))
        text = path.read_text(encoding="utf-8")
        count += 1
        if is_code(inside):
            used |= packages_of(text)
        for line, says in [*bad_file(inside, text), *bad_lines(inside, text)]:
            print(f"{inside}:{line}: {says}")
            offences += 1
    for says in bad_packages(root, used):
        print(says)
        offences += 1
    print(f"{count} files, {offences} offences")
    return 1 if offences or not count else 0


if __name__ == "__main__":
    sys.exit(main())
