#pragma once

/// One body, compiled for each generation of x86-64; the loader picks the best at start-up.
#if defined(__x86_64__) && defined(__linux__)
#define EACH_CPU __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define EACH_CPU
#endif
