/*
 * story.h - a finding as rows of columns, one column a thread; for reports/ only.
 *
 * The story is the part of the trace that matters: what the threads concerned did with the
 * things concerned. A trace of thousands of steps becomes a page: steps that have nothing to do
 * with the finding are left out, loops are told once, and of what is still too long the middle is
 * cut. Where there is no trace (TSan and stress see only the end) the accesses and waits themselves
 * are told, with the calls that led there.
 *
 * Ownership: story_free(). Texts in it live as long as the report and the source.
 */
#ifndef HILO_REPORTS_STORY_H
#define HILO_REPORTS_STORY_H

#include "reports/explain.h"
#include "reports/paint.h"
#include "reports/source.h"

enum { STORY_COLUMNS_MAX = 4, STORY_EVERYBODY = -1 };

enum cell_kind {
    CELL_SOURCE, /* a line of the program */
    CELL_DOING,  /* what the thread does there */
    CELL_CLASH,  /* the same, and it is what the finding is about */
    CELL_STUCK,  /* what the thread waits for at the end */
    CELL_NOTE,   /* about the story itself: a loop told once, a middle left out */
};

struct cell {
    int thread; /* id, or STORY_EVERYBODY */
    enum cell_kind kind;
    const char *text;
    struct location at; /* of CELL_SOURCE */
};

struct story {
    size_t n_cells;
    struct cell *cells;
    size_t n_threads; /* those that occur, in the order of their ids */
    int *threads;
    const char *file; /* when all places are in one file, else NULL */
};

/* All of the trace when `whole`. */
struct story *story_tell(const struct tale *tale, struct source *source, bool whole);
void story_free(struct story *story);

/* What a step says: "writes `total`: 1". */
const char *story_words(const struct tale *tale, const char *op, const char *object,
                        const char *value);

/* The thread that a step creates, joins or detaches; -1 when it does none of these. */
int story_other_thread(const struct finding *finding, const struct step *step);

/* What a thread is stuck in at the end: "waits for `m`, which thread `b` holds". */
const char *story_stuck(const struct tale *tale, const struct wait *wait);

/* Print as columns, or one below the other where columns would be too narrow. */
void story_print(const struct tale *tale, const struct story *story, const struct canvas *canvas);

#endif
