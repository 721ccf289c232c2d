#include <math.h>
#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU void kernel_adamw(
    float *restrict y, const float *restrict x, float *restrict mean, float *restrict square,
    const float *restrict gradient, float clip, struct adamw step, size_t n) {
#pragma clang fp contract(fast)
    float decay = 1.0f - step.rate * step.decay;
    float rate = step.rate / step.correction1, root = 1.0f / sqrtf(step.correction2);
    for (size_t i = 0; i < n; i++) {
        float g = clip * gradient[i];
        float m = step.beta1 * mean[i] + (1.0f - step.beta1) * g;
        float v = step.beta2 * square[i] + (1.0f - step.beta2) * g * g;
        mean[i] = m;
        square[i] = v;
        y[i] = decay * x[i] - rate * m / (sqrtf(v) * root + step.epsilon);
    }
}

EACH_CPU double kernel_sum_of_squares(const float *x, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * x[i];
    return sum;
}
