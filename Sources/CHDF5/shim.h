#pragma once

// Debian and Ubuntu keep the serial build in a folder of its own; others do not.
#if __has_include(<hdf5.h>)
#include <hdf5.h>
#include <hdf5_hl.h>
#elif __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#include <hdf5/serial/hdf5_hl.h>
#else
#error "HDF5 headers not found: apt-get install libhdf5-dev"
#endif

#include <string.h>

// HDF5 spells these as macros that open the library first, a form Swift cannot import.
static inline hid_t hdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t hdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t hdf5_int8(void) { return H5T_STD_I8LE; }
static inline hid_t hdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t hdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t hdf5_native_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t hdf5_native_float64(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t hdf5_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t hdf5_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t hdf5_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t hdf5_c_string(void) { return H5T_C_S1; }
static inline hid_t hdf5_dataset_creation(void) { return H5P_DATASET_CREATE; }
static inline hid_t hdf5_group_creation(void) { return H5P_GROUP_CREATE; }
static inline hid_t hdf5_file_creation(void) { return H5P_FILE_CREATE; }
static inline hid_t hdf5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t hdf5_link_creation(void) { return H5P_LINK_CREATE; }
static inline unsigned hdf5_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned hdf5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned hdf5_read_write(void) { return H5F_ACC_RDWR; }
static inline size_t hdf5_variable_length(void) { return H5T_VARIABLE; }

static inline herr_t hdf5_keep_innermost(unsigned n, const H5E_error2_t *error, void *text) {
    if (n == 0 && error->desc != NULL) strncpy((char *)text, error->desc, 199);
    return 0;
}

// What the library says went wrong in the innermost of the functions that failed on this thread.
// The text holds at least 200 bytes, all zero.
static inline void hdf5_innermost_error(char *text) {
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, hdf5_keep_innermost, text);
}

static inline herr_t hdf5_keep_first(hid_t dataset, unsigned dimension, hid_t scale, void *name) {
    (void)dataset, (void)dimension;
    return H5Iget_name(scale, (char *)name, 1024) < 0 ? -1 : 1;
}

// The path of the first scale of a dimension into a text of 1024 bytes; 1 when there is one, 0 when none.
static inline herr_t hdf5_first_scale(hid_t dataset, unsigned dimension, char *name) {
    return H5DSiterate_scales(dataset, dimension, NULL, hdf5_keep_first, name);
}
