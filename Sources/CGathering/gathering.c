#define _GNU_SOURCE
#include "CGathering.h"

#if __has_include(<hdf5.h>)
#include <hdf5.h>
#if __has_include(<H5FDdevelop.h>)
#include <H5FDdevelop.h>
#endif
#else
#include <hdf5/serial/hdf5.h>
#if __has_include(<hdf5/serial/H5FDdevelop.h>)
#include <hdf5/serial/H5FDdevelop.h>
#endif
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { page_bytes = 4096 };

typedef struct {
    uint64_t number;
    unsigned char *bytes;
} page;

struct gathered_changes {
    int descriptor;
    uint64_t base;  // the size of the file
    uint64_t size;  // the size that it will have
    page *pages;  // of the file, that change; by number
    size_t page_count, page_room;
    unsigned char *tail;  // what follows the file
    uint64_t tail_room;
};

static int read_all(int descriptor, void *bytes, size_t count, uint64_t place) {
    unsigned char *target = bytes;
    while (count > 0) {
        ssize_t got = pread(descriptor, target, count, (off_t)place);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return errno;
        if (got == 0) {
            memset(target, 0, count);
            return 0;
        }
        target += got, place += (uint64_t)got, count -= (size_t)got;
    }
    return 0;
}

static int write_all(int descriptor, const void *bytes, size_t count, uint64_t place) {
    const unsigned char *source = bytes;
    while (count > 0) {
        ssize_t put = pwrite(descriptor, source, count, (off_t)place);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        source += put, place += (uint64_t)put, count -= (size_t)put;
    }
    return 0;
}

gathered_changes *gathered_changes_of(int descriptor) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) return NULL;
    gathered_changes *changes = calloc(1, sizeof *changes);
    if (changes == NULL) return NULL;
    changes->descriptor = descriptor;
    changes->base = changes->size = (uint64_t)facts.st_size;
    return changes;
}

void gathered_changes_free(gathered_changes *changes) {
    for (size_t i = 0; i < changes->page_count; i++) free(changes->pages[i].bytes);
    free(changes->pages);
    free(changes->tail);
    free(changes);
}

// The place of a page among those that change, or where it belongs.
static size_t find(const gathered_changes *changes, uint64_t number) {
    size_t low = 0, high = changes->page_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (changes->pages[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const gathered_changes *changes, size_t place, uint64_t number) {
    return place < changes->page_count && changes->pages[place].number == number;
}

// The bytes of a page that changes; NULL with errno where it cannot be read, or there is no memory.
static unsigned char *changing(gathered_changes *changes, uint64_t number) {
    size_t place = find(changes, number);
    if (is_at(changes, place, number)) return changes->pages[place].bytes;
    if (changes->page_count == changes->page_room) {
        size_t room = changes->page_room == 0 ? 64 : 2 * changes->page_room;
        page *pages = realloc(changes->pages, room * sizeof *pages);
        if (pages == NULL) return NULL;
        changes->pages = pages, changes->page_room = room;
    }
    unsigned char *bytes = malloc(page_bytes);
    if (bytes == NULL) return NULL;
    int failure = read_all(changes->descriptor, bytes, page_bytes, number * page_bytes);
    if (failure != 0) {
        free(bytes);
        errno = failure;
        return NULL;
    }
    memmove(changes->pages + place + 1, changes->pages + place, (changes->page_count - place) * sizeof(page));
    changes->pages[place] = (page){number, bytes};
    changes->page_count++;
    return bytes;
}

// Makes the file that many bytes long.
static int resize(gathered_changes *changes, uint64_t size) {
    uint64_t needed = size > changes->base ? size - changes->base : 0;
    if (needed > changes->tail_room) {
        uint64_t room = needed + needed / 2 + 65536;
        unsigned char *tail = realloc(changes->tail, room);
        if (tail == NULL) return -1;
        memset(tail + changes->tail_room, 0, room - changes->tail_room);
        changes->tail = tail, changes->tail_room = room;
    } else if (size < changes->size && changes->tail_room > needed) {
        memset(changes->tail + needed, 0, changes->tail_room - needed);
    }
    changes->size = size;
    return 0;
}

// How many of `count` bytes from a place on lie in the same page of the file.
static size_t within_page(const gathered_changes *changes, uint64_t place, size_t count) {
    uint64_t room = page_bytes - place % page_bytes;
    if (room > changes->base - place) room = changes->base - place;
    return room < count ? (size_t)room : count;
}

// What the HDF5 library asks of a driver.

typedef struct {
    H5FD_t library;
    gathered_changes *changes;
    haddr_t end;
} open_file;

static H5FD_t *open_through(const char *name, unsigned flags, hid_t access, haddr_t most) {
    (void)name, (void)flags, (void)most;
    gathered_changes *const *changes = H5Pget_driver_info(access);
    open_file *file = changes == NULL ? NULL : calloc(1, sizeof *file);
    if (file != NULL) file->changes = *changes;
    return (H5FD_t *)file;
}

static herr_t close_file(H5FD_t *file) {
    free(file);
    return 0;
}

static int compare(const H5FD_t *a, const H5FD_t *b) {
    const gathered_changes *one = ((const open_file *)a)->changes, *other = ((const open_file *)b)->changes;
    return one < other ? -1 : one > other;
}

static herr_t query(const H5FD_t *file, unsigned long *flags) {
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE
             | H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t end_of_addresses(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const open_file *)file)->end;
}

static herr_t set_end_of_addresses(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
    (void)type;
    ((open_file *)file)->end = end;
    return 0;
}

static haddr_t end_of_file(const H5FD_t *file, H5FD_mem_t type) {
    (void)type;
    return ((const open_file *)file)->changes->size;
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t place, size_t count, void *bytes) {
    (void)type, (void)transfer;
    const gathered_changes *changes = ((open_file *)file)->changes;
    unsigned char *target = bytes;
    while (count > 0) {
        size_t part;
        if (place >= changes->size) {
            part = count;
            memset(target, 0, part);
        } else if (place >= changes->base) {
            part = changes->size - place < count ? (size_t)(changes->size - place) : count;
            memcpy(target, changes->tail + (place - changes->base), part);
        } else {
            size_t at = find(changes, place / page_bytes);
            if (is_at(changes, at, place / page_bytes)) {
                part = within_page(changes, place, count);
                memcpy(target, changes->pages[at].bytes + place % page_bytes, part);
            } else {
                // Up to the next page that changes, at once.
                uint64_t end = at < changes->page_count ? changes->pages[at].number * page_bytes : changes->base;
                if (end > changes->base) end = changes->base;
                part = end - place < count ? (size_t)(end - place) : count;
                if (read_all(changes->descriptor, target, part, place) != 0) return -1;
            }
        }
        target += part, place += part, count -= part;
    }
    return 0;
}

static herr_t write_bytes(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t place, size_t count, const void *bytes) {
    (void)type, (void)transfer;
    gathered_changes *changes = ((open_file *)file)->changes;
    const unsigned char *source = bytes;
    if (place + count > changes->size && resize(changes, place + count) != 0) return -1;
    while (count > 0) {
        size_t part = count;
        if (place >= changes->base) {
            memcpy(changes->tail + (place - changes->base), source, part);
        } else {
            part = within_page(changes, place, count);
            unsigned char *target = changing(changes, place / page_bytes);
            if (target == NULL) return -1;
            memcpy(target + place % page_bytes, source, part);
        }
        source += part, place += part, count -= part;
    }
    return 0;
}

static herr_t truncate_to_addresses(H5FD_t *file, hid_t transfer, hbool_t closing) {
    (void)transfer, (void)closing;
    open_file *own = (open_file *)file;
    return own->changes->size == own->end ? 0 : resize(own->changes, own->end);
}

static const H5FD_class_t driver = {
#ifdef H5FD_CLASS_VERSION
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "gathered",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(gathered_changes *),
    .open = open_through,
    .close = close_file,
    .cmp = compare,
    .query = query,
    .get_eoa = end_of_addresses,
    .set_eoa = set_end_of_addresses,
    .get_eof = end_of_file,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_to_addresses,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int gathered_changes_use(gathered_changes *changes, int64_t access) {
    static hid_t registered = -1;
    if (registered < 0) registered = H5FDregister(&driver);
    return registered < 0 ? -1 : H5Pset_driver((hid_t)access, registered, &changes);
}

// Bringing the changes into the file.

int gathered_changes_append(gathered_changes *changes, int descriptor) {
    if (changes->size <= changes->base) return 0;
    int failure = write_all(descriptor, changes->tail, changes->size - changes->base, changes->base);
    return failure != 0 ? failure : fsync(descriptor) != 0 ? errno : 0;
}

int gathered_changes_take_back(gathered_changes *changes, int descriptor) {
    return ftruncate(descriptor, (off_t)changes->base) != 0 ? errno : 0;
}

typedef struct {
    unsigned char *bytes;
    size_t count, room;
    bool failed;
} text;

static void add(text *text, const void *bytes, size_t count) {
    if (text->count + count > text->room) {
        size_t room = 2 * (text->count + count);
        unsigned char *grown = realloc(text->bytes, room);
        if (grown == NULL) {
            text->failed = true;
            return;
        }
        text->bytes = grown, text->room = room;
    }
    memcpy(text->bytes + text->count, bytes, count);
    text->count += count;
}

// FNV-1a.
static uint64_t checksum(const unsigned char *bytes, size_t count) {
    uint64_t sum = 0xcbf29ce484222325u;
    for (size_t i = 0; i < count; i++) sum = (sum ^ bytes[i]) * 0x100000001b3u;
    return sum;
}

static const char signature[16] = "sft-probe pages";

// A journal: the signature, the size that the file had, the one that it will have, the number of pages; for each page its number, and its bytes;
// a checksum of all that.
int gathered_changes_note(gathered_changes *changes, const char *journal) {
    text noted = {0};
    uint64_t count = changes->page_count;
    add(&noted, signature, sizeof signature);
    add(&noted, &changes->base, 8);
    add(&noted, &changes->size, 8);
    add(&noted, &count, 8);
    for (size_t i = 0; i < changes->page_count && !noted.failed; i++) {
        add(&noted, &changes->pages[i].number, 8);
        add(&noted, changes->pages[i].bytes, page_bytes);
    }
    uint64_t sum = checksum(noted.bytes, noted.count);
    add(&noted, &sum, 8);
    int failure = noted.failed ? ENOMEM : 0, descriptor = -1;
    if (failure == 0) {
        descriptor = open(journal, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (descriptor < 0) failure = errno;
    }
    if (failure == 0) failure = write_all(descriptor, noted.bytes, noted.count, 0);
    if (failure == 0 && fsync(descriptor) != 0) failure = errno;
    if (descriptor >= 0) close(descriptor);
    if (failure != 0 && descriptor >= 0) unlink(journal);
    free(noted.bytes);
    return failure;
}

// Writes a page, of which the last may lie beyond the end of the file in part.
static int write_page(int descriptor, uint64_t number, const unsigned char *bytes, uint64_t size) {
    uint64_t place = number * page_bytes;
    if (place >= size) return 0;
    return write_all(descriptor, bytes, size - place < page_bytes ? (size_t)(size - place) : page_bytes, place);
}

static int finish(int descriptor, uint64_t size) {
    struct stat facts;
    if (fstat(descriptor, &facts) != 0) return errno;
    if ((uint64_t)facts.st_size != size && ftruncate(descriptor, (off_t)size) != 0) return errno;
    return fsync(descriptor) != 0 ? errno : 0;
}

int gathered_changes_apply(gathered_changes *changes, int descriptor) {
    // The last page of the file may have been filled by what follows it.
    uint64_t most = changes->size < changes->base ? changes->size : changes->base;
    for (size_t i = 0; i < changes->page_count; i++) {
        int failure = write_page(descriptor, changes->pages[i].number, changes->pages[i].bytes, most);
        if (failure != 0) return failure;
    }
    return finish(descriptor, changes->size);
}

int gathered_journal_apply(const char *journal, int descriptor, bool *is_whole) {
    *is_whole = false;
    int noted = open(journal, O_RDONLY | O_CLOEXEC);
    struct stat facts;
    if (noted < 0) return errno;
    if (fstat(noted, &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_size > (off_t)1 << 32) {
        close(noted);
        return 0;
    }
    size_t count = (size_t)facts.st_size;
    unsigned char *bytes = malloc(count + 1);
    int failure = bytes == NULL ? ENOMEM : read_all(noted, bytes, count, 0);
    close(noted);
    uint64_t base, size, pages, sum;
    const size_t head = sizeof signature + 24;
    if (failure == 0 && count >= head + 8 && memcmp(bytes, signature, sizeof signature) == 0) {
        memcpy(&base, bytes + sizeof signature, 8);
        memcpy(&size, bytes + sizeof signature + 8, 8);
        memcpy(&pages, bytes + sizeof signature + 16, 8);
        memcpy(&sum, bytes + count - 8, 8);
        *is_whole = pages == (count - head - 8) / (8 + page_bytes) && (count - head - 8) % (8 + page_bytes) == 0
                    && sum == checksum(bytes, count - 8);
    }
    const uint64_t most = *is_whole ? (size < base ? size : base) : 0;
    for (uint64_t i = 0; failure == 0 && *is_whole && i < pages; i++) {
        uint64_t number;
        memcpy(&number, bytes + head + i * (8 + page_bytes), 8);
        if (number < most / page_bytes + 1)
            failure = write_page(descriptor, number, bytes + head + i * (8 + page_bytes) + 8, most);
    }
    if (failure == 0 && *is_whole) failure = finish(descriptor, size);
    free(bytes);
    return failure;
}

int gathered_copy(int from, int to) {
    off_t place = 0;
#ifdef __linux__
    for (;;) {
        ssize_t count = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0);
        if (count == 0) return 0;
        if (count > 0)
            place += count;
        else if (errno == EXDEV || errno == ENOSYS || errno == EINVAL || errno == EOPNOTSUPP)
            break;
        else if (errno != EINTR)
            return errno;
    }
#endif
    const size_t room = (size_t)1 << 20;
    unsigned char *bytes = malloc(room);
    int failure = bytes == NULL ? ENOMEM : 0;
    while (failure == 0) {
        ssize_t count = pread(from, bytes, room, place);
        if (count == 0) break;
        if (count < 0 && errno == EINTR) continue;
        failure = count < 0 ? errno : write_all(to, bytes, (size_t)count, (uint64_t)place);
        place += count;
    }
    free(bytes);
    return failure;
}
