"""
Device code of sampling: no sort; the rules are monotone in the score, so one threshold is searched by halving.
"""

import triton
import triton.language as tl


@triton.jit
def load_scores(ptr, start, vocab, inverse, BLOCK: tl.constexpr):
    """
    One block of scores; -inf past the end.
    """
    token = start + tl.arange(0, BLOCK)
    return tl.load(ptr + token, mask=token < vocab, other=float("-inf")).to(tl.float32) * inverse


@triton.jit
def order_key(scores):
    """
    Integers in the order of the scores: a float's bits, the negative ones turned over.
    """
    bits = scores.to(tl.int32, bitcast=True)
    return bits ^ ((bits >> 31) & 0x7FFFFFFF)


@triton.jit
def sample_kernel(
    logits_ptr, temperature_ptr, top_k_ptr, top_p_ptr, min_p_ptr, uniform_ptr, token_ptr, vocab, stride,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """
    One row: the maximum, the mass, the threshold, the draw.
    """
    row = tl.program_id(0).to(tl.int64)
    logits_ptr += row * stride
    temperature = tl.load(temperature_ptr + row)
    inverse = 1.0 / tl.where(temperature > 0, temperature, 1.0)
    top = tl.full([BLOCK], float("-inf"), tl.float32)
    where = tl.zeros([BLOCK], tl.int32)
    for start in range(0, vocab, BLOCK):
        scores = load_scores(logits_ptr, start, vocab, inverse, BLOCK)
        where = tl.where(scores > top, start, where)
        top = tl.maximum(top, scores)
    best = tl.max(top)
    likeliest = tl.min(tl.where(top == best, where + tl.arange(0, BLOCK), vocab))
    if temperature > 0:
        sums = tl.zeros([BLOCK], tl.float32)
        for start in range(0, vocab, BLOCK):
            sums += tl.exp(load_scores(logits_ptr, start, vocab, inverse, BLOCK) - best)
        whole = tl.sum(sums)
        top_k = tl.load(top_k_ptr + row)
        top_p = tl.load(top_p_ptr + row)
        most = tl.where(top_k > 0, top_k, vocab)
        limit = tl.where(top_p >= 1, float("inf"), top_p * whole)
        # The lowest key above which fewer than `most` tokens and less than `limit` lie; int64, so that sums fit.
        high = tl.max(order_key(tl.full([1], 0.0, tl.float32) + best)).to(tl.int64)
        low = high * 0 - 2147483648
        low = tl.where((top_k > 0) | (top_p < 1), low, high)
        unlimited = (top_k <= 0) & (top_p >= 1)
        while low < high:
            middle = (low + high) >> 1
            count = tl.zeros([BLOCK], tl.int32)
            mass = tl.zeros([BLOCK], tl.float32)
            below = tl.full([BLOCK], -2147483648, tl.int32)
            over = tl.full([BLOCK], 2147483647, tl.int32)
            for start in range(0, vocab, BLOCK):
                scores = load_scores(logits_ptr, start, vocab, inverse, BLOCK)
                key = order_key(scores)
                above = key > middle
                count += above.to(tl.int32)
                below = tl.where(above, below, tl.maximum(below, key))
                over = tl.where(above, tl.minimum(over, key), over)
                mass += tl.where(above, tl.exp(scores - best), 0.0)
            fits = (tl.sum(count) < most) & (tl.sum(mass) < limit)
            # Between two neighbouring keys of the row nothing changes: step to the keys, not to the middle.
            high = tl.where(fits, tl.max(below).to(tl.int64), high)
            low = tl.where(fits, low, tl.min(over).to(tl.int64))
        least = tl.load(min_p_ptr + row)
        sums = tl.zeros([BLOCK], tl.float32)
        for start in range(0, vocab, BLOCK):
            scores = load_scores(logits_ptr, start, vocab, inverse, BLOCK)
            p = tl.exp(scores - best)
            sums += tl.where(((order_key(scores) >= low) | unlimited) & (p >= least), p, 0.0)
        goal = tl.load(uniform_ptr + row) * tl.sum(sums)
        running = goal * 0
        found = vocab
        for start in range(0, vocab, BLOCK):
            if found == vocab:
                scores = load_scores(logits_ptr, start, vocab, inverse, BLOCK)
                p = tl.exp(scores - best)
                kept = tl.where(((order_key(scores) >= low) | unlimited) & (p >= least), p, 0.0)
                hit = (running + tl.cumsum(kept, axis=0) > goal) & (kept > 0)
                found = tl.min(tl.where(hit, start + tl.arange(0, BLOCK), vocab))
                running += tl.sum(kept)
        # Rounding may leave the last step short of the goal.
        likeliest = tl.where(found < vocab, found, likeliest)
    tl.store(token_ptr + row, likeliest.to(tl.int64))
