#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q2_k(const uint8_t *blocks, float *restrict y, size_t blockCount) {
#pragma clang fp contract(off)
    for (; blockCount > 0; blockCount--, blocks += 84) {
        float d = float_from_half(read_u16(blocks + 80));
        float dmin = float_from_half(read_u16(blocks + 82));
        for (int k = 0; k < 16; k++, y += 16) {
            float step = d * (float)(blocks[k] & 15), offset = dmin * (float)(blocks[k] >> 4);
            const uint8_t *q = blocks + 16 + k / 8 * 32 + k % 2 * 16;
            int shift = k % 8 / 2 * 2;
            for (int j = 0; j < 16; j++) y[j] = step * (float)(q[j] >> shift & 3) - offset;
        }
    }
}
