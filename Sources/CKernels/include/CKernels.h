#pragma once
#include <stddef.h>
#include <stdint.h>

// Loops that Swift does not vectorise: reductions (their order may change), and everything with an
// exponential. Rows are contiguous. No function allocates; none keeps a pointer.

// products/openblas_choice.c
/// The name of the OpenBLAS kernels in use: the widest that this processor runs, chosen before the program begins.
const char *kernel_products(void);

// products/panels.c: packing and multiplying (docs/products.md). A strip of the left side holds
// `strip_height` rows, column after column; missing rows of the last strip are not written. A panel of the
// right side holds `panel_width` columns, row after row; missing columns are zeros. Panels are aligned to 64
// bytes.
/// Whether packed products are preferred to OpenBLAS: the processor has AVX2 and FMA, and
/// SFT_PROBE_BLAS_KERNELS is not set.
int kernel_prefers_panels(void);
/// The name of the kernel that multiplies panels.
const char *kernel_panel_products(void);
/// 12 on a processor with AVX-512, else 6.
size_t kernel_strip_height(void);
/// 32 on a processor with AVX-512, else 16.
size_t kernel_panel_width(void);
/// Strips of x, with x [m, k].
void kernel_strips_of_rows(float *a, const float *x, size_t stride, size_t m, size_t k);
/// Strips of xᵀ, with x [k, m].
void kernel_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k);
/// k rows of panels of xᵀ, with x [n, k]; the panels are `depth` rows deep.
void kernel_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth);
/// k rows of panels of x, with x [k, n]; the panels are `depth` rows deep.
void kernel_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth);
/// c = a·b, or c + a·b with `keep`: [m, k] · [k, n], with a in strips and b in panels that are `b_depth` rows
/// deep; b points to the first row to use.
///
/// The sums of a row do not depend on the other rows.
void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep);
/// y = xᵀ, with x [m, n].
void kernel_transpose(float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n);

// products/bf16_products.c: the same in bf16: two neighbours along k in the place of one float, the first in
// its lower half. Depths are in pairs. With AMX numbers can be in parts (a float is the sum of three bf16);
// depths are then those of one part.
enum { kernel_pair_width = 32 };
/// 32 on a processor with AMX, else 12.
size_t kernel_pair_strip_height(void);
/// What depths must be a multiple of, in pairs: 16 on a processor with AMX, else 1.
size_t kernel_pair_depth_unit(void);
/// Whether this processor multiplies numbers in parts (AMX).
int kernel_multiplies_parts(void);
/// Whether this processor has a bf16 instruction that is faster than fp32.
int kernel_runs_pairs(void);
/// The name of the kernel that multiplies pairs.
const char *kernel_bf16_products(void);
/// y = x rounded to bf16, n numbers in (n + 1) / 2 pairs.
void kernel_pairs(float *y, const float *x, size_t n);
/// Strips of x, with x [m, k]; zeros follow up to `depth` pairs.
void kernel_pair_strips_of_rows(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// Strips of xᵀ, with x [k, m]; zeros follow up to `depth` pairs.
void kernel_pair_strips_of_columns(
    float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// k rows of panels of xᵀ, with x [n, k]; the panels are `depth` pairs deep, and only the last rows may be odd in number.
void kernel_pair_panels_of_rows(
    float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts);
/// k rows of panels of x, with x [k, n]; the panels are `depth` pairs deep, and only the last rows may be odd in number.
void kernel_pair_panels_of_columns(
    float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts);
/// Panels of xᵀ, with x [n, k] in bf16 as a file has them, on a processor that multiplies parts; rows lie `stride` numbers apart,
/// and zeros fill the last 16 of `depth` pairs.
void kernel_bf16_panels_of_rows(float *b, const void *x, size_t stride, size_t n, size_t k, size_t depth);
/// Panels of x, with x [k, n], likewise.
void kernel_bf16_panels_of_columns(float *b, const void *x, size_t stride, size_t k, size_t n, size_t depth);
/// c = a·b, or c + a·b with `keep`: [m, k] · [k, n] with k and b_depth in pairs; products are exact, sums are
/// floats. Parts of (left, right): (1, 1), (2, 1), (3, 1) or (2, 2); with (2, 2) the product of the second
/// parts is left out.
void kernel_multiply_pairs(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep);

// memory.c
/// Makes the allocator keep freed memory, in one arena for all threads.
void kernel_keep_freed_memory(void);
/// Prefetches bytes of memory.
void kernel_fetch(const void *start, size_t bytes);

// reduce.c
float kernel_dot(const float *a, const float *b, size_t n);
/// y[i, j] = a_i · b_j: the dot products of m rows with n rows of k elements, for a small m.
void kernel_dots(float *y, size_t y_stride, const float *a, const float *b, size_t m, size_t n, size_t k);
float kernel_sum(const float *x, size_t n);
/// y += a·x
void kernel_add_scaled(float *y, float a, const float *x, size_t n);
/// y = a + b
void kernel_add(float *y, const float *a, const float *b, size_t n);
/// y = a ⊙ b
void kernel_multiply(float *y, const float *a, const float *b, size_t n);
/// y = a·x
void kernel_scale(float *y, float a, const float *x, size_t n);
/// y = x + bias, each of m rows of n.
void kernel_add_to_rows(float *y, const float *x, const float *bias, size_t m, size_t n);
/// y = x ⊙ w, each of m rows of n.
void kernel_multiply_rows(float *y, const float *x, const float *w, size_t m, size_t n);
/// y += the sum of m rows of n.
void kernel_add_rows(float *y, const float *x, size_t m, size_t n);
/// y_i = a_i · x_i, each of m rows of n.
void kernel_scale_rows(float *y, const float *a, const float *x, size_t m, size_t n);
/// y_i = a_i · b_i, the dot product of each of m rows of n.
void kernel_dot_rows(float *y, const float *a, const float *b, size_t m, size_t n);

// softmax.c
/// y = exp(x)
void kernel_exp(float *y, const float *x, size_t n);
/// x = softmax(x), in place; returns log Σ exp(x).
float kernel_softmax(float *x, size_t n);
/// The same for each of m rows of n.
void kernel_softmax_rows(float *x, size_t m, size_t n);
/// x = exp(x − lse), in place: a softmax whose log-sum-exp is known.
void kernel_softmax_again(float *x, float lse, size_t n);
/// dp = scale · p ⊙ (dp − along), in place.
void kernel_softmax_pullback(float *dp, const float *p, float along, float scale, size_t n);
/// dp = p ⊙ (dp − Σ p ⊙ dp), in place, each of m rows of n.
void kernel_softmax_pullback_rows(float *dp, const float *p, size_t m, size_t n);
/// x = cap · tanh(x / cap), in place.
void kernel_soft_cap(float *x, float cap, size_t n);
/// dx = dx ⊙ (1 − (y / cap)²), in place, with y = cap · tanh(x / cap).
void kernel_soft_cap_pullback(float *dx, const float *y, float cap, size_t n);
/// In place: p: scores s before the cap → p = exp(cap·tanh(s / cap) − lse); dp: gradient at p → dp = scale ·
/// p ⊙ (dp − along) ⊙ (1 − tanh²(s / cap)).
void kernel_capped_softmax_pullback(
    float *dp, float *p, float along, float scale, float lse, float cap, size_t n);
/// Combines attention over two sets of keys, as FlashAttention does: z [n] and lse over the first set,
/// `other` and `sum` over the second, → z and lse over both. The log-sum-exp of no keys is −∞.
void kernel_join_softmax(float *z, float *lse, const float *other, float sum, size_t n);
/// log Σ exp(x)
float kernel_log_sum_exp(const float *x, size_t n);
/// y_i = log Σ exp(x_i), each of m rows of n.
void kernel_log_sum_exp_rows(float *y, const float *x, size_t m, size_t n);

// activation.c: y and dx may not overlap their inputs.
enum kernel_activation { kernel_silu, kernel_gelu, kernel_gelu_tanh, kernel_relu };
/// y = f(x)
void kernel_activate(enum kernel_activation f, float *y, const float *x, size_t n);
/// dx = dy ⊙ f′(x)
void kernel_activate_pullback(enum kernel_activation f, float *dx, const float *dy, const float *x, size_t n);
/// y = f(x) ⊙ u
void kernel_gated(enum kernel_activation f, float *y, const float *x, const float *u, size_t n);
/// dx = dy ⊙ u ⊙ f′(x), du = dy ⊙ f(x)
void kernel_gated_pullback(
    enum kernel_activation f, float *dx, float *du, const float *dy, const float *x, const float *u, size_t n);

// normalization.c: m rows of n; `weight` and `bias` are [n], `mean` and `inverse` [m].
/// y = x / rms(x) ⊙ weight, inverse = 1 / rms(x).
void kernel_rms_norm(
    float *y, float *inverse, const float *x, const float *weight, float epsilon, size_t m, size_t n);
/// dx of the above.
void kernel_rms_norm_pullback(
    float *dx, const float *dy, const float *x, const float *weight, const float *inverse, size_t m, size_t n);
/// y = (x − mean) / sd ⊙ weight + bias, inverse = 1 / sd.
void kernel_layer_norm(
    float *y, float *mean, float *inverse, const float *x, const float *weight, const float *bias, float epsilon,
    size_t m, size_t n);
/// dx of the above.
void kernel_layer_norm_pullback(
    float *dx, const float *dy, const float *x, const float *weight, const float *mean, const float *inverse,
    size_t m, size_t n);
/// dweight += Σ over rows of dy ⊙ (x − mean)·inverse.
void kernel_norm_weight_pullback(
    float *dweight, const float *dy, const float *x, const float *mean, const float *inverse, size_t m, size_t n);

// rotary.c
/// Rotates the pairs (x[i], x[i + half]) of each head of each row by the row's angles, or back.
/// x is [m, heads, d] with 2·half ≤ d; cosine and sine are [m, half].
void kernel_rotate(
    float *y, const float *x, const float *cosine, const float *sine, int back, size_t m, size_t heads, size_t d,
    size_t half);

// dropout.c
/// Dropout of m rows of n: zeroes each element with a probability and divides the rest by 1 − probability.
/// The mask depends on the row's seed, the salt and the column.
void kernel_dropout(
    float *y, const float *x, const uint64_t *seeds, uint64_t salt, float probability, size_t m, size_t n);

// adamw.c
/// The settings of one AdamW step; corrections are 1 − betaᵗ.
struct adamw {
    float rate, decay, beta1, beta2, epsilon, correction1, correction2;
};
/// y = the n weights x after a step with the gradients times clip; updates both moments.
void kernel_adamw(
    float *y, const float *x, float *mean, float *square, const float *gradient, float clip, struct adamw step,
    size_t n);
/// Σ x²
double kernel_sum_of_squares(const float *x, size_t n);

#include "dequantize.h"
