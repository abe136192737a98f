/*
 * paths.h - where the files that belong to hilo are.
 *
 * It runs from the folder where make left it as well as installed below a prefix: what stands
 * beside the program wins over what is installed. Threads: no state.
 */
#ifndef HILO_GRADER_PATHS_H
#define HILO_GRADER_PATHS_H

enum { PATH_TEXT_MAX = 4096 };

/* `beside` in the folder of the running program if it is there, else `installed` below
 * the prefix. Writes to `path` (PATH_TEXT_MAX bytes) and returns it. */
const char *program_file(const char *beside, const char *installed, char *path);

#endif
