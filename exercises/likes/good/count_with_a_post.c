/* Built on itself: the counter is a post; recursive locks let likes_total call likes_of. */
#include "likes.h"

#include <pthread.h>
#include <stdlib.h>

struct likes {
    pthread_mutex_t lock;
    long of[2];
};

static pthread_mutex_t site_lock = PTHREAD_MUTEX_INITIALIZER;
static long site_total;

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    if (!post)
        return NULL;
    pthread_mutexattr_t recursive;
    pthread_mutexattr_init(&recursive);
    pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
    pthread_mutex_init(&post->lock, &recursive);
    pthread_mutexattr_destroy(&recursive);
    return post;
}

void likes_free(struct likes *post)
{
    pthread_mutex_destroy(&post->lock);
    free(post);
}

static void add_to_post(struct likes *post, enum likes_source source, long count)
{
    pthread_mutex_lock(&post->lock);
    post->of[source] += count;
    pthread_mutex_unlock(&post->lock);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    add_to_post(post, source, count);
    pthread_mutex_lock(&site_lock);
    site_total += count;
    pthread_mutex_unlock(&site_lock);
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_mutex_lock(&post->lock);
    long likes = post->of[source];
    pthread_mutex_unlock(&post->lock);
    return likes;
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&post->lock);
    long total = likes_of(post, LIKES_FACEBOOK) + likes_of(post, LIKES_INSTAGRAM);
    pthread_mutex_unlock(&post->lock);
    return total;
}

long likes_site_total(void)
{
    pthread_mutex_lock(&site_lock);
    long total = site_total;
    pthread_mutex_unlock(&site_lock);
    return total;
}

struct job {
    struct likes *post;
    enum likes_source source;
    const int *batches;
    size_t n;
};

static void *work(void *arg)
{
    struct job *job = arg;
    for (size_t i = 0; i < job->n; i++)
        add_to_post(job->post, job->source, job->batches[i]);
    free(job);
    return NULL;
}

static pthread_t start(struct likes *post, enum likes_source source, const int *batches, size_t n)
{
    struct job *job = malloc(sizeof *job);
    *job = (struct job){post, source, batches, n};
    pthread_t thread;
    pthread_create(&thread, NULL, work, job);
    return thread;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    struct likes *post = likes_new();
    pthread_t first = start(post, LIKES_FACEBOOK, facebook, n);
    pthread_t second = start(post, LIKES_INSTAGRAM, instagram, m);
    pthread_join(second, NULL);
    pthread_join(first, NULL);
    long total = likes_total(post);
    likes_free(post);
    return total;
}
