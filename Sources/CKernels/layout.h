#pragma once
#include <stddef.h>

// How numbers move into strips and panels on x86-64 with AVX2: eight rows of eight become eight columns. Heights and widths
// are constants where these are called, so that the loops over them vanish.

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx2,fma")))
#define PART static inline __attribute__((always_inline, target("avx2,fma")))

/// Exchanges rows and columns.
PART void turn(__m256 row[8]) {
    __m256 pair[8], four[8];
    for (int i = 0; i < 4; i++) {
        pair[2 * i] = _mm256_unpacklo_ps(row[2 * i], row[2 * i + 1]);
        pair[2 * i + 1] = _mm256_unpackhi_ps(row[2 * i], row[2 * i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
        four[i] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0x44);
        four[i + 1] = _mm256_shuffle_ps(pair[i], pair[i + 2], 0xee);
        four[i + 2] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0x44);
        four[i + 3] = _mm256_shuffle_ps(pair[i + 1], pair[i + 3], 0xee);
    }
    for (int i = 0; i < 4; i++) {
        row[i] = _mm256_permute2f128_ps(four[i], four[i + 4], 0x20);
        row[i + 4] = _mm256_permute2f128_ps(four[i], four[i + 4], 0x31);
    }
}

/// The first 2, 4, 6 or 8 of a register.
PART void store_some(float *to, __m256 from, size_t count) {
    __m128 low = _mm256_castps256_ps128(from), rest = count > 4 ? _mm256_extractf128_ps(from, 1) : low;
    if (count == 8) return _mm256_storeu_ps(to, from);
    if (count >= 4) _mm_storeu_ps(to, low);
    if (count % 4) _mm_storel_pi((__m64 *)(to + count / 4 * 4), rest);
}

/// 8 columns of a strip.
PART void strip_of_8(size_t height, float *a, const float *x, size_t stride) {
    for (size_t first = 0; first < height; first += 8) {
        size_t here = height - first < 8 ? height - first : 8;
        __m256 row[8];
        for (size_t i = 0; i < 8; i++) row[i] = i < here ? _mm256_loadu_ps(x + (first + i) * stride) : _mm256_setzero_ps();
        turn(row);
        for (size_t i = 0; i < 8; i++) store_some(a + i * height + first, row[i], here);
    }
}

PART void strips_of_rows(size_t height, float *a, const float *x, size_t stride, size_t m, size_t k) {
    for (size_t i = 0; i < m; i += height) {
        float *strip = a + i * k;
        const float *rows = x + i * stride;
        size_t p = 0, there = m - i < height ? m - i : height;
        for (; there == height && p + 8 <= k; p += 8) strip_of_8(height, strip + p * height, rows + p, stride);
        for (; p < k; p++)
            for (size_t r = 0; r < there; r++) strip[p * height + r] = rows[r * stride + p];
    }
}

PART void strips_of_columns(size_t height, float *a, const float *x, size_t stride, size_t m, size_t k) {
    enum { length = 64 };
    for (size_t start = 0; start < k; start += length)
        for (size_t i = 0; i < m; i += height) {
            size_t end = k - start < length ? k : start + length;
            for (size_t p = start; p < end; p++) {
                float *to = a + i * k + p * height;
                const float *from = x + p * stride + i;
                if (m - i >= height)
                    for (size_t r = 0; r < height; r++) to[r] = from[r];
                else
                    for (size_t r = 0; r < m - i; r++) to[r] = from[r];
            }
        }
}

/// y[j, i] = x[i, j] of 8 rows and columns.
PART void transpose_8(float *y, size_t y_stride, const float *x, size_t x_stride) {
    __m256 row[8];
    for (int i = 0; i < 8; i++) row[i] = _mm256_loadu_ps(x + i * x_stride);
    turn(row);
    for (int i = 0; i < 8; i++) _mm256_storeu_ps(y + i * y_stride, row[i]);
}

/// The same of 16 rows, so that whole lines of the cache are written.
static inline __attribute__((always_inline, target("avx512f,avx2,fma"))) void transpose_16_by_8(
    float *y, size_t y_stride, const float *x, size_t x_stride) {
    __m256 above[8], below[8];
    for (int i = 0; i < 8; i++) {
        above[i] = _mm256_loadu_ps(x + i * x_stride);
        below[i] = _mm256_loadu_ps(x + (i + 8) * x_stride);
    }
    turn(above);
    turn(below);
    for (int i = 0; i < 8; i++) {
        __m512d both = _mm512_castpd256_pd512(_mm256_castps_pd(above[i]));
        both = _mm512_insertf64x4(both, _mm256_castps_pd(below[i]), 1);
        _mm512_storeu_pd(y + i * y_stride, both);
    }
}

/// y[j, i] = x[i, j], with x [m, n].
PART void transpose(float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    size_t i = 0;
    for (; i + 8 <= m; i += 8) {
        size_t j = 0;
        for (; j + 8 <= n; j += 8) transpose_8(y + j * y_stride + i, y_stride, x + i * x_stride + j, x_stride);
        for (; j < n; j++)
            for (size_t r = i; r < i + 8; r++) y[j * y_stride + r] = x[r * x_stride + j];
    }
    for (; i < m; i++)
        for (size_t j = 0; j < n; j++) y[j * y_stride + i] = x[i * x_stride + j];
}

AVX512 static inline void wide_transpose(
    float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    size_t i = 0;
    for (; i + 16 <= m; i += 16) {
        size_t j = 0;
        for (; j + 8 <= n; j += 8) transpose_16_by_8(y + j * y_stride + i, y_stride, x + i * x_stride + j, x_stride);
        transpose(y + j * y_stride + i, y_stride, x + i * x_stride + j, x_stride, 16, n - j);
    }
    transpose(y + i, y_stride, x + i * x_stride, x_stride, m - i, n);
}
