"""
Tabs are buttons of a tab list.
"""

from __future__ import annotations

from tests.vision_code.sample_pages import line, page
from vision_code.region import Annotation, Role

from .test_assemble import attribute, build


def test_tabs_are_buttons_of_a_tab_list_and_say_which_is_chosen() -> None:
    lines = [line(words, 40 + 120 * n, 60) for n, words in enumerate(("Profile", "Messages", "Settings"))]
    roles: dict[str, Role | Annotation] = {"Messages": Role.TAB, "Settings": Role.TAB, "row": Role.TABLIST}
    tree = build(page(lines=lines, height=100), roles | {"Profile": Annotation(role=Role.TAB, checked=True)})
    (tabs,) = [node for node in tree.root.walk() if attribute(node, "role") == "tablist"]
    assert [(tab.tag, attribute(tab, "role"), attribute(tab, "aria-selected")) for tab in tabs.children] == [
        ("button", "tab", "true"),
        ("button", "tab", "false"),
        ("button", "tab", "false"),
    ]
