/*
 * at_exit.c - atexit, which the C library does not let objects that are loaded call by name. In an
 * exercise nothing exits, and handlers are never run.
 */
#include "harness/native/at_exit.h"

#include <stdatomic.h>
#include <stddef.h>

#include "harness/native/wrap.h"

enum { HANDLERS_MAX = 32 }; /* as many as C promises */

static struct {
    atomic_int n;
    void (*_Atomic handlers[HANDLERS_MAX])(void);
} at_exit;

WRAP(int, atexit, void (*handler)(void))
{
    int place = atomic_load(&at_exit.n);
    do {
        if (place == HANDLERS_MAX)
            return -1;
    } while (!atomic_compare_exchange_weak(&at_exit.n, &place, place + 1));
    atomic_store(&at_exit.handlers[place], handler);
    return 0;
}

void at_exit_run(void)
{
    for (int i = atomic_load(&at_exit.n) - 1; i >= 0; i--) {
        void (*handler)(void) = atomic_exchange(&at_exit.handlers[i], NULL);
        if (handler)
            handler();
    }
}
