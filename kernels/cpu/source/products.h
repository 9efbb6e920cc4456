/*
 * Products of tokens with float matrices, cut into tasks, and the norm of rows.
 */
#pragma once

/* Multiply-adds of one task: long beside taking it (0.1 us), short enough to be shared. */
#define TASK_MACS 30000
#define TOKENS_PER_PRODUCT 32
/* Floats of one task that does little with each. */
#define TASK_FLOATS 4096

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

/* Tokens of one task that passes over `floats` floats of each. */
static ptrdiff_t tokens_at_a_time(ptrdiff_t floats) { return floats < TASK_FLOATS ? TASK_FLOATS / floats : 1; }

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
    const struct phase phases[] = {{norm_task, tokens, tokens_at_a_time(columns)}};
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
    const struct phase phases[] = {{linear_task, product_tasks(&l.product), 1}};
    double size = (double)rows * (double)columns;
    run_phases(useful_threads(threads, size * (half ? 2 : 4), size * (double)tokens), phases, 1, &l);
}
