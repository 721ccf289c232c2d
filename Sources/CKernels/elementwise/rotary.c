#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU void kernel_rotate(
    float *restrict y, const float *restrict x, const float *restrict cosine, const float *restrict sine,
    int back, size_t m, size_t heads, size_t d, size_t half) {
#pragma clang fp contract(fast)
    float sign = back ? -1.0f : 1.0f;
    for (size_t r = 0; r < m; r++) {
        const float *c = cosine + r * half, *s = sine + r * half;
        for (size_t h = 0; h < heads; h++, x += d, y += d) {
            for (size_t i = 0; i < half; i++) {
                y[i] = x[i] * c[i] - x[i + half] * (sign * s[i]);
                y[i + half] = x[i + half] * c[i] + x[i] * (sign * s[i]);
            }
            for (size_t i = 2 * half; i < d; i++) y[i] = x[i];
        }
    }
}
