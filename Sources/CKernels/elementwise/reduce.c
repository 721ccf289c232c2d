#include "CKernels.h"
#include "each_cpu.h"

EACH_CPU float kernel_dot(const float *a, const float *b, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

EACH_CPU void kernel_dots(
    float *y, size_t y_stride, const float *a, const float *b, size_t m, size_t n, size_t k) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < m; i++) {
            float sum = 0;
            for (size_t p = 0; p < k; p++) sum += a[i * k + p] * b[j * k + p];
            y[i * y_stride + j] = sum;
        }
    }
}

EACH_CPU float kernel_sum(const float *x, size_t n) {
#pragma clang fp reassociate(on)
    float sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum;
}

EACH_CPU void kernel_add_scaled(float *y, float a, const float *x, size_t n) {
#pragma clang fp contract(fast)
    for (size_t i = 0; i < n; i++) y[i] += a * x[i];
}

EACH_CPU void kernel_add(float *y, const float *a, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] + b[i];
}

EACH_CPU void kernel_multiply(float *y, const float *a, const float *b, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a[i] * b[i];
}

EACH_CPU void kernel_scale(float *y, float a, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = a * x[i];
}

EACH_CPU void kernel_add_to_rows(float *y, const float *x, const float *bias, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) {
        for (size_t i = 0; i < n; i++) y[r * n + i] = x[r * n + i] + bias[i];
    }
}

EACH_CPU void kernel_add_rows(float *y, const float *x, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) {
        for (size_t i = 0; i < n; i++) y[i] += x[r * n + i];
    }
}

EACH_CPU void kernel_scale_rows(float *y, const float *a, const float *x, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) {
        for (size_t i = 0; i < n; i++) y[r * n + i] = a[r] * x[r * n + i];
    }
}

EACH_CPU void kernel_dot_rows(float *y, const float *a, const float *b, size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++) {
        float sum = 0;
        for (size_t i = 0; i < n; i++) sum += a[r * n + i] * b[r * n + i];
        y[r] = sum;
    }
}

EACH_CPU void kernel_multiply_rows(float *y, const float *x, const float *w, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) {
        for (size_t i = 0; i < n; i++) y[r * n + i] = x[r * n + i] * w[i];
    }
}
