#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q3_k(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 110) {
        float d = float_from_half(read_u16(blocks + 108));
        const uint8_t *scales = blocks + 96;
        for (int k = 0; k < 16; k++, y += 16) {
            int low = scales[k % 8] >> (k / 8 * 4) & 15, high = scales[8 + k % 4] >> (k / 4 * 2) & 3;
            float step = d * (float)((low | high << 4) - 32);
            const uint8_t *third = blocks + k % 2 * 16;
            const uint8_t *q = blocks + 32 + k / 8 * 32 + k % 2 * 16;
            int shift = k % 8 / 2 * 2;
            for (int j = 0; j < 16; j++) {
                y[j] = step * (float)((q[j] >> shift & 3) + (third[j] >> k / 2 & 1) * 4 - 4);
            }
        }
    }
}
