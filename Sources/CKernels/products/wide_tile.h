// The AVX-512 microkernel: a tile of at most 12 rows by 32 columns in 24 of 32 registers, for floats or pairs
// of bf16. The including file defines the instruction set (ISA) and the multiply-add of a register of the
// right side with one number of the left: MULTIPLY_ADD(factor, right, sum).

/// c (+)= a·b for rows ≤ 12 rows of a strip and one panel of depth k. The rows of c are prefetched meanwhile.
static inline __attribute__((always_inline, target(ISA))) void wide_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    enum { height = 12, width = 32 };
    __m512 sum[height][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        sum[i][0] = sum[i][1] = _mm512_setzero_ps();
        _mm_prefetch((const char *)(c + i * c_stride), _MM_HINT_T0);
        _mm_prefetch((const char *)(c + i * c_stride + width / 2), _MM_HINT_T0);
        _mm_prefetch((const char *)(c + i * c_stride + width - 1), _MM_HINT_T0);
    }
#pragma clang loop unroll_count(2)
    for (size_t p = 0; p < k; p++) {
        __m512 left = _mm512_load_ps(b + p * width), right = _mm512_load_ps(b + p * width + 16);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            __m512 factor = _mm512_set1_ps(a[p * height + i]);
            sum[i][0] = MULTIPLY_ADD(factor, left, sum[i][0]);
            sum[i][1] = MULTIPLY_ADD(factor, right, sum[i][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        float *line = c + i * c_stride;
        if (keep) {
            sum[i][0] = _mm512_add_ps(sum[i][0], _mm512_loadu_ps(line));
            sum[i][1] = _mm512_add_ps(sum[i][1], _mm512_loadu_ps(line + 16));
        }
        _mm512_storeu_ps(line, sum[i][0]);
        _mm512_storeu_ps(line + 16, sum[i][1]);
    }
}

/// Tiles of 12, 8, 4, 2 and 1 rows.
static __attribute__((target(ISA))) void any_wide_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    if (rows == 12) return wide_tile(12, c, c_stride, a, b, k, keep);
    size_t i = 0;
    if (rows & 8) wide_tile(8, c, c_stride, a, b, k, keep), i += 8;
    if (rows & 4) wide_tile(4, c + i * c_stride, c_stride, a + i, b, k, keep), i += 4;
    if (rows & 2) wide_tile(2, c + i * c_stride, c_stride, a + i, b, k, keep), i += 2;
    if (rows & 1) wide_tile(1, c + i * c_stride, c_stride, a + i, b, k, keep);
}
