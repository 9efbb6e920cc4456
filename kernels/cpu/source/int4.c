/*
 * INT4 linear maps, mixture-of-experts layers and halves of decoder layers on a CPU; plain C ABI, called through
 * ctypes.
 *
 * layout.h says how weights and activations lie, pool.h shares the work, attention.h and mlp.h have the halves of a
 * layer; avx2.h, avx512.h, neon.h and scalar.h hold the inner loops, rows.h those over float matrices for all of them.
 * Every output is computed inside one task in one order, so results do not depend on the number of threads.
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

#elif defined(__aarch64__) && defined(__linux__)
#include <arm_neon.h>
#include <sys/auxv.h>

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#include "neon.h"
#pragma clang attribute pop
#else
#pragma GCC push_options
#pragma GCC target("arch=armv8.2-a+dotprod")
#include "neon.h"
#pragma GCC pop_options
#endif

static const struct instructions neon = INSTRUCTIONS(neon);

/* HWCAP_ASIMDDP, which older headers do not have. */
static int has_neon(void) { return (getauxval(AT_HWCAP) >> 20 & 1) != 0; }
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

/* Of one token: several tiles at a time. */
static void linear_stream(const void *context, ptrdiff_t index) {
    const struct linear *l = context;
    ptrdiff_t tile = index * STREAMS, row = tile * TILE_ROWS;
    ptrdiff_t count = l->num_tiles - tile < STREAMS ? l->num_tiles - tile : STREAMS;
    ptrdiff_t valid = l->rows - row < count * TILE_ROWS ? l->rows - row : count * TILE_ROWS;
    float out[STREAMS * TILE_ROWS];
    best->stream(l->tiles + tile * l->groups * GROUP_BYTES, count, l->groups, l->quantised, l->planes, out);
    memcpy(l->y + row, out, sizeof(float) * (size_t)valid);
}

/* y[tokens][rows] = x[tokens][32 groups] W^T; workspace: tokens * groups * (16 + 32 planes) bytes. */
EXPORT void int4_linear(const uint8_t *tiles, int64_t rows, int64_t groups, const float *x, int64_t tokens,
                        int32_t planes, uint8_t *workspace, float *y, int32_t threads) {
    struct linear l = {.tiles = tiles, .groups = groups, .rows = rows, .x = x, .tokens = tokens, .planes = planes,
                       .quantised = workspace, .y = y, .num_tiles = (rows + TILE_ROWS - 1) / TILE_ROWS};
    ptrdiff_t blocks = (tokens + TOKENS_PER_TASK - 1) / TOKENS_PER_TASK;
    const struct phase phases[] = {
        {linear_quantise, tokens, 1},
        tokens == 1 ? (struct phase){linear_stream, (l.num_tiles + STREAMS - 1) / STREAMS, 1}
                    : (struct phase){linear_tile, blocks * l.num_tiles, 1},
    };
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
    ptrdiff_t up_span, down_span; /* groups of one task: several where tokens are few, to read as many streams */
};

static void set_spans(struct moe *m, ptrdiff_t tokens, int threads) {
    ptrdiff_t fair = m->hidden_groups / (4 * threads);
    m->up_span = tokens < TOKENS ? STREAMS / 2 : 1;
    m->down_span = tokens >= TOKENS || fair < 1 ? 1 : fair < STREAMS ? fair : STREAMS;
}

static ptrdiff_t up_tasks(const struct moe *m) { return (m->inter_groups + m->up_span - 1) / m->up_span; }

static ptrdiff_t down_tasks(const struct moe *m) { return (m->hidden_groups + m->down_span - 1) / m->down_span; }

static void moe_quantise(const void *context, ptrdiff_t token) {
    const struct moe *m = context;
    ptrdiff_t bytes = m->hidden_groups * x_group_bytes(m->planes);
    quantise_token(m->x + token * m->hidden_groups * GROUP, m->hidden_groups, m->planes, m->quantised + token * bytes);
}

/* 32 inner columns of one expert for up to TOKENS of its tokens: gate tile, up tile, SwiGLU, quantised as one group. */
static void gate_up_group(const struct moe *m, const uint8_t *tiles, ptrdiff_t group, int64_t pair, int count) {
    ptrdiff_t tile_bytes = m->hidden_groups * GROUP_BYTES, x_bytes = m->hidden_groups * x_group_bytes(m->planes);
    ptrdiff_t group_bytes = x_group_bytes(m->planes), inner_bytes = m->inter_groups * group_bytes;
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

/* The same for one token and `count` groups. */
static void gate_up_stream(const struct moe *m, const uint8_t *tiles, ptrdiff_t group, ptrdiff_t count, int64_t pair) {
    ptrdiff_t group_bytes = x_group_bytes(m->planes);
    float both[STREAMS * TILE_ROWS];
    const uint8_t *x = m->quantised + m->order[pair] / m->top_k * m->hidden_groups * group_bytes;
    best->stream(tiles, 2 * count, m->hidden_groups, x, m->planes, both);
    for (ptrdiff_t i = 0; i < count; ++i) {
        float *gate = both + 2 * i * TILE_ROWS;
        best->swiglu(gate, gate + TILE_ROWS, GROUP);
        best->quantise(gate, m->planes, m->inner + (pair * m->inter_groups + group + i) * group_bytes);
    }
}

static void moe_gate_up(const void *context, ptrdiff_t index) {
    const struct moe *m = context;
    ptrdiff_t slot = index / up_tasks(m), first = index % up_tasks(m) * m->up_span;
    ptrdiff_t last = first + m->up_span < m->inter_groups ? first + m->up_span : m->inter_groups;
    const uint8_t *expert = m->gate_up + m->active[slot] * m->inter_groups * 2 * m->hidden_groups * GROUP_BYTES;
    int64_t begin = m->first[slot], end = m->first[slot + 1];
    if (end - begin == 1) {
        gate_up_stream(m, expert + first * 2 * m->hidden_groups * GROUP_BYTES, first, last - first, begin);
        return;
    }
    for (ptrdiff_t group = first; group < last; ++group)
        for (int64_t pair = begin; pair < end; pair += TOKENS) {
            int count = end - pair < TOKENS ? (int)(end - pair) : TOKENS;
            gate_up_group(m, expert + group * 2 * m->hidden_groups * GROUP_BYTES, group, pair, count);
        }
}

/* One expert's 32 outputs for all its tokens, added to theirs. */
static void down_group(const struct moe *m, ptrdiff_t slot, ptrdiff_t tile) {
    ptrdiff_t inner_bytes = m->inter_groups * x_group_bytes(m->planes), hidden = m->hidden_groups * GROUP;
    const uint8_t *weights = m->down + (m->active[slot] * m->hidden_groups + tile) * m->inter_groups * GROUP_BYTES;
    for (int64_t pair = m->first[slot]; pair < m->first[slot + 1]; pair += TOKENS) {
        int count = m->first[slot + 1] - pair < TOKENS ? (int)(m->first[slot + 1] - pair) : TOKENS;
        const uint8_t *x[TOKENS];
        float out[TOKENS * TILE_ROWS];
        for (int t = 0; t < count; ++t) x[t] = m->inner + (pair + t) * inner_bytes;
        best->dot(weights, m->inter_groups, x, count, m->planes, out);
        for (int t = 0; t < count; ++t) {
            float weight = m->weights[m->order[pair + t]];
            float *to = m->y + m->order[pair + t] / m->top_k * hidden + tile * TILE_ROWS;
            for (int r = 0; r < TILE_ROWS; ++r) to[r] += weight * out[t * TILE_ROWS + r];
        }
    }
}

/* The same for one token and `count` tiles. */
static void down_stream(const struct moe *m, ptrdiff_t slot, ptrdiff_t tile, ptrdiff_t count) {
    int64_t pair = m->first[slot];
    float out[STREAMS * TILE_ROWS], weight = m->weights[m->order[pair]];
    const uint8_t *weights = m->down + (m->active[slot] * m->hidden_groups + tile) * m->inter_groups * GROUP_BYTES;
    const uint8_t *x = m->inner + pair * m->inter_groups * x_group_bytes(m->planes);
    best->stream(weights, count, m->inter_groups, x, m->planes, out);
    float *to = m->y + (m->order[pair] / m->top_k * m->hidden_groups + tile) * GROUP;
    for (ptrdiff_t r = 0; r < count * TILE_ROWS; ++r) to[r] += weight * out[r];
}

/* Some outputs of all tokens, expert after expert. */
static void moe_down(const void *context, ptrdiff_t index) {
    const struct moe *m = context;
    ptrdiff_t hidden = m->hidden_groups * GROUP, first = index * m->down_span;
    ptrdiff_t count = m->hidden_groups - first < m->down_span ? m->hidden_groups - first : m->down_span;
    for (ptrdiff_t token = 0; token < m->tokens && !m->keep; ++token)
        memset(m->y + token * hidden + first * TILE_ROWS, 0, sizeof(float) * (size_t)count * TILE_ROWS);
    for (ptrdiff_t slot = 0; slot < m->num_active; ++slot) {
        if (m->first[slot + 1] - m->first[slot] == 1) down_stream(m, slot, first, count);
        else
            for (ptrdiff_t tile = first; tile < first + count; ++tile) down_group(m, slot, tile);
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
    set_spans(&m, tokens, threads);
    const struct phase phases[] = {
        {moe_quantise, tokens, 1}, {moe_gate_up, num_active * up_tasks(&m), 1}, {moe_down, down_tasks(&m), 1}};
    double weights_of_one = 3.0 * (double)hidden_groups * (double)inter_groups * GROUP * GROUP;
    double bytes = (double)num_active * weights_of_one * GROUP_BYTES / (TILE_ROWS * GROUP);
    run_phases(useful_threads(threads, bytes, (double)pairs * weights_of_one), phases, 3, &m);
    return 0;
}

#include "checksum.h"
#include "parts.h"

struct tiling {
    const uint8_t *packed;
    const uint16_t *scale;
    ptrdiff_t rows, groups;
    int paired;
    uint8_t *out;
};

/* Nibbles 0 1 2 3 4 5 6 7 of a word become 0 4 1 5 2 6 3 7. */
static uint32_t interleaved(uint32_t word) {
    uint32_t swap = (word ^ word >> 8) & 0x0000ff00;
    word ^= swap ^ swap << 8;
    swap = (word ^ word >> 4) & 0x00f000f0;
    return word ^ swap ^ swap << 4;
}

static void tile_rows(const void *context, ptrdiff_t tile) {
    const struct tiling *s = context;
    for (int r = 0; r < TILE_ROWS; ++r) {
        ptrdiff_t row = tile * TILE_ROWS + r;
        /* Paired: the first half of the rows (gate) makes the even tiles, the second (up) the odd ones. */
        if (s->paired) row = tile % 2 * (s->rows / 2) + tile / 2 * TILE_ROWS + r;
        uint8_t *group = s->out + tile * s->groups * GROUP_BYTES;
        for (ptrdiff_t g = 0; g < s->groups; ++g, group += GROUP_BYTES) {
            /* Rows that fill up the last tile: value 0, scale 0. */
            uint32_t words[CHUNKS] = {0x88888888, 0x88888888, 0x88888888, 0x88888888};
            uint16_t scale = 0;
            if (row < s->rows) {
                memcpy(words, s->packed + (row * s->groups + g) * (GROUP / 2), sizeof words);
                scale = s->scale[row * s->groups + g];
            }
            memcpy(group + 2 * r, &scale, 2);
            for (int c = 0; c < CHUNKS; ++c) {
                words[c] = interleaved(words[c]);
                memcpy(group + SCALE_BYTES + r / 16 * HALF_BYTES + c * 64 + r % 16 * 4, words + c, 4);
            }
        }
    }
}

/* Checkpoint layout to tiles; out: ceil(rows / 32) * groups * 576 bytes. Paired wants rows to be a multiple of 64. */
EXPORT void int4_tile(const uint8_t *packed, const uint16_t *scale, int64_t rows, int64_t groups, int32_t paired,
                      uint8_t *out, int32_t threads) {
    struct tiling s = {packed, scale, rows, groups, paired, out};
    const struct phase phases[] = {{tile_rows, (rows + TILE_ROWS - 1) / TILE_ROWS, 1}};
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
#elif defined(__aarch64__) && defined(__linux__)
    if (has_neon() && (!name || !strcmp(name, "neon"))) found = &neon;
#endif
    if (found) best = found;
    return found ? found->name : NULL;
}

/* Hash of the source that this was built from. */
EXPORT const char *int4_source(void) { return SOURCE_HASH; }
