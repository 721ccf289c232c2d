#include "CLanguageProfiles.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char profiles[] = {
#embed "../../notebooks-data/languages/profiles.txt"
};

struct language_profiles language_profiles(void) {
    return (struct language_profiles){profiles, sizeof profiles};
}
