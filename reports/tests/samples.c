#include "reports/tests/samples.h"

#include <stdarg.h>
#include <string.h>

enum { MAIN, FACEBOOK, INSTAGRAM };

static struct location at(int line, const char *function)
{
    return (struct location){"likes.c", function, line};
}

static void set_lanes(struct report *report)
{
    static const long long executions[LANE_COUNT] = {1200, 20, 4000};
    for (int i = 0; i < LANE_COUNT; i++) {
        report->lanes[i] = (struct lane_result){.asked = true, .ran = true, .bound = -1};
        report->lanes[i].executions = executions[i];
        report->lanes[i].wall_ms = 812.5;
        report->lanes[i].cpu_ms = 1001.25;
        report->lanes[i].why_not = report->lanes[i].coverage = "";
    }
    report->lanes[LANE_EXPLORE].coverage = "sampled";
}

static struct scenario_result *set_scenarios(struct report *report, size_t count)
{
    static const char *const names[] = {"two_sources", "site_total", "half_update"};
    static const char *const titles[2][3] = {
        {"Two sources at once", "The site's total", "Nobody sees half an update"},
        {"Dos fuentes a la vez", "El total del sitio", "Nadie ve una suma a medias"}};
    int spanish = strcmp(report->language, "es") == 0;
    report->n_scenarios = count;
    report->scenarios = report_array(report, count, sizeof *report->scenarios);
    for (size_t i = 0; i < count; i++) {
        struct scenario_result *scenario = &report->scenarios[i];
        scenario->name = names[i];
        scenario->title = titles[spanish][i];
        scenario->max = 20;
        scenario->points = 20;
        scenario->coverage = "proved";
        scenario->executions = 20;
        scenario->n_outcomes = 1;
        scenario->outcomes = report_array(report, 1, sizeof *scenario->outcomes);
        scenario->outcomes[0] = (struct outcome){.count = 20, .right = true, .n_answers = 1};
        struct input_value *answer = report_array(report, 1, sizeof *answer);
        *answer = (struct input_value){"total", 5};
        scenario->outcomes[0].answers = answer;
    }
    return report->scenarios;
}

static struct report *begin(const char *language)
{
    struct report *report = report_new(language);
    report->exercise = "likes";
    report->exercise_version = 1;
    report->exercise_title =
        strcmp(language, "es") == 0 ? "Likes de dos fuentes" : "Likes from two sources";
    report->submission = "ana";
    report->n_files = 1;
    report->files = report_array(report, 1, sizeof *report->files);
    report->files[0].path = "likes.c";
    memset(report->files[0].sha256, 'a', 64);
    report->isolation = (struct isolation){
        .tier = 1, .landlock = true, .landlock_abi = 2, .seccomp = true, .missing = ""};
    set_lanes(report);
    report->seed = 18446744073709551615ull;
    report->effort = "normal";
    report->tool_version = "0.1";
    report->wall_ms = 1234.5678;
    report->cpu_ms = 2000;
    return report;
}

struct report *sample_passed(const char *language)
{
    struct report *report = begin(language);
    set_scenarios(report, 3);
    report->points = report->max = 60;
    return report;
}

struct report *sample_failure(const char *language)
{
    struct report *report = begin(language);
    struct scenario_result *scenarios = set_scenarios(report, 3);
    for (int i = 0; i < 3; i++) {
        scenarios[i].status = STATUS_NOT_RUN;
        scenarios[i].points = 0;
        scenarios[i].coverage = "";
        scenarios[i].executions = 0;
        scenarios[i].n_outcomes = 0;
    }
    report->verdict = VERDICT_ERROR;
    report->max = 60;
    for (int i = 0; i < LANE_COUNT; i++) {
        report->lanes[i].ran = false;
        report->lanes[i].why_not = "no space left on device";
        report->lanes[i].executions = 0;
        report->lanes[i].coverage = "";
    }
    report_add_error(report, "cannot write the work folder '/tmp/hilo': No space left on device");
    return report;
}

static struct finding *add(struct report *report, enum kind kind, const char *object, int threads)
{
    static const char *const names[] = {"main", "facebook", "instagram"};
    struct finding *finding = report_add_finding(report);
    finding->kind = kind;
    finding->lane = LANE_EXPLORE;
    finding->scenario = "two_sources";
    finding->object = object;
    finding->replay = "x1-c0ffee-0a1b2c";
    finding->n_threads = (size_t)threads;
    finding->threads = report_array(report, (size_t)threads, sizeof *finding->threads);
    for (int i = 0; i < threads; i++)
        finding->threads[i] = (struct thread_info){i, names[i], at(15, i ? "facebook" : "main")};
    return finding;
}

static struct stack stack_of(struct report *report, int line, const char *function)
{
    struct stack stack = {2, report_array(report, 2, sizeof *stack.frames)};
    stack.frames[0] = at(line, function);
    stack.frames[1] = at(57, "count_likes_from_2_sources");
    return stack;
}

static void set_locations(struct report *report, struct finding *finding, int first, int second)
{
    finding->n_locations = second > 0 ? 2 : 1;
    finding->locations = report_array(report, 2, sizeof *finding->locations);
    finding->locations[0] = at(first, "facebook");
    finding->locations[1] = at(second, "facebook");
}

static void add_step(struct report *report, struct finding *finding, int thread, const char *op,
                     const char *object, const char *value, int line)
{
    struct step *longer = report_array(report, finding->n_trace + 1, sizeof *longer);
    if (finding->n_trace > 0)
        memcpy(longer, finding->trace, finding->n_trace * sizeof *longer);
    finding->trace = longer;
    longer[finding->n_trace] = (struct step){.n = (int)finding->n_trace + 1,
                                             .thread = thread,
                                             .op = op,
                                             .object = object,
                                             .value = value,
                                             .why = "",
                                             .at = at(line, "facebook")};
    finding->n_trace++;
}

static void add_access(struct report *report, struct finding *finding, int thread, const char *op,
                       const char *object, int line, const char *held)
{
    struct access *longer = report_array(report, finding->n_accesses + 1, sizeof *longer);
    if (finding->n_accesses > 0)
        memcpy(longer, finding->accesses, finding->n_accesses * sizeof *longer);
    finding->accesses = longer;
    struct access *access = &longer[finding->n_accesses++];
    *access = (struct access){.thread = thread, .op = op, .size = 8, .object = object};
    access->stack = stack_of(report, line, "facebook");
    if (held == NULL)
        return;
    access->n_held = 1;
    access->held = report_array(report, 1, sizeof *access->held);
    access->held[0] = held;
}

static void add_wait(struct report *report, struct finding *finding, int thread, const char *op,
                     const char *object, int owner, int line, const char *held)
{
    struct wait *longer = report_array(report, finding->n_waits + 1, sizeof *longer);
    if (finding->n_waits > 0)
        memcpy(longer, finding->waits, finding->n_waits * sizeof *longer);
    finding->waits = longer;
    struct wait *wait = &longer[finding->n_waits++];
    *wait = (struct wait){.thread = thread, .op = op, .object = object, .owner = owner};
    wait->stack = stack_of(report, line, "from_post");
    if (held == NULL)
        return;
    wait->n_held = 1;
    wait->held = report_array(report, 1, sizeof *wait->held);
    wait->held[0] = held;
}

static void add_race(struct report *report)
{
    struct finding *finding = add(report, KIND_DATA_RACE, "total", 3);
    finding->also_seen = 1u << LANE_TSAN | 1u << LANE_STRESS;
    finding->seen = 37;
    set_locations(report, finding, 18, 18);
    add_access(report, finding, FACEBOOK, "write", "total", 18, NULL);
    add_access(report, finding, INSTAGRAM, "read", "total", 18, NULL);
    add_step(report, finding, MAIN, "create", "facebook", "", 56);
    add_step(report, finding, MAIN, "create", "instagram", "", 57);
    for (int i = 0; i < 5; i++) {
        add_step(report, finding, FACEBOOK, "read", "total", "0", 18);
        add_step(report, finding, FACEBOOK, "write", "total", "0 -> 1", 18);
    }
    add_step(report, finding, FACEBOOK, "read", "total", "5", 18);
    add_step(report, finding, INSTAGRAM, "read", "total", "5", 18);
    add_step(report, finding, FACEBOOK, "write", "total", "5 -> 6", 18);
    add_step(report, finding, INSTAGRAM, "write", "total", "6 -> 6", 18);
}

static void add_deadlock(struct report *report)
{
    struct finding *finding = add(report, KIND_DEADLOCK, "", 3);
    set_locations(report, finding, 25, 34);
    add_step(report, finding, FACEBOOK, "lock", "post->lock", "", 24);
    add_step(report, finding, INSTAGRAM, "lock", "post->site", "", 33);
    add_wait(report, finding, MAIN, "join", "facebook", FACEBOOK, 58, NULL);
    add_wait(report, finding, FACEBOOK, "lock", "post->site", INSTAGRAM, 25, "post->lock");
    add_wait(report, finding, INSTAGRAM, "lock", "post->lock", FACEBOOK, 34, "post->site");
}

static void add_lost_wakeup(struct report *report)
{
    struct finding *finding = add(report, KIND_LOST_WAKEUP, "post->changed", 3);
    set_locations(report, finding, 44, 51);
    add_step(report, finding, INSTAGRAM, "signal", "post->changed", "", 51);
    add_step(report, finding, FACEBOOK, "lock", "post->lock", "", 43);
    add_step(report, finding, FACEBOOK, "wait", "post->changed", "", 44);
    add_wait(report, finding, FACEBOOK, "wait", "post->changed", -1, 44, NULL);
}

static void add_joins(struct report *report)
{
    struct finding *leak = add(report, KIND_THREAD_LEAK, "instagram", 3);
    set_locations(report, leak, 57, 0);
    add_step(report, leak, MAIN, "create", "instagram", "", 57);
    add_step(report, leak, INSTAGRAM, "exit", "instagram", "", 19);
    struct finding *twice = add(report, KIND_DOUBLE_JOIN, "facebook", 2);
    set_locations(report, twice, 59, 58);
    add_step(report, twice, MAIN, "create", "facebook", "", 56);
    add_step(report, twice, MAIN, "join", "facebook", "", 58);
    add_step(report, twice, MAIN, "join", "facebook", "", 59);
}

static void add_values(struct report *report)
{
    int spanish = strcmp(report->language, "es") == 0;
    struct finding *wrong = add(report, KIND_WRONG_RESULT, "", 3);
    wrong->message = spanish ? "Se perdió un like: `total` es 4 y debería ser 5."
                             : "A like was lost: `total` is 4 and should be 5.";
    add_step(report, wrong, FACEBOOK, "read", "total", "3", 18);
    add_step(report, wrong, INSTAGRAM, "read", "total", "3", 18);
    add_step(report, wrong, FACEBOOK, "write", "total", "3 -> 4", 18);
    add_step(report, wrong, INSTAGRAM, "write", "total", "4 -> 4", 18);
    struct finding *freed = add(report, KIND_USE_AFTER_FREE, "post->count", 3);
    freed->object_origin = "malloc, likes.c:55";
    set_locations(report, freed, 26, 35);
    add_access(report, freed, FACEBOOK, "write", "post->count", 26, "post->lock");
    add_access(report, freed, INSTAGRAM, "free", "post", 35, NULL);
}

static void add_unplayable(struct report *report)
{
    struct finding *hang = add(report, KIND_HANG, "", 2);
    hang->lane = LANE_STRESS;
    hang->replay = "";
    hang->reproduced = false;
    add_wait(report, hang, FACEBOOK, "cond-wait", "post->changed", -1, 44, NULL);
    struct finding *busy = add(report, KIND_BUSY_WAIT, "total", 1);
    set_locations(report, busy, 60, 0);
    add_wait(report, busy, MAIN, "spin", "total", -1, 60, NULL);
    struct finding *over = add(report, KIND_OVER_SYNCHRONISED, "facebook, instagram", 0);
    over->replay = "";
}

static void add_build(struct report *report)
{
    struct finding *compile = report_add_finding(report);
    compile->kind = KIND_COMPILE_ERROR;
    set_locations(report, compile, 18, 0);
    compile->detail = "expected ';' before 'return'\n"
                      "   18 |         total += 1\n"
                      "      |                   ^\n"
                      "      |                   ;\n";
    struct finding *forbidden = report_add_finding(report);
    forbidden->kind = KIND_FORBIDDEN;
    forbidden->object = "fork";
    set_locations(report, forbidden, 12, 0);
}

static void explain(struct report *report)
{
    for (size_t i = 0; i < report->n_findings; i++)
        finding_explain(report, &report->findings[i]);
}

struct report *sample_report(const char *language)
{
    struct report *report = begin(language);
    struct scenario_result *scenarios = set_scenarios(report, 3);
    scenarios[0].status = scenarios[1].status = STATUS_FAIL;
    scenarios[0].points = 0;
    scenarios[1].points = 12.5;
    scenarios[1].coverage = "sampled";
    scenarios[1].executions = 2000;
    report->verdict = VERDICT_FAIL;
    report->points = 32.5;
    report->max = 60;
    add_race(report);
    add_deadlock(report);
    add_lost_wakeup(report);
    add_joins(report);
    add_values(report);
    add_unplayable(report);
    add_build(report);
    report_add_warning(report, at(12, ""), "unused variable 'two' [-Wunused-variable]");
    report_add_note(report, strcmp(language, "es") == 0 ? "Se ignoró notas.txt: no es .c ni .h."
                                                        : "notes.txt was ignored: not a .c or .h.");
    explain(report);
    return report;
}

struct report *sample_bare(const char *language)
{
    struct report *report = begin(language);
    report->verdict = VERDICT_FAIL;
    for (int kind = 0; kind < KIND_COUNT; kind++)
        report_add_finding(report)->kind = (enum kind)kind;
    explain(report);
    return report;
}

#define EVIL "\x1b[2J\x1b]0;pwned\a=HYPERLINK(\"x\")\xff\xc3\xe2\x80\xae\n::error::no ##[error]"

struct report *sample_hostile(const char *language)
{
    struct report *report = sample_report(language);
    report->submission = EVIL;
    report->files[0].path = EVIL;
    report->exercise_title = EVIL;
    report->scenarios[0].title = EVIL;
    report->lanes[0].why_not = EVIL;
    for (size_t i = 0; i < report->n_findings; i++) {
        struct finding *finding = &report->findings[i];
        finding->object = finding->detail = finding->message = finding->object_origin = EVIL;
        for (size_t j = 0; j < finding->n_threads; j++)
            finding->threads[j].name = EVIL;
        for (size_t j = 0; j < finding->n_trace; j++)
            finding->trace[j].object = finding->trace[j].value = finding->trace[j].at.file = EVIL;
        for (size_t j = 0; j < finding->n_waits; j++)
            finding->waits[j].object = EVIL;
    }
    report_add_error(report, EVIL);
    report_add_note(report, EVIL);
    report_add_warning(report, (struct location){EVIL, EVIL, 3}, EVIL);
    return report;
}
