/*
 * A checksum as fast as memory is read, for tiles that were kept on disk: it finds what is damaged, not who means harm.
 *
 * Two running sums in each of eight lanes of 64 bits, as in Fletcher's: the second makes places count.
 */
#pragma once

#define SUM_BLOCK (1 << 20)
#define LANES 8

struct summing {
    const uint8_t *data;
    ptrdiff_t bytes;
    uint64_t *sums;
};

static uint64_t stirred(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

static void sum_block(const void *context, ptrdiff_t block) {
    const struct summing *s = context;
    ptrdiff_t at = block * SUM_BLOCK, end = s->bytes - at < SUM_BLOCK ? s->bytes : at + SUM_BLOCK;
    uint64_t plain[LANES] = {0}, placed[LANES] = {0}, sum = (uint64_t)(end - at);
    for (; at < end; at += (ptrdiff_t)sizeof plain) {
        uint64_t words[LANES] = {0};
        memcpy(words, s->data + at, end - at < (ptrdiff_t)sizeof words ? (size_t)(end - at) : sizeof words);
        for (int lane = 0; lane < LANES; ++lane) {
            plain[lane] += words[lane];
            placed[lane] += plain[lane];
        }
    }
    for (int lane = 0; lane < LANES; ++lane) sum = stirred(stirred(sum, plain[lane]), placed[lane]);
    s->sums[block] = sum;
}

/* Of `bytes` bytes; sums: room for one number a MiB. */
EXPORT uint64_t checksum(const uint8_t *data, int64_t bytes, uint64_t *sums, int32_t threads) {
    struct summing s = {data, bytes, sums};
    ptrdiff_t blocks = (bytes + SUM_BLOCK - 1) / SUM_BLOCK;
    const struct phase phases[] = {{sum_block, blocks, 1}};
    run_phases(useful_threads(threads, (double)bytes, 0), phases, 1, &s);
    uint64_t sum = 0;
    for (ptrdiff_t block = 0; block < blocks; ++block) sum = stirred(sum, sums[block]);
    return sum;
}
