/* Scenarios for stress.c: each answers what the function of its name returns. */
#include "harness/scenario.h"
#define RUN(name)                                                                                  \
    long run_##name(void);                                                                         \
    SCENARIO(name)                                                                                 \
    {                                                                                              \
        answer("r", run_##name());                                                                 \
    }

RUN(good)
RUN(cycle)
RUN(bare)
RUN(unheard)
RUN(twice_locked)
RUN(kept)
RUN(endless)
RUN(slow)
RUN(pingpong)
RUN(exits)
RUN(thread_exits)
RUN(leaves)
RUN(asserts)
RUN(aborts)
RUN(null)
RUN(thread_null)
RUN(overflow)
RUN(leak)
RUN(joined_twice)
RUN(joined_detached)
RUN(joined_self)
RUN(daemon)
RUN(brief_daemon)
RUN(timed_join)
RUN(error)

static void one(void *p)
{
    check("even", *(int *)p % 2 == 0);
}
SCENARIO(tasks)
{
    int odd = 1, even = 2;
    task x = spawn("odd", one, &odd);
    task y = spawn("even", one, &even);
    await(x);
    await(y);
    answer("n", input("n"));
    answer("later", 1);
    answer("later", 2);
    double t = now();
    rest(0.001);
    check("time", now() - t >= 0.001);
    watch("w", &odd, 4);
    span_begin("s");
    span_end("s");
}
