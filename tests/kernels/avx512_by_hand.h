/*
 * The AVX-512 instructions that avx512.h uses, written out, so that its arithmetic is tested on CPUs without them.
 */
#pragma once

typedef uint16_t by_hand_u16 __attribute__((vector_size(64)));

#define _mm512_set1_epi8 by_hand_set1_epi8
#define _mm512_set1_epi32 by_hand_set1_epi32
#define _mm512_setzero_ps by_hand_setzero_ps
#define _mm512_loadu_si512 by_hand_load
#define _mm512_storeu_ps by_hand_store
#define _mm512_and_si512 by_hand_and
#define _mm512_srli_epi16 by_hand_srli_epi16
#define _mm512_slli_epi32 by_hand_slli_epi32
#define _mm512_add_epi32 by_hand_add_epi32
#define _mm512_dpbusd_epi32 by_hand_dpbusd
#define _mm512_cvtepu16_epi32 by_hand_cvtepu16
#define _mm512_cvtepi32_ps by_hand_cvtepi32
#define _mm512_castsi512_ps by_hand_cast
#define _mm512_mul_ps by_hand_mul
#define _mm512_fmadd_ps by_hand_fmadd

typedef int32_t by_hand_i32 __attribute__((vector_size(64)));

INLINE __m512i by_hand_load(const void *from) {
    __m512i value;
    memcpy(&value, from, 64);
    return value;
}
INLINE void by_hand_store(float *to, __m512 value) { memcpy(to, &value, 64); }
INLINE __m512i by_hand_set1_epi32(int32_t word) { return (__m512i)((by_hand_i32){0} + word); }
INLINE __m512i by_hand_set1_epi8(int8_t byte) { return by_hand_set1_epi32(byte * 0x01010101); }
INLINE __m512 by_hand_setzero_ps(void) { return (__m512){0}; }
INLINE __m512i by_hand_and(__m512i a, __m512i b) { return a & b; }
INLINE __m512i by_hand_srli_epi16(__m512i a, int bits) { return (__m512i)((by_hand_u16)a >> bits); }
INLINE __m512i by_hand_slli_epi32(__m512i a, int bits) { return (__m512i)((by_hand_i32)a << bits); }
INLINE __m512i by_hand_add_epi32(__m512i a, __m512i b) { return (__m512i)((by_hand_i32)a + (by_hand_i32)b); }
INLINE __m512 by_hand_cast(__m512i a) { return (__m512)a; }
INLINE __m512 by_hand_mul(__m512 a, __m512 b) { return a * b; }
INLINE __m512 by_hand_fmadd(__m512 a, __m512 b, __m512 c) { return a * b + c; }

/* Four products of unsigned and signed bytes are added to each int32, without saturation. */
static __attribute__((noinline)) __m512i by_hand_dpbusd(__m512i sum, __m512i unsigned_bytes, __m512i signed_bytes) {
    uint8_t a[64];
    int8_t b[64];
    int32_t out[16];
    memcpy(a, &unsigned_bytes, 64);
    memcpy(b, &signed_bytes, 64);
    memcpy(out, &sum, 64);
    for (int i = 0; i < 64; ++i) out[i / 4] += a[i] * b[i];
    return by_hand_load(out);
}
static __attribute__((noinline)) __m512i by_hand_cvtepu16(__m256i values) {
    uint16_t from[16];
    int32_t out[16];
    memcpy(from, &values, 32);
    for (int i = 0; i < 16; ++i) out[i] = from[i];
    return by_hand_load(out);
}
static __attribute__((noinline)) __m512 by_hand_cvtepi32(__m512i values) {
    int32_t from[16];
    float out[16];
    memcpy(from, &values, 64);
    for (int i = 0; i < 16; ++i) out[i] = (float)from[i];
    return by_hand_cast(by_hand_load(out));
}
