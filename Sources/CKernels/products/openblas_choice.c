#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include "CKernels.h"

// OpenBLAS chooses its kernels when it is loaded: by the processor's model, which a release older than the
// processor does not know, or by OPENBLAS_CORETYPE, which some clusters set to the oldest of their
// processors. AVX2 kernels have half the speed of AVX-512 ones, so the choice is made again through these
// four functions. They are absent from OpenBLAS builds for a single processor type.
char *openblas_get_corename(void) __attribute__((weak));
void gotoblas_dynamic_init(void) __attribute__((weak));
void gotoblas_dynamic_quit(void) __attribute__((weak));
int blas_thread_shutdown_(void) __attribute__((weak));
void openblas_set_num_threads(int count);

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

static void choose(const char *name) {
    char before[64] = "";
    const char *set = getenv("OPENBLAS_CORETYPE");
    if (set) strncpy(before, set, sizeof before - 1);
    setenv("OPENBLAS_CORETYPE", name, 1);
    // OpenBLAS' threads, which have only just started, would also make a choice if they found none; stop
    // them, they start again when needed.
    blas_thread_shutdown_();
    gotoblas_dynamic_quit();
    gotoblas_dynamic_init();
    if (set) setenv("OPENBLAS_CORETYPE", before, 1);
    else unsetenv("OPENBLAS_CORETYPE");
}

static void choose_kernels(void) {
    if (!openblas_get_corename || !gotoblas_dynamic_init || !gotoblas_dynamic_quit || !blas_thread_shutdown_) return;
    const char *wanted = getenv("SFT_PROBE_BLAS_KERNELS");
    if (wanted && *wanted) choose(wanted);
    else if (runs_avx512() && !uses_avx512(openblas_get_corename())) choose("SkylakeX");
}

/// Before the program begins, while no thread can be in the middle of a product. Threads are ours from there
/// on: OpenBLAS computes on the thread that calls it.
__attribute__((constructor)) static void choose_products(void) {
    choose_kernels();
    openblas_set_num_threads(1);
}

const char *kernel_products(void) { return openblas_get_corename ? openblas_get_corename() : "unknown"; }
