"""
Which candidate is taken: by the tests where they ran, by the pictures where pages were seen, by votes, then by size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vision_code.edits import unified_diff
from vision_code.patching.candidate import Candidate
from vision_code.patching.normal import normal_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What the repository's tests say of a candidate.

    Attributes:
        broken: Tests that failed with it and did not without it; None when only the exit status counts.
        mended: Tests that failed without it and passed with it.
        passed: Whether the run ended well, or no worse than without the candidate.
    """

    broken: int | None
    passed: bool
    mended: int = 0


def select(
    candidates: Sequence[Candidate], tested: Mapping[int, Verdict], gains: Mapping[int, float] | None = None
) -> Candidate | None:
    """
    The best of the candidates that could be staged; the same ones give the same answer in any order.

    Args:
        tested: By candidate, where tests ran.
        gains: By candidate, where pages were seen; see `vision_code.patching.sight`.
    """
    staged = [candidate for candidate in candidates if candidate.staged is not None]
    forms = {candidate.number: normal_form(candidate.staged) for candidate in staged if candidate.staged is not None}
    votes = Counter(forms.values())

    def order(candidate: Candidate) -> tuple[object, ...]:
        assert candidate.staged is not None
        test = tested.get(candidate.number, Verdict(broken=0, passed=True))
        size = sum(line[:1] in (b"+", b"-") for line in unified_diff(candidate.staged).splitlines())
        # An edit that was read generously may be in the wrong place.
        doubts = candidate.staged.generous
        return (
            not test.passed,
            test.broken or 0,
            -test.mended,
            -(gains or {}).get(candidate.number, 0.0),
            -votes[forms[candidate.number]],
            doubts,
            size,
            forms[candidate.number],
            candidate.number,
        )

    return min(staged, key=order, default=None)
