/*
 * The second half of a decoder layer: x + mlp(norm(x)), dense or with routed experts (kernels/moe.py has the formulas).
 */
#pragma once

#include "products.h"

/* Bounds what routing keeps on the stack. */
#define MAX_EXPERTS 1024

/* Experts: none (0), INT4 tiles (1), or float matrices gate_up [2 inter, hidden] and down [hidden, inter] (2). */
enum { DENSE, TILES, MATRICES };

struct mlp_weights {
    int64_t hidden, inter; /* inter of the MLP that every token passes; 0: there is none */
    int64_t experts, expert_inter, top_k, groups, top_groups;
    const float *norm, *bias;
    const void *gate, *up, *down, *router, *expert_gate_up, *expert_down;
    float eps, scaling;
    int32_t half, kind, normalise, planes;
};

struct mlp {
    const struct mlp_weights *w;
    ptrdiff_t tokens;
    const float *x;
    float *y, *normed, *logits, *weights, *inner, *expert_inner;
    int64_t *ids, *first;
    int32_t *active, *order;
    struct product router;
    struct moe moe;
};

static void mlp_norm(const void *context, ptrdiff_t token) {
    const struct mlp *m = context;
    ptrdiff_t hidden = m->w->hidden;
    best->norm(m->x + token * hidden, m->w->norm, hidden, m->w->eps, m->normed + token * hidden);
    if (m->w->kind == TILES) moe_quantise(&m->moe, token);
}

static void mlp_router(const void *context, ptrdiff_t index) {
    const struct mlp *m = context;
    product_task(&m->router, m->w->half, index);
}

/* The index of the largest value that is not taken; the first of equal ones. */
static ptrdiff_t best_left(const float *values, const uint8_t *taken, ptrdiff_t count) {
    ptrdiff_t found = -1;
    for (ptrdiff_t i = 0; i < count; ++i)
        if (!taken[i] && (found < 0 || values[i] > values[found])) found = i;
    return found;
}

/* A group scores the sum of its two best; all but the best groups are taken out. */
static void limit_groups(const float *biased, uint8_t *taken, const struct mlp_weights *w) {
    ptrdiff_t size = w->experts / w->groups;
    float scores[MAX_EXPERTS];
    uint8_t kept[MAX_EXPERTS] = {0};
    for (ptrdiff_t g = 0; g < w->groups; ++g) {
        ptrdiff_t one = best_left(biased + g * size, taken + g * size, size);
        taken[g * size + one] = 1;
        ptrdiff_t two = best_left(biased + g * size, taken + g * size, size);
        taken[g * size + one] = 0;
        scores[g] = biased[g * size + one] + (two < 0 ? 0.0f : biased[g * size + two]);
    }
    for (ptrdiff_t k = 0; k < w->top_groups; ++k) kept[best_left(scores, kept, w->groups)] = 1;
    for (ptrdiff_t e = 0; e < w->experts; ++e) taken[e] = !kept[e / size];
}

/* Sigmoid scores; the best by score + bias, weighed by the score. */
static void mlp_route(const void *context, ptrdiff_t token) {
    const struct mlp *m = context;
    const struct mlp_weights *w = m->w;
    float *scores = m->logits + token * w->experts, biased[MAX_EXPERTS], sum = 0.0f;
    float *weights = m->weights + token * w->top_k;
    uint8_t taken[MAX_EXPERTS] = {0};
    for (ptrdiff_t e = 0; e < w->experts; ++e) {
        scores[e] = 1.0f / (1.0f + exponential_scalar(-scores[e]));
        biased[e] = scores[e] + w->bias[e];
    }
    if (w->groups > 1) limit_groups(biased, taken, w);
    for (ptrdiff_t k = 0; k < w->top_k; ++k) {
        ptrdiff_t e = best_left(biased, taken, w->experts);
        taken[e] = 1;
        m->ids[token * w->top_k + k] = e;
        weights[k] = scores[e];
        sum += weights[k];
    }
    /* 1e-20 as in the source: keeps 0/0 from becoming NaN. */
    float factor = w->normalise ? w->scaling / (sum + 1e-20f) : w->scaling;
    for (ptrdiff_t k = 0; k < w->top_k; ++k) weights[k] *= factor;
}

static void mlp_sort(const void *context, ptrdiff_t unused) {
    /* The one task of its phase: nobody else looks at what it writes before the phase is over. */
    struct mlp *m = (struct mlp *)context;
    (void)unused;
    m->moe.num_active = sort_pairs(m->ids, m->tokens * m->w->top_k, m->w->experts, m->first, m->active, m->order);
}

/* 32 (or what is left) inner columns of a float MLP: gate rows, up rows, SwiGLU. */
static void gate_up_rows(int half, const void *gate, const void *up, ptrdiff_t hidden, ptrdiff_t row, ptrdiff_t rows,
                         const float *const *x, ptrdiff_t tokens, float *const *inner) {
    float room[TOKENS_PER_PRODUCT * GROUP], *ups[TOKENS_PER_PRODUCT];
    for (ptrdiff_t t = 0; t < tokens; ++t) ups[t] = room + t * GROUP;
    rows_times(half, element(gate, half, row * hidden), hidden, hidden, rows, x, tokens, inner);
    rows_times(half, element(up, half, row * hidden), hidden, hidden, rows, x, tokens, ups);
    for (ptrdiff_t t = 0; t < tokens; ++t) best->swiglu(inner[t], ups[t], rows);
}

static ptrdiff_t groups_of(ptrdiff_t columns) { return (columns + GROUP - 1) / GROUP; }

static ptrdiff_t token_blocks(ptrdiff_t tokens) { return (tokens + TOKENS_PER_PRODUCT - 1) / TOKENS_PER_PRODUCT; }

static void expert_gate_up(const struct mlp *m, ptrdiff_t slot, ptrdiff_t group) {
    const struct mlp_weights *w = m->w;
    const void *gate = element(w->expert_gate_up, w->half, m->active[slot] * 2 * w->expert_inter * w->hidden);
    const void *up = element(gate, w->half, w->expert_inter * w->hidden);
    ptrdiff_t row = group * GROUP, rows = least(GROUP, w->expert_inter - row);
    for (int64_t pair = m->first[slot]; pair < m->first[slot + 1]; pair += TOKENS_PER_PRODUCT) {
        ptrdiff_t count = least(TOKENS_PER_PRODUCT, m->first[slot + 1] - pair);
        const float *x[TOKENS_PER_PRODUCT];
        float *inner[TOKENS_PER_PRODUCT];
        for (ptrdiff_t t = 0; t < count; ++t) {
            x[t] = m->normed + m->order[pair + t] / w->top_k * w->hidden;
            inner[t] = m->expert_inner + (pair + t) * w->expert_inter + row;
        }
        gate_up_rows(w->half, gate, up, w->hidden, row, rows, x, count, inner);
    }
}

static ptrdiff_t expert_tasks(const struct mlp *m) {
    return m->w->kind == TILES ? up_tasks(&m->moe) : groups_of(m->w->expert_inter);
}

/* Experts first, for they are the larger tasks; there are as many slots as experts could have tokens. */
static void mlp_gate_up(const void *context, ptrdiff_t index) {
    const struct mlp *m = context;
    const struct mlp_weights *w = m->w;
    ptrdiff_t of_expert = expert_tasks(m), slots = least(w->experts, m->tokens * w->top_k);
    if (index < slots * of_expert) {
        if (index / of_expert >= m->moe.num_active) return;
        if (w->kind == TILES) moe_gate_up(&m->moe, index);
        else expert_gate_up(m, index / of_expert, index % of_expert);
        return;
    }
    index -= slots * of_expert;
    ptrdiff_t row = index % groups_of(w->inter) * GROUP, token = index / groups_of(w->inter) * TOKENS_PER_PRODUCT;
    ptrdiff_t tokens = least(TOKENS_PER_PRODUCT, m->tokens - token);
    const float *x[TOKENS_PER_PRODUCT];
    float *inner[TOKENS_PER_PRODUCT];
    for (ptrdiff_t t = 0; t < tokens; ++t) {
        x[t] = m->normed + (token + t) * w->hidden;
        inner[t] = m->inner + (token + t) * w->inter + row;
    }
    gate_up_rows(w->half, w->gate, w->up, w->hidden, row, least(GROUP, w->inter - row), x, tokens, inner);
}

static void expert_down(const struct mlp *m, ptrdiff_t slot, ptrdiff_t row, ptrdiff_t rows) {
    const struct mlp_weights *w = m->w;
    const void *down = element(w->expert_down, w->half, (m->active[slot] * w->hidden + row) * w->expert_inter);
    for (int64_t pair = m->first[slot]; pair < m->first[slot + 1]; pair += TOKENS_PER_PRODUCT) {
        ptrdiff_t count = least(TOKENS_PER_PRODUCT, m->first[slot + 1] - pair);
        const float *x[TOKENS_PER_PRODUCT];
        float room[TOKENS_PER_PRODUCT * GROUP], *out[TOKENS_PER_PRODUCT];
        for (ptrdiff_t t = 0; t < count; ++t) {
            x[t] = m->expert_inner + (pair + t) * w->expert_inter;
            out[t] = room + t * GROUP;
        }
        rows_times(w->half, down, w->expert_inter, w->expert_inter, rows, x, count, out);
        for (ptrdiff_t t = 0; t < count; ++t) {
            float weight = m->weights[m->order[pair + t]];
            float *y = m->y + m->order[pair + t] / w->top_k * w->hidden + row;
            for (ptrdiff_t r = 0; r < rows; ++r) y[r] += weight * out[t][r];
        }
    }
}

/* 32 outputs of all tokens: x and the MLP of every token. */
static void dense_down(const struct mlp *m, ptrdiff_t row) {
    const struct mlp_weights *w = m->w;
    ptrdiff_t rows = least(GROUP, w->hidden - row);
    for (ptrdiff_t token = 0; token < m->tokens; token += TOKENS_PER_PRODUCT) {
        ptrdiff_t count = least(TOKENS_PER_PRODUCT, m->tokens - token);
        const float *x[TOKENS_PER_PRODUCT];
        float room[TOKENS_PER_PRODUCT * GROUP] = {0}, *out[TOKENS_PER_PRODUCT];
        for (ptrdiff_t t = 0; t < count; ++t) {
            x[t] = m->inner + (token + t) * w->inter;
            out[t] = room + t * GROUP;
        }
        if (w->inter)
            rows_times(w->half, element(w->down, w->half, row * w->inter), w->inter, w->inter, rows, x, count, out);
        for (ptrdiff_t t = 0; t < count; ++t) {
            const float *from = m->x + (token + t) * w->hidden + row;
            float *y = m->y + (token + t) * w->hidden + row;
            for (ptrdiff_t r = 0; r < rows; ++r) y[r] = from[r] + out[t][r];
        }
    }
}

/* Some outputs of all tokens: x, the MLP of every token, then expert after expert. */
static void mlp_down(const void *context, ptrdiff_t index) {
    const struct mlp *m = context;
    const struct mlp_weights *w = m->w;
    ptrdiff_t span = w->kind == TILES ? m->moe.down_span : 1, first = index * span * GROUP;
    for (ptrdiff_t row = first; row < least(w->hidden, first + span * GROUP); row += GROUP) dense_down(m, row);
    if (w->kind == TILES) moe_down(&m->moe, index);
    for (ptrdiff_t slot = 0; slot < m->moe.num_active && w->kind == MATRICES; ++slot)
        expert_down(m, slot, first, least(GROUP, w->hidden - first));
}

/* Where everything lies in the workspace; returns its bytes. */
static ptrdiff_t lay_out(struct mlp *m, uint8_t *workspace, ptrdiff_t tokens) {
    const struct mlp_weights *w = m->w;
    ptrdiff_t pairs = tokens * w->top_k, at = 0, group = x_group_bytes(w->planes);
#define PLACE(pointer, bytes) (pointer = (void *)(workspace + at), at += aligned(bytes))
    PLACE(m->normed, 4 * tokens * w->hidden);
    PLACE(m->inner, 4 * tokens * w->inter);
    PLACE(m->logits, 4 * tokens * w->experts);
    PLACE(m->weights, 4 * pairs);
    PLACE(m->first, 8 * (w->experts + 1));
    PLACE(m->active, 4 * w->experts);
    PLACE(m->order, 4 * pairs);
    PLACE(m->expert_inner, w->kind == MATRICES ? 4 * pairs * w->expert_inter : 0);
    PLACE(m->moe.quantised, w->kind == TILES ? tokens * groups_of(w->hidden) * group : 0);
    PLACE(m->moe.inner, w->kind == TILES ? pairs * groups_of(w->expert_inter) * group : 0);
#undef PLACE
    return at;
}

/* Bytes of the workspace for so many tokens. */
EXPORT int64_t mlp_workspace(const struct mlp_weights *w, int64_t tokens) {
    static uint8_t nothing[1];
    struct mlp m = {.w = w};
    return lay_out(&m, nothing, tokens);
}

/* y[tokens][hidden] = x + mlp(norm(x)); the chosen experts of every token in ids[tokens][top_k]. */
EXPORT void mlp_part(const struct mlp_weights *w, const float *x, int64_t tokens, uint8_t *workspace, int64_t *ids,
                     float *y, int32_t threads) {
    struct mlp m = {.w = w, .tokens = tokens, .x = x, .y = y, .ids = ids};
    uint8_t *quantised, *inner;
    lay_out(&m, workspace, tokens);
    quantised = m.moe.quantised, inner = m.moe.inner;
    m.moe = (struct moe){.gate_up = w->expert_gate_up, .down = w->expert_down, .hidden_groups = w->hidden / GROUP,
                         .inter_groups = w->expert_inter / GROUP, .top_k = w->top_k, .tokens = tokens, .x = m.normed,
                         .weights = m.weights, .y = y, .active = m.active, .first = m.first, .order = m.order,
                         .quantised = quantised, .inner = inner, .planes = w->planes, .keep = 1};
    struct matrix router = {w->router, w->experts, w->hidden};
    m.router = product(router, m.normed, NULL, m.logits, tokens);
    set_spans(&m.moe, tokens, threads);
    ptrdiff_t slots = least(w->experts, tokens * w->top_k), routed = w->kind != DENSE;
    const struct phase phases[] = {
        {mlp_norm, tokens, tokens_at_a_time(2 * w->hidden)},
        {mlp_router, routed ? product_tasks(&m.router) : 0, 1},
        {mlp_route, routed ? tokens : 0, routed ? tokens_at_a_time(16 * w->experts) : 1},
        {mlp_sort, routed, 1},
        {mlp_gate_up, slots * expert_tasks(&m) + groups_of(w->inter) * token_blocks(tokens), 1},
        {mlp_down, w->kind == TILES ? down_tasks(&m.moe) : groups_of(w->hidden), 1},
    };
    double one = 3.0 * (double)w->hidden * (double)w->expert_inter;
    double shared = (double)w->hidden * (double)(3 * w->inter + w->experts);
    double expert_bytes = w->kind == TILES ? 0.5625 : w->half ? 2.0 : 4.0;
    double bytes = shared * (w->half ? 2.0 : 4.0) + (double)slots * one * expert_bytes;
    double macs = (double)tokens * (shared + (double)w->top_k * one);
    run_phases(useful_threads(threads, bytes, macs), phases, 6, &m);
}
