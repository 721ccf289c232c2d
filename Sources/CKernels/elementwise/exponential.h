#pragma once
#include <stdint.h>
#include <string.h>
#include "each_cpu.h"

/// exp(x) with a relative error below 3e-7; 0 below −87.3 and infinity above 88.7. Straight-line code, so that
/// loops over it vectorise.
INLINE float exponential(float x) {
#pragma clang fp contract(fast)
    float clamped = x < -87.3f ? -87.3f : x;
    clamped = clamped > 88.7f ? 88.7f : clamped;
    float n = __builtin_rintf(clamped * 1.44269504f);
    float r = clamped - n * 0.693359375f;  // ln 2 in two parts, the first exact in few bits
    r = r + n * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    p = p * r * r + r + 1.0f;
    int32_t bits = ((int32_t)n + 127) << 23;  // 2ⁿ; n is −126 … 128
    float half = 1.0f;
    if (n > 127.0f) {  // 2¹²⁸ is no float: take the last doubling apart
        bits = 254 << 23;
        half = 2.0f;
    }
    float power;
    memcpy(&power, &bits, sizeof power);
    float y = p * power * half;
    y = x < -87.3f ? 0.0f : y;
    y = x > 88.7f ? __builtin_inff() : y;
    return x == x ? y : x;
}
