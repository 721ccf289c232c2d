#include "CKernels.h"
#include "sweep.h"

// A product c = a·b whose sides lie as the innermost loop reads them, a in strips of 6 rows, b in panels of 16 columns: a
// tile of c, 6 by 16, stays in 12 registers while a strip and a panel stream by. Goto and van de Geijn, "Anatomy of
// high-performance matrix multiplication", 2008.

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,fma")))
#define PART static inline __attribute__((always_inline, target("avx2,fma")))

enum { width = kernel_panel_width, height = kernel_strip_height };

/// c (+)= a·b: rows ≤ 6 rows of a strip, one panel of depth k. The rows of c are fetched meanwhile.
///
/// Four steps in one turn of the loop: a processor that shares its core with another has half the instructions a cycle.
PART void tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    __m256 sum[height][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        sum[i][0] = sum[i][1] = _mm256_setzero_ps();
        _mm_prefetch((const char *)(c + i * c_stride), _MM_HINT_T0);
        _mm_prefetch((const char *)(c + i * c_stride + width - 1), _MM_HINT_T0);
    }
#pragma clang loop unroll_count(4)
    for (size_t p = 0; p < k; p++) {
        __m256 left = _mm256_load_ps(b + p * width), right = _mm256_load_ps(b + p * width + 8);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            __m256 factor = _mm256_broadcast_ss(a + p * height + i);
            sum[i][0] = _mm256_fmadd_ps(factor, left, sum[i][0]);
            sum[i][1] = _mm256_fmadd_ps(factor, right, sum[i][1]);
        }
    }
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        float *line = c + i * c_stride;
        if (keep) {
            sum[i][0] = _mm256_add_ps(sum[i][0], _mm256_loadu_ps(line));
            sum[i][1] = _mm256_add_ps(sum[i][1], _mm256_loadu_ps(line + 8));
        }
        _mm256_storeu_ps(line, sum[i][0]);
        _mm256_storeu_ps(line + 8, sum[i][1]);
    }
}

AVX2 static void any_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    switch (rows) {
    case 1: tile(1, c, c_stride, a, b, k, keep); break;
    case 2: tile(2, c, c_stride, a, b, k, keep); break;
    case 3: tile(3, c, c_stride, a, b, k, keep); break;
    case 4: tile(4, c, c_stride, a, b, k, keep); break;
    case 5: tile(5, c, c_stride, a, b, k, keep); break;
    default: tile(6, c, c_stride, a, b, k, keep);
    }
}

void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    sweep(any_tile, height, width, c, c_stride, a, b, b_depth, m, n, k, keep);
}

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

/// 8 columns of a strip.
PART void strip_of_8(float *a, const float *x, size_t stride) {
    __m256 row[8];
    for (int i = 0; i < 8; i++) row[i] = i < height ? _mm256_loadu_ps(x + i * stride) : _mm256_setzero_ps();
    turn(row);
    for (int i = 0; i < 8; i++) {
        _mm_storeu_ps(a + i * height, _mm256_castps256_ps128(row[i]));
        _mm_storel_pi((__m64 *)(a + i * height + 4), _mm256_extractf128_ps(row[i], 1));
    }
}

AVX2 void kernel_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {
    for (size_t i = 0; i < m; i += height) {
        float *strip = a + i * k;
        const float *rows = x + i * stride;
        size_t p = 0;
        for (; m - i >= height && p + 8 <= k; p += 8) strip_of_8(strip + p * height, rows + p, stride);
        for (; p < k; p++)
            for (size_t r = 0; r < least(height, m - i); r++) strip[p * height + r] = rows[r * stride + p];
    }
}

AVX2 void kernel_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k) {
    enum { length = 64 };
    for (size_t start = 0; start < k; start += length)
        for (size_t i = 0; i < m; i += height)
            for (size_t p = start; p < least(start + length, k); p++) {
                float *to = a + i * k + p * height;
                const float *from = x + p * stride + i;
                if (m - i >= height) {
                    _mm_storeu_ps(to, _mm_loadu_ps(from));
                    _mm_storel_pi((__m64 *)(to + 4), _mm_loadl_pi(_mm_setzero_ps(), (const __m64 *)(from + 4)));
                    continue;
                }
                for (size_t r = 0; r < m - i; r++) to[r] = from[r];
            }
}

/// y[j, i] = x[i, j] of 8 rows and columns.
PART void transpose_8(float *y, size_t y_stride, const float *x, size_t x_stride) {
    __m256 row[8];
    for (int i = 0; i < 8; i++) row[i] = _mm256_loadu_ps(x + i * x_stride);
    turn(row);
    for (int i = 0; i < 8; i++) _mm256_storeu_ps(y + i * y_stride, row[i]);
}

AVX2 static void transpose(
    float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    for (size_t i = 0; i < m; i += 8)
        for (size_t j = 0; j < n; j += 8) {
            if (m - i >= 8 && n - j >= 8) {
                transpose_8(y + j * y_stride + i, y_stride, x + i * x_stride + j, x_stride);
                continue;
            }
            for (size_t r = i; r < least(i + 8, m); r++)
                for (size_t s = j; s < least(j + 8, n); s++) y[s * y_stride + r] = x[r * x_stride + s];
        }
}

AVX2 void kernel_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k) {
    for (size_t j = 0; j < n; j += width) {
        transpose(b + j * k, width, x + j * stride, stride, least(width, n - j), k);
        for (size_t p = 0; p < k; p++)
            for (size_t s = n - j; s < width; s++) b[j * k + p * width + s] = 0;
    }
}

AVX2 void kernel_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    for (size_t j = 0; j < n; j += width)
        for (size_t p = 0; p < k; p++) {
            float *line = b + j * depth + p * width;
            const float *from = x + p * stride + j;
            if (n - j >= width) {
                _mm256_store_ps(line, _mm256_loadu_ps(from));
                _mm256_store_ps(line + 8, _mm256_loadu_ps(from + 8));
                continue;
            }
            for (size_t s = 0; s < width; s++) line[s] = s < n - j ? from[s] : 0;
        }
}

#else
void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {}
void kernel_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {}
void kernel_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k) {}
void kernel_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k) {}
void kernel_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {}
#endif
