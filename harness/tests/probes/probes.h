/*
 * probes.h - what the probes share. A probe is a small program that uses one kind of call and
 * answers what it saw; test_primitives.c runs them.
 */
#ifndef HILO_HARNESS_TESTS_PROBES_H
#define HILO_HARNESS_TESTS_PROBES_H

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "harness/scenario.h"

static inline void in_two_threads(void *(*a)(void *), void *(*b)(void *))
{
    pthread_t first, second;
    pthread_create(&first, NULL, a, NULL);
    pthread_create(&second, NULL, b, NULL);
    pthread_join(first, NULL);
    pthread_join(second, NULL);
}

/* For sorting. */
struct pair {
    int key, order;
};

static inline int by_key(const void *a, const void *b)
{
    return ((const struct pair *)a)->key - ((const struct pair *)b)->key;
}

#endif
