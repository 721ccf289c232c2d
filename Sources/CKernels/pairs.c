#include <string.h>
#include "CKernels.h"
#include "amx.h"
#include "each_cpu.h"
#include "sweep.h"

// Products of bf16 with sums in float: instructions multiply two neighbours at once, so numbers lie in pairs along what is
// summed over, each pair in the room of a float. AMX is preferred; VDPBF16PS is twice as fast as floats on AMD's processors,
// and half as fast on Intel's. Where there is neither, the same in plain C: as exact, slow.

enum { width = kernel_pair_width, height = 12 };

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

/// Pairs of n numbers, then zeros up to `room` pairs.
INLINE void padded_pairs(float *y, const float *x, size_t n, size_t room) {
    for (size_t p = 0; p < n / 2; p++) y[p] = pair(x[2 * p], x[2 * p + 1]);
    if (n % 2) y[n / 2] = pair(x[n - 1], 0);
    for (size_t p = (n + 1) / 2; p < room; p++) y[p] = 0;
}

/// The numbers of a row, k, from pair p on, at most `pairs` pairs of them.
INLINE size_t numbers_from(size_t p, size_t k, size_t pairs) { return 2 * p < k ? least(2 * pairs, k - 2 * p) : 0; }

EACH_CPU static void strips_for_amx(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    for (size_t i = 0; i < m; i += amx_height)
        for (size_t r = 0; r < least(amx_height, m - i); r++)
            for (size_t p = 0; p < depth; p += amx_depth) {
                float *to = a + i * depth + p * amx_height + r * amx_depth;
                const float *from = x + (i + r) * stride + 2 * p;
                size_t here = numbers_from(p, k, amx_depth);
                if (here == 2 * amx_depth) padded_pairs(to, from, 2 * amx_depth, amx_depth);
                else padded_pairs(to, from, here, amx_depth);
            }
}

EACH_CPU static void strips_of_pairs(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    for (size_t i = 0; i < m; i += height)
        for (size_t r = 0; r < least(height, m - i); r++) {
            float *strip = a + i * depth + r;
            const float *row = x + (i + r) * stride;
            for (size_t p = 0; p < k / 2; p++) strip[p * height] = pair(row[2 * p], row[2 * p + 1]);
            if (k % 2) strip[k / 2 * height] = pair(row[k - 1], 0);
        }
}

void kernel_pair_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    (runs_amx() ? strips_for_amx : strips_of_pairs)(a, x, stride, m, k, depth);
}

enum { length = 64 };

/// So many pairs of each column, zeros where there are no more columns.
EACH_CPU static void lines_of_pairs(
    float *lines, const float *x, size_t stride, size_t columns, size_t numbers, size_t pairs) {
    for (size_t s = 0; s < columns; s++) padded_pairs(lines + s * length, x + s * stride, numbers, pairs);
    for (size_t s = columns; s < width; s++) memset(lines + s * length, 0, pairs * sizeof(float));
}

void kernel_pair_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth) {
    float lines[width * length];
    for (size_t j = 0; j < n; j += width)
        for (size_t p = 0; p < depth; p += length) {
            size_t pairs = least(length, depth - p);
            lines_of_pairs(lines, x + j * stride + 2 * p, stride, least(width, n - j), numbers_from(p, k, length), pairs);
            kernel_transpose(b + j * depth + p * width, width, lines, length, width, pairs);
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

/// Tiles of 12, 8, 4, 2 and 1 rows.
__attribute__((target("avx512f,avx512bf16"))) static void wide_tile(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    if (rows == height) return tile(height, c, c_stride, a, b, k, keep);
    size_t i = 0;
    if (rows & 8) tile(8, c, c_stride, a, b, k, keep), i += 8;
    if (rows & 4) tile(4, c + i * c_stride, c_stride, a + i, b, k, keep), i += 4;
    if (rows & 2) tile(2, c + i * c_stride, c_stride, a + i, b, k, keep), i += 2;
    if (rows & 1) tile(1, c + i * c_stride, c_stride, a + i, b, k, keep);
}

static int has_instruction(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bf16") && !__builtin_cpu_is("intel");
}
#else
static int has_instruction(void) { return 0; }
#define wide_tile plain_tile
#endif

int kernel_runs_pairs(void) { return runs_amx() || has_instruction(); }
const char *kernel_bf16_products(void) {
    return runs_amx() ? "AMX tiles" : has_instruction() ? "AVX-512 BF16 panels" : "plain bf16 panels";
}
size_t kernel_pair_strip_height(void) { return runs_amx() ? amx_height : height; }
size_t kernel_pair_depth_unit(void) { return runs_amx() ? amx_depth : 1; }

void kernel_multiply_pairs(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    if (runs_amx()) return amx_multiply(c, c_stride, a, b, b_depth, m, n, k, keep);
    tile_function *tile = has_instruction() ? wide_tile : plain_tile;
    sweep(tile, height, width, 1, c, c_stride, a, b, b_depth, m, n, k, keep);
}
