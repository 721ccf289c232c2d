#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU void kernel_rotate(
    float *restrict y, const float *restrict x, const float *restrict cosine, const float *restrict sine,
    size_t half) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < half; i++) {
        y[i] = x[i] * cosine[i] - x[i + half] * sine[i];
        y[i + half] = x[i + half] * cosine[i] + x[i] * sine[i];
    }
}

EACH_CPU void kernel_rotate_back(
    float *restrict y, const float *restrict x, const float *restrict cosine, const float *restrict sine,
    size_t half) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < half; i++) {
        y[i] = x[i] * cosine[i] + x[i + half] * sine[i];
        y[i + half] = x[i + half] * cosine[i] - x[i] * sine[i];
    }
}
