#pragma once
#include <stddef.h>

// Packing into strips and panels with AVX2: transposes 8 x 8 blocks in registers.

#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define PART static inline __attribute__((always_inline, target("avx2,fma")))

/// Transposes 8 x 8 floats.
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

/// 8 columns of a strip of 6 rows.
PART void strip_of_8(float *a, const float *x, size_t stride) {
    enum { height = 6 };
    __m256 row[8];
    for (size_t i = 0; i < 8; i++) row[i] = i < height ? _mm256_loadu_ps(x + i * stride) : _mm256_setzero_ps();
    turn(row);
    for (size_t i = 0; i < 8; i++) {
        _mm_storeu_ps(a + i * height, _mm256_castps256_ps128(row[i]));
        _mm_storel_pi((__m64 *)(a + i * height + 4), _mm256_extractf128_ps(row[i], 1));
    }
}

PART void strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {
    enum { height = 6 };
    for (size_t i = 0; i < m; i += height) {
        float *strip = a + i * k;
        const float *rows = x + i * stride;
        size_t p = 0, there = m - i < height ? m - i : height;
        for (; there == height && p + 8 <= k; p += 8) strip_of_8(strip + p * height, rows + p, stride);
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
