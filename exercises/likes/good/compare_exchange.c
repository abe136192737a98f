/* Lock-free with compare and exchange; spin locks where two numbers belong together. */
#include "likes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

static _Atomic long site_total;

static void add_to(_Atomic long *total, long count)
{
    long seen = atomic_load_explicit(total, memory_order_relaxed);
    while (!atomic_compare_exchange_weak(total, &seen, seen + count))
        continue; /* somebody else was faster: `seen` is fresh now */
}

struct source {
    const int *batches;
    const int *end;
    _Atomic long *total;
};

static void *add_batches(void *arg)
{
    struct source *source = arg;
    for (const int *batch = source->batches; batch != source->end; batch++)
        add_to(source->total, *batch);
    return NULL;
}

static pthread_t start(struct source *source)
{
    pthread_t thread;
    pthread_create(&thread, NULL, add_batches, source);
    return thread;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    _Atomic long total = 0;
    struct source left = {facebook, n ? facebook + n : facebook, &total};
    struct source right = {instagram, m ? instagram + m : instagram, &total};
    pthread_t one = start(&left);
    pthread_t other = start(&right);
    pthread_join(one, NULL);
    pthread_join(other, NULL);
    return total;
}

struct likes {
    pthread_spinlock_t lock; /* held for a few instructions only */
    long of[2];
};

struct likes *likes_new(void)
{
    struct likes *post = calloc(1, sizeof *post);
    if (post)
        pthread_spin_init(&post->lock, PTHREAD_PROCESS_PRIVATE);
    return post;
}

void likes_free(struct likes *post)
{
    pthread_spin_destroy(&post->lock);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    pthread_spin_lock(&post->lock);
    post->of[source] += count;
    pthread_spin_unlock(&post->lock);
    add_to(&site_total, count);
}

long likes_total(struct likes *post)
{
    pthread_spin_lock(&post->lock);
    long total = post->of[LIKES_FACEBOOK] + post->of[LIKES_INSTAGRAM];
    pthread_spin_unlock(&post->lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    pthread_spin_lock(&post->lock);
    long likes = post->of[source];
    pthread_spin_unlock(&post->lock);
    return likes;
}

long likes_site_total(void)
{
    return atomic_load(&site_total);
}
