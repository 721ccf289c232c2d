#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "CKernels.h"

// OpenBLAS chooses its kernels by the processor's name when it is loaded, and a release that is older than the
// processor takes plain AVX2 ones, at half the speed of a machine with AVX-512. Its choice can be made again
// through these three, which are absent from builds for one processor only.
char *openblas_get_corename(void) __attribute__((weak));
void gotoblas_dynamic_init(void) __attribute__((weak));
void gotoblas_dynamic_quit(void) __attribute__((weak));

#if defined(__x86_64__)
static int runs_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#else
static int runs_avx512(void) { return 0; }
#endif

static int uses_avx512(const char *name) {
    return !strcmp(name, "SkylakeX") || !strcmp(name, "Cooperlake") || !strcmp(name, "SapphireRapids");
}

const char *kernel_choose_products(void) {
    if (!openblas_get_corename) return "unknown";
    if (gotoblas_dynamic_init && gotoblas_dynamic_quit && !getenv("OPENBLAS_CORETYPE") && runs_avx512()
        && !uses_avx512(openblas_get_corename())) {
        setenv("OPENBLAS_CORETYPE", "SkylakeX", 1);
        gotoblas_dynamic_quit();
        gotoblas_dynamic_init();
        unsetenv("OPENBLAS_CORETYPE");
    }
    return openblas_get_corename();
}
