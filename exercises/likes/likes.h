/*
 * likes.h - count the likes of a post that lives on two social networks at once.
 *
 * This header is the whole contract: a solution defines every function below, in one .c file or
 * in a folder of .c and .h files that include it. It may use pthreads, POSIX semaphores and C11
 * atomics.
 *
 * You may assume that there is memory and room for threads, and that no total ever leaves the
 * range of a long.
 */
#ifndef LIKES_H
#define LIKES_H

#include <stddef.h>

/*
 * Count the likes that arrived from two sources, in parallel.
 *
 * `facebook` holds n batches of likes and `instagram` m of them; each entry is the number of
 * likes of one batch, 0 or more. Each source has a thread of its own that adds its batches to
 * one total that both share (the calling thread may be one of the two). Both work at the same
 * time: neither waits until the other has finished.
 *
 * n, m or both may be 0; an array of 0 entries may be NULL. The arrays are only read.
 *
 * Returns the total. When it returns, every thread that it started has ended and was joined,
 * and nothing that it allocated is left.
 */
long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m);

/*
 * A post. It knows its likes by source, and any number of threads may use it at the same time
 * without a lock of their own. What is in a `struct likes` is yours to define.
 *
 * The total of a post never disagrees with the sum of its sources: each likes_add() shows whole
 * or not at all, in all that can be asked of a post.
 */
struct likes;

enum likes_source { LIKES_FACEBOOK, LIKES_INSTAGRAM };

/* A new post, without likes. The caller frees it with likes_free(). */
struct likes *likes_new(void);

/* Free a post that nobody uses any more. Its likes stay in the site's total. */
void likes_free(struct likes *post);

/* Add `count` likes of a source; count may be 0, or negative when likes are taken back. When it
 * returns, the post's total, its source's likes and the site's total all include it. */
void likes_add(struct likes *post, enum likes_source source, long count);

/* The post's likes of both sources: a total that the post really had at some moment of the call. */
long likes_total(struct likes *post);

/* The post's likes of one source. */
long likes_of(struct likes *post, enum likes_source source);

/* All likes ever added with likes_add() to any post, also to those freed since. Posts are used
 * by different threads, yet all share this total: so it needs a lock that all of them share.
 * What count_likes_from_2_sources() counts is not part of it. */
long likes_site_total(void);

#endif
