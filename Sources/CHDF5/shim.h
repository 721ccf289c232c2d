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

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

// HDF5 spells these as macros that open the library first, a form Swift cannot import.
static inline hid_t hdf5_float32(void) { return H5T_IEEE_F32LE; }
static inline hid_t hdf5_float64(void) { return H5T_IEEE_F64LE; }
static inline hid_t hdf5_int8(void) { return H5T_STD_I8LE; }
static inline hid_t hdf5_int32(void) { return H5T_STD_I32LE; }
static inline hid_t hdf5_int64(void) { return H5T_STD_I64LE; }
static inline hid_t hdf5_native_float32(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t hdf5_native_float64(void) { return H5T_NATIVE_DOUBLE; }
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

static inline herr_t hdf5_keep_innermost(unsigned n, const H5E_error2_t *error, void *text) {
    if (n == 0 && error->desc != NULL) strncpy((char *)text, error->desc, 1999);
    return 0;
}

// What the library says went wrong in the innermost of the functions that failed on this thread.
// The text holds at least 2000 bytes, all zero.
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

// Reads all that an attribute or a dataset keeps in the file's heap: data of variable length.
static inline void hdf5_read_heap_of(hid_t object, hid_t type, hid_t space, bool is_attribute) {
    hssize_t count = H5Sget_simple_extent_npoints(space);
    size_t size = H5Tget_size(type);
    if (count > 0 && size > 0 && (size_t)count <= ((size_t)1 << 28) / size) {
        void *values = calloc((size_t)count, size);
        herr_t status = values == NULL ? -1
                        : is_attribute
                            ? H5Aread(object, type, values)
                            : H5Dread(object, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        if (status >= 0) H5Dvlen_reclaim(type, space, H5P_DEFAULT, values);
        free(values);
    }
}

static inline herr_t hdf5_read_heap_of_attribute(hid_t owner, const char *name, const H5A_info_t *info, void *nothing) {
    (void)info, (void)nothing;
    hid_t attribute = H5Aopen(owner, name, H5P_DEFAULT);
    if (attribute < 0) return 0;
    hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    if (type >= 0 && space >= 0 && (H5Tis_variable_str(type) > 0 || H5Tdetect_class(type, H5T_VLEN) > 0))
        hdf5_read_heap_of(attribute, type, space, true);
    H5Sclose(space), H5Tclose(type), H5Aclose(attribute);
    return 0;
}

// Reads what a dataset keeps in the heap.
static inline void hdf5_read_heap_of_dataset(hid_t dataset) {
    hid_t type = H5Dget_type(dataset), space = H5Dget_space(dataset);
    if (type >= 0 && space >= 0 && (H5Tis_variable_str(type) > 0 || H5Tdetect_class(type, H5T_VLEN) > 0))
        hdf5_read_heap_of(dataset, type, space, false);
    H5Sclose(space), H5Tclose(type);
}

// What is tried of a heap: all of it, what datasets keep there, or one dataset.
enum hdf5_tried { hdf5_all_of_heap, hdf5_all_datasets, hdf5_one_dataset };

static inline herr_t hdf5_read_heap_of_object(hid_t file, const char *name, const H5O_info_t *info, void *tried) {
    const bool attributes = *(const enum hdf5_tried *)tried == hdf5_all_of_heap;
    if (!attributes && info->type != H5O_TYPE_DATASET) return 0;
    hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    if (object < 0) return 0;
    if (attributes) H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, hdf5_read_heap_of_attribute, NULL);
    if (info->type == H5O_TYPE_DATASET) hdf5_read_heap_of_dataset(object);
    H5Oclose(object);
    return 0;
}

// Makes this process, a child that has just been made with all signals blocked, one that dies with its parent, or after
// `seconds`, or of its own fault. What asks the parent to stop is the parent's to hear.
static inline void hdf5_become_short_lived(pid_t parent, unsigned seconds) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);  // it had ended before that
#endif
    const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM}, ignored[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    alarm(seconds);
}

// Whether the library survives reading what a file, or a dataset where only one is tried, has of variable length, within
// `seconds`: 1 if so, 0 if not, -1 with errno where no child process could try it. Such data lie in a heap without checksums,
// and a damaged one makes the library crash or loop.
static inline int hdf5_heap_is_sound(hid_t object, enum hdf5_tried tried, unsigned seconds) {
    // A handler of the parent's must not run in the child.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t parent = getpid(), child = fork();
    if (child == 0) {
        hdf5_become_short_lived(parent, seconds);
        H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
        if (tried == hdf5_one_dataset)
            hdf5_read_heap_of_dataset(object);
        else
            H5Ovisit(object, H5_INDEX_NAME, H5_ITER_NATIVE, hdf5_read_heap_of_object, &tried);
        _exit(0);
    }
    const int reason = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = reason;
    if (child < 0) return -1;
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// Copies up to a gigabyte from one open file to another within the system, each from where it stands: how many bytes, 0 at the
// end, -1 with errno where that fails.
static inline ssize_t hdf5_copy_within_system(int from, int to) {
#ifdef __linux__
    return syscall(SYS_copy_file_range, from, NULL, to, NULL, (size_t)1 << 30, 0);
#else
    (void)from, (void)to;
    errno = ENOSYS;
    return -1;
#endif
}
