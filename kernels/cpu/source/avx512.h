/*
 * AVX-512 VNNI: `vpdpbusd` multiplies weights (0..15) by one plane (int8) and adds fours into int32. One unit is a half
 * of 16 rows; both halves of a tile, four tokens and two planes take 16 of the 32 registers.
 */

#define NAME(what) what##_avx512
#define START(low, high) ((uint32_t)((low) + (high)))
#define WIDTH 16
#define MANY 4
#define MIX 4
#ifdef EMULATE_AVX512
#define PIN_VEC(vector) (void)(vector)
#else
#define PIN_VEC(vector) __asm__("" : "+v"(vector))
#endif
#define SUM4 sum4_avx512
#include "elementwise.h"
#include "quantise256.h"

INLINE __m256 folded_avx512(__m512 x) {
    __m256 halves[2];
    memcpy(halves, &x, 64);
    return _mm256_add_ps(halves[0], halves[1]);
}

/* Sums of four vectors' lanes. */
INLINE void sum4_avx512(__m512 a, __m512 b, __m512 c, __m512 d, float *to) {
    sum4_avx2(folded_avx512(a), folded_avx512(b), folded_avx512(c), folded_avx512(d), to);
}

/* 4 rows x 4 tokens: 16 sums, 4 weights, 1 token's values; mixing: 4 heads x 4 vectors, 4 values, 1 factor. */
#include "rows.h"

INLINE __m512i broadcast_avx512(const uint8_t *four) {
    int32_t word;
    memcpy(&word, four, 4);
    return _mm512_set1_epi32(word);
}

INLINE void dot_many_avx512(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                            float *out) {
    const __m512i mask = _mm512_set1_epi8(15);
    __m512 sums[2][TOKENS];
    const uint8_t *xg[TOKENS];
    UNROLL for (int t = 0; t < tokens; ++t) {
        xg[t] = x[t];
        UNROLL for (int u = 0; u < 2; ++u) sums[u][t] = _mm512_setzero_ps();
    }
    for (ptrdiff_t g = 0; g < groups; ++g, tile += GROUP_BYTES) {
        __m512i acc[2][TOKENS][2];
        prefetch_group(tile, PREFETCH_BYTES);
        UNROLL for (int t = 0; t < tokens; ++t)
            UNROLL for (int p = 0; p < planes; ++p)
                UNROLL for (int u = 0; u < 2; ++u) acc[u][t][p] = broadcast_avx512(xg[t] + 4 + 4 * p);
        UNROLL for (int c = 0; c < CHUNKS; ++c) {
            __m512i low[2], high[2];
            UNROLL for (int u = 0; u < 2; ++u) {
                __m512i raw = _mm512_loadu_si512(tile + SCALE_BYTES + u * HALF_BYTES + c * 64);
                low[u] = _mm512_and_si512(raw, mask);
                high[u] = _mm512_and_si512(_mm512_srli_epi16(raw, 4), mask);
            }
            UNROLL for (int t = 0; t < tokens; ++t)
                UNROLL for (int p = 0; p < planes; ++p) {
                    const uint8_t *columns = xg[t] + X_HEADER + p * GROUP + c * 8;
                    UNROLL for (int u = 0; u < 2; ++u) {
                        acc[u][t][p] = _mm512_dpbusd_epi32(acc[u][t][p], low[u], broadcast_avx512(columns));
                        acc[u][t][p] = _mm512_dpbusd_epi32(acc[u][t][p], high[u], broadcast_avx512(columns + 4));
                    }
                }
        }
        UNROLL for (int u = 0; u < 2; ++u) {
            __m256i bits = _mm256_loadu_si256((const __m256i *)(tile + u * 32));
            __m512 scale = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
            UNROLL for (int t = 0; t < tokens; ++t) {
                __m512i total = acc[u][t][0];
                if (planes == 2) total = _mm512_add_epi32(_mm512_slli_epi32(total, 8), acc[u][t][1]);
                __m512 both = _mm512_mul_ps(scale, _mm512_castsi512_ps(broadcast_avx512(xg[t])));
                sums[u][t] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), both, sums[u][t]);
            }
        }
        UNROLL for (int t = 0; t < tokens; ++t) xg[t] += X_HEADER + planes * GROUP;
    }
    UNROLL for (int t = 0; t < tokens; ++t)
        UNROLL for (int u = 0; u < 2; ++u) _mm512_storeu_ps(out + t * TILE_ROWS + 16 * u, sums[u][t]);
}

/* One token and several tiles: as many streams from memory, and each broadcast serves all of them. */
INLINE void stream_tiles_avx512(const uint8_t *tiles, int count, ptrdiff_t groups, const uint8_t *x, int planes,
                                float *out) {
    const __m512i mask = _mm512_set1_epi8(15);
    const uint8_t *tile[STREAMS];
    __m512 sums[STREAMS][2];
    UNROLL for (int i = 0; i < count; ++i) {
        tile[i] = tiles + i * groups * GROUP_BYTES;
        UNROLL for (int u = 0; u < 2; ++u) sums[i][u] = _mm512_setzero_ps();
    }
    for (ptrdiff_t g = 0; g < groups; ++g, x += X_HEADER + planes * GROUP) {
        __m512i acc[STREAMS][2][2];
        UNROLL for (int i = 0; i < count; ++i) {
            /* One register a stream: compilers make one for every line, and keep them on the stack. */
            __asm__("" : "+r"(tile[i]));
            prefetch_group(tile[i], PREFETCH_BYTES / 2);
            UNROLL for (int p = 0; p < planes; ++p)
                UNROLL for (int u = 0; u < 2; ++u) acc[i][p][u] = broadcast_avx512(x + 4 + 4 * p);
        }
        UNROLL for (int c = 0; c < CHUNKS; ++c) {
            __m512i columns[2][2];
            UNROLL for (int p = 0; p < planes; ++p)
                UNROLL for (int high = 0; high < 2; ++high)
                    columns[p][high] = broadcast_avx512(x + X_HEADER + p * GROUP + c * 8 + 4 * high);
            UNROLL for (int i = 0; i < count; ++i)
                UNROLL for (int u = 0; u < 2; ++u) {
                    __m512i raw = _mm512_loadu_si512(tile[i] + SCALE_BYTES + u * HALF_BYTES + c * 64);
                    __m512i low = _mm512_and_si512(raw, mask), high = _mm512_and_si512(_mm512_srli_epi16(raw, 4), mask);
                    UNROLL for (int p = 0; p < planes; ++p) {
                        acc[i][p][u] = _mm512_dpbusd_epi32(acc[i][p][u], low, columns[p][0]);
                        acc[i][p][u] = _mm512_dpbusd_epi32(acc[i][p][u], high, columns[p][1]);
                    }
                }
        }
        UNROLL for (int i = 0; i < count; ++i) {
            UNROLL for (int u = 0; u < 2; ++u) {
                __m256i bits = _mm256_loadu_si256((const __m256i *)(tile[i] + u * 32));
                __m512 scale = _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(bits), 16));
                __m512i total = acc[i][0][u];
                if (planes == 2) total = _mm512_add_epi32(_mm512_slli_epi32(total, 8), acc[i][1][u]);
                __m512 both = _mm512_mul_ps(scale, _mm512_castsi512_ps(broadcast_avx512(x)));
                sums[i][u] = _mm512_fmadd_ps(_mm512_cvtepi32_ps(total), both, sums[i][u]);
            }
            tile[i] += GROUP_BYTES;
        }
    }
    UNROLL for (int i = 0; i < count; ++i)
        UNROLL for (int u = 0; u < 2; ++u) _mm512_storeu_ps(out + i * TILE_ROWS + 16 * u, sums[i][u]);
}

#define STREAM(count, planes)                                                                                        \
    static void stream_##count##_##planes##_avx512(const uint8_t *tiles, ptrdiff_t groups, const uint8_t *x,         \
                                                   float *out) {                                                     \
        stream_tiles_avx512(tiles, count, groups, x, planes, out);                                                   \
    }
STREAM(2, 1) STREAM(4, 1) STREAM(2, 2) STREAM(4, 2)
#undef STREAM

#define DOT(tokens, planes)                                                                                          \
    static void dot_##tokens##_##planes##_avx512(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x,     \
                                                 float *out) {                                                       \
        dot_many_avx512(tile, groups, x, tokens, planes, out);                                                       \
    }
DOT(1, 1) DOT(2, 1) DOT(3, 1) DOT(4, 1) DOT(1, 2) DOT(2, 2) DOT(3, 2) DOT(4, 2)
#undef DOT

static void dot_avx512(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                       float *out) {
    static void (*const forms[2][TOKENS])(const uint8_t *, ptrdiff_t, const uint8_t *const *, float *) = {
        {dot_1_1_avx512, dot_2_1_avx512, dot_3_1_avx512, dot_4_1_avx512},
        {dot_1_2_avx512, dot_2_2_avx512, dot_3_2_avx512, dot_4_2_avx512},
    };
    forms[planes - 1][tokens - 1](tile, groups, x, out);
}

static void stream_avx512(const uint8_t *tiles, ptrdiff_t count, ptrdiff_t groups, const uint8_t *x, int planes,
                          float *out) {
    for (; count >= 4; count -= 4, tiles += 4 * groups * GROUP_BYTES, out += 4 * TILE_ROWS)
        (planes == 2 ? stream_4_2_avx512 : stream_4_1_avx512)(tiles, groups, x, out);
    for (; count >= 2; count -= 2, tiles += 2 * groups * GROUP_BYTES, out += 2 * TILE_ROWS)
        (planes == 2 ? stream_2_2_avx512 : stream_2_1_avx512)(tiles, groups, x, out);
    if (count) dot_avx512(tiles, groups, &x, 1, planes, out);
}

#undef NAME
#undef START
#undef WIDTH
#undef MANY
#undef MIX
#undef PIN_VEC
#undef SUM4
