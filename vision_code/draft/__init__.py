"""
Draft: what each region of the tree is, said by fixed rules or by a model under a grammar.

`rules.annotate` needs nothing but the measurement; `annotate` asks an engine and keeps the rules as the floor.
"""

from vision_code.draft.annotate import Drafter, annotate, model_drafter, rules_drafter
from vision_code.draft.large import large_drafter

__all__ = ["Drafter", "annotate", "large_drafter", "model_drafter", "rules_drafter"]
