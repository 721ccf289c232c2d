#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"
#include "iq4_table.h"

EACH_CPU void dequantize_iq4_nl(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 18, y += 32) {
        float d = float_from_half(read_u16(blocks));
        int8_t q[32];
        nibbles(blocks + 2, q);
        for (int j = 0; j < 32; j++) y[j] = d * (float)UNEVEN[q[j]];
    }
}
