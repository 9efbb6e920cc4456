"""
The half of ``vision-code patch`` that has an engine write the edits: one issue, or a file of them.
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli.arguments import read_text
from vision_code.cli.report import Progress, note, out, out_json, progress
from vision_code.engine_names import CAPABLE
from vision_code.errors import EngineUnavailable, InputRejected, UsageError, VerificationFailed, VisionCodeError
from vision_code.input import file_status

if TYPE_CHECKING:
    from vision_code.edits import Tree
    from vision_code.patching import Outcome, Task
    from vision_code.patching.instances import Instance
    from vision_code.patching.road import Tester, Viewer
    from vision_code.patching.writer import Writer

MAX_CANDIDATES = 16
_CANDIDATES = 3


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options that only this half has.
    """
    picture = "picture of the issue, or the new design"
    parser.add_argument("--image", type=Path, action="append", default=[], metavar="IMG", help=picture)
    parser.add_argument("--engine", metavar="E", help=f"who writes the patch: {CAPABLE}")
    several = "patches to write, one is chosen (3); with --target-file drafts of the picture (1)"
    parser.add_argument("--candidates", type=int, metavar="N", help=several)
    parser.add_argument("--seed", type=int, metavar="S", help="of everything drawn by chance (0)")
    tests = "run the repository's tests with each candidate, in a cage (default: when --test-cmd is given)"
    parser.add_argument("--tests", action=argparse.BooleanOptionalAction, help=tests)
    parser.add_argument("--test-cmd", metavar="CMD", help="how to run the tests (default: as the project is made)")
    serve = "development server of the repository, which shows --page-url; runs in the cage, to choose by the pictures"
    parser.add_argument("--serve-cmd", metavar="CMD", help=serve)
    parser.add_argument(
        "--page-url", metavar="URL", help="http://localhost:PORT/path of the page that the pictures show"
    )
    trust = "run tests and server without a cage: they can do whatever you can"
    parser.add_argument("--no-sandbox", action="store_true", help=trust)
    swe = "add the result to this file, as SWE-bench has predictions"
    report = (
        "write patch.diff, result.json, results.sarif, summary.md and pictures there, and what GitHub wants of a step"
    )
    parser.add_argument("--report", type=Path, metavar="DIR", help=report)
    parser.add_argument("--predictions", type=Path, metavar="FILE", help=swe)


def run(args: argparse.Namespace) -> int:
    """
    Write the patch of one issue, or of all instances of a file.
    """
    args.candidates = _CANDIDATES if args.candidates is None else args.candidates
    args.seed = args.seed or 0
    if args.instances is not None and args.serve_cmd is not None:
        raise UsageError("usage.arguments", "--serve-cmd is for one issue: a set of them has many repositories")
    if args.instances is not None and args.predictions is None:
        raise UsageError("usage.arguments", "--instances needs --predictions FILE, where the results go")
    if args.instances is not None:
        file_status(args.instances)
        with _engine(args.engine) as writer:
            return _all(args, writer)
    _refuse_server(args)
    issue = _issue(args.issue)
    for image in args.image:
        file_status(image)
    with _engine(args.engine) as writer:
        return _single(args, writer, issue)


def _refuse_server(args: argparse.Namespace) -> None:
    from vision_code.cage import page_address

    if (args.serve_cmd is None) != (args.page_url is None):
        raise UsageError("usage.arguments", "--serve-cmd and --page-url go together")
    if args.serve_cmd is not None:
        page_address(args.page_url)
        if not args.image and args.report is None:
            raise UsageError(
                "usage.arguments", "--serve-cmd needs --image, which the page is held against, or --report"
            )


@contextmanager
def _engine(spec: str | None) -> Iterator[Writer]:
    """
    Raises:
        EngineUnavailable: ``engine.capability`` for an engine that only draws components.
    """
    from vision_code.engine import open_engine
    from vision_code.engine_names import capable
    from vision_code.patching.writer import writer_of

    name = capable(spec)
    engine = open_engine(name)
    assert engine is not None
    with engine:
        yield writer_of(name, engine)


def _single(args: argparse.Namespace, writer: Writer, issue: str) -> int:
    from vision_code.cli.patch import deliver
    from vision_code.patching.ci import keep
    from vision_code.patching.instances import add_prediction

    with progress(not args.json) as show:
        outcome = _made(args, writer, args.repo, args.base or "", issue, tuple(args.image), show)
    diff, facts = _diff(outcome), _facts(outcome)
    told = facts | _origin(args, writer)
    if args.predictions is not None:
        add_prediction(args.predictions, _identity(args.issue), writer.name, diff, **facts)
    if args.report is not None:
        views = outcome.sight.views.get(outcome.chosen, ()) if outcome.sight else ()
        keep(args.report, outcome.staged, diff, told, os.environ, views)
    for line in outcome.notes:
        note(f"note: {line}")
    if outcome.passed is False:
        raise VerificationFailed(
            "patch.tests", "no candidate passes the tests; --no-tests gives the patch all the same"
        )
    return deliver(args, outcome.staged, told)


def _all(args: argparse.Namespace, writer: Writer) -> int:
    """
    One after the other; what has a prediction already is passed over, so that a broken run goes on where it was.
    """
    from vision_code.patching.instances import add_prediction, predicted, read_instances

    instances = read_instances(args.instances, args.repo)
    there = predicted(args.predictions)
    open_ = [instance for instance in instances if instance.id not in there]
    results: Counter[str] = Counter({"there already": len(instances) - len(open_)})
    start = time.monotonic()
    with progress(not args.json) as show:
        for number, instance in enumerate(open_):
            show(instance.id[:24], number / len(open_))
            kind, diff, facts = _instance(args, writer, instance)
            add_prediction(args.predictions, instance.id, writer.name, diff, **facts)
            results[kind] += 1
    seconds = round(time.monotonic() - start, 1)
    if args.json:
        out_json({"predictions": str(args.predictions), "results": dict(results), "seconds": seconds})
    else:
        _table(results, seconds)
    return 0


def _instance(args: argparse.Namespace, writer: Writer, instance: Instance) -> tuple[str, bytes, dict[str, object]]:
    """
    Raises:
        VisionCodeError: The engine is not there: the instance stays open for the next run.
    """
    if instance.unfetched:
        note(f"note: {instance.id}: {instance.unfetched} pictures are addresses and were not fetched")
    try:
        outcome = _made(
            args, writer, instance.repository, instance.base, instance.issue, instance.images, lambda _s, _d: None
        )
    except VisionCodeError as error:
        if error.exit_code == EngineUnavailable.exit_code:
            raise
        note(f"note: {instance.id}: {error}")
        return error.kind, b"", {"error": error.kind}
    return "patched" if outcome.passed is not False else "tests fail", _diff(outcome), _facts(outcome)


def _made(
    args: argparse.Namespace,
    writer: Writer,
    repository: Path,
    base: str,
    issue: str,
    images: tuple[Path, ...],
    show: Progress,
) -> Outcome:
    from vision_code.localise import Index, Sources
    from vision_code.localise.index import cache_folder
    from vision_code.patching import Task, make_patch, read_picture
    from vision_code.repository import check_applies, check_not_ignored

    with ExitStack() as stack:
        tree, folder = _base(repository, base, stack)
        show("read", 0.0)
        task = Task(
            issue=issue,
            pictures=tuple(read_picture(path) for path in images),
            candidates=args.candidates,
            seed=args.seed,
            approved=tuple(args.approve),
        )
        # A commit lies in a folder that is gone after this run: its index would never be found again.
        kept = cache_folder() if not base else None
        sources = Sources.below(folder, tuple(tree.paths()) if base else None)
        index = stack.enter_context(Index(sources, kept))
        tester = _tester(args, folder, repository)
        viewer = _viewer(args, task, tree, folder, repository) if images or args.report else None
        outcome = make_patch(
            task,
            writer.engine,
            tree,
            index,
            window=writer.window,
            tester=tester,
            viewer=viewer,
            progress=show,
        )
    # Before anything is written down as a patch.
    if not args.allow_ignored:
        check_not_ignored(repository, outcome.staged)
    check_applies(outcome.staged, _diff(outcome))
    return outcome


def _base(repository: Path, base: str, stack: ExitStack) -> tuple[Tree, Path]:
    """
    What edits are made for, and a folder that holds the same files.
    """
    from vision_code.edits import FolderTree
    from vision_code.output import scratch_folder
    from vision_code.repository import open_commit
    from vision_code.repository.layout import lay_out

    if not base:
        if not repository.is_dir():
            raise InputRejected("repository.missing", f"{repository} is no folder")
        return FolderTree(repository), repository
    commit = open_commit(repository, base)
    folder = stack.enter_context(scratch_folder())
    lay_out(commit, folder)
    return commit, folder


def _tester(args: argparse.Namespace, folder: Path, repository: Path) -> Tester | None:
    """
    Raises:
        Denied: ``sandbox.unavailable``.
        EngineUnavailable: ``tests.unknown``.
    """
    wanted = args.tests if args.tests is not None else args.test_cmd is not None
    if not wanted:
        return None
    from vision_code.cage import Cage, detect, given
    from vision_code.patching.testing import tested

    command = given(args.test_cmd) if args.test_cmd else detect(repository)
    cage = Cage(folder, repository, command, walls=not args.no_sandbox)
    return lambda staged: tested(cage, staged)


def _viewer(args: argparse.Namespace, task: Task, tree: Tree, folder: Path, repository: Path) -> Viewer:
    """
    Raises:
        Denied: ``sandbox.unavailable``.
    """
    from vision_code.cage import page_address, serving_cage
    from vision_code.patching.sight import Server, look

    references = [picture.reference for picture in task.pictures if picture.reference is not None]
    server = None
    if args.serve_cmd is not None:
        page = page_address(args.page_url)
        cage = serving_cage(folder, repository, args.serve_cmd, page.port, walls=not args.no_sandbox)
        server = Server(cage, page)
    return lambda staged: look(tree, staged, references, server)


def _issue(name: str) -> str:
    from vision_code.patching.task import MAX_ISSUE_BYTES

    return read_text(name, "--issue", MAX_ISSUE_BYTES, too_large="issue.too_large", not_utf8="issue.encoding")


def _identity(issue: str) -> str:
    return "stdin" if issue == "-" else Path(issue).stem


def _diff(outcome: Outcome) -> bytes:
    from vision_code.edits import unified_diff

    return unified_diff(outcome.staged)


def _origin(args: argparse.Namespace, writer: Writer) -> dict[str, object]:
    return {"model": writer.name, "seed": args.seed}


def _facts(outcome: Outcome) -> dict[str, object]:
    return {
        "chosen": outcome.chosen,
        "candidates": [
            {
                "number": each.number,
                "staged": each.staged is not None,
                "error": each.error.kind if each.error else None,
                "turns": each.turns,
                "prompt_tokens": each.prompt_tokens,
                "tests": asdict(outcome.tested[each.number]) if each.number in outcome.tested else None,
                "nearer": outcome.sight.gains.get(each.number) if outcome.sight else None,
            }
            for each in outcome.candidates
        ],
        "localised": [{"path": found.path, "score": round(found.score, 3)} for found in outcome.found[:10]],
        "shown": list(outcome.files),
        "explored": {"turns": outcome.explored.turns, "calls": outcome.explored.calls} if outcome.explored else None,
        "tests_passed": outcome.passed,
        "seconds": outcome.seconds,
    }


def _table(results: Counter[str], seconds: float) -> None:
    width = max(len(kind) for kind in results)
    for kind, count in sorted(results.items(), key=lambda item: -item[1]):
        if count:
            out(f"{kind:<{width}}  {count}")
    out(f"{'seconds':<{width}}  {seconds:g}")
