"""
Writes a trained network as a checkpoint folder in Kimi K2.5 format, routed experts INT4.

python -m training.export --run RUN --out vision_code/models/embedded
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from runtime.checkpoint.write import write_checkpoint
from training.network import Trainee, small_config
from training.prepare import data_folder
from training.train import load_state, plain_state
from training.vocabulary import pinned_ranks, tokenizer_files

#: Pictures are shrunk by the prompt already; the limit only guards against larger ones.
PREPROCESSOR = {
    "media_proc_cfg": {
        "in_patch_limit": 1024,
        "patch_size": 14,
        "merge_kernel_size": 2,
        "patch_limit_on_one_side": 512,
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
}


def export(run: Path, out: Path) -> int:
    """
    Write the checkpoint; returns its size in bytes.
    """
    ranks = pinned_ranks(run)
    config = small_config(len(ranks))
    model = Trainee(config, seed=0)
    load_state(model, torch.load(run / "train.pt", map_location="cpu", weights_only=True)["model"])
    files = {**tokenizer_files(ranks), "preprocessor_config.json": json.dumps(PREPROCESSOR, indent=1).encode()}
    write_checkpoint(out, config, plain_state(model), files=files)
    return sum(file.stat().st_size for file in out.iterdir())


def main() -> None:
    """
    Command line of this step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, default=data_folder() / "run")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    size = export(arguments.run, arguments.out)
    print(f"{arguments.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
