"""
A large engine behind an address: its labels are taken one by one, and no answer can make a draft that is not whole.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from runtime.remote import RemoteEngine, parse_endpoint
from tests.engine_server import answer, engine_server
from vision_code.draft import large_drafter, rules
from vision_code.region import Role

PIXELS = np.full((800, 3000, 3), 255, dtype=np.uint8)


def test_its_labels_are_taken_where_they_make_sense(text, tree, body, tmp_path: Path) -> None:
    observation, root = tree([text("Hello", 40, 40), *body])
    said = "Here:\n```json\n" + json.dumps({"1": "headingtwo", "2": "table", "3": 7, "999": "main"}) + "\n```"
    with engine_server(tmp_path, [answer(said)]) as server, RemoteEngine(parse_endpoint(server.address)) as engine:
        draft = large_drafter(engine)(observation, root, PIXELS)
        (question,) = server.questions
    floor = rules.annotate(observation, root)
    assert (draft[1].role, draft[1].level) == (Role.HEADING, 2)
    assert draft[2].role == floor[2].role
    assert set(draft) == set(floor)
    schema = question["response_format"]["json_schema"]["schema"]  # type: ignore[index]
    assert set(schema["properties"]) == {str(region_id) for region_id in floor}
    picture, words = question["messages"][0]["content"]  # type: ignore[index]
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")
    assert '"words": "Hello"' in words["text"]
    assert question["temperature"] == 0


@pytest.mark.parametrize("said", ["I cannot see it.", "[1, 2]", "{" * 5000, '{"1": ["headingtwo"]}', "}{"])
def test_an_answer_without_labels_leaves_the_rules_draft(text, tree, body, tmp_path: Path, said: str) -> None:
    observation, root = tree([text("Hello", 40, 40), *body])
    with engine_server(tmp_path, [answer(said)]) as server, RemoteEngine(parse_endpoint(server.address)) as engine:
        draft = large_drafter(engine)(observation, root, PIXELS)
    floor = rules.annotate(observation, root)
    assert {i: a.role for i, a in draft.items()} == {i: a.role for i, a in floor.items()}
