#!/usr/bin/env python3
"""/openapi.json, judged by somebody else: openapi-spec-validator, which scripts/setup --check installs."""

import copy
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
