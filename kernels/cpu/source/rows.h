/*
 * Products with float matrices whose rows lie one after the other (fp32, or bf16 that is widened in registers), norms
 * and softmax. Written with the compilers' vectors of WIDTH floats; included once for each instruction set, behind
 * elementwise.h.
 *
 * Every output is summed in one order (lane by lane along the row, then SUM4), whatever is computed beside it: the
 * number of tokens and threads does not change a bit.
 */

typedef float NAME(vec) __attribute__((vector_size(4 * WIDTH)));
typedef float NAME(loose_vec) __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef uint16_t NAME(halves) __attribute__((vector_size(2 * WIDTH), aligned(2), may_alias));
typedef uint32_t NAME(words) __attribute__((vector_size(4 * WIDTH)));

/* WIDTH values of a row at column k. `half` is a constant where this is inlined. */
INLINE NAME(vec) NAME(load)(const void *row, int half, ptrdiff_t k) {
    if (half) {
        const NAME(halves) *at = (const NAME(halves) *)((const uint16_t *)row + k);
        return (NAME(vec))(__builtin_convertvector(*at, NAME(words)) << 16);
    }
    return *(const NAME(loose_vec) *)((const float *)row + k);
}

/* The same of a row that ends before column k + WIDTH, zeros behind it. */
INLINE NAME(vec) NAME(load_end)(const void *row, int half, ptrdiff_t k, ptrdiff_t columns) {
    float values[WIDTH] = {0};
    for (ptrdiff_t i = 0; k + i < columns; ++i)
        values[i] = half ? bf16_to_float(((const uint16_t *)row)[k + i]) : ((const float *)row)[k + i];
    return *(const NAME(loose_vec) *)values;
}

INLINE const void *NAME(row_at)(const void *w, int half, ptrdiff_t elements) {
    return half ? (const void *)((const uint16_t *)w + elements) : (const void *)((const float *)w + elements);
}

/* y[t][first + r] for `rows` rows (a multiple of 4) and `tokens` tokens; both are constants where this is inlined. */
INLINE void NAME(block)(const void *w, int half, ptrdiff_t columns, ptrdiff_t stride, int rows, const float *const *x,
                        int tokens, float *const *y, ptrdiff_t first) {
    NAME(vec) sums[8][TOKENS];
    const void *row[8];
    UNROLL for (int r = 0; r < rows; ++r) row[r] = NAME(row_at)(w, half, r * stride);
    UNROLL for (int r = 0; r < rows; ++r)
        UNROLL for (int t = 0; t < tokens; ++t) sums[r][t] = (NAME(vec)){0};
    ptrdiff_t k = 0;
    for (; k + WIDTH <= columns; k += WIDTH) {
        NAME(vec) weights[8];
        if (tokens > 1)
            UNROLL for (int r = 0; r < rows; ++r) weights[r] = NAME(load)(row[r], half, k);
        UNROLL for (int t = 0; t < tokens; ++t) {
            NAME(vec) xt = *(const NAME(loose_vec) *)(x[t] + k);
            UNROLL for (int r = 0; r < rows; ++r) {
                sums[r][t] += (tokens > 1 ? weights[r] : NAME(load)(row[r], half, k)) * xt;
                PIN_VEC(sums[r][t]);
            }
        }
    }
    if (k < columns)
        UNROLL for (int t = 0; t < tokens; ++t) {
            NAME(vec) xt = NAME(load_end)(x[t], 0, k, columns);
            UNROLL for (int r = 0; r < rows; ++r) sums[r][t] += NAME(load_end)(row[r], half, k, columns) * xt;
        }
    UNROLL for (int t = 0; t < tokens; ++t)
        UNROLL for (int r = 0; r < rows; r += 4)
            SUM4(sums[r][t], sums[r + 1][t], sums[r + 2][t], sums[r + 3][t], y[t] + first + r);
}

/* One row. */
INLINE void NAME(single)(const void *w, int half, ptrdiff_t columns, const float *x, float *y) {
    NAME(vec) sum = {0};
    ptrdiff_t k = 0;
    for (; k + WIDTH <= columns; k += WIDTH) sum += NAME(load)(w, half, k) * *(const NAME(loose_vec) *)(x + k);
    if (k < columns) sum += NAME(load_end)(w, half, k, columns) * NAME(load_end)(x, 0, k, columns);
    float all[4];
    SUM4(sum, sum, sum, sum, all);
    *y = all[0];
}

INLINE void NAME(all_rows)(const void *w, int half, ptrdiff_t columns, ptrdiff_t stride, ptrdiff_t rows,
                           const float *const *x, ptrdiff_t tokens, float *const *y) {
    ptrdiff_t r = 0;
    for (; r + 8 <= rows; r += 8) {
        const void *here = NAME(row_at)(w, half, r * stride), *there = NAME(row_at)(w, half, (r + 4) * stride);
        ptrdiff_t t = 0;
        for (; t + MANY <= tokens; t += MANY) {
            NAME(block)(here, half, columns, stride, 4, x + t, MANY, y + t, r);
            NAME(block)(there, half, columns, stride, 4, x + t, MANY, y + t, r + 4);
        }
        for (; t < tokens; ++t) NAME(block)(here, half, columns, stride, 8, x + t, 1, y + t, r);
    }
    for (; r < rows; ++r)
        for (ptrdiff_t t = 0; t < tokens; ++t)
            NAME(single)(NAME(row_at)(w, half, r * stride), half, columns, x[t], y[t] + r);
}

static void NAME(rows_32)(const void *w, ptrdiff_t columns, ptrdiff_t stride, ptrdiff_t rows, const float *const *x,
                          ptrdiff_t tokens, float *const *y) {
    NAME(all_rows)(w, 0, columns, stride, rows, x, tokens, y);
}

static void NAME(rows_16)(const void *w, ptrdiff_t columns, ptrdiff_t stride, ptrdiff_t rows, const float *const *x,
                          ptrdiff_t tokens, float *const *y) {
    NAME(all_rows)(w, 1, columns, stride, rows, x, tokens, y);
}

/* out[h][k..] += sum_i factors[h][i] rows[i][k..] for `heads` heads and `vectors` vectors, both constants. */
INLINE void NAME(mix_block)(const void *rows, int half, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                            ptrdiff_t factor_stride, int heads, int vectors, float *out, ptrdiff_t out_stride) {
    NAME(vec) sums[HEADS][4];
    UNROLL for (int h = 0; h < heads; ++h)
        UNROLL for (int v = 0; v < vectors; ++v)
            sums[h][v] = *(const NAME(loose_vec) *)(out + h * out_stride + v * WIDTH);
    for (ptrdiff_t i = 0; i < count; ++i) {
        NAME(vec) values[4];
        const void *row = NAME(row_at)(rows, half, i * stride);
        UNROLL for (int v = 0; v < vectors; ++v) values[v] = NAME(load)(row, half, v * WIDTH);
        UNROLL for (int h = 0; h < heads; ++h) {
            NAME(vec) factor = (NAME(vec)){0} + factors[h * factor_stride + i];
            UNROLL for (int v = 0; v < vectors; ++v) {
                sums[h][v] += values[v] * factor;
                PIN_VEC(sums[h][v]);
            }
        }
    }
    UNROLL for (int h = 0; h < heads; ++h)
        UNROLL for (int v = 0; v < vectors; ++v)
            *(NAME(loose_vec) *)(out + h * out_stride + v * WIDTH) = sums[h][v];
}

INLINE void NAME(mix_heads)(const void *rows, int half, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                            ptrdiff_t factor_stride, int heads, ptrdiff_t columns, float *out, ptrdiff_t out_stride) {
    ptrdiff_t k = 0;
    for (; k + MIX * WIDTH <= columns; k += MIX * WIDTH)
        NAME(mix_block)(NAME(row_at)(rows, half, k), half, stride, count, factors, factor_stride, heads, MIX, out + k,
                        out_stride);
    for (; k + WIDTH <= columns; k += WIDTH)
        NAME(mix_block)(NAME(row_at)(rows, half, k), half, stride, count, factors, factor_stride, heads, 1, out + k,
                        out_stride);
    for (; k < columns; ++k)
        for (int h = 0; h < heads; ++h) {
            float sum = out[h * out_stride + k];
            for (ptrdiff_t i = 0; i < count; ++i) {
                const void *at = NAME(row_at)(rows, half, i * stride + k);
                float value = half ? bf16_to_float(*(const uint16_t *)at) : *(const float *)at;
                sum += factors[h * factor_stride + i] * value;
            }
            out[h * out_stride + k] = sum;
        }
}

/* Heads in fours and then one by one; a head's own sums have one order in both. */
INLINE void NAME(mix_any)(const void *rows, int half, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                          ptrdiff_t factor_stride, ptrdiff_t heads, ptrdiff_t columns, float *out,
                          ptrdiff_t out_stride) {
    ptrdiff_t h = 0;
    for (; h + HEADS <= heads; h += HEADS)
        NAME(mix_heads)(rows, half, stride, count, factors + h * factor_stride, factor_stride, HEADS, columns,
                        out + h * out_stride, out_stride);
    for (; h < heads; ++h)
        NAME(mix_heads)(rows, half, stride, count, factors + h * factor_stride, factor_stride, 1, columns,
                        out + h * out_stride, out_stride);
}

static void NAME(mix_32)(const void *rows, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                         ptrdiff_t factor_stride, ptrdiff_t heads, ptrdiff_t columns, float *out,
                         ptrdiff_t out_stride) {
    NAME(mix_any)(rows, 0, stride, count, factors, factor_stride, heads, columns, out, out_stride);
}

static void NAME(mix_16)(const void *rows, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                         ptrdiff_t factor_stride, ptrdiff_t heads, ptrdiff_t columns, float *out,
                         ptrdiff_t out_stride) {
    NAME(mix_any)(rows, 1, stride, count, factors, factor_stride, heads, columns, out, out_stride);
}

/* out = weight x / sqrt(mean(x^2) + eps). */
static void NAME(norm)(const float *x, const float *weight, ptrdiff_t columns, float eps, float *out) {
    float square;
    NAME(single)(x, 0, columns, x, &square);
    float factor = 1.0f / sqrtf(square / (float)columns + eps);
    for (ptrdiff_t k = 0; k < columns; ++k) out[k] = x[k] * factor * weight[k];
}

/* The largest of `count` scores; NaN does not count. */
static float NAME(largest)(const float *scores, ptrdiff_t count) {
    float largest = -INFINITY, lanes[16];
    for (int lane = 0; lane < 16; ++lane) lanes[lane] = -INFINITY;
    ptrdiff_t k = 0;
    for (; k + 16 <= count; k += 16)
        for (int lane = 0; lane < 16; ++lane)
            lanes[lane] = scores[k + lane] > lanes[lane] ? scores[k + lane] : lanes[lane];
    for (; k < count; ++k) largest = scores[k] > largest ? scores[k] : largest;
    for (int lane = 0; lane < 16; ++lane) largest = lanes[lane] > largest ? lanes[lane] : largest;
    return largest;
}

/* Scores become exp(score - largest); returns their sum. */
static float NAME(exponentials)(float *scores, ptrdiff_t count, float largest) {
    for (ptrdiff_t k = 0; k < count; ++k) scores[k] = NAME(exponential)(scores[k] - largest);
    float lanes[16] = {0}, sum = 0.0f;
    ptrdiff_t k = 0;
    for (; k + 16 <= count; k += 16)
        for (int lane = 0; lane < 16; ++lane) lanes[lane] += scores[k + lane];
    for (; k < count; ++k) sum += scores[k];
    for (int lane = 0; lane < 16; ++lane) sum += lanes[lane];
    return sum;
}
