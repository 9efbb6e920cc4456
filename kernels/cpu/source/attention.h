/*
 * The first half of a decoder layer: x + attention(norm(x)) against the latent cache (kernels/mla.py has the formulas).
 *
 * Tokens are packed; each names its sequence and its position, and sees what its sequence has up to there. Rows of all
 * new tokens are in the cache before the first of them is read.
 */
#pragma once

#include "products.h"

/* Keys whose scores are kept before the softmax is brought forward. */
#define KEYS 128

/* What Python fills in once for a layer; kernels/cpu/library.py has the same fields in the same order. */
struct attention_weights {
    int64_t hidden, heads, nope, rope, rank, v, q_rank; /* q_rank 0: queries are not compressed */
    const float *norm, *q_norm, *latent_norm;
    const void *q_a, *q_b, *kv_a, *kv_b, *o; /* q_b: of the uncompressed query too */
    float eps, latent_eps, scale;
    int32_t half; /* the matrices are bf16 */
};

struct attention {
    const struct attention_weights *w;
    ptrdiff_t tokens, width, q_width;
    const float *x, *cos, *sin; /* cos, sin: [positions][rope / 2] */
    void *cache;
    ptrdiff_t slot_stride; /* elements from one sequence's rows to the next's */
    int cache_half;
    const int64_t *slot, *position;
    float *normed, *q_a, *kv, *q, *latent, *heads;
    struct product first[2], second, third;
};

static void attention_norm(const void *context, ptrdiff_t token) {
    const struct attention *a = context;
    ptrdiff_t hidden = a->w->hidden;
    best->norm(a->x + token * hidden, a->w->norm, hidden, a->w->eps, a->normed + token * hidden);
}

/* The latent rows, and the compressed query or the query itself. */
static void attention_first(const void *context, ptrdiff_t index) {
    const struct attention *a = context;
    ptrdiff_t of_first = product_tasks(a->first);
    if (index < of_first) product_task(a->first, a->w->half, index);
    else product_task(a->first + 1, a->w->half, index - of_first);
}

static void rotate(float *x, ptrdiff_t dim, const float *cos, const float *sin) {
    for (ptrdiff_t j = 0; j < dim / 2; ++j) {
        float a = x[2 * j], b = x[2 * j + 1];
        x[2 * j] = a * cos[j] - b * sin[j];
        x[2 * j + 1] = b * cos[j] + a * sin[j];
    }
}

static uint16_t float_to_bf16(float value) {
    uint32_t bits;
    memcpy(&bits, &value, 4);
    if (value != value) return (uint16_t)(bits >> 16 | 0x40);
    return (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* A token's row into the cache, and the compressed query's norm. */
static void attention_store(const void *context, ptrdiff_t token) {
    const struct attention *a = context;
    const struct attention_weights *w = a->w;
    float *row = a->kv + token * a->width;
    best->norm(row, w->latent_norm, w->rank, w->latent_eps, row);
    ptrdiff_t turn = a->position[token] * w->rope / 2;
    rotate(row + w->rank, w->rope, a->cos + turn, a->sin + turn);
    ptrdiff_t at = a->slot[token] * a->slot_stride + a->position[token] * a->width;
    if (a->cache_half)
        for (ptrdiff_t k = 0; k < a->width; ++k) ((uint16_t *)a->cache)[at + k] = float_to_bf16(row[k]);
    else
        memcpy((float *)a->cache + at, row, sizeof(float) * (size_t)a->width);
    if (!w->q_rank) return;
    float *q_a = a->q_a + token * w->q_rank;
    best->norm(q_a, w->q_norm, w->q_rank, w->latent_eps, q_a);
}

static void attention_second(const void *context, ptrdiff_t index) {
    const struct attention *a = context;
    product_task(&a->second, a->w->half, index);
}

/* Some heads of a token's query. */
static void rotate_heads(const struct attention *a, ptrdiff_t token, ptrdiff_t first, ptrdiff_t heads) {
    const struct attention_weights *w = a->w;
    ptrdiff_t turn = a->position[token] * w->rope / 2;
    for (ptrdiff_t h = first; h < first + heads; ++h)
        rotate(a->q + token * a->q_width + h * (w->nope + w->rope) + w->nope, w->rope, a->cos + turn, a->sin + turn);
}

static void attention_rotate(const void *context, ptrdiff_t token) {
    const struct attention *a = context;
    rotate_heads(a, token, 0, a->w->heads);
}

static ptrdiff_t head_blocks(const struct attention_weights *w) { return (w->heads + HEADS - 1) / HEADS; }

/*
 * Up to four heads of one token: rotated, W_UK to the query's side, scores against the cached rows, softmax brought
 * forward in steps of KEYS keys, then W_UV. The heads share each cached row that is read.
 */
static void attention_core(const void *context, ptrdiff_t index) {
    const struct attention *a = context;
    const struct attention_weights *w = a->w;
    ptrdiff_t token = index / head_blocks(w), first = index % head_blocks(w) * HEADS;
    int heads = (int)least(HEADS, w->heads - first);
    ptrdiff_t head_dim = w->nope + w->rope, per_head = (w->nope + w->v) * w->rank;
    rotate_heads(a, token, first, heads);
    const float *query[HEADS];
    float *latent[HEADS], *scores[HEADS], largest[HEADS], sum[HEADS], room[HEADS * KEYS];
    for (int h = 0; h < heads; ++h) {
        ptrdiff_t head = first + h;
        float *q = a->q + token * a->q_width + head * head_dim;
        /* [query of a cached row: rank + rope | weighted sum of rows: rank] */
        float *mine = a->latent + (token * w->heads + head) * (a->width + w->rank);
        memset(mine, 0, sizeof(float) * (size_t)(a->width + w->rank));
        for (ptrdiff_t k = 0; k < head_dim; ++k) q[k] *= w->scale;
        mix(w->half, element(w->kv_b, w->half, head * per_head), w->rank, w->nope, q, 0, 1, w->rank, mine, 0);
        memcpy(mine + w->rank, q + w->nope, sizeof(float) * (size_t)w->rope);
        query[h] = mine;
        latent[h] = mine + a->width;
        scores[h] = room + h * KEYS;
        largest[h] = -INFINITY;
        sum[h] = 0.0f;
    }
    const void *keys = element(a->cache, a->cache_half, a->slot[token] * a->slot_stride);
    ptrdiff_t visible = a->position[token] + 1;
    for (ptrdiff_t key = 0; key < visible; key += KEYS) {
        ptrdiff_t count = least(KEYS, visible - key);
        const void *rows = element(keys, a->cache_half, key * a->width);
        rows_times(a->cache_half, rows, a->width, a->width, count, query, heads, scores);
        for (int h = 0; h < heads; ++h) {
            float most = best->largest(scores[h], count);
            most = most > largest[h] ? most : largest[h];
            float shrink = exponential_scalar(largest[h] - most);
            for (ptrdiff_t k = 0; k < w->rank; ++k) latent[h][k] *= shrink;
            sum[h] = sum[h] * shrink + best->exponentials(scores[h], count, most);
            largest[h] = most;
        }
        mix(a->cache_half, rows, a->width, count, room, KEYS, heads, w->rank, latent[0], a->width + w->rank);
    }
    for (int h = 0; h < heads; ++h) {
        float *out = a->heads + (token * w->heads + first + h) * w->v, inverse = 1.0f / sum[h];
        const float *mine = latent[h];
        for (ptrdiff_t k = 0; k < w->rank; ++k) latent[h][k] *= inverse;
        const void *w_uv = element(w->kv_b, w->half, (first + h) * per_head + w->nope * w->rank);
        rows_times(w->half, w_uv, w->rank, w->rank, w->v, &mine, 1, &out);
    }
}

static void attention_third(const void *context, ptrdiff_t index) {
    const struct attention *a = context;
    product_task(&a->third, a->w->half, index);
}

/* Floats of the workspace for so many tokens. */
EXPORT int64_t attention_workspace(const struct attention_weights *w, int64_t tokens) {
    return tokens * (w->hidden + w->q_rank + w->rank + w->rope + w->heads * (w->nope + w->rope + w->v) +
                     w->heads * (2 * w->rank + w->rope));
}

/* Whether every token names a slot and a position that are there. */
static int all_inside(const int64_t *slot, const int64_t *position, int64_t tokens, int64_t slots, int64_t capacity) {
    for (int64_t t = 0; t < tokens; ++t)
        if (slot[t] < 0 || slot[t] >= slots || position[t] < 0 || position[t] >= capacity) return 0;
    return 1;
}

/*
 * y[tokens][hidden] = x + o(attention(norm(x))); the tokens' rows are written into the cache first. With `queries`
 * nothing but those rows and the rotated queries [tokens][heads][nope + rope] is made, and y is not touched. cos and
 * sin are tables of `capacity` positions at least. Returns 0, or 1 when a token lies outside of the cache; nothing is
 * done then.
 */
EXPORT int32_t attention_part(const struct attention_weights *w, const float *x, int64_t tokens, const float *cos,
                              const float *sin, void *cache, int64_t slot_stride, int64_t slots, int64_t capacity,
                              int32_t cache_half, const int64_t *slot, const int64_t *position, float *workspace,
                              float *queries, float *y, int32_t threads) {
    if (!all_inside(slot, position, tokens, slots, capacity)) return 1;
    struct attention a = {.w = w, .tokens = tokens, .width = w->rank + w->rope, .x = x, .cos = cos, .sin = sin,
                          .q_width = w->heads * (w->nope + w->rope), .cache = cache, .slot_stride = slot_stride,
                          .cache_half = cache_half, .slot = slot, .position = position, .normed = workspace};
    a.q_a = a.normed + tokens * w->hidden;
    a.kv = a.q_a + tokens * w->q_rank;
    a.q = a.kv + tokens * a.width;
    a.latent = a.q + tokens * a.q_width;
    a.heads = a.latent + tokens * w->heads * (a.width + w->rank);
    if (queries) a.q = queries;
    struct matrix kv_a = {w->kv_a, a.width, w->hidden}, q_b = {w->q_b, a.q_width, w->q_rank ? w->q_rank : w->hidden};
    struct matrix q_a = {w->q_a, w->q_rank, w->hidden}, o = {w->o, w->hidden, w->heads * w->v};
    a.first[0] = product(kv_a, a.normed, NULL, a.kv, tokens);
    a.first[1] = w->q_rank ? product(q_a, a.normed, NULL, a.q_a, tokens) : product(q_b, a.normed, NULL, a.q, tokens);
    a.second = product(q_b, a.q_a, NULL, a.q, tokens);
    a.third = product(o, a.heads, x, y, tokens);
    const struct phase phases[] = {
        {attention_norm, tokens, tokens_at_a_time(w->hidden)},
        {attention_first, product_tasks(a.first) + product_tasks(a.first + 1), 1},
        {attention_store, tokens, tokens_at_a_time(2 * (a.width + w->q_rank))},
        {attention_second, w->q_rank ? product_tasks(&a.second) : 0, 1},
        queries ? (struct phase){attention_rotate, tokens, tokens_at_a_time(a.q_width)}
                : (struct phase){attention_core, tokens * head_blocks(w), 1},
        {attention_third, product_tasks(&a.third), 1},
    };
    double weights = (double)w->hidden * (double)(a.width + w->q_rank) + (double)q_b.rows * (double)q_b.columns;
    weights += (double)w->heads * (double)(w->nope + w->v) * (double)w->rank + (double)o.rows * (double)o.columns;
    double keys = 0;
    for (int64_t t = 0; t < tokens && !queries; ++t) keys += (double)position[t] + 1;
    double macs = weights * (double)tokens + keys * (double)(w->heads * (a.width + w->rank));
    run_phases(useful_threads(threads, weights * (w->half ? 2 : 4), macs), phases, queries ? 5 : 6, &a);
    return 0;
}
