#pragma once
#include "tile_loops.h"

// Tiles of bf16 by Intel's AMX, which multiplies 16 rows of 16 pairs by 16 pairs of 16 columns in one instruction. A strip of
// 32 rows lies 16 pairs at a time, row after row, and so do the left 16 columns of a panel and then its right ones: what a
// register takes is in one piece. A depth is a multiple of 16 pairs. Of the last strip all rows are computed.
//
// A float is the sum of three bf16: the nearest one, the one nearest to what that leaves, and what is left then; the first two
// are 17 of its 24 bits. Where numbers are cut into such parts, the first parts of 16 pairs lie before their second parts, and
// those before their third. A number that no bf16 is near, beyond 3.3e38, becomes NaN there.

enum { amx_height = 32, amx_depth = 16, amx_width = 16, amx_block = amx_depth * amx_width };

/// Whether this processor has it and the system lets this process use it.
int runs_amx(void);

// amx_layout.c

/// Strips of x, with x [m, k], in so many parts; zeros follow up to `depth` pairs.
void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// Strips of xᵀ, with x [k, m], likewise.
void amx_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth, size_t parts);
/// k rows of panels of xᵀ, with x [n, k]; the panels are `depth` pairs deep, and zeros fill the last 16.
void amx_panels_of_rows(float *b, const float *x, size_t stride, size_t n, size_t k, size_t depth, size_t parts);
/// k rows of panels of x, with x [k, n], likewise.
void amx_panels_of_columns(float *b, const float *x, size_t stride, size_t k, size_t n, size_t depth, size_t parts);

// amx.c

/// c (+)= a·b, of strips and panels, the left side in one part, in two or in three, the right one in one, or in two beside two. The
/// product of two second parts is left out: it is below the bits that there are.
void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep);
