#pragma once

/// Function multi-versioning: one body, compiled for each x86-64 level; the loader picks the best at
/// start-up.
#if defined(__x86_64__) && defined(__linux__)
#define EACH_CPU __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EACH_CPU
#endif

/// For what is inlined into the bodies above, so that it is compiled with each of them.
#define INLINE static inline __attribute__((always_inline))
