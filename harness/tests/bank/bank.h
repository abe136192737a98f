/*
 * bank.h - what the programs of the bank share.
 *
 * The bank is the guard against false alarms: each program is right by POSIX and C11, however its
 * threads are scheduled and however late its timers are, and answers the same every time. Many
 * are right for a subtle reason, which then stands beside them. list.h names them all;
 * test_bank.c explores each and runs it natively.
 *
 * Everything is static but the programs, so that a file's names mean nothing in the others.
 */
#ifndef HILO_HARNESS_TESTS_BANK_H
#define HILO_HARNESS_TESTS_BANK_H

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "harness/scenario.h"

enum { TEAM_MAX = 8 };

/* Run `body` in n threads, each with its number, and wait for all. */
static inline void team(int n, void *(*body)(void *))
{
    pthread_t threads[TEAM_MAX];
    for (long i = 0; i < n; i++)
        pthread_create(&threads[i], NULL, body, (void *)i);
    for (int i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
}

static inline void pair_of(void *(*first)(void *), void *(*second)(void *))
{
    pthread_t a, b;
    pthread_create(&a, NULL, first, NULL);
    pthread_create(&b, NULL, second, NULL);
    pthread_join(b, NULL);
    pthread_join(a, NULL);
}

/* A moment so many milliseconds from now. */
static inline struct timespec in_ms(clockid_t clock, long ms)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    ts.tv_sec += ms / 1000;
    ts.tv_nsec += ms % 1000 * 1000000;
    if (ts.tv_nsec >= 1000000000) {
        ts.tv_sec++;
        ts.tv_nsec -= 1000000000;
    }
    return ts;
}

#endif
