#pragma once
#include "tile_loops.h"

// The bf16 microkernel for Intel's AMX. One instruction, TDPBF16PS, multiplies a tile register of 16 rows by
// 16 pairs with one of 16 pairs by 16 columns, and adds to 16 x 16 floats. A tile of c is 32 x 32:
//
//                                   register 6      | register 7          b: 16 pairs x 16 columns each
//     register 4 (rows 0-15)        register 0      | register 1          c: 16 x 16 sums each
//     register 5 (rows 16-31)       register 2      | register 3
//     a: 16 rows x 16 pairs each
//
// What one register loads is contiguous. So a strip of 32 rows is stored 16 pairs at a time, row after row; a
// panel is stored 16 pairs at a time, its left 16 columns before its right 16. Depths are padded with zeros
// to a multiple of 16 pairs. The last strip has room for 32 rows; rows beyond the last are computed and dropped.
//
// Parts: a float is exactly the sum of three bf16 (the nearest bf16, the nearest to the remainder, and the
// rest). The first two have 17 of its 24 bits. Numbers in parts are stored 16 pairs at a time: the first
// parts, then the second, then the third. A number beyond 3.3e38, which has no finite nearest bf16, becomes
// NaN.

enum { amx_height = 32, amx_depth = 16, amx_width = 16, amx_block = amx_depth * amx_width };

/// Whether this processor has it and the system lets this process use it.
int runs_amx(void);

// amx_layout.c

/// Packs x [m, k] into strips, each number in so many parts; zeros follow up to `depth` pairs.
void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// The same for xᵀ, with x [k, m].
void amx_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// Packs xᵀ, with x [n, k], into k rows of panels that are `depth` pairs deep; zeros fill the last 16 pairs.
void amx_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts);
/// The same for x [k, n].
void amx_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts);

// amx.c

/// c (+)= a·b of packed strips and panels. Parts of (a, b): (1, 1) bf16; (2, 2) bf16x3; (2, 1) and (3, 1) a
/// bf16 weight. The product of two second parts is left out, because it is below the precision of two parts.
void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep);
