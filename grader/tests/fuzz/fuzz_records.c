/*
 * fuzz_records.c - the records parser under libFuzzer. Not part of the build; by hand:
 *
 *   clang -g -O1 -std=c11 -D_GNU_SOURCE -I. -fsanitize=fuzzer,address,undefined \
 *       grader/tests/fuzz/fuzz_records.c grader/records.c grader/memory.c harness/protocol.c \
 *       reports/names.c -o build/fuzz_records && build/fuzz_records -max_len=65536
 */
#include <stdint.h>
#include <stdlib.h>

#include "grader/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first byte chooses the lane. A stream that is whole must have what a verdict relies on. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct records *records =
        records_parse((const char *)data + 1, size - 1, (enum lane)(data[0] % LANE_COUNT));
    if (records->whole && (!records->hello || records->broken[0]))
        abort();
    for (size_t i = 0; i < records->n_scenarios; i++)
        if (records->whole && !records->scenarios[i].done)
            abort();
    records_free(records);
    return 0;
}
