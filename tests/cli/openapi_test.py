#!/usr/bin/env python3
"""/openapi.json, judged by somebody else: openapi-spec-validator, which scripts/setup --check installs."""

import contextlib
import copy
import http.client
import json
import os
import pathlib
import sys

import command_line
from serve_test import Served

NOT_HERE = 77  # what ctest takes as skipped
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "shelduck"
VALIDATOR = CACHE / f"openapi-validator-0.7.2-python{sys.version_info[0]}.{sys.version_info[1]}"
if VALIDATOR.is_dir():  # no other: a later one, installed for other programs, asks the network for schemas
    sys.path.insert(0, str(VALIDATOR))
    from openapi_schema_validator import OAS31Validator
    from openapi_spec_validator import OpenAPIV31SpecValidator


def schemas(value):
    """What stands at `schema`, wherever: the document's judge looks at their form, not at their words."""
    if isinstance(value, dict):
        if "schema" in value:
            yield value["schema"]
        for member in value.values():
            yield from schemas(member)
    elif isinstance(value, list):
        for member in value:
            yield from schemas(member)


def faults(document):
    found = [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()]
    for schema in [*schemas(document), *document["components"]["schemas"].values()]:
        found += [error.message for error in OAS31Validator(OAS31Validator.META_SCHEMA).iter_errors(schema)]
    return found


def break_version(document):
    del document["info"]["version"]


def break_reference(document):
    document["paths"]["/healthz"]["get"]["responses"]["default"]["$ref"] = "#/components/responses/Nothing"


def break_capture(document):
    document["paths"]["/api/history/runs/{id}"]["get"]["parameters"] = []


def break_schema(document):
    document["paths"]["/api/history/stats"]["get"]["parameters"][0]["schema"]["type"] = "whole number"


def break_name(document):
    document["paths"]["/readyz"]["get"]["operationId"] = document["paths"]["/healthz"]["get"]["operationId"]


def values(schema):
    """Each border of what it lets through, from both sides, and each of its words beside a word that is none."""
    for border, step in (("minimum", -1), ("maximum", 1)):
        if border in schema:
            yield schema[border], True
            yield schema[border] + step, False
    if schema["type"] == "integer" and "maximum" not in schema and "minimum" in schema:
        yield "many", False
    if "enum" in schema:
        yield from ((word, True) for word in schema["enum"])
        yield "fortnights", False


class Document(Served):
    def test_it_is_one_and_breaking_it_is_seen(self):
        self.serve("--sensors", self.folder / "sensors.duckdb")
        document = self.ask("/openapi.json")
        self.assertIn("/api/sensor-data", document["paths"])
        self.assertEqual(faults(document), [])
        for breaking in (break_version, break_reference, break_capture, break_schema, break_name):
            with self.subTest(breaking=breaking.__name__):
                broken = copy.deepcopy(document)
                breaking(broken)
                self.assertNotEqual(self.judged(broken), [])

    def test_its_bounds_and_words_are_those_that_are_kept(self):
        self.serve("--sensors", self.folder / "sensors.duckdb")
        self.ask("/api/sensor-data", "POST", {"Content-Type": "application/json"},
                 '[{"node_address": 42, "timestamp": 5, "temperature_raw": 1, "humidity_raw": 1},'
                 ' {"node_address": 42, "timestamp": 65, "temperature_raw": 1, "humidity_raw": 1}]', 201)
        judged = 0
        for path, operations in self.ask("/openapi.json")["paths"].items():
            for parameter in operations.get("get", {}).get("parameters", []):
                if not path.startswith("/api/") or "stream" in path or "history" in path:
                    continue
                for value, is_good in values(parameter["schema"]):
                    with self.subTest(path=path, parameter=parameter["name"], value=value):
                        status = self.status(f"{path.replace('{node}', '42')}?{parameter['name']}={value}")
                        self.assertEqual(status != 400, is_good, status)
                        judged += 1
        self.assertGreater(judged, 30)

    def test_what_writes_says_its_bodies_and_problems(self):
        self.serve("--sensors", self.folder / "sensors.duckdb")
        paths = self.ask("/openapi.json")["paths"]
        for path, operations in paths.items():
            for method, operation in operations.items():
                if method == "get" or path in ("/api/stream/tickets", "/query"):
                    continue
                with self.subTest(path=path, method=method):
                    said = set(operation["responses"])
                    self.assertLessEqual({"400", "413", "415", "503", "default"}, said)
                    for type_, content in operation["requestBody"]["content"].items():
                        self.check_door(method.upper(), path, (type_, content["example"]), (said, operation.get("parameters", [])))

    def check_door(self, method, path, content, promised):
        """What it answers is what it says, be the body good, of another type or coding, broken or too large."""
        (type_, example), (said, parameters) = content, promised
        target = path.replace("{id}", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21")
        body = example if isinstance(example, str) else json.dumps(example)
        for headers, text in (({}, body), ({"Content-Type": "image/png"}, body), ({"Content-Encoding": "br"}, body), ({}, "{"),
                              ({}, '{"node_address": -1}'), ({"Content-Length": str(1 << 30)}, "")):
            status = self.status(target, method, {"Content-Type": type_, **headers}, text)
            self.assertIn(str(status), said, (headers, text))
        for name, word, is_good in ((parameter["name"], *pair) for parameter in parameters for pair in values(parameter["schema"])):
            status = self.status(f"{target}?{name}={word}", method, {"Content-Type": type_}, body.replace(" 1780000000", " 1"))
            self.assertEqual(status != 400, is_good, (name, word))

    def status(self, target, method="GET", headers=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, target, body, headers or {})
            return connection.getresponse().status

    def judged(self, document):
        try:
            return faults(document)
        except Exception as error:  # a reference that leads nowhere ends the judging
            return [str(error)]


if __name__ == "__main__":
    if not VALIDATOR.is_dir():
        print("no openapi-spec-validator here: `scripts/setup --check` installs it")
        sys.exit(1 if os.environ.get("SHELDUCK_CHECK") else NOT_HERE)
    command_line.main()
