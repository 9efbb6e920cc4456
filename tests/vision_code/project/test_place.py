"""
A new component goes where its neighbours are, is named like them, and takes the place of nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision_code.errors import Denied
from vision_code.project.place import place
from vision_code.project.sense import sense

Write = Callable[[dict[str, str]], Path]
REACT = '{"dependencies": {"react": "19"}}'

#: Files of a project, name, target, and where the component goes.
PLACES = {
    "Pascal, flat": ({"src/components/NavBar.tsx": ""}, "Sign in", "react", "src/components/SignIn.tsx"),
    "kebab": ({"components/nav-bar.tsx": ""}, "Sign in", "react", "components/sign-in.tsx"),
    "camel": ({"src/widgets/navBar.jsx": ""}, "Sign in", "react", "src/widgets/signIn.jsx"),
    "snake": ({"src/widgets/nav_bar.jsx": ""}, "Sign in", "react", "src/widgets/sign_in.jsx"),
    "a folder each": ({"src/components/NavBar/NavBar.jsx": ""}, "Sign in", "react", "src/components/SignIn/SignIn.jsx"),
    "a folder and index": ({"src/ui/NavBar/index.tsx": ""}, "Sign in", "react", "src/ui/SignIn/index.tsx"),
    "beside the kit": ({"components/ui/button.tsx": "", "components/x.tsx": ""}, "A b", "react", "components/a-b.tsx"),
    "none yet, with src": ({"src/main.ts": "", "tsconfig.json": ""}, "Sign in", "react", "src/components/SignIn.tsx"),
    "none yet, JavaScript": ({"index.js": ""}, "Sign in", "react", "components/SignIn.jsx"),
    "another target": ({"src/components/NavBar.jsx": ""}, "Sign in", "vue", "src/components/SignIn.vue"),
    "page": ({"src/components/NavBar.jsx": ""}, "Sign in", "html", "sign-in.html"),
    "only routes": ({"src/pages/About.tsx": ""}, "Sign in", "react", "src/components/SignIn.tsx"),
    "taken": ({"src/components/SignIn.tsx": ""}, "Sign in", "react", "src/components/SignIn2.tsx"),
    "taken in another case": ({"src/components/Signin.jsx": ""}, "SignIn", "react", "src/components/SignIn2.jsx"),
    "taken twice": ({"c/a-b.tsx": "", "c/a-b-2.tsx": ""}, "A b", "react", "c/a-b-3.tsx"),
    "a folder in the way": ({"c/Nav/Nav.tsx": "", "c/Card/x.css": ""}, "card", "react", "c/Card2/Card2.tsx"),
    "pictures in the way": ({"c/Nav.tsx": "", "c/assets/Card/a.svg": ""}, "card", "react", "c/Card2.tsx"),
    "a device": ({"c/Nav.tsx": ""}, "AUX", "react", "c/AuxComponent.tsx"),
    "a number first": ({"c/Nav.tsx": ""}, "404 not found", "react", "c/NotFound.tsx"),
    "a path": ({"c/Nav.tsx": ""}, "../../etc/passwd\0", "react", "c/EtcPasswd.tsx"),
    "no words": ({"c/Nav.tsx": ""}, "漢字 !", "react", "c/Component.tsx"),
}  # fmt: skip


@pytest.mark.parametrize(("files", "name", "target", "expected"), PLACES.values(), ids=PLACES)
def test_a_component_goes_where_its_neighbours_are(
    files: dict[str, str], name: str, target: str, expected: str, write: Write
) -> None:
    root = write({"package.json": REACT, **files})
    chosen = place(sense(root, root), name, target)
    assert chosen.file.relative_to(root).as_posix() == expected
    assert not chosen.file.exists()


def test_a_folder_that_was_asked_for_is_taken(write: Write, tmp_path: Path) -> None:
    root = write({"package.json": REACT, "src/components/nav-bar.tsx": ""})
    project = sense(root, root)
    chosen = place(project, "Sign in", "react", root / "src/pages")
    assert (chosen.file, chosen.name) == (root / "src/pages/sign-in.tsx", "SignIn")
    with pytest.raises(Denied, match=r"path\.outside"):
        place(project, "Sign in", "react", tmp_path)
    (root / "out").symlink_to(tmp_path)
    with pytest.raises(Denied, match=r"path\.outside"):
        place(project, "Sign in", "react", root / "out")


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=40))
def test_whatever_the_words_the_name_is_one_that_code_and_disks_take(words: str) -> None:
    project = sense(Path("/nowhere"), Path("/nowhere"))
    chosen = place(project, words, "react", Path("/nowhere/c"))
    assert chosen.file.parent == Path("/nowhere/c")
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]{0,160}", chosen.name)
