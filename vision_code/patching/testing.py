"""
What the tests in the cage say of a candidate, held against a run without it.
"""

from __future__ import annotations

from vision_code.cage import Cage, TestRun
from vision_code.edits import Staged
from vision_code.patching.select import Verdict


def tested(cage: Cage, staged: Staged) -> Verdict:
    """
    Run the tests with a candidate.
    """
    return judged(cage.base, cage.run(staged))


def judged(base: TestRun, run: TestRun) -> Verdict:
    """
    A run that leaves a report is judged test by test: one that passed before and now fails, or is gone, is broken.
    One that leaves none is judged by its exit status. A good status never outweighs a broken test, nor the other way.
    """
    if base.tests is None:
        return Verdict(broken=None, passed=run.status == 0)
    if run.tests is None:  # there was a report before: this run did not get that far
        return Verdict(broken=sum(base.tests.values()), passed=False)
    broken = sum(passed and not run.tests.get(name, False) for name, passed in base.tests.items())
    mended = sum(not passed and run.tests.get(name, False) for name, passed in base.tests.items())
    as_good = run.status == 0 or base.status not in (0, None)
    return Verdict(broken=broken, passed=not broken and as_good and run.status is not None, mended=mended)
