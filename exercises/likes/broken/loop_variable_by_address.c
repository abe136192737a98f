/* expect: data-race, wrong-result, out-of-bounds, use-after-free, crash in one_source_empty; data-race, wrong-result, out-of-bounds, use-after-free, crash in two_sources; data-race, out-of-bounds, use-after-free, crash, over-synchronised in in_parallel; data-race, wrong-result, out-of-bounds, use-after-free, crash in nothing_left */
/* Every thread gets the address of the same loop variable, which goes on counting. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t count_lock = PTHREAD_MUTEX_INITIALIZER;
static long total;

static struct {
    const int *batches;
    size_t n;
} sources[2];

static void *add_batches(void *arg)
{
    int which = *(int *)arg;
    for (size_t i = 0; i < sources[which].n; i++) {
        pthread_mutex_lock(&count_lock);
        total += sources[which].batches[i];
        pthread_mutex_unlock(&count_lock);
    }
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    total = 0;
    sources[0].batches = facebook;
    sources[0].n = n;
    sources[1].batches = instagram;
    sources[1].n = m;
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &i);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
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
