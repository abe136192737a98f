#include "grader/lane.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/interrupt.h"
#include "grader/memory.h"
#include "grader/paths.h"
#include "grader/program.h"
#include "harness/protocol.h"

/* What an effort buys. Explore is bounded by counts, which are the same on every machine; the
 * native lanes take what real time and luck give them. */
struct budget {
    long explore_cap;    /* executions at most; 0: as the manifest says */
    long explore_factor; /* times the manifest's executions */
    long stress_ms;      /* of a scenario, half of it perturbed */
    long tsan_executions;
    size_t stress_runs, tsan_runs; /* of a program, each a process */
    double cpu_s;                  /* of one scenario; a backstop against endless loops */
};

static const struct budget budgets[] = {
    [EFFORT_QUICK] = {300, 1, 20, 3, 2, 1, 5},
    [EFFORT_NORMAL] = {0, 1, 60, 8, 5, 3, 10},
    [EFFORT_DEEP] = {0, 50, 2000, 200, 50, 50, 120},
};

static void find_program(struct lane_run *lane)
{
    char beside[32], installed[48];
    snprintf(beside, sizeof beside, "hilo-%s", lane_name(lane->lane));
    snprintf(installed, sizeof installed, "lib/hilo/hilo-%s", lane_name(lane->lane));
    program_file(beside, installed, lane->program);
}

static void find_objects(struct lane_run *lane, const struct build *build)
{
    switch (lane->lane) {
    case LANE_EXPLORE:
        lane->student = build->explore_so;
        lane->scenarios = build->scenarios_explore;
        break;
    case LANE_TSAN:
        lane->student = build->tsan_so;
        lane->scenarios = build->scenarios_tsan;
        break;
    default:
        lane->student = lane->perturb ? build->perturb_so : build->stress_so;
        lane->scenarios = lane->perturb ? build->scenarios_perturb : build->scenarios_stress;
    }
}

/* How many runs a scenario is tried in. */
static size_t runs_of(const struct lane_run *lane)
{
    const struct budget *budget = &budgets[lane->options->effort];
    if (!lane->manifest->program || lane->lane == LANE_EXPLORE)
        return 1;
    return lane->lane == LANE_TSAN ? budget->tsan_runs : budget->stress_runs;
}

static void add_run(struct lane_run *lane, size_t index)
{
    struct run *run = &lane->runs[lane->n_runs++];
    run->scenario = &lane->manifest->scenarios[index];
    run->index = index;
    manifest_draw(lane->manifest, run->scenario, lane->lane, lane->options->seed, run->inputs);
}

void lane_open(struct lane_run *lane, enum lane which, bool perturb,
               const struct manifest *manifest, const struct build *build,
               const struct grade_options *options)
{
    *lane = (struct lane_run){
        .lane = which, .perturb = perturb, .manifest = manifest, .options = options};
    find_program(lane);
    find_objects(lane, build);
    lane->input = build->input;
    for (size_t i = 0; i < manifest->n_scenarios; i++)
        for (size_t n = 0; manifest->scenarios[i].lanes[which] && n < runs_of(lane); n++)
            add_run(lane, i);
}

void lane_replay(struct lane_run *lane, size_t scenario_index, const char *token)
{
    lane->token = token;
    for (size_t i = 0; i < lane->n_runs; i++)
        if (lane->runs[i].index == scenario_index)
            lane->runs[0] = lane->runs[i];
    lane->n_runs = 1;
}

/* Whether explore found that this scenario does not come to its end in some schedule. */
static bool stops(const struct record_scenario *records)
{
    for (size_t i = 0; records && i < records->n_findings; i++) {
        enum kind kind = records->findings[i].kind;
        if (!records->findings[i].trace &&
            (kind == KIND_DEADLOCK || kind == KIND_LOST_WAKEUP || kind == KIND_LIVELOCK ||
             kind == KIND_HANG || kind == KIND_CRASH || kind == KIND_TAMPERING))
            return true;
    }
    return false;
}

void lane_spare(struct lane_run *lane, const struct lane_run *explore)
{
    for (size_t i = 0; i < lane->n_runs; i++)
        for (size_t j = 0; j < explore->n_runs; j++)
            if (explore->runs[j].index == lane->runs[i].index && stops(explore->runs[j].records))
                lane->runs[i].end = RUN_SPARED;
}

/* The first run that was not tried yet; n_runs when there is none. */
static size_t first_left(const struct lane_run *lane)
{
    size_t i = 0;
    while (i < lane->n_runs && lane->runs[i].end != RUN_NOT_TRIED)
        i++;
    return i;
}

static size_t count_left(const struct lane_run *lane)
{
    size_t left = 0;
    for (size_t i = 0; i < lane->n_runs; i++)
        left += lane->runs[i].end == RUN_NOT_TRIED;
    return left;
}

/* Lines of a job go into a stream that open_memstream() grows. A line that does not fit a record
 * can only come from an absurd path: it is left out and the harness refuses the job. */
static void put_line(FILE *job, const struct record *record)
{
    if (record->overflow)
        return;
    fwrite(record->text, 1, record->length, job);
    fputc('\n', job);
}

static void put_head(FILE *job, const struct lane_run *lane)
{
    struct record record;
    char seed[24];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)lane->options->seed);
    record_begin(&record, "job");
    record_int(&record, "version", PROTOCOL_VERSION);
    record_text(&record, "lane", lane->perturb ? "perturb" : lane_name(lane->lane));
    record_text(&record, "student", lane->student);
    if (!lane->manifest->program)
        record_text(&record, "scenarios", lane->scenarios);
    record_text(&record, "seed", seed);
    if (*lane->input)
        record_text(&record, "stdin", lane->input);
    put_line(job, &record);
}

static void put_arguments(FILE *job, const struct program *program)
{
    struct record record;
    for (size_t i = 0; program && i < program->n_arguments; i++) {
        record_begin(&record, "arg");
        record_text(&record, "text", program->arguments[i]);
        put_line(job, &record);
    }
}

static long executions_of(const struct lane_run *lane, const struct manifest_scenario *scenario)
{
    const struct budget *budget = &budgets[lane->options->effort];
    if (lane->lane == LANE_TSAN)
        return lane->manifest->program ? 1 : budget->tsan_executions;
    long wanted = scenario->executions;
    if (budget->explore_cap && wanted > budget->explore_cap)
        return budget->explore_cap;
    return wanted > LONG_MAX / budget->explore_factor ? LONG_MAX : wanted * budget->explore_factor;
}

static void put_scenario(FILE *job, const struct lane_run *lane, const struct run *run)
{
    const struct manifest_scenario *scenario = run->scenario;
    struct record record;
    record_begin(&record, lane->token ? "replay" : "scenario");
    record_text(&record, "name", scenario->name);
    if (lane->token)
        record_text(&record, "token", lane->token);
    if (lane->debug)
        record_int(&record, "debug", 1);
    if (!lane->token)
        record_int(&record, "executions", executions_of(lane, scenario));
    record_int(&record, "steps", scenario->steps);
    if (lane->lane == LANE_STRESS)
        record_int(&record, "budget_ms", budgets[lane->options->effort].stress_ms / 2);
    record_text(&record, "clock", scenario->punctual ? "punctual" : "adversarial");
    if (lane->manifest->program)
        record_int(&record, "first", run - lane->runs);
    for (size_t i = 0; i < scenario->n_inputs; i++) {
        char key[RECORD_NAME_MAX + 4];
        snprintf(key, sizeof key, "in.%s", scenario->inputs[i].name);
        record_int(&record, key, run->inputs[i]);
    }
    put_line(job, &record);
}

char *lane_job(const struct lane_run *lane)
{
    char *text = NULL;
    size_t size;
    FILE *job = open_memstream(&text, &size);
    if (!job)
        return memory_text("");
    put_head(job, lane);
    put_arguments(job, lane->options->program);
    for (size_t i = first_left(lane); i < lane->n_runs; i++) {
        if (lane->runs[i].end == RUN_NOT_TRIED)
            put_scenario(job, lane, &lane->runs[i]);
        if (lane->manifest->program)
            break;
    }
    fputs("end\n", job);
    fclose(job);
    return text;
}

/* Real time is a backstop only, and generous: a loaded machine must not change a verdict. The
 * native lanes have a watchdog of their own that tells a hang from slowness long before. */
static struct process_limits limits_of(const struct lane_run *lane)
{
    const struct budget *budget = &budgets[lane->options->effort];
    double n = (double)count_left(lane);
    double cpu_s = 10 + n * budget->cpu_s;
    struct process_limits limits = {
        .wall_s = 30 + 3 * cpu_s,
        .cpu_s = cpu_s,
        .output_bytes = 64 << 10,
        .records_bytes = 32 << 20,
    };
    if (lane->lane == LANE_STRESS) /* explore and libtsan reserve far more than they use */
        limits.memory_bytes = (size_t)4 << 30;
    return limits;
}

static void fail_rest(struct lane_run *lane, const char *why)
{
    for (size_t i = 0; i < lane->n_runs; i++) {
        struct run *run = &lane->runs[i];
        if (run->end != RUN_NOT_TRIED)
            continue;
        run->end = RUN_FAILED;
        snprintf(run->why, sizeof run->why, "%.*s", (int)sizeof run->why - 1, why);
    }
}

bool lane_start(struct lane_run *lane)
{
    if (interrupt_pending())
        fail_rest(lane, "interrupted");
    if (count_left(lane) == 0)
        return false;
    char *job = lane_job(lane);
    const char *argv[] = {lane->program, NULL};
    const char *readable[5] = {lane->program, lane->student};
    size_t n = 2;
    if (!lane->manifest->program)
        readable[n++] = lane->scenarios;
    else if (*lane->input)
        readable[n++] = lane->input;
    if (lane->lane == LANE_TSAN)
        readable[n++] = "/proc/self/maps";
    struct process_spec spec = {
        .role = ROLE_HARNESS,
        .argv = argv,
        .readable = readable,
        .job = job,
        /* libtsan needs it; and what a faulty program reads where nobody wrote is then the same in
         * every run of explore. */
        .no_aslr = lane->lane != LANE_STRESS,
        .limits = limits_of(lane),
    };
    struct error error = {0};
    lane->process = process_start(&spec, &error);
    free(job);
    if (!lane->process)
        fail_rest(lane, error.text);
    return lane->process != NULL;
}

/* Match what arrived with what was asked, in order. False when the stream tells of something else.
 * `*next` is left at the first scenario that is not done. */
static bool take_scenarios(struct lane_run *lane, const struct records *records, size_t *next)
{
    size_t taken = 0;
    for (*next = 0; *next < lane->n_runs; ++*next) {
        struct run *run = &lane->runs[*next];
        if (run->end != RUN_NOT_TRIED)
            continue;
        if (taken == records->n_scenarios)
            return true;
        const struct record_scenario *arrived = &records->scenarios[taken++];
        if (strcmp(arrived->name, run->scenario->name) != 0)
            return false;
        run->records = arrived;
        if (!arrived->done)
            return true;
        run->end = RUN_DONE;
    }
    return taken == records->n_scenarios;
}

/* The last line that a harness wrote on standard error says why it gave up. */
static const char *last_line(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '\n')
        text[--length] = '\0';
    const char *line = strrchr(text, '\n');
    return line ? line + 1 : text;
}

static void fail_run(struct lane_run *lane, struct run *run, const char *what, const char *more)
{
    run->end = RUN_FAILED;
    snprintf(run->why, sizeof run->why, "%s, %s: %s%s%s", lane_name(lane->lane),
             run->scenario->name, what, *more ? ": " : "", more);
}

/* Exit status 3 is how a harness says that it gave up itself. The student's code gains nothing by
 * imitating it: an error earns no points. */
static void end_exited(struct lane_run *lane, struct run *run, const struct records *records,
                       struct process_result *result)
{
    if (records->malformed)
        fail_run(lane, run, "what the harness said is broken", records->broken);
    else if (result->status == 3)
        fail_run(lane, run, "the harness gave up", last_line(result->errors));
    else
        run->end = RUN_EXITED;
    run->status = result->status;
}

static void end_signalled(struct lane_run *lane, struct run *run,
                          const struct process_result *result)
{
    run->status = result->status;
    if (result->status == SIGKILL || result->status == SIGTERM || result->status == SIGINT)
        fail_run(lane, run, "the harness was killed from outside",
                 result->status == SIGKILL ? "is this machine out of memory?" : "");
    else
        run->end = RUN_CRASHED;
}

/* Explore works on one thread and never waits: one that took real time but hardly any of the
 * processor's was held up by the machine, not by the student. */
static void end_timed_out(struct lane_run *lane, struct run *run,
                          const struct process_result *result)
{
    if (lane->lane == LANE_EXPLORE && result->cpu_ms < result->wall_ms / 4)
        fail_run(lane, run, "the machine was too busy", "");
    else
        run->end = RUN_HUNG;
}

/* Constructors are refused by the audit, so nothing of the student's runs before `hello`: a harness
 * that does not come so far is our failure, and would fail the same way again. */
static void end_speechless(struct lane_run *lane, struct run *run, struct process_result *result)
{
    const char *how =
        result->end == PROCESS_SIGNALLED ? strsignal(result->status) : last_line(result->errors);
    fail_run(lane, run, "the harness did not start", how);
    fail_rest(lane, run->why);
}

static void end_run(struct lane_run *lane, struct run *run, const struct records *records,
                    struct process_result *result)
{
    if (!records->hello && !records->malformed) {
        end_speechless(lane, run, result);
        return;
    }
    switch (result->end) {
    case PROCESS_EXITED:
        end_exited(lane, run, records, result);
        break;
    case PROCESS_SIGNALLED:
        end_signalled(lane, run, result);
        break;
    case PROCESS_TIMED_OUT:
        end_timed_out(lane, run, result);
        break;
    case PROCESS_CPU_LIMIT:
        run->end = RUN_HUNG;
        break;
    case PROCESS_FLOODED:
        run->end = RUN_FLOODED;
        break;
    case PROCESS_REFUSED:
        run->end = RUN_REFUSED;
        snprintf(run->why, sizeof run->why, "%s", result->why);
        break;
    }
}

/* A process that said goodbye in order may have stopped early, since it could not go on after what
 * it found; what is left then needs another one. But it must have come on. */
static bool ended_well(const struct process_result *result, const struct records *records)
{
    return records->whole && records->n_scenarios > 0 && result->end == PROCESS_EXITED &&
           result->status == 0;
}

/* The run on which a bad end falls: the one that was under way, else the last that was done. */
static struct run *blamed(struct lane_run *lane, size_t first, size_t next, size_t last)
{
    if (lane->manifest->program)
        return &lane->runs[first];
    return &lane->runs[next < lane->n_runs ? next : last];
}

/* More runs of a program that showed something would show the same. */
static void spare_rest(struct lane_run *lane, const struct run *run)
{
    if (run->end == RUN_DONE && run->records->n_findings == 0)
        return;
    for (size_t i = 0; i < lane->n_runs; i++)
        if (lane->runs[i].end == RUN_NOT_TRIED)
            lane->runs[i].end = RUN_SPARED;
}

static void take_result(struct lane_run *lane, struct process_result *result)
{
    struct records *records = records_parse(result->records, result->records_size, lane->lane);
    lane->streams = memory_grow(lane->streams, lane->n_streams, sizeof *lane->streams);
    lane->streams[lane->n_streams++] = records;
    size_t next, last = lane->n_runs - 1, first = first_left(lane);
    while (lane->runs[last].end != RUN_NOT_TRIED)
        last--;
    if (!take_scenarios(lane, records, &next))
        fail_rest(lane, "the harness told of other scenarios than those asked for");
    else if (!ended_well(result, records))
        end_run(lane, blamed(lane, first, next, last), records, result);
    if (lane->manifest->program)
        spare_rest(lane, &lane->runs[first]);
}

void lane_wait(struct lane_run *lane)
{
    struct process_result result = {0};
    struct error error = {0};
    bool ran = process_wait(lane->process, &result, &error);
    lane->process = NULL;
    if (interrupt_pending()) {
        fail_rest(lane, "interrupted");
    } else if (!ran) {
        fail_rest(lane, error.text);
    } else {
        take_result(lane, &result);
        lane->wall_ms += result.wall_ms;
        lane->cpu_ms += result.cpu_ms;
    }
    process_result_free(&result);
}

void lane_close(struct lane_run *lane)
{
    for (size_t i = 0; i < lane->n_streams; i++)
        records_free(lane->streams[i]);
    free(lane->streams);
    lane->streams = NULL;
    lane->n_streams = 0;
}
