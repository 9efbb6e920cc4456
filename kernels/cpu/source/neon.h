/*
 * NEON with dot products (ARMv8.2): `sdot` multiplies weights (0..15) by one plane (int8) and adds fours into int32, the
 * activations' four taken from a lane. One unit is a half of 16 rows, in four vectors.
 */

#define NAME(what) what##_neon
#define WIDTH 4
/* 4 rows x 4 tokens: 16 sums, 4 weights, 1 token's values; mixing: 4 heads x 4 vectors, 4 values, 1 factor. */
#define MANY 4
#define MIX 4
#define PIN_VEC(vector) __asm__("" : "+w"(vector))
#define SUM4 sum4_neon
#include "elementwise.h"

/* Sums of four vectors' lanes. */
INLINE void sum4_neon(float32x4_t a, float32x4_t b, float32x4_t c, float32x4_t d, float *to) {
    vst1q_f32(to, vpaddq_f32(vpaddq_f32(a, b), vpaddq_f32(c, d)));
}

#include "rows.h"

/* Compilers vectorise it. */
static void quantise_neon(const float *x, int planes, uint8_t *out) { quantise_scalar(x, planes, out); }

INLINE int32x4_t start_neon(const uint8_t *four) {
    int32_t word;
    memcpy(&word, four, 4);
    return vdupq_n_s32(word);
}

/*
 * One group: sums[t][i] += scale_w scale_x (integer dot) for the four vectors of a half. `w` points at the half's first
 * chunk, `scales` at its first scale. `tokens` (1 or 2) and `planes` are constants where this is inlined.
 */
INLINE void group_neon(const uint8_t *w, const uint8_t *scales, const uint8_t *const *x, int tokens, int planes,
                       float32x4_t (*sums)[4]) {
    int32x4_t acc[2][2][4];
    UNROLL for (int t = 0; t < tokens; ++t)
        UNROLL for (int p = 0; p < planes; ++p)
            UNROLL for (int i = 0; i < 4; ++i) acc[t][p][i] = start_neon(x[t] + 4 + 4 * p);
    UNROLL for (int c = 0; c < CHUNKS; ++c) {
        int8x8_t columns[2][2];
        /* Loads stay where they are: gcc 12 brings those of all chunks forward, and accumulators to the stack. */
        __asm__ volatile("" ::: "memory");
        UNROLL for (int t = 0; t < tokens; ++t)
            UNROLL for (int p = 0; p < planes; ++p)
                columns[t][p] = vld1_s8((const int8_t *)x[t] + X_HEADER + p * GROUP + c * 8);
        UNROLL for (int i = 0; i < 4; ++i) {
            uint8x16_t raw = vld1q_u8(w + c * 64 + i * 16);
            int8x16_t low = vreinterpretq_s8_u8(vandq_u8(raw, vdupq_n_u8(15)));
            int8x16_t high = vreinterpretq_s8_u8(vshrq_n_u8(raw, 4));
            UNROLL for (int t = 0; t < tokens; ++t)
                UNROLL for (int p = 0; p < planes; ++p) {
                    acc[t][p][i] = vdotq_lane_s32(acc[t][p][i], low, columns[t][p], 0);
                    acc[t][p][i] = vdotq_lane_s32(acc[t][p][i], high, columns[t][p], 1);
                }
        }
    }
    UNROLL for (int i = 0; i < 4; ++i) {
        uint16x4_t bits = vreinterpret_u16_u8(vld1_u8(scales + i * 8));
        float32x4_t scale = vreinterpretq_f32_u32(vshll_n_u16(bits, 16));
        UNROLL for (int t = 0; t < tokens; ++t) {
            int32x4_t total = acc[t][0][i];
            if (planes == 2) total = vaddq_s32(vshlq_n_s32(total, 8), acc[t][1][i]);
            float32x4_t both = vmulq_f32(scale, vreinterpretq_f32_s32(start_neon(x[t])));
            sums[t][i] = vfmaq_f32(sums[t][i], vcvtq_f32_s32(total), both);
        }
    }
}

/* One token: both halves in one pass, for the weights come from memory and are used once. */
INLINE void dot_one_neon(const uint8_t *tile, ptrdiff_t groups, const uint8_t *x, int planes, float *out) {
    float32x4_t sums[2][1][4];
    UNROLL for (int u = 0; u < 2; ++u)
        UNROLL for (int i = 0; i < 4; ++i) sums[u][0][i] = vdupq_n_f32(0);
    for (ptrdiff_t g = 0; g < groups; ++g, tile += GROUP_BYTES, x += X_HEADER + planes * GROUP) {
        prefetch_group(tile, PREFETCH_BYTES);
        UNROLL for (int u = 0; u < 2; ++u)
            group_neon(tile + SCALE_BYTES + u * HALF_BYTES, tile + u * 32, &x, 1, planes, sums[u]);
    }
    UNROLL for (int u = 0; u < 2; ++u)
        UNROLL for (int i = 0; i < 4; ++i) vst1q_f32(out + 16 * u + 4 * i, sums[u][0][i]);
}

/* Two tokens and a half are 16 accumulators, 8 sums, 4 columns, 2 weights and a mask: 31 of 32 registers. */
INLINE void dot_two_neon(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int planes, float *out) {
    for (int u = 0; u < 2; ++u) {
        const uint8_t *group = tile, *xg[2] = {x[0], x[1]};
        float32x4_t sums[2][4];
        UNROLL for (int t = 0; t < 2; ++t)
            UNROLL for (int i = 0; i < 4; ++i) sums[t][i] = vdupq_n_f32(0);
        for (ptrdiff_t g = 0; g < groups; ++g, group += GROUP_BYTES) {
            group_neon(group + SCALE_BYTES + u * HALF_BYTES, group + u * 32, xg, 2, planes, sums);
            UNROLL for (int t = 0; t < 2; ++t) xg[t] += X_HEADER + planes * GROUP;
        }
        UNROLL for (int t = 0; t < 2; ++t)
            UNROLL for (int i = 0; i < 4; ++i) vst1q_f32(out + t * TILE_ROWS + 16 * u + 4 * i, sums[t][i]);
    }
}

static void dot_neon(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                     float *out) {
    int t = 0;
    for (; t + 2 <= tokens; t += 2) {
        if (planes == 2) dot_two_neon(tile, groups, x + t, 2, out + t * TILE_ROWS);
        else dot_two_neon(tile, groups, x + t, 1, out + t * TILE_ROWS);
    }
    if (t == tokens) return;
    if (planes == 2) dot_one_neon(tile, groups, x[t], 2, out + t * TILE_ROWS);
    else dot_one_neon(tile, groups, x[t], 1, out + t * TILE_ROWS);
}

#include "tile_by_tile.h"

#undef NAME
#undef WIDTH
#undef MANY
#undef MIX
#undef PIN_VEC
#undef SUM4
