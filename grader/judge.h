/*
 * judge.h - the expressions of exercise.json that say what answers are right.
 *
 *   expr := or-expression over 64-bit signed integers, as in C:
 *           || && == != < <= > >= + - * / % ! unary- ( ) decimal numbers, names
 *
 * Names are answers or inputs of the scenario. Comparisons and ! && || give 0 or 1. Two things
 * differ from C, both to protect the one who writes the expression: comparisons of one level do
 * not chain (`a <= b <= c` is refused with the way out), and an expression may be `undefined`,
 * which never counts as true:
 *   - a name that has no value makes it undefined wherever the name stands, even
 *     behind a short circuit: what was not answered cannot pass;
 *   - an overflow or a division by zero does so only where it is evaluated, so
 *     that `m != 0 && total / m == 2` is a guard.
 *
 * Ownership: judge_free(). Threads: an expression is immutable once parsed.
 */
#ifndef HILO_GRADER_JUDGE_H
#define HILO_GRADER_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"
#include "reports/report.h"

enum {
    JUDGE_LENGTH_MAX = 1000, /* bytes of an expression */
    JUDGE_DEPTH_MAX = 64,    /* of parentheses and signs within one another */
    JUDGE_NAMES_MAX = 32,    /* distinct names of an expression */
    JUDGE_NAME_MAX = 64,     /* bytes of a name */
};

struct judge_expr;

/* NULL with `error` set (ERROR_USAGE, "column 7: ..."; columns count bytes from 1). */
struct judge_expr *judge_parse(const char *text, struct error *error);
void judge_free(struct judge_expr *expr);

enum judge_truth { JUDGE_FALSE, JUDGE_TRUE, JUDGE_UNDEFINED };

/* Evaluate over two name spaces: answers first, then inputs. */
enum judge_truth judge_holds(const struct judge_expr *expr, const struct input_value *answers,
                             size_t n_answers, const struct input_value *inputs, size_t n_inputs);

/* Call `see` for each distinct name in the expression, in order of first appearance. */
void judge_names(const struct judge_expr *expr, void (*see)(const char *name, void *data),
                 void *data);

#endif
