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

/*
 * y[tokens][hidden] = all layers of x, one after the other, and the norm at the end; ids[..][tokens][top_k] of the
 * layers that have experts. Returns as attention_part().
 */
EXPORT int32_t decoder(const struct layer *layers, int64_t num_layers, const float *norm, const float *x,
                       int64_t tokens, const struct places *p, uint8_t *workspace, int64_t *ids, float *y,
                       int32_t threads) {
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
    float_norm(x, norm, tokens, hidden, layers[0].attention->eps, y, threads);
    return 0;
}
