"""
Makes the embedded model again, from nothing to scores: generate, train, export, evaluate. Every step resumes.

python -m training.remake --out vision_code/models/embedded
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

import runtime
from training.evaluate import evaluate, report
from training.export import export
from training.prepare import data_folder, prepare, prepare_sites
from training.samples import read_shard
from training.train import Recipe, train


def remake(arguments: argparse.Namespace) -> str:
    """
    All steps in order; returns the table of scores on the held-out families.
    """
    data, run = arguments.data, arguments.data / arguments.run
    if arguments.shards:
        for variant in range(arguments.variants):
            prepare(data, range(arguments.shards), variant=variant)
        prepare(data, range(2), held_out=True)
    for held_out in (False, True):
        prepare_sites(data, range(arguments.site_shards), held_out=held_out)
    torch.manual_seed(arguments.seed)
    recipe = Recipe(seed=arguments.seed, minutes=arguments.minutes, tokens=arguments.tokens, device=arguments.device)
    train(data, run, recipe)
    size = export(run, arguments.out)
    print(f"{arguments.out}: {size / 1e6:.1f} MB")
    samples = [sample for path in sorted(data.glob("heldout-*.jsonl.gz")) for sample in read_shard(path)]
    with runtime.Engine(runtime.load(arguments.out)) as engine:
        return report(evaluate(samples[: arguments.limit], engine))


def main() -> None:
    """
    Command line of the whole road.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("vision_code/models/embedded"))
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--run", default="run", help="folder of the training's checkpoint, inside the data folder")
    parser.add_argument("--shards", type=int, default=25, help="shards of 100 pages to generate; 0: use what is there")
    parser.add_argument("--site-shards", type=int, default=64, help="shards of real pages; 0: use what is there")
    parser.add_argument("--variants", type=int, default=1, help="readings of each page, each with other faults")
    parser.add_argument("--minutes", type=float, default=66.0, help="length of the training")
    parser.add_argument("--tokens", type=int, default=4500, help="tokens a step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="cpu", help="cuda trains in bf16 on a GPU from the same shards")
    parser.add_argument("--limit", type=int, default=600, help="held-out samples to score")
    print(remake(parser.parse_args()))


if __name__ == "__main__":
    main()
