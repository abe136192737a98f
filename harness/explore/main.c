/*
 * main.c - hilo-explore: read the job, load the objects, seal the process, explore.
 */
#include <stdio.h>
#include <unistd.h>

#include "harness/explore/engine.h"
#include "harness/explore/explore.h"
#include "harness/explore/faults.h"
#include "harness/explore/output.h"
#include "harness/explore/program.h"
#include "harness/explore/snapshot.h"
#include "harness/loader.h"

static void say_hello(void)
{
    struct record record;
    record_begin(&record, "hello");
    record_int(&record, "version", PROTOCOL_VERSION);
    record_text(&record, "lane", "explore");
    output_send(&record);
}

int main(void)
{
    const struct job *job = job_read(JOB_FD);
    engine_init();
    loader_load(job);
    program_load(job);
    snapshot_take();
    faults_init();
    loader_seal();
    say_hello();
    for (size_t i = 0; i < job->n_scenarios; i++) {
        const struct job_scenario *scenario = &job->items[i];
        if (scenario->token)
            explore_replay(job, scenario);
        else
            explore_scenario(job, scenario);
    }
    output_bye();
    _exit(0);
}
