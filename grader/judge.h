/*
 * judge.h - the expressions of exercise.json that say what answers are right.
 *
 *   expr   := or-expression over 64-bit signed integers, as in C:
 *             || && == != < <= > >= + - * / % ! unary- ( ) numbers names
 *
 * Names are answers or inputs of the scenario. Comparisons give 0 or 1. A
 * missing name, an overflow or a division by zero makes the whole expression `undefined`,
 * which never counts as true.
 *
 * Ownership: judge_free(). Threads: an expression is immutable once parsed.
 */
#ifndef HILO_GRADER_JUDGE_H
#define HILO_GRADER_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"
#include "reports/report.h"

struct judge_expr;

/* NULL with `error` set (ERROR_USAGE, says the column). */
struct judge_expr *judge_parse(const char *text, struct error *error);
void judge_free(struct judge_expr *expr);

enum judge_truth { JUDGE_FALSE, JUDGE_TRUE, JUDGE_UNDEFINED };

/* Evaluate over two name spaces: answers first, then inputs. */
enum judge_truth judge_holds(const struct judge_expr *expr, const struct input_value *answers,
                             size_t n_answers, const struct input_value *inputs, size_t n_inputs);

/* Call `see` for each distinct name in the expression. */
void judge_names(const struct judge_expr *expr, void (*see)(const char *name, void *data),
                 void *data);

#endif
