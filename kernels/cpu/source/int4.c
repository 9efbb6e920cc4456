/*
 * INT4 linear maps, mixture-of-experts layers and halves of decoder layers on a CPU; plain C ABI, called through
 * ctypes.
 *
 * layout.h says how weights and activations lie, pool.h shares the work, parts.h has the halves of a layer; avx2.h,
 * avx512.h and scalar.h hold the inner loops, rows.h those over float matrices for all three. Every output is computed inside one task in one order, so results do not depend on the number of threads.
 */

#include "layout.h"
#include "pool.h"

#define EXPORT __attribute__((visibility("default")))

#include "scalar.h"

static const struct instructions scalar = INSTRUCTIONS(scalar);
static const struct instructions *best = &scalar;

#if defined(__x86_64__)
#include <immintrin.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "avx2.h"
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma,avx512f,avx512bw,avx512vnni"))), apply_to = function)
#include "avx512.h"
#pragma clang attribute pop
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#include "avx2.h"
#pragma GCC pop_options
#pragma GCC push_options
#ifdef EMULATE_AVX512 /* a header that stands in for the instructions, where a test has no CPU with them */
#pragma GCC target("avx2,fma")
#include EMULATE_AVX512
#else
#pragma GCC target("avx2,fma,avx512f,avx512bw,avx512vnni")
#endif
#include "avx512.h"
#pragma GCC pop_options
#endif

static const struct instructions avx2 = INSTRUCTIONS(avx2);
static const struct instructions avx512 = INSTRUCTIONS(avx512);

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static int has_avx512(void) {
#ifdef EMULATE_AVX512
    return has_avx2();
#else
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vnni");
#endif
}
#endif

/* Weight bytes and multiply-adds that keep one thread busy for about 20 us: less is not worth waking another. */
#define BYTES_PER_THREAD 300000
#define MACS_PER_THREAD 800000

static int useful_threads(int limit, double bytes, double macs) {
    double by_bytes = bytes / BYTES_PER_THREAD, by_macs = macs / MACS_PER_THREAD;
    double wanted = by_bytes > by_macs ? by_bytes : by_macs;
    return wanted >= limit ? limit : wanted < 1 ? 1 : (int)wanted;
}

/* Tokens of one task: the tile stays in the second-level cache while they pass. */
#define TOKENS_PER_TASK 64

struct linear {
    const uint8_t *tiles;
    ptrdiff_t groups, rows, num_tiles, tokens;
    const float *x;
    uint8_t *quantised;
    float *y;
    int planes;
};

static void quantise_token(const float *x, ptrdiff_t groups, int planes, uint8_t *out) {
    for (ptrdiff_t g = 0; g < groups; ++g) best->quantise(x + g * GROUP, planes, out + g * x_group_bytes(planes));
}

static void linear_quantise(const void *context, ptrdiff_t token) {
    const struct linear *l = context;
    ptrdiff_t bytes = l->groups * x_group_bytes(l->planes);
    quantise_token(l->x + token * l->groups * GROUP, l->groups, l->planes, l->quantised + token * bytes);
}

static void linear_tile(const void *context, ptrdiff_t index) {
    const struct linear *l = context;
    ptrdiff_t tile = index % l->num_tiles, first = index / l->num_tiles * TOKENS_PER_TASK;
    ptrdiff_t last = first + TOKENS_PER_TASK < l->tokens ? first + TOKENS_PER_TASK : l->tokens;
    ptrdiff_t bytes = l->groups * x_group_bytes(l->planes), row = tile * TILE_ROWS;
    ptrdiff_t valid = l->rows - row < TILE_ROWS ? l->rows - row : TILE_ROWS;
    for (ptrdiff_t token = first; token < last; token += TOKENS) {
        int count = last - token < TOKENS ? (int)(last - token) : TOKENS;
        const uint8_t *x[TOKENS];
        float out[TOKENS * TILE_ROWS];
        for (int t = 0; t < count; ++t) x[t] = l->quantised + (token + t) * bytes;
        best->dot(l->tiles + tile * l->groups * GROUP_BYTES, l->groups, x, count, l->planes, out);
        for (int t = 0; t < count; ++t)
            memcpy(l->y + (token + t) * l->rows + row, out + t * TILE_ROWS, sizeof(float) * (size_t)valid);
    }
}

/* y[tokens][rows] = x[tokens][32 groups] W^T; workspace: tokens * groups * (16 + 32 planes) bytes. */
EXPORT void int4_linear(const uint8_t *tiles, int64_t rows, int64_t groups, const float *x, int64_t tokens,
                        int32_t planes, uint8_t *workspace, float *y, int32_t threads) {
    struct linear l = {.tiles = tiles, .groups = groups, .rows = rows, .x = x, .tokens = tokens, .planes = planes,
                       .quantised = workspace, .y = y, .num_tiles = (rows + TILE_ROWS - 1) / TILE_ROWS};
    ptrdiff_t blocks = (tokens + TOKENS_PER_TASK - 1) / TOKENS_PER_TASK;
    const struct phase phases[] = {{linear_quantise, tokens}, {linear_tile, blocks * l.num_tiles}};
    double tile_bytes = (double)l.num_tiles * (double)groups * GROUP_BYTES;
    double macs = tile_bytes * (double)tokens * TILE_ROWS * GROUP / GROUP_BYTES;
    run_phases(useful_threads(threads, tile_bytes, macs), phases, 2, &l);
}

struct moe {
    const uint8_t *gate_up, *down; /* gate_up: tiles of gate and up alternate */
    ptrdiff_t hidden_groups, inter_groups, top_k, tokens, num_active;
    const float *x, *weights;
    float *y;
    const int32_t *active; /* experts that have tokens, ascending */
    const int64_t *first;  /* [num_active + 1] places in `order` */
    const int32_t *order;  /* (token, k) pairs sorted by expert */
    uint8_t *quantised, *inner;
    int planes;
    int keep; /* y holds what the experts are added to */
};

static void moe_quantise(const void *context, ptrdiff_t token) {
    const struct moe *m = context;
    ptrdiff_t bytes = m->hidden_groups * x_group_bytes(m->planes);
    quantise_token(m->x + token * m->hidden_groups * GROUP, m->hidden_groups, m->planes, m->quantised + token * bytes);
}

/* 32 inner columns of one expert for all its tokens: gate tile, up tile, SwiGLU, quantised as one group. */
static void moe_gate_up(const void *context, ptrdiff_t index) {
    const struct moe *m = context;
    ptrdiff_t slot = index / m->inter_groups, group = index % m->inter_groups;
    ptrdiff_t tile_bytes = m->hidden_groups * GROUP_BYTES, x_bytes = m->hidden_groups * x_group_bytes(m->planes);
    ptrdiff_t group_bytes = x_group_bytes(m->planes), inner_bytes = m->inter_groups * group_bytes;
    const uint8_t *tiles = m->gate_up + (m->active[slot] * m->inter_groups + group) * 2 * tile_bytes;
    for (int64_t pair = m->first[slot]; pair < m->first[slot + 1]; pair += TOKENS) {
        int count = m->first[slot + 1] - pair < TOKENS ? (int)(m->first[slot + 1] - pair) : TOKENS;
        const uint8_t *x[TOKENS];
        float gate[TOKENS * TILE_ROWS], up[TOKENS * TILE_ROWS];
        for (int t = 0; t < count; ++t) x[t] = m->quantised + m->order[pair + t] / m->top_k * x_bytes;
        best->dot(tiles, m->hidden_groups, x, count, m->planes, gate);
        best->dot(tiles + tile_bytes, m->hidden_groups, x, count, m->planes, up);
        for (int t = 0; t < count; ++t) {
            best->swiglu(gate + t * TILE_ROWS, up + t * TILE_ROWS, GROUP);
            best->quantise(gate + t * TILE_ROWS, m->planes, m->inner + (pair + t) * inner_bytes + group * group_bytes);
        }
    }
}

/* 32 outputs of all tokens, expert after expert. */
static void moe_down(const void *context, ptrdiff_t tile) {
    const struct moe *m = context;
    ptrdiff_t tile_bytes = m->inter_groups * GROUP_BYTES, inner_bytes = m->inter_groups * x_group_bytes(m->planes);
    ptrdiff_t hidden = m->hidden_groups * GROUP;
    float *y = m->y + tile * TILE_ROWS;
    for (ptrdiff_t token = 0; token < m->tokens && !m->keep; ++token)
        memset(y + token * hidden, 0, sizeof(float) * TILE_ROWS);
    for (ptrdiff_t slot = 0; slot < m->num_active; ++slot) {
        const uint8_t *weights = m->down + (m->active[slot] * m->hidden_groups + tile) * tile_bytes;
        for (int64_t pair = m->first[slot]; pair < m->first[slot + 1]; pair += TOKENS) {
            int count = m->first[slot + 1] - pair < TOKENS ? (int)(m->first[slot + 1] - pair) : TOKENS;
            const uint8_t *x[TOKENS];
            float out[TOKENS * TILE_ROWS];
            for (int t = 0; t < count; ++t) x[t] = m->inner + (pair + t) * inner_bytes;
            best->dot(weights, m->inter_groups, x, count, m->planes, out);
            for (int t = 0; t < count; ++t) {
                float weight = m->weights[m->order[pair + t]];
                float *to = y + m->order[pair + t] / m->top_k * hidden;
                for (int r = 0; r < TILE_ROWS; ++r) to[r] += weight * out[t * TILE_ROWS + r];
            }
        }
    }
}

/*
 * (token, k) pairs by expert: `order` sorted, stable; the experts that have any, ascending, in `active`, and where each
 * begins in `first` [experts + 1]. Returns how many are active, -1 when an id is no expert.
 */
static ptrdiff_t sort_pairs(const int64_t *ids, ptrdiff_t pairs, int64_t experts, int64_t *first, int32_t *active,
                            int32_t *order) {
    memset(first, 0, sizeof(int64_t) * (size_t)(experts + 1));
    for (ptrdiff_t pair = 0; pair < pairs; ++pair) {
        if (ids[pair] < 0 || ids[pair] >= experts) return -1;
        ++first[ids[pair] + 1];
    }
    for (int64_t e = 0; e < experts; ++e) first[e + 1] += first[e];
    for (ptrdiff_t pair = 0; pair < pairs; ++pair) order[first[ids[pair]]++] = (int32_t)pair;
    /* Now first[e] is the end of e: keep only experts that have tokens. */
    ptrdiff_t num_active = 0;
    int64_t begin = 0;
    for (int64_t e = 0; e < experts; ++e) {
        int64_t end = first[e];
        if (end == begin) continue;
        active[num_active] = (int32_t)e;
        first[num_active++] = begin;
        begin = end;
    }
    first[num_active] = begin;
    return num_active;
}

static ptrdiff_t aligned(ptrdiff_t bytes) { return (bytes + 63) / 64 * 64; }

/* Bytes of int4_moe's workspace. */
EXPORT int64_t int4_moe_workspace(int64_t hidden_groups, int64_t inter_groups, int64_t experts, int64_t tokens,
                                  int64_t top_k, int32_t planes) {
    ptrdiff_t pairs = tokens * top_k, group = x_group_bytes(planes);
    return aligned(tokens * hidden_groups * group) + aligned(pairs * inter_groups * group) +
           aligned((experts + 1) * 8) + aligned(experts * 4) + aligned(pairs * 4);
}

/*
 * y[tokens][hidden] = sum_k weights[t][k] down_e(silu(gate_e x) * up_e x), e = ids[t][k].
 * Returns 0, or 1 when an id is no expert (y is then untouched).
 */
EXPORT int32_t int4_moe(const uint8_t *gate_up, const uint8_t *down, int64_t hidden_groups, int64_t inter_groups,
                        int64_t experts, const float *x, const int64_t *ids, const float *weights, int64_t tokens,
                        int64_t top_k, int32_t planes, uint8_t *workspace, float *y, int32_t threads) {
    ptrdiff_t pairs = tokens * top_k, group = x_group_bytes(planes);
    uint8_t *inner = workspace + aligned(tokens * hidden_groups * group);
    int64_t *first = (int64_t *)(inner + aligned(pairs * inter_groups * group));
    int32_t *active = (int32_t *)((uint8_t *)first + aligned((experts + 1) * 8));
    int32_t *order = (int32_t *)((uint8_t *)active + aligned(experts * 4));
    ptrdiff_t num_active = sort_pairs(ids, pairs, experts, first, active, order);
    if (num_active < 0) return 1;
    struct moe m = {.gate_up = gate_up, .down = down, .hidden_groups = hidden_groups, .inter_groups = inter_groups,
                    .top_k = top_k, .tokens = tokens, .num_active = num_active, .x = x, .weights = weights, .y = y,
                    .active = active, .first = first, .order = order, .quantised = workspace, .inner = inner,
                    .planes = planes};
    const struct phase phases[] = {
        {moe_quantise, tokens}, {moe_gate_up, num_active * inter_groups}, {moe_down, hidden_groups}};
    double weights_of_one = 3.0 * (double)hidden_groups * (double)inter_groups * GROUP * GROUP;
    double bytes = (double)num_active * weights_of_one * GROUP_BYTES / (TILE_ROWS * GROUP);
    run_phases(useful_threads(threads, bytes, (double)pairs * weights_of_one), phases, 3, &m);
    return 0;
}

#include "parts.h"

struct tiling {
    const uint8_t *packed;
    const uint16_t *scale;
    ptrdiff_t rows, groups;
    int paired;
    uint8_t *out;
};

static void tile_rows(const void *context, ptrdiff_t tile) {
    const struct tiling *s = context;
    for (int r = 0; r < TILE_ROWS; ++r) {
        ptrdiff_t row = tile * TILE_ROWS + r;
        /* Paired: the first half of the rows (gate) makes the even tiles, the second (up) the odd ones. */
        if (s->paired) row = tile % 2 * (s->rows / 2) + tile / 2 * TILE_ROWS + r;
        for (ptrdiff_t g = 0; g < s->groups; ++g) {
            uint8_t *group = s->out + (tile * s->groups + g) * GROUP_BYTES;
            uint8_t *to = group + SCALE_BYTES + r / 16 * HALF_BYTES + r % 16 * 4;
            const uint8_t *from = s->packed + (row * s->groups + g) * (GROUP / 2);
            uint16_t scale = row < s->rows ? s->scale[row * s->groups + g] : 0;
            memcpy(group + 2 * r, &scale, 2);
            for (int c = 0; c < CHUNKS; ++c, to += 64, from += 4) {
                /* Four bytes of column pairs (0 1) (2 3) (4 5) (6 7) become (0 4) (1 5) (2 6) (3 7). */
                for (int j = 0; j < 4; ++j) {
                    uint8_t low = row < s->rows ? from[j / 2] >> (j % 2 * 4) & 15 : 8;
                    uint8_t high = row < s->rows ? from[2 + j / 2] >> (j % 2 * 4) & 15 : 8;
                    to[j] = (uint8_t)(low | high << 4);
                }
            }
        }
    }
}

/* Checkpoint layout to tiles; out: ceil(rows / 32) * groups * 576 bytes. Paired wants rows to be a multiple of 64. */
EXPORT void int4_tile(const uint8_t *packed, const uint16_t *scale, int64_t rows, int64_t groups, int32_t paired,
                      uint8_t *out, int32_t threads) {
    struct tiling s = {packed, scale, rows, groups, paired, out};
    const struct phase phases[] = {{tile_rows, (rows + TILE_ROWS - 1) / TILE_ROWS}};
    run_phases(threads, phases, 1, &s);
}

/* The instruction set in use. */
EXPORT const char *int4_instructions(void) { return best->name; }

/* Take an instruction set by name (NULL: the best this CPU has); returns the one in use, NULL when it is not there. */
EXPORT const char *int4_use(const char *name) {
    const struct instructions *found = !name || !strcmp(name, "scalar") ? &scalar : NULL;
#if defined(__x86_64__)
    if (has_avx2() && (!name || !strcmp(name, "avx2"))) found = &avx2;
    if (has_avx512() && (!name || !strcmp(name, "avx512"))) found = &avx512;
#endif
    if (found) best = found;
    return found ? found->name : NULL;
}

/* Hash of the source that this was built from. */
EXPORT const char *int4_source(void) { return SOURCE_HASH; }
