from __future__ import annotations

import ctypes
from collections.abc import Callable

import pytest
import torch

import kernels
from kernels.cpu import launch, tiles
from kernels.testing import rms_error

pytestmark = pytest.mark.usefixtures("cpu_library")

# 16 bits relative to the largest of 32 normal values: 2e-5; with few outputs the estimate itself scatters.
EXACT = 5e-5
COARSE = 1e-2
# Two roundings, and products have heavier tails.
LAYER = 7e-5
SHAPES = [(32, 32), (33, 64), (1, 96), (96, 1408), (130, 2048)]


def _normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _weight(rows: int, columns: int, seed: int = 1) -> tuple[kernels.TiledInt4, torch.Tensor]:
    packed, scale = kernels.quantise(_normal(rows, columns, seed=seed) * columns**-0.5)
    return kernels.tile_int4(packed, scale), kernels.dequantise(packed, scale.double())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("num_tokens", [1, 4, 7, 16, 33])
def test_linear_is_the_product(shape: tuple[int, int], num_tokens: int) -> None:
    weight, exact = _weight(*shape)
    x = _normal(num_tokens, shape[1])
    expected = x.double() @ exact.T
    # A single output says nothing about a mean.
    limit = EXACT if expected.numel() >= 32 else 10 * EXACT
    assert rms_error(kernels.tiled_linear(x, weight), expected) < limit
    assert rms_error(kernels.tiled_linear(x * 1.01, weight), expected) > limit
    assert rms_error(kernels.tiled_linear(x, weight, bits=8), expected) < (COARSE if limit == EXACT else 10 * COARSE)


def test_eight_bits_would_show_one_percent() -> None:
    weight, exact = _weight(96, 512)
    x = _normal(64, 512)
    expected = x.double() @ exact.T
    error = rms_error(kernels.tiled_linear(x, weight, bits=8), expected)
    assert 1e-3 < error < 8e-3
    assert rms_error(kernels.tiled_linear(x * 1.01, weight, bits=8), expected) > 1.4 * error


def test_every_weight_value_and_place_counts() -> None:
    q = (torch.arange(64).unsqueeze(1) * 7 + torch.arange(96)) % 16 - 8
    packed, scale = kernels.pack(q), torch.ones(64, 3, dtype=torch.bfloat16)
    found = kernels.tiled_linear(torch.eye(96), kernels.tile_int4(packed, scale))
    assert torch.allclose(found, q.T.float(), atol=1e-5)


def test_extreme_activations_do_not_overflow() -> None:
    # All weights -8 or 7, all activations at the end of the range and of one sign: the largest sums there are.
    for value, sign in ((-8, 1.0), (7, 1.0), (-8, -1.0), (7, -1.0)):
        packed, scale = kernels.pack(torch.full((32, 64), value)), torch.ones(32, 2, dtype=torch.bfloat16)
        found = kernels.tiled_linear(torch.full((5, 64), sign), kernels.tile_int4(packed, scale))
        assert torch.allclose(found, torch.full((5, 32), 64.0 * value * sign), rtol=1e-6)


@pytest.mark.parametrize("size", [1e-25, 1e-6, 1e6, 1e25])
def test_extreme_scales(size: float) -> None:
    weight, exact = _weight(64, 128)
    # Each group of columns its own magnitude, over 12 decades.
    x = _normal(33, 128) * torch.logspace(-6, 6, 4).repeat_interleave(32) * size
    assert rms_error(kernels.tiled_linear(x, weight), x.double() @ exact.T) < EXACT


def test_groups_too_small_for_a_scale_count_as_zero() -> None:
    weight, _ = _weight(32, 64)
    assert not kernels.tiled_linear(torch.full((3, 64), 1e-38), weight).any()
    assert not kernels.tiled_linear(torch.zeros(3, 64), weight).any()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_a_value_that_is_not_finite_spoils_its_token_alone(bad: float) -> None:
    weight, exact = _weight(40, 96)
    x = _normal(6, 96)
    x[2, 37] = bad
    found = kernels.tiled_linear(x, weight)
    assert bool(found[2].isnan().all())
    rest = [0, 1, 3, 4, 5]
    assert rms_error(found[rest], x[rest].double() @ exact.T) < EXACT


def test_any_layout_and_dtype_of_activations() -> None:
    weight, exact = _weight(48, 64)
    x = _normal(2, 64, 5).transpose(1, 2)
    assert rms_error(kernels.tiled_linear(x, weight), x.double() @ exact.T) < EXACT
    half = x.bfloat16()
    found = kernels.tiled_linear(half, weight)
    assert found.dtype == torch.bfloat16
    assert rms_error(found, half.double() @ exact.T) < 4e-3
    assert kernels.tiled_linear(x[:0], weight).shape == (0, 5, 48)


Layer = tuple[kernels.TiledExperts, Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]]


def _layer(num_experts: int, hidden: int, inter: int) -> Layer:
    gate_up = kernels.quantise(_normal(num_experts, 2 * inter, hidden, seed=2) * hidden**-0.5)
    down = kernels.quantise(_normal(num_experts, hidden, inter, seed=3) * inter**-0.5)
    exact = [kernels.dequantise(packed, scale.double()) for packed, scale in (gate_up, down)]

    def expected(x: torch.Tensor, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        return kernels.expert_mlp(x.double(), ids, weights.double(), *exact)

    return kernels.tile_experts(*gate_up, *down), expected


def _routing(num_tokens: int, num_experts: int, top_k: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(num_tokens)
    # The last expert never gets a token.
    ids = torch.stack([torch.randperm(num_experts - 1, generator=generator)[:top_k] for _ in range(num_tokens)])
    return ids, torch.rand(num_tokens, top_k, generator=generator)


@pytest.mark.parametrize("sizes", [(8, 192, 128, 2), (5, 32, 32, 1), (9, 96, 160, 3)])
@pytest.mark.parametrize("num_tokens", [1, 4, 16, 33])
def test_experts_equal_the_reference(sizes: tuple[int, int, int, int], num_tokens: int) -> None:
    num_experts, hidden, inter, top_k = sizes
    experts, expected = _layer(num_experts, hidden, inter)
    x = _normal(num_tokens, hidden)
    ids, weights = _routing(num_tokens, num_experts, top_k)
    right = expected(x, ids, weights)
    assert rms_error(kernels.tiled_expert_mlp(x, ids, weights, experts), right) < LAYER
    assert rms_error(kernels.tiled_expert_mlp(x, ids, weights * 1.01, experts), right) > LAYER
    assert rms_error(kernels.tiled_expert_mlp(x, ids, weights, experts, bits=8), right) < 2 * COARSE


def test_all_tokens_on_one_expert_and_an_expert_twice() -> None:
    experts, expected = _layer(6, 64, 96)
    x, weights = _normal(37, 64), torch.rand(37, 2, generator=torch.Generator().manual_seed(5))
    ids = torch.full((37, 2), 4)
    assert rms_error(kernels.tiled_expert_mlp(x, ids, weights, experts), expected(x, ids, weights)) < LAYER


def test_more_tokens_than_one_piece_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    experts, expected = _layer(5, 64, 32)
    x = _normal(70, 64)
    ids, weights = _routing(70, 5, 2)
    monkeypatch.setattr(launch, "MOE_TOKENS", 33)
    assert rms_error(kernels.tiled_expert_mlp(x, ids, weights, experts), expected(x, ids, weights)) < LAYER
    assert kernels.tiled_expert_mlp(x[:0], ids[:0], weights[:0], experts).shape == (0, 64)


def test_a_spoiled_token_stays_alone_in_a_layer() -> None:
    experts, expected = _layer(4, 64, 32)
    x = _normal(9, 64)
    ids, weights = _routing(9, 4, 2)
    right = expected(x, ids, weights)
    x[4, 1] = float("nan")
    found = kernels.tiled_expert_mlp(x, ids, weights, experts)
    assert bool(found[4].isnan().all())
    rest = [t for t in range(9) if t != 4]
    assert rms_error(found[rest], right[rest]) < LAYER


@pytest.mark.parametrize("wrong", [-1, 4])
def test_ids_that_are_no_experts_are_refused(wrong: int) -> None:
    experts, _ = _layer(4, 64, 32)
    with pytest.raises(kernels.UnsupportedShape, match=str(wrong)):
        kernels.tiled_expert_mlp(_normal(2, 64), torch.tensor([[0], [wrong]]), torch.ones(2, 1), experts)


def test_shapes_that_do_not_fit_are_refused() -> None:
    weight, _ = _weight(32, 64)
    experts, _ = _layer(4, 64, 32)
    with pytest.raises(kernels.UnsupportedShape, match="64 columns"):
        kernels.tiled_linear(_normal(2, 96), weight)
    with pytest.raises(kernels.UnsupportedShape, match="belong together"):
        kernels.tiled_expert_mlp(_normal(2, 64), torch.zeros(3, 1, dtype=torch.int64), torch.ones(3, 1), experts)
    with pytest.raises(kernels.UnsupportedShape, match="scales"):
        kernels.tile_int4(torch.zeros(4, 8, dtype=torch.int32), torch.ones(4, 3, dtype=torch.bfloat16))
    with pytest.raises(kernels.UnsupportedShape, match="float32"):
        kernels.tile_int4(torch.zeros(4, 8, dtype=torch.int32), torch.ones(4, 2))


@pytest.mark.parametrize(("rows", "paired"), [(1, False), (70, False), (128, False), (128, True), (192, True)])
def test_tiling_is_reversible_and_equal_in_both_implementations(
    cpu_library: ctypes.CDLL, rows: int, paired: bool
) -> None:
    packed, scale = kernels.quantise(_normal(rows, 96))
    tiled = tiles.tile(packed, scale, paired=paired)
    assert torch.equal(tiled, launch.tile(cpu_library, packed, scale, paired=paired))
    back = tiles.untile(tiled, rows, paired=paired)
    assert torch.equal(back[0], packed)
    assert torch.equal(back[1], scale)


def test_thread_counts_give_the_same_bits() -> None:
    # Large enough that two threads are taken; every output is computed inside one task.
    weight, _ = _weight(1056, 1024)
    experts, _ = _layer(8, 512, 256)
    x, wide = _normal(9, 1024), _normal(40, 512)
    ids, weights = _routing(40, 8, 2)
    matrix = _normal(2048, 512).bfloat16()
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            found.append(
                (
                    kernels.tiled_linear(x, weight),
                    kernels.tiled_expert_mlp(wide, ids, weights, experts),
                    kernels.linear(wide[:1], matrix),
                )
            )
    finally:
        torch.set_num_threads(before)
    for other in found[1:]:
        assert all(torch.equal(a, b) for a, b in zip(found[0], other, strict=True))


def test_a_token_alone_and_among_others_gets_the_same_bits() -> None:
    # Seven tiles: alone a token passes four at a time, then two, then one.
    weight, _ = _weight(200, 512)
    x = _normal(7, 512)
    for bits in (16, 8):
        together = kernels.tiled_linear(x, weight, bits=bits)
        alone = [kernels.tiled_linear(row.unsqueeze(0), weight, bits=bits) for row in x]
        assert torch.equal(together, torch.cat(alone))


def test_a_token_alone_and_among_others_gets_the_same_bits_from_experts() -> None:
    experts, _ = _layer(5, 512, 224)
    x = _normal(9, 512)
    ids, weights = _routing(9, 5, 2)
    together = kernels.tiled_expert_mlp(x, ids, weights, experts)
    alone = [kernels.tiled_expert_mlp(x[t : t + 1], ids[t : t + 1], weights[t : t + 1], experts) for t in range(len(x))]
    assert torch.equal(together, torch.cat(alone))


@pytest.mark.parametrize("size", [0, 1, 63, 64, 65, 4096, (1 << 20) - 1, (1 << 20) + 65, (3 << 20) + 7])
def test_a_checksum_changes_with_every_byte_and_place(size: int) -> None:
    data = torch.randint(0, 256, (size,), dtype=torch.uint8, generator=torch.Generator().manual_seed(size))
    right, before = kernels.checksum(data), torch.get_num_threads()
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            assert kernels.checksum(data) == right
    finally:
        torch.set_num_threads(before)
    others = {kernels.checksum(data[:-1])} if size else set()
    for at in {0, size // 2, size - 1} if size else set():
        changed = data.clone()
        changed[at] ^= 1
        others.add(kernels.checksum(changed))
    if size > 128:
        others.add(kernels.checksum(torch.cat([data[64:128], data[:64], data[128:]])))
    assert right not in others
    assert len(others) >= min(size, 4)
    with pytest.raises(kernels.UnsupportedShape, match="bytes"):
        kernels.checksum(data.int())
