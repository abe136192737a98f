/* expect: thread-leak, sleep-as-synchronisation, wrong-result, data-race, use-after-free, memory-leak in one_source_empty; thread-leak, sleep-as-synchronisation, wrong-result, data-race, use-after-free, memory-leak in two_sources; thread-leak, sleep-as-synchronisation, data-race, use-after-free, memory-leak in in_parallel; thread-leak, sleep-as-synchronisation, wrong-result, data-race, use-after-free, memory-leak in nothing_left */
/* Sleeps and hopes that the threads are done by then. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct count {
    pthread_mutex_t lock;
    long total;
};

struct source {
    struct count *count;
    const int *batches;
    size_t n;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++) {
        pthread_mutex_lock(&source->count->lock);
        source->count->total += source->batches[i];
        pthread_mutex_unlock(&source->count->lock);
    }
    free(source);
    return NULL;
}

static pthread_t start(struct count *count, const int *batches, size_t n)
{
    struct source *source = malloc(sizeof *source);
    *source = (struct source){count, batches, n};
    pthread_t thread;
    pthread_create(&thread, NULL, add_batches, source);
    return thread;
}

static struct count count = {PTHREAD_MUTEX_INITIALIZER, 0};

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    pthread_mutex_lock(&count.lock);
    count.total = 0;
    pthread_mutex_unlock(&count.lock);
    start(&count, facebook, n);
    start(&count, instagram, m);
    usleep(1000);
    pthread_mutex_lock(&count.lock);
    long total = count.total;
    pthread_mutex_unlock(&count.lock);
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
