/*
 * How weights and activations lie in memory.
 *
 * Weights: tiles of 32 rows; a tile is one stream of `in / 32` groups, each 576 bytes, the checkpoint's own size:
 *     32 bf16 scales | for each half of 16 rows: for each chunk of 8 columns: 16 rows x 4 bytes.
 * Byte j of a row's chunk c holds column 8c+j in its low nibble and column 8c+4+j in its high nibble, as q + 8. Rows
 * lie side by side, so sums need no horizontal step; 4 bytes a row are what the dot-product instructions of CPUs take.
 *
 * Activations: groups of 32 columns, `x = scale * (256 hi + lo)` (two planes) or `x = scale * hi` (one):
 *     float scale | one start value a plane | padding to 16 bytes | 32 int8 hi | 32 int8 lo
 * The start value is -8 * sum(plane): accumulators begin there, which takes the weights' offset of 8 back.
 */
#pragma once

#include <float.h>
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define GROUP 32
#define TILE_ROWS 32
#define GROUP_BYTES 576
#define SCALE_BYTES 64
#define HALF_BYTES 256
#define CHUNKS 4
#define X_HEADER 16
/* Tokens that share one pass over a tile: 4 tokens x 2 planes of accumulators fill the 16 registers of AVX2. */
#define TOKENS 4

/* Every loop it stands before has a small constant count. */
#define UNROLL _Pragma("GCC unroll 4")
/* Below this a group of activations counts as zero: its scale would not be a normal number. */
#define SMALLEST 1e-30f
#define INLINE static inline __attribute__((always_inline))
/* Without this, compilers reorder the adds of accumulators and keep them on the stack: gcc 12 made half the speed. */
#define PIN(vector) __asm__("" : "+x"(vector))

static inline ptrdiff_t x_group_bytes(int planes) { return X_HEADER + (ptrdiff_t)planes * GROUP; }

/* Tiles that one token passes at a time, and so streams from memory: one alone does not keep it busy. */
#define STREAMS 4
/* Hardware follows a stream within a page; this reaches over its end. */
#define PREFETCH_BYTES 2304

INLINE void prefetch_group(const uint8_t *tile, ptrdiff_t ahead) {
#pragma GCC unroll 9
    for (int line = 0; line < 9; ++line) __builtin_prefetch(tile + ahead + line * 64);
}

INLINE float bf16_to_float(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, 4);
    return value;
}

/* Heads of attention that share one pass over cached rows. */
#define HEADS 4

typedef void rows_times_function(const void *w, ptrdiff_t columns, ptrdiff_t stride, ptrdiff_t rows,
                                 const float *const *x, ptrdiff_t tokens, float *const *y);
typedef void mix_function(const void *rows, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                          ptrdiff_t factor_stride, ptrdiff_t heads, ptrdiff_t columns, float *out,
                          ptrdiff_t out_stride);

/* What one instruction set offers; see dispatch in int4.c. */
struct instructions {
    const char *name;
    /* 32 floats into one activation group. */
    void (*quantise)(const float *x, int planes, uint8_t *out);
    /* out[t][r] = row r of the tile times token t, for 1 to TOKENS tokens. */
    void (*dot)(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes, float *out);
    /* out[32 i + r] = row r of tile i times one token, for `count` tiles that lie one behind the other. */
    void (*stream)(const uint8_t *tiles, ptrdiff_t count, ptrdiff_t groups, const uint8_t *x, int planes, float *out);
    /* gate = silu(gate) * up. */
    void (*swiglu)(float *gate, const float *up, ptrdiff_t count);
    /* y[t][r] = row r times x[t]; rows of fp32 or bf16 lie `stride` elements apart. */
    rows_times_function *rows_32, *rows_16;
    /* out[h][k] += sum_i factors[h][i] rows[i][k]. */
    mix_function *mix_32, *mix_16;
    /* out = weight x / sqrt(mean(x^2) + eps); in place where out is x. */
    void (*norm)(const float *x, const float *weight, ptrdiff_t columns, float eps, float *out);
    float (*largest)(const float *scores, ptrdiff_t count);
    /* Scores become exp(score - largest); their sum. */
    float (*exponentials)(float *scores, ptrdiff_t count, float largest);
};

/* One row of the table above. */
#define INSTRUCTIONS(name)                                                                                           \
    {#name, quantise_##name, dot_##name, stream_##name, swiglu_##name, rows_32_##name, rows_16_##name,                \
     mix_32_##name, mix_16_##name, norm_##name, largest_##name, exponentials_##name}
