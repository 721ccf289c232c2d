#pragma once

// Debian keeps the header beside the library's own folder; others put it in /usr/include.
#if __has_include(<cblas.h>)
#include <cblas.h>
#else
#error "OpenBLAS headers not found: apt-get install libopenblas-dev"
#endif
