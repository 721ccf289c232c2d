#pragma once
#include <stddef.h>

// notebooks-data/languages/profiles.txt as the compiler found it: UTF-8, without a zero at the end.
struct language_profiles {
    const unsigned char *_Nonnull bytes;
    size_t count;
};

struct language_profiles language_profiles(void);
