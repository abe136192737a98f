/* The caller counts one source, a helper the other; one lock for all posts and the site. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct count {
    pthread_mutex_t lock;
    long total;
    const int *batches; /* of the helper */
    size_t n;
};

static void add_batches(struct count *count, const int batches[], size_t n)
{
    for (size_t i = 0; i < n; i++) {
        pthread_mutex_lock(&count->lock);
        count->total += batches[i];
        pthread_mutex_unlock(&count->lock);
    }
}

static void *help(void *arg)
{
    struct count *count = arg;
    add_batches(count, count->batches, count->n);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct count count = {PTHREAD_MUTEX_INITIALIZER, 0, instagram, m};
    pthread_t helper;
    pthread_create(&helper, NULL, help, &count);
    add_batches(&count, facebook, n);
    pthread_join(helper, NULL);
    pthread_mutex_destroy(&count.lock);
    return count.total;
}

/* Guards the likes of every post, too: a like is added in no time at all. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long site_total;

struct likes {
    long of[2];
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
    pthread_mutex_lock(&lock);
    post->of[source] += count;
    site_total += count;
    pthread_mutex_unlock(&lock);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&lock);
    long total = post->of[LIKES_FACEBOOK] + post->of[LIKES_INSTAGRAM];
    pthread_mutex_unlock(&lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_mutex_lock(&lock);
    long likes = post->of[source];
    pthread_mutex_unlock(&lock);
    return likes;
}

long likes_site_total(void)
{
    pthread_mutex_lock(&lock);
    long total = site_total;
    pthread_mutex_unlock(&lock);
    return total;
}
