/* Each thread sums on its own and locks once; a post holds its lock while it locks the site. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct sum {
    pthread_mutex_t lock;
    long value;
};

static void sum_add(struct sum *sum, long count)
{
    pthread_mutex_lock(&sum->lock);
    sum->value += count;
    pthread_mutex_unlock(&sum->lock);
}

static long sum_get(struct sum *sum)
{
    pthread_mutex_lock(&sum->lock);
    long value = sum->value;
    pthread_mutex_unlock(&sum->lock);
    return value;
}

struct source {
    const int *batches;
    size_t n;
    struct sum *shared;
};

static void *add_batches(void *arg)
{
    const struct source *source = arg;
    long own = 0;
    for (size_t i = 0; i < source->n; i++)
        own += source->batches[i];
    sum_add(source->shared, own);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct sum shared = {.lock = PTHREAD_MUTEX_INITIALIZER, .value = 0};
    struct source first = {facebook, n, &shared};
    struct source second = {instagram, m, &shared};
    pthread_t one, other;
    pthread_create(&one, NULL, add_batches, &first);
    pthread_create(&other, NULL, add_batches, &second);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return shared.value;
}

static struct sum site = {.lock = PTHREAD_MUTEX_INITIALIZER, .value = 0};

struct likes {
    pthread_mutex_t lock;
    long facebook;
    long instagram;
};

struct likes *likes_new(void)
{
    struct likes *post = malloc(sizeof *post);
    if (!post)
        return NULL;
    *post = (struct likes){.facebook = 0, .instagram = 0};
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
    if (source == LIKES_FACEBOOK)
        post->facebook += count;
    else
        post->instagram += count;
    sum_add(&site, count); /* always the post's lock first, then the site's */
    pthread_mutex_unlock(&post->lock);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&post->lock);
    long total = post->facebook + post->instagram;
    pthread_mutex_unlock(&post->lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_mutex_lock(&post->lock);
    long likes = source == LIKES_FACEBOOK ? post->facebook : post->instagram;
    pthread_mutex_unlock(&post->lock);
    return likes;
}

long likes_site_total(void)
{
    return sum_get(&site);
}
