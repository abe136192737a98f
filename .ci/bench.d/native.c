/*
 * native.c - runs one of programs.c on real threads: native REPEAT NAME repeats it in this process,
 * native -REPEAT NAME in a process forked for each.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void hilo_answer(const char *name, long value);
void hilo_check(const char *name, bool holds);
void hilo_answer(const char *name, long value)
{
    (void)name;
    (void)value;
}
void hilo_check(const char *name, bool holds)
{
    (void)name;
    (void)holds;
}

#define PROGRAMS(X)   X(locked_increments) X(philosophers) X(bounded_buffer) X(long_execution)
#define DECLARE(name) void name(void);
PROGRAMS(DECLARE)

static const struct {
    const char *name;
    void (*run)(void);
} programs[] = {
#define ENTRY(name) {#name, name},
    PROGRAMS(ENTRY)};

static void run_forked(void (*run)(void))
{
    pid_t child = fork();
    if (child == 0) {
        run();
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    int repeat = atoi(argv[1]);
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
        if (strcmp(programs[i].name, argv[2]))
            continue;
        for (int n = 0; n < abs(repeat); n++)
            if (repeat < 0)
                run_forked(programs[i].run);
            else
                programs[i].run();
        return 0;
    }
    return 2;
}
