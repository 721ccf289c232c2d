#include <string.h>
#include "CKernels.h"
#include "amx.h"
#include "bf16.h"
#include "each_cpu.h"

// Products of bf16 with fp32 sums. The instructions multiply two neighbours at once, so numbers are stored in
// pairs along k, each pair in the place of a float. AMX is used where there is one, then AVX-512 BF16,
// otherwise plain C, which is as exact but slow.

enum { width = kernel_pair_width, height = 12, length = 64 };

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

static void plain_pairs(float *y, const float *x, size_t n, size_t room) {
    kernel_pairs(y, x, n);
    memset(y + (n + 1) / 2, 0, (room - (n + 1) / 2) * sizeof *y);
}

/// Converts pairs p to p + `pairs` (at most 64) of rows of k numbers; each output row starts 64 pairs after
/// the one before.
static void lines_of_pairs(
    float *lines, const float *x, size_t stride, size_t rows, size_t k, size_t p, size_t pairs) {
    size_t numbers = 2 * p < k ? least(2 * pairs, k - 2 * p) : 0;
    void (*round)(float *, const float *, size_t, size_t) = rounds_pairs() ? fast_pairs : plain_pairs;
    for (size_t r = 0; r < rows; r++) round(lines + r * length, x + r * stride + 2 * p, numbers, pairs);
}

static void strips_of_pairs(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    float lines[height * length];
    for (size_t i = 0; i < m; i += height)
        for (size_t p = 0; p < depth; p += length) {
            size_t rows = least(height, m - i), pairs = least(length, depth - p);
            lines_of_pairs(lines, x + i * stride, stride, rows, k, p, pairs);
            kernel_transpose(a + i * depth + p * height, height, lines, length, rows, pairs);
        }
}

void kernel_pair_strips_of_rows(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {
    if (runs_amx()) return amx_strips(a, x, stride, m, k, depth, parts);
    strips_of_pairs(a, x, stride, m, k, depth);
}

EACH_CPU static void plain_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    for (size_t i = 0; i < m; i += height)
        for (size_t p = 0; p < depth; p++) {
            const float *first = x + 2 * p * stride + i, *second = first + stride;
            for (size_t r = 0; r < least(height, m - i); r++)
                a[i * depth + p * height + r] = pair(2 * p < k ? first[r] : 0, 2 * p + 1 < k ? second[r] : 0);
        }
}

void kernel_pair_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {
    if (runs_amx()) return amx_strips_of_columns(a, x, stride, m, k, depth, parts);
    (rounds_pairs() ? fast_strips_of_columns : plain_strips_of_columns)(a, x, stride, m, k, depth);
}

void kernel_pair_panels_of_rows(
    float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts) {
    if (runs_amx()) return amx_panels_of_rows(b, x, stride, n, k, depth, parts);
    float lines[width * length];
    for (size_t j = 0; j < n; j += width) {
        size_t columns = least(width, n - j);
        if (columns < width) memset(lines, 0, sizeof lines);
        for (size_t p = 0; 2 * p < k; p += length) {
            size_t pairs = least(length, (k + 1) / 2 - p);
            lines_of_pairs(lines, x + j * stride, stride, columns, k, p, pairs);
            kernel_transpose(b + j * depth + p * width, width, lines, length, width, pairs);
        }
    }
}

EACH_CPU static void plain_panels_of_columns(
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

void kernel_pair_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts) {
    if (runs_amx()) return amx_panels_of_columns(b, x, stride, k, n, depth, parts);
    (rounds_pairs() ? fast_panels_of_columns : plain_panels_of_columns)(b, x, stride, k, n, depth);
}

/// The first or second bf16 of a pair, as a float.
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

int kernel_runs_pairs(void) { return runs_amx() || multiplies_pairs(); }
const char *kernel_bf16_products(void) {
    return runs_amx() ? "AMX tiles" : multiplies_pairs() ? "AVX-512 BF16 panels" : "plain bf16 panels";
}
size_t kernel_pair_strip_height(void) { return runs_amx() ? amx_height : height; }
size_t kernel_pair_depth_unit(void) { return runs_amx() ? amx_depth : 1; }

int kernel_multiplies_parts(void) { return runs_amx(); }

void kernel_multiply_pairs(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep) {
    if (runs_amx())
        return amx_multiply(c, c_stride, a, b, b_depth, m, n, k, left_parts, right_parts, keep);
    tile_function *tile = multiplies_pairs() ? bf16_tile : plain_tile;
    sweep(tile, height, width, 0, c, c_stride, a, k, b, b_depth, m, n, k, keep);
}
