/*
 * Plain C that compilers vectorise; included once for each instruction set, with NAME() and START() defined.
 */

/* Below this a group counts as zero: its scale would not be a normal number. */
#define SMALLEST 1e-30f

static void NAME(quantise)(const float *x, int planes, uint8_t *out) {
    int32_t q[GROUP], high[GROUP], low[GROUP];
    int32_t largest = 0;
    for (int k = 0; k < GROUP; ++k) {
        int32_t bits;
        memcpy(&bits, x + k, 4);
        bits &= 0x7fffffff; /* ordered like the magnitude, and NaN above all */
        largest = bits > largest ? bits : largest;
    }
    float top, scale;
    memcpy(&top, &largest, 4);
    memset(out, 0, (size_t)x_group_bytes(planes));
    if (!(top >= SMALLEST && top <= FLT_MAX)) {
        /* Not finite: the scale makes every output of this token NaN. */
        scale = top < SMALLEST ? 0.0f : NAN;
        memcpy(out, &scale, 4);
        return;
    }
    /* 32639 = 127 * 256 + 127: both planes stay within int8 for either sign. */
    const float range = planes == 2 ? 32639.0f : 127.0f;
    const float inverse = range / top;
    scale = top / range;
    for (int k = 0; k < GROUP; ++k) {
        /* Adding 1.5 * 2^23 rounds to the nearest integer and leaves it in the low bits. */
        float shifted = x[k] * inverse + 12582912.0f;
        int32_t bits;
        memcpy(&bits, &shifted, 4);
        q[k] = bits - 0x4b400000;
    }
    for (int k = 0; k < GROUP; ++k) {
        high[k] = planes == 2 ? (q[k] + 128) >> 8 : q[k];
        low[k] = q[k] - high[k] * 256;
    }
    memcpy(out, &scale, 4);
    for (int p = 0; p < planes; ++p) {
        const int32_t *plane = p ? low : high;
        int8_t *bytes = (int8_t *)out + X_HEADER + p * GROUP;
        int32_t sums[4] = {0, 0, 0, 0};
        for (int k = 0; k < GROUP; ++k) bytes[k] = (int8_t)plane[k];
        for (int k = 0; k < GROUP; k += 4)
            for (int j = 0; j < 4; ++j) sums[j] += plane[k + j];
        uint32_t start = START(-8 * (sums[0] + sums[1]), -8 * (sums[2] + sums[3]));
        memcpy(out + 4 + 4 * p, &start, 4);
    }
}

/* exp to about 1e-7: 2^n times a polynomial on [-ln2/2, ln2/2] (Taylor, degree 7). */
INLINE float NAME(exponential)(float x) {
    x = x < -87.0f ? -87.0f : x;
    x = x > 88.0f ? 88.0f : x;
    float shifted = x * 1.44269504f + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, 4);
    float n = shifted - 12582912.0f;
    float r = x - n * 0.693145752f - n * 1.42860677e-6f; /* ln 2 in two parts */
    float p = 1.0f / 5040;
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    int32_t power = (bits - 0x4b400000 + 127) << 23;
    float two_n;
    memcpy(&two_n, &power, 4);
    return p * two_n;
}

static void NAME(swiglu)(float *gate, const float *up) {
    for (int k = 0; k < GROUP; ++k) gate[k] = gate[k] / (1.0f + NAME(exponential)(-gate[k])) * up[k];
}

#undef SMALLEST
