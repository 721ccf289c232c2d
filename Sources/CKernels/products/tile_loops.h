#pragma once
#include <stddef.h>

// The loops around a microkernel: strips of the left side times panels of the right side. They do not depend
// on what strips and panels hold: floats, or pairs of bf16 in the place of a float.

/// A microkernel: c (+)= a·b for `rows` rows of a strip, at most its height, and one panel, both of depth k.
typedef void tile_function(
    size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep);

enum { tallest = 32, widest = 32 };

static inline size_t least(size_t a, size_t b) { return a < b ? a : b; }

/// A tile at the edge of c, which has fewer columns than the panel or fewer rows than are computed: by way of
/// a buffer.
static inline void cut_tile(
    tile_function tile, size_t computed, size_t width, size_t columns, size_t rows, float *c, size_t c_stride,
    const float *a, const float *b, size_t k, int keep) {
    float whole[tallest * widest];
    tile(computed, whole, width, a, b, k, 0);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++)
            c[i * c_stride + j] = (keep ? c[i * c_stride + j] : 0) + whole[i * width + j];
}

/// c (+)= a·b, [m, k] · [k, n]. A block of strips stays in the L2 cache while all panels are used, one after
/// the other. Strips have a depth of `a_depth` and panels of `b_depth`, in floats; b points to the first row
/// of the panels to use, and k rows are used. `is_whole`: the microkernel always computes whole strips.
static inline void sweep(
    tile_function tile, size_t height, size_t width, int is_whole, float *c, size_t c_stride, const float *a,
    size_t a_depth, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    enum { cached = 1 << 16 };  // numbers of a block of a: 256 KB, half of a small L2 cache
    size_t block = cached / a_depth / height * height + height;
    for (size_t start = 0; start < m; start += block)
        for (size_t j = 0; j < n; j += width)
            for (size_t i = start; i < least(start + block, m); i += height) {
                size_t rows = least(height, least(start + block, m) - i), columns = least(width, n - j);
                size_t computed = is_whole ? height : rows;
                float *corner = c + i * c_stride + j;
                if (columns == width && rows == computed)
                    tile(rows, corner, c_stride, a + i * a_depth, b + j * b_depth, k, keep);
                else
                    cut_tile(tile, computed, width, columns, rows, corner, c_stride, a + i * a_depth, b + j * b_depth, k, keep);
            }
}
