#pragma once
#include <stddef.h>
#include <stdint.h>

// Loops that Swift will not vectorise: sums whose order may change, and everything with an exponential.
// Rows are contiguous. No function allocates; none keeps a pointer.

// products.c
/// The name of the OpenBLAS kernels in use: the widest that this processor runs, chosen before the program begins.
const char *kernel_products(void);

// panels.c: what the sides of a product are copied or expanded into. A strip of the left side holds as many rows as it is
// high, column after column, and has no numbers where there are no more rows. A panel of the right side holds as many
// columns as it is wide, row after row, zeros where there are no more columns; the first must lie at a multiple of 64 bytes.
/// Whether products in panels are to be preferred to OpenBLAS: the processor runs them, and nobody named its kernels.
int kernel_prefers_panels(void);
/// What multiplies panels.
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
/// c = a·b, or c + a·b when it keeps what is there: [m, k] · [k, n], with a in strips and b in panels `b_depth` rows
/// deep, of which b begins with the first that counts.
///
/// The sums of a row do not depend on the other rows.
void kernel_multiply_panels(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep);
/// y = xᵀ, with x [m, n].
void kernel_transpose(float *y, size_t y_stride, const float *x, size_t x_stride, size_t m, size_t n);

// pairs.c: the same in bf16, two neighbours along k in the room of a float, the first in its lower half. Depths are counted
// in pairs, those of one part where a processor with AMX has numbers in parts: a float is the sum of three bf16.
enum { kernel_pair_width = 32 };
/// 32 on a processor with AMX, else 12.
size_t kernel_pair_strip_height(void);
/// What depths must be a multiple of, in pairs: 16 on a processor with AMX, else 1.
size_t kernel_pair_depth_unit(void);
/// Whether it multiplies numbers in parts.
int kernel_multiplies_parts(void);
/// Whether this processor multiplies pairs by an instruction of its own, faster than floats.
int kernel_runs_pairs(void);
/// What multiplies pairs.
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
/// c = a·b, or c + a·b: [m, k] · [k, n] with k and b_depth in pairs; products are exact, sums are floats. The left side is in one
/// part, in two or in three, the right one in one, or in two beside two, of which the product of the second parts is left out.
void kernel_multiply_pairs(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep);

// memory.c
/// Has the allocator keep what is freed, in one place for all threads.
void kernel_keep_freed_memory(void);
/// Asks for bytes of memory ahead of use.
void kernel_fetch(const void *start, size_t bytes);

// reduce.c
float kernel_dot(const float *a, const float *b, size_t n);
/// y[i, j] = a_i · b_j, the dot products of m rows with n rows, all of k: for an m that is small.
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
/// Of scores s before the cap in `p` and the slope at their softmax in `dp`: p = exp(cap·tanh(s / cap) − lse), and
/// dp = scale · p ⊙ (dp − along) ⊙ (1 − tanh²(s / cap)), both in place.
void kernel_capped_softmax_pullback(
    float *dp, float *p, float along, float scale, float lse, float cap, size_t n);
/// What a softmax over some keys reads, n numbers, and its log-sum-exp become those over more keys, of which the others
/// alone gave `other` and `sum`; −∞ is that of no keys.
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
/// Zeroes each number with a probability and divides the rest by what remains of it, each of m rows of n; a row's
/// draws depend on its seed, the salt and the column.
void kernel_dropout(
    float *y, const float *x, const uint64_t *seeds, uint64_t salt, float probability, size_t m, size_t n);

// adamw.c
/// What one step of AdamW is made of; corrections are 1 − betaᵗ.
struct adamw {
    float rate, decay, beta1, beta2, epsilon, correction1, correction2;
};
/// y = the weights x after a step with n gradients times clip; both moments are brought up to date.
void kernel_adamw(
    float *y, const float *x, float *mean, float *square, const float *gradient, float clip, struct adamw step,
    size_t n);
/// Σ x²
double kernel_sum_of_squares(const float *x, size_t n);

#include "dequantize.h"
