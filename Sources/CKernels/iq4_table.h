#pragma once

#include <stdint.h>

/// The 16 values of a nibble in the IQ4 formats: denser around zero, where most weights are.
static const int8_t UNEVEN[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
