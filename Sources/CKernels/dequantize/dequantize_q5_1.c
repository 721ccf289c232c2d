#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q5_1(const uint8_t *blocks, float *restrict y, size_t blockCount) {
#pragma clang fp contract(off)
    for (; blockCount > 0; blockCount--, blocks += 24, y += 32) {
        float d = float_from_half(read_u16(blocks));
        float m = float_from_half(read_u16(blocks + 2));
        int8_t q[32];
        nibbles(blocks + 8, q);
        fifth_bits(blocks + 4, q);
        for (int j = 0; j < 32; j++) y[j] = d * (float)q[j] + m;
    }
}
