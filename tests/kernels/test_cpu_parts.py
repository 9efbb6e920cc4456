"""
Halves of layers, whole layers and float products of the C library against the operations of :mod:`kernels`, in fp64.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

import kernels
from kernels import mla, moe
from kernels.testing import rms_error

pytestmark = pytest.mark.usefixtures("cpu_library")

# fp32 sums; with INT4 experts the activations' rounding.
EXACT, INT4 = 2e-6, 5e-5
FLOATS = [torch.float32, torch.bfloat16]


def _normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("num_tokens", [0, 1, 2, 3, 4, 5, 16, 33, 64])
@pytest.mark.parametrize("shape", [(1, 8), (8, 16), (33, 123), (257, 512)])
@pytest.mark.parametrize("dtype", FLOATS)
def test_linear_is_the_product(num_tokens: int, shape: tuple[int, int], dtype: torch.dtype) -> None:
    weight, x = _normal(*shape, seed=7).to(dtype), _normal(num_tokens, shape[1])
    expected = x.double() @ weight.double().T
    found = kernels.linear(x, weight)
    assert found.shape == expected.shape
    if num_tokens:
        assert rms_error(found, expected) < EXACT
        assert rms_error(kernels.linear(x, weight * 1.01), expected) > 1e-4


def test_linear_leaves_gradients_to_pytorch() -> None:
    weight, x = _normal(8, 16).requires_grad_(), _normal(2, 16, seed=1)
    kernels.linear(x, weight).sum().backward()
    assert weight.grad is not None
    assert torch.allclose(weight.grad, x.sum(0).expand(8, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    hidden: int = 48
    heads: int = 3
    nope: int = 10
    rope: int = 6
    rank: int = 20
    v: int = 9
    q_rank: int = 17


# Odd widths; more heads than share a pass; the sizes of the embedded model; no compressed queries.
SHAPES = [
    Shape(),
    Shape(hidden=192, heads=4, nope=16, rope=16, rank=64, v=32, q_rank=96),
    Shape(heads=6, q_rank=0),
    Shape(hidden=33, heads=1, rank=8, v=4, nope=2, rope=2, q_rank=5),
]


def _attention(shape: Shape, dtype: torch.dtype = torch.float32) -> kernels.AttentionWeights:
    seeds = itertools.count(10)
    s = shape

    def matrix(rows: int, columns: int) -> torch.Tensor:
        return (_normal(rows, columns, seed=next(seeds)) * columns**-0.5).to(dtype)

    def norm(columns: int) -> torch.Tensor:
        return 1 + 0.1 * _normal(columns, seed=next(seeds))

    return kernels.AttentionWeights(
        norm=norm(s.hidden),
        q_a=matrix(s.q_rank, s.hidden) if s.q_rank else None,
        q_norm=norm(s.q_rank) if s.q_rank else None,
        q_b=matrix(s.heads * (s.nope + s.rope), s.q_rank or s.hidden),
        kv_a=matrix(s.rank + s.rope, s.hidden),
        latent_norm=norm(s.rank),
        kv_b=matrix(s.heads * (s.nope + s.v), s.rank),
        o=matrix(s.hidden, s.heads * s.v),
        heads=s.heads,
        rope=s.rope,
        eps=1e-5,
        latent_eps=1e-6,
        scale=0.3,
    )


def _angles(positions: int, rope: int) -> torch.Tensor:
    return torch.arange(positions).double().unsqueeze(1) * 0.7 ** torch.arange(rope // 2).double()


def _norm(x: torch.Tensor, weight: torch.Tensor, eps: float) -> torch.Tensor:
    return F.rms_norm(x, weight.shape, weight.double(), eps)


def _expected_attention(
    x: torch.Tensor, w: kernels.AttentionWeights, rows: torch.Tensor, slot: torch.Tensor, position: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """
    Output, rows and queries in fp64: every token as a sequence of its own over its slot's rows.
    """
    angles = _angles(int(position.max()) + 1, w.rope)[position]
    h = _norm(x.double(), w.norm, w.eps)
    compressed = h if w.q_a is None or w.q_norm is None else _norm(h @ w.q_a.double().T, w.q_norm, w.latent_eps)
    q = torch.unflatten(compressed @ w.q_b.double().T, -1, (w.heads, -1))
    nope, rank = q.shape[-1] - w.rope, len(w.latent_norm)

    def turned(pairs: torch.Tensor) -> torch.Tensor:
        a, b = torch.unflatten(pairs, -1, (-1, 2)).unbind(-1)
        cos, sin = angles.cos(), angles.sin()
        cos, sin = (t.unsqueeze(1) if pairs.dim() == 3 else t for t in (cos, sin))
        return torch.stack([a * cos - b * sin, b * cos + a * sin], -1).flatten(-2)

    q = torch.cat([q[..., :nope], turned(q[..., nope:])], -1)
    kv = h @ w.kv_a.double().T
    rows = rows.double().clone()
    rows[slot, position] = torch.cat([_norm(kv[:, :rank], w.latent_norm, w.latent_eps), turned(kv[:, rank:])], -1)
    visible = (torch.arange(rows.shape[1]) <= position.unsqueeze(1)).unsqueeze(1)
    kv_b = torch.unflatten(w.kv_b.double(), 0, (w.heads, -1))
    out = mla.mla_decode(q.unsqueeze(1), rows[slot], kv_b, w.scale, visible)
    return x.double() + out.flatten(1) @ w.o.double().T, rows, q


def _places(
    shape: Shape, slots: int, past: list[int], new: list[int], layers: int = 1, dtype: torch.dtype = torch.float32
) -> kernels.Places:
    capacity = max(p + n for p, n in zip(past, new, strict=True)) + 3
    table = _angles(capacity, shape.rope)
    return kernels.Places(
        cos=table.cos().float(),
        sin=table.sin().float(),
        rows=_normal(layers, slots, capacity, shape.rank + shape.rope, seed=3).to(dtype),
        slot=torch.repeat_interleave(torch.arange(len(new)), torch.tensor(new)),
        position=torch.cat([torch.arange(p, p + n) for p, n in zip(past, new, strict=True)]),
    )


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("past", "new"), [([0], [1]), ([5], [1]), ([700], [2]), ([300, 0, 40], [1, 3, 9]), ([7] * 17, [1] * 17)]
)
def test_attention_part_equals_the_operations(
    shape: Shape, dtype: torch.dtype, past: list[int], new: list[int]
) -> None:
    weights = _attention(shape, dtype)
    part = kernels.attention_part(weights)
    assert part is not None
    x = _normal(sum(new), shape.hidden)
    places = _places(shape, len(new) + 1, past, new)
    expected, rows, q = _expected_attention(x, weights, places.rows[0], places.slot, places.position)
    untouched = places.rows.clone()
    assert rms_error(part.queries(x, places), q) < EXACT
    assert rms_error(places.rows[0], rows) < EXACT
    places.rows.copy_(untouched)
    found = part(x, places)
    assert rms_error(found, expected) < EXACT
    assert rms_error(places.rows[0], rows) < EXACT
    # Slots that nobody names keep their rows.
    assert torch.equal(places.rows[0, -1], untouched[0, -1])
    changed = kernels.attention_part(replace(weights, kv_b=(weights.kv_b.float() * 1.01).to(dtype)))
    assert changed is not None
    assert rms_error(changed(x, places), expected) > 1e-4
    attended = _normal(len(x), shape.heads * shape.v, seed=4)
    assert rms_error(part.output(attended, x), x.double() + attended.double() @ weights.o.double().T) < EXACT


def test_a_cache_in_bf16() -> None:
    shape = SHAPES[1]
    part = kernels.attention_part(_attention(shape))
    assert part is not None
    x, places = _normal(3, shape.hidden), _places(shape, 3, [70, 3, 0], [1, 1, 1], dtype=torch.bfloat16)
    exact = places.rows[0].float()
    expected, rows, _ = _expected_attention(x, part.weights, exact, places.slot, places.position)
    found = part(x, places)
    assert rms_error(found, expected) < 2e-3
    # Rounded to nearest, ties to even, as PyTorch does.
    differ = (places.rows[0] != rows.float().bfloat16()).float().mean()
    assert differ < 1e-3


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_spoiled_token_spoils_its_own_sequence_alone(bad: float) -> None:
    shape = SHAPES[0]
    part, mlp = kernels.attention_part(_attention(shape)), kernels.mlp_part(_mlp("matrices", 48, 32, 40))
    assert part is not None
    assert mlp is not None
    x, places = _normal(4, shape.hidden), _places(shape, 3, [9, 4, 30], [1, 2, 1])
    kept = places.rows.clone()
    right = part(x, places)
    places.rows.copy_(kept)
    x[1, 5] = bad
    found = part(x, places)
    assert bool(found[1].isnan().all())
    assert bool(found[2].isnan().any())
    assert torch.equal(found[[0, 3]], right[[0, 3]])
    whole, ids = mlp(found)
    assert torch.equal(whole[[0, 3]], mlp(right)[0][[0, 3]])
    assert bool(whole[1].isnan().all())
    assert ids is not None
    assert bool(((ids >= 0) & (ids < 8)).all())


def _mlp(kind: str, hidden: int, inter: int, shared: int, dtype: torch.dtype = torch.float32) -> kernels.MlpWeights:
    seeds = itertools.count(50)

    def matrix(*shape: int) -> torch.Tensor:
        return (_normal(*shape, seed=next(seeds)) * shape[-1] ** -0.5).to(dtype)

    dense = (matrix(shared, hidden), matrix(shared, hidden), matrix(hidden, shared)) if shared else None
    norm = 1 + 0.1 * _normal(hidden, seed=next(seeds))
    if kind == "dense":
        return kernels.MlpWeights(norm=norm, eps=1e-5, dense=dense)
    gate_up, down = matrix(8, 2 * inter, hidden), matrix(8, hidden, inter)
    experts: kernels.TiledExperts | tuple[torch.Tensor, torch.Tensor] = (gate_up, down)
    if kind == "tiles":
        experts = kernels.tile_experts(*kernels.quantise(gate_up.float()), *kernels.quantise(down.float()))
    rule = kernels.RouterRule(top_k=3, num_groups=1, top_groups=1, normalise=True, scaling=2.5)
    return kernels.MlpWeights(
        norm=norm,
        eps=1e-5,
        dense=dense,
        router=matrix(8, hidden),
        bias=0.2 * _normal(8, seed=next(seeds)),
        rule=rule,
        experts=experts,
    )


def _expected_mlp(x: torch.Tensor, w: kernels.MlpWeights) -> tuple[torch.Tensor, torch.Tensor | None]:
    h, out, ids = _norm(x.double(), w.norm, w.eps), x.double(), None
    if w.dense is not None:
        gate, up, down = (t.double() for t in w.dense)
        out = out + (F.silu(h @ gate.T) * (h @ up.T)) @ down.T
    if w.router is not None and w.bias is not None and w.rule is not None and w.experts is not None:
        # The reference routes in fp32; scores that close do not occur here.
        ids, weights = moe.route((h @ w.router.double().T).float(), w.bias, w.rule)
        if isinstance(w.experts, kernels.TiledExperts):
            e = w.experts
            both = [_untiled(e.gate_up, paired=True), _untiled(e.down, paired=False)]
        else:
            both = [t.double() for t in w.experts]
        out = out + moe.expert_mlp(h, ids, weights.double(), *both)
    return out, ids


def _untiled(data: torch.Tensor, *, paired: bool) -> torch.Tensor:
    from kernels.cpu import tiles

    each = [tiles.untile(expert, 32 * expert.shape[0], paired=paired) for expert in data]
    return torch.stack([kernels.dequantise(packed, scale.double()) for packed, scale in each])


@pytest.mark.parametrize("kind", ["dense", "tiles", "matrices"])
@pytest.mark.parametrize("sizes", [(64, 32, 40), (192, 128, 128), (96, 64, 0)])
@pytest.mark.parametrize("num_tokens", [1, 3, 16, 37, 70])
def test_mlp_part_equals_the_operations(kind: str, sizes: tuple[int, int, int], num_tokens: int) -> None:
    if kind == "dense" and not sizes[2]:
        pytest.skip("nothing to compute")
    weights = _mlp(kind, *sizes)
    part = kernels.mlp_part(weights)
    assert part is not None
    x = _normal(num_tokens, sizes[0])
    found, ids = part(x)
    expected, right_ids = _expected_mlp(x, weights)
    limit = INT4 if kind == "tiles" else EXACT
    assert rms_error(found, expected) < limit
    other = kernels.mlp_part(replace(weights, norm=weights.norm * 1.01))
    assert other is not None
    assert rms_error(other(x)[0], expected) > limit
    if right_ids is None:
        assert ids is None
    else:
        assert ids is not None
        assert torch.equal(ids.sort(-1).values, right_ids.sort(-1).values)


@pytest.mark.parametrize("sizes", [(33, 20, 7), (48, 32, 40)])
def test_mlp_part_of_any_width_and_in_bf16(sizes: tuple[int, int, int]) -> None:
    for kind in ("dense", "matrices"):
        weights = _mlp(kind, *sizes, dtype=torch.bfloat16)
        part = kernels.mlp_part(weights)
        assert part is not None
        x = _normal(5, sizes[0])
        assert rms_error(part(x)[0], _expected_mlp(x, weights)[0]) < EXACT
        assert part(x.bfloat16())[0].dtype == torch.bfloat16


@pytest.mark.parametrize("normalise", [True, False])
@pytest.mark.parametrize(("groups", "top"), [(1, 1), (4, 2), (2, 1)])
def test_routing_limits_groups(groups: int, top: int, *, normalise: bool) -> None:
    base = _mlp("matrices", 48, 32, 0)
    rule = kernels.RouterRule(top_k=2, num_groups=groups, top_groups=top, normalise=normalise, scaling=1.5)
    weights = replace(base, rule=rule)
    part = kernels.mlp_part(weights)
    assert part is not None
    x = _normal(40, 48)
    found, ids = part(x)
    expected, right_ids = _expected_mlp(x, weights)
    assert ids is not None
    assert right_ids is not None
    assert torch.equal(ids.sort(-1).values, right_ids.sort(-1).values)
    assert rms_error(found, expected) < EXACT


def test_more_tokens_than_one_piece_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = _mlp("tiles", 64, 32, 40)
    part = kernels.mlp_part(weights)
    assert part is not None
    x = _normal(70, 64)
    whole, ids = part(x)
    monkeypatch.setattr("kernels.cpu.parts.MLP_TOKENS", 33)
    pieces, piece_ids = part(x)
    assert torch.equal(whole, pieces)
    assert ids is not None
    assert piece_ids is not None
    assert torch.equal(ids, piece_ids)


VOCAB = 77


def _decoder(shape: Shape) -> tuple[kernels.Decoder, list[tuple[kernels.AttentionPart, kernels.MlpPart]], torch.Tensor]:
    layers = []
    for kind in ("dense", "tiles", "matrices"):
        attention, mlp = kernels.attention_part(_attention(shape)), kernels.mlp_part(_mlp(kind, shape.hidden, 64, 96))
        assert attention is not None
        assert mlp is not None
        layers.append((attention, mlp))
    norm = 1 + 0.1 * _normal(shape.hidden, seed=9)
    ends = {name: _normal(VOCAB, shape.hidden, seed=seed) for name, seed in (("embedding", 10), ("head", 11))}
    whole = kernels.decoder(kernels.DecoderWeights(layers=layers, norm=norm, **ends))
    assert whole is not None
    return whole, layers, norm


def test_all_layers_at_once_are_the_layers_one_by_one() -> None:
    shape = SHAPES[1]
    whole, layers, norm = _decoder(shape)
    x, places = _normal(13, shape.hidden), _places(shape, 4, [300, 0, 40], [1, 3, 9], layers=3)
    kept = places.rows.clone()
    found, chosen = whole(x, places)
    rows = places.rows.clone()
    places.rows.copy_(kept)
    all_ids = []
    for index, (attention, mlp) in enumerate(layers):
        x, ids = mlp(attention(x, places, index))
        all_ids += [ids] if ids is not None else []
    assert torch.equal(places.rows, rows)
    assert rms_error(found, _norm(x.double(), norm, 1e-5)) < EXACT
    assert len(chosen) == len(all_ids) == 2
    assert all(torch.equal(a, b) for a, b in zip(chosen, all_ids, strict=True))
    with pytest.raises(kernels.UnsupportedShape, match="tokens"):
        whole(_normal(513, shape.hidden), places)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_logits_in_one_call_are_those_of_its_steps(dtype: torch.dtype) -> None:
    shape = SHAPES[1]
    _, layers, norm = _decoder(shape)
    embedding, head = (_normal(VOCAB, shape.hidden, seed=seed).to(dtype) for seed in (10, 11))
    whole = kernels.decoder(kernels.DecoderWeights(layers=layers, norm=norm, embedding=embedding, head=head))
    assert whole is not None
    token_ids, places = torch.arange(13) * 29 % VOCAB, _places(shape, 4, [300, 0, 40], [1, 3, 9], layers=3)
    kept, wanted = places.rows.clone(), torch.tensor([12, 0, 3])
    found = whole.logits(token_ids, places, wanted)
    rows = places.rows.clone()
    places.rows.copy_(kept)
    hidden, _ = whole(embedding[token_ids].float(), places)
    assert torch.equal(places.rows, rows)
    with torch.inference_mode():
        assert torch.equal(found, kernels.linear(hidden[wanted], head))
    assert whole.logits(token_ids, places, wanted[:0]).shape == (0, VOCAB)


def test_tokens_outside_of_the_vocabulary_are_refused() -> None:
    shape = SHAPES[1]
    whole, layers, norm = _decoder(shape)
    places, fine = _places(shape, 2, [3], [2], layers=3), torch.tensor([5, VOCAB - 1])
    kept = places.rows.clone()
    for token_ids, wanted in (([5, VOCAB], [0]), ([-1, 5], [0]), ([5, 6], [2]), ([5, 6], [-1]), ([5, 6], [0, 1, 1])):
        with pytest.raises(kernels.UnsupportedShape, match="tokens"):
            whole.logits(torch.tensor(token_ids), places, torch.tensor(wanted))
    for token_ids, wanted in ((fine.int(), fine[:1]), (fine.view(1, 2), fine[:1]), (fine, torch.zeros(1))):
        with pytest.raises(kernels.UnsupportedShape):
            whole.logits(token_ids, places, wanted)
    with pytest.raises(kernels.UnsupportedShape, match="outside of 2 slots"):
        whole.logits(fine, replace(places, slot=places.slot + 2), torch.tensor([0]))
    assert torch.equal(places.rows, kept)
    matrix = _normal(VOCAB, shape.hidden)
    for ends in ((matrix[:-1], matrix), (matrix, matrix.bfloat16()), (matrix[:, :-1], matrix[:, :-1])):
        refused = kernels.DecoderWeights(layers=layers, norm=norm, embedding=ends[0], head=ends[1])
        assert kernels.decoder(refused) is None


def test_thread_counts_and_neighbours_do_not_change_a_bit() -> None:
    shape = SHAPES[1]
    whole, _, _ = _decoder(shape)
    x, places = _normal(40, shape.hidden), _places(shape, 40, [260] * 40, [1] * 40, layers=3)
    kept, before, found = places.rows.clone(), torch.get_num_threads(), []
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            places.rows.copy_(kept)
            found.append(whole(x, places)[0])
    finally:
        torch.set_num_threads(before)
    assert torch.equal(found[0], found[1])
    assert torch.equal(found[0], found[2])
    for token in (0, 17, 39):
        places.rows.copy_(kept)
        alone = replace(places, slot=places.slot[token : token + 1], position=places.position[token : token + 1])
        assert torch.equal(whole(x[token : token + 1], alone)[0][0], found[0][token])


def test_what_does_not_fit_is_refused() -> None:
    shape = SHAPES[0]
    weights = _attention(shape)
    assert kernels.attention_part(replace(weights, o=weights.o.bfloat16())) is None
    assert kernels.attention_part(replace(weights, o=weights.o.T.contiguous().T)) is None
    assert kernels.attention_part(replace(weights, kv_a=weights.kv_a[:-1])) is None
    mlp = _mlp("tiles", 64, 32, 40)
    assert mlp.router is not None
    assert kernels.mlp_part(replace(mlp, router=mlp.router[:-1])) is None
    part = kernels.attention_part(weights)
    assert part is not None
    places = _places(shape, 2, [3], [1])
    with pytest.raises(kernels.UnsupportedShape, match="columns"):
        part(_normal(1, 47), places)
    with pytest.raises(kernels.UnsupportedShape, match="dense"):
        part(_normal(1, 48), replace(places, rows=places.rows[..., ::2]))
    with pytest.raises(kernels.UnsupportedShape, match="tokens"):
        part(_normal(2, 48), places)
    with pytest.raises(kernels.UnsupportedShape, match="int32"):
        part(_normal(1, 48), replace(places, slot=places.slot.int()))


@pytest.mark.parametrize(("slot", "position"), [(-1, 0), (2, 0), (0, -1), (0, 7), (1, 1 << 40)])
def test_tokens_outside_of_the_cache_are_refused(slot: int, position: int) -> None:
    shape = SHAPES[1]
    whole, layers, _ = _decoder(shape)
    places = _places(shape, 2, [3], [1], layers=3)
    kept = places.rows.clone()
    places = replace(places, slot=torch.tensor([0, slot]), position=torch.tensor([1, position]))
    for run in (whole, layers[0][0], layers[0][0].queries):
        with pytest.raises(kernels.UnsupportedShape, match="2 slots of 7"):
            run(_normal(2, shape.hidden), places)
    assert torch.equal(places.rows, kept)


def test_gradients_and_the_users_choice_keep_parts_away(monkeypatch: pytest.MonkeyPatch) -> None:
    device = torch.device("cpu")
    assert not kernels.computes_parts(device)
    with torch.inference_mode():
        assert kernels.computes_parts(device)
        assert not kernels.computes_parts(torch.device("cuda"))
        with torch.autocast("cpu"):
            assert not kernels.computes_parts(device)
        monkeypatch.setenv("VISION_CODE_KERNELS", "reference")
        assert not kernels.computes_parts(device)
        assert kernels.attention_part(_attention(SHAPES[0])) is None
