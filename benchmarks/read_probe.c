/*
 * How fast one thread reads memory: the sum of all 64-byte lines, several at a time. Built by bench_cpu_kernels.
 */
#include <stddef.h>
#include <stdint.h>

typedef uint64_t lane __attribute__((vector_size(64), aligned(64)));

#ifdef __x86_64__
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
uint64_t read_all(const lane *lines, ptrdiff_t count) {
    lane a = {0}, b = {0}, c = {0}, d = {0};
    for (ptrdiff_t i = 0; i + 4 <= count; i += 4) {
        a += lines[i];
        b += lines[i + 1];
        c += lines[i + 2];
        d += lines[i + 3];
    }
    a += b + c + d;
    uint64_t sum = 0;
    for (int i = 0; i < 8; ++i) sum += a[i];
    return sum;
}
