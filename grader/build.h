/*
 * build.h - a submission and an exercise's scenarios, compiled for the lanes.
 *
 *   files ──gcc -O0 -fsanitize=thread──► *.tsan.o ──ld --wrap...──► explore.so
 *                                            ├──────ld──────────► tsan.so
 *                                            └──────ld──────────► perturb.so   (stress, with our
 * tiny __tsan_*) ──gcc -O2────────────────────► *.o ──ld --wrap...──────► stress.so
 *
 * One instrumented object serves three lanes. Why each flag is there is said at its place in
 * build.c. The compiles of a submission run in parallel. Objects are audited between compiling and
 * linking; a refused one is never linked. Scenarios are ours: compiled once and cached
 * beside the exercise's other products (XDG cache), keyed by content and tool versions.
 *
 * What the student did wrong comes back as findings in the report: `compile-error`,
 * `link-error`, `forbidden`, `unsupported`. What is ours is an error.
 */
#ifndef HILO_GRADER_BUILD_H
#define HILO_GRADER_BUILD_H

#include <stdbool.h>

#include "grader/manifest.h"
#include "grader/submission.h"
#include "reports/error.h"
#include "reports/report.h"

/* Paths of the products; each below the work folder, or "" when it was not wanted. */
struct build {
    char dir[512];
    char explore_so[576];
    char tsan_so[576];
    char stress_so[576];
    char perturb_so[576];
    char scenarios_explore[576];
    char scenarios_tsan[576];
    char scenarios_stress[576];
    char scenarios_perturb[576];
    char input[576];  /* of a program: what it reads as standard input, or "" */
    bool failed;      /* findings say why; nothing can be run */
    bool unsupported; /* explore cannot run it (finding `unsupported`); the other lanes can */
    double cpu_ms;
};

/* Build for the lanes asked for in report->lanes[].asked, in `dir` (exists, ours).
 * Adds findings and warnings to `report`. False with `error` set when we failed. */
bool build_submission(const struct submission *submission, const struct manifest *manifest,
                      const char *dir, struct report *report, struct build *build,
                      struct error *error);

#endif
