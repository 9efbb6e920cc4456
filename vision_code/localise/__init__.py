"""
Localise: where in a repository an issue is at home.

    issue, pictures ─▶ Query ─▶ Index (BM25 over every file) ─▶ seed ─▶ outline (tree-sitter) ─▶ repo map
                                                                 └─▶ the engine looks around with Tools, bounded
"""

from vision_code.localise.index import Index
from vision_code.localise.query import Query, query_from
from vision_code.localise.rank import Found, rank
from vision_code.localise.repo_map import repo_map
from vision_code.localise.sources import Sources

__all__ = ["Found", "Index", "Query", "Sources", "query_from", "rank", "repo_map"]
