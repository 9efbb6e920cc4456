from __future__ import annotations

import dataclasses

import pytest
import torch

import kernels
from kernels.target import AMPERE, CDNA3, HOPPER, family
from kernels.testing import assert_close, relative_error

pytest.importorskip("triton")
triton_int4_moe = pytest.importorskip("kernels.triton_int4_moe")

from kernels.triton_int4_moe import TiledExperts, TiledWeight  # noqa: E402
from kernels.triton_int4_moe.launch import TABLE, LaunchConfig, choose, shape_class  # noqa: E402

# Wide tiles: the interpreter pays for programs, not for elements.
FEW = dataclasses.replace(TABLE["hopper", "few"], block_rows=128)
MANY = dataclasses.replace(TABLE["hopper", "many"], block_rows=128, block_tokens=16, group_blocks=2)
EXPERTS, HIDDEN, INTER = 5, 256, 128


def _weights(rows: int, columns: int, *lead: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return kernels.quantise(torch.randn(*lead, rows, columns, generator=generator) * columns**-0.5, torch.float32)


def _layer() -> tuple[TiledExperts, torch.Tensor, torch.Tensor]:
    gate_up, down = _weights(2 * INTER, HIDDEN, EXPERTS), _weights(HIDDEN, INTER, EXPERTS, seed=1)
    tiled = TiledExperts(gate_up=TiledWeight.of(*gate_up), down=TiledWeight.of(*down))
    return tiled, kernels.dequantise(*gate_up), kernels.dequantise(*down)


def _pairs(num_tokens: int, choice: list[int], top_k: int = 2) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(num_tokens)
    x = torch.randn(num_tokens, HIDDEN, generator=generator)
    rows = [torch.randperm(len(choice), generator=generator)[:top_k] for _ in range(num_tokens)]
    ids = torch.tensor(choice)[torch.stack(rows)] if rows else torch.zeros(0, top_k, dtype=torch.int64)
    return x, ids, torch.rand(num_tokens, top_k, generator=generator)


def test_tile_order_moves_bits_and_loses_none() -> None:
    packed, scale = _weights(48, 256, 3)
    words, scales = triton_int4_moe.tile_words(packed), triton_int4_moe.tile_scales(scale)
    assert words.numel() == packed.numel()
    assert scales.numel() == scale.numel()
    q = kernels.unpack(packed).to(torch.int32) + 8
    for e, n, k in [(0, 0, 0), (1, 17, 131), (2, 47, 255), (0, 30, 66)]:
        j, c, h = k % 128 // 32, k % 32 // 2, k % 2
        word = int(words[e, n // 16, k // 128, n % 16, c])
        assert (word >> (4 * j + 16 * h)) & 0xF == int(q[e, n, k])
        assert scales[e, n // 16, k // 128, j, n % 16] == scale[e, n, k // 32]


@pytest.mark.parametrize(("rows", "columns"), [(24, 128), (16, 96)])
def test_sizes_that_do_not_tile_are_refused(rows: int, columns: int) -> None:
    with pytest.raises(kernels.UnsupportedShape):
        TiledWeight.of(*_weights(rows, columns))


@pytest.mark.parametrize(
    ("config", "num_tokens", "choice", "top_k"),
    [
        (FEW, 1, [0, 1, 2, 4], 2),
        (FEW, 9, [3], 1),
        (MANY, 11, [0, 1, 4], 2),
        (MANY, 0, [0, 1], 2),
    ],
    ids=["one token", "all on one expert", "empty experts", "no token"],
)
def test_experts_equal_the_reference(config: LaunchConfig, num_tokens: int, choice: list[int], top_k: int) -> None:
    tiled, gate_up, down = _layer()
    x, ids, weights = _pairs(num_tokens, choice, top_k)
    actual = triton_int4_moe.expert_mlp(x, ids, weights, tiled, config)
    if not num_tokens:
        assert actual.shape == (0, HIDDEN)
        return
    expected = kernels.expert_mlp(x, ids, weights, gate_up, down)
    assert_close(actual, expected, 1e-4)


@pytest.mark.parametrize("config", [FEW, MANY], ids=["few", "many"])
def test_one_percent_in_either_weight_shows(config: LaunchConfig) -> None:
    tiled, gate_up, down = _layer()
    x, ids, weights = _pairs(2, [4], 1)
    expected = kernels.expert_mlp(x, ids, weights, gate_up, down)
    for part in ("gate_up", "down"):
        weight: TiledWeight = getattr(tiled, part)
        wrong = dataclasses.replace(tiled, **{part: TiledWeight(words=weight.words, scales=weight.scales * 1.01)})
        assert relative_error(triton_int4_moe.expert_mlp(x, ids, weights, wrong, config), expected) > 1e-2


def test_a_token_alone_gives_the_bits_it_gives_in_a_crowd() -> None:
    tiled, _, _ = _layer()
    x, ids, weights = _pairs(3, [0, 1, 2, 4])
    together = triton_int4_moe.expert_mlp(x, ids, weights, tiled, FEW)
    alone = triton_int4_moe.expert_mlp(x[2:], ids[2:], weights[2:], tiled, FEW)
    assert torch.equal(together[2:], alone)


def test_what_lies_beside_the_rows_is_not_read() -> None:
    tiled, gate_up, down = _layer()
    x, ids, weights = _pairs(3, [2], 1)
    wide = torch.full((3, HIDDEN + 7), float("nan"))
    wide[:, :HIDDEN] = x
    actual = triton_int4_moe.expert_mlp(wide[:, :HIDDEN], ids, weights, tiled, FEW)
    assert_close(actual, kernels.expert_mlp(x, ids, weights, gate_up, down), 1e-4)


@pytest.mark.parametrize("config", [FEW, MANY], ids=["few", "many"])
@pytest.mark.parametrize(("num_rows", "rows"), [(1, 48), (17, 144), (0, 16)])
def test_linear_equals_the_reference(config: LaunchConfig, num_rows: int, rows: int) -> None:
    packed, scale = _weights(rows, 384)
    x = torch.randn(num_rows, 384, generator=torch.Generator().manual_seed(2)) * 30
    actual = triton_int4_moe.linear(x, TiledWeight.of(packed, scale), config)
    expected = kernels.int4_linear(x, packed, scale)
    if num_rows:
        assert_close(actual, expected, 1e-4)
        assert relative_error(actual * 1.01, expected) > 1e-2
    assert actual.shape == expected.shape


def test_shapes_that_disagree_are_refused() -> None:
    tiled, _, _ = _layer()
    x, ids, weights = _pairs(1, [0, 1])
    with pytest.raises(kernels.UnsupportedShape):
        triton_int4_moe.expert_mlp(x[:, :128], ids, weights, tiled)
    with pytest.raises(kernels.UnsupportedShape):
        triton_int4_moe.linear(x[:, :128], tiled.gate_up)


@pytest.mark.parametrize(
    ("tokens", "top_k", "experts", "expected"),
    [
        (1, 8, 384, "few"),
        (16, 8, 384, "few"),
        (512, 8, 384, "some"),
        (1024, 8, 384, "many"),
        (4096, 8, 384, "most"),
        (1, 1, 1, "few"),
    ],
)
def test_launch_follows_the_tokens_at_an_expert(tokens: int, top_k: int, experts: int, expected: str) -> None:
    assert shape_class(tokens * top_k, experts) == expected
    for target in (AMPERE, HOPPER, CDNA3):
        assert choose(tokens * top_k, experts, target) == TABLE[family(target), expected]
        form = [
            (launch.block_tokens, launch.finish_weights)
            for launch in (choose(tokens * top_k, experts, target, part) for part in ("gate_up", "down"))
        ]
        assert form[0] == form[1], "both parts meet the same blocks of pairs"
