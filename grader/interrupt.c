#include "grader/interrupt.h"

#include <errno.h>
#include <signal.h>

#include "grader/process.h"

static volatile sig_atomic_t pending;

static void on_signal(int signal)
{
    (void)signal;
    int saved = errno;
    pending = 1;
    process_kill_all();
    errno = saved;
}

/* Without SA_RESTART: a wait that is blocked must come back to look at the flag. */
void interrupt_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

bool interrupt_pending(void)
{
    return pending != 0;
}
