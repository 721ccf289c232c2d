#include <string.h>
#include "CKernels.h"
#include "amx.h"
#include "bf16.h"

#if defined(__x86_64__)
#define FILL __attribute__((target(BF16)))
#define PART static inline __attribute__((always_inline, target(BF16)))

// The size, in floats, of one part of 16 pairs of a strip or panel.
enum { strip_part = amx_depth * amx_height, panel_part = amx_depth * 2 * amx_width };

/// The remainder of each number after subtracting its nearest bf16.
PART __m512 rest(__m512 x) {
    __m512i nearest = _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(x));
    return _mm512_sub_ps(x, (__m512)_mm512_slli_epi32(nearest, 16));
}

/// Stores the parts of two registers as pairs, each part `between` floats after the one before. Pairs are of
/// neighbours in a row (first, then second), or side by side: first[i] with second[i].
PART void store_parts(float *to, size_t between, size_t parts, __m512 first, __m512 second, int side_by_side) {
    for (size_t part = 0;; part++) {
        __m512 pairs = side_by_side ? pairs_of(first, second) : (__m512)_mm512_cvtne2ps_pbh(second, first);
        _mm512_storeu_ps(to + part * between, pairs);
        if (part + 1 == parts) return;
        first = rest(first);
        second = rest(second);
    }
}

FILL void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {
    for (size_t i = 0; i < m; i++) {
        float *to = a + i / amx_height * amx_height * depth * parts + i % amx_height * amx_depth;
        for (size_t p = 0; p < depth; p += amx_depth, to += parts * strip_part) {
            __mmask32 there = first_of(32, 2 * p < k ? k - 2 * p : 0);
            const float *from = x + i * stride + 2 * p;
            __m512 first = _mm512_maskz_loadu_ps((__mmask16)there, from);
            __m512 second = _mm512_maskz_loadu_ps((__mmask16)(there >> 16), from + 16);
            store_parts(to, strip_part, parts, first, second, 0);
        }
    }
}

/// Stores rows p and p + 1 of x [k, columns] as pairs, each part `between` floats after the one before. At
/// most 16 columns; zeros beyond them and beyond k.
PART void two_rows(
    float *to, size_t between, size_t parts, const float *x, size_t stride, size_t k, size_t p, __mmask16 columns) {
    __m512 first = _mm512_maskz_loadu_ps(p < k ? columns : 0, x + p * stride);
    __m512 second = _mm512_maskz_loadu_ps(p + 1 < k ? columns : 0, x + (p + 1) * stride);
    store_parts(to, between, parts, first, second, 1);
}

FILL void amx_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {
    float lines[3 * amx_block];
    for (size_t i = 0; i < m; i += amx_width) {
        __mmask16 columns = first_of(amx_width, m - i);
        float *to = a + i / amx_height * amx_height * depth * parts + i % amx_height * amx_depth;
        for (size_t p = 0; p < depth; p += amx_depth, to += parts * strip_part) {
            for (size_t q = 0; q < amx_depth; q++)
                two_rows(lines + q * amx_width, amx_block, parts, x + i, stride, k, 2 * (p + q), columns);
            for (size_t part = 0; part < parts; part++)
                kernel_transpose(
                    to + part * strip_part, amx_depth, lines + part * amx_block, amx_width, amx_depth, amx_width);
        }
    }
}

FILL void amx_panels_of_rows(
    float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts) {
    float lines[3 * strip_part];  // a strip as high as a panel is wide; its halves are transposed into the panel
    for (size_t j = 0; j < n; j += kernel_pair_width) {
        size_t columns = least(kernel_pair_width, n - j);
        if (columns < kernel_pair_width) memset(lines, 0, sizeof lines);
        for (size_t p = 0; 2 * p < k; p += amx_depth) {
            size_t numbers = least(2 * amx_depth, k - 2 * p);
            amx_strips(lines, x + j * stride + 2 * p, stride, columns, numbers, amx_depth, parts);
            float *to = b + (j * depth + p * kernel_pair_width) * parts;
            for (size_t half = 0; half < 2 * parts; half++)
                kernel_transpose(
                    to + half * amx_block, amx_width, lines + half * amx_block, amx_depth, amx_width, amx_depth);
        }
    }
}

FILL void amx_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts) {
    for (size_t j = 0; j < n; j += kernel_pair_width) {
        __mmask32 there = first_of(kernel_pair_width, n - j);
        for (size_t p = 0; p < (k + 31) / 32 * amx_depth; p++) {
            size_t begun = p / amx_depth * amx_depth;
            float *line = b + (j * depth + begun * kernel_pair_width) * parts + (p - begun) * amx_width;
            two_rows(line, panel_part, parts, x + j, stride, k, 2 * p, (__mmask16)there);
            two_rows(line + amx_block, panel_part, parts, x + j + 16, stride, k, 2 * p, (__mmask16)(there >> 16));
        }
    }
}

FILL void kernel_bf16_panels_of_rows(float *b, const void *x, size_t stride, size_t n, size_t k, size_t depth) {
    float lines[strip_part];
    for (size_t j = 0; j < n; j += kernel_pair_width) {
        size_t columns = least(kernel_pair_width, n - j);
        if (columns < kernel_pair_width) memset(lines, 0, sizeof lines);
        for (size_t p = 0; 2 * p < k; p += amx_depth) {
            __mmask32 there = first_of(32, k - 2 * p);
            for (size_t i = 0; i < columns; i++) {
                const uint16_t *from = (const uint16_t *)x + (j + i) * stride + 2 * p;
                __builtin_prefetch(from + 64);
                _mm512_storeu_si512(lines + i * amx_depth, _mm512_maskz_loadu_epi16(there, from));
            }
            float *to = b + j * depth + p * kernel_pair_width;
            for (size_t half = 0; half < 2; half++)
                kernel_transpose(
                    to + half * amx_block, amx_width, lines + half * amx_block, amx_depth, amx_width, amx_depth);
        }
    }
}

FILL void kernel_bf16_panels_of_columns(float *b, const void *x, size_t stride, size_t k, size_t n, size_t depth) {
    const __m512i left = _mm512_set_epi16(
        47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40, 8, 39, 7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
    const __m512i right = _mm512_add_epi16(left, _mm512_set1_epi16(16));
    for (size_t p = 0; p < (k + 31) / 32 * amx_depth; p++) {
        const uint16_t *first = (const uint16_t *)x + 2 * p * stride, *second = first + stride;
        for (size_t j = 0; j < n; j += kernel_pair_width) {
            __mmask32 there = first_of(kernel_pair_width, n - j);
            __builtin_prefetch(first + 8 * stride + j);
            __builtin_prefetch(second + 8 * stride + j);
            __m512i above = _mm512_maskz_loadu_epi16(2 * p < k ? there : 0, first + j);
            __m512i below = _mm512_maskz_loadu_epi16(2 * p + 1 < k ? there : 0, second + j);
            float *line = b + j * depth + p / amx_depth * panel_part + p % amx_depth * amx_width;
            _mm512_storeu_si512(line, _mm512_permutex2var_epi16(above, left, below));
            _mm512_storeu_si512(line + amx_block, _mm512_permutex2var_epi16(above, right, below));
        }
    }
}

#else
void kernel_bf16_panels_of_rows(float *b, const void *x, size_t stride, size_t n, size_t k, size_t depth) {}
void kernel_bf16_panels_of_columns(float *b, const void *x, size_t stride, size_t k, size_t n, size_t depth) {}
void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {}
void amx_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts) {}
void amx_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts) {}
void amx_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts) {}
#endif
