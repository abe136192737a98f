/*
 * explain.h - the parts of the sentences that findings are told in; for reports/ only.
 *
 * A headline is one whole sentence in the source and in the translation; only noun
 * phrases are put into it: a thread ("thread `facebook`"), a thing ("`total`"), each maybe with
 * its place ("thread `facebook` (likes.c:31)"). They stand as {1}, {2}, ... in the sentence, in
 * whatever order the language wants them. Parts are put in once, so a name with braces in
 * it is only a name.
 *
 * Ownership: every text belongs to the report's pool. Threads: see language.h.
 */
#ifndef HILO_REPORTS_EXPLAIN_H
#define HILO_REPORTS_EXPLAIN_H

#include "reports/report.h"

/* What is being told, passed down together. */
struct tale {
    struct report *report;
    const struct finding *finding;
};

/* The headline of a finding, one function a category. NULL: the kind's plain sentence does. */
const char *explain_race(const struct tale *tale);
const char *explain_deadlock(const struct tale *tale);
const char *explain_join(const struct tale *tale);
const char *explain_daemon(const struct tale *tale);
const char *explain_memory(const struct tale *tale);
const char *explain_functional(const struct tale *tale);
const char *explain_misuse(const struct tale *tale);
const char *explain_design(const struct tale *tale);
const char *explain_build(const struct tale *tale);
const char *explain_security(const struct tale *tale);

/* What teaches. Never NULL. */
const char *explain_hint(const struct tale *tale);

/* How the locks of a race's two accesses relate. */
enum guard {
    GUARD_UNKNOWN, /* fewer than two accesses */
    GUARD_NONE,
    GUARD_FIRST_ONLY,
    GUARD_SECOND_ONLY,
    GUARD_DIFFERENT,
    GUARD_SAME_NAME,
    GUARD_HALF_ATOMIC,
};
enum guard race_guard(const struct finding *finding);

/* The sentence with {1}, {2}, ... replaced by `parts`, which ends with NULL. */
const char *tale_fill(const struct tale *tale, const char *sentence, const char *const *parts);
#define FILL(tale, sentence, ...)                                                                  \
    tale_fill(tale, sentence, (const char *const[]){__VA_ARGS__, NULL})

/* "thread `facebook`", "the main thread", "thread 3", "a thread" (id < 0). */
const char *tale_thread(const struct tale *tale, int id);

/* The signal of a lost wakeup that nobody heard, or NULL. */
const struct step *lost_signal(const struct finding *finding);

/* "likes.c:31", or "" when nobody knows. */
const char *tale_place(const struct tale *tale, const struct location *at);

/* `what`, and its place in parentheses when it is known. `at` may be NULL. */
const char *tale_with_place(const struct tale *tale, const char *what, const struct location *at);

/* "thread `facebook` (likes.c:31)". */
const char *tale_thread_at(const struct tale *tale, int id, const struct location *at);

/* "`total`"; `otherwise` when it has no name. */
const char *tale_object(const struct tale *tale, const char *object, const char *otherwise);

/* The place of a stack that the student knows: its innermost frame with a source line; NULL. */
const struct location *tale_top(const struct stack *stack);

/* The n-th place of the finding, or NULL. */
const struct location *tale_location(const struct tale *tale, size_t n);

/* The thread that the finding is about: the one that its object names, else the last that is not
 * the main thread; -1 when there is none. */
int tale_subject(const struct tale *tale);

/* The thread that did the last step of the story, or of the first access; -1 for nobody. */
int tale_actor(const struct tale *tale);

/* The first line of the finding's detail, or "". */
const char *tale_detail_line(const struct tale *tale);

/* An operation by its name, whatever stands between the words: "sem-wait" is "sem wait". */
bool op_is(const char *op, const char *name);
bool op_writes(const char *op);
bool op_frees(const char *op);
bool op_signals(const char *op);
bool op_takes(const char *op); /* takes a lock, of any sort */
bool op_waits(const char *op); /* waits on a condition variable */

#endif
