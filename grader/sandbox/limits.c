#include "grader/sandbox/limits.h"

#include <errno.h>
#include <sys/sysinfo.h>

enum {
    MEBIBYTE = 1 << 20,
    FILES_OPEN = 256,
    /* Honest work of the same user goes on while a submission is graded; see plan_tasks(). */
    TASKS_SLACK = 4096,
};

static void plan(struct limits *limits, int resource, rlim_t soft, rlim_t hard)
{
    struct rlimit now;
    if (getrlimit(resource, &now) == 0 && hard > now.rlim_max)
        hard = now.rlim_max;
    limits->items[limits->count].resource = resource;
    limits->items[limits->count++].value =
        (struct rlimit){.rlim_cur = soft < hard ? soft : hard, .rlim_max = hard};
}

/* RLIMIT_NPROC counts every task of the user, so alone it would make a verdict depend on
 * what else runs. It is a backstop far above that against a bomb that outruns the looks from
 * outside; root is exempt from it. */
static void plan_tasks(struct limits *limits, int processes)
{
    struct sysinfo system;
    if (sysinfo(&system) != 0)
        return;
    rlim_t tasks = (rlim_t)system.procs + (rlim_t)processes + TASKS_SLACK;
    plan(limits, RLIMIT_NPROC, tasks, tasks);
}

struct process_limits limits_complete(const struct process_limits *asked, enum process_role role)
{
    struct process_limits limits = *asked;
    if (limits.wall_s <= 0)
        limits.wall_s = 60;
    if (limits.cpu_s <= 0)
        limits.cpu_s = 60;
    if (limits.file_bytes == 0 && role == ROLE_COMPILER)
        limits.file_bytes = 256 * (size_t)MEBIBYTE;
    if (limits.output_bytes == 0)
        limits.output_bytes = 64 << 10;
    if (limits.records_bytes == 0)
        limits.records_bytes = 32 * (size_t)MEBIBYTE;
    if (limits.processes <= 0)
        limits.processes = 1024;
    return limits;
}

void limits_plan(const struct process_limits *limits, enum process_role role, struct limits *out)
{
    out->count = 0;
    /* Past the soft limit comes SIGXCPU, which can be told from other ends; it can be ignored, so
     * one second later comes SIGKILL. */
    rlim_t seconds = (rlim_t)(limits->cpu_s + 0.999);
    plan(out, RLIMIT_CPU, seconds, seconds + 1);
    if (limits->memory_bytes > 0)
        plan(out, RLIMIT_AS, limits->memory_bytes, limits->memory_bytes);
    plan(out, RLIMIT_FSIZE, limits->file_bytes, limits->file_bytes);
    plan(out, RLIMIT_CORE, 0, 0);
    plan(out, RLIMIT_NOFILE, FILES_OPEN, FILES_OPEN);
    /* The default size of thread stacks follows the soft limit; gcc raises its own to 64 MiB. */
    rlim_t hard = (role == ROLE_COMPILER ? 64 : 8) * (rlim_t)MEBIBYTE;
    plan(out, RLIMIT_STACK, 8 * (rlim_t)MEBIBYTE, hard);
    plan(out, RLIMIT_MEMLOCK, 0, 0);
    plan(out, RLIMIT_MSGQUEUE, 0, 0);
    plan_tasks(out, limits->processes);
}

__attribute__((no_sanitize_address)) int limits_enter(const struct limits *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (setrlimit((__rlimit_resource_t)plan->items[i].resource, &plan->items[i].value) != 0)
            return errno;
    return 0;
}
