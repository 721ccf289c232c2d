#include <math.h>
#include "CKernels.h"
#include "exponential.h"

// silu(x) = x·σ(x)                      silu′ = σ + x·σ·(1 − σ)
INLINE float silu(float x) { return x / (1.0f + exponential(-x)); }
INLINE float silu_slope(float x) {
    float s = 1.0f / (1.0f + exponential(-x));
    return s + x * s * (1.0f - s);
}

// gelu(x) = x·Φ(x)                      gelu′ = Φ(x) + x·φ(x)
INLINE float gelu(float x) { return 0.5f * x * (1.0f + erff(x * 0.70710678f)); }
INLINE float gelu_slope(float x) {
    return 0.5f * (1.0f + erff(x * 0.70710678f)) + x * 0.39894228f * exponential(-0.5f * x * x);
}

// gelu_tanh(x) = x/2·(1 + tanh u), u = √(2/π)·(x + 0.044715 x³); (1 + tanh u)/2 = σ(2u)
INLINE float gelu_tanh(float x) {
    float u = 0.79788456f * (x + 0.044715f * x * x * x);
    return x / (1.0f + exponential(-2.0f * u));
}
INLINE float gelu_tanh_slope(float x) {
    float u = 0.79788456f * (x + 0.044715f * x * x * x);
    float du = 0.79788456f * (1.0f + 0.134145f * x * x);
    float s = 1.0f / (1.0f + exponential(-2.0f * u));
    return s + x * 2.0f * s * (1.0f - s) * du;
}

INLINE float relu(float x) { return x > 0 ? x : 0; }
INLINE float relu_slope(float x) { return x > 0 ? 1 : 0; }

#define EACH_ACTIVATION(statement)                                                  \
    switch (f) {                                                                    \
    case kernel_silu:                                                               \
        for (size_t i = 0; i < n; i++) statement(silu, silu_slope) break;           \
    case kernel_gelu:                                                               \
        for (size_t i = 0; i < n; i++) statement(gelu, gelu_slope) break;           \
    case kernel_gelu_tanh:                                                          \
        for (size_t i = 0; i < n; i++) statement(gelu_tanh, gelu_tanh_slope) break; \
    case kernel_relu:                                                               \
        for (size_t i = 0; i < n; i++) statement(relu, relu_slope) break;           \
    }

EACH_CPU void kernel_activate(enum kernel_activation f, float *restrict y, const float *restrict x, size_t n) {
#pragma clang fp contract(fast)
#define VALUE(value, slope) { y[i] = value(x[i]); }
    EACH_ACTIVATION(VALUE)
}

EACH_CPU void kernel_activate_pullback(
    enum kernel_activation f, float *restrict dx, const float *restrict dy, const float *restrict x, size_t n) {
#pragma clang fp contract(fast)
#define SLOPE(value, slope) { dx[i] = dy[i] * slope(x[i]); }
    EACH_ACTIVATION(SLOPE)
}

EACH_CPU void kernel_gated(
    enum kernel_activation f, float *restrict y, const float *restrict x, const float *restrict u, size_t n) {
#pragma clang fp contract(fast)
#define PRODUCT(value, slope) { y[i] = value(x[i]) * u[i]; }
    EACH_ACTIVATION(PRODUCT)
}

EACH_CPU void kernel_gated_pullback(
    enum kernel_activation f, float *restrict dx, float *restrict du, const float *restrict dy,
    const float *restrict x, const float *restrict u, size_t n) {
#pragma clang fp contract(fast)
#define BOTH(value, slope) { dx[i] = dy[i] * u[i] * slope(x[i]); du[i] = dy[i] * value(x[i]); }
    EACH_ACTIVATION(BOTH)
}
