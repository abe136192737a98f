/*
 * sha256.h - SHA-256 (FIPS 180-4), to name files and cached products by their content.
 *
 * Ownership: the state is the caller's. Threads: functions share nothing.
 */
#ifndef HILO_GRADER_SHA256_H
#define HILO_GRADER_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_HEX = 65 }; /* 64 digits and the NUL */

struct sha256 {
    uint32_t state[8];
    uint64_t length;
    unsigned char block[64];
};

void sha256_begin(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const void *bytes, size_t size);
void sha256_end(struct sha256 *sha, char hex[static SHA256_HEX]);

/* All of it at once. */
void sha256_of(const void *bytes, size_t size, char hex[static SHA256_HEX]);

#endif
