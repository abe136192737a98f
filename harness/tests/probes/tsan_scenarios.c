/* Scenarios for tsan.c: each calls the function of its name. */
#include "harness/scenario.h"
#define RUN(name)                                                                                  \
    void run_##name(void);                                                                         \
    SCENARIO(name)                                                                                 \
    {                                                                                              \
        run_##name();                                                                              \
        answer("r", 1);                                                                            \
    }
RUN(bare)
RUN(one_side)
RUN(two_locks)
RUN(good)
RUN(atomic)
RUN(volatile)
RUN(heap)
RUN(stack)
RUN(freed)
RUN(cycle)
RUN(gated)
RUN(one_after_the_other)
RUN(not_owner)
RUN(destroyed)
RUN(detached)
RUN(leak)
RUN(unheard)
RUN(null)
RUN(race_then_exit)

static void store(void *p)
{
    *(int *)p = 1;
}

SCENARIO(tasks)
{
    int cell = 0;
    task t = spawn("writer", store, &cell);
    check("before", 1);
    await(t);
    answer("cell", cell);
}
RUN(c11)
