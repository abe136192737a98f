/*
 * hilo-stress - runs scenarios on real threads, again and again, disturbed at random.
 *
 * The lanes `stress` (the optimised object) and `perturb` (the instrumented one, disturbed at each
 * access) are both this program.
 */
#include <string.h>

#include "harness/native/clock.h"
#include "harness/native/run.h"
#include "harness/native/threads.h"
#include "harness/stress/perturb.h"

/* Here a deadlock counts when it happens. */
void lane_took(uintptr_t lock, struct site site)
{
    (void)lock;
    (void)site;
}

static bool accepts(const char *lane)
{
    return strcmp(lane, "stress") == 0 || strcmp(lane, "perturb") == 0;
}

static void prepare(const struct job *job)
{
    perturb_start(job->seed);
}

static bool more(const struct job_scenario *scenario, long runs, int64_t elapsed_ns)
{
    (void)runs;
    return elapsed_ns < scenario->budget_ms * CLOCK_MS;
}

static void before(const struct job_scenario *scenario, long run)
{
    (void)scenario;
    perturb_begin(run);
}

static bool collect(void)
{
    return true;
}

int main(void)
{
    static const struct lane_hooks hooks = {
        .accepts = accepts,
        .prepare = prepare,
        .more = more,
        .before = before,
        .after = perturb_end,
        .collect = collect,
        .busy_s = 3,
        .judges_busy = true,
    };
    run_job(&hooks);
}
