/* total.h - a number that several threads add to. */
#ifndef TOTAL_H
#define TOTAL_H

#include <pthread.h>

struct total {
    pthread_mutex_t lock;
    long value;
};

#define TOTAL_INITIALIZER                                                                          \
    {                                                                                              \
        PTHREAD_MUTEX_INITIALIZER, 0                                                               \
    }

void total_init(struct total *total);
void total_destroy(struct total *total);
void total_add(struct total *total, long count);
long total_get(struct total *total);

#endif
