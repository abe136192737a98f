#include "grader/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/suggest.h"
#include "reports/language.h"

enum { OPTIONS_MAX = 32, DEFAULT_SEED = 1 };

enum option_id {
    ID_HELP = 'h',
    ID_EXERCISE = 'e',
    ID_OUT = 'o',
    ID_QUIET = 'q',
    ID_VERBOSE = 'v',
    ID_JOBS = 'j',
    ID_JSON = 256,
    ID_LATER, /* formats of the contract that this version does not write */
    ID_LANES,
    ID_SEED,
    ID_EFFORT,
    ID_LANGUAGE,
    ID_ISOLATION,
    ID_TO,
    ID_SOURCE,
    ID_GDB,
    ID_STDIN,
};

struct known_option {
    unsigned takes; /* 0: every command */
    struct option option;
};

static const struct known_option known[] = {
    {0, {"help", no_argument, NULL, ID_HELP}},
    {TAKES_EXERCISE, {"exercise", required_argument, NULL, ID_EXERCISE}},
    {TAKES_OUT, {"out", required_argument, NULL, ID_OUT}},
    {TAKES_REPORTS, {"json", required_argument, NULL, ID_JSON}},
    {TAKES_REPORTS, {"html", required_argument, NULL, ID_LATER}},
    {TAKES_REPORTS, {"junit", required_argument, NULL, ID_LATER}},
    {TAKES_REPORTS, {"sarif", required_argument, NULL, ID_LATER}},
    {TAKES_REPORTS, {"gradescope", required_argument, NULL, ID_LATER}},
    {TAKES_REPORTS, {"github", no_argument, NULL, ID_LATER}},
    {TAKES_GRADING, {"lanes", required_argument, NULL, ID_LANES}},
    {TAKES_GRADING, {"seed", required_argument, NULL, ID_SEED}},
    {TAKES_GRADING, {"effort", required_argument, NULL, ID_EFFORT}},
    {TAKES_GRADING, {"jobs", required_argument, NULL, ID_JOBS}},
    {TAKES_GRADING, {"require-isolation", required_argument, NULL, ID_ISOLATION}},
    {TAKES_LANGUAGE, {"lang", required_argument, NULL, ID_LANGUAGE}},
    {TAKES_QUIET, {"quiet", no_argument, NULL, ID_QUIET}},
    {TAKES_VERBOSE, {"verbose", no_argument, NULL, ID_VERBOSE}},
    {TAKES_TO, {"to", required_argument, NULL, ID_TO}},
    {TAKES_SOURCE, {"source", required_argument, NULL, ID_SOURCE}},
    {TAKES_PROGRAM, {"stdin", required_argument, NULL, ID_STDIN}},
    {TAKES_GDB, {"gdb", no_argument, NULL, ID_GDB}},
};

static bool wrong(struct error *error, const char *option, const char *value, const char *way)
{
    return error_set(error, ERROR_USAGE, "--%s %s: %s", option, value, way);
}

static bool parse_number(const char *text, unsigned long long most, unsigned long long *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *value <= most;
}

static enum lane lane_by_name(const char *name, size_t length)
{
    for (int lane = 0; lane < LANE_COUNT; lane++)
        if (strlen(lane_name((enum lane)lane)) == length &&
            strncmp(lane_name((enum lane)lane), name, length) == 0)
            return (enum lane)lane;
    return LANE_NONE;
}

static bool parse_lanes(const char *text, struct grade_options *grade, struct error *error)
{
    memset(grade->lanes, 0, sizeof grade->lanes);
    for (const char *at = text;; at++) {
        size_t length = strcspn(at, ",");
        enum lane lane = lane_by_name(at, length);
        if (lane == LANE_NONE)
            return wrong(error, "lanes", text,
                         "the lanes are stress, tsan and explore, separated by commas");
        grade->lanes[lane] = true;
        at += length;
        if (*at == '\0')
            return true;
    }
}

static bool parse_effort(const char *text, struct grade_options *grade, struct error *error)
{
    static const char *const names[] = {"quick", "normal", "deep"};
    for (int i = EFFORT_QUICK; i <= EFFORT_DEEP; i++) {
        if (strcmp(text, names[i]) == 0) {
            grade->effort = (enum effort)i;
            return true;
        }
    }
    return wrong(error, "effort", text, "an effort is quick, normal or deep");
}

static bool parse_language(const char *text, struct grade_options *grade, struct error *error)
{
    if (strcmp(text, "es") != 0 && strcmp(text, "en") != 0)
        return wrong(error, "lang", text, "the languages are es and en");
    grade->language = text;
    return true;
}

static bool parse_grading(int id, const char *text, struct grade_options *grade,
                          struct error *error)
{
    unsigned long long number;
    switch (id) {
    case ID_LANES:
        return parse_lanes(text, grade, error);
    case ID_EFFORT:
        return parse_effort(text, grade, error);
    case ID_SEED:
        if (!parse_number(text, ~0ULL, &number))
            return wrong(error, "seed", text, "a seed is a whole number, 0 or more");
        grade->seed = number;
        return true;
    case ID_JOBS:
        if (!parse_number(text, 1024, &number) || number == 0)
            return wrong(error, "jobs", text, "a number of jobs is 1 to 1024");
        grade->jobs = (int)number;
        return true;
    default:
        if (!parse_number(text, 3, &number))
            return wrong(error, "require-isolation", text, "a tier of isolation is 0 to 3");
        grade->require_isolation = (int)number;
        return true;
    }
}

static bool take_option(int id, const char *name, struct options *options, struct error *error)
{
    switch (id) {
    case ID_HELP:
        options->help = true;
        return true;
    case ID_EXERCISE:
        options->exercise = optarg;
        return true;
    case ID_OUT:
        options->out = optarg;
        return true;
    case ID_JSON:
        options->json = optarg;
        return true;
    case ID_TO:
        options->to = optarg;
        return true;
    case ID_SOURCE:
        options->source = optarg;
        return true;
    case ID_STDIN:
        options->input = optarg;
        return true;
    case ID_QUIET:
        options->quiet = true;
        return true;
    case ID_VERBOSE:
        options->verbose = true;
        return true;
    case ID_LANGUAGE:
        return parse_language(optarg, &options->grade, error);
    case ID_GDB:
        options->gdb = true;
        return true;
    case ID_LATER:
        return error_set(error, ERROR_USAGE, "--%s: this format is not available in this version",
                         name);
    default:
        return parse_grading(id, optarg, &options->grade, error);
    }
}

static size_t options_of(const struct command *command, struct option *list)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].takes == 0 || (known[i].takes & command->takes))
            list[n++] = known[i].option;
    list[n] = (struct option){0};
    return n;
}

/* getopt knows the letters of all commands; a command takes only those of its own options. */
static bool takes_letter(const struct option *list, size_t n, int id)
{
    for (size_t i = 0; i < n; i++)
        if (list[i].val == id)
            return true;
    return false;
}

static bool unknown_option(const struct command *command, const struct option *list, size_t n,
                           char *const *argv, struct error *error)
{
    const char *names[OPTIONS_MAX];
    const char *word = argv[optind - 1];
    if (optopt && strncmp(word, "--", 2) != 0)
        return error_set(error, ERROR_USAGE, "%s: there is no option -%c; see 'hilo %s --help'",
                         command->name, optopt, command->name);
    for (size_t i = 0; i < n; i++)
        names[i] = list[i].name;
    const char *meant = suggest(word + strspn(word, "-"), names, n);
    if (meant)
        return error_set(error, ERROR_USAGE, "%s: there is no option %s; did you mean --%s?",
                         command->name, word, meant);
    return error_set(error, ERROR_USAGE, "%s: there is no option %s; see 'hilo %s --help'",
                     command->name, word, command->name);
}

/* What stands behind -- is the program's own. Returns what is left for us. */
static int take_arguments(int argc, char **argv, struct options *options)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") != 0)
            continue;
        options->arguments = argv + i + 1;
        options->n_arguments = (size_t)(argc - i - 1);
        return i;
    }
    return argc;
}

static bool parse_command(const struct command *command, int argc, char **argv,
                          struct options *options, struct error *error)
{
    struct option list[OPTIONS_MAX];
    size_t n = options_of(command, list);
    int id, which = 0;
    if (command->takes & TAKES_PROGRAM)
        argc = take_arguments(argc, argv, options);
    optind = 0; /* getopt starts anew */
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":he:o:qvj:", list, &which)) != -1) {
        if (id == ':')
            return error_set(error, ERROR_USAGE, "%s: %s needs a value", command->name,
                             argv[optind - 1]);
        if (id == '?' || !takes_letter(list, n, id)) {
            if (id != '?')
                optopt = id;
            return unknown_option(command, list, n, argv, error);
        }
        if (!take_option(id, id == ID_LATER ? list[which].name : "", options, error))
            return false;
    }
    options->operands = argv + optind;
    options->n_operands = (size_t)(argc - optind);
    return true;
}

static bool check_operands(const struct options *options, struct error *error)
{
    const struct command *command = options->command;
    if (options->help)
        return true;
    if (options->n_operands < command->least)
        return error_set(error, ERROR_USAGE, "%s: %s; see 'hilo %s --help'", command->name,
                         command->needs, command->name);
    if (options->n_operands > command->most)
        return error_set(error, ERROR_USAGE, "%s: one operand too many: %s; see 'hilo %s --help'",
                         command->name, options->operands[command->most], command->name);
    return true;
}

static const struct command *find_command(const char *name, struct error *error)
{
    static const char *const later[] = {"new", "verify"};
    const char *names[32];
    size_t n = 0;
    for (const struct command *command = commands; command->name; command++) {
        if (strcmp(command->name, name) == 0)
            return command;
        names[n++] = command->name;
    }
    const char *meant = suggest(name, names, n);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++)
        if (strcmp(later[i], name) == 0)
            meant = name;
    if (meant == name)
        error_set(error, ERROR_USAGE, "hilo %s: not available in this version", name);
    else if (meant)
        error_set(error, ERROR_USAGE, "there is no command '%s'; did you mean '%s'?", name, meant);
    else
        error_set(error, ERROR_USAGE, "there is no command '%s'; see 'hilo --help'", name);
    return NULL;
}

static void defaults(struct options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *options = (struct options){0};
    options->grade = (struct grade_options){
        .lanes = {true, true, true},
        .seed = DEFAULT_SEED,
        .effort = EFFORT_NORMAL,
        .language = report_guess_language(),
        .jobs = cores > 0 ? (int)cores : 1,
        .require_isolation = -1,
    };
}

/* `hilo help COMMAND` is `hilo COMMAND --help`. */
static bool parse_help(int argc, char **argv, struct options *options, struct error *error)
{
    options->help = true;
    if (argc < 3)
        return true;
    options->command = find_command(argv[2], error);
    return options->command != NULL;
}

bool options_parse(int argc, char **argv, struct options *options, struct error *error)
{
    defaults(options);
    if (argc < 2)
        return true;
    const char *first = argv[1];
    if (strcmp(first, "--version") == 0 || strcmp(first, "-V") == 0) {
        options->version = true;
        return true;
    }
    if (strcmp(first, "--help") == 0 || strcmp(first, "-h") == 0 || strcmp(first, "help") == 0)
        return parse_help(argc, argv, options, error);
    if (*first == '-')
        return error_set(error, ERROR_USAGE, "%s: options come after a command; see 'hilo --help'",
                         first);
    options->command = find_command(first, error);
    return options->command &&
           parse_command(options->command, argc - 1, argv + 1, options, error) &&
           check_operands(options, error);
}
