/* Threads hand their sums back through pthread_join; the site's lock is made by pthread_once. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct source {
    const int *batches;
    size_t n;
    long sum;
};

static void *sum_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++)
        source->sum += source->batches[i];
    return &source->sum;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct source sources[2] = {{facebook, n, 0}, {instagram, m, 0}};
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

static pthread_once_t site_once = PTHREAD_ONCE_INIT;
static pthread_mutex_t site_lock;
static long site_total;

static void make_site(void)
{
    pthread_mutex_init(&site_lock, NULL);
}

static pthread_mutex_t *lock_of_site(void)
{
    pthread_once(&site_once, make_site);
    return &site_lock;
}

struct likes {
    pthread_mutex_t lock;
    long of[2];
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
    pthread_mutex_lock(lock_of_site());
    site_total += count;
    pthread_mutex_unlock(lock_of_site());
    pthread_mutex_unlock(&post->lock);
}

static long read_locked(pthread_mutex_t *lock, const long *number)
{
    pthread_mutex_lock(lock);
    long value = *number;
    pthread_mutex_unlock(lock);
    return value;
}

long likes_total(struct likes *post)
{
    return read_locked(&post->lock, &post->total);
}

long likes_of(struct likes *post, enum likes_source source)
{
    return read_locked(&post->lock, &post->of[source]);
}

long likes_site_total(void)
{
    return read_locked(lock_of_site(), &site_total);
}
