#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_q6_k(const uint8_t *blocks, float *restrict y, size_t blockCount) {
    for (; blockCount > 0; blockCount--, blocks += 210) {
        float d = float_from_half(read_u16(blocks + 208));
        const int8_t *scales = (const int8_t *)blocks + 192;
        for (int k = 0; k < 8; k++, y += 32) {
            const uint8_t *low = blocks + k / 4 * 64 + k % 2 * 32;
            const uint8_t *high = blocks + 128 + k / 4 * 32;
            int lowShift = k % 4 / 2 * 4, highShift = k % 4 * 2;
            float first = d * (float)scales[2 * k], second = d * (float)scales[2 * k + 1];
            for (int j = 0; j < 32; j++) {
                int q = (low[j] >> lowShift & 15) | (high[j] >> highShift & 3) << 4;
                y[j] = (j < 16 ? first : second) * (float)(q - 32);
            }
        }
    }
}
