#pragma once
#include "avx2_packing.h"

// Packing into strips of 12 rows and panels of 32 columns with AVX-512: transposes four columns at a time,
// loading each quarter of a register where it belongs.

#define AVX512 __attribute__((target("avx512f,avx2,fma")))
#define WIDE static inline __attribute__((always_inline, target("avx512f,avx2,fma")))

/// Columns 0 to 3 of x, each of 12 or 16 rows.
WIDE void four_columns(size_t rows, __m512 column[4], const float *x, size_t stride) {
    __m512 quarters[4];
    for (size_t i = 0; i < 4; i++) {  // quarter q is of row 4q + i
        quarters[i] = _mm512_castps128_ps512(_mm_loadu_ps(x + i * stride));
        quarters[i] = _mm512_insertf32x4(quarters[i], _mm_loadu_ps(x + (i + 4) * stride), 1);
        quarters[i] = _mm512_insertf32x4(quarters[i], _mm_loadu_ps(x + (i + 8) * stride), 2);
        if (rows == 16) quarters[i] = _mm512_insertf32x4(quarters[i], _mm_loadu_ps(x + (i + 12) * stride), 3);
    }
    __m512d low[2], high[2];
    for (size_t i = 0; i < 2; i++) {
        low[i] = _mm512_castps_pd(_mm512_unpacklo_ps(quarters[2 * i], quarters[2 * i + 1]));
        high[i] = _mm512_castps_pd(_mm512_unpackhi_ps(quarters[2 * i], quarters[2 * i + 1]));
    }
    column[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low[0], low[1]));
    column[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low[0], low[1]));
    column[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high[0], high[1]));
    column[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high[0], high[1]));
}

/// y[j, i] = x[i, j], with x [m, n].
AVX512 static inline void wide_transpose(
    float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    size_t i = 0;
    for (; i + 16 <= m; i += 16) {
        size_t j = 0;
        for (; j + 4 <= n; j += 4) {
            __m512 column[4];
            four_columns(16, column, x + i * x_stride + j, x_stride);
            for (size_t c = 0; c < 4; c++) _mm512_storeu_ps(y + (j + c) * y_stride + i, column[c]);
        }
        transpose(y + j * y_stride + i, y_stride, x + i * x_stride + j, x_stride, 16, n - j);
    }
    transpose(y + i, y_stride, x + i * x_stride, x_stride, m - i, n);
}

AVX512 static inline void wide_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {
    enum { height = 12 };
    for (size_t i = 0; i < m; i += height) {
        float *strip = a + i * k;
        const float *rows = x + i * stride;
        size_t p = 0, there = m - i < height ? m - i : height;
        for (; there == height && p + 4 <= k; p += 4) {
            __m512 column[4];
            four_columns(height, column, rows + p, stride);
            for (size_t c = 0; c < 4; c++)
                _mm512_mask_storeu_ps(strip + (p + c) * height, (1 << height) - 1, column[c]);
        }
        for (; p < k; p++)
            for (size_t r = 0; r < there; r++) strip[p * height + r] = rows[r * stride + p];
    }
}

AVX512 static inline void wide_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    enum { width = 32 };
    for (size_t j = 0; j < n; j += width) {
        __mmask32 there = n - j < width ? (1u << (n - j)) - 1 : ~0u;
        for (size_t p = 0; p < k; p++) {
            float *line = b + j * depth + p * width;
            const float *from = x + p * stride + j;
            _mm512_store_ps(line, _mm512_maskz_loadu_ps((__mmask16)there, from));
            _mm512_store_ps(line + 16, _mm512_maskz_loadu_ps((__mmask16)(there >> 16), from + 16));
        }
    }
}
