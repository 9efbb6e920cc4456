/* One token over several tiles, one after the other: where more streams from memory at a time gain nothing. */
static void NAME(stream)(const uint8_t *tiles, ptrdiff_t count, ptrdiff_t groups, const uint8_t *x, int planes,
                         float *out) {
    for (ptrdiff_t i = 0; i < count; ++i)
        NAME(dot)(tiles + i * groups * GROUP_BYTES, groups, &x, 1, planes, out + i * TILE_ROWS);
}
