#include <math.h>
#include "CKernels.h"
#include "exponential.h"

/// In lanes of their own, because a comparison that a NaN may fail is not reordered.
INLINE float row_maximum(const float *x, size_t n) {
    enum { lanes = 32 };
    float maximum[lanes];
    size_t i = 0;
    for (size_t l = 0; l < lanes; l++) maximum[l] = x[0];
    for (; i + lanes <= n; i += lanes)
        for (size_t l = 0; l < lanes; l++) maximum[l] = x[i + l] > maximum[l] ? x[i + l] : maximum[l];
    for (; i < n; i++) maximum[0] = x[i] > maximum[0] ? x[i] : maximum[0];
    for (size_t l = 1; l < lanes; l++) maximum[0] = maximum[l] > maximum[0] ? maximum[l] : maximum[0];
    return maximum[0];
}

EACH_CPU void kernel_exp(float *y, const float *x, size_t n) {
    for (size_t i = 0; i < n; i++) y[i] = exponential(x[i]);
}

// A float sum over a whole vocabulary loses many of its small terms: losses would be off by 5e-6 nats and
// head scores by 1e-4. So blocks are summed in float, and the blocks' sums in double.
enum { summed_in_floats = 512 };

INLINE float softmax(float *x, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float maximum = row_maximum(x, n);
    double sum = 0;
    for (size_t start = 0; start < n; start += summed_in_floats) {
        size_t end = n - start < summed_in_floats ? n : start + summed_in_floats;
        float part = 0;
        for (size_t i = start; i < end; i++) {
            x[i] = exponential(x[i] - maximum);
            part += x[i];
        }
        sum += (double)part;
    }
    float inverse = (float)(1 / sum);
    for (size_t i = 0; i < n; i++) x[i] *= inverse;
    return maximum + logf((float)sum);
}

EACH_CPU void kernel_softmax_again(float *x, float lse, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = exponential(x[i] - lse);
}

EACH_CPU void kernel_softmax_pullback(float *dp, const float *p, float along, float scale, size_t n) {
    for (size_t i = 0; i < n; i++) dp[i] = scale * p[i] * (dp[i] - along);
}

INLINE float log_sum_exp(const float *x, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    float maximum = row_maximum(x, n);
    double sum = 0;
    for (size_t start = 0; start < n; start += summed_in_floats) {
        size_t end = n - start < summed_in_floats ? n : start + summed_in_floats;
        float part = 0;
        for (size_t i = start; i < end; i++) part += exponential(x[i] - maximum);
        sum += (double)part;
    }
    return maximum + logf((float)sum);
}

EACH_CPU float kernel_softmax(float *x, size_t n) { return softmax(x, n); }

EACH_CPU void kernel_softmax_rows(float *x, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) softmax(x + r * n, n);
}

EACH_CPU void kernel_softmax_pullback_rows(float *dp, const float *p, size_t m, size_t n) {
#pragma clang fp reassociate(on) contract(fast)
    for (size_t r = 0; r < m; r++) {
        float along = 0;
        for (size_t i = r * n; i < (r + 1) * n; i++) along += p[i] * dp[i];
        for (size_t i = r * n; i < (r + 1) * n; i++) dp[i] = p[i] * (dp[i] - along);
    }
}

EACH_CPU void kernel_join_softmax(float *z, float *lse, const float *other, float sum, size_t n) {
    if (sum == -INFINITY) return;
    float larger = fmaxf(*lse, sum), total = larger + logf(expf(*lse - larger) + expf(sum - larger));
    float a = expf(*lse - total), b = expf(sum - total);
    for (size_t i = 0; i < n; i++) z[i] = a * z[i] + b * other[i];
    *lse = total;
}

EACH_CPU float kernel_log_sum_exp(const float *x, size_t n) { return log_sum_exp(x, n); }

EACH_CPU void kernel_log_sum_exp_rows(float *y, const float *x, size_t m, size_t n) {
    for (size_t r = 0; r < m; r++) y[r] = log_sum_exp(x + r * n, n);
}

// tanh u = 1 − 2 / (exp(2u) + 1), and its series near zero, where that difference would lose digits.
INLINE float tangent(float u) {
    float square = u * u;
    float series = u * (1.0f + square * (-0.33333333f + square * (0.13333333f - square * 0.05396825f)));
    float whole = 1.0f - 2.0f / (exponential(2.0f * u) + 1.0f);
    return square < 0.0625f ? series : whole;
}

EACH_CPU void kernel_soft_cap(float *x, float cap, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = cap * tangent(x[i] / cap);
}

EACH_CPU void kernel_soft_cap_pullback(float *dx, const float *y, float cap, size_t n) {
    for (size_t i = 0; i < n; i++) dx[i] *= 1.0f - (y[i] / cap) * (y[i] / cap);
}

EACH_CPU void kernel_capped_softmax_pullback(
    float *dp, float *p, float along, float scale, float lse, float cap, size_t n) {
    for (size_t i = 0; i < n; i++) {
        float t = tangent(p[i] / cap);
        p[i] = exponential(cap * t - lse);
        dp[i] = scale * p[i] * (dp[i] - along) * (1.0f - t * t);
    }
}
