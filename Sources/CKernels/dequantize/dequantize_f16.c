#include "dequantize.h"
#include "each_cpu.h"
#include "half.h"

EACH_CPU void dequantize_f16(const uint8_t *blocks, float *y, size_t blockCount) {
    for (size_t i = 0; i < blockCount; i++) y[i] = float_from_half(read_u16(blocks + 2 * i));
}
