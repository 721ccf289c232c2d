#include "dequantize.h"
#include "each_cpu.h"
#include "nibble_lookup.h"

#pragma clang fp contract(off)

EACH_CPU static void plain(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 144) {
        float d = float_from_half(read_u16(blocks));
        float dmin = float_from_half(read_u16(blocks + 2));
        for (int k = 0; k < 8; k++, y += 32) {
            uint8_t scale, minimum;
            scale_and_minimum(blocks + 4, k, &scale, &minimum);
            float step = d * (float)scale, offset = dmin * (float)minimum;
            const uint8_t *q = blocks + 16 + k / 2 * 32;
            int shift = k % 2 * 4;
            for (int j = 0; j < 32; j++) y[j] = step * (float)(q[j] >> shift & 15) - offset;
        }
    }
}

#if defined(__x86_64__)
/// The values of sub-block k.
WIDE static inline __m512 values(const uint8_t *block, int k) {
    uint8_t scale, minimum;
    scale_and_minimum(block + 4, k, &scale, &minimum);
    __m512 step = _mm512_mul_ps(everywhere(block), _mm512_set1_ps(scale));
    __m512 offset = _mm512_mul_ps(everywhere(block + 2), _mm512_set1_ps(minimum));
    return _mm512_sub_ps(_mm512_mul_ps(step, zero_to_fifteen()), offset);
}

WIDE static void wide(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 144)
        for (int k = 0; k < 8; k += 2, y += 64) {
            __m512 low = values(blocks, k), high = values(blocks, k + 1);
            for (int j = 0; j < 32; j += 16) look_up(y + j, y + 32 + j, low, high, blocks + 16 + k * 16 + j);
        }
}
#else
#define wide plain
#endif

void dequantize_q4_k(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    (looks_up() ? wide : plain)(blocks, y, blockCount);
}
