/*
 * wrap_sort.c - qsort, bsearch.
 *
 * The comparator is the student's: it may be inconsistent, take locks, or never return. So the
 * sort is in place (nothing to free when the execution is abandoned in the middle), every
 * index is bounded by the loops and never by a comparison, and each move is checked
 * like any access, for another thread may have freed the array meanwhile.
 *
 * It is a merge sort that merges by rotations (Dudzinski and Dydek, "On a stable minimum
 * storage merging algorithm", IPL 12(1), 1981): stable as glibc's usually is,
 * O(n log n) comparisons and O(n log^2 n) moves.
 */
#include <stdlib.h>

#include "harness/explore/bulk.h"
#include "harness/explore/engine.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

enum { SHORT = 8 }; /* runs up to this long are sorted by insertion */

struct sort {
    char *base;
    size_t size;
    int (*compare)(const void *, const void *);
    const void *frame;
};

static bool less(const struct sort *sort, size_t i, size_t j)
{
    return sort->compare(sort->base + i * sort->size, sort->base + j * sort->size) < 0;
}

static void swap(const struct sort *sort, size_t i, size_t j)
{
    char *a = sort->base + i * sort->size, *b = sort->base + j * sort->size;
    memory_write(a, sort->size, sort->frame);
    memory_write(b, sort->size, sort->frame);
    for (size_t k = 0; k < sort->size; k++) {
        char byte = a[k];
        a[k] = b[k];
        b[k] = byte;
    }
}

static void reverse(const struct sort *sort, size_t low, size_t high)
{
    for (; low + 1 < high; low++, high--)
        swap(sort, low, high - 1);
}

/* Exchange the neighbours [low, middle) and [middle, high). */
static void rotate(const struct sort *sort, size_t low, size_t middle, size_t high)
{
    if (low == middle || middle == high)
        return;
    reverse(sort, low, middle);
    reverse(sort, middle, high);
    reverse(sort, low, high);
}

/* The first place in [low, high) whose element is not less than `key`... */
static size_t lower_bound(const struct sort *sort, size_t low, size_t high, size_t key)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (less(sort, middle, key))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* ...and the first that `key` is less than. */
static size_t upper_bound(const struct sort *sort, size_t low, size_t high, size_t key)
{
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (less(sort, key, middle))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* Merge [low, middle) and [middle, high). The longer run is cut in half, so each part is
 * shorter by a quarter at least, whatever the comparator says. */
static void merge(const struct sort *sort, size_t low, size_t middle, size_t high)
{
    if (low == middle || middle == high)
        return;
    if (high - low == 2) {
        if (less(sort, middle, low))
            swap(sort, low, middle);
        return;
    }
    size_t left, right;
    if (middle - low > high - middle) {
        left = low + (middle - low) / 2;
        right = lower_bound(sort, middle, high, left);
    } else {
        right = middle + (high - middle) / 2;
        left = upper_bound(sort, low, middle, right);
    }
    rotate(sort, left, middle, right);
    size_t border = left + (right - middle);
    merge(sort, low, left, border);
    merge(sort, border, right, high);
}

static void sort_range(const struct sort *sort, size_t low, size_t high)
{
    if (high - low > SHORT) {
        size_t middle = low + (high - low) / 2;
        sort_range(sort, low, middle);
        sort_range(sort, middle, high);
        merge(sort, low, middle, high);
        return;
    }
    for (size_t i = low + 1; i < high; i++)
        for (size_t j = i; j > low && less(sort, j, j - 1); j--)
            swap(sort, j, j - 1);
}

void __wrap_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        bytes = SIZE_MAX;
    /* Sorting writes the array, also one that happens to be in order. */
    bulk_write(base, bytes, HERE);
    struct sort sort = {base, size, compare, HERE};
    if (n > 1 && size > 0)
        sort_range(&sort, 0, n);
}

void *__wrap_bsearch(const void *key, const void *base, size_t n, size_t size,
                     int (*compare)(const void *, const void *))
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *at = (const char *)base + middle * size;
        int order = compare(key, at);
        if (order == 0)
            return (void *)(uintptr_t)at;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}
