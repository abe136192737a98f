#include "grader/sandbox/privileges.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CHILD_SIDE __attribute__((no_sanitize_address)) static

/* An exercise may lie in a folder that only its author can read, with a grader run by root: the
 * right to read and search is kept where Landlock confines it to what was named anyway. */
CHILD_SIDE void keep_reading_only(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct sets[2] = {{0}, {0}};
    if (syscall(SYS_capget, &header, sets) != 0)
        return;
    unsigned reading = 1u << CAP_DAC_READ_SEARCH;
    if (!(sets[0].permitted & reading))
        reading = 1u << CAP_DAC_OVERRIDE;
    unsigned keep = sets[0].permitted & reading;
    sets[0] = (struct __user_cap_data_struct){keep, keep, keep};
    sets[1] = (struct __user_cap_data_struct){0, 0, 0};
    if (syscall(SYS_capset, &header, sets) == 0 && keep)
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
              keep == 1u << CAP_DAC_OVERRIDE ? CAP_DAC_OVERRIDE : CAP_DAC_READ_SEARCH, 0, 0);
}

__attribute__((no_sanitize_address)) int privileges_drop(void)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return errno;
    /* Without these bits, exec gives a process of user 0 everything back. */
    unsigned long bits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED;
    if (geteuid() == 0 && prctl(PR_SET_SECUREBITS, bits, 0, 0, 0) == 0)
        keep_reading_only();
    return 0;
}
