#include <pthread.h>
#include <stdlib.h>

#include "likes.h"
#include "total.h"

struct likes {
    pthread_mutex_t lock;
    long facebook;
    long instagram;
};

static struct total site = TOTAL_INITIALIZER;

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
    *(source == LIKES_FACEBOOK ? &post->facebook : &post->instagram) += count;
    pthread_mutex_unlock(&post->lock);
    total_add(&site, count);
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
    return total_get(&site);
}
