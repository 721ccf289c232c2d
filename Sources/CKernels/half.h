#pragma once

#include <stdint.h>
#include <string.h>

static inline float float_from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline uint16_t read_u16(const uint8_t *bytes) {
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return value;
}

/// IEEE half to float with integer steps and one exact product, so that it vectorises without F16C.
///
/// The 15 low bits moved up by 13 are a float whose exponent is too small by 127 - 15 = 112; the product with 2^112
/// repairs it and makes subnormal halves normal. Infinity and NaN (exponent 31) get the all-ones exponent instead.
static inline float float_from_half(uint16_t half) {
    uint32_t magnitude = (uint32_t)(half & 0x7fff) << 13;
    float scaled = float_from_bits(magnitude) * 0x1p112f;
    uint32_t bits;
    memcpy(&bits, &scaled, sizeof bits);
    bits = magnitude >= 0x0f800000 ? magnitude | 0x7f800000 : bits;
    return float_from_bits(bits | (uint32_t)(half & 0x8000) << 16);
}

/// The 32 four-bit numbers of 16 bytes: first the low halves, then the high ones.
static inline void nibbles(const uint8_t *bytes, int8_t *q) {
    for (int j = 0; j < 16; j++) q[j] = bytes[j] & 15;
    for (int j = 0; j < 16; j++) q[16 + j] = bytes[j] >> 4;
}

/// Adds bit j of 4 bytes to number j as its fifth bit.
static inline void fifth_bits(const uint8_t *bytes, int8_t *q) {
    for (int j = 0; j < 32; j++) q[j] |= (bytes[j / 8] >> (j % 8) & 1) << 4;
}

/// The 6-bit scale and minimum of sub-block k, of 8 that are packed into 12 bytes: the first four in the low bits of
/// bytes 0-3 and 4-7, the others in the nibbles of bytes 8-11 with their upper two bits where the first left room.
static inline void scale_and_minimum(const uint8_t *packed, int k, uint8_t *scale, uint8_t *minimum) {
    if (k < 4) {
        *scale = packed[k] & 63;
        *minimum = packed[k + 4] & 63;
    } else {
        *scale = (packed[k + 4] & 15) | (packed[k - 4] >> 6) << 4;
        *minimum = packed[k + 4] >> 4 | (packed[k] >> 6) << 4;
    }
}
