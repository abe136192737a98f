/*
 * once.h - running a routine once, whatever that is called by: pthread_once and call_once.
 */
#ifndef HILO_EXPLORE_ONCE_H
#define HILO_EXPLORE_ONCE_H

#include <pthread.h>

int once_run(pthread_once_t *control, void (*routine)(void), const void *frame);

#endif
