/* minimise.c - see minimise.h. */
#include "harness/explore/minimise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES_MAX = 400 };

static size_t trim(const uint8_t *choices, size_t n)
{
    while (n && !choices[n - 1])
        n--;
    return n;
}

/* Try with [from, from + length) tame. True when it was worth it. */
static bool try_without(uint8_t *choices, size_t *n, size_t from, size_t length, minimise_try *try,
                        void *data, uint8_t *scratch)
{
    bool any = false;
    memcpy(scratch, choices, *n);
    for (size_t i = from; i < from + length && i < *n; i++) {
        any |= scratch[i] != 0;
        scratch[i] = 0;
    }
    size_t scratch_n = *n;
    if (!any || !try(data, scratch, &scratch_n))
        return false;
    memcpy(choices, scratch, scratch_n);
    *n = trim(choices, scratch_n);
    return true;
}

void minimise(uint8_t *choices, size_t *n, minimise_try *try, void *data)
{
    *n = trim(choices, *n);
    uint8_t *scratch = malloc(*n + 1);
    if (!scratch)
        return; /* a longer story is still a true one */
    int left = TRIES_MAX;
    for (size_t length = *n; length > 0 && left > 0; length /= 2) {
        for (size_t end = *n; end > 0 && left > 0;) {
            size_t from = end > length ? end - length : 0;
            left--;
            try_without(choices, n, from, length, try, data, scratch);
            end = from < *n ? from : *n;
        }
    }
    free(scratch);
}
