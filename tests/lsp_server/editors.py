"""
What five real editors say they can, as far as this server looks: captured by the clients' own authors and by us.

Source: pytest-lsp 1.0.1 (`pytest_lsp/clients`, MIT) for the first four, Helix 25.01.1 as recorded in a pty.
"""

from __future__ import annotations

from typing import Any

_LITERALS = {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}}}
_DIAGNOSTICS: dict[str, Any] = {"versionSupport": False}
_OPERATIONS = ["rename", "create", "delete"]

EDITORS: dict[str, dict[str, Any]] = {
    "vscode-1.65": {
        "workspace": {
            "applyEdit": True,
            "configuration": True,
            "didChangeConfiguration": {"dynamicRegistration": True},
            "codeLens": {"refreshSupport": True},
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create", "rename", "delete"],
                "failureHandling": "textOnlyTransactional",
                "normalizesLineEndings": True,
                "changeAnnotationSupport": {"groupsOnLabel": True},
            },
        },
        "window": {"workDoneProgress": True, "showDocument": {"support": True}},
        "textDocument": {"codeAction": _LITERALS, "publishDiagnostics": _DIAGNOSTICS},
    },
    "neovim-0.7": {
        "workspace": {"applyEdit": True, "workspaceEdit": {"resourceOperations": _OPERATIONS}},
        "window": {"workDoneProgress": True, "showDocument": {"support": False}},
        "textDocument": {"codeAction": _LITERALS, "publishDiagnostics": _DIAGNOSTICS},
    },
    "neovim-0.11": {
        "general": {"positionEncodings": ["utf-8", "utf-16", "utf-32"]},
        "workspace": {"applyEdit": True, "workspaceEdit": {"resourceOperations": _OPERATIONS}},
        "window": {"workDoneProgress": True, "showDocument": {"support": True}},
        "textDocument": {"codeAction": _LITERALS, "publishDiagnostics": _DIAGNOSTICS},
    },
    "eglot-29.1": {
        "general": {"positionEncodings": ["utf-32", "utf-8", "utf-16"]},
        "workspace": {"applyEdit": True, "workspaceEdit": {"documentChanges": True}},
        "window": {"workDoneProgress": True},
        "textDocument": {"codeAction": _LITERALS, "publishDiagnostics": _DIAGNOSTICS},
    },
    "helix-25.01": {
        "general": {"positionEncodings": ["utf-8", "utf-32", "utf-16"]},
        "workspace": {
            "applyEdit": True,
            "workspaceEdit": {
                "documentChanges": True,
                "resourceOperations": ["create", "rename", "delete"],
                "failureHandling": "abort",
                "normalizesLineEndings": False,
            },
        },
        "window": {"workDoneProgress": True},
        "textDocument": {"codeAction": _LITERALS, "publishDiagnostics": _DIAGNOSTICS},
    },
}
