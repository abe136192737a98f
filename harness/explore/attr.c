/*
 * attr.c - pthread_attr_*: the real ones, on the student's memory once it is checked.
 *
 * But for destroying: of an attribute object that nobody initialised, the real one would free
 * whatever its bytes point to. Ours only spoils them.
 */
#include <pthread.h>
#include <string.h>

#include "harness/explore/engine.h"
#include "harness/explore/memory.h"
#include "harness/explore/wrap.h"

int __wrap_pthread_attr_init(pthread_attr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_attr_init(attr);
}

int __wrap_pthread_attr_destroy(pthread_attr_t *attr)
{
    memory_write(attr, sizeof *attr, HERE);
    memset(attr, 0xA5, sizeof *attr);
    return 0;
}

int __wrap_pthread_attr_setdetachstate(pthread_attr_t *attr, int state)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_attr_setdetachstate(attr, state);
}

int __wrap_pthread_attr_getdetachstate(const pthread_attr_t *attr, int *state)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(state, sizeof *state, HERE);
    return pthread_attr_getdetachstate(attr, state);
}

int __wrap_pthread_attr_setstacksize(pthread_attr_t *attr, size_t size)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_attr_setstacksize(attr, size);
}

int __wrap_pthread_attr_getstacksize(const pthread_attr_t *attr, size_t *size)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(size, sizeof *size, HERE);
    return pthread_attr_getstacksize(attr, size);
}

int __wrap_pthread_attr_setguardsize(pthread_attr_t *attr, size_t value)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_attr_setguardsize(attr, value);
}

int __wrap_pthread_attr_getguardsize(const pthread_attr_t *attr, size_t *value)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(value, sizeof *value, HERE);
    return pthread_attr_getguardsize(attr, value);
}

int __wrap_pthread_attr_setscope(pthread_attr_t *attr, int value)
{
    memory_write(attr, sizeof *attr, HERE);
    return pthread_attr_setscope(attr, value);
}

int __wrap_pthread_attr_getscope(const pthread_attr_t *attr, int *value)
{
    memory_read(attr, sizeof *attr, HERE);
    memory_write(value, sizeof *value, HERE);
    return pthread_attr_getscope(attr, value);
}
