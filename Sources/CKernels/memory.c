#include "CKernels.h"

#if defined(__GLIBC__)
#include <malloc.h>

void kernel_keep_freed_memory(void) {
    mallopt(M_MMAP_MAX, 0);  // freed mmap chunks return to the system at once, and the next one faults in every page again
    mallopt(M_TRIM_THRESHOLD, 0x7fffffff);
    mallopt(M_ARENA_MAX, 1);
}
#else
void kernel_keep_freed_memory(void) {}
#endif

void kernel_fetch(const void *start, size_t bytes) {
    for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i);
}
