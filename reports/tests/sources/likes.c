#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct post {
    pthread_mutex_t lock;
    pthread_mutex_t site;
    pthread_cond_t changed;
    long count;
};

static long total;

static void *facebook(void *arg)
{
    for (long i = 0; i < *(long *)arg; i++)
        total += 1;
    return NULL;
}

static void from_post(struct post *post)
{
    pthread_mutex_lock(&post->lock);
    pthread_mutex_lock(&post->site);
    post->count++;
    pthread_mutex_unlock(&post->site);
    pthread_mutex_unlock(&post->lock);
}

static void from_site(struct post *post)
{
    pthread_mutex_lock(&post->site);
    pthread_mutex_lock(&post->lock);
    post->count++;
    pthread_mutex_unlock(&post->lock);
    pthread_mutex_unlock(&post->site);
}

static void *reader(void *arg)
{
    struct post *post = arg;
    pthread_mutex_lock(&post->lock);
    pthread_cond_wait(&post->changed, &post->lock);
    pthread_mutex_unlock(&post->lock);
    return NULL;
}

static void tell(struct post *post)
{
    pthread_cond_signal(&post->changed);
}

long count_likes_from_2_sources(long n, long m)
{
    pthread_t one, two;
    pthread_create(&one, NULL, facebook, &n);
    pthread_create(&two, NULL, facebook, &m);
    pthread_join(one, NULL);
    pthread_join(one, NULL);
    while (total < n + m)
        ;
    return total;
}
