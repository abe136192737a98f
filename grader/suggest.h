/*
 * suggest.h - what somebody who mistyped a name meant.
 */
#ifndef HILO_GRADER_SUGGEST_H
#define HILO_GRADER_SUGGEST_H

#include <stddef.h>

/* The nearest of `names`, or NULL when none is near enough to be meant. */
const char *suggest(const char *word, const char *const *names, size_t n_names);

#endif
