/*
 * symbols.h - what a submission may import, and which lane catches the call.
 *
 * The one table that the audit (what is `forbidden`), the linker lines
 * (`--wrap`) and the lanes agree on:
 *
 *     SYMBOL(name, lanes)
 *
 * lanes: where `ld --wrap=name` turns the call into `__wrap_name`, which that
 * lane's program must define. 0 is a pure function that no lane needs to see:
 * it touches no memory but its scalar arguments and no hidden state.
 * A function that is absent here may not be imported at all.
 * NOT_EXPLORED(name) may be used natively but is not modelled: explore refuses
 * it by name as `unsupported`.
 *
 * Include with SYMBOL and NOT_EXPLORED defined; no include guard on purpose.
 */
#ifndef SYMBOL_LANES
#define SYMBOL_LANES
enum symbol_lane { IN_EXPLORE = 1, IN_STRESS = 2, IN_TSAN = 4 };
#endif

/* Threads. */
SYMBOL(pthread_create, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_join, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_tryjoin_np, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_timedjoin_np, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_clockjoin_np, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_detach, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_self, IN_EXPLORE)
SYMBOL(pthread_equal, IN_EXPLORE)
SYMBOL(pthread_setname_np, IN_EXPLORE)
SYMBOL(pthread_getname_np, IN_EXPLORE)
SYMBOL(pthread_attr_init, IN_EXPLORE)
SYMBOL(pthread_attr_destroy, IN_EXPLORE)
SYMBOL(pthread_attr_setdetachstate, IN_EXPLORE)
SYMBOL(pthread_attr_getdetachstate, IN_EXPLORE)
SYMBOL(pthread_attr_setstacksize, IN_EXPLORE)
SYMBOL(pthread_attr_getstacksize, IN_EXPLORE)
SYMBOL(sched_yield, IN_EXPLORE)

/* Cancellation, and what pthread_cleanup_push and pop are made of. The first alone is harmless:
 * whoever would return to it is not listed. */
SYMBOL(pthread_cancel, IN_EXPLORE)
SYMBOL(pthread_setcancelstate, IN_EXPLORE)
SYMBOL(pthread_setcanceltype, IN_EXPLORE)
SYMBOL(pthread_testcancel, IN_EXPLORE)
SYMBOL(__sigsetjmp, IN_EXPLORE)
SYMBOL(__pthread_register_cancel, IN_EXPLORE)
SYMBOL(__pthread_unregister_cancel, IN_EXPLORE)
SYMBOL(__pthread_unwind_next, IN_EXPLORE)

/* Mutexes. */
SYMBOL(pthread_mutex_init, IN_EXPLORE)
SYMBOL(pthread_mutex_destroy, IN_EXPLORE)
SYMBOL(pthread_mutex_lock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_mutex_trylock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_mutex_timedlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_mutex_clocklock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_mutex_unlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_mutexattr_init, IN_EXPLORE)
SYMBOL(pthread_mutexattr_destroy, IN_EXPLORE)
SYMBOL(pthread_mutexattr_settype, IN_EXPLORE)
SYMBOL(pthread_mutexattr_gettype, IN_EXPLORE)

/* Condition variables. The C library has two incompatible generations of them; an object linked
 * without it gets the old one, so the wraps see to it that every call goes to the new. */
SYMBOL(pthread_cond_init, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_destroy, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_wait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_timedwait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_clockwait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_signal, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_cond_broadcast, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_condattr_init, IN_EXPLORE)
SYMBOL(pthread_condattr_destroy, IN_EXPLORE)
SYMBOL(pthread_condattr_setclock, IN_EXPLORE)
SYMBOL(pthread_condattr_getclock, IN_EXPLORE)

/* Semaphores. */
SYMBOL(sem_init, IN_EXPLORE)
SYMBOL(sem_destroy, IN_EXPLORE)
SYMBOL(sem_wait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(sem_trywait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(sem_timedwait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(sem_clockwait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(sem_post, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(sem_getvalue, IN_EXPLORE)

/* Readers-writer locks, spin locks, barriers, once, thread-specific data. */
SYMBOL(pthread_rwlock_init, IN_EXPLORE)
SYMBOL(pthread_rwlock_destroy, IN_EXPLORE)
SYMBOL(pthread_rwlock_rdlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_tryrdlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_wrlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_trywrlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_timedrdlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_timedwrlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_clockrdlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_clockwrlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_rwlock_unlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_spin_init, IN_EXPLORE)
SYMBOL(pthread_spin_destroy, IN_EXPLORE)
SYMBOL(pthread_spin_lock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_spin_trylock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_spin_unlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_barrier_init, IN_EXPLORE)
SYMBOL(pthread_barrier_destroy, IN_EXPLORE)
SYMBOL(pthread_barrier_wait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(pthread_once, IN_EXPLORE)
SYMBOL(pthread_key_create, IN_EXPLORE)
SYMBOL(pthread_key_delete, IN_EXPLORE)
SYMBOL(pthread_getspecific, IN_EXPLORE)
SYMBOL(pthread_setspecific, IN_EXPLORE)

/* C11 threads. Natively they become pthreads, which the lanes see and libtsan knows. */
SYMBOL(thrd_create, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(thrd_join, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(thrd_detach, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(thrd_exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(thrd_current, IN_EXPLORE)
SYMBOL(thrd_equal, IN_EXPLORE)
SYMBOL(thrd_sleep, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(thrd_yield, IN_EXPLORE)
SYMBOL(mtx_init, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(mtx_destroy, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(mtx_lock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(mtx_trylock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(mtx_timedlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(mtx_unlock, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_init, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_destroy, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_wait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_timedwait, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_signal, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(cnd_broadcast, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(tss_create, IN_EXPLORE)
SYMBOL(tss_delete, IN_EXPLORE)
SYMBOL(tss_get, IN_EXPLORE)
SYMBOL(tss_set, IN_EXPLORE)
SYMBOL(call_once, IN_EXPLORE | IN_STRESS | IN_TSAN)

/* Time. */
SYMBOL(sleep, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(usleep, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(nanosleep, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(clock_nanosleep, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(clock_gettime, IN_EXPLORE)
SYMBOL(gettimeofday, IN_EXPLORE)
SYMBOL(time, IN_EXPLORE)
SYMBOL(timespec_get, IN_EXPLORE)

/* Memory and strings. */
SYMBOL(malloc, IN_EXPLORE)
SYMBOL(calloc, IN_EXPLORE)
SYMBOL(realloc, IN_EXPLORE)
SYMBOL(free, IN_EXPLORE)
SYMBOL(aligned_alloc, IN_EXPLORE)
SYMBOL(strdup, IN_EXPLORE)
SYMBOL(strndup, IN_EXPLORE)
SYMBOL(memcpy, IN_EXPLORE)
SYMBOL(memmove, IN_EXPLORE)
SYMBOL(memset, IN_EXPLORE)
SYMBOL(memcmp, IN_EXPLORE)
SYMBOL(memchr, IN_EXPLORE)
SYMBOL(strlen, IN_EXPLORE)
SYMBOL(strnlen, IN_EXPLORE)
SYMBOL(strcpy, IN_EXPLORE)
SYMBOL(strncpy, IN_EXPLORE)
SYMBOL(strcat, IN_EXPLORE)
SYMBOL(strncat, IN_EXPLORE)
SYMBOL(strcmp, IN_EXPLORE)
SYMBOL(strncmp, IN_EXPLORE)
SYMBOL(strchr, IN_EXPLORE)
SYMBOL(strrchr, IN_EXPLORE)
SYMBOL(strstr, IN_EXPLORE)
SYMBOL(qsort, IN_EXPLORE)

/* Output: it goes to a bounded buffer that nobody takes for a result. */
SYMBOL(printf, IN_EXPLORE)
SYMBOL(fprintf, IN_EXPLORE)
SYMBOL(vprintf, IN_EXPLORE)
SYMBOL(vfprintf, IN_EXPLORE)
SYMBOL(snprintf, IN_EXPLORE)
SYMBOL(vsnprintf, IN_EXPLORE)
SYMBOL(sprintf, IN_EXPLORE)
SYMBOL(puts, IN_EXPLORE)
SYMBOL(putchar, IN_EXPLORE)
SYMBOL(fputs, IN_EXPLORE)
SYMBOL(fputc, IN_EXPLORE)
SYMBOL(fflush, IN_EXPLORE)
SYMBOL(perror, IN_EXPLORE)
SYMBOL(strerror, 0)

/* Input: of a program what it was given, of a scenario nothing. */
SYMBOL(getchar, IN_EXPLORE)
SYMBOL(getc, IN_EXPLORE)
SYMBOL(fgetc, IN_EXPLORE)
SYMBOL(ungetc, IN_EXPLORE)
SYMBOL(fgets, IN_EXPLORE)
SYMBOL(getline, IN_EXPLORE)
SYMBOL(feof, IN_EXPLORE)
SYMBOL(ferror, IN_EXPLORE)
SYMBOL(scanf, IN_EXPLORE)
SYMBOL(fscanf, IN_EXPLORE)
SYMBOL(sscanf, IN_EXPLORE)
SYMBOL(__isoc99_scanf, IN_EXPLORE)
SYMBOL(__isoc99_fscanf, IN_EXPLORE)
SYMBOL(__isoc99_sscanf, IN_EXPLORE)
SYMBOL(__isoc23_scanf, IN_EXPLORE)
SYMBOL(__isoc23_fscanf, IN_EXPLORE)
SYMBOL(__isoc23_sscanf, IN_EXPLORE)

/* Ends. Each is seen everywhere: leaving early passes nothing. */
SYMBOL(exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(_exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(_Exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(quick_exit, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(abort, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(__assert_fail, IN_EXPLORE | IN_STRESS | IN_TSAN)
SYMBOL(__stack_chk_fail, 0)

/* Hidden state that must start afresh in each execution. */
SYMBOL(rand, IN_EXPLORE)
SYMBOL(srand, IN_EXPLORE)
SYMBOL(rand_r, IN_EXPLORE)
SYMBOL(__errno_location, IN_EXPLORE)
SYMBOL(__tls_get_addr, IN_EXPLORE)

/* Pure. */
SYMBOL(abs, 0)
SYMBOL(labs, 0)
SYMBOL(llabs, 0)
SYMBOL(fabs, 0)
SYMBOL(floor, 0)
SYMBOL(ceil, 0)
SYMBOL(fmod, 0)
SYMBOL(sqrt, 0)
SYMBOL(pow, 0)
SYMBOL(difftime, 0)

/* Data of the C library. */
SYMBOL(stdin, 0)
SYMBOL(stdout, 0)
SYMBOL(stderr, 0)
SYMBOL(_GLOBAL_OFFSET_TABLE_, 0)

/* Native only, until the explorer models them. */
NOT_EXPLORED(alarm)

#undef SYMBOL
#undef NOT_EXPLORED
