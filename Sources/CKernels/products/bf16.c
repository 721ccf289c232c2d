#include "bf16.h"
#include "CKernels.h"

#if defined(__x86_64__)

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
        __mmask16 there = first_of(16, room - p);
        _mm512_mask_storeu_ps(y + p, there, pairs_of_some(x + 2 * p, n > 2 * p ? n - 2 * p : 0));
    }
}

__attribute__((target(BF16))) void fast_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    enum { height = 12 };
    for (size_t i = 0; i < m; i += height) {
        __mmask16 columns = first_of(height, m - i);
        for (size_t p = 0; p < depth; p++)
            _mm512_mask_storeu_ps(
                a + i * depth + p * height, (1 << height) - 1, pairs_of_rows(x + i, stride, k, 2 * p, columns));
    }
}

__attribute__((target(BF16))) void fast_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    for (size_t j = 0; j < n; j += width) {
        __mmask32 there = first_of(width, n - j);
        for (size_t p = 0; p < k; p += 2) {
            float *line = b + j * depth + p / 2 * width;
            _mm512_store_ps(line, pairs_of_rows(x + j, stride, k, p, (__mmask16)there));
            _mm512_store_ps(line + 16, pairs_of_rows(x + j + 16, stride, k, p, (__mmask16)(there >> 16)));
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
void fast_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {}
void fast_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {}
void bf16_tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {}
#endif
