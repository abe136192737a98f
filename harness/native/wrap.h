/*
 * wrap.h - how a lane defines what the linker puts in a call's place.
 *
 * The student's objects are linked with `ld --wrap=NAME`; their calls of NAME land in
 * `__wrap_NAME`, which the program exports. Within the harness NAME is the real one.
 */
#ifndef HILO_HARNESS_NATIVE_WRAP_H
#define HILO_HARNESS_NATIVE_WRAP_H

/* Define __wrap_NAME; the prototype first, since nothing else declares it. */
#define WRAP(type, name, ...)                                                                      \
    type __wrap_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

#endif
