#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q8_0(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 34, y += 32) {
        float d = float_from_half(read_u16(blocks));
        for (int j = 0; j < 32; j++) y[j] = d * (float)(int8_t)blocks[2 + j];
    }
}
