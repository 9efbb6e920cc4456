"""
Speed and memory of the runtime at the embedded model's shape (random weights) or of a checkpoint; reported, not judged.

    OMP_WAIT_POLICY=PASSIVE python -m benchmarks.bench_runtime [--checkpoint FOLDER] [--threads N] [--dtype T] [--json]

The waiting policy is the one that ``runtime.client`` gives its child.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import torch

from runtime.api import Choice, GenerateRequest, Generation, ImagePart, user
from runtime.checkpoint.write import write_checkpoint
from runtime.config import ModelConfig, TextConfig, VisionConfig
from runtime.engine import Engine
from runtime.model import Model, load
from runtime.models.init import initialise
from runtime.models.registry import build
from runtime.testing import tiny_ranks
from runtime.tokenizer.bpe import vocabulary_files
from runtime.tokenizer.specials import k25_specials

NUM_SEQUENCES = 8
NUM_LINES = 44
FORCED_TOKENS = 18
PICTURE_PX = (224, 336)
OPTIONS = tuple(chr(97 + i) for i in range(24))


def embedded_shape() -> ModelConfig:
    """
    The upper end of what may ship: 10 M parameters, 4 M active.
    """
    num_ranks = len(tiny_ranks())
    text = TextConfig(
        hidden_size=256,
        vocab_size=5120,
        num_hidden_layers=5,
        intermediate_size=640,
        moe_intermediate_size=128,
        num_attention_heads=4,
        q_lora_rank=128,
        kv_lora_rank=64,
        qk_nope_head_dim=48,
        qk_rope_head_dim=16,
        v_head_dim=48,
        n_routed_experts=12,
        num_experts_per_tok=2,
        n_shared_experts=1,
        first_k_dense_replace=1,
        routed_scaling_factor=2.5,
        rope_theta=50000.0,
        max_position_embeddings=4096,
        eos_token_ids=(num_ranks + 1,),
    )
    vision = VisionConfig(
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=3,
        num_attention_heads=4,
        pos_emb_height=32,
        pos_emb_width=32,
        pos_emb_time=4,
    )
    return ModelConfig(family="kimi_k25", text=text, vision=vision, media_token_id=num_ranks + 21)


def make(folder: Path, dtype: str) -> Model:
    """
    A random checkpoint of that shape, written and loaded.
    """
    config = embedded_shape()
    model = build(config)
    initialise(model, seed=0)
    ranks = tiny_ranks()
    files = vocabulary_files(ranks, k25_specials(len(ranks)))
    write_checkpoint(folder, config, model.state_dict(), files=files)
    return load(folder, dtype=dtype)


def requests() -> list[GenerateRequest]:
    """
    Chunks of one page: a picture of 96 visual tokens, a prompt, 44 lines of 18 forced tokens and one choice.
    """
    rng = np.random.default_rng(0)
    height, width = PICTURE_PX
    result = []
    for chunk in range(NUM_SEQUENCES):
        rgb = rng.integers(0, 255, (height, width, 3), dtype=np.uint8).tobytes()
        template: list[str | Choice] = []
        for line in range(NUM_LINES):
            forced = "".join(chr(33 + (line * 5 + i * 7) % 15) for i in range(FORCED_TOKENS))
            template += [forced, Choice(OPTIONS)]
        picture = ImagePart(width=width, height=height, rgb=rgb)
        prompt = "".join(chr(33 + (i * 7 + chunk) % 90) for i in range(60))
        result.append(GenerateRequest(messages=(user(picture, prompt),), template=tuple(template)))
    return result


def measure(model: Model) -> dict[str, object]:
    """
    One warm-up, then the best of three: the whole batch, prefill alone, one step.
    """
    engine = Engine(model)
    batch = requests()
    prefill_only = [GenerateRequest(messages=request.messages, template=("x", Choice(OPTIONS))) for request in batch]
    seconds: dict[str, float] = {}
    pages: list[Generation] = []
    for name, work in (("page", batch), ("prefill", prefill_only)):
        engine.generate(work)
        runs = []
        for _ in range(3):
            start = time.perf_counter()
            answers = engine.generate(work)
            pages = pages or answers
            runs.append(time.perf_counter() - start)
        seconds[name] = min(runs)
    prompt_tokens = sum(answer.prompt_tokens for answer in answers)
    answer_tokens = sum(len(answer.token_ids) for answer in pages)
    steps = NUM_LINES - 1
    return {
        "parameters_m": round(sum(p.numel() for p in model.module.parameters()) / 1e6, 2),
        "dtype": str(model.dtype),
        "threads": torch.get_num_threads(),
        "prompt_tokens": prompt_tokens,
        "answer_tokens": answer_tokens,
        "page_s": round(seconds["page"], 3),
        "prefill_s": round(seconds["prefill"], 3),
        "prefill_tokens_per_s": round(prompt_tokens / seconds["prefill"]),
        "answer_tokens_per_s": round(answer_tokens / (seconds["page"] - seconds["prefill"])),
        "step_ms": round(1000 * (seconds["page"] - seconds["prefill"]) / steps, 2),
        "peak_rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    """
    Measure and print.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        if arguments.checkpoint:
            model = load(arguments.checkpoint, dtype=arguments.dtype)
        else:
            model = make(Path(folder), arguments.dtype)
        ready = time.perf_counter() - start
        result = measure(model) | {"ready_s": round(ready, 2)}
    if arguments.json:
        print(json.dumps(result))
        return
    for name, value in result.items():
        print(f"{name:22} {value}")


if __name__ == "__main__":
    main()
