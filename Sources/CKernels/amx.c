#define _GNU_SOURCE
#include "amx.h"
#include "CKernels.h"
#include "bf16.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define AMX __attribute__((target("amx-tile,amx-bf16," BF16)))

static int allowed;

/// Its registers are large, so a process asks for them, once and before it has threads.
__attribute__((constructor)) static void ask(void) {
    enum { request_permission = 0x1023, tile_data = 18, tiles_and_bf16 = 1 << 24 | 1 << 22 };
    unsigned a, b, c, d;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & tiles_and_bf16) != tiles_and_bf16) return;
    if (!rounds_pairs()) return;
    allowed = syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

int runs_amx(void) { return allowed; }

AMX void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    for (size_t i = 0; i < m; i += amx_height)
        for (size_t r = 0; r < least(amx_height, m - i); r++) {
            float *to = a + i * depth + r * amx_depth;
            const float *from = x + (i + r) * stride;
            for (size_t p = 0; p < depth; p += amx_depth) {
                size_t rest = 2 * p < k ? k - 2 * p : 0;
                __m512 pairs = rest < 32 ? pairs_of_some(from + 2 * p, rest) : pairs_of_32(from + 2 * p);
                _mm512_storeu_ps(to + p * amx_height, pairs);
            }
        }
}

AMX void amx_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {
    float lines[amx_block];
    for (size_t i = 0; i < m; i += amx_width) {
        __mmask16 columns = m - i < amx_width ? (1 << (m - i)) - 1 : 0xffff;
        float *to = a + i / amx_height * amx_height * depth + i % amx_height * amx_depth;
        for (size_t p = 0; p < depth; p += amx_depth) {
            for (size_t q = 0; q < amx_depth; q++)
                _mm512_storeu_ps(lines + q * amx_width, pairs_of_rows(x + i, stride, k, 2 * (p + q), columns));
            kernel_transpose(to + p * amx_height, amx_depth, lines, amx_width, amx_depth, amx_width);
        }
    }
}

/// 32 rows by 32 columns: sums in registers 0 to 3, 16 by 16 each. The lines of c, which seldom are in a cache, are fetched
/// meanwhile, to be written.
AMX static void tile(size_t rows, float *c, size_t c_stride, const float *a, const float *b, size_t k, int keep) {
    enum { full = 64 };  // bytes of a row of a register
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
    for (size_t p = 0; p < k; p += amx_depth) {
        const float *rows = a + p * amx_height, *columns = b + p * kernel_pair_width;
        _tile_loadd(4, rows, full);
        _tile_loadd(5, rows + amx_block, full);
        _tile_loadd(6, columns, full);
        _tile_loadd(7, columns + amx_block, full);
        _tile_dpbf16ps(0, 4, 6);
        _tile_dpbf16ps(1, 4, 7);
        _tile_dpbf16ps(2, 5, 6);
        _tile_dpbf16ps(3, 5, 7);
    }
    _tile_stored(0, c, line);
    _tile_stored(1, c + 16, line);
    _tile_stored(2, below, line);
    _tile_stored(3, below + 16, line);
}

AMX void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {
    // Eight registers of 16 rows of 64 bytes.
    struct { uint8_t palette, start_row, reserved[14]; uint16_t row_bytes[16]; uint8_t rows[16]; } shape = {.palette = 1};
    for (int i = 0; i < 8; i++) shape.row_bytes[i] = 64, shape.rows[i] = 16;
    _tile_loadconfig(&shape);
    sweep(tile, amx_height, kernel_pair_width, 1, c, c_stride, a, b, b_depth, m, n, k, keep);
    _tile_release();
}

#else
int runs_amx(void) { return 0; }
void amx_strips(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {}
void amx_strips_of_columns(float *a, const float *x, size_t stride, size_t m, size_t k, size_t depth) {}
void amx_multiply(
    float *c, size_t c_stride, const float *a, const float *b, size_t b_depth, size_t m, size_t n, size_t k, int keep) {}
#endif
