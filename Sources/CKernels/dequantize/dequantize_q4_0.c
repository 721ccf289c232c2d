#include "dequantize.h"
#include "each_cpu.h"
#include "nibble_lookup.h"

EACH_CPU static void plain(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 18, y += 32) {
        float d = float_from_half(read_u16(blocks));
        int8_t q[32];
        nibbles(blocks + 2, q);
        for (int j = 0; j < 32; j++) y[j] = d * (float)(q[j] - 8);
    }
}

#if defined(__x86_64__)
WIDE static void wide(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    __m512 steps = _mm512_sub_ps(zero_to_fifteen(), _mm512_set1_ps(8));
    for (; blockCount > 0; blockCount--, blocks += 18, y += 32) {
        __m512 values = _mm512_mul_ps(everywhere(blocks), steps);
        look_up(y, y + 16, values, values, blocks + 2);
    }
}
#else
#define wide plain
#endif

void dequantize_q4_0(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    (looks_up() ? wide : plain)(blocks, y, blockCount);
}
