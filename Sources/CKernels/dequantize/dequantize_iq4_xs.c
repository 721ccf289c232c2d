#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"
#include "iq4_table.h"

EACH_CPU void dequantize_iq4_xs(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 136) {
        float d = float_from_half(read_u16(blocks));
        int highs = read_u16(blocks + 2);
        for (int k = 0; k < 8; k++, y += 32) {
            int low = blocks[4 + k / 2] >> (k % 2 * 4) & 15, high = highs >> (2 * k) & 3;
            float step = d * (float)((low | high << 4) - 32);
            int8_t q[32];
            nibbles(blocks + 8 + 16 * k, q);
            for (int j = 0; j < 32; j++) y[j] = step * (float)UNEVEN[q[j]];
        }
    }
}
