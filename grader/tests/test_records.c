/* test_records.c - the hostile stream: what is taken, what breaks it, and that nothing gets
 * through. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/records.h"

static const char whole[] =
    "hello version=1 lane=explore\n"
    "begin scenario=two\n"
    "outcome id=0 count=7 token=t1 a.total=4 c.fair=1\n"
    "outcome id=1 count=2 token=t22 a.total=3 c.fair=0\n"
    "fact name=overlap:a:b value=1\n"
    "finding id=0 kind=data-race seen=9 token=abc clock=adversarial why=copied\n"
    "thread finding=0 thread=1 name=facebook module=student offset=1f\n"
    "object finding=0 object=3 kind=data module=student offset=4010 size=8\n"
    "access finding=0 n=0 thread=1 op=write object=3 at=4 size=4 value=1\n"
    "frame finding=0 of=access0 n=0 module=student offset=1203\n"
    "held finding=0 of=access0 object=3\n"
    "wait finding=0 thread=1 op=lock object=3 owner=2\n"
    "step finding=0 n=0 thread=1 op=lock object=3 why=preempted module=student offset=1203\n"
    "note text=hello%20there\n"
    "done scenario=two executions=9 steps=100 outcomes=2 truncated=0 coverage=bounded bound=2\n"
    "begin scenario=three\n"
    "done scenario=three executions=1 steps=1 outcomes=0 truncated=0 coverage=proved\n"
    "bye records=17\n";

static struct records *parse(const char *text)
{
    return records_parse(text, strlen(text), LANE_EXPLORE);
}

START_TEST(a_whole_stream_is_taken_in)
{
    struct records *records = parse(whole);
    ck_assert_str_eq(records->broken, "");
    ck_assert(records->whole && records->hello);
    ck_assert_uint_eq(records->n_scenarios, 2);
    const struct record_scenario *two = &records->scenarios[0];
    ck_assert(two->done);
    ck_assert_str_eq(two->coverage, "bounded");
    ck_assert_int_eq(two->bound, 2);
    ck_assert_uint_eq(two->n_outcomes, 2);
    ck_assert_uint_eq(two->outcomes[1].n_answers, 2);
    ck_assert_str_eq(two->outcomes[1].answers[1].name, "fair");
    ck_assert(two->outcomes[1].checked[1] && !two->outcomes[1].checked[0]);
    ck_assert_int_eq(two->outcomes[1].answers[0].value, 3);
    ck_assert_uint_eq(two->n_findings, 1);
    ck_assert_int_eq(two->findings[0].kind, KIND_DATA_RACE);
    ck_assert_str_eq(two->findings[0].why, "copied");
    ck_assert_uint_eq(two->findings[0].n_details, 7);
    const struct record_detail *access = &two->findings[0].details[2];
    ck_assert_int_eq(access->type, DETAIL_ACCESS);
    ck_assert_int_eq(access->at, 4);
    ck_assert_int_eq(two->findings[0].details[5].owner, 2);
    ck_assert_str_eq(records->notes[0], "hello there");
    records_free(records);
}
END_TEST

#define LOCAL "hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"

START_TEST(a_place_in_a_frame_is_taken_in)
{
    struct records *records =
        parse(LOCAL "object finding=0 object=1 thread=2 module=student offset=1f local=-24\n"
                    "object finding=0 object=2 thread=2\n");
    ck_assert_uint_eq(records->scenarios[0].findings[0].n_details, 2);
    const struct record_detail *details = records->scenarios[0].findings[0].details;
    ck_assert(details[0].is_local && !details[1].is_local);
    ck_assert_int_eq(details[0].local, -24);
    ck_assert_uint_eq(details[0].offset, 0x1f);
    records_free(records);
}
END_TEST

/* A stream, and what must be said of it. Each differs from a good one by one thing. */
static const struct {
    const char *stream;
    const char *why;
    bool malformed;
} broken[] = {
    {"", "it said nothing", false},
    {"hello version=1 lane=explore\n", "it ended without a bye", false},
    {"hello version=1 lane=explore\nbye records=1", "the last record is cut off", false},
    {"begin scenario=a\n", "the first record is not hello", true},
    {"hello version=2 lane=explore\n", "another version", true},
    {"hello lane=explore\n", "another version", true},
    {"hello version=1 lane=tsan\n", "another lane's hello", true},
    {"hello version=1 lane=perturb\n", "another lane's hello", true},
    {"hello version=1 lane=explore\nhello version=1 lane=explore\n", "a second hello", true},
    {"hello version=1 lane=explore\nbye records=0\n", "counts another number", true},
    {"hello version=1 lane=explore\nbye\n", "counts another number", true},
    {"hello version=1 lane=explore\nbye records=1\nbye records=2\n", "more after bye", true},
    {"hello version=1 lane=explore\nscore points=100\n", "no known type", true},
    {"hello version=1 lane=explore\nverdict=pass\n", "not a record", true},
    {"hello version=1 lane=explore\noutcome count=1\n", "a record of no scenario", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nbegin scenario=b\n", "within another", true},
    {"hello version=1 lane=explore\nbegin\n", "without a name", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nbye records=2\n", "within a scenario", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=b executions=1 outcomes=0 coverage=proved\n",
     "another scenario", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=a executions=1 outcomes=1 coverage=proved\n",
     "outcomes are missing", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=a executions=-1 outcomes=0 coverage=proved\n",
     "without its counts", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=a executions=1 outcomes=0 coverage=complete\n",
     "coverage of no known name", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=a executions=1 outcomes=0\n",
     "coverage of no known name", true},
    {"hello version=1 lane=explore\nbegin scenario=a\n"
     "done scenario=a executions=1 outcomes=0 coverage=proved\nbegin scenario=a\n",
     "begins twice", true},
    {"hello version=1 lane=explore\nbegin scenario=a\noutcome count=0\n", "without a count", true},
    {"hello version=1 lane=explore\nbegin scenario=a\noutcome count=1 a.x=1e3\n", "no number",
     true},
    {"hello version=1 lane=explore\nbegin scenario=a\noutcome count=1 a.=1\n", "no number", true},
    {"hello version=1 lane=explore\nbegin scenario=a\noutcome count=1 a.x=9223372036854775808\n",
     "no number", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfact name=x\n", "a fact without", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=magic\n", "no known kind",
     true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding kind=hang\n", "without a number",
     true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"
     "finding id=0 kind=hang\n",
     "told twice", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nthread finding=0 thread=1\n",
     "a detail of no finding", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"
     "access finding=0 n=2 thread=1 op=read\n",
     "not as agreed", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"
     "frame finding=0 of=access0 module=libc offset=10\n",
     "not as agreed", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"
     "frame finding=0 of=access0 module=student offset=zz\n",
     "not as agreed", true},
    {"hello version=1 lane=explore\nbegin scenario=a\nfinding id=0 kind=hang\n"
     "thread finding=0 thread=99999999999\n",
     "not as agreed", true},
    {LOCAL "object finding=0 object=1 thread=0 local=-8\n", "not as agreed", true},
    {LOCAL "object finding=0 object=1 module=student offset=10 local=-8\n", "not as agreed", true},
    {LOCAL "object finding=0 object=1 thread=0 module=student offset=10 local=-16777217\n",
     "not as agreed", true},
    {LOCAL "access finding=0 n=0 thread=0 op=read module=student offset=10 local=-8\n",
     "not as agreed", true},
    {LOCAL "object finding=0 object=1 heap=0 size=8 block=-2\n", "not as agreed", true},
};

START_TEST(a_broken_stream_is_never_whole)
{
    struct records *records = parse(broken[_i].stream);
    ck_assert(!records->whole);
    ck_assert_msg(strstr(records->broken, broken[_i].why), "case %d: '%s' says not '%s'", _i,
                  records->broken, broken[_i].why);
    ck_assert_msg(records->malformed == broken[_i].malformed, "case %d", _i);
    records_free(records);
}
END_TEST

START_TEST(what_came_before_a_break_is_kept)
{
    char text[sizeof whole + 16];
    size_t cut = (size_t)(strstr(whole, "begin scenario=three") - whole);
    snprintf(text, sizeof text, "%.*sgarbage\n", (int)cut, whole);
    struct records *records = parse(text);
    ck_assert(!records->whole);
    ck_assert_uint_eq(records->n_scenarios, 1);
    ck_assert(records->scenarios[0].done);
    ck_assert_uint_eq(records->scenarios[0].n_findings, 1);
    records_free(records);
}
END_TEST

START_TEST(a_stream_cut_anywhere_is_not_whole)
{
    for (size_t size = 0; size + 1 < sizeof whole; size++) {
        struct records *records = records_parse(whole, size, LANE_EXPLORE);
        ck_assert_msg(!records->whole, "cut at %zu", size);
        records_free(records);
    }
}
END_TEST

/* A head, then `line` (with a number in it) `times` times. */
static struct records *parse_many(const char *head, const char *line, size_t times)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    fputs(head, out);
    for (size_t i = 0; i < times; i++) {
        const char *hash = strchr(line, '#');
        fprintf(out, "%.*s%zu%s\n", (int)(hash - line), line, i, hash + 1);
    }
    fclose(out);
    struct records *records = records_parse(text, size, LANE_EXPLORE);
    free(text);
    return records;
}

#define HEAD    "hello version=1 lane=explore\nbegin scenario=a\n"
#define FINDING HEAD "finding id=0 kind=hang\n"

static const struct {
    const char *head, *line;
    size_t most;
} bounds[] = {
    {HEAD, "outcome count=1 a.x=#", RECORDS_OUTCOMES_MAX},
    {HEAD, "fact name=f# value=1", RECORD_FACTS_MAX},
    {HEAD, "finding id=# kind=hang", RECORDS_FINDINGS_MAX},
    {HEAD, "note text=#", RECORD_NOTES_MAX},
    {FINDING, "step finding=0 n=# thread=0 op=lock module=student offset=1", RECORDS_STEPS_MAX},
    {FINDING, "frame finding=0 of=access0 n=# module=student offset=1", RECORD_DETAILS_MAX},
};

START_TEST(every_list_is_bounded)
{
    struct records *records = parse_many(bounds[_i].head, bounds[_i].line, bounds[_i].most);
    ck_assert_msg(!records->malformed, "case %d: %s", _i, records->broken);
    records_free(records);
    records = parse_many(bounds[_i].head, bounds[_i].line, bounds[_i].most + 1);
    ck_assert_msg(records->malformed, "case %d", _i);
    records_free(records);
}
END_TEST

START_TEST(an_outcome_has_at_most_24_answers)
{
    char text[2048] = HEAD "outcome count=1";
    for (int i = 0; i <= RECORD_ANSWERS_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), " a.n%d=1", i);
    strcat(text, "\n");
    struct records *records = parse(text);
    ck_assert(records->malformed);
    ck_assert_uint_eq(records->scenarios[0].n_outcomes, 0);
    records_free(records);
}
END_TEST

START_TEST(a_perturbed_stress_is_a_stress)
{
    const char text[] = "hello version=1 lane=perturb\nbye records=1\n";
    struct records *records = records_parse(text, strlen(text), LANE_STRESS);
    ck_assert(records->whole);
    records_free(records);
}
END_TEST

/* Changes of one to four bytes, each series from its own seed: nothing may crash (the sanitizers
 * watch), and what is whole must still bracket two scenarios. */
START_TEST(changed_bytes_break_nothing_but_the_stream)
{
    static const char bytes[] = "\0\n =%az019.:\xff";
    unsigned state = 12345u + (unsigned)_i;
    for (int round = 0; round < 3000; round++) {
        char text[sizeof whole];
        memcpy(text, whole, sizeof whole);
        for (int i = 0; i < 1 + round % 4; i++) {
            state = state * 1103515245u + 12345u;
            text[(state >> 8) % (sizeof whole - 1)] = bytes[(state >> 3) % (sizeof bytes - 1)];
        }
        struct records *records = records_parse(text, sizeof whole - 1, LANE_EXPLORE);
        if (records->whole)
            ck_assert_uint_eq(records->n_scenarios, 2);
        else
            ck_assert_str_ne(records->broken, "");
        records_free(records);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("records");
    TCase *tests = tcase_create("records");
    tcase_add_test(tests, a_whole_stream_is_taken_in);
    tcase_add_test(tests, a_place_in_a_frame_is_taken_in);
    tcase_add_loop_test(tests, a_broken_stream_is_never_whole, 0, sizeof broken / sizeof *broken);
    tcase_add_test(tests, what_came_before_a_break_is_kept);
    tcase_add_test(tests, a_stream_cut_anywhere_is_not_whole);
    tcase_add_loop_test(tests, every_list_is_bounded, 0, sizeof bounds / sizeof *bounds);
    tcase_add_test(tests, an_outcome_has_at_most_24_answers);
    tcase_add_test(tests, a_perturbed_stress_is_a_stress);
    tcase_add_loop_test(tests, changed_bytes_break_nothing_but_the_stream, 0, 4);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
