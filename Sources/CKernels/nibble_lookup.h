#pragma once
#include <stddef.h>
#include <stdint.h>
#include "half.h"

// A 4-bit number has 16 possible values. With AVX-512 the 16 floats they stand for are computed once per
// block, kept in one register, and looked up by a permute instruction.

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,f16c")))

/// 0 to 15.
WIDE static inline __m512 zero_to_fifteen(void) {
    return _mm512_set_ps(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/// A half in all places.
WIDE static inline __m512 everywhere(const uint8_t *half) { return _mm512_set1_ps(_cvtsh_ss(read_u16(half))); }

/// Looks up the low nibbles of 16 bytes in one table and the high nibbles in another.
WIDE static inline void look_up(
    float *low, float *high, __m512 low_values, __m512 high_values, const uint8_t *bytes) {
    __m512i q = _mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)bytes));
    _mm512_storeu_ps(low, _mm512_permutexvar_ps(q, low_values));  // by the four lowest bits
    _mm512_storeu_ps(high, _mm512_permutexvar_ps(_mm512_srli_epi32(q, 4), high_values));
}
#endif

static inline int looks_up(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("f16c");
#else
    return 0;
#endif
}
