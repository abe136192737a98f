/* C11 atomics for single numbers, a mutex where two numbers must change together. */
#include "likes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct source {
    const int *batches;
    size_t n;
    atomic_long *total;
};

static void *add_batches(void *arg)
{
    const struct source *source = arg;
    for (size_t i = 0; i < source->n; i++)
        atomic_fetch_add(source->total, source->batches[i]);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    atomic_long total = 0;
    struct source sources[] = {{facebook, n, &total}, {instagram, m, &total}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return atomic_load(&total);
}

static atomic_long site_total;

struct likes {
    pthread_mutex_t lock;
    long of[2];
};

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    if (post)
        pthread_mutex_init(&post->lock, NULL);
    return post;
}

void likes_free(struct likes *post)
{
    pthread_mutex_destroy(&post->lock);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    pthread_mutex_lock(&post->lock);
    post->of[source] += count;
    pthread_mutex_unlock(&post->lock);
    atomic_fetch_add(&site_total, count);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&post->lock);
    long total = post->of[LIKES_FACEBOOK] + post->of[LIKES_INSTAGRAM];
    pthread_mutex_unlock(&post->lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_mutex_lock(&post->lock);
    long likes = post->of[source];
    pthread_mutex_unlock(&post->lock);
    return likes;
}

long likes_site_total(void)
{
    return atomic_load(&site_total);
}
