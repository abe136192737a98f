/* names.c - operations and objects as the records call them. */
#include "harness/explore/engine.h"

const char *op_name(enum op_kind kind)
{
    static const char *const names[OP_KIND_COUNT] = {
        [OP_NONE] = "none",
        [OP_START] = "start",
        [OP_LOCK] = "lock",
        [OP_TRYLOCK] = "trylock",
        [OP_TIMEDLOCK] = "timedlock",
        [OP_UNLOCK] = "unlock",
        [OP_WAIT] = "wait",
        [OP_WAKE] = "wake",
        [OP_SIGNAL] = "signal",
        [OP_BROADCAST] = "broadcast",
        [OP_SEM_WAIT] = "sem-wait",
        [OP_SEM_TRYWAIT] = "sem-trywait",
        [OP_SEM_POST] = "sem-post",
        [OP_RDLOCK] = "rdlock",
        [OP_WRLOCK] = "wrlock",
        [OP_RW_UNLOCK] = "rw-unlock",
        [OP_SPIN_LOCK] = "spin-lock",
        [OP_BARRIER] = "barrier",
        [OP_BARRIER_LEAVE] = "barrier-leave",
        [OP_ONCE] = "once",
        [OP_CREATE] = "create",
        [OP_JOIN] = "join",
        [OP_TRYJOIN] = "tryjoin",
        [OP_DETACH] = "detach",
        [OP_CANCEL] = "cancel",
        [OP_NAME] = "name",
        [OP_EXIT] = "exit",
        [OP_SLEEP] = "sleep",
        [OP_YIELD] = "yield",
        [OP_ATOMIC_READ] = "atomic-read",
        [OP_ATOMIC_WRITE] = "atomic-write",
        [OP_ATOMIC_RMW] = "atomic-rmw",
        [OP_VOLATILE_READ] = "volatile-read",
        [OP_VOLATILE_WRITE] = "volatile-write",
        [OP_READ] = "read",
        [OP_WRITE] = "write",
        [OP_MALLOC] = "malloc",
        [OP_FREE] = "free",
        [OP_INIT] = "init",
        [OP_DESTROY] = "destroy",
        [OP_SPIN] = "spin",
    };
    return names[kind];
}

const char *object_kind_name(enum object_kind kind)
{
    static const char *const names[OBJECT_KIND_COUNT] = {
        [OBJECT_MUTEX] = "mutex",   [OBJECT_COND] = "cond",       [OBJECT_SEM] = "semaphore",
        [OBJECT_RWLOCK] = "rwlock", [OBJECT_SPIN] = "spinlock",   [OBJECT_BARRIER] = "barrier",
        [OBJECT_ONCE] = "once",     [OBJECT_ATOMIC] = "variable", [OBJECT_THREAD] = "thread",
    };
    return names[kind];
}
