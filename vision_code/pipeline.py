"""
The road from a picture to a component: one function that reads like the design, every station a module of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from vision_code.assemble import assemble
from vision_code.compare import (
    Fidelity,
    Narrow,
    Reference,
    compare,
    look,
    narrow_width_px,
    reference_from_observation,
    side_by_side,
)
from vision_code.conform import what_stays_raw
from vision_code.divide import divide
from vision_code.divide import draw as draw_regions
from vision_code.draft import large_drafter, model_drafter, rules_drafter
from vision_code.emit import OutputFile, ScriptStyle, Target, emit, single_page
from vision_code.engine import open_engine
from vision_code.engine_names import is_remote
from vision_code.errors import VerificationFailed
from vision_code.explain import Explainer, draft_facts, draw_draft
from vision_code.geometry import Box, Color
from vision_code.intake import Screenshot, open_screenshot
from vision_code.observation import Observation
from vision_code.output import scratch_folder, write_all
from vision_code.read import draw as draw_observation
from vision_code.read import draw_palette, read
from vision_code.region import Draft, Region
from vision_code.relax import OVERFLOWING, labelled, relax
from vision_code.render import Browser, Rendering
from vision_code.repair import repair
from vision_code.uitree import UITree

if TYPE_CHECKING:
    from runtime.api import Engine

#: A draft with better meaning may lose this much Fidelity to the rules' and is still taken: real fields instead of
#: boxes with words in them cost up to 0.007 on the examples, for the browser's own placement of what is in them.
FLOOR_TOLERANCE = 0.01
#: Another round of repair must gain at least this much to be worth a third.
REPAIR_GAIN = 0.002
REPAIR_ROUNDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """
    How to make the component.

    Attributes:
        name: Main file without its ending; as `emit` names it when not given.
        engine: ``embedded``, ``none``, ``local:PATH`` or ``https://host/v1#model``.
        candidates: Number of model drafts tried; the best rendering wins.
        seed: Seed of the drafts after the first (the first is greedy).
        verify: Render and compare with the picture.
        others: Keep what the other drafts made, too.
        scale: Device pixels per CSS pixel; found from the picture when not given.
        style: How scripts are written where the component goes.
        tokens: Colours that the project's theme has, by name.
    """

    target: Target = Target.HTML
    name: str = ""
    engine: str = "embedded"
    candidates: int = 1
    seed: int = 0
    verify: bool = True
    others: bool = False
    scale: float | None = None
    style: ScriptStyle = field(default_factory=ScriptStyle)
    tokens: Mapping[str, Color] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """
    A finished component.

    Attributes:
        files: Output files, the main one first.
        tree: The typed tree they were emitted from.
        fidelity: How faithful the rendering is to the picture; None when it was not verified.
        narrow: What was seen of it at two thirds of the picture's width; None likewise.
        unverified_because: One line when ``fidelity`` is None.
        drafted_by: ``embedded``, ``rules`` …: whose draft won.
        notes: What a person should know.
        seconds: Wall time by station.
        size_px: Width and height of the picture, px.
        scale: Device pixels of the picture per CSS pixel.
        boxes: Of the picture's regions, by their ids, in CSS pixels.
        rendering: Pixels [H, W, 3] of the verified rendering.
        others: The same picture as other drafts drew it, compared but not repaired, the best first.
    """

    files: tuple[OutputFile, ...]
    tree: UITree
    target: Target
    fidelity: Fidelity | None
    narrow: Narrow | None
    unverified_because: str
    drafted_by: str
    notes: tuple[str, ...]
    seconds: dict[str, float]
    size_px: tuple[int, int]
    scale: float
    boxes: Mapping[int, Box] = field(repr=False)
    rendering: Rendering | None = field(default=None, repr=False)
    others: tuple[Component, ...] = field(default=(), repr=False)

    @property
    def verified(self) -> bool:
        return self.fidelity is not None

    def called(self, main: str, name: str, options: Options) -> Component:
        """
        The same component under another name.

        Args:
            main: Main file without its ending.
            name: The component, in PascalCase.
            options: With which it was made.
        """
        tree = replace(self.tree, name=name)
        return replace(self, tree=tree, files=emit(tree, self.target, main, options.style, options.tokens))

    def write(self, folder: Path | str, *, force: bool = False) -> Path:
        """
        Write all files below ``folder`` (all or nothing) and return the path of the main one.
        """
        folder = Path(folder)
        write_all({folder / file.path: file.content for file in self.files}, force=force)
        return folder / self.files[0].path


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """
    One way to draw the picture, and how it turned out.
    """

    drafted_by: str
    draft: Draft
    tree: UITree
    rendering: Rendering | None = None
    fidelity: Fidelity | None = None
    narrow: Narrow | None = None
    others: tuple[_Attempt, ...] = ()

    @property
    def score(self) -> float:
        return self.fidelity.mean if self.fidelity else 0.0


class _Clock:
    """
    Wall seconds by station, told to whoever watches.
    """

    #: Share of the whole run that lies before each station, for the progress bar (medians of the example pictures).
    _BEFORE: ClassVar = {
        "intake": 0.0,
        "read": 0.05,
        "divide": 0.5,
        "draft": 0.52,
        "render": 0.7,
        "repair": 0.85,
        "emit": 0.98,
    }

    def __init__(self, progress: Callable[[str, float], None]) -> None:
        self.seconds: dict[str, float] = {}
        self._progress = progress

    @contextmanager
    def station(self, name: str) -> Iterator[None]:
        self._progress(name, self._BEFORE[name])
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - start


def _silent(_station: str, _done: float) -> None:
    return None


#: Told of a draft on the way: who drafted it, its files, and what they look like as `single_page`.
Preview = Callable[[str, tuple[OutputFile, ...], str], None]


def component(
    image: Path | bytes,
    options: Options | None = None,
    *,
    engine: Engine | None = None,
    browser: Browser | None = None,
    explain: Path | None = None,
    progress: Callable[[str, float], None] = _silent,
    preview: Preview | None = None,
) -> Component:
    """
    Turn a picture of a user interface into a component.

    Args:
        image: Path or encoded bytes of a PNG, JPEG, WebP, GIF or BMP.
        engine: The engine that ``options`` names when it is open already; else it is opened, and closed, here.
        browser: The browser to verify with when it is open already; likewise.
        explain: Folder that receives each station's picture.
        progress: Called with the station's name and the share done, 0…1.
        preview: Called with drafts on the way, the first as soon as the picture is read; the result is not among them.

    Raises:
        VisionCodeError: See `vision_code.errors`; nothing has been written then.
    """
    options = options or Options()
    explainer = Explainer(explain) if explain else None
    clock = _Clock(progress)
    with ExitStack() as stack:
        if engine is None and (opened := open_engine(options.engine)) is not None:
            stack.enter_context(opened)
            engine = opened
        browser, why_not = (browser, "") if browser else _open_browser(stack, options.verify)
        with clock.station("intake"):
            screenshot = open_screenshot(image) if isinstance(image, Path) else open_screenshot(None, image)
        with clock.station("read"):
            observation = read(screenshot, scale=options.scale)
        with clock.station("divide"):
            root = divide(observation)
        _explain_reading(explainer, screenshot, observation, root)
        scene = _Scene(screenshot, observation, root, reference_from_observation(screenshot.pixels, observation))
        drafts = stack.enter_context(_drafting(scene, options, engine))
        show = _shower(preview, options)
        if preview is not None:  # while the model works
            show(_by_rules(scene))
        try:
            best = (
                _preferred(scene, options, drafts, clock)
                if browser is None
                else _verified(scene, options, drafts, browser, clock, show)
            )
        except VerificationFailed as error:
            why_not = f"{error.kind}: {error.message}"
            best = _preferred(scene, options, drafts, clock)
        with clock.station("emit"):
            made = _finished(scene, options, best, why_not, clock.seconds)
        _explain_result(explainer, scene, best)
    progress("done", 1.0)
    return made


@dataclass(frozen=True, slots=True)
class _Scene:
    """
    What is the same for every attempt.
    """

    screenshot: Screenshot
    observation: Observation
    root: Region
    reference: Reference


def _finished(scene: _Scene, options: Options, attempt: _Attempt, why_not: str, seconds: dict[str, float]) -> Component:
    screenshot, observation = scene.screenshot, scene.observation
    return Component(
        files=emit(attempt.tree, options.target, options.name, options.style, options.tokens),
        tree=attempt.tree,
        target=options.target,
        fidelity=attempt.fidelity,
        narrow=attempt.narrow,
        unverified_because="" if attempt.fidelity else why_not,
        drafted_by=attempt.drafted_by,
        notes=(
            *(*screenshot.notes, *observation.notes, *_what_is_missing(observation)),
            *(attempt.narrow.problems if attempt.narrow else ()),
            *what_stays_raw(attempt.tree, options.target, options.tokens),
        ),
        seconds=seconds,
        size_px=(screenshot.pixels.shape[1], screenshot.pixels.shape[0]),
        scale=observation.scale,
        boxes={region.id: region.box for region in scene.root.walk()},
        rendering=attempt.rendering,
        others=tuple(_finished(scene, options, other, why_not, seconds) for other in attempt.others),
    )


def _shower(preview: Preview | None, options: Options) -> Callable[[_Attempt], None]:
    """
    Hands an attempt to whoever wants to see drafts.
    """

    def show(attempt: _Attempt) -> None:
        if preview is not None:
            files = emit(attempt.tree, options.target, options.name, options.style, options.tokens)
            preview(attempt.drafted_by, files, single_page(attempt.tree))

    return show


def _open_browser(stack: ExitStack, verify: bool) -> tuple[Browser | None, str]:
    if not verify:
        return None, "verification was switched off"
    try:
        return stack.enter_context(Browser()), ""
    except VerificationFailed as error:
        return None, error.message


@contextmanager
def _drafting(scene: _Scene, options: Options, engine: Engine | None) -> Iterator[list[Future[Draft]]]:
    """
    The model's drafts under way, the likeliest first; none without an engine.
    """
    drafter = large_drafter if is_remote(options.engine) else model_drafter
    pool = ThreadPoolExecutor(1, thread_name_prefix="draft")
    try:
        yield [
            pool.submit(
                drafter(engine, seed=options.seed + number, greedy=number == 0),
                *(scene.observation, scene.root, scene.screenshot.pixels),
            )
            for number in range(options.candidates)
            if engine is not None
        ]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # what runs ends with the engine


def _preferred(scene: _Scene, options: Options, drafts: Sequence[Future[Draft]], clock: _Clock) -> _Attempt:
    """
    The attempt to take when none can be rendered: the model's likeliest, without a model the rules'.
    """
    with clock.station("draft"):
        return _attempt(scene, options.engine, drafts[0].result()) if drafts else _by_rules(scene)


def _by_rules(scene: _Scene) -> _Attempt:
    return _attempt(scene, "rules", rules_drafter(scene.observation, scene.root, scene.screenshot.pixels))


def _attempt(scene: _Scene, name: str, draft: Draft) -> _Attempt:
    tree = assemble(scene.observation, scene.root, draft, scene.screenshot.pixels)
    return _Attempt(drafted_by=name, draft=draft, tree=tree)


def _verified(
    scene: _Scene,
    options: Options,
    drafts: Sequence[Future[Draft]],
    browser: Browser,
    clock: _Clock,
    show: Callable[[_Attempt], None],
) -> _Attempt:
    """
    Render all attempts, choose, and repair the chosen one. The rules', the floor, comes first: the engine still loads.
    """
    with clock.station("render"):
        floor = _rendered(scene, _by_rules(scene), browser)
    with clock.station("draft"):
        attempts = [_attempt(scene, options.engine, draft.result()) for draft in drafts]
    with clock.station("render"):
        rendered = [*(_rendered(scene, attempt, browser) for attempt in attempts), floor]
    least = max(attempt.score for attempt in rendered) - FLOOR_TOLERANCE
    best = next(attempt for attempt in rendered if attempt.score >= least)
    show(best)
    if options.others:
        best = replace(best, others=_others(rendered, best))
    with clock.station("repair"):
        best = _repaired(scene, best, browser)
        try:
            return _relaxed(scene, best, browser)
        except VerificationFailed:  # at the picture's width it is verified, and stays so
            return best


def _others(rendered: Sequence[_Attempt], best: _Attempt) -> tuple[_Attempt, ...]:
    """
    What another draft made something else of, the best first.
    """
    found: list[_Attempt] = []
    for attempt in sorted(rendered, key=lambda attempt: -attempt.score):
        if all(attempt.tree != other.tree for other in (best, *found)):
            found.append(attempt)
    return tuple(found)


def _relaxed(scene: _Scene, best: _Attempt, browser: Browser) -> _Attempt:
    """
    Look at two thirds of the width, and let give way what overflows there.
    """
    narrow, overflowing = _seen_narrow(scene, best.tree, browser)
    for firmly in (False, True):
        if not overflowing:
            break
        trial = _rendered(scene, replace(best, tree=relax(best.tree, overflowing, firmly=firmly)), browser)
        seen, still = _seen_narrow(scene, trial.tree, browser)
        fits_better = seen.overflow_px < narrow.overflow_px and len(seen.overlapping) <= len(narrow.overlapping)
        if fits_better and trial.score >= best.score - REPAIR_GAIN:
            best, narrow, overflowing = trial, seen, still
    return replace(best, narrow=narrow)


def _seen_narrow(scene: _Scene, tree: UITree, browser: Browser) -> tuple[Narrow, frozenset[int]]:
    """
    What is wrong at two thirds of the width, and the numbers of the elements that overflow there.
    """
    width_px = narrow_width_px(scene.observation.width_px)
    shown = _shown(scene, labelled(tree), browser, width_px, probe=OVERFLOWING, draw=False)
    narrow = look(shown.facts)
    return narrow, frozenset(cast("list[int]", shown.probed) if narrow.overflow_px else ())


def _rendered(scene: _Scene, attempt: _Attempt, browser: Browser) -> _Attempt:
    rendering = _shown(scene, attempt.tree, browser, round(scene.observation.width_px))
    return replace(attempt, rendering=rendering, fidelity=compare(scene.reference, rendering))


def _shown(
    scene: _Scene, tree: UITree, browser: Browser, width_px: int, *, probe: str = "", draw: bool = True
) -> Rendering:
    with scratch_folder() as folder:
        files = emit(tree, Target.HTML)
        write_all({folder / file.path: file.content for file in files})
        (rendering,) = browser.render_widths(
            folder / files[0].path,
            widths_px=(width_px,),
            height_px=round(scene.observation.height_px),
            root=folder,
            probe=probe,
            draw=draw,
            roles=False,  # a picture has none to compare them with
        )
    return rendering


def _repaired(scene: _Scene, best: _Attempt, browser: Browser) -> _Attempt:
    """
    Correct the worst regions by what the rendering showed; keep the best, stop when a round gains too little. A round
    that loses is followed by another: tighter letters let a word onto the row before, which only their rendering shows.
    """
    last = best
    for _ in range(REPAIR_ROUNDS):
        assert last.rendering is not None
        tree = repair(last.tree, scene.root, last.rendering.facts)
        if tree is None:
            break
        trial = _rendered(scene, replace(last, tree=tree), browser)
        gain = trial.score - last.score
        best, last = max(best, trial, key=lambda attempt: attempt.score), trial
        if 0 <= gain < REPAIR_GAIN:
            break
    return best


def _what_is_missing(observation: Observation) -> tuple[str, ...]:
    """
    Says so when the picture hardly looks like a user interface; the result is made all the same.
    """
    if observation.lines:
        return ()
    if observation.pictures:
        return ("no text was found: is this a user interface? The pictures in it were kept as pictures",)
    return ("no text was found: only boxes and colours were taken over",)


def _explain_reading(
    explainer: Explainer | None, screenshot: Screenshot, observation: Observation, root: Region
) -> None:
    if explainer:
        explainer.picture("read", draw_observation(screenshot, observation))
        explainer.picture("palette", draw_palette(observation))
        explainer.picture("regions", draw_regions(screenshot.pixels, root))


def _explain_result(explainer: Explainer | None, scene: _Scene, best: _Attempt) -> None:
    if not explainer:
        return
    pixels, scale = scene.screenshot.pixels, scene.observation.scale
    explainer.picture("draft", draw_draft(pixels, scale, scene.root, best.draft))
    explainer.facts("draft", draft_facts(scene.root, best.draft))
    if best.rendering is not None and best.fidelity is not None:
        explainer.picture("rendering", best.rendering.pixels)
        explainer.picture("comparison", side_by_side(pixels, best.rendering.pixels, best.fidelity))
