#pragma once

#include "dequantize.h"
