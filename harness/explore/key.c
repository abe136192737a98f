/*
 * key.c - pthread_key_*, pthread_getspecific, pthread_setspecific.
 *
 * The numbers given out start at 1, so that a key that nobody created, a zero in
 * static memory, is told from the first one created.
 */
#include "harness/explore/key.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

static struct {
    int created; /* in this execution: when 0, nothing here was touched */
    bool used[KEYS_MAX];
    void (*destructor[KEYS_MAX])(void *);
} keys;

void key_reset(void)
{
    if (keys.created)
        memset(&keys, 0, sizeof keys);
}

/* Index of a key, or -1 after raising that there is none. */
static int index_of(pthread_key_t key, enum op_kind op, const void *frame)
{
    if (key >= 1 && key <= KEYS_MAX && keys.used[key - 1])
        return (int)key - 1;
    finding_at("api-misuse", "no-such-key", op, NULL, frame);
    return -1;
}

int key_create(pthread_key_t *key, void (*destructor)(void *), const void *frame)
{
    memory_write(key, sizeof *key, frame);
    for (unsigned i = 0; i < KEYS_MAX; i++)
        if (!keys.used[i]) {
            keys.used[i] = true;
            keys.created++;
            keys.destructor[i] = destructor;
            for (int t = 0; t < engine.n_threads; t++)
                engine.threads[t].specific[i] = NULL;
            *key = i + 1;
            return 0;
        }
    finding_unsupported("more than 64 thread-specific data keys", frame);
}

int __wrap_pthread_key_create(pthread_key_t *key, void (*destructor)(void *))
{
    return key_create(key, destructor, HERE);
}

int key_delete(pthread_key_t key, const void *frame)
{
    int i = index_of(key, OP_DESTROY, frame);
    if (i < 0)
        return EINVAL;
    keys.used[i] = false;
    return 0;
}

int __wrap_pthread_key_delete(pthread_key_t key)
{
    return key_delete(key, HERE);
}

void *key_get(pthread_key_t key, const void *frame)
{
    int i = index_of(key, OP_READ, frame);
    return i < 0 ? NULL : engine.self->specific[i];
}

void *__wrap_pthread_getspecific(pthread_key_t key)
{
    return key_get(key, HERE);
}

int key_set(pthread_key_t key, const void *value, const void *frame)
{
    int i = index_of(key, OP_WRITE, frame);
    if (i < 0)
        return EINVAL;
    engine.self->specific[i] = (void *)(uintptr_t)value;
    return 0;
}

int __wrap_pthread_setspecific(pthread_key_t key, const void *value)
{
    return key_set(key, value, HERE);
}

void key_begin_thread(struct thread *thread)
{
    if (keys.created)
        memset(thread->specific, 0, sizeof thread->specific);
}

/* A destructor may set values again, hence the rounds. */
void key_run_destructors(struct thread *thread)
{
    bool again = keys.created > 0;
    for (int round = 0; again && round < PTHREAD_DESTRUCTOR_ITERATIONS; round++) {
        again = false;
        for (int i = 0; i < KEYS_MAX; i++) {
            void *value = thread->specific[i];
            thread->specific[i] = NULL;
            if (!value || !keys.used[i] || !keys.destructor[i])
                continue;
            keys.destructor[i](value);
            again = true;
        }
    }
}
