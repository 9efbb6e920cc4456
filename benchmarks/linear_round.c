/*
 * One input times several INT4 weights, one product after the other, in one native call: what the peers' graphs do.
 * Built by bench_cpu_kernels.
 */
#include <stdint.h>

/* kernels/cpu/source/int4.c */
typedef void int4_linear_function(const uint8_t *tiles, int64_t rows, int64_t groups, const float *x, int64_t tokens,
                                  int32_t planes, uint8_t *workspace, float *y, int32_t threads);

/* tiles: `count` weights one behind the other, `bytes` each; y[count][tokens][rows]. */
void linear_round(int4_linear_function *linear, const uint8_t *tiles, int64_t count, int64_t bytes, int64_t rows,
                  int64_t groups, const float *x, int64_t tokens, int32_t planes, uint8_t *workspace, float *y,
                  int32_t threads) {
    for (int64_t i = 0; i < count; ++i)
        linear(tiles + i * bytes, rows, groups, x, tokens, planes, workspace, y + i * tokens * rows, threads);
}
