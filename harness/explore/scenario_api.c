/* scenario_api.c - what scenarios call. See harness/scenario.h. */
#include "harness/explore/scenario_api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/finding.h"
#include "harness/explore/memory.h"
#include "harness/explore/program.h"
#include "harness/explore/thread.h"
#include "harness/explore/timeout.h"
#include "harness/explore/trace.h"
#include "harness/explore/watch.h"
#include "harness/scenario.h"

static struct {
    struct answers answers;
} api;

void scenario_begin(void)
{
    program_begin();
    watch_begin();
}

void scenario_reset(void)
{
    api.answers.complete = false;
    api.answers.n = 0;
    program_reset();
    watch_reset();
}

void scenario_complete(void)
{
    api.answers.complete = true;
}

const struct answers *scenario_answers(void)
{
    return &api.answers;
}

static _Noreturn void misuse(const char *what, const char *name)
{
    fprintf(stderr, "hilo-explore: scenario %s: %s: %s\n", engine.scenario->name, what, name);
    exit(3);
}

static struct answer *answer_of(const char *name)
{
    struct answers *answers = &api.answers;
    for (int i = 0; i < answers->n; i++)
        if (!strcmp(answers->at[i].name, name))
            return &answers->at[i];
    if (answers->n == ANSWERS_MAX)
        misuse("more than 24 answers", name);
    if (strlen(name) >= ANSWER_NAME_MAX)
        misuse("the name of an answer is too long", name);
    struct answer *answer = &answers->at[answers->n++];
    strcpy(answer->name, name);
    answer->is_check = false;
    answer->value = 1;
    return answer;
}

long input(const char *name)
{
    const struct job_input *found = job_input(engine.scenario, name);
    if (!found)
        misuse("exercise.json gives no such input", name);
    return found->value;
}

void answer(const char *name, long value)
{
    answer_of(name)->value = value;
}

void check(const char *name, bool holds)
{
    struct answer *a = answer_of(name);
    a->is_check = true;
    a->value = a->value && holds;
}

task spawn(const char *name, void (*body)(void *), void *arg)
{
    struct thread *thread = engine_spawn(OWNER_SCENARIO, name, HERE);
    thread->body = body;
    thread->arg = arg;
    trace_op_value(OP_CREATE, NULL, thread->id, HERE);
    return (task)thread;
}

void await(task t)
{
    thread_wait_end((struct thread *)t, HERE);
}

double now(void)
{
    return (double)engine.now_ns / (double)NS_PER_S;
}

void rest(double seconds)
{
    timeout_sleep(engine.now_ns + (int64_t)(seconds * (double)NS_PER_S), HERE);
}
