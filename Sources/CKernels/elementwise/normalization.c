#include <math.h>
#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU void kernel_rms_norm(
    float *restrict y, float *restrict inverse, const float *restrict x, const float *restrict weight, float epsilon,
    size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++, x += n, y += n) {
        float squares = 0;
        for (size_t i = 0; i < n; i++) squares += x[i] * x[i];
        float scale = 1.0f / sqrtf(squares / (float)n + epsilon);
        for (size_t i = 0; i < n; i++) y[i] = x[i] * scale * weight[i];
        inverse[r] = scale;
    }
}

EACH_CPU void kernel_rms_norm_pullback(
    float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict weight,
    const float *restrict inverse, size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++, dx += n, dy += n, x += n) {
        float along = 0, scale = inverse[r];  // along = Σ dy·weight·x
        for (size_t i = 0; i < n; i++) along += dy[i] * weight[i] * x[i];
        float pull = along * scale * scale * scale / (float)n;
        for (size_t i = 0; i < n; i++) dx[i] = scale * dy[i] * weight[i] - pull * x[i];
    }
}

EACH_CPU void kernel_layer_norm(
    float *restrict y, float *restrict mean, float *restrict inverse, const float *restrict x,
    const float *restrict weight, const float *restrict bias, float epsilon, size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++, x += n, y += n) {
        float sum = 0, squares = 0;
        for (size_t i = 0; i < n; i++) sum += x[i];
        float center = sum / (float)n;
        for (size_t i = 0; i < n; i++) squares += (x[i] - center) * (x[i] - center);
        float scale = 1.0f / sqrtf(squares / (float)n + epsilon);
        for (size_t i = 0; i < n; i++) y[i] = (x[i] - center) * scale * weight[i] + bias[i];
        mean[r] = center;
        inverse[r] = scale;
    }
}

EACH_CPU void kernel_layer_norm_pullback(
    float *restrict dx, const float *restrict dy, const float *restrict x, const float *restrict weight,
    const float *restrict mean, const float *restrict inverse, size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++, dx += n, dy += n, x += n) {
        float sum = 0, along = 0, center = mean[r], scale = inverse[r];  // Σ g and Σ g·x̂, g = dy·weight
        for (size_t i = 0; i < n; i++) {
            sum += dy[i] * weight[i];
            along += dy[i] * weight[i] * (x[i] - center) * scale;
        }
        sum /= (float)n;
        along /= (float)n;
        for (size_t i = 0; i < n; i++) {
            dx[i] = scale * (dy[i] * weight[i] - sum - (x[i] - center) * scale * along);
        }
    }
}

EACH_CPU void kernel_norm_weight_pullback(
    float *restrict dweight, const float *restrict dy, const float *restrict x, const float *restrict mean,
    const float *restrict inverse, size_t m, size_t n) {
#pragma clang fp contract(fast)
    for (size_t r = 0; r < m; r++, dy += n, x += n) {
        for (size_t i = 0; i < n; i++) dweight[i] += dy[i] * (x[i] - mean[r]) * inverse[r];
    }
}
