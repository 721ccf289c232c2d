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

/// 32 elements, 22 bytes: half d; 4 bytes of fifth bits; 16 bytes q. y = d (q - 16).
void dequantize_q5_0(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 24 bytes: half d, half m; 4 bytes of fifth bits; 16 bytes q. y = d q + m.
void dequantize_q5_1(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 34 bytes: half d; 32 signed bytes q. y = d q.
void dequantize_q8_0(const uint8_t *blocks, float *y, size_t blockCount);

/// 256 elements, 144 bytes: half d, half dmin; 12 bytes with a 6-bit scale s and minimum m for each 32 elements; 128
/// bytes q, low nibbles of 32 bytes before their high ones. y = (d s) q - (dmin m).
void dequantize_q4_k(const uint8_t *blocks, float *y, size_t blockCount);

/// 256 elements, 176 bytes: as q4_k, with 32 bytes of fifth bits before q: bit k is for sub-block k.
void dequantize_q5_k(const uint8_t *blocks, float *y, size_t blockCount);

/// 256 elements, 210 bytes: 128 bytes of low nibbles, 64 bytes of upper bit pairs, a signed byte s for each 16
/// elements, half d. y = (d s) (q - 32).
void dequantize_q6_k(const uint8_t *blocks, float *y, size_t blockCount);
