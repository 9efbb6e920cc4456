"""
Device code of the INT4 experts; the mathematics stands in the package's docstring, the weight order in ``layout``.

The weights are the first operand of every product and the tokens the second: at few tokens the tile is then as narrow
as the matrix unit allows (8), and the unpacked weights go from registers straight into it.
"""

import triton
import triton.language as tl


@triton.jit
def unpack_group(words, J: tl.constexpr, DTYPE: tl.constexpr):
    """
    Group ``J`` of a tile's words ``[BN, 16]``: ``128 + u`` as ``[BN, 32]``, exact in bf16.
    """
    pairs = ((words >> (4 * J)) & 0x000F000F) | 0x43004300
    first = (pairs & 0xFFFF).to(tl.int16).to(tl.bfloat16, bitcast=True)
    second = (pairs >> 16).to(tl.int16).to(tl.bfloat16, bitcast=True)
    return tl.interleave(first.to(DTYPE), second.to(DTYPE))


@triton.jit
def finish_group(words, scale, J: tl.constexpr, DTYPE: tl.constexpr):
    """
    Group ``J`` as finished weights ``(u - 8) scale``, rounded once to ``DTYPE`` as the checkpoint's own library does.
    """
    return ((unpack_group(words, J, DTYPE) - 136.0).to(DTYPE) * scale.to(DTYPE)[:, None]).to(DTYPE)


@triton.jit
def add_group(acc, words, scale, x, sums, J: tl.constexpr, FINISH: tl.constexpr, DTYPE: tl.constexpr):
    """
    Add group ``J``'s product (``[BN, 32] x [32, BM]``) to ``acc``.

    Finished weights cost two operations each and pay when many tokens share them; else scale and offset (136 times the
    group's sum of ``x``) are put on the accumulator, which is small at few tokens.
    """
    if FINISH:
        acc = tl.dot(finish_group(words, scale, J, DTYPE), x, acc, input_precision="ieee")
    else:
        start = tl.broadcast_to((-136.0 * sums)[None, :], acc.shape)
        product = tl.dot(unpack_group(words, J, DTYPE), x, start, input_precision="ieee")
        acc += product * scale.to(tl.float32)[:, None]
    return acc


@triton.jit
def place(num_blocks, num_tiles, GROUP: tl.constexpr):
    """
    Which token block and which row tile a program owns: ``GROUP`` token blocks share a row tile while it is in cache.
    """
    pid = tl.program_id(0)
    group = pid // (GROUP * num_tiles)
    height = tl.minimum(num_blocks - group * GROUP, GROUP)
    rest = pid % (GROUP * num_tiles)
    return group * GROUP + rest % height, rest // height


@triton.jit
def group_sums_kernel(x_ptr, sums_ptr, groups, stride, GROUPS: tl.constexpr):
    """
    ``sums[row, g] = sum of x[row, 32 g .. 32 g + 31]``; a program owns ``GROUPS`` groups of one row.
    """
    row = tl.program_id(0).to(tl.int64)
    g = tl.program_id(1) * GROUPS + tl.arange(0, GROUPS)
    inside = g < groups
    x = tl.load(x_ptr + row * stride + g[:, None] * 32 + tl.arange(0, 32)[None, :], mask=inside[:, None], other=0.0)
    tl.store(sums_ptr + row * groups + g, tl.sum(x.to(tl.float32), axis=1), mask=inside)


# Sizes that change from step to step are not compiled for.
@triton.jit(do_not_specialize=["num_pairs", "num_blocks"])
def gate_up_kernel(
    x_ptr, sums_ptr, w_ptr, s_ptr, act_ptr, act_sums_ptr, ids_ptr, expert_ptr, padded_ptr,
    num_pairs, num_blocks, inter, hidden, stride,
    TOP_K: tl.constexpr, BN: tl.constexpr, BM: tl.constexpr, GROUP: tl.constexpr, FINISH: tl.constexpr,
    DTYPE: tl.constexpr,
):  # fmt: skip
    """
    ``act[pair] = silu(gate x) * (up x)``; a program owns ``BN`` of the ``inter`` outputs for ``BM`` sorted pairs.
    """
    m, n = place(num_blocks, tl.cdiv(inter, BN), GROUP)
    if m * BM >= tl.load(padded_ptr):
        return
    ids = tl.load(ids_ptr + m * BM + tl.arange(0, BM))
    valid = ids < num_pairs
    token = tl.where(valid, ids // TOP_K, 0).to(tl.int64)
    expert = tl.load(expert_ptr + m).to(tl.int64)
    blocks = hidden // 128
    out_rows = n * BN + tl.arange(0, BN)
    # Rows past the end read the last row; they are not stored.
    rows = tl.minimum(out_rows, inter - 1)
    # Tile order: 256 words and 64 scales a (16 rows, 128 columns) tile; the up half lies inter / 16 row tiles later.
    w_ptr += expert * (2 * inter // 16) * blocks * 256
    s_ptr += expert * (2 * inter // 16) * blocks * 64
    up = (inter // 16) * blocks
    w_at = (rows // 16) * blocks * 256 + (rows % 16) * 16
    w_ptrs = w_ptr + w_at[:, None] + tl.arange(0, 16)[None, :]
    s_ptrs = s_ptr + (rows // 16) * blocks * 64 + rows % 16
    x_ptrs = x_ptr + token[None, :] * stride + tl.arange(0, 32)[:, None]
    if not FINISH:
        sums_ptr += token * (blocks * 4)
    gate = tl.zeros([BN, BM], tl.float32)
    lift = tl.zeros([BN, BM], tl.float32)
    for block in range(0, blocks):
        gate_words = tl.load(w_ptrs + block * 256)
        lift_words = tl.load(w_ptrs + block * 256 + up * 256)
        for j in tl.static_range(4):
            x = tl.load(x_ptrs + block * 128 + j * 32, mask=valid[None, :], other=0.0).to(DTYPE)
            sums = tl.zeros([BM], tl.float32)
            if not FINISH:
                sums = tl.load(sums_ptr + block * 4 + j, mask=valid, other=0.0)
            gate_scale = tl.load(s_ptrs + block * 64 + j * 16)
            lift_scale = tl.load(s_ptrs + block * 64 + j * 16 + up * 64)
            gate = add_group(gate, gate_words, gate_scale, x, sums, j, FINISH, DTYPE)
            lift = add_group(lift, lift_words, lift_scale, x, sums, j, FINISH, DTYPE)
    act = (gate * tl.sigmoid(gate) * lift).to(act_ptr.dtype.element_ty)
    where = tl.where(valid, ids, 0).to(tl.int64)
    inside = (out_rows < inter)[:, None] & valid[None, :]
    tl.store(act_ptr + where[None, :] * inter + out_rows[:, None], act, mask=inside)
    if not FINISH:
        # The sums that the down projection needs, of the rounded values.
        kept = tl.where(inside, act.to(tl.float32), 0.0)
        sums = tl.sum(tl.reshape(kept, [BN // 32, 32, BM]), axis=1)
        g = n * (BN // 32) + tl.arange(0, BN // 32)
        mask = (g < inter // 32)[:, None] & valid[None, :]
        tl.store(act_sums_ptr + where[None, :] * (inter // 32) + g[:, None], sums, mask=mask)


@triton.jit(do_not_specialize=["num_pairs", "num_blocks"])
def linear_kernel(
    x_ptr, sums_ptr, w_ptr, s_ptr, y_ptr, ids_ptr, expert_ptr, padded_ptr, weights_ptr,
    num_pairs, num_blocks, out, columns, stride,
    EXPERTS: tl.constexpr, BN: tl.constexpr, BM: tl.constexpr, GROUP: tl.constexpr, FINISH: tl.constexpr,
    DTYPE: tl.constexpr,
):  # fmt: skip
    """
    ``y[pair] = weight[pair] * (w_expert x[pair])``, or plainly ``y = w x`` without ``EXPERTS``.

    A program owns ``BN`` outputs of ``BM`` pairs.
    """
    m, n = place(num_blocks, tl.cdiv(out, BN), GROUP)
    ids = m * BM + tl.arange(0, BM)
    if EXPERTS:
        if m * BM >= tl.load(padded_ptr):
            return
        ids = tl.load(ids_ptr + ids)
        expert = tl.load(expert_ptr + m).to(tl.int64)
        w_ptr += expert * (out // 16) * (columns // 128) * 256
        s_ptr += expert * (out // 16) * (columns // 128) * 64
    valid = ids < num_pairs
    pair = tl.where(valid, ids, 0).to(tl.int64)
    blocks = columns // 128
    out_rows = n * BN + tl.arange(0, BN)
    rows = tl.minimum(out_rows, out - 1)
    w_at = (rows // 16).to(tl.int64) * blocks * 256 + (rows % 16) * 16
    w_ptrs = w_ptr + w_at[:, None] + tl.arange(0, 16)[None, :]
    s_ptrs = s_ptr + (rows // 16).to(tl.int64) * blocks * 64 + rows % 16
    x_ptrs = x_ptr + pair[None, :] * stride + tl.arange(0, 32)[:, None]
    if not FINISH:
        sums_ptr += pair * (blocks * 4)
    acc = tl.zeros([BN, BM], tl.float32)
    for block in range(0, blocks):
        words = tl.load(w_ptrs + block * 256)
        for j in tl.static_range(4):
            x = tl.load(x_ptrs + block * 128 + j * 32, mask=valid[None, :], other=0.0).to(DTYPE)
            sums = tl.zeros([BM], tl.float32)
            if not FINISH:
                sums = tl.load(sums_ptr + block * 4 + j, mask=valid, other=0.0)
            scale = tl.load(s_ptrs + block * 64 + j * 16)
            acc = add_group(acc, words, scale, x, sums, j, FINISH, DTYPE)
    if EXPERTS:
        acc *= tl.load(weights_ptr + pair, mask=valid, other=0.0)[None, :]
    inside = (out_rows < out)[:, None] & valid[None, :]
    y_ptrs = y_ptr + pair[None, :] * out + out_rows[:, None]
    tl.store(y_ptrs, acc.to(y_ptr.dtype.element_ty), mask=inside)


@triton.jit
def sum_pairs_kernel(y_ptr, out_ptr, width, TOP_K: tl.constexpr, BLOCK: tl.constexpr):
    """
    ``out[token] = sum over k of y[token * TOP_K + k]``, in the order of k: the same bits on every run.
    """
    token = tl.program_id(0).to(tl.int64)
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = column < width
    total = tl.zeros([BLOCK], tl.float32)
    for k in tl.static_range(TOP_K):
        total += tl.load(y_ptr + (token * TOP_K + k) * width + column, mask=inside, other=0.0).to(tl.float32)
    tl.store(out_ptr + token * width + column, total.to(out_ptr.dtype.element_ty), mask=inside)
