/*
 * Any CPU: plain loops over the same layout. Right everywhere, fast nowhere.
 */

#define NAME(what) what##_scalar
#include "elementwise.h"

/* Four floats are what every CPU with vectors has. */
#define WIDTH 4
#define MANY 2
#define MIX 2
#define PIN_VEC(vector) (void)(vector)
#define SUM4(a, b, c, d, to)                                                                                         \
    ((to)[0] = (a[0] + a[1]) + (a[2] + a[3]), (to)[1] = (b[0] + b[1]) + (b[2] + b[3]),                               \
     (to)[2] = (c[0] + c[1]) + (c[2] + c[3]), (to)[3] = (d[0] + d[1]) + (d[2] + d[3]))
#include "rows.h"

static void quantise_scalar(const float *x, int planes, uint8_t *out) {
    int32_t q[GROUP], high[GROUP], low[GROUP];
    int32_t largest = 0;
    for (int k = 0; k < GROUP; ++k) {
        int32_t bits;
        memcpy(&bits, x + k, 4);
        bits &= 0x7fffffff; /* ordered like the magnitude, and NaN above all */
        largest = bits > largest ? bits : largest;
    }
    float top, scale;
    memcpy(&top, &largest, 4);
    memset(out, 0, (size_t)x_group_bytes(planes));
    if (!(top >= SMALLEST && top <= FLT_MAX)) {
        /* Not finite: the scale makes every output of this token NaN. */
        scale = top < SMALLEST ? 0.0f : NAN;
        memcpy(out, &scale, 4);
        return;
    }
    /* 32639 = 127 * 256 + 127: both planes stay within int8 for either sign. */
    const float range = planes == 2 ? 32639.0f : 127.0f;
    const float inverse = range / top;
    scale = top / range;
    for (int k = 0; k < GROUP; ++k) {
        /* Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits. */
        float shifted = x[k] * inverse + 12582912.0f;
        int32_t bits;
        memcpy(&bits, &shifted, 4);
        q[k] = bits - 0x4b400000;
    }
    for (int k = 0; k < GROUP; ++k) {
        high[k] = planes == 2 ? (q[k] + 128) >> 8 : q[k];
        low[k] = q[k] - high[k] * 256;
    }
    memcpy(out, &scale, 4);
    for (int p = 0; p < planes; ++p) {
        const int32_t *plane = p ? low : high;
        int8_t *bytes = (int8_t *)out + X_HEADER + p * GROUP;
        int32_t sum = 0;
        for (int k = 0; k < GROUP; ++k) {
            bytes[k] = (int8_t)plane[k];
            sum += plane[k];
        }
        int32_t start = -8 * sum;
        memcpy(out + 4 + 4 * p, &start, 4);
    }
}

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

#include "tile_by_tile.h"

#undef NAME
#undef WIDTH
#undef MANY
#undef MIX
#undef PIN_VEC
#undef SUM4
