#include <stdio.h>
#include <string.h>

#include "grader/commands.h"
#include "grader/interrupt.h"
#include "grader/paths.h"
#include "grader/version.h"
#include "reports/language.h"

#define ALL_GRADING (TAKES_EXERCISE | TAKES_REPORTS | TAKES_GRADING | TAKES_LANGUAGE | TAKES_QUIET)
#define MANY        100000

const struct command commands[] = {
    {"list", cmd_list, TAKES_LANGUAGE, 0, 0, "", help_list},
    {"start", cmd_start, TAKES_LANGUAGE, 1, 2, "which exercise?", help_start},
    {"check", cmd_check, ALL_GRADING | TAKES_VERBOSE, 1, 1, "which file or folder?", help_check},
    {"batch", cmd_batch, ALL_GRADING | TAKES_OUT, 1, MANY, "which folder or files?", help_batch},
    {"run", cmd_run,
     TAKES_PROGRAM | TAKES_REPORTS | TAKES_GRADING | TAKES_LANGUAGE | TAKES_QUIET | TAKES_VERBOSE,
     1, MANY, "which .c files?", help_run},
    {"explain", cmd_explain, TAKES_LANGUAGE | TAKES_SOURCE | TAKES_VERBOSE, 1, 2, "which report?",
     help_explain},
    {"replay", cmd_replay,
     TAKES_LANGUAGE | TAKES_SOURCE | TAKES_VERBOSE | TAKES_PROGRAM | TAKES_GDB, 1, 2,
     "which report?", help_replay},
    {"report", cmd_report, TAKES_LANGUAGE | TAKES_TO, 1, MANY, "which reports?", help_report},
    {"doctor", cmd_doctor, TAKES_LANGUAGE, 0, 0, "", help_doctor},
    {0},
};

/* What was asked for must have come out; a full disk behind a pipe is noticed only here. */
static int flush(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    perror("hilo: standard output");
    return 3;
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error = {0};
    if (!options_parse(argc, argv, &options, &error))
        return error_print(&error);
    if (options.version) {
        printf("hilo %s\n", HILO_VERSION);
        return flush(0);
    }
    if (options.help) {
        fputs(options.command ? options.command->help : help_general, stdout);
        return flush(0);
    }
    if (!options.command) {
        fputs(help_general, stderr);
        return 2;
    }
    char locale_dir[PATH_TEXT_MAX];
    report_language(options.grade.language, program_file("locale", "share/locale", locale_dir));
    interrupt_catch();
    return flush(options.command->run(&options));
}
