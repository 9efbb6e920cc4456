/*
 * AVX2: `vpmaddubsw` multiplies weights (0..15) by one plane (int8) and adds pairs into int16 lanes, each at most
 * 2 * 15 * 128. With the start value, a lane ends as the sum of 16 products of -8..7 and int8: within 16384, so a group
 * is widened only once, and wrapping on the way there does no harm. One unit is 8 rows; a tile has four.
 */

#define NAME(what) what##_avx2
/* The start value's two halves begin in the int16 lanes that their columns are summed in. */
#define START(low, high) ((uint32_t)(uint16_t)(low) | (uint32_t)(uint16_t)(high) << 16)
#include "elementwise.h"
#include "quantise256.h"

/* Sums of four vectors' lanes. */
INLINE void sum4_avx2(__m256 a, __m256 b, __m256 c, __m256 d, float *to) {
    __m256 all = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
    _mm_storeu_ps(to, _mm_add_ps(_mm256_castps256_ps128(all), _mm256_extractf128_ps(all, 1)));
}

#define WIDTH 8
/* 4 rows x 2 tokens: 8 sums, 4 weights, 1 token's values; mixing: 4 heads x 2 vectors, 2 values, 1 factor. */
#define MANY 2
#define MIX 2
#define PIN_VEC(vector) __asm__("" : "+x"(vector))
#define SUM4 sum4_avx2
#include "rows.h"

static const struct constants_avx2 {
    __m256i mask, high, low;
} constants_of_avx2 = {
    {0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f},
    {0x0100010001000100, 0x0100010001000100, 0x0100010001000100, 0x0100010001000100},
    {0x0001000100010001, 0x0001000100010001, 0x0001000100010001, 0x0001000100010001},
};

INLINE __m256i broadcast_avx2(const uint8_t *four) {
    int32_t word;
    memcpy(&word, four, 4);
    return _mm256_set1_epi32(word);
}

/*
 * One group: sums[u][t] += scale_w scale_x (integer dot) for `units` neighbouring units of one half. `w` points at the
 * first unit's first chunk, `scales` at its first scale. All counts are constants where this is inlined.
 */
INLINE void group_avx2(const uint8_t *w, const uint8_t *scales, int units, const uint8_t *const *x, int tokens,
                       int planes, __m256 *sums) {
    /* Read from memory where they are used: in registers they would push accumulators out. */
    const struct constants_avx2 *constants = &constants_of_avx2;
    __asm__("" : "+r"(constants));
    __m256i acc[2][TOKENS][2];
    UNROLL for (int t = 0; t < tokens; ++t)
        UNROLL for (int p = 0; p < planes; ++p)
            UNROLL for (int u = 0; u < units; ++u) acc[u][t][p] = broadcast_avx2(x[t] + 4 + 4 * p);
    UNROLL for (int c = 0; c < CHUNKS; ++c) {
        UNROLL for (int high = 0; high < 2; ++high) {
            __m256i nibbles[2];
            /* All 16 registers are taken: the mask is not to have one of them. */
            if (units * tokens * planes == 8) __asm__("" : "+r"(constants));
            UNROLL for (int u = 0; u < units; ++u) {
                __m256i raw = _mm256_loadu_si256((const __m256i *)(w + c * 64 + u * 32));
                nibbles[u] = _mm256_and_si256(high ? _mm256_srli_epi16(raw, 4) : raw, constants->mask);
            }
            UNROLL for (int t = 0; t < tokens; ++t)
                UNROLL for (int p = 0; p < planes; ++p) {
                    __m256i columns = broadcast_avx2(x[t] + X_HEADER + p * GROUP + c * 8 + high * 4);
                    UNROLL for (int u = 0; u < units; ++u) {
                        acc[u][t][p] = _mm256_add_epi16(acc[u][t][p], _mm256_maddubs_epi16(nibbles[u], columns));
                        PIN(acc[u][t][p]);
                    }
                }
        }
    }
    UNROLL for (int u = 0; u < units; ++u) {
        __m128i bits = _mm_loadu_si128((const __m128i *)(scales + u * 16));
        __m256 scale = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(bits), 16));
        UNROLL for (int t = 0; t < tokens; ++t) {
            __m256i total = _mm256_madd_epi16(acc[u][t][0], planes == 2 ? constants->high : constants->low);
            if (planes == 2)
                total = _mm256_add_epi32(total, _mm256_madd_epi16(acc[u][t][1], constants->low));
            __m256 both = _mm256_mul_ps(scale, _mm256_castsi256_ps(broadcast_avx2(x[t])));
            sums[u * tokens + t] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(total), both, sums[u * tokens + t]);
        }
    }
}

/* One token: all four units in one pass, for the weights come from memory and are used once. */
INLINE void dot_one_avx2(const uint8_t *tile, ptrdiff_t groups, const uint8_t *x, int planes, float *out) {
    __m256 sums[4] = {_mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps(), _mm256_setzero_ps()};
    for (ptrdiff_t g = 0; g < groups; ++g, tile += GROUP_BYTES, x += X_HEADER + planes * GROUP) {
        prefetch_group(tile, PREFETCH_BYTES);
        group_avx2(tile + SCALE_BYTES, tile, 2, &x, 1, planes, sums);
        /* The second half loads the activations again: kept from the first they would not fit the registers. */
        __asm__("" : "+r"(x));
        group_avx2(tile + SCALE_BYTES + HALF_BYTES, tile + 32, 2, &x, 1, planes, sums + 2);
    }
    UNROLL for (int u = 0; u < 4; ++u) _mm256_storeu_ps(out + 8 * u, sums[u]);
}

/*
 * Several tokens: `units` at a time (2: each broadcast of activations serves both), as many tokens as registers hold.
 */
INLINE void dot_block_avx2(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int units,
                           int planes, float *out) {
    for (int unit = 0; unit < 4; unit += units) {
        const uint8_t *w = tile + SCALE_BYTES + unit / 2 * HALF_BYTES + unit % 2 * 32, *scales = tile + unit * 16;
        __m256 sums[2 * TOKENS];
        const uint8_t *xg[TOKENS];
        UNROLL for (int t = 0; t < tokens; ++t) {
            xg[t] = x[t];
            UNROLL for (int u = 0; u < units; ++u) sums[u * tokens + t] = _mm256_setzero_ps();
        }
        for (ptrdiff_t g = 0; g < groups; ++g, w += GROUP_BYTES, scales += GROUP_BYTES) {
            group_avx2(w, scales, units, xg, tokens, planes, sums);
            UNROLL for (int t = 0; t < tokens; ++t) xg[t] += X_HEADER + planes * GROUP;
        }
        UNROLL for (int t = 0; t < tokens; ++t)
            UNROLL for (int u = 0; u < units; ++u)
                _mm256_storeu_ps(out + t * TILE_ROWS + 8 * (unit + u), sums[u * tokens + t]);
    }
}

/* Two tokens and two units are 8 accumulators, 4 sums, 2 weights, one broadcast and one product: all 16 registers. */
INLINE void dot_many_avx2(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                          float *out) {
    if (tokens == 4 && planes == 2) {
        dot_block_avx2(tile, groups, x, 2, 2, planes, out);
        dot_block_avx2(tile, groups, x + 2, 2, 2, planes, out + 2 * TILE_ROWS);
    } else if (tokens == 2) {
        dot_block_avx2(tile, groups, x, 2, 2, planes, out);
    } else {
        dot_block_avx2(tile, groups, x, tokens, 1, planes, out);
    }
}

#define DOT(tokens, planes)                                                                                          \
    static void dot_##tokens##_##planes##_avx2(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x,       \
                                               float *out) {                                                         \
        if (tokens == 1) dot_one_avx2(tile, groups, x[0], planes, out);                                              \
        else dot_many_avx2(tile, groups, x, tokens, planes, out);                                                    \
    }
DOT(1, 1) DOT(2, 1) DOT(3, 1) DOT(4, 1) DOT(1, 2) DOT(2, 2) DOT(3, 2) DOT(4, 2)
#undef DOT

static void dot_avx2(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                     float *out) {
    static void (*const forms[2][TOKENS])(const uint8_t *, ptrdiff_t, const uint8_t *const *, float *) = {
        {dot_1_1_avx2, dot_2_1_avx2, dot_3_1_avx2, dot_4_1_avx2},
        {dot_1_2_avx2, dot_2_2_avx2, dot_3_2_avx2, dot_4_2_avx2},
    };
    forms[planes - 1][tokens - 1](tile, groups, x, out);
}

#include "tile_by_tile.h"

#undef NAME
#undef START
#undef WIDTH
#undef MANY
#undef MIX
#undef PIN_VEC
#undef SUM4
