"""
The reports of test runners: which test passed. What a run prints for people is never looked at.

Sources: pytest documentation, "Creating JUnitXML format files"; Jest and Vitest, JSON reporters; Mocha, JSON reporter;
``go doc test2json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

from vision_code.cage.commands import ReportKind

#: An XML document type can make a kilobyte into gigabytes; no runner writes one.
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def read_report(kind: ReportKind, content: bytes) -> Mapping[str, bool] | None:
    """
    Test → whether it passed, those that were skipped left out; None when the report cannot be read or names no test.
    """
    readers: dict[str, Callable[[bytes], dict[str, bool]]] = {
        "junit": _junit,
        "jest": _jest,
        "mocha": _mocha,
        "go": _go,
    }
    try:
        return readers[kind](content) or None
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError, ElementTree.ParseError):
        return None


def _junit(content: bytes) -> dict[str, bool]:
    if _DOCTYPE.search(content):
        return {}
    found: dict[str, bool] = {}
    for case in ElementTree.fromstring(content).iter("testcase"):  # noqa: S314  no document type can stand in it
        outcomes = {child.tag for child in case}
        if "skipped" not in outcomes:
            name = f"{case.get('classname', '')}::{case.get('name', '')}"
            found[name] = not outcomes & {"failure", "error"} and found.get(name, True)
    return found


def _jest(content: bytes) -> dict[str, bool]:
    report: Any = json.loads(content)
    found: dict[str, bool] = {}
    for file in report["testResults"]:
        for test in file["assertionResults"]:
            if test["status"] in ("passed", "failed"):
                name = f"{str(file.get('name', '')).rpartition('/')[2]}::{test['fullName']}"
                found[name] = test["status"] == "passed" and found.get(name, True)
        if not file["assertionResults"] and file.get("status") == "failed":  # it could not be loaded
            found[str(file.get("name", ""))] = False
    return found


def _mocha(content: bytes) -> dict[str, bool]:
    report: Any = json.loads(content)
    found = {str(test["fullTitle"]): True for test in report["passes"]}
    return found | {str(test["fullTitle"]): False for test in report["failures"]}


def _go(content: bytes) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for line in content.splitlines():
        event: Any = json.loads(line) if line.startswith(b"{") else {}
        if event.get("Action") in ("pass", "fail"):
            found[f"{event.get('Package', '')}::{event.get('Test', '')}"] = event["Action"] == "pass"
    return found
