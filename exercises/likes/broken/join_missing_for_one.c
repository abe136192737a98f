/* expect: thread-leak, use-after-free, data-race, wrong-result, unlock-not-owner, crash, hang in one_source_empty; thread-leak, use-after-free, data-race, wrong-result, unlock-not-owner, crash, hang in two_sources; thread-leak, use-after-free, data-race, unlock-not-owner, crash, hang in in_parallel; thread-leak, use-after-free, data-race, wrong-result, unlock-not-owner, crash, hang in nothing_left */
/* Joins only the first thread and frees what the second still uses. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct count {
    pthread_t threads[2];
    const int *batches[2];
    size_t n[2];
    long total;
    pthread_mutex_t lock;
};

static void add_batches(struct count *count, int which)
{
    for (size_t i = 0; i < count->n[which]; i++) {
        pthread_mutex_lock(&count->lock);
        count->total += count->batches[which][i];
        pthread_mutex_unlock(&count->lock);
    }
}

static void *add_facebook(void *arg)
{
    add_batches(arg, 0);
    return NULL;
}

static void *add_instagram(void *arg)
{
    add_batches(arg, 1);
    return NULL;
}

static struct count *start(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct count *count = calloc(1, sizeof *count);
    pthread_mutex_init(&count->lock, NULL);
    count->batches[0] = facebook;
    count->n[0] = n;
    count->batches[1] = instagram;
    count->n[1] = m;
    pthread_create(&count->threads[0], NULL, add_facebook, count);
    pthread_create(&count->threads[1], NULL, add_instagram, count);
    return count;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct count *count = start(facebook, n, instagram, m);
    pthread_join(count->threads[0], NULL);
    pthread_mutex_lock(&count->lock);
    long total = count->total;
    pthread_mutex_unlock(&count->lock);
    free(count);
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
