#include "CKernels.h"
#include "each_cpu.h"

/// A counter-based random number: the finalizer of SplitMix64.
INLINE uint64_t mixed(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

EACH_CPU void kernel_dropout(
    float *restrict y, const float *restrict x, const uint64_t *restrict seeds, uint64_t salt, float probability,
    size_t m, size_t n) {
    uint64_t bound = (uint64_t)((double)probability * 16777216.0);
    float raise = 1.0f / (1.0f - probability);
    for (size_t r = 0; r < m; r++) {
        uint64_t start = mixed(seeds[r] ^ salt);
        for (size_t i = 0; i < n; i++) {
            uint64_t drawn = mixed(start + (i + 1) * 0x9e3779b97f4a7c15u) >> 40;
            y[r * n + i] = drawn < bound ? 0.0f : x[r * n + i] * raise;
        }
    }
}
