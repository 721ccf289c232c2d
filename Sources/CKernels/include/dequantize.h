#pragma once

#include <stddef.h>
#include <stdint.h>

// Stored weights to float, one function a format. `blocks` may be unaligned; `y` receives `blockCount` times the
// block's number of elements. Products and sums are rounded separately, as the reference implementation rounds
// them, so results agree bit for bit (a NaN may differ in its payload).

/// 1 element, 2 bytes: IEEE half precision.
void dequantize_f16(const uint8_t *blocks, float *y, size_t blockCount);

/// 1 element, 2 bytes: the upper half of a float.
void dequantize_bf16(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 18 bytes: half d; 16 bytes q. y = d (q - 8); low nibbles are the first 16 elements.
void dequantize_q4_0(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 20 bytes: half d, half m; 16 bytes q. y = d q + m; low nibbles are the first 16 elements.
void dequantize_q4_1(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 34 bytes: half d; 32 signed bytes q. y = d q.
void dequantize_q8_0(const uint8_t *blocks, float *y, size_t blockCount);
