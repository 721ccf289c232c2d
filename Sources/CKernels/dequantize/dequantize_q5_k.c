#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q5_k(const uint8_t *blocks, float *restrict y, size_t blockCount) {
#pragma clang fp contract(off)
    for (; blockCount > 0; blockCount--, blocks += 176) {
        float d = float_from_half(read_u16(blocks));
        float dmin = float_from_half(read_u16(blocks + 2));
        const uint8_t *fifth = blocks + 16;
        for (int k = 0; k < 8; k++, y += 32) {
            uint8_t scale, minimum;
            scale_and_minimum(blocks + 4, k, &scale, &minimum);
            float step = d * (float)scale, offset = dmin * (float)minimum;
            const uint8_t *q = blocks + 48 + k / 2 * 32;
            int shift = k % 2 * 4;
            for (int j = 0; j < 32; j++) {
                y[j] = step * (float)((q[j] >> shift & 15) | (fifth[j] >> k & 1) << 4) - offset;
            }
        }
    }
}
