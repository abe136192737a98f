/*
 * privileges.h - what a grader that runs as root keeps from the student's code.
 *
 * Autograders in containers mostly run as root. A confined process then keeps the user number, so
 * that it can read and write what its grader made for it, and no capability but reading.
 */
#ifndef HILO_GRADER_SANDBOX_PRIVILEGES_H
#define HILO_GRADER_SANDBOX_PRIVILEGES_H

/* Child side: give up capabilities for good and set no_new_privs. System calls only. 0 or an errno
 * value; capabilities that this machine does not let us give up are no failure. */
int privileges_drop(void);

#endif
