#include "harness/native/answers.h"

#include <sched.h>
#include <stdatomic.h>

#include "harness/native/ends.h"
#include "harness/native/stream.h"

enum { ANSWERS_MAX = 24 };

struct answer {
    const char *name; /* in the scenarios' object */
    long value;
    bool check;
};

/* Sorted by name. */
struct outcome {
    size_t n;
    struct answer items[ANSWERS_MAX];
    atomic_long count;
};

static struct {
    atomic_flag taken;
    struct outcome now;
    atomic_size_t n; /* grows only once the entry is complete */
    struct outcome outcomes[RECORDS_OUTCOMES_MAX];
    bool lost;
} answers = {.taken = ATOMIC_FLAG_INIT};

/* The C library's strcmp and memmove would be accesses that libtsan sees. */
static int compare(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}

static int compare_answers(const struct answer *a, const char *name, bool check)
{
    int order = compare(a->name, name);
    return order ? order : (int)a->check - (int)check;
}

static void take(void)
{
    while (atomic_flag_test_and_set_explicit(&answers.taken, memory_order_acquire))
        sched_yield();
}

static void give(void)
{
    atomic_flag_clear_explicit(&answers.taken, memory_order_release);
}

/* The place of a name, inserted in order; NULL when there is none left. */
static struct answer *place(const char *name, bool check, bool *is_new)
{
    struct outcome *now = &answers.now;
    size_t at = 0;
    while (at < now->n && compare_answers(&now->items[at], name, check) < 0)
        at++;
    *is_new = at == now->n || compare_answers(&now->items[at], name, check) != 0;
    if (!*is_new)
        return &now->items[at];
    if (now->n == ANSWERS_MAX)
        return NULL;
    for (size_t i = now->n++; i > at; i--)
        now->items[i] = now->items[i - 1];
    now->items[at] = (struct answer){.name = name, .check = check};
    return &now->items[at];
}

static void put(const char *name, long value, bool check)
{
    bool is_new;
    take();
    struct answer *answer = place(name, check, &is_new);
    if (answer && check)
        answer->value = (is_new || answer->value) && value;
    else if (answer)
        answer->value = value;
    give();
    if (!answer)
        end_for_us("a scenario answers more than 24 names");
}

void answers_set(const char *name, long value)
{
    put(name, value, false);
}

void answers_check(const char *name, bool holds)
{
    put(name, holds, true);
}

void answers_reset(void)
{
    atomic_store(&answers.n, 0);
    answers.lost = false;
    answers_next_run();
}

void answers_next_run(void)
{
    take();
    answers.now.n = 0;
    give();
}

static bool same(const struct outcome *a, const struct outcome *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (compare_answers(&a->items[i], b->items[i].name, b->items[i].check) != 0 ||
            a->items[i].value != b->items[i].value)
            return false;
    return true;
}

void answers_count(void)
{
    size_t n = atomic_load(&answers.n);
    struct outcome *now = &answers.now;
    for (size_t i = 0; i < n; i++) {
        if (!same(&answers.outcomes[i], now))
            continue;
        atomic_fetch_add(&answers.outcomes[i].count, 1);
        return;
    }
    if (n == RECORDS_OUTCOMES_MAX) {
        answers.lost = true;
        return;
    }
    struct outcome *outcome = &answers.outcomes[n];
    outcome->n = now->n;
    for (size_t i = 0; i < now->n; i++)
        outcome->items[i] = now->items[i];
    atomic_store(&outcome->count, 1);
    atomic_store(&answers.n, n + 1);
}

static void send(int id, const struct outcome *outcome)
{
    struct record *line = stream_line("outcome");
    record_int(line, "id", id);
    record_int(line, "count", atomic_load(&outcome->count));
    for (size_t i = 0; i < outcome->n; i++) {
        const struct answer *answer = &outcome->items[i];
        char key[RECORD_NAME_MAX] = {answer->check ? 'c' : 'a', '.'};
        for (size_t at = 2; answer->name[at - 2] && at < sizeof key - 1; at++)
            key[at] = answer->name[at - 2];
        record_int(line, key, answer->value);
    }
    stream_send();
}

size_t answers_send(void)
{
    size_t n = atomic_load(&answers.n);
    for (size_t i = 0; i < n; i++)
        send((int)i + 1, &answers.outcomes[i]);
    if (answers.lost) {
        record_text(stream_line("note"), "text",
                    "more distinct answers came up than are kept; the first ones are shown");
        stream_send();
    }
    return n;
}
