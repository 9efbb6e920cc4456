/*
 * Any CPU: plain loops over the same layout. Right everywhere, fast nowhere.
 */

#define NAME(what) what##_scalar
#define START(low, high) ((uint32_t)((low) + (high)))
#include "elementwise.h"

static void dot_scalar(const uint8_t *tile, ptrdiff_t groups, const uint8_t *const *x, int tokens, int planes,
                       float *out) {
    memset(out, 0, sizeof(float) * TILE_ROWS * (size_t)tokens);
    for (ptrdiff_t g = 0; g < groups; ++g, tile += GROUP_BYTES) {
        for (int t = 0; t < tokens; ++t) {
            const uint8_t *xg = x[t] + g * x_group_bytes(planes);
            float scale;
            int32_t starts[2];
            memcpy(&scale, xg, 4);
            memcpy(starts, xg + 4, 8);
            for (int r = 0; r < TILE_ROWS; ++r) {
                int32_t total = 0;
                for (int p = 0; p < planes; ++p) {
                    const int8_t *plane = (const int8_t *)xg + X_HEADER + p * GROUP;
                    const uint8_t *w = tile + SCALE_BYTES + r / 16 * HALF_BYTES + r % 16 * 4;
                    int32_t sum = starts[p];
                    for (int c = 0; c < CHUNKS; ++c, w += 64, plane += 8)
                        for (int j = 0; j < 4; ++j) sum += (w[j] & 15) * plane[j] + (w[j] >> 4) * plane[4 + j];
                    total += p + 1 < planes ? sum * 256 : sum;
                }
                uint16_t bits;
                memcpy(&bits, tile + 2 * r, 2);
                out[t * TILE_ROWS + r] += (float)total * (bf16_to_float(bits) * scale);
            }
        }
    }
}

static void gemv_scalar(const uint16_t *w, ptrdiff_t columns, ptrdiff_t first, ptrdiff_t last, const float *x,
                        int tokens, ptrdiff_t rows, float *y) {
    for (ptrdiff_t row = first; row < last; ++row) {
        for (int t = 0; t < tokens; ++t) {
            /* Eight partial sums: compilers may not reorder one. */
            float sums[8] = {0};
            const uint16_t *wr = w + row * columns;
            const float *xt = x + t * columns;
            ptrdiff_t k = 0;
            for (; k + 8 <= columns; k += 8)
                for (int j = 0; j < 8; ++j) sums[j] += bf16_to_float(wr[k + j]) * xt[k + j];
            for (; k < columns; ++k) sums[0] += bf16_to_float(wr[k]) * xt[k];
            y[t * rows + row] =
                ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
        }
    }
}

#undef NAME
#undef START
