/*
 * once.c - pthread_once: the first to come runs the routine, those who come meanwhile wait for
 * its end, and everyone returns after it.
 */
#include "harness/explore/once.h"

#include <string.h>

#include "harness/explore/finding.h"
#include "harness/explore/sync.h"
#include "harness/explore/trace.h"
#include "harness/explore/wrap.h"

enum { NOT_RUN, RUNNING, DONE };

static bool start(struct object *object, const void *bytes)
{
    static const pthread_once_t initial = PTHREAD_ONCE_INIT;
    object->u.once.state = NOT_RUN;
    return !memcmp(bytes, &initial, sizeof initial);
}

static const struct sync_type once = {OBJECT_ONCE, sizeof(pthread_once_t), start};

/* A thread that exits inside of its routine leaves the routine to the next one. */
static bool not_running(const struct thread *thread)
{
    const struct object *object = thread->op.object;
    return object->u.once.state != RUNNING || object->owner->finished;
}

int once_run(pthread_once_t *control, void (*routine)(void), const void *frame)
{
    struct object *object = sync_use(control, &once, OP_ONCE, frame);
    engine_point(OP_ONCE, object, not_running, NEVER, frame);
    trace_op_value(OP_ONCE, object, object->u.once.state == DONE, frame);
    if (object->u.once.state != DONE) {
        object->u.once.state = RUNNING;
        object->owner = engine.self;
        object->owner_pc = call_pc(frame);
        routine();
        object->u.once.state = DONE;
        object->owner = NULL;
        engine_release(object);
    }
    engine_acquire(object);
    return 0;
}

int __wrap_pthread_once(pthread_once_t *control, void (*routine)(void))
{
    return once_run(control, routine, HERE);
}
