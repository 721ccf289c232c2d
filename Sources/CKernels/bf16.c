#include "bf16.h"
#include "CKernels.h"
#include "amx.h"

#if defined(__x86_64__)
#define PART static inline __attribute__((always_inline, target(BF16)))

enum { width = kernel_pair_width };

int rounds_pairs(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512bf16");
}

int multiplies_pairs(void) { return rounds_pairs() && !__builtin_cpu_is("intel"); }

__attribute__((target(BF16))) void fast_pairs(float *y, const float *x, size_t n, size_t room) {
    size_t p = 0;
    for (; 2 * p + 32 <= n; p += 16) _mm512_storeu_ps(y + p, pairs_of_32(x + 2 * p));
    for (; p < room; p += 16) {
        __mmask16 there = room - p < 16 ? (1 << (room - p)) - 1 : 0xffff;
        _mm512_mask_storeu_ps(y + p, there, pairs_of_some(x + 2 * p, n > 2 * p ? n - 2 * p : 0));
    }
}

/// Pairs of two rows, 16 columns.
PART __m512 zipped(__m512 first, __m512 second) {
    const __m512i order = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return (__m512)_mm512_permutexvar_epi16(order, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

__attribute__((target(BF16))) void fast_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    int in_blocks = runs_amx();
    size_t right_half = in_blocks ? amx_block : width / 2;
    for (size_t j = 0; j < n; j += width) {
        __mmask32 there = n - j < width ? (1u << (n - j)) - 1 : ~0u;
        __mmask16 left = (__mmask16)there, right = (__mmask16)(there >> 16);
        for (size_t p = 0; p < k; p += 2) {
            const float *row = x + p * stride + j, *next = p + 1 < k ? row + stride : row;
            if (p + 1 == k) there = 0;
            size_t place = p / 2 * width - (in_blocks ? p / 2 % amx_depth * amx_width : 0);
            float *line = b + j * depth + place;
            _mm512_store_ps(line, zipped(_mm512_maskz_loadu_ps(left, row), _mm512_maskz_loadu_ps((__mmask16)there, next)));
            _mm512_store_ps(line + right_half, zipped(
                _mm512_maskz_loadu_ps(right, row + 16), _mm512_maskz_loadu_ps((__mmask16)(there >> 16), next + 16)));
        }
    }
}

#define ISA BF16
#define MULTIPLY_ADD(factor, right, sum) _mm512_dpbf16_ps(sum, (__m512bh)factor, (__m512bh)right)
#include "wide_tile.h"

void bf16_tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    any_wide_tile(rows, c, c_stride, a, b, k, keep);
}

#else
int rounds_pairs(void) { return 0; }
int multiplies_pairs(void) { return 0; }
void fast_pairs(float *y, const float *x, size_t n, size_t room) {}
void fast_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {}
void bf16_tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {}
#endif
