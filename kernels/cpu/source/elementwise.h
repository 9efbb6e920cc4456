/*
 * Plain C that compilers vectorise; included once for each instruction set, with NAME() defined.
 */

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
    uint32_t power = (uint32_t)(bits - 0x4b400000 + 127) << 23;
    float two_n;
    memcpy(&two_n, &power, 4);
    return p * two_n;
}

/* gate = silu(gate) * up. */
static void NAME(swiglu)(float *gate, const float *up, ptrdiff_t count) {
    for (ptrdiff_t k = 0; k < count; ++k) gate[k] = gate[k] / (1.0f + NAME(exponential)(-gate[k])) * up[k];
}
