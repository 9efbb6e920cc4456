"""
Halves of a decoder layer, each one call of the C library: ``x + attention(norm(x))`` and ``x + mlp(norm(x))``.

For few tokens a layer's arithmetic takes less time than a dozen calls from Python. Weights stay where they are and as
they are: a part keeps their addresses, so what is changed in place counts, what is replaced does not. The formulas are
those of :mod:`kernels.mla`, :mod:`kernels.moe` and :mod:`kernels.rms_norm`; sums are in fp32 whatever the weights'
dtype, and any number of threads or of tokens beside it gives a token the same bits.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kernels.cpu.library import AttentionStruct, MlpStruct
from kernels.cpu.tiles import TiledExperts
from kernels.errors import UnsupportedShape
from kernels.int4 import GROUP_SIZE
from kernels.moe import RouterRule

# Bounds the workspace; weights are read again for each such piece, which then hardly counts.
MLP_TOKENS = 512
# What the C library has room for.
MOST_EXPERTS = 1024
DENSE, TILES, MATRICES = range(3)

# A matrix and the shape that it must have.
Wanted = tuple[torch.Tensor, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttentionWeights:
    """
    Latent attention and the norm before it; matrices ``[out, in]``, all fp32 or all bf16.

    Args:
        norm: ``[hidden]``, before the attention.
        q_a: ``[q_rank, hidden]``; None: queries are not compressed.
        q_norm: ``[q_rank]``, or None with ``q_a``.
        q_b: ``[heads * (nope + rope), q_rank or hidden]``.
        kv_a: ``[rank + rope, hidden]``.
        latent_norm: ``[rank]``.
        kv_b: ``[heads * (nope + v), rank]``.
        o: ``[hidden, heads * v]``.
        heads: Heads.
        rope: Rotated channels of a query.
        eps: Of ``norm``.
        latent_eps: Of the two other norms.
        scale: Factor of the scores.
    """

    norm: torch.Tensor
    q_a: torch.Tensor | None
    q_norm: torch.Tensor | None
    q_b: torch.Tensor
    kv_a: torch.Tensor
    latent_norm: torch.Tensor
    kv_b: torch.Tensor
    o: torch.Tensor
    heads: int
    rope: int
    eps: float
    latent_eps: float
    scale: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MlpWeights:
    """
    A gated MLP, routed experts or both, and the norm before them; matrices all fp32 or all bf16.

    Args:
        norm: ``[hidden]``.
        eps: Of the norm.
        dense: Gate and up ``[inter, hidden]`` and down ``[hidden, inter]`` of the MLP that every token passes; None:
            there is none.
        router: ``[experts, hidden]``; None: there are no experts.
        bias: ``[experts]``, the correction bias.
        rule: How experts are chosen.
        experts: INT4 tiles, or ``[experts, 2 * inter, hidden]`` and ``[experts, hidden, inter]``.
    """

    norm: torch.Tensor
    eps: float
    dense: tuple[torch.Tensor, torch.Tensor, torch.Tensor] | None = None
    router: torch.Tensor | None = None
    bias: torch.Tensor | None = None
    rule: RouterRule | None = None
    experts: TiledExperts | tuple[torch.Tensor, torch.Tensor] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """
    Where packed tokens sit, and the rows of their sequences.

    Args:
        cos: ``[positions, rope / 2]`` float32, a table of every position there is.
        sin: As ``cos``.
        rows: ``[layers, slots, capacity, rank + rope]`` fp32 or bf16, dense within a slot; written.
        slot: ``[num_tokens]`` int64, each token's sequence.
        position: ``[num_tokens]`` int64, its place there; rows before it are there already or among the new ones.
    """

    cos: torch.Tensor
    sin: torch.Tensor
    rows: torch.Tensor
    slot: torch.Tensor
    position: torch.Tensor


class AttentionPart:
    """
    Calls ``x + o(attention(norm(x)))``.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        weights: They must not move.

    Raises:
        UnsupportedShape: Sizes that do not belong together, mixed dtypes, or strided matrices.
    """

    def __init__(self, library: ctypes.CDLL, weights: AttentionWeights) -> None:
        w = weights
        self._library = library
        self.weights = weights
        self.rank, self.hidden = w.latent_norm.shape[0], w.norm.shape[0]
        self.head_dim, self.v = w.q_b.shape[0] // w.heads, w.o.shape[1] // w.heads
        q_rank = 0 if w.q_a is None else w.q_a.shape[0]
        nope = self.head_dim - w.rope
        wanted: list[Wanted] = [
            (w.q_b, (w.heads * self.head_dim, q_rank or self.hidden)),
            (w.kv_a, (self.rank + w.rope, self.hidden)),
            (w.kv_b, (w.heads * (nope + self.v), self.rank)),
            (w.o, (self.hidden, w.heads * self.v)),
        ]
        if w.q_a is not None:
            wanted.append((w.q_a, (q_rank, self.hidden)))
        self.half = are_half(wanted)
        norm, q_norm, latent_norm = (None if t is None else t.float() for t in (w.norm, w.q_norm, w.latent_norm))
        # What the addresses below point into.
        self._kept = (norm, q_norm, latent_norm, wanted)
        self.struct = AttentionStruct(
            self.hidden,
            w.heads,
            nope,
            w.rope,
            self.rank,
            self.v,
            q_rank,
            *(_address(t) for t in (norm, q_norm, latent_norm, w.q_a, w.q_b, w.kv_a, w.kv_b, w.o)),
            w.eps,
            w.latent_eps,
            w.scale,
            self.half,
        )
        self.at = ctypes.byref(self.struct)
        self._floats_per_token = library.attention_workspace(self.at, 1)

    def __call__(self, x: torch.Tensor, places: Places, layer: int = 0) -> torch.Tensor:
        """
        Store the tokens' rows, then attend to everything up to each token.

        Args:
            x: ``[num_tokens, hidden]`` float.
            places: Where the tokens sit.
            layer: Which rows.

        Returns:
            ``[num_tokens, hidden]`` in the dtype of ``x``.
        """
        out = torch.empty(x.shape, dtype=torch.float32)
        self._run(x, places, layer, None, out)
        return out.to(x.dtype)

    def queries(self, x: torch.Tensor, places: Places, layer: int = 0) -> torch.Tensor:
        """
        Store the tokens' rows and return their rotated queries ``[num_tokens, heads, nope + rope]``: what stands before
        an attention that is computed elsewhere. Arguments as above.
        """
        out = torch.empty(x.shape[0], self.weights.heads, self.head_dim)
        self._run(x, places, layer, out, None)
        return out.to(x.dtype)

    def output(self, attended: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        """
        ``x + o(attended)`` with ``attended [num_tokens, heads * v]``: what stands behind it.
        """
        return linear(self._library, attended, self.weights.o, add=x).to(x.dtype)

    def _run(
        self, x: torch.Tensor, places: Places, layer: int, queries: torch.Tensor | None, out: torch.Tensor | None
    ) -> None:
        flat, num_tokens = float_rows(x, self.hidden), x.shape[0]
        check_places(places, num_tokens, self.rank + self.weights.rope)
        workspace = torch.empty(num_tokens * self._floats_per_token)
        wrong = self._library.attention_part(
            self.at,
            flat.data_ptr(),
            num_tokens,
            places.cos.data_ptr(),
            places.sin.data_ptr(),
            places.rows[layer].data_ptr(),
            places.rows.stride(1),
            places.rows.shape[1],
            capacity(places),
            places.rows.dtype == torch.bfloat16,
            places.slot.data_ptr(),
            places.position.data_ptr(),
            workspace.data_ptr(),
            _address(queries),
            _address(out),
            torch.get_num_threads(),
        )
        if wrong:
            raise outside(places)


class MlpPart:
    """
    Calls ``x + mlp(norm(x))``, routing included.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        weights: They must not move.

    Raises:
        UnsupportedShape: Sizes that do not belong together, mixed dtypes, strided matrices, or more than 1,024 experts.
    """

    def __init__(self, library: ctypes.CDLL, weights: MlpWeights) -> None:
        w = weights
        self._library = library
        self.hidden = w.norm.shape[0]
        wanted: list[Wanted] = []
        gate, up, down = w.dense if w.dense is not None else (None, None, None)
        inter = 0
        if w.dense is not None:
            inter = w.dense[0].shape[0]
            shapes = ((inter, self.hidden), (inter, self.hidden), (self.hidden, inter))
            wanted += zip(w.dense, shapes, strict=True)
        kind, expert_inter, expert_data = self._experts(w)
        experts = 0 if w.router is None else w.router.shape[0]
        if w.router is not None:
            wanted.append((w.router, (experts, self.hidden)))
        if isinstance(w.experts, tuple):
            shapes_of_experts = ((experts, 2 * expert_inter, self.hidden), (experts, self.hidden, expert_inter))
            wanted += zip(w.experts, shapes_of_experts, strict=True)
        self.half = are_half(wanted)
        rule = w.rule or RouterRule(top_k=0, num_groups=1, top_groups=1, normalise=False, scaling=1.0)
        if experts > MOST_EXPERTS or experts % rule.num_groups or rule.top_k > experts:
            raise UnsupportedShape(f"{experts} experts under {rule}")
        self.top_k = rule.top_k
        norm, bias = w.norm.float(), None if w.bias is None else w.bias.float()
        # What the addresses below point into.
        self._kept = (norm, bias, wanted, expert_data)
        self.struct = MlpStruct(
            self.hidden,
            inter,
            experts,
            expert_inter,
            rule.top_k,
            rule.num_groups,
            rule.top_groups,
            *(_address(t) for t in (norm, bias, gate, up, down, w.router, *expert_data)),
            w.eps,
            rule.scaling,
            self.half,
            kind,
            rule.normalise,
            2,
        )
        self.at = ctypes.byref(self.struct)

    def __call__(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """
        Args:
            x: ``[num_tokens, hidden]`` float.

        Returns:
            ``[num_tokens, hidden]`` in the dtype of ``x``, and the experts ``[num_tokens, top_k]`` int64 that were
            chosen; None where there are none.
        """
        flat, num_tokens = float_rows(x, self.hidden), x.shape[0]
        out = torch.empty(x.shape, dtype=torch.float32)
        ids = torch.empty(num_tokens, self.top_k, dtype=torch.int64)
        size = self._library.mlp_workspace(self.at, min(num_tokens, MLP_TOKENS))
        workspace = torch.empty(size, dtype=torch.uint8)
        threads = torch.get_num_threads()
        # Addresses rather than slices: a slice takes longer than a small layer.
        x_at, ids_at, out_at = flat.data_ptr(), ids.data_ptr(), out.data_ptr()
        for first in range(0, num_tokens, MLP_TOKENS):
            self._library.mlp_part(
                self.at,
                x_at + first * self.hidden * 4,
                min(MLP_TOKENS, num_tokens - first),
                workspace.data_ptr(),
                ids_at + first * self.top_k * 8,
                out_at + first * self.hidden * 4,
                threads,
            )
        return out.to(x.dtype), ids if self.top_k else None

    def _experts(self, w: MlpWeights) -> tuple[int, int, tuple[torch.Tensor | None, torch.Tensor | None]]:
        if w.experts is None:
            return DENSE, 0, (None, None)
        if not isinstance(w.experts, TiledExperts):
            return MATRICES, w.experts[1].shape[2], w.experts
        num_experts, hidden_groups, inter_groups, _ = w.experts.down.shape
        if hidden_groups * GROUP_SIZE != self.hidden or w.router is None or num_experts != w.router.shape[0]:
            raise UnsupportedShape(f"experts {list(w.experts.down.shape)} and {self.hidden} columns")
        return TILES, inter_groups * GROUP_SIZE, (w.experts.gate_up, w.experts.down)


def check_places(places: Places, num_tokens: int, width: int) -> None:
    """
    Refuse what the C library would read wrongly.

    Raises:
        UnsupportedShape: Rows that are not dense, or not one place for each token.
    """
    rows = places.rows
    if rows.dim() != 4 or rows.shape[3] != width or rows.stride()[2:] != (width, 1):
        raise UnsupportedShape(f"rows {list(rows.shape)}, strides {rows.stride()}; dense rows of {width} are wanted")
    for index in (places.slot, places.position):
        if index.shape != (num_tokens,) or index.dtype != torch.int64 or not index.is_contiguous():
            raise UnsupportedShape(f"{num_tokens} tokens, places {index.dtype} {list(index.shape)}")


def capacity(places: Places) -> int:
    """
    Positions that have a row, a cos and a sin.
    """
    return min(places.rows.shape[2], len(places.cos), len(places.sin))


def outside(places: Places) -> UnsupportedShape:
    """
    The error of a token that names no slot or position.
    """
    return UnsupportedShape(f"tokens outside of {places.rows.shape[1]} slots of {capacity(places)} positions")


def linear(
    library: ctypes.CDLL, x: torch.Tensor, weight: torch.Tensor, *, add: torch.Tensor | None = None
) -> torch.Tensor:
    """
    ``x @ w^T``, the weight read as it is and widened in registers.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        x: ``[num_tokens, in]`` float.
        weight: ``[out, in]`` fp32 or bf16, contiguous.
        add: ``[num_tokens, out]``, added at the end.

    Returns:
        ``[num_tokens, out]`` float32.

    Raises:
        UnsupportedShape: Sizes or dtypes do not fit.
    """
    rows, columns = weight.shape
    half = are_half([(weight, (rows, columns))])
    flat = float_rows(x, columns)
    more = None if add is None else float_rows(add, rows)
    out = torch.empty(x.shape[0], rows)
    library.float_linear(
        weight.data_ptr(),
        half,
        rows,
        columns,
        flat.data_ptr(),
        x.shape[0],
        _address(more),
        out.data_ptr(),
        torch.get_num_threads(),
    )
    return out


def float_rows(x: torch.Tensor, columns: int) -> torch.Tensor:
    """
    ``[rows, columns]`` as dense fp32.

    Raises:
        UnsupportedShape: It is something else.
    """
    if x.dim() != 2 or x.shape[1] != columns or not x.dtype.is_floating_point:
        raise UnsupportedShape(f"{x.dtype} {list(x.shape)}, but {columns} columns are wanted")
    return x if x.dtype == torch.float32 and x.is_contiguous() else x.float().contiguous()


def are_half(matrices: Sequence[Wanted]) -> bool:
    """
    Whether the matrices are bf16 (all) or fp32 (all).
    """
    dtypes = {matrix.dtype for matrix, _ in matrices}
    fitting = all(m.shape == shape and m.is_contiguous() and m.device.type == "cpu" for m, shape in matrices)
    if not fitting or len(dtypes) != 1 or not dtypes <= {torch.float32, torch.bfloat16}:
        raise UnsupportedShape(f"matrices {[(m.dtype, list(m.shape)) for m, _ in matrices]}")
    return dtypes == {torch.bfloat16}


def _address(tensor: torch.Tensor | None) -> int | None:
    return None if tensor is None else tensor.data_ptr()
