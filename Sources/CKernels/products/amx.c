#define _GNU_SOURCE
#include "amx.h"
#include "CKernels.h"
#include "bf16.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TILES "amx-tile,amx-bf16," BF16
#define AMX __attribute__((target(TILES)))

static int allowed;

/// AMX's tile registers are large, so Linux makes a process request them; this must be done once, before it
/// has threads.
__attribute__((constructor)) static void ask(void) {
    enum { request_permission = 0x1023, tile_data = 18, tiles_and_bf16 = 1 << 24 | 1 << 22 };
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & tiles_and_bf16) != tiles_and_bf16) return;
    if (!rounds_pairs()) return;
    allowed = syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

int runs_amx(void) { return allowed; }

/// One tile of c, 32 x 32 (see amx.h): sums in tile registers 0 to 3. The lines of c, which are seldom in a
/// cache, are prefetched for writing meanwhile.
///
/// The loop over parts goes in zigzag, so that the part of b loaded last is reused for the next part of a.
static inline __attribute__((always_inline, target(TILES))) void tile(
    size_t left, size_t right, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    enum { full = 64 };  // bytes of a row of a tile register
    size_t line = c_stride * sizeof(float);
    float *below = c + 16 * c_stride;
    for (size_t i = 0; i < amx_height; i++) {
        __builtin_prefetch(c + i * c_stride, 1);
        __builtin_prefetch(c + i * c_stride + 16, 1);
    }
    if (keep) {
        _tile_loadd(0, c, line);
        _tile_loadd(1, c + 16, line);
        _tile_loadd(2, below, line);
        _tile_loadd(3, below + 16, line);
    } else {
        _tile_zero(0);
        _tile_zero(1);
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t p = 0; p < k; p += amx_depth, a += left * amx_depth * amx_height, b += right * amx_depth * 2 * amx_width) {
        size_t loaded = right;
#pragma clang loop unroll(full)
        for (size_t l = left; l-- > 0;) {
            const float *rows = a + l * amx_depth * amx_height;
            _tile_loadd(4, rows, full);
            _tile_loadd(5, rows + amx_block, full);
            size_t count = least(right, left - l), first = loaded < count ? loaded : 0;
#pragma clang loop unroll(full)
            for (size_t i = 0; i < count; i++) {
                size_t r = (first + i) % count;
                const float *columns = b + r * amx_depth * 2 * amx_width;
                if (r != loaded) {
                    _tile_loadd(6, columns, full);
                    _tile_loadd(7, columns + amx_block, full);
                }
                loaded = r;
                _tile_dpbf16ps(0, 4, 6);
                _tile_dpbf16ps(1, 4, 7);
                _tile_dpbf16ps(2, 5, 6);
                _tile_dpbf16ps(3, 5, 7);
            }
        }
    }
    _tile_stored(0, c, line);
    _tile_stored(1, c + 16, line);
    _tile_stored(2, below, line);
    _tile_stored(3, below + 16, line);
}

#define TILE(left, right)                                                                                          \
    AMX static void tile_##left##_##right(                                                                         \
        size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {              \
        tile(left, right, c, c_stride, a, b, k, keep);                                                             \
    }
TILE(1, 1)
TILE(2, 1)
TILE(2, 2)
TILE(3, 1)

AMX void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep) {
    // Eight tile registers of 16 rows of 64 bytes.
    struct { uint8_t palette, start_row, reserved[14]; uint16_t row_bytes[16]; uint8_t rows[16]; } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) shape.row_bytes[i] = 64, shape.rows[i] = 16;
    _tile_loadconfig(&shape);
    tile_function *tiles[3][2] = {{tile_1_1}, {tile_2_1, tile_2_2}, {tile_3_1}};
    sweep(
        tiles[left_parts - 1][right_parts - 1], amx_height, kernel_pair_width, 1, c, c_stride, a, left_parts * k, b,
        right_parts * b_depth, m, n, k, keep);
    _tile_release();
}

#else
int runs_amx(void) { return 0; }
void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k,
    size_t left_parts, size_t right_parts, int keep) {}
#endif
