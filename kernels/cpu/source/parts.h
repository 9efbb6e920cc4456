/*
 * Halves of a decoder layer in one call each: `x + attention(norm(x))` against the latent cache, and
 * `x + mlp(norm(x))`, dense or with routed experts. Formulas: kernels/parts.py.
 *
 * Tokens are packed; each names its sequence and its position, and sees what its sequence has up to there. Rows of all
 * new tokens are in the cache before the first of them is read.
 */

/* Multiply-adds of one task: long beside taking it (0.1 us), short enough to be shared. */
#define TASK_MACS 30000
#define TOKENS_PER_PRODUCT 32
/* Keys whose scores are kept before the softmax is brought forward. */
#define KEYS 128
/* Bounds what routing keeps on the stack. */
#define MAX_EXPERTS 1024

/* A float matrix [rows, columns], fp32 or bf16. */
struct matrix {
    const void *data;
    int64_t rows, columns;
};

/* y[t][r] (+= x) = w x for all tokens: rows and tokens cut into tasks. */
struct product {
    struct matrix w;
    const float *x, *add; /* add: [tokens][rows] or NULL */
    float *y;
    ptrdiff_t tokens, rows_per_task, row_tasks;
};

static void rows_times(int half, const void *w, ptrdiff_t columns, ptrdiff_t stride, ptrdiff_t rows,
                       const float *const *x, ptrdiff_t tokens, float *const *y) {
    (half ? best->rows_16 : best->rows_32)(w, columns, stride, rows, x, tokens, y);
}

static void mix(int half, const void *rows, ptrdiff_t stride, ptrdiff_t count, const float *factors,
                ptrdiff_t factor_stride, ptrdiff_t heads, ptrdiff_t columns, float *out, ptrdiff_t out_stride) {
    (half ? best->mix_16 : best->mix_32)(rows, stride, count, factors, factor_stride, heads, columns, out, out_stride);
}

static const void *element(const void *base, int half, ptrdiff_t index) {
    return (const char *)base + (half ? 2 : 4) * index;
}

static ptrdiff_t least(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }

static struct product product(struct matrix w, const float *x, const float *add, float *y, ptrdiff_t tokens) {
    struct product p = {.w = w, .x = x, .add = add, .y = y, .tokens = tokens};
    ptrdiff_t macs = w.columns * least(tokens, TOKENS_PER_PRODUCT);
    p.rows_per_task = (TASK_MACS / (macs ? macs : 1) + 8) / 8 * 8;
    p.row_tasks = (w.rows + p.rows_per_task - 1) / p.rows_per_task;
    return p;
}

static ptrdiff_t product_tasks(const struct product *p) {
    return p->row_tasks * ((p->tokens + TOKENS_PER_PRODUCT - 1) / TOKENS_PER_PRODUCT);
}

static void product_task(const struct product *p, int half, ptrdiff_t index) {
    ptrdiff_t row = index % p->row_tasks * p->rows_per_task, token = index / p->row_tasks * TOKENS_PER_PRODUCT;
    ptrdiff_t rows = least(p->rows_per_task, p->w.rows - row), tokens = least(TOKENS_PER_PRODUCT, p->tokens - token);
    const float *x[TOKENS_PER_PRODUCT];
    float *y[TOKENS_PER_PRODUCT];
    for (ptrdiff_t t = 0; t < tokens; ++t) {
        x[t] = p->x + (token + t) * p->w.columns;
        y[t] = p->y + (token + t) * p->w.rows + row;
    }
    rows_times(half, element(p->w.data, half, row * p->w.columns), p->w.columns, p->w.columns, rows, x, tokens, y);
    if (!p->add) return;
    for (ptrdiff_t t = 0; t < tokens; ++t) {
        const float *add = p->add + (token + t) * p->w.rows + row;
        for (ptrdiff_t r = 0; r < rows; ++r) y[t][r] += add[r];
    }
}

/* What Python fills in once for a layer; kernels/cpu/parts.py has the same fields in the same order. */
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

static void attention_rotate(const void *context, ptrdiff_t token) {
    const struct attention *a = context;
    const struct attention_weights *w = a->w;
    ptrdiff_t turn = a->position[token] * w->rope / 2;
    for (ptrdiff_t h = 0; h < w->heads; ++h)
        rotate(a->q + token * a->q_width + h * (w->nope + w->rope) + w->nope, w->rope, a->cos + turn, a->sin + turn);
}

static ptrdiff_t head_blocks(const struct attention_weights *w) { return (w->heads + HEADS - 1) / HEADS; }

/*
 * Up to four heads of one token: W_UK to the query's side, scores against the cached rows, softmax brought forward in
 * steps of KEYS keys, then W_UV. The heads share each cached row that is read.
 */
static void attention_core(const void *context, ptrdiff_t index) {
    const struct attention *a = context;
    const struct attention_weights *w = a->w;
    ptrdiff_t token = index / head_blocks(w), first = index % head_blocks(w) * HEADS;
    int heads = (int)least(HEADS, w->heads - first);
    ptrdiff_t head_dim = w->nope + w->rope, per_head = (w->nope + w->v) * w->rank;
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
 * nothing but those rows and the rotated queries [tokens][heads][nope + rope] is made, and y is not touched. cos and sin
 * are tables of `capacity` positions at least. Returns 0, or 1 when a token lies outside of the cache; nothing is done then.
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
        {attention_norm, tokens},
        {attention_first, product_tasks(a.first) + product_tasks(a.first + 1)},
        {attention_store, tokens},
        {attention_second, w->q_rank ? product_tasks(&a.second) : 0},
        {attention_rotate, tokens},
        {attention_core, tokens * head_blocks(w)},
        {attention_third, product_tasks(&a.third)},
    };
    double weights = (double)w->hidden * (double)(a.width + w->q_rank) + (double)q_b.rows * (double)q_b.columns;
    weights += (double)w->heads * (double)(w->nope + w->v) * (double)w->rank + (double)o.rows * (double)o.columns;
    double keys = 0;
    for (int64_t t = 0; t < tokens && !queries; ++t) keys += (double)position[t] + 1;
    double macs = weights * (double)tokens + keys * (double)(w->heads * (a.width + w->rank));
    run_phases(useful_threads(threads, weights * (w->half ? 2 : 4), macs), phases, queries ? 5 : 7, &a);
    return 0;
}

/* The norm behind the last layer. */
struct norm_rows {
    const float *x, *weight;
    float *y;
    ptrdiff_t columns;
    float eps;
};

static void norm_task(const void *context, ptrdiff_t token) {
    const struct norm_rows *n = context;
    best->norm(n->x + token * n->columns, n->weight, n->columns, n->eps, n->y + token * n->columns);
}

/* y[tokens][columns] = weight x / sqrt(mean(x^2) + eps). */
EXPORT void float_norm(const float *x, const float *weight, int64_t tokens, int64_t columns, float eps, float *y,
                       int32_t threads) {
    struct norm_rows n = {x, weight, y, columns, eps};
    const struct phase phases[] = {{norm_task, tokens}};
    double size = (double)tokens * (double)columns;
    run_phases(useful_threads(threads, 4 * size, size), phases, 1, &n);
}

struct linear_map {
    struct product product;
    int half;
};

static void linear_task(const void *context, ptrdiff_t index) {
    const struct linear_map *l = context;
    product_task(&l->product, l->half, index);
}

/* y[tokens][rows] = x[tokens][columns] W^T, plus `add` of y's shape when it is given. */
EXPORT void float_linear(const void *w, int32_t half, int64_t rows, int64_t columns, const float *x, int64_t tokens,
                         const float *add, float *y, int32_t threads) {
    struct matrix matrix = {w, rows, columns};
    struct linear_map l = {product(matrix, x, add, y, tokens), half};
    const struct phase phases[] = {{linear_task, product_tasks(&l.product)}};
    double size = (double)rows * (double)columns;
    run_phases(useful_threads(threads, size * (half ? 2 : 4), size * (double)tokens), phases, 1, &l);
}

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
        {mlp_norm, tokens},
        {mlp_router, routed ? product_tasks(&m.router) : 0},
        {mlp_route, routed ? tokens : 0},
        {mlp_sort, routed},
        {mlp_gate_up, slots * expert_tasks(&m) + groups_of(w->inter) * token_blocks(tokens)},
        {mlp_down, w->kind == TILES ? down_tasks(&m.moe) : groups_of(w->hidden)},
    };
    double one = 3.0 * (double)w->hidden * (double)w->expert_inter;
    double shared = (double)w->hidden * (double)(3 * w->inter + w->experts);
    double expert_bytes = w->kind == TILES ? 0.5625 : w->half ? 2.0 : 4.0;
    double bytes = shared * (w->half ? 2.0 : 4.0) + (double)slots * one * expert_bytes;
    double macs = (double)tokens * (shared + (double)w->top_k * one);
    run_phases(useful_threads(threads, bytes, macs), phases, 6, &m);
}

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
EXPORT int32_t decoder(const struct layer *layers, int64_t num_layers, const float *norm, const float *x, int64_t tokens,
                       const struct places *p, uint8_t *workspace, int64_t *ids, float *y, int32_t threads) {
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
