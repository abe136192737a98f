/* expect: deadlock, lock-order, hang in reader */
/* likes_add takes the post and then the site, likes_total the site and then the post. */
#include "likes.h"

#include <pthread.h>
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
    pthread_mutex_lock(&site_lock);
    site_total += count;
    pthread_mutex_unlock(&site_lock);
    pthread_mutex_unlock(&post->lock);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&site_lock);
    pthread_mutex_lock(&post->lock);
    long total = post->total;
    pthread_mutex_unlock(&post->lock);
    pthread_mutex_unlock(&site_lock);
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
