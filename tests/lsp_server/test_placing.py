"""
A component of the project's framework goes where the project has them, called as the project calls them.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.lsp_server.editor import Editor

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}
NEIGHBOUR = "export default function NavBar() {\n  return null;\n}\n"


@pytest.fixture
def project(workspace: Path) -> Path:
    """
    A React project whose components are called in kebab case; the picture lies in a folder of its own.
    """
    (workspace / "package.json").write_text('{"dependencies": {"react": "19", "tailwindcss": "4"}}')
    (workspace / "src" / "widgets").mkdir(parents=True)
    for name in ("nav-bar.jsx", "tool-tip.jsx"):
        (workspace / "src" / "widgets" / name).write_text(NEIGHBOUR)
    (workspace / "design").mkdir()
    (workspace / "shot.png").rename(workspace / "design" / "shot.png")
    return workspace


@pytest.mark.parametrize("name", ["vscode-1.65", "helix-25.01"])
def test_it_lands_among_its_neighbours_and_takes_nobodys_place(start: Start, project: Path, name: str) -> None:
    editor = start(project, name)
    options = {**QUICK, "image": (project / "design" / "shot.png").as_uri(), "name": "Sign in"}
    result = editor.request("visionCode/component", options)
    assert result["applied"]
    assert result["files"][0]["uri"] == (project / "src" / "widgets" / "sign-in.jsx").as_uri()
    assert result["name"] == "SignIn"
    assert "named like" in result["placedBecause"]
    assert result["notes"][0] == "target react, because package.json depends on react"
    text = editor.text(result["files"][0]["uri"])
    assert "export default function SignIn()" in text
    assert (project / "src" / "widgets" / "sign-in.theme.css").exists()
    again = editor.request("visionCode/component", options)
    assert again["files"][0]["uri"].endswith("/src/widgets/sign-in-2.jsx")
    assert again["name"] == "SignIn2"
    undone = editor.request("visionCode/undo", {})
    assert again["files"][0]["uri"] in undone["documents"]


def test_a_folder_is_kept_and_only_the_name_is_the_projects(start: Start, project: Path) -> None:
    editor = start(project)
    options = {**QUICK, "image": (project / "design" / "shot.png").as_uri(), "apply": False}
    routes = (project / "src" / "routes").as_uri()
    named = editor.request("visionCode/component", {**options, "folder": routes})
    stem = named["files"][0]["uri"].removeprefix(routes + "/")
    assert stem.endswith(".jsx")
    assert stem == stem.lower()
    assert named["placedBecause"].startswith("as asked; named like ")
    # Who names the file as well has said it all.
    said = editor.request("visionCode/component", {**options, "folder": routes, "name": "HereItIs"})
    assert said["files"][0]["uri"] == f"{routes}/HereItIs.jsx"
    assert said["placedBecause"] == ""


def test_what_is_not_of_the_projects_framework_stays_at_hand(start: Start, project: Path, picture: bytes) -> None:
    editor = start(project)
    options = {**QUICK, "image": (project / "design" / "shot.png").as_uri(), "apply": False}
    page = editor.request("visionCode/component", {**options, "target": "html"})
    assert page["files"][0]["uri"].startswith((project / "design").as_uri() + "/")
    assert page["placedBecause"] == "it is the picture's folder"
    data = "data:image/png;base64," + base64.b64encode(picture).decode()
    vue = editor.request("visionCode/component", {**options, "image": data, "target": "vue"})
    assert vue["files"][0]["uri"].startswith(project.as_uri() + "/")
    assert vue["placedBecause"] == "it is the workspace's folder"
    assert any("the project is written in react" in note for note in vue["notes"])
    pasted = editor.request("visionCode/component", {**options, "image": data})
    assert "/src/widgets/" in pasted["files"][0]["uri"]


def test_a_link_in_the_project_leads_nobody_out_of_it(start: Start, project: Path) -> None:
    outside = project.parent / f"{project.name}-outside"
    outside.mkdir()
    for path in (project / "src" / "widgets").iterdir():
        path.rename(outside / path.name)
    (project / "src" / "widgets").rmdir()
    (project / "src" / "widgets").symlink_to(outside)
    editor = start(project)
    image = (project / "design" / "shot.png").as_uri()
    result = editor.request("visionCode/component", {**QUICK, "image": image, "name": "Sign in"})
    assert result["files"][0]["uri"].startswith((project / "src" / "components").as_uri())
    assert len(list(outside.iterdir())) == 2
