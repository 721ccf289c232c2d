#pragma once
#include "sweep.h"

// Tiles of bf16 by Intel's AMX, which multiplies 16 rows of 16 pairs by 16 pairs of 16 columns in one instruction. A strip of
// 32 rows lies 16 pairs at a time, row after row, and so do the left 16 columns of a panel and then its right ones: what a
// register takes is in one piece. A depth is a multiple of 16 pairs. Of the last strip all rows are computed.

enum { amx_height = 32, amx_depth = 16, amx_width = 16, amx_block = amx_depth * amx_width };

/// Whether this processor has it and the system lets this process use it.
int runs_amx(void);

/// Strips of x, with x [m, k]; zeros follow up to `depth` pairs.
void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth);

/// Strips of xᵀ, with x [k, m], likewise.
void amx_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth);

/// c (+)= a·b, of strips and panels.
void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep);
