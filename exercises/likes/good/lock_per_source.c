/* A lock for each source; the total takes both, always in the same order. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct bucket {
    pthread_mutex_t lock;
    long likes;
};

static void bucket_add(struct bucket *bucket, long count)
{
    pthread_mutex_lock(&bucket->lock);
    bucket->likes += count;
    pthread_mutex_unlock(&bucket->lock);
}

static long bucket_get(struct bucket *bucket)
{
    pthread_mutex_lock(&bucket->lock);
    long likes = bucket->likes;
    pthread_mutex_unlock(&bucket->lock);
    return likes;
}

struct likes {
    struct bucket of[2];
};

static struct bucket site = {PTHREAD_MUTEX_INITIALIZER, 0};

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    for (int i = 0; post && i < 2; i++)
        pthread_mutex_init(&post->of[i].lock, NULL);
    return post;
}

void likes_free(struct likes *post)
{
    for (int i = 0; i < 2; i++)
        pthread_mutex_destroy(&post->of[i].lock);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    bucket_add(&post->of[source], count);
    bucket_add(&site, count);
}

long likes_total(struct likes *post)
{
    struct bucket *facebook = &post->of[LIKES_FACEBOOK];
    struct bucket *instagram = &post->of[LIKES_INSTAGRAM];
    pthread_mutex_lock(&facebook->lock);
    pthread_mutex_lock(&instagram->lock);
    long total = facebook->likes + instagram->likes;
    pthread_mutex_unlock(&instagram->lock);
    pthread_mutex_unlock(&facebook->lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    return bucket_get(&post->of[source]);
}

long likes_site_total(void)
{
    return bucket_get(&site);
}

struct source {
    const int *batches;
    size_t n;
    struct bucket *total;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++)
        bucket_add(source->total, source->batches[i]);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct bucket total = {PTHREAD_MUTEX_INITIALIZER, 0};
    struct source sources[2] = {{facebook, n, &total}, {instagram, m, &total}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&total.lock);
    return total.likes;
}
