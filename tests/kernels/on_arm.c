/*
 * The library and a program around it, for a processor that is emulated: what test_cpu_neon.py calls it with is read from
 * stdin, the result is written to stdout, the name of the instructions in use to stderr.
 */
#include "int4.c"

#include <stdio.h>
#include <stdlib.h>

static void *taken(size_t bytes) {
    void *room = aligned_alloc(64, (bytes + 63) / 64 * 64 + 64);
    if (!room || fread(room, 1, bytes, stdin) != bytes) exit(2);
    return room;
}

int main(int count, char **words) {
    long n[8];
    for (int i = 0; i < 8; ++i) n[i] = i + 3 < count ? atol(words[i + 3]) : 0;
    const char *name = int4_use(strcmp(words[1], "best") ? words[1] : NULL);
    fputs(name ? name : "none", stderr);
    if (!name) return 1;
    size_t outputs = 0;
    float *y = NULL;
    if (!strcmp(words[2], "int4")) { /* rows groups tokens planes threads */
        uint8_t *tiles = taken((size_t)((n[0] + 31) / 32 * n[1] * GROUP_BYTES));
        float *x = taken(sizeof(float) * (size_t)(n[2] * n[1] * GROUP));
        y = calloc(outputs = (size_t)(n[2] * n[0]), sizeof(float));
        int4_linear(tiles, n[0], n[1], x, n[2], (int)n[3], malloc((size_t)(n[2] * n[1] * 80)), y, (int)n[4]);
    } else if (!strcmp(words[2], "experts")) { /* hidden/32 inter/32 experts tokens top_k planes threads */
        uint8_t *gate_up = taken((size_t)(n[2] * 2 * n[1] * n[0] * GROUP_BYTES));
        uint8_t *down = taken((size_t)(n[2] * n[0] * n[1] * GROUP_BYTES));
        float *x = taken(sizeof(float) * (size_t)(n[3] * n[0] * GROUP));
        int64_t *ids = taken(sizeof(int64_t) * (size_t)(n[3] * n[4]));
        float *weights = taken(sizeof(float) * (size_t)(n[3] * n[4]));
        uint8_t *room = malloc((size_t)int4_moe_workspace(n[0], n[1], n[2], n[3], n[4], (int)n[5]));
        y = calloc(outputs = (size_t)(n[3] * n[0] * GROUP), sizeof(float));
        if (int4_moe(gate_up, down, n[0], n[1], n[2], x, ids, weights, n[3], n[4], (int)n[5], room, y, (int)n[6]))
            return 1;
    } else { /* float: half rows columns tokens threads */
        void *w = taken((size_t)((n[0] ? 2 : 4) * n[1] * n[2]));
        float *x = taken(sizeof(float) * (size_t)(n[3] * n[2]));
        y = calloc(outputs = (size_t)(n[3] * n[1]), sizeof(float));
        float_linear(w, (int)n[0], n[1], n[2], x, n[3], NULL, y, (int)n[4]);
    }
    return fwrite(y, sizeof(float), outputs, stdout) != outputs;
}
