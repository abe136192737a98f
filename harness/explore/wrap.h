/*
 * wrap.h - the functions that `ld --wrap` leads the student's calls to, declared with
 * the types of the real ones, so that the compiler checks each definition. The
 * list is harness/symbols.h; each file of this folder defines those of its kind.
 */
#ifndef HILO_EXPLORE_WRAP_H
#define HILO_EXPLORE_WRAP_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

/* Names that compilers import and no header declares. */
extern char *__strtok_r(char *text, const char *delimiters, char **rest);
extern void *__tls_get_addr(void *index);
extern void __stack_chk_fail(void);
extern int __isoc99_scanf(const char *, ...), __isoc23_scanf(const char *, ...);
extern int __isoc99_fscanf(FILE *, const char *, ...), __isoc23_fscanf(FILE *, const char *, ...);
extern int __isoc99_sscanf(const char *, const char *, ...);
extern int __isoc23_sscanf(const char *, const char *, ...);
extern char _GLOBAL_OFFSET_TABLE_[];

#define SYMBOL(name, lanes) extern __typeof__(name) __wrap_##name;
#define NOT_EXPLORED(name)
#include "harness/symbols.h"

#endif
