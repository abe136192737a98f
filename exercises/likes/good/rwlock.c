/* Readers-writer locks: those who only look do not wait for one another. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct tally {
    pthread_rwlock_t lock;
    long of[2];
};

static void tally_add(struct tally *tally, enum likes_source source, long count)
{
    pthread_rwlock_wrlock(&tally->lock);
    tally->of[source] += count;
    pthread_rwlock_unlock(&tally->lock);
}

static long tally_total(struct tally *tally)
{
    pthread_rwlock_rdlock(&tally->lock);
    long total = tally->of[LIKES_FACEBOOK] + tally->of[LIKES_INSTAGRAM];
    pthread_rwlock_unlock(&tally->lock);
    return total;
}

struct source {
    struct tally *tally;
    enum likes_source which;
    const int *batches;
    size_t n;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++)
        tally_add(source->tally, source->which, source->batches[i]);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct tally tally = {.of = {0, 0}};
    pthread_rwlock_init(&tally.lock, NULL);
    struct source sources[] = {
        {&tally, LIKES_FACEBOOK, facebook, n},
        {&tally, LIKES_INSTAGRAM, instagram, m},
    };
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    long total = tally_total(&tally);
    pthread_rwlock_destroy(&tally.lock);
    return total;
}

struct likes {
    struct tally tally;
};

static struct tally site = {.lock = PTHREAD_RWLOCK_INITIALIZER};

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    if (post)
        pthread_rwlock_init(&post->tally.lock, NULL);
    return post;
}

void likes_free(struct likes *post)
{
    pthread_rwlock_destroy(&post->tally.lock);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    tally_add(&post->tally, source, count);
    tally_add(&site, source, count);
}

long likes_total(struct likes *post)
{
    return tally_total(&post->tally);
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_rwlock_rdlock(&post->tally.lock);
    long likes = post->tally.of[source];
    pthread_rwlock_unlock(&post->tally.lock);
    return likes;
}

long likes_site_total(void)
{
    return tally_total(&site);
}
