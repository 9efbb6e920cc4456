/*
 * Rounding activations with 256-bit vectors; included for each instruction set that has them, with NAME() and START().
 * The steps are those of quantise_scalar, and so are the results.
 */

/* Four vectors of 8 int32 within int8, in order. */
INLINE __m256i NAME(narrow)(const __m256i *q) {
    __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    return _mm256_permutevar8x32_epi32(bytes, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
}

/* Store one plane and its start value: sums of the byte pairs (0 1) and (2 3) of all chunks, times -8. */
INLINE void NAME(store_plane)(__m256i bytes, int plane, uint8_t *out) {
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes);
    __m128i sums = _mm_add_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
    sums = _mm_add_epi16(sums, _mm_srli_si128(sums, 8));
    sums = _mm_add_epi16(sums, _mm_srli_si128(sums, 4));
    uint32_t both = (uint32_t)_mm_cvtsi128_si32(sums);
    uint32_t start = START(-8 * (int16_t)both, -8 * (int16_t)(both >> 16));
    memcpy(out + 4 + 4 * plane, &start, 4);
    _mm256_storeu_si256((__m256i *)(out + X_HEADER + plane * GROUP), bytes);
}

static void NAME(quantise)(const float *x, int planes, uint8_t *out) {
    __m256i largest = _mm256_setzero_si256(), q[4], high[4], low[4];
    UNROLL for (int i = 0; i < 4; ++i) {
        __m256i bits = _mm256_loadu_si256((const __m256i *)(x + 8 * i));
        /* Without the sign, ordered like the magnitude, and NaN above all. */
        largest = _mm256_max_epi32(largest, _mm256_and_si256(bits, _mm256_set1_epi32(0x7fffffff)));
    }
    __m128i most = _mm_max_epi32(_mm256_castsi256_si128(largest), _mm256_extracti128_si256(largest, 1));
    most = _mm_max_epi32(most, _mm_srli_si128(most, 8));
    most = _mm_max_epi32(most, _mm_srli_si128(most, 4));
    float top = _mm_cvtss_f32(_mm_castsi128_ps(most));
    if (!(top >= SMALLEST && top <= FLT_MAX)) {
        quantise_scalar(x, planes, out);
        return;
    }
    const float range = planes == 2 ? 32639.0f : 127.0f;
    const float inverse = range / top, scale = top / range;
    memset(out, 0, X_HEADER);
    memcpy(out, &scale, 4);
    UNROLL for (int i = 0; i < 4; ++i) {
        q[i] = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x + 8 * i), _mm256_set1_ps(inverse)));
        high[i] = _mm256_srai_epi32(_mm256_add_epi32(q[i], _mm256_set1_epi32(128)), 8);
        low[i] = _mm256_sub_epi32(q[i], _mm256_slli_epi32(high[i], 8));
    }
    if (planes == 2) {
        NAME(store_plane)(NAME(narrow)(high), 0, out);
        NAME(store_plane)(NAME(narrow)(low), 1, out);
    } else {
        NAME(store_plane)(NAME(narrow)(q), 0, out);
    }
}
