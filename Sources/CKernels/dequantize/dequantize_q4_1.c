#include "dequantize.h"
#include "each_cpu.h"
#include "nibble_lookup.h"

#pragma clang fp contract(off)

EACH_CPU static void plain(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 20, y += 32) {
        float d = float_from_half(read_u16(blocks));
        float m = float_from_half(read_u16(blocks + 2));
        int8_t q[32];
        nibbles(blocks + 4, q);
        for (int j = 0; j < 32; j++) y[j] = d * (float)q[j] + m;
    }
}

#if defined(__x86_64__)
WIDE static void wide(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    __m512 steps = zero_to_fifteen();
    for (; blockCount > 0; blockCount--, blocks += 20, y += 32) {
        __m512 values = _mm512_add_ps(_mm512_mul_ps(everywhere(blocks), steps), everywhere(blocks + 2));
        look_up(y, y + 16, values, values, blocks + 4);
    }
}
#else
#define wide plain
#endif

void dequantize_q4_1(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    (looks_up() ? wide : plain)(blocks, y, blockCount);
}
