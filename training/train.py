"""
Trains the annotator from shards: resumable, on a CPU or a GPU, with INT4-aware experts in its last phase.

python -m training.train --minutes 60
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from random import Random

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn
from torch.nn.utils import parametrize

import kernels
from runtime.checkpoint.inspect import check_folder
from runtime.layers.moe import Experts, Int4Experts, MoE
from runtime.layers.ragged import Ragged
from runtime.model import stored_module
from runtime.models.deepseek_v3 import Block
from runtime.precision import fastest_dtype
from runtime.tokenizer.bpe import Tokenizer
from runtime.tokenizer.specials import k25_specials
from training.encode import LABEL_WORDS, VALID, Batch, Encoded, collate, encode
from training.muon import Muon
from training.network import NUM_SPECIALS, Trainee, small_config
from training.prepare import data_folder
from training.samples import read_shard
from training.vocabulary import pinned_ranks
from vision_code.draft.features import all_words

SIDE_WEIGHT = 0.15
TEXT_WEIGHT = 0.03
TEXT_SHARE = 0.05
BALANCE_RATE = 1e-3
# Share of fed-back labels replaced by the rules' word.
MISSPOKEN = 0.12
# What keeps a small network from learning its few thousand pages by heart: noise in what it is told, and dropout on
# what each part adds to the residual stream. Source of the latter: Vaswani et al. 2017 (arXiv 1706.03762) §5.4.
GARBLED = 0.06
DROPOUT = 0.1
WARMUP_STEPS = 60
# Real pages come round so often in an epoch: they are rarer than generated ones and worth more.
SITE_TURNS = 2
# Products as large as a step's, so that bf16 shows what it is worth.
PROBE_WIDTH = 2048
CHECKPOINT_S = 240.0
# Saying nothing of a region must be surer than saying something: of two nodes one of which is right, F1 takes both. The
# best threshold is half the F1 that can be had (Lipton et al. 2014, arXiv 1402.1892), so about a third.
COMMON = {"text": 0.35, "group": 0.4, "decoration": 0.35}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """
    All numbers of one training.

    Attributes:
        minutes: Length of the whole schedule in minutes of training time.
        tokens: Tokens a step.
        quantise_from: Share of the schedule after which the routed experts see INT4 rounding.
        start_from: Folder of a checkpoint (this format, this size) whose weights and vocabulary training begins with.
    """

    seed: int = 0
    minutes: float = 60.0
    tokens: int = 12_000
    learning_rate: float = 3e-3
    weight_decay: float = 0.05
    quantise_from: float = 0.7
    device: str = "cpu"
    start_from: str = ""


@dataclass(slots=True)
class Progress:
    """
    How far a training has come; part of its checkpoint.
    """

    step: int = 0
    seconds: float = 0.0
    samples: int = 0
    epoch: int = 0


class FakeInt4(nn.Module):
    """
    INT4 rounding whose gradient passes straight through.
    """

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        """
        The value that the stored form would give back.
        """
        rounded = kernels.dequantise(*kernels.quantise(weight.detach().float())).to(weight.dtype)
        return weight + (rounded - weight).detach()


def train(data: Path, out: Path, recipe: Recipe) -> Trainee:
    """
    Train until the schedule ends; continues from ``out/train.pt`` when that is there.
    """
    out.mkdir(parents=True, exist_ok=True)
    ranks = pinned_ranks(out, Path(recipe.start_from) if recipe.start_from else None)
    tokenizer = Tokenizer(ranks, k25_specials(len(ranks)))
    model = Trainee(small_config(len(ranks)), recipe.seed).to(recipe.device)
    optimisers = _optimisers(model, recipe)
    progress = _resume(out, model, optimisers, recipe)
    label_ids = torch.tensor([tokenizer.encode(f" {word}")[0] for word in LABEL_WORDS], device=recipe.device)
    kinds = token_kinds(tokenizer, len(ranks))
    drop_out(model)
    saved = time.monotonic()
    log = _Log(out / "log.jsonl")
    for batch in _batches(data, tokenizer, recipe, progress):
        started = time.monotonic()
        done = progress.seconds / (60 * recipe.minutes)
        if done >= 1:
            break
        if done >= recipe.quantise_from:
            quantise_experts(model)
        _set_rates(optimisers, recipe, done, progress.step)
        _misspeak(batch, label_ids)
        garble(batch, kinds)
        log.add(_step(model, batch, label_ids, optimisers, recipe))
        progress.step += 1
        progress.samples += len(batch.lengths)
        progress.seconds += time.monotonic() - started
        log.write(progress)
        if time.monotonic() - saved > CHECKPOINT_S:
            _save(out, model, optimisers, progress, recipe)
            saved = time.monotonic()
    _save(out, model, optimisers, progress, recipe)
    return model


def _step(
    model: Trainee, batch: Batch, label_ids: torch.Tensor, optimisers: list[torch.optim.Optimizer], recipe: Recipe
) -> dict[str, float]:
    device = torch.device(recipe.device)
    chosen: list[torch.Tensor] = []
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=computing_dtype(recipe) is torch.bfloat16):
        hidden, merged = forward(model, batch, device, chosen)
        logits = label_logits(model, hidden, batch, label_ids)
        side = F.binary_cross_entropy_with_logits(model.side(merged.flatten(1)).float(), batch.cells.to(device))
        text = _text_loss(model, hidden, batch.ids.to(device))
    labels = batch.labels.to(device)
    weight = torch.tensor([COMMON.get(word, 1.0) for word in LABEL_WORDS], device=device)
    loss = F.cross_entropy(logits, labels, weight=weight)
    torch.autograd.backward(loss + SIDE_WEIGHT * side + TEXT_WEIGHT * text)
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimiser in optimisers:
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    _balance(model, chosen)
    right = (logits.argmax(-1) == labels).float().mean().item()
    return {"loss": loss.item(), "side": side.item(), "text": text.item(), "right": right}


def _misspeak(batch: Batch, label_ids: torch.Tensor) -> None:
    """
    Some labels that are fed back become what the rules say: at run time earlier answers may be wrong too.
    """
    wrong = torch.rand(len(batch.places)) < MISSPOKEN
    batch.ids[batch.places[wrong] + 1] = label_ids.cpu()[batch.rules[wrong]]


def token_kinds(tokenizer: Tokenizer, num_ranks: int) -> torch.Tensor:
    """
    [vocabulary] int64: which feature a pseudo-word is a value of, one number for all pieces of text, -1 for specials.
    """
    kinds = torch.full((num_ranks + NUM_SPECIALS,), -1)
    kinds[:num_ranks] = 0
    for word in all_words():
        if word not in LABEL_WORDS:
            kinds[tokenizer.encode(f" {word}")[0]] = ord(word[1])
    return kinds


def garble(batch: Batch, kinds: torch.Tensor) -> None:
    """
    Some of what the model is told of a region is swapped for what is said of another one: the same feature, any value.
    """
    told = kinds[batch.ids]
    told[batch.places + 1] = -1
    noisy = (torch.rand(len(told)) < GARBLED) & (told >= 0)
    for kind in told[noisy].unique():
        places = torch.nonzero(noisy & (told == kind)).squeeze(-1)
        batch.ids[places] = batch.ids[places[torch.randperm(len(places))]]


def drop_out(model: Trainee) -> None:
    """
    Dropout on what attention and experts add to the stream of the language model.
    """
    for module in model.modules():
        if isinstance(module, Block):
            for part in (module.self_attn, module.mlp):
                part.register_forward_hook(_dropped)


def _dropped(module: nn.Module, _: object, output: torch.Tensor) -> torch.Tensor:
    return F.dropout(output, DROPOUT, training=module.training)


def forward(
    model: Trainee, batch: Batch, device: torch.device, chosen: list[torch.Tensor] | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """
    Hidden states [tokens, hidden] of a batch, and the tower's merged patches [visual, 4, width].
    """
    network = model.shipped
    merged = network.vision_tower(batch.pixels.to(device), batch.grids)
    features = network.project(merged)
    ragged = Ragged.of(batch.lengths, device=device)
    hidden = network.language_model.hidden_states(batch.ids.to(device), ragged, features=features, chosen=chosen)
    return hidden, merged


def label_logits(model: Trainee, hidden: torch.Tensor, batch: Batch, label_ids: torch.Tensor) -> torch.Tensor:
    """
    [slots, labels] float32, minus infinity where a label is not valid for the region's kind.
    """
    head = model.shipped.language_model.lm_head.weight[label_ids]
    logits = (hidden[batch.places.to(hidden.device)] @ head.to(hidden.dtype).T).float()
    return logits.masked_fill(~VALID.to(hidden.device)[batch.kinds.to(hidden.device)], float("-inf"))


def _text_loss(model: Trainee, hidden: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    """
    Next-token loss on a few random places: keeps the rest of the vocabulary alive.
    """
    places = torch.randperm(len(ids) - 1, device=ids.device)[: max(1, int(TEXT_SHARE * len(ids)))]
    logits = model.shipped.language_model.lm_head(hidden[places])
    return F.cross_entropy(logits.float(), ids[places + 1])


@torch.no_grad()
def _balance(model: Trainee, chosen: list[torch.Tensor]) -> None:
    """
    Nudge each router's correction bias towards equal load. Source: DeepSeek-V3 (arXiv 2412.19437) §2.1.2.
    """
    routers = [module.gate for module in model.modules() if isinstance(module, MoE)]
    for router, ids in zip(routers, chosen, strict=True):
        load = torch.bincount(ids.flatten(), minlength=len(router.e_score_correction_bias)).float()
        router.e_score_correction_bias += BALANCE_RATE * torch.sign(load.mean() - load)


def quantise_experts(model: nn.Module) -> None:
    """
    From now on the routed experts compute with INT4-rounded weights.
    """
    for module in list(model.modules()):
        if isinstance(module, Experts) and not parametrize.is_parametrized(module):
            for name in ("gate_up", "down"):
                parametrize.register_parametrization(module, name, FakeInt4())


def plain_state(model: Trainee) -> dict[str, torch.Tensor]:
    """
    The shipped network's tensors under their own names, fake quantisation taken off.
    """
    found = {}
    for name, tensor in model.shipped.state_dict().items():
        found[name.replace("parametrizations.", "").removesuffix(".original")] = tensor
    return found


def _optimisers(model: Trainee, recipe: Recipe) -> list[torch.optim.Optimizer]:
    matrices: list[torch.Tensor] = []
    others: list[torch.Tensor] = []
    for name, parameter in model.named_parameters():
        table = any(
            part in name for part in ("embed_tokens", "lm_head", "pos_emb", "patch_embed", "gate.weight", "side")
        )
        (others if parameter.dim() < 2 or table else matrices).append(parameter)
    return [
        Muon(matrices, lr=recipe.learning_rate, weight_decay=recipe.weight_decay, dtype=computing_dtype(recipe)),
        torch.optim.AdamW(others, lr=recipe.learning_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


@cache
def computing_dtype(recipe: Recipe) -> torch.dtype:
    """
    What products are computed in: bf16 where the hardware has it. CPUs that have not are 30 times slower in it.
    """
    return fastest_dtype(torch.device(recipe.device), PROBE_WIDTH)


def _set_rates(optimisers: list[torch.optim.Optimizer], recipe: Recipe, done: float, step: int) -> None:
    rate = recipe.learning_rate * min(1.0, (step + 1) / WARMUP_STEPS)
    rate *= 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = rate


def _batches(data: Path, tokenizer: Tokenizer, recipe: Recipe, progress: Progress) -> Iterator[Batch]:
    """
    Endless batches; each epoch looks for new and re-made shards, so data may grow while training runs.
    """
    cache: dict[Path, tuple[float, list[Encoded]]] = {}
    while True:
        # By steps, not epochs: a training that goes on must not see its first batches again.
        rng = Random(recipe.seed * 1_000_003 + progress.step)
        shards = sorted(data.glob("train-*.jsonl.gz"))
        if not shards:
            raise FileNotFoundError(f"no train-*.jsonl.gz in {data}; run python -m training.prepare first")
        for shard in shards:
            written = shard.stat().st_mtime
            if shard not in cache or cache[shard][0] != written:
                cache[shard] = (written, [encode(sample, tokenizer) for sample in read_shard(shard)])
        pool = [
            sample for shard in shards for sample in cache[shard][1] * (SITE_TURNS if "-site-" in shard.name else 1)
        ]
        yield from map(collate, packed(pool, recipe.tokens, rng))
        progress.epoch += 1


def packed(samples: list[Encoded], tokens: int, rng: Random) -> list[list[Encoded]]:
    """
    Samples of like length together, about ``tokens`` a batch, batches in random order.
    """
    order = sorted(samples, key=lambda sample: len(sample.ids) + rng.random() * 60)
    batches: list[list[Encoded]] = [[]]
    room = tokens
    for sample in order:
        if len(sample.ids) > room and batches[-1]:
            batches.append([])
            room = tokens
        batches[-1].append(sample)
        room -= len(sample.ids)
    rng.shuffle(batches)
    return batches


def _save(
    out: Path, model: Trainee, optimisers: list[torch.optim.Optimizer], progress: Progress, recipe: Recipe
) -> None:
    state: dict[str, object] = {"model": model.state_dict(), "progress": asdict(progress), "recipe": asdict(recipe)}
    state["optimisers"] = [optimiser.state_dict() for optimiser in optimisers]
    torch.save(state, out / "train.partial")
    (out / "train.partial").rename(out / "train.pt")


def _resume(out: Path, model: Trainee, optimisers: list[torch.optim.Optimizer], recipe: Recipe) -> Progress:
    path = out / "train.pt"
    if not path.exists():
        if recipe.start_from:
            take_weights(model, Path(recipe.start_from))
        return Progress()
    state = torch.load(path, map_location=recipe.device, weights_only=True)
    load_state(model, state["model"])
    if not any("parametrizations" in name for name in state["model"]):
        for optimiser, kept in zip(optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
    return Progress(**state["progress"])


def load_state(model: Trainee, state: dict[str, torch.Tensor]) -> None:
    """
    Load a checkpoint's tensors, with or without fake quantisation in their names.
    """
    model.load_state_dict(
        {name.replace("parametrizations.", "").removesuffix(".original"): t for name, t in state.items()}
    )


@torch.no_grad()
def take_weights(model: Trainee, checkpoint: Path) -> None:
    """
    Begin with the weights of an exported checkpoint; its experts come back as their INT4 values.

    Raises:
        RuntimeError: The checkpoint has other tensors or shapes.
    """
    module = stored_module(checkpoint, check_folder(checkpoint), torch.device("cpu"), torch.float32)
    for part in list(module.modules()):
        if isinstance(part, MoE) and isinstance(part.experts, Int4Experts):
            part.experts = part.experts.unpacked(torch.float32)
    model.shipped.load_state_dict(module.state_dict())


class _Log:
    """
    Mean of the last steps, one JSON line each.
    """

    def __init__(self, path: Path, every: int = 20) -> None:
        self.path = path
        self.every = every
        self.rows: list[dict[str, float]] = []

    def add(self, row: dict[str, float]) -> None:
        self.rows.append(row)

    def write(self, progress: Progress) -> None:
        if len(self.rows) < self.every:
            return
        means = {key: round(sum(row[key] for row in self.rows) / len(self.rows), 4) for key in self.rows[0]}
        with self.path.open("a") as file:
            file.write(json.dumps({**asdict(progress), **means}) + "\n")
        self.rows.clear()


def main() -> None:
    """
    Command line of this step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=data_folder())
    parser.add_argument("--out", type=Path, default=data_folder() / "run")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--tokens", type=int, default=12_000, help="tokens a step")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--start-from", default="", help="checkpoint to begin with instead of chance")
    parser.add_argument("--learning-rate", type=float, default=3e-3, help="at its peak")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0: as torch likes")
    arguments = parser.parse_args()
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    recipe = Recipe(
        seed=arguments.seed,
        minutes=arguments.minutes,
        tokens=arguments.tokens,
        learning_rate=arguments.learning_rate,
        device=arguments.device,
        start_from=arguments.start_from,
    )
    train(arguments.data, arguments.out, recipe)


if __name__ == "__main__":
    main()
