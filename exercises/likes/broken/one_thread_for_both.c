/* expect: over-synchronised in in_parallel */
/* One thread does the work of both sources, one after the other. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct sources {
    const int *facebook;
    size_t n;
    const int *instagram;
    size_t m;
    long total;
};

static void *add_all(void *arg)
{
    struct sources *sources = arg;
    for (size_t i = 0; i < sources->n; i++)
        sources->total += sources->facebook[i];
    for (size_t i = 0; i < sources->m; i++)
        sources->total += sources->instagram[i];
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct sources sources = {facebook, n, instagram, m, 0};
    pthread_t thread;
    pthread_create(&thread, NULL, add_all, &sources);
    pthread_join(thread, NULL);
    return sources.total;
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
