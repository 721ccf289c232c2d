#include <stdlib.h>
#include "CKernels.h"
#include "tile_loops.h"

// The fp32 microkernels of a product c = a·b whose sides are packed, a in strips of rows, b in panels of
// columns. A tile of c stays in registers while its strip and its panel stream by (Goto and van de Geijn,
// "Anatomy of high-performance matrix multiplication", 2008):
//
//                  panel: 16 or 32 columns, k rows
//                  +---------------------+
//                  | p = 0               |
//                  | p = 1               |
//                  | ...                 |      for p in 0..<k:
//     strip        +---------------------+          tile[i][j] += strip[p][i] * panel[p][j]
//     +---------+  +---------------------+
//     | 6 or 12 |  | tile of c           |      AVX2:     6 x 16, 12 of 16 registers
//     | rows    |  |                     |      AVX-512: 12 x 32, 24 of 32 registers
//     +---------+  +---------------------+
//
// docs/products.md shows the loops around it.

#if defined(__x86_64__)
#include "wide_layout.h"

/// c (+)= a·b for rows ≤ 6 rows of a strip and one panel of depth k. The rows of c are prefetched meanwhile.
///
/// Unrolled by four: with hyper-threading, two threads share the instructions that a core can start per
/// cycle, so loop overhead counts.
PART void tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    enum { height = 6, width = 16 };
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

#define ISA "avx512f"
#define MULTIPLY_ADD(factor, right, sum) _mm512_fmadd_ps(factor, right, sum)
#include "wide_tile.h"

AVX2 static void narrow_transpose(
    float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    transpose(y, y_stride, x, x_stride, m, n);
}

static int runs_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

static int is_wide(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") != 0;
}

void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    // Denormals make instructions many times slower: flush them to zero, as inputs and as results.
    enum { flush_results_and_sides = 0x8040 };
    unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | flush_results_and_sides);
    if (is_wide()) sweep(any_wide_tile, 12, 32, 0, c, c_stride, a, k, b, b_depth, m, n, k, keep);
    else sweep(any_tile, 6, 16, 0, c, c_stride, a, k, b, b_depth, m, n, k, keep);
    _mm_setcsr(mode);
}

AVX2 void kernel_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {
    if (is_wide()) wide_strips_of_rows(a, x, stride, m, k);
    else strips_of_rows(a, x, stride, m, k);
}

AVX2 void kernel_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k) {
    if (is_wide()) strips_of_columns(12, a, x, stride, m, k);
    else strips_of_columns(6, a, x, stride, m, k);
}

AVX2 static void narrow_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    for (size_t j = 0; j < n; j += 16)
        for (size_t p = 0; p < k; p++) {
            float *line = b + j * depth + p * 16;
            const float *from = x + p * stride + j;
            if (n - j >= 16)
                for (size_t s = 0; s < 16; s++) line[s] = from[s];
            else
                for (size_t s = 0; s < 16; s++) line[s] = s < n - j ? from[s] : 0;
        }
}

void kernel_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {
    (is_wide() ? wide_panels_of_columns : narrow_panels_of_columns)(b, x, stride, k, n, depth);
}

#else
static int runs_avx2(void) { return 0; }
static int is_wide(void) { return 0; }
static void narrow_transpose(float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {}
#define wide_transpose narrow_transpose
void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {}
void kernel_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k) {}
void kernel_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k) {}
void kernel_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth) {}
#endif

int kernel_prefers_panels(void) { return runs_avx2() && !getenv("SFT_PROBE_BLAS_KERNELS"); }
const char *kernel_panel_products(void) { return is_wide() ? "AVX-512 panels" : "AVX2 panels"; }
size_t kernel_panel_width(void) { return is_wide() ? 32 : 16; }
size_t kernel_strip_height(void) { return is_wide() ? 12 : 6; }

void kernel_transpose(float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n) {
    if (is_wide()) return wide_transpose(y, y_stride, x, x_stride, m, n);
    if (runs_avx2()) return narrow_transpose(y, y_stride, x, x_stride, m, n);
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) y[j * y_stride + i] = x[i * x_stride + j];
}

void kernel_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth) {
    size_t width = kernel_panel_width();
    for (size_t j = 0; j < n; j += width) {
        size_t columns = least(width, n - j);
        float *panel = b + j * depth;
        kernel_transpose(panel, width, x + j * stride, stride, columns, k);
        for (size_t p = 0; p < k; p++)
            for (size_t s = columns; s < width; s++) panel[p * width + s] = 0;
    }
}
