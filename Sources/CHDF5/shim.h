#pragma once

// Debian and Ubuntu keep the serial build in a folder of its own; others do not.
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#error "HDF5 headers not found: apt-get install libhdf5-dev"
#endif
