/* POSIX semaphores as locks: one permit each, and whoever has it may change the data. */
#include "likes.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

struct source {
    const int *batches;
    size_t n;
    long *total;
    sem_t *permit;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (size_t i = 0; i < source->n; i++) {
        sem_wait(source->permit);
        *source->total += source->batches[i];
        sem_post(source->permit);
    }
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    long total = 0;
    sem_t permit;
    sem_init(&permit, 0, 1);
    struct source sources[2] = {{facebook, n, &total, &permit}, {instagram, m, &total, &permit}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, add_batches, &sources[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    sem_destroy(&permit);
    return total;
}

static struct {
    pthread_once_t made;
    sem_t permit;
    long total;
} site = {.made = PTHREAD_ONCE_INIT};

static void make_site(void)
{
    sem_init(&site.permit, 0, 1);
}

static long change_site(long count)
{
    pthread_once(&site.made, make_site);
    sem_wait(&site.permit);
    long total = site.total += count;
    sem_post(&site.permit);
    return total;
}

struct likes {
    sem_t permit;
    long of[2];
};

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    if (post)
        sem_init(&post->permit, 0, 1);
    return post;
}

void likes_free(struct likes *post)
{
    sem_destroy(&post->permit);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    sem_wait(&post->permit);
    post->of[source] += count;
    sem_post(&post->permit);
    change_site(count);
}

long likes_total(struct likes *post)
{
    sem_wait(&post->permit);
    long total = post->of[LIKES_FACEBOOK] + post->of[LIKES_INSTAGRAM];
    sem_post(&post->permit);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    sem_wait(&post->permit);
    long likes = post->of[source];
    sem_post(&post->permit);
    return likes;
}

long likes_site_total(void)
{
    return change_site(0);
}
