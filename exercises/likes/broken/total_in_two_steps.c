/* expect: wrong-result in reader */
/* Each source is atomic, their sum is not: the total may be one that never was. */
#include "likes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct counter {
    pthread_mutex_t lock;
    long total;
};

struct source {
    struct counter *counter;
    const int *batches;
    size_t n;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++) {
        pthread_mutex_lock(&source->counter->lock);
        source->counter->total += source->batches[i];
        pthread_mutex_unlock(&source->counter->lock);
    }
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct counter counter = {.lock = PTHREAD_MUTEX_INITIALIZER, .total = 0};
    struct source sources[2] = {{&counter, facebook, n}, {&counter, instagram, m}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&counter.lock);
    return counter.total;
}

static atomic_long site_total;

struct likes {
    atomic_long of[2];
};

struct likes *likes_new(void)
{
    return calloc(1, sizeof(struct likes));
}

void likes_free(struct likes *post)
{
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    atomic_fetch_add(&post->of[source], count);
    atomic_fetch_add(&site_total, count);
}

long likes_total(struct likes *post)
{
    long facebook = atomic_load(&post->of[LIKES_FACEBOOK]);
    long instagram = atomic_load(&post->of[LIKES_INSTAGRAM]);
    return facebook + instagram;
}

long likes_of(struct likes *post, enum likes_source source)
{
    return atomic_load(&post->of[source]);
}

long likes_site_total(void)
{
    return atomic_load(&site_total);
}
