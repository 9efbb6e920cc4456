"""
Averages the weights of trainings of one network: what one forgot and another learnt, at no cost when it runs.

python -m training.average RUN RUN … --out RUN

Only runs that descend from one another lie near enough for it. Source: Wortsman et al. 2022, "Model soups"
(arXiv 2203.05482), the uniform soup.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

import torch

from training.network import Trainee, small_config
from training.train import load_state
from training.vocabulary import pinned_ranks


@torch.no_grad()
def average(runs: Sequence[Path], out: Path) -> None:
    """
    Write ``out/train.pt`` with the mean of the runs' weights (fp32, before INT4 rounding), for ``training.export``.

    Raises:
        ValueError: The runs have different vocabularies.
        RuntimeError: Their networks differ.
    """
    ranks = pinned_ranks(runs[0])
    if any(pinned_ranks(run) != ranks for run in runs):
        raise ValueError("the runs have different vocabularies")
    states = []
    for run in runs:
        model = Trainee(small_config(len(ranks)), seed=0)
        load_state(model, torch.load(run / "train.pt", map_location="cpu", weights_only=True)["model"])
        states.append(model.state_dict())
    mean = {
        name: torch.stack([state[name] for state in states]).mean(0) if tensor.is_floating_point() else tensor
        for name, tensor in states[0].items()
    }
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(runs[0] / "tiktoken.model", out)
    torch.save({"model": mean}, out / "train.pt")


def main() -> None:
    """
    Command line of this step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=Path, nargs="+", metavar="RUN")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    average(arguments.runs, arguments.out)


if __name__ == "__main__":
    main()
