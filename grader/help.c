/*
 * The texts of --help: each begins with the usage, then says what the command is for, then its
 * options, then examples that work as they stand.
 */
#include "grader/commands.h"

#define GRADING_HELP                                                                               \
    "  --lanes LIST           stress, tsan, explore, separated by commas (default: all three)\n"   \
    "  --effort LEVEL         quick, normal or deep: how many schedules are tried (normal)\n"      \
    "  --seed N               another seed draws other inputs and schedules (1)\n"                 \
    "  --lang es|en           language of the report (as your environment says)\n"                 \
    "  --require-isolation N  refuse to run below this tier of isolation, 0 to 3;\n"               \
    "                         `hilo doctor` says which tier this machine offers\n"

#define STATUS_HELP                                                                                \
    "\n"                                                                                           \
    "Exit status: 0 all passed, 1 there are findings, 2 wrong usage, 3 hilo or this machine\n"     \
    "failed, so that nothing is known about the submission.\n"

const char help_general[] =
    "usage: hilo COMMAND [OPTION]... [OPERAND]...\n"
    "\n"
    "hilo grades concurrency exercises in C. It runs a submission under many schedules, judges\n"
    "what came out, and tells the story of each mistake so that it can be understood and "
    "replayed.\n"
    "\n"
    "For students\n"
    "  hilo list                          the exercises there are\n"
    "  hilo start EXERCISE [DIR]          a folder to work in: header, starter, statement\n"
    "  hilo check PATH                    grade a file or folder\n"
    "  hilo run PROGRAM.c... [-- ARGS]    check any program of yours that uses pthreads\n"
    "  hilo explain REPORT [FINDING]      the whole story of a finding\n"
    "  hilo replay REPORT [FINDING]       run exactly that schedule again, or in gdb\n"
    "\n"
    "For teachers\n"
    "  hilo batch -e EXERCISE -o OUT PATH...   grade many submissions\n"
    "  hilo report REPORT... --to FORMAT       show reports in another form\n"
    "  hilo doctor                             what this machine offers\n"
    "\n"
    "`hilo COMMAND --help` teaches each command. `hilo --version` tells the version.\n";

const char help_list[] = "usage: hilo list [--lang es|en]\n"
                         "\n"
                         "List the exercises: name, points, title.\n"
                         "\n"
                         "The name is what `hilo start` and `hilo check -e` take. Exercises are\n"
                         "looked for in the folder that HILO_EXERCISES names, else beside hilo.\n";

const char help_start[] =
    "usage: hilo start EXERCISE [DIR] [--lang es|en]\n"
    "\n"
    "Make a folder to work in. It gets the exercise's header (the contract: what each\n"
    "function must do), a starter file to fill in, and the statement. DIR is ./EXERCISE unless\n"
    "given. Files that exist are never overwritten.\n"
    "\n"
    "Example:\n"
    "  hilo start likes          then edit likes/likes.c\n"
    "  hilo check likes          the exercise is known from the folder\n";

const char help_check[] =
    "usage: hilo check [-e EXERCISE] [OPTION]... PATH\n"
    "\n"
    "Grade one submission: a .c file, or a folder of .c and .h files. In a folder that `hilo\n"
    "start` made, or for a file in one, the exercise is known; else name it with -e.\n"
    "\n"
    "  -e, --exercise NAME    the exercise, or a folder that holds an exercise.json\n"
    "  --json FILE            also write the report as JSON; - is standard output, and then\n"
    "                         nothing else is printed\n"
    "  -q, --quiet            print nothing; the exit status tells\n"
    "  -v, --verbose          whole traces, not only the steps that matter\n"
    "  -j, --jobs N           compilers and lanes at once (default: the processor's "
    "cores)\n" GRADING_HELP "\n"
    "Examples:\n"
    "  hilo check -e likes solution.c\n"
    "  hilo check -e likes --effort quick --lanes explore solution.c\n"
    "  hilo check -e likes --json report.json solution.c && echo well done\n" STATUS_HELP;

const char help_batch[] =
    "usage: hilo batch -e EXERCISE -o OUT [OPTION]... PATH...\n"
    "\n"
    "Grade many submissions. A PATH that is a .c file is one submission; in a PATH that is a\n"
    "folder, each .c file and each folder is one. OUT gets a report NAME.json for each, and\n"
    "gradebook.csv with one row for each.\n"
    "\n"
    "Each submission is graded in a process of its own: one that explodes costs itself alone.\n"
    "Ctrl-C keeps what is finished. The same command again goes on: what is graded already and\n"
    "has not changed is not graded twice.\n"
    "\n"
    "  -e, --exercise NAME    the exercise, or a folder that holds an exercise.json\n"
    "  -o, --out OUT          where the reports go; made if it is not there\n"
    "  -j, --jobs N           submissions at once (default: the processor's cores)\n"
    "  -q, --quiet            no progress and no table\n" GRADING_HELP "\n"
    "Example:\n"
    "  hilo batch -e likes -o reports submissions/\n" STATUS_HELP;

const char help_run[] =
    "usage: hilo run [OPTION]... PROGRAM.c... [-- ARG...]\n"
    "\n"
    "Check any program that has a main and uses pthreads, without an exercise: races,\n"
    "deadlocks, lost wakeups, leaked threads, memory errors. PROGRAM.c... are its source files;\n"
    "headers in their folders are found. A folder stands for all that is in it. What stands\n"
    "behind -- is given to main.\n"
    "\n"
    "What the program prints is not shown. Whether it depends on the schedule is told, and so\n"
    "is an exit status that does; both may be meant so, and are no findings.\n"
    "\n"
    "  --stdin FILE           what the program reads from standard input (nothing); 1 MB at most\n"
    "  --json FILE            also write the report as JSON; - is standard output, and then\n"
    "                         nothing else is printed\n"
    "  -q, --quiet            print nothing; the exit status tells\n"
    "  -v, --verbose          whole traces, not only the steps that matter\n"
    "  -j, --jobs N           compilers at once (default: the processor's cores)\n" GRADING_HELP
    "\n"
    "Examples:\n"
    "  hilo run philosophers.c\n"
    "  hilo run main.c queue.c --stdin numbers.txt --json report.json -- 4 100\n"
    "  hilo replay report.json --stdin numbers.txt -- 4 100\n" STATUS_HELP;

const char help_explain[] =
    "usage: hilo explain REPORT [FINDING] [--source DIR] [--lang es|en] [-v]\n"
    "\n"
    "Tell a finding's story: what happened in which thread, step by step, and what to think\n"
    "about. REPORT is a JSON file that check or batch wrote. FINDING is its id, like F1; without\n"
    "it, all are told.\n"
    "\n"
    "  --source DIR    where the student's files are, to show their lines\n"
    "  -v, --verbose   whole traces, not only the steps that matter\n"
    "\n"
    "Example:\n"
    "  hilo check -e likes --json report.json solution.c; hilo explain report.json F1\n";

const char help_replay[] =
    "usage: hilo replay REPORT [FINDING] [--source PATH] [--lang es|en] [-v] [--gdb]\n"
    "                   [--stdin FILE] [-- ARG...]\n"
    "\n"
    "Run exactly the schedule of a finding again, and print each step. Without FINDING, the\n"
    "first that can be replayed.\n"
    "\n"
    "The sources are looked for in the current directory, under the submission's name, unless\n"
    "--source names the file or folder. When they changed since, that is said: a schedule of\n"
    "other code may mean nothing any more.\n"
    "\n"
    "A report of `hilo run` does not hold what the program was given: give it the same again,\n"
    "with --stdin and behind --. Its files are looked for in the current directory, or below\n"
    "the one that --source names.\n"
    "\n"
    "With --gdb the schedule runs in the debugger gdb and stops where the finding shows, in the\n"
    "submission's code. When the schedule shows several, `continue` goes on to the next. An\n"
    "answer that is wrong is known only at the end: then gdb stops where the run begins. There\n"
    "`hilo-threads` lists the threads, `hilo-thread N` shows the stack of one, and `run` starts\n"
    "again. gdb and the submission in it run with all your rights: nothing isolates them.\n"
    "\n"
    "Exit status: 1 the finding shows again, 0 it does not (or gdb ran), 2 wrong usage, 3 hilo\n"
    "failed.\n";

const char help_report[] =
    "usage: hilo report REPORT... --to FORMAT [--lang es|en]\n"
    "\n"
    "Turn reports (JSON files that check or batch wrote) into another form, on standard output.\n"
    "\n"
    "  --to text    as `hilo check` prints them\n"
    "  --to json    JSON, written anew; one REPORT only\n";

const char help_doctor[] =
    "usage: hilo doctor [--lang es|en]\n"
    "\n"
    "Say what this machine offers to grade with: compilers, sanitizers, tiers of isolation; and\n"
    "what to do about what is missing.\n";
