#pragma once
#include <stddef.h>
#include <stdint.h>

// What AVX-512 BF16 has for pairs, for processors with it: rounding (nearest, ties to even; numbers below 1e-38 become
// zero), which AMX needs too, and products.

/// Whether this processor rounds by an instruction of its own.
int rounds_pairs(void);
/// Whether it multiplies by one that is faster than floats: on Intel's it takes twice as long.
int multiplies_pairs(void);

/// y = x in pairs, n numbers, then zeros up to `room` pairs.
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

/// Bits for the first `count` of at most `width` places, which are 32 at most.
static inline uint32_t first_of(size_t width, size_t count) {
    size_t set = count < width ? count : width;
    return set < 32 ? (1u << set) - 1 : ~0u;
}

/// The first of 32 numbers in pairs, zeros after them.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_some(const float *x, size_t count) {
    __mmask32 there = first_of(32, count);
    __m512 first = _mm512_maskz_loadu_ps((__mmask16)there, x);
    __m512 second = _mm512_maskz_loadu_ps((__mmask16)(there >> 16), x + 16);
    return (__m512)_mm512_cvtne2ps_pbh(second, first);
}

static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_32(const float *x) {
    return (__m512)_mm512_cvtne2ps_pbh(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(x));
}

/// Pairs of two rows, of 16 columns.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of(__m512 first, __m512 second) {
    const __m512i order = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return (__m512)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

/// Pairs of row p and the next, at most 16 columns, of k rows: zeros beyond them.
static inline __attribute__((always_inline, target(BF16))) __m512 pairs_of_rows(
    const float *x, size_t stride, size_t k, size_t p, __mmask16 columns) {
    __m512 first = _mm512_maskz_loadu_ps(p < k ? columns : 0, x + p * stride);
    __m512 second = _mm512_maskz_loadu_ps(p + 1 < k ? columns : 0, x + (p + 1) * stride);
    return pairs_of(first, second);
}
#endif
