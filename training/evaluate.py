"""
Scores an exported checkpoint on samples, through the very engine that the product uses, beside the rules.

python -m training.evaluate --checkpoint vision_code/models/embedded
"""

from __future__ import annotations

import argparse
import base64
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

import runtime
from runtime.api import Choice, Engine, GenerateRequest, ImagePart, user
from training.encode import KINDS
from training.prepare import data_folder
from training.samples import Sample, read_shard
from vision_code.draft.labels import LABELS

BATCH = 16


@dataclass(slots=True)
class Score:
    """
    Counts of one system: how often each role was true, said, and both.
    """

    true: Counter[str]
    said: Counter[str]
    both: Counter[str]

    def f1(self, role: str) -> float:
        """
        2 · both / (true + said), 0…1.
        """
        total = self.true[role] + self.said[role]
        return 2 * self.both[role] / total if total else 0.0

    def mean_f1(self, roles: Sequence[str]) -> float:
        """
        Mean over ``roles``, each counting the same.
        """
        return sum(self.f1(role) for role in roles) / max(1, len(roles))


def evaluate(samples: Sequence[Sample], engine: Engine) -> dict[str, Score]:
    """
    Scores of "model" and "rules" on the same samples.
    """
    scores = {name: Score(Counter(), Counter(), Counter()) for name in ("model", "rules")}
    for start in range(0, len(samples), BATCH):
        part = samples[start : start + BATCH]
        answers = engine.generate([request(sample) for sample in part])
        for sample, answer in zip(part, answers, strict=True):
            options = [KINDS[kind] for kind in sample.kinds]
            said = [words[slot.option] for words, slot in zip(options, answer.slots, strict=True)]
            _count(scores["model"], sample.labels, said)
            _count(scores["rules"], sample.labels, sample.rules)
    return scores


def report(scores: dict[str, Score]) -> str:
    """
    A Markdown table, most frequent roles first.
    """
    true = scores["model"].true
    rows = [
        f"| {role} | {count} | {scores['rules'].f1(role):.2f} | {scores['model'].f1(role):.2f} |"
        for role, count in true.most_common()
        if count >= 5
    ]
    roles = [role for role, count in true.items() if count >= 5 and role not in ("group", "decoration", "text")]
    by_rules, by_model = (scores[name].mean_f1(roles) for name in ("rules", "model"))
    means = f"| **mean of meaningful roles** | {len(roles)} | {by_rules:.2f} | {by_model:.2f} |"
    exact = [f"{sum(s.both.values()) / max(1, sum(s.true.values())):.3f}" for s in (scores["rules"], scores["model"])]
    head = ["| role | regions | rules F1 | model F1 |", "|---|---|---|---|"]
    return "\n".join(
        [*head, *rows, means, f"| share of regions right | {sum(true.values())} | {exact[0]} | {exact[1]} |"]
    )


def request(sample: Sample) -> GenerateRequest:
    """
    The same request that the product would make for this chunk.
    """
    image = Image.open(io.BytesIO(base64.b64decode(sample.webp))).convert("RGB")
    part = ImagePart(width=image.width, height=image.height, rgb=image.tobytes())
    template: list[str | Choice] = []
    for fixed, kind in zip(sample.fixed, sample.kinds, strict=True):
        template += [fixed, Choice(tuple(f" {word}" for word in KINDS[kind]))]
    return GenerateRequest(messages=(user(part, sample.question),), template=tuple(template))


def _count(score: Score, true: Sequence[str], said: Sequence[str]) -> None:
    for want, got in zip(true, said, strict=True):
        role, answer = LABELS[want].role.value, LABELS[got].role.value
        score.true[role] += 1
        score.said[answer] += 1
        score.both[role] += role == answer


def main() -> None:
    """
    Command line of this step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--shards", default="heldout-*.jsonl.gz", help="which shards of the data folder")
    parser.add_argument("--limit", type=int, default=400)
    arguments = parser.parse_args()
    samples = [s for path in sorted(arguments.data.glob(arguments.shards)) for s in read_shard(path)]
    with runtime.Engine(runtime.load(arguments.checkpoint)) as engine:
        print(report(evaluate(samples[: arguments.limit], engine)))


if __name__ == "__main__":
    main()
