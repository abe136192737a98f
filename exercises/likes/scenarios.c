/*
 * scenarios.c - how the exercise likes is tried out; exercise.json says what is right.
 *
 * The first four use the function, the others the object. Each grades one aspect, so the parts
 * that it does not grade are kept free of threads: reader has one adder only, lest a site total
 * without a lock cost its points too.
 */
#include "harness/scenario.h"
#include "likes.h"

enum { BATCHES_MAX = 256 };

/* Batches that differ from one another, so that none can stand in for another. */
static void fill(int batches[], long n, long first)
{
    for (long i = 0; i < n; i++)
        batches[i] = (int)(first + i);
}

SCENARIO(one_source_empty)
{
    int batches[BATCHES_MAX];
    long n = input("n");
    fill(batches, n, input("f"));
    answer("only_facebook", count_likes_from_2_sources(batches, (size_t)n, NULL, 0));
    answer("only_instagram", count_likes_from_2_sources(NULL, 0, batches, (size_t)n));
    answer("none", count_likes_from_2_sources(NULL, 0, NULL, 0));
}

SCENARIO(two_sources)
{
    int facebook[BATCHES_MAX], instagram[BATCHES_MAX];
    long n = input("n"), m = input("m");
    fill(facebook, n, input("f"));
    fill(instagram, m, input("g"));
    answer("total", count_likes_from_2_sources(facebook, (size_t)n, instagram, (size_t)m));
}

SCENARIO(in_parallel)
{
    int facebook[BATCHES_MAX], instagram[BATCHES_MAX];
    long n = input("n"), m = input("m");
    fill(facebook, n, 1);
    fill(instagram, m, 1);
    watch("facebook", facebook, (size_t)n * sizeof facebook[0]);
    watch("instagram", instagram, (size_t)m * sizeof instagram[0]);
    count_likes_from_2_sources(facebook, (size_t)n, instagram, (size_t)m);
}

/* One source at a time, so that nothing but the end of the threads is in question. The batches
 * change as soon as the call returned: a thread left behind would still read them. */
SCENARIO(nothing_left)
{
    int batches[BATCHES_MAX];
    long n = input("n");
    fill(batches, n, 1);
    long counted = count_likes_from_2_sources(batches, (size_t)n, NULL, 0);
    fill(batches, n, 2);
    counted += count_likes_from_2_sources(NULL, 0, batches, (size_t)n);
    fill(batches, n, 3);
    answer("counted", counted);
}

SCENARIO(one_post)
{
    long before = likes_site_total();
    struct likes *post = likes_new();
    answer("total_when_new", likes_total(post));
    likes_add(post, LIKES_FACEBOOK, input("f"));
    likes_add(post, LIKES_INSTAGRAM, 0);
    likes_add(post, LIKES_INSTAGRAM, input("g"));
    likes_add(post, LIKES_FACEBOOK, -1);
    answer("facebook", likes_of(post, LIKES_FACEBOOK));
    answer("instagram", likes_of(post, LIKES_INSTAGRAM));
    answer("total", likes_total(post));
    likes_free(post);
    answer("site", likes_site_total() - before);
}

struct work {
    struct likes *post;
    long rounds;
};

/* After each step the total is a multiple of 8, or 5 more than one. */
static void add_5_and_3(void *arg)
{
    const struct work *work = arg;
    for (long i = 0; i < work->rounds; i++) {
        likes_add(work->post, LIKES_FACEBOOK, 5);
        likes_add(work->post, LIKES_INSTAGRAM, 3);
    }
}

SCENARIO(two_tasks)
{
    struct work work = {likes_new(), input("rounds")};
    task first = spawn("first", add_5_and_3, &work);
    task second = spawn("second", add_5_and_3, &work);
    await(first);
    await(second);
    answer("facebook", likes_of(work.post, LIKES_FACEBOOK));
    answer("instagram", likes_of(work.post, LIKES_INSTAGRAM));
    answer("total", likes_total(work.post));
    likes_free(work.post);
}

SCENARIO(two_posts)
{
    long before = likes_site_total();
    struct work one = {likes_new(), input("rounds")};
    struct work other = {likes_new(), input("rounds")};
    task first = spawn("first", add_5_and_3, &one);
    task second = spawn("second", add_5_and_3, &other);
    await(first);
    await(second);
    answer("one_total", likes_total(one.post));
    answer("other_total", likes_total(other.post));
    answer("site", likes_site_total() - before);
    likes_free(one.post);
    likes_free(other.post);
}

SCENARIO(reader)
{
    struct work work = {likes_new(), input("rounds")};
    task adder = spawn("adder", add_5_and_3, &work);
    for (long i = 0; i < work.rounds; i++) {
        long earlier = likes_total(work.post);
        long sources = likes_of(work.post, LIKES_FACEBOOK);
        sources += likes_of(work.post, LIKES_INSTAGRAM);
        long later = likes_total(work.post);
        check("no_half_update", earlier <= sources && sources <= later);
        check("total_was_real", later % 8 == 0 || later % 8 == 5);
    }
    await(adder);
    answer("total", likes_total(work.post));
    likes_free(work.post);
}
