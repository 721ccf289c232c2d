#pragma once
#include <stddef.h>
#include <stdint.h>

// SHA-256 (FIPS 180-4), with the processor's own instructions where it has them.

/// The state of a hash: the chaining value, the bytes of a block that is not full, and the number of bytes so far.
struct sha256 {
    uint32_t chaining[8];
    uint8_t block[64];
    uint64_t length;
};

void sha256_begin(struct sha256 *hash);
void sha256_update(struct sha256 *hash, const void *bytes, size_t count);
/// Writes the digest; the state must be begun anew afterwards.
void sha256_finish(struct sha256 *hash, uint8_t digest[32]);
