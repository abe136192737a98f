/* A folder of several files, each with one thing; the lock is an object of its own in total.h. */
#include <pthread.h>

#include "likes.h"
#include "total.h"

struct source {
    const int *batches;
    size_t n;
    struct total *total;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++)
        total_add(source->total, source->batches[i]);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct total total;
    total_init(&total);
    struct source sources[2] = {{facebook, n, &total}, {instagram, m, &total}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    long likes = total_get(&total);
    total_destroy(&total);
    return likes;
}
