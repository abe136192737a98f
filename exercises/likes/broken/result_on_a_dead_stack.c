/* expect: use-after-free, crash, data-race, wrong-result in one_source_empty; use-after-free, crash, data-race, wrong-result in two_sources; use-after-free, crash, data-race in in_parallel; use-after-free, crash, data-race, wrong-result in nothing_left */
/* The thread returns the address of its own variable, which is gone when it is joined. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct source {
    const int *batches;
    size_t n;
};

static void *sum_batches(void *arg)
{
    struct source *source = arg;
    long sum = 0;
    long *result = &sum;
    for (size_t i = 0; i < source->n; i++)
        *result += source->batches[i];
    return result;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct source sources[2] = {{facebook, n}, {instagram, m}};
    pthread_t threads[2];
    long total = 0;
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, sum_batches, &sources[i]);
    for (int i = 0; i < 2; i++) {
        void *sum;
        pthread_join(threads[i], &sum);
        total += *(long *)sum;
    }
    return total;
}

static pthread_mutex_t site_lock = PTHREAD_MUTEX_INITIALIZER;
static long site_total;

struct likes {
    pthread_mutex_t lock;
    long of[2]; /* by source */
    long total;
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
    post->total += count;
    pthread_mutex_unlock(&post->lock);

    pthread_mutex_lock(&site_lock);
    site_total += count;
    pthread_mutex_unlock(&site_lock);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&post->lock);
    long total = post->total;
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
    pthread_mutex_lock(&site_lock);
    long total = site_total;
    pthread_mutex_unlock(&site_lock);
    return total;
}
