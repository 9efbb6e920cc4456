"""
Git repositories, read safely: what lies in one is never run, and nothing of its user's is changed.
"""

from __future__ import annotations

from vision_code.repository.check import check_applies, check_not_ignored
from vision_code.repository.commit import Commit, open_commit, repository_top
from vision_code.repository.listing import listed

__all__ = ["Commit", "check_applies", "check_not_ignored", "listed", "open_commit", "repository_top"]
