#include <string.h>
#include "CKernels.h"
#include "each_cpu.h"
#include "sweep.h"

// Products of bf16 with sums in float: VDPBF16PS multiplies two neighbours at once, so numbers lie in pairs along what is
// summed over, each pair in the room of a float. Where there is no such instruction, the same in plain C: as exact, slow.

enum { width = kernel_pair_width, height = kernel_pair_strip_height };

/// The nearest bf16, ties to even.
INLINE uint32_t rounded(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    uint32_t near = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
    return (bits & 0x7fffffff) > 0x7f800000 ? bits >> 16 | 0x40 : near;
}

INLINE float pair(float first, float second) {
    uint32_t bits = rounded(first) | rounded(second) << 16;
    float y;
    memcpy(&y, &bits, sizeof y);
    return y;
}

EACH_CPU void kernel_pairs(float *y, const float *x, size_t n) {
    for (size_t p = 0; p < n / 2; p++) y[p] = pair(x[2 * p], x[2 * p + 1]);
    if (n % 2) y[n / 2] = pair(x[n - 1], 0);
}

EACH_CPU void kernel_pair_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {
    size_t depth = (k + 1) / 2;
    for (size_t i = 0; i < m; i += height)
        for (size_t r = 0; r < least(height, m - i); r++) {
            float *strip = a + i * depth + r;
            const float *row = x + (i + r) * stride;
            for (size_t p = 0; p < k / 2; p++) strip[p * height] = pair(row[2 * p], row[2 * p + 1]);
            if (k % 2) strip[k / 2 * height] = pair(row[k - 1], 0);
        }
}

EACH_CPU void kernel_pair_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k) {
    enum { length = 64 };
    float lines[width * length];
    size_t depth = (k + 1) / 2;
    for (size_t j = 0; j < n; j += width) {
        size_t columns = least(width, n - j);
        memset(lines, 0, sizeof lines);
        for (size_t p = 0; p < depth; p += length) {
            size_t here = least(length, depth - p);
            for (size_t s = 0; s < columns; s++) {
                const float *from = x + (j + s) * stride + 2 * p;
                size_t whole = least(here, (k - 2 * p) / 2);
                for (size_t q = 0; q < whole; q++) lines[s * length + q] = pair(from[2 * q], from[2 * q + 1]);
                if (whole < here) lines[s * length + whole] = pair(from[2 * whole], 0);
            }
            float *to = b + j * depth + p * width;
            for (size_t q = 0; q < here; q++)
                for (size_t s = 0; s < width; s++) to[q * width + s] = lines[s * length + q];
        }
    }
}

EACH_CPU void kernel_pair_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    for (size_t p = 0; p < k; p += 2)
        for (size_t j = 0; j < n; j += width) {
            float *line = b + j * depth + p / 2 * width;
            const float *first = x + p * stride + j, *second = p + 1 < k ? first + stride : 0;
            size_t columns = least(width, n - j);
            for (size_t s = 0; s < columns; s++) line[s] = pair(first[s], second ? second[s] : 0);
            for (size_t s = columns; s < width; s++) line[s] = 0;
        }
}

/// The halves of a pair as floats.
INLINE float half(float pair, int second) {
    uint32_t bits;
    memcpy(&bits, &pair, sizeof bits);
    bits = second ? bits & 0xffff0000 : bits << 16;
    memcpy(&pair, &bits, sizeof pair);
    return pair;
}

EACH_CPU static void plain_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    for (size_t i = 0; i < rows; i++) {
        float sum[width] = {0};
        for (size_t p = 0; p < k; p++) {
            float first = half(a[p * height + i], 0), second = half(a[p * height + i], 1);
            for (size_t j = 0; j < width; j++)
                sum[j] += first * half(b[p * width + j], 0) + second * half(b[p * width + j], 1);
        }
        for (size_t j = 0; j < width; j++) c[i * c_stride + j] = (keep ? c[i * c_stride + j] : 0) + sum[j];
    }
}

#if defined(__x86_64__)
#include <immintrin.h>

#define PART static inline __attribute__((always_inline, target("avx512f,avx512bf16")))

int kernel_runs_pairs(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16");
}

PART void tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    __m512 sum[height][2];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < rows; i++) {
        sum[i][0] = sum[i][1] = _mm512_setzero_ps();
        _mm_prefetch((const char *)(c + i * c_stride), _MM_HINT_T0);
        _mm_prefetch((const char *)(c + i * c_stride + width / 2), _MM_HINT_T0);
        _mm_prefetch((const char *)(c + i * c_stride + width - 1), _MM_HINT_T0);
    }
    for (size_t p = 0; p < k; p++) {
        __m512bh left = (__m512bh)_mm512_load_ps(b + p * width);
        __m512bh right = (__m512bh)_mm512_load_ps(b + p * width + 16);
#pragma clang loop unroll(full)
        for (size_t i = 0; i < rows; i++) {
            __m512bh factor = (__m512bh)_mm512_set1_ps(a[p * height + i]);
            sum[i][0] = _mm512_dpbf16_ps(sum[i][0], factor, left);
            sum[i][1] = _mm512_dpbf16_ps(sum[i][1], factor, right);
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

/// Tiles of 12, 4 and 1 rows.
__attribute__((target("avx512f,avx512bf16"))) static void wide_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    if (rows == height) return tile(height, c, c_stride, a, b, k, keep);
    size_t i = 0;
    for (; i + 4 <= rows; i += 4) tile(4, c + i * c_stride, c_stride, a + i, b, k, keep);
    for (; i < rows; i++) tile(1, c + i * c_stride, c_stride, a + i, b, k, keep);
}
#else
int kernel_runs_pairs(void) { return 0; }
#define wide_tile plain_tile
#endif

void kernel_multiply_pairs(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    tile_function *tile = kernel_runs_pairs() ? wide_tile : plain_tile;
    sweep(tile, height, width, c, c_stride, a, b, b_depth, m, n, k, keep);
}
