/* conflict.c - see conflict.h. */
#include "harness/explore/conflict.h"

static enum use use_of(enum op_kind kind)
{
    switch (kind) {
    case OP_RDLOCK:
    case OP_ATOMIC_READ:
    case OP_VOLATILE_READ:
    case OP_READ:
    case OP_WAIT:
        return USE_LOOK;
    case OP_LOCK:
    case OP_WRLOCK:
    case OP_SEM_WAIT:
    case OP_SPIN_LOCK:
        return USE_WAIT_CHANGE;
    case OP_UNLOCK:
    case OP_RW_UNLOCK:
    case OP_SEM_POST:
        return USE_RELEASE;
    default:
        return USE_CHANGE;
    }
}

int uses_of(const struct thread *thread, struct object_use *uses)
{
    const struct op *op = &thread->op;
    int n = 0;
    if (!op->object)
        return 0;
    if (op->kind != OP_WAKE) {
        uses[n++] = (struct object_use){op->object, use_of(op->kind)};
        return n;
    }
    /* Coming back takes the mutex. It also leaves the queue, unless a signal took it out already.
     */
    if (thread->with)
        uses[n++] = (struct object_use){thread->with, USE_WAIT_CHANGE};
    if (!thread->woken)
        uses[n++] = (struct object_use){op->object, USE_CHANGE};
    return n;
}

bool uses_conflict(enum use a, enum use b)
{
    if (a == USE_LOOK && b == USE_LOOK)
        return false;
    if ((a == USE_RELEASE && b == USE_WAIT_CHANGE) || (a == USE_WAIT_CHANGE && b == USE_RELEASE))
        return false;
    return !(a == USE_RELEASE && b == USE_RELEASE);
}

bool threads_conflict(const struct object_use *a, int n_a, const struct thread *b)
{
    struct object_use uses[USES_MAX];
    int n_b = uses_of(b, uses);
    for (int i = 0; i < n_a; i++)
        for (int j = 0; j < n_b; j++)
            if (a[i].object == uses[j].object && uses_conflict(a[i].use, uses[j].use))
                return true;
    return false;
}
