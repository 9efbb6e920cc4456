"""
The road of a patch: localise, look around, write candidates, test them, look at them, choose one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from runtime.api import Engine, Message
from vision_code.edits import Staged, Tree
from vision_code.errors import PatchConflict
from vision_code.localise import Found, Index, Query, query_from, rank, repo_map
from vision_code.patching.candidate import Candidate, write_candidate
from vision_code.patching.context import files_for
from vision_code.patching.explore import Explored, explore
from vision_code.patching.normal import normal_form
from vision_code.patching.select import Verdict, select
from vision_code.patching.sight import Sight
from vision_code.patching.task import Task
from vision_code.prompts import Budget, edit_messages, explore_messages

#: Of the prompt: the map while looking around, the issue, and the files while writing.
MAP_SHARE, ISSUE_SHARE, FILES_SHARE = 0.25, 0.25, 0.6
SEED_FILES = 5
#: Share of the run before each station, for the progress bar.
_BEFORE = {"localise": 0.0, "explore": 0.1, "write": 0.4, "test": 0.7, "look": 0.9, "done": 1.0}

#: Runs the tests of the repository with a candidate: see `vision_code.cage`.
Tester = Callable[[Staged], Verdict]
#: Renders what can be seen of the candidates, by number: see `vision_code.patching.sight`.
Viewer = Callable[[Mapping[int, Staged]], Sight]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    A patch, and how it came about.

    Attributes:
        staged: The chosen changes.
        chosen: Number of their candidate.
        candidates: All of them.
        tested: By number, where tests ran.
        sight: What was seen of them; None where nobody looked.
        found: The likeliest files by words alone.
        files: What the engine saw when it wrote.
        explored: How it looked around; None if it did not.
        notes: For people.
        seconds: Wall time by station.
    """

    staged: Staged
    chosen: int
    candidates: tuple[Candidate, ...]
    tested: dict[int, Verdict]
    found: tuple[Found, ...]
    files: tuple[str, ...]
    explored: Explored | None
    notes: tuple[str, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    sight: Sight | None = None

    @property
    def passed(self) -> bool | None:
        """
        Whether the tests passed with it; None where none ran.
        """
        return self.tested[self.chosen].passed if self.chosen in self.tested else None

    @property
    def agreed(self) -> int:
        """
        How many candidates came to the same patch, the chosen one among them.
        """
        form = normal_form(self.staged)
        return sum(each.staged is not None and normal_form(each.staged) == form for each in self.candidates)


def make_patch(
    task: Task,
    engine: Engine,
    tree: Tree,
    index: Index,
    *,
    window: int | None = None,
    tester: Tester | None = None,
    viewer: Viewer | None = None,
    progress: Callable[[str, float], None] = lambda _station, _done: None,
) -> Outcome:
    """
    Make one patch.

    Args:
        tree: What edits are staged against.
        index: Of the same files.
        window: Tokens that the engine holds; a cautious number when it does not say.
        tester: Runs the tests with a candidate; None runs none.
        viewer: Looks at the candidates; None looks at none.
        progress: Called with the station's name and the share done.

    Raises:
        VisionCodeError: The engine's; of the first candidate when none could be staged.
    """
    seconds: dict[str, float] = {}

    @contextmanager
    def station(name: str) -> Iterator[None]:
        progress(name, _BEFORE[name])
        start = time.monotonic()
        yield
        seconds[name] = round(time.monotonic() - start, 3)

    budget = Budget(window) if window else Budget()
    issue = _cut(task.issue, int(budget.prompt_chars * ISSUE_SHARE))
    with station("localise"):
        query = query_from(task.issue, task.screen)
        found = () if task.about else rank(index, query)
    explored = None
    if task.explore and not task.about:
        with station("explore"):
            explored = _explored(task, issue, engine, index, found, budget)
    with station("write"):
        paths = task.about or _paths(explored, found)
        opening, files = _opening(task, issue, index, query, paths, budget)
        candidates = _candidates(task, engine, opening, tree, budget)
    staged = {c.number: c.staged for c in candidates if c.staged is not None}
    tested: dict[int, Verdict] = {}
    if tester is not None:
        with station("test"):
            tested = {number: tester(each) for number, each in staged.items()}
    sight = None
    if viewer is not None and staged:
        with station("look"):
            sight = viewer(staged)
    best = select(candidates, tested, sight.gains if sight else None)
    if best is None or best.staged is None:
        raise next((c.error for c in candidates if c.error), PatchConflict("patch.unchanged", "no edits were written"))
    progress("done", _BEFORE["done"])
    return Outcome(
        staged=best.staged,
        chosen=best.number,
        candidates=candidates,
        tested=tested,
        found=found,
        files=files,
        explored=explored,
        notes=(*((explored.note,) if explored and explored.note else ()), *(sight.notes if sight else ())),
        seconds=seconds,
        sight=sight,
    )


def _explored(
    task: Task, issue: str, engine: Engine, index: Index, found: tuple[Found, ...], budget: Budget
) -> Explored:
    shown = repo_map(index, found, int(budget.prompt_chars * MAP_SHARE))
    pictures = [picture.part for picture in task.pictures]
    opening = explore_messages(issue, task.screen, pictures, shown, seed=task.seed)
    return explore(engine, opening, index.sources, budget, seed=task.seed)


def _paths(explored: Explored | None, found: tuple[Found, ...]) -> tuple[str, ...]:
    if explored and explored.files:
        return explored.files
    return tuple(each.path for each in found[:SEED_FILES])


def _opening(
    task: Task, issue: str, index: Index, query: Query, paths: tuple[str, ...], budget: Budget
) -> tuple[tuple[Message, ...], tuple[str, ...]]:
    files = files_for(paths, index.sources, query, int(budget.prompt_chars * FILES_SHARE))
    pictures = [picture.part for picture in task.pictures]
    return edit_messages(issue, task.screen, pictures, files, seed=task.seed), tuple(files)


def _candidates(
    task: Task, engine: Engine, opening: tuple[Message, ...], tree: Tree, budget: Budget
) -> tuple[Candidate, ...]:
    pool = ThreadPoolExecutor(task.candidates, thread_name_prefix="candidate")
    try:
        numbers = range(task.candidates)
        asked = [pool.submit(write_candidate, engine, opening, tree, task, budget, number) for number in numbers]
        return tuple(future.result() for future in asked)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what runs ends with the engine


def _cut(issue: str, room: int) -> str:
    """
    An issue's beginning and end say most.
    """
    if len(issue) <= room:
        return issue
    return f"{issue[: room * 2 // 3]}\n[… {len(issue) - room} characters left out …]\n{issue[-(room // 3) :]}"
