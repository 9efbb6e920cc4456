/*
 * All layers of a decoder in one call.
 */
#pragma once

#include "attention.h"
#include "mlp.h"

struct layer {
    const struct attention_weights *attention;
    const struct mlp_weights *mlp;
};

/* Where a step's tokens sit: rows of layer l begin `layer_stride` elements behind those of layer l - 1. */
struct places {
    const float *cos, *sin;
    void *cache;
    int64_t layer_stride, slot_stride, slots, capacity;
    const int64_t *slot, *position;
    int64_t cache_half;
};

/* Bytes of the workspace of decoder(). */
EXPORT int64_t decoder_workspace(const struct layer *layers, int64_t num_layers, int64_t tokens) {
    int64_t most = 0;
    for (int64_t l = 0; l < num_layers; ++l) {
        int64_t first = 4 * attention_workspace(layers[l].attention, tokens);
        int64_t second = mlp_workspace(layers[l].mlp, tokens);
        most = first > most ? first : most;
        most = second > most ? second : most;
    }
    return most + 8 * aligned(tokens * layers[0].attention->hidden);
}

/* All layers of x, one after the other, into `y`; returns as attention_part(). */
static int32_t layers_of(const struct layer *layers, int64_t num_layers, const float *x, int64_t tokens,
                         const struct places *p, uint8_t *workspace, int64_t *ids, const float **y, int32_t threads) {
    int64_t hidden = layers[0].attention->hidden;
    float *between = (float *)workspace, *after = between + aligned(tokens * hidden);
    float *rest = after + aligned(tokens * hidden);
    for (int64_t l = 0; l < num_layers; ++l) {
        void *rows = (void *)element(p->cache, (int)p->cache_half, l * p->layer_stride);
        if (attention_part(layers[l].attention, x, tokens, p->cos, p->sin, rows, p->slot_stride, p->slots, p->capacity,
                           (int32_t)p->cache_half, p->slot, p->position, rest, NULL, between, threads))
            return 1;
        mlp_part(layers[l].mlp, between, tokens, (uint8_t *)rest, ids, after, threads);
        ids += tokens * layers[l].mlp->top_k;
        x = after;
    }
    *y = x;
    return 0;
}

/*
 * y[tokens][hidden] = all layers of x and the norm at the end; ids[..][tokens][top_k] of the layers that have experts.
 * Returns as attention_part().
 */
EXPORT int32_t decoder(const struct layer *layers, int64_t num_layers, const float *norm, const float *x,
                       int64_t tokens, const struct places *p, uint8_t *workspace, int64_t *ids, float *y,
                       int32_t threads) {
    if (layers_of(layers, num_layers, x, tokens, p, workspace, ids, &x, threads)) return 1;
    float_norm(x, norm, tokens, layers[0].attention->hidden, layers[0].attention->eps, y, threads);
    return 0;
}

/* What stands before the layers and behind them: [size][hidden] both, fp32 or bf16. */
struct vocabulary {
    const void *embedding, *head;
    int64_t size, half;
};

struct last {
    const float *x, *norm;
    const int64_t *wanted;
    float *normed, eps;
    ptrdiff_t hidden;
    struct product head;
    int half;
};

static void last_norm(const void *context, ptrdiff_t index) {
    const struct last *l = context;
    best->norm(l->x + l->wanted[index] * l->hidden, l->norm, l->hidden, l->eps, l->normed + index * l->hidden);
}

static void last_head(const void *context, ptrdiff_t index) {
    const struct last *l = context;
    product_task(&l->head, l->half, index);
}

static void embed(const struct vocabulary *v, int64_t token_id, ptrdiff_t hidden, float *x) {
    const void *row = element(v->embedding, (int)v->half, token_id * hidden);
    if (!v->half) memcpy(x, row, sizeof(float) * (size_t)hidden);
    else
        for (ptrdiff_t k = 0; k < hidden; ++k) x[k] = bf16_to_float(((const uint16_t *)row)[k]);
}

/* Bytes of the workspace of logits(). */
EXPORT int64_t logits_workspace(const struct layer *layers, int64_t num_layers, int64_t tokens) {
    int64_t chosen = 0;
    for (int64_t l = 0; l < num_layers; ++l) chosen += tokens * layers[l].mlp->top_k;
    return aligned(8 * chosen) + 4 * aligned(tokens * layers[0].attention->hidden) +
           decoder_workspace(layers, num_layers, tokens);
}

/*
 * y[num_wanted][size] = the logits behind the tokens `wanted` (at most as many as there are tokens). Returns as
 * attention_part(), or 2 when the vocabulary has no such token, or the batch none that is wanted.
 */
EXPORT int32_t logits(const struct layer *layers, int64_t num_layers, const float *norm, const struct vocabulary *v,
                      const int64_t *token_ids, int64_t tokens, const struct places *p, const int64_t *wanted,
                      int64_t num_wanted, uint8_t *workspace, float *y, int32_t threads) {
    ptrdiff_t hidden = layers[0].attention->hidden;
    for (int64_t t = 0; t < tokens; ++t)
        if (token_ids[t] < 0 || token_ids[t] >= v->size) return 2;
    for (int64_t i = 0; i < num_wanted; ++i)
        if (wanted[i] < 0 || wanted[i] >= tokens) return 2;
    int64_t *ids = (int64_t *)workspace, chosen = 0;
    for (int64_t l = 0; l < num_layers; ++l) chosen += tokens * layers[l].mlp->top_k;
    float *x = (float *)(workspace + aligned(8 * chosen));
    uint8_t *rest = (uint8_t *)(x + aligned(tokens * hidden));
    for (int64_t t = 0; t < tokens; ++t) embed(v, token_ids[t], hidden, x + t * hidden);
    /* The layers read x only in front of the first: behind the last it has room for what is wanted. */
    struct last last = {.norm = norm, .wanted = wanted, .normed = x, .eps = layers[0].attention->eps,
                        .hidden = hidden, .half = (int)v->half};
    if (layers_of(layers, num_layers, x, tokens, p, rest, ids, &last.x, threads)) return 1;
    struct matrix head = {v->head, v->size, hidden};
    last.head = product(head, last.normed, NULL, y, num_wanted);
    const struct phase phases[] = {
        {last_norm, num_wanted, tokens_at_a_time(hidden)},
        {last_head, product_tasks(&last.head), 1},
    };
    double size = (double)v->size * (double)hidden;
    run_phases(useful_threads(threads, size * (v->half ? 2 : 4), size * (double)num_wanted), phases, 2, &last);
    return 0;
}
