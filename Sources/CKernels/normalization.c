#include <math.h>
#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU float kernel_rms_norm(
    float *restrict y, const float *restrict x, const float *restrict weight, float epsilon, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float squares = 0;
    for (size_t i = 0; i < n; i++) squares += x[i] * x[i];
    float inverse = 1.0f / sqrtf(squares / (float)n + epsilon);
    for (size_t i = 0; i < n; i++) y[i] = x[i] * inverse * weight[i];
    return inverse;
}

EACH_CPU void kernel_rms_norm_pullback(
    float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict weight,
    float inverse, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float along = 0;  // Σ dy·weight·x
    for (size_t i = 0; i < n; i++) along += dy[i] * weight[i] * x[i];
    float pull = along * inverse * inverse * inverse / (float)n;
    for (size_t i = 0; i < n; i++) dx[i] = inverse * dy[i] * weight[i] - pull * x[i];
}

EACH_CPU void kernel_layer_norm(
    float *restrict y, float *mean, float *inverse, const float *restrict x, const float *restrict weight,
    const float *restrict bias, float epsilon, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float sum = 0, squares = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    float m = sum / (float)n;
    for (size_t i = 0; i < n; i++) squares += (x[i] - m) * (x[i] - m);
    float r = 1.0f / sqrtf(squares / (float)n + epsilon);
    for (size_t i = 0; i < n; i++) y[i] = (x[i] - m) * r * weight[i] + bias[i];
    *mean = m;
    *inverse = r;
}

EACH_CPU void kernel_layer_norm_pullback(
    float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict weight,
    float mean, float inverse, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float sum = 0, along = 0;  // Σ g and Σ g·x̂, with g = dy·weight
    for (size_t i = 0; i < n; i++) {
        sum += dy[i] * weight[i];
        along += dy[i] * weight[i] * (x[i] - mean) * inverse;
    }
    sum /= (float)n;
    along /= (float)n;
    for (size_t i = 0; i < n; i++) {
        dx[i] = inverse * (dy[i] * weight[i] - sum - (x[i] - mean) * inverse * along);
    }
}
