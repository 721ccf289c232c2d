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

/// 256 elements, 84 bytes: a byte for each 16 elements, scale s in its low nibble and minimum m in its high one; 64
/// bytes q, the lowest bit pairs of 32 bytes first; half d, half dmin. y = (d s) q - (dmin m).
void dequantize_q2_k(const uint8_t *blocks, float *y, size_t blockCount);

/// 256 elements, 110 bytes: 32 bytes of third bits, bit k for elements 32 k on; 64 bytes q as in q2_k; 12 bytes with a
/// 6-bit scale s for each 16 elements; half d. y = (d (s - 32)) (q - 4).
void dequantize_q3_k(const uint8_t *blocks, float *y, size_t blockCount);

/// 32 elements, 18 bytes: half d; 16 bytes q. y = d t[q] with a table t; low nibbles are the first 16 elements.
void dequantize_iq4_nl(const uint8_t *blocks, float *y, size_t blockCount);

/// 256 elements, 136 bytes: half d; 16 bits with the upper two bits of 8 scales, 4 bytes with their nibbles; 8 times 16
/// bytes q. y = (d (s - 32)) t[q], nibbles and table as in iq4_nl.
void dequantize_iq4_xs(const uint8_t *blocks, float *y, size_t blockCount);
