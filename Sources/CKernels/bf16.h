#pragma once
#include <stddef.h>
#include <stdint.h>

// Conversion to pairs of bf16 and products of them with AVX-512 BF16. Rounding is to nearest, ties to even;
// denormals become zero. AMX uses the conversion too.

/// Whether this processor has an instruction that converts floats to bf16.
int rounds_pairs(void);
/// Whether its bf16 multiply-add is faster than fp32; on Intel's processors it takes twice as long.
int multiplies_pairs(void);

/// y = n numbers of x as pairs of bf16, then zeros up to `room` pairs.
void fast_pairs(float *y, const float *x, size_t n, size_t room);
/// Strips of 12 columns of x, [k, m], as kernel_pair_strips_of_columns makes them.
void fast_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth);
/// Panels of 32 columns of x, [k, n], as kernel_pair_panels_of_columns makes them.
void fast_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth);
/// A tile of at most 12 rows by 32 columns.
void bf16_tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep);

#if defined(__x86_64__)
#include <immintrin.h>

#define BF16 "avx512f,avx512bw,avx512vl,avx512bf16"

/// A mask of the first `count` of at most `width` lanes (≤ 32).
static inline uint32_t first_of(size_t width, size_t count) {
    size_t set = count < width ? count : width;
    return set < 32 ? (1u << set) - 1 : ~0u;
}

/// The first `count` of 32 numbers as pairs, then zeros.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_some(const float *x, size_t count) {
    __mmask32 there = first_of(32, count);
    __m512 first = _mm512_maskz_loadu_ps((__mmask16)there, x);
    __m512 second = _mm512_maskz_loadu_ps((__mmask16)(there >> 16), x + 16);
    return (__m512)_mm512_cvtne2ps_pbh(second, first);
}

static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_32(const float *x) {
    return (__m512)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(x));
}

/// Pairs (first[i], second[i]) of 16 columns of two rows.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of(__m512 first, __m512 second) {
    const __m512i order = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return (__m512)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

/// Pairs of rows p and p + 1 of k rows, at most 16 columns; zeros beyond.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_rows(
    const float *x, size_t stride, size_t k, size_t p, __mmask16 columns) {
    __m512 first = _mm512_maskz_loadu_ps(p < k ? columns : 0, x + p * stride);
    __m512 second = _mm512_maskz_loadu_ps(p + 1 < k ? columns : 0, x + (p + 1) * stride);
    return pairs_of(first, second);
}
#endif
