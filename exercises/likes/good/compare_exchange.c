/* Lock-free with compare and exchange; a post packs both sources into one atomic word. */
#include "likes.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
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

/* Two counts of 32 bits that change in one step: enough for any post. */
union both {
    uint64_t word;
    int32_t of[2];
};

struct likes {
    _Atomic uint64_t word;
};

struct likes *likes_new(void)
{
    struct likes *post = malloc(sizeof *post);
    if (post)
        atomic_init(&post->word, 0);
    return post;
}

void likes_free(struct likes *post)
{
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    union both old = {.word = atomic_load(&post->word)};
    union both changed;
    do {
        changed = old;
        changed.of[source] += (int32_t)count;
    } while (!atomic_compare_exchange_weak(&post->word, &old.word, changed.word));
    add_to(&site_total, count);
}

long likes_total(struct likes *post)
{
    union both now = {.word = atomic_load(&post->word)};
    return (long)now.of[LIKES_FACEBOOK] + now.of[LIKES_INSTAGRAM];
}

long likes_of(struct likes *post, enum likes_source source)
{
    union both now = {.word = atomic_load(&post->word)};
    return now.of[source];
}

long likes_site_total(void)
{
    return atomic_load(&site_total);
}
