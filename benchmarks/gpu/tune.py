"""
The sweep over launches: each field of a default alone, then what won together; the fastest goes into the table.

A launch counts only where its result is that of the default: compilers have emitted empty kernels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch

from benchmarks.gpu.place import Place
from benchmarks.gpu.rows import NOPE, PAGE, RANK, ROPE, TOLERANCE, VALUE, int4
from kernels import launch_table, triton_int4_moe, triton_mla
from kernels.target import Target
from kernels.testing import rms_error
from kernels.triton_int4_moe import TiledExperts, TiledWeight
from kernels.triton_int4_moe.launch import of_shape
from kernels.triton_mla.launch import choose_decode, choose_prefill
from kernels.triton_vit_attention import vit_attention
from kernels.triton_vit_attention.launch import choose as choose_vision

#: A launch must win by this much, or noise would move the table.
WORTH_IT = 0.97
ROUNDS = 8
SECONDS = 0.08

Run = Callable[[Any], torch.Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """
    One entry of the launch table.

    Args:
        name: The kernel, as the table calls it.
        shape: Its shape class.
        default: The launch that counts today, read when asked: one part of an expert follows the other.
        choices: What each field may be.
        make: Allocates and gives what is timed with a launch, one for each size of the shape class.
    """

    name: str
    shape: str
    default: Callable[[], Any]
    choices: dict[str, tuple[int, ...]]
    make: Callable[[], list[Run]]

    @property
    def key(self) -> str:
        """
        Its name in the table.
        """
        return f"{self.name} {self.shape}"

    def neighbours(self) -> Iterator[Any]:
        """
        Launches that differ from the default in one field.
        """
        default = self.default()
        for name, values in self.choices.items():
            yield from (replace(default, **{name: value}) for value in values if getattr(default, name) != value)


def operations(place: Place, target: Target) -> list[Operation]:
    """
    Everything that is swept.

    Args:
        place: Where; tiny and few on a CPU.
        target: The device.
    """
    found = []
    few = {"num_warps": (2, 4, 8), "num_stages": (2, 3, 4, 5), "block_rows": (32, 64, 128)}
    many = {"num_warps": (4, 8), "num_stages": (2, 3, 4), "block_rows": (64, 128), "group_blocks": (4, 8, 16)}
    blocks = {"few": (8, 16), "some": (8, 16, 32), "many": (32, 64), "most": (64, 128)}
    for shape, tokens in blocks.items() if not place.tiny else [("few", (8, 16))]:
        choices = few if shape in ("few", "some") else many
        found.append(_expert_part(place, target, shape, {"block_tokens": tokens, **choices}, gate_up=True))
        found.append(_expert_part(place, target, shape, choices, gate_up=False))
    for shape, heads, caches in (("few", 16, ((1, 8192), (64, 4096))), ("many", 64, ((1, 65536), (16, 8192)))):
        if place.tiny and shape == "many":
            continue
        sizes = caches if not place.tiny else ((1, 64),)
        found.append(_decode(place, target, shape, heads, sizes))
    found += [_prefill(place, target), _vision(place, target)]
    if place.tiny:
        return [replace(o, choices={name: values[:2] for name, values in o.choices.items()}) for o in found]
    return found


def sweep(operation: Operation, place: Place) -> dict[str, Any]:
    """
    Time an operation's launches.

    Returns:
        ``launch`` (the best one's fields), ``us`` and ``default_us`` (each the geometric mean over sizes), ``tried``,
        ``failed`` (launches that did not run, or ran wrong).
    """
    runs = operation.make()
    default = operation.default()
    right = [run(default).clone() for run in runs]
    times: dict[Any, float] = {default: _mean(runs, default, place)}
    failed: list[str] = []

    def trial(config: Any) -> float:
        if config not in times:
            try:
                wrong = [
                    rms_error(run(config), expected) > TOLERANCE for run, expected in zip(runs, right, strict=True)
                ]
                times[config] = math.inf if any(wrong) else _mean(runs, config, place)
                failed.extend([f"{config} is wrong"] * any(wrong))
            except Exception as error:  # out of shared memory, a compiler that gives up: the next launch may do
                times[config] = math.inf
                failed.append(f"{config}: {error!r}"[:200])
        return times[config]

    best: dict[str, int] = {}
    for name, values in operation.choices.items():
        fastest = min(values, key=lambda value: trial(replace(default, **{name: value})))
        if times[replace(default, **{name: fastest})] < WORTH_IT * times[default]:
            best[name] = fastest
    trial(replace(default, **best))
    winner = min(times, key=lambda config: times[config])
    if times[winner] > WORTH_IT * times[default]:
        winner = default
    return {
        "launch": asdict(winner),
        "us": times[winner],
        "default_us": times[default],
        "tried": len(times),
        "failed": failed,
    }


def use(key: str, launch: dict[str, Any], target: Target) -> None:
    """
    Let what is measured from here on run with a launch.
    """
    device = launch_table.table().setdefault(launch_table.device_key(target), {})
    device.setdefault("launches", {})[key] = launch


def _mean(runs: list[Run], config: Any, place: Place) -> float:
    times = [place.microseconds(lambda run=run: run(config), rounds=ROUNDS, seconds=SECONDS) for run in runs]
    return math.exp(sum(math.log(time) for time in times) / len(times))


def _expert_part(
    place: Place, target: Target, shape: str, choices: dict[str, tuple[int, ...]], *, gate_up: bool
) -> Operation:
    tokens = {"few": (1, 16), "some": (128, 64), "many": (512, 512), "most": (4096, 4096)}[shape]
    layers = [(tokens[0], 96, 8, 7168, 2048), (tokens[1], 64, 6, 2048, 1408)]
    if place.tiny:
        layers = [(1, 2, 1, 128, 128)]

    def make() -> list[Run]:
        return [_layer(place, *layer) for layer in layers]

    def _layer(place: Place, count: int, experts: int, top_k: int, hidden: int, inter: int) -> Run:
        weights = [int4(place, experts, *size) for size in ((2 * inter, hidden), (hidden, inter))]
        # Random words are in any order.
        tiled = TiledExperts(gate_up=TiledWeight.reordered(*weights[0]), down=TiledWeight.reordered(*weights[1]))
        x = place.normal(count, hidden)
        ids = torch.rand(count, experts, device=place.device).topk(top_k).indices
        share = torch.rand(count, top_k, device=place.device)

        def run(config: Any) -> torch.Tensor:
            first = of_shape(shape, target, "gate_up")
            if not gate_up:
                return triton_int4_moe.expert_mlp(x, ids, share, tiled, first, None, config)
            down = replace(of_shape(shape, target, "down"), block_tokens=config.block_tokens)
            return triton_int4_moe.expert_mlp(x, ids, share, tiled, config, None, down)

        return run

    def default() -> Any:
        if gate_up:
            return of_shape(shape, target, "gate_up")
        first = of_shape(shape, target, "gate_up")
        return replace(of_shape(shape, target, "down"), block_tokens=first.block_tokens)

    name = "int4_gate_up" if gate_up else "int4_down"
    return Operation(name=name, shape=shape, default=default, choices=choices, make=make)


def _decode(place: Place, target: Target, shape: str, heads: int, sizes: tuple[tuple[int, int], ...]) -> Operation:
    rank, rope = (RANK, ROPE) if not place.tiny else (32, 16)

    def one(batch: int, length: int) -> Run:
        pages = place.normal(batch * length // PAGE, PAGE, rank + rope)
        table = torch.randperm(len(pages), device=place.device).int().view(batch, -1)
        visible = torch.full((batch, 1), length, dtype=torch.int32, device=place.device)
        query = place.normal(batch, 1, heads, rank + rope) * 0.3
        return lambda config: triton_mla.decode_latent(query, pages, table, visible, rank, 0.07, config)

    heads_at_once = (16,) if shape == "few" else (16, 32, 64)
    return Operation(
        name="mla_decode",
        shape=shape,
        default=lambda: choose_decode(heads, target),
        choices={
            "block_keys": (16, 32, 64),
            "num_warps": (4, 8),
            "num_stages": (1, 2, 3),
            "block_heads": heads_at_once,
        },
        make=lambda: [one(*size) for size in sizes],
    )


def _prefill(place: Place, target: Target) -> Operation:
    tokens, heads, nope, rope, value = (4096, 64, NOPE, ROPE, VALUE) if not place.tiny else (20, 2, 16, 16, 16)

    def make() -> list[Run]:
        q, expanded = place.normal(tokens, heads, nope + rope), place.normal(tokens, heads, nope + value)
        k_pe = place.normal(tokens, rope)
        cu = torch.tensor([0, tokens], dtype=torch.int32, device=place.device)
        return [lambda config: triton_mla.prefill(q, expanded, k_pe, cu, cu, tokens, 0.14, config=config)[0]]

    return Operation(
        name="mla_prefill",
        shape="all",
        default=lambda: choose_prefill(target),
        choices={"block_queries": (64, 128), "block_keys": (32, 64, 128), "num_warps": (4, 8), "num_stages": (1, 2, 3)},
        make=make,
    )


def _vision(place: Place, target: Target) -> Operation:
    patches, heads, dim = (4096, 16, 72) if not place.tiny else (20, 2, 24)

    def make() -> list[Run]:
        q, k, v = place.normal(patches, 3, heads, dim).unbind(1)
        return [lambda config: vit_attention(q, k, v, [patches], config)]

    return Operation(
        name="vit_attention",
        shape="all",
        default=lambda: choose_vision(target),
        choices={"block_queries": (64, 128), "block_keys": (32, 64, 128), "num_warps": (4, 8), "num_stages": (2, 3, 4)},
        make=make,
    )
