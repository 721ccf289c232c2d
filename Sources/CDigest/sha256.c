#include "CDigest.h"
#include <string.h>

// The first 32 bits of the fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2).
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotated(uint32_t x, int by) { return x >> by | x << (32 - by); }

static uint32_t big_endian(const uint8_t *p) {
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void blocks_plain(uint32_t chaining[8], const uint8_t *p, size_t count) {
    for (; count; count--, p += 64) {
        uint32_t w[64], s[8];
        memcpy(s, chaining, sizeof s);
        for (int t = 0; t < 64; t++) {
            if (t < 16) {
                w[t] = big_endian(p + 4 * t);
            } else {
                uint32_t a = w[t - 15], b = w[t - 2];
                w[t] = w[t - 16] + (rotated(a, 7) ^ rotated(a, 18) ^ a >> 3) + w[t - 7]
                    + (rotated(b, 17) ^ rotated(b, 19) ^ b >> 10);
            }
            uint32_t sum1 = rotated(s[4], 6) ^ rotated(s[4], 11) ^ rotated(s[4], 25);
            uint32_t sum0 = rotated(s[0], 2) ^ rotated(s[0], 13) ^ rotated(s[0], 22);
            uint32_t t1 = s[7] + sum1 + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[t] + w[t];
            uint32_t t2 = sum0 + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
            memmove(s + 1, s, 7 * sizeof s[0]);
            s[4] += t1;
            s[0] = t1 + t2;
        }
        for (int i = 0; i < 8; i++) chaining[i] += s[i];
    }
}

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

// Four rounds a turn; the instructions hold the working variables as (a, b, e, f) and (c, d, g, h).
__attribute__((target("sha,sse4.1,ssse3"))) static void blocks_sha(uint32_t chaining[8], const uint8_t *p, size_t count) {
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i low = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)chaining), 0xB1);
    __m128i high = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(chaining + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(low, high, 8), cdgh = _mm_blend_epi16(high, low, 0xF0);
    for (; count; count--, p += 64) {
        __m128i abef_before = abef, cdgh_before = cdgh, w[4];
        for (int i = 0; i < 4; i++) w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p + i), swap);
#pragma clang loop unroll(full)
        for (int r = 0; r < 16; r++) {
            __m128i w0 = w[r & 3], w1 = w[(r + 1) & 3], w2 = w[(r + 2) & 3], w3 = w[(r + 3) & 3];
            __m128i k = _mm_add_epi32(w0, _mm_load_si128((const __m128i *)constants + r));
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, k);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(k, 0x0E));
            __m128i next = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4));
            if (r < 12) w[r & 3] = _mm_sha256msg2_epu32(next, w3);
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    low = _mm_shuffle_epi32(abef, 0x1B);
    high = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)chaining, _mm_blend_epi16(low, high, 0xF0));
    _mm_storeu_si128((__m128i *)(chaining + 4), _mm_alignr_epi8(high, low, 8));
}

// Asked once: CPUID is slow in a virtual machine.
static int has_sha;
__attribute__((constructor)) static void look_for_sha(void) {
    unsigned a, b, c, d;
    __builtin_cpu_init();
    has_sha = __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1 && __builtin_cpu_supports("sse4.1");
}
#else
static void blocks_sha(uint32_t chaining[8], const uint8_t *p, size_t count) { blocks_plain(chaining, p, count); }
static const int has_sha = 0;
#endif

static void blocks(uint32_t chaining[8], const uint8_t *p, size_t count) {
    if (has_sha) blocks_sha(chaining, p, count);
    else blocks_plain(chaining, p, count);
}

void sha256_begin(struct sha256 *hash) {
    // The first 32 bits of the fractional parts of the square roots of the first eight primes (5.3.3).
    static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    memcpy(hash->chaining, initial, sizeof initial);
    hash->length = 0;
}

void sha256_update(struct sha256 *hash, const void *bytes, size_t count) {
    const uint8_t *p = bytes;
    size_t filled = hash->length & 63;
    hash->length += count;
    if (filled + count < 64) {
        if (count) memcpy(hash->block + filled, p, count);
        return;
    }
    if (filled) {
        size_t missing = 64 - filled;
        memcpy(hash->block + filled, p, missing);
        blocks(hash->chaining, hash->block, 1);
        p += missing;
        count -= missing;
    }
    blocks(hash->chaining, p, count / 64);
    if (count & 63) memcpy(hash->block, p + (count & ~(size_t)63), count & 63);
}

void sha256_finish(struct sha256 *hash, uint8_t digest[32]) {
    uint64_t bits = hash->length * 8;
    uint8_t padding[72] = {0x80};
    size_t filled = hash->length & 63, zeros = (filled < 56 ? 56 : 120) - filled;
    for (int i = 0; i < 8; i++) padding[zeros + i] = (uint8_t)(bits >> (56 - 8 * i));
    sha256_update(hash, padding, zeros + 8);
    for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(hash->chaining[i / 4] >> (24 - 8 * (i & 3)));
}
