/*
 * What each kind of finding should teach. A hint explains the idea that is missing
 * and asks the question that leads to the mistake; it never says which line to write.
 */
#include "reports/explain.h"

#include "reports/language.h"

static const char *const hints[KIND_COUNT] = {
    [KIND_DATA_RACE] =
        N_("Several threads may use the same data at once only while all of them just read it. "
           "Decide which lock guards this data and hold it at every access, also where it is only "
           "read. (`volatile` does not help: it keeps no other thread out.)"),
    [KIND_ATOMICITY_VIOLATION] =
        N_("Each step is protected, but not the two together: what was true at the first may be "
           "false at the second. Which steps belong together, so that nobody may get in between?"),
    [KIND_DEADLOCK] = N_(
        "A circle of waiting needs threads that hold one thing while they wait for another. Draw "
        "who holds what and who waits for what: which arrow could point the other way? A fixed "
        "order for taking locks, the same in every thread, makes a circle impossible."),
    [KIND_LOST_WAKEUP] =
        N_("A condition variable remembers nothing: a signal that nobody waits for is gone. So the "
           "fact itself must be stored in a variable, changed and checked under the lock, and a "
           "thread should wait only while that variable says there is something to wait for."),
    [KIND_LIVELOCK] =
        N_("Every thread is busy and none gets on. Which of them was supposed to change what the "
           "others look at, and what keeps it from doing so?"),
    [KIND_HANG] =
        N_("Look at the place where each thread was last seen and ask: who should wake it, and "
           "could that already have happened, or never happen at all?"),
    [KIND_LOCK_ORDER] =
        N_("Nothing went wrong in the runs that were tried, but two threads that take the same "
           "locks in different orders can stop each other for ever. Is there one order in which "
           "all of them could take their locks?"),
    [KIND_THREAD_LEAK] =
        N_("Every thread needs somebody who takes care of its end: either one other thread joins "
           "it, once, or it is detached and nobody does. Also on the way out of a function that "
           "fails half-way."),
    [KIND_DOUBLE_JOIN] = N_(
        "A join ends a thread's life: afterwards its identifier means nothing, or somebody "
        "else. Who is responsible for joining this thread, and how do the others know that it was "
        "done?"),
    [KIND_JOIN_DETACHED] =
        N_("To detach a thread is to promise that nobody will join it. A thread is joined or "
           "detached, exactly one of the two: which one is meant here?"),
    [KIND_SELF_JOIN] =
        N_("A join waits for the other thread to end, and a thread that waits does not end. Which "
           "thread is it that should wait here?"),
    [KIND_EARLY_TIMEOUT] =
        N_("A timed wait may wake up early: because of a signal, or for no reason at all. Only the "
           "clock says that the time is over. Is the deadline computed once, as a point in "
           "time, and on the clock that the wait uses?"),
    [KIND_LATE_TIMEOUT] =
        N_("The deadline must be a point in time that is computed once. One that starts anew after "
           "each wake-up moves away, and one on another clock never fits."),
    [KIND_DAEMON_WAITED_FOR] =
        N_("A daemon is a thread that the end of the program does not wait for: it may never end "
           "by itself. Whom does the shutdown have to wait for, and whom not?"),
    [KIND_NON_DAEMON_ABANDONED] =
        N_("A thread that is no daemon has work that must not be lost (an editor with an unsaved "
           "file). Does the shutdown wait for all of them, also for those that were started while "
           "it was waiting?"),
    [KIND_DAEMON_USE_AFTER_SHUTDOWN] =
        N_("Nobody waits for a daemon, so it may still be running when everything else is gone. "
           "What it uses must live as long as it does, or it must be told to keep its hands off "
           "before that is freed."),
    [KIND_USE_AFTER_FREE] =
        N_("Memory may be freed only when nobody can come back to it. How does the thread that "
           "frees it know that all others are done?"),
    [KIND_DOUBLE_FREE] =
        N_("Every block has exactly one owner, who frees it once. When two threads can get there, "
           "who decides which of them it is?"),
    [KIND_OUT_OF_BOUNDS] = N_(
        "Compare the size that was allocated with the largest index that is used. Do two threads "
        "perhaps share that index?"),
    [KIND_MEMORY_LEAK] = N_("Who owns this block, and on which way out of the function is it "
                            "forgotten? Do not forget the ways that lead out through an error."),
    [KIND_CRASH] =
        N_("Look at the pointers on that line: where was each of them set, and may another thread "
           "already have freed what it points to?"),
    [KIND_WRONG_RESULT] =
        N_("Follow the interleaving step by step with pencil and paper, writing down each value. "
           "Where is the first one that surprises you?"),
    [KIND_UNLOCK_NOT_OWNER] = N_(
        "Only the thread that locked a mutex may unlock it. Is it unlocked twice, on a path that "
        "never locked it, or by another thread? To tell another thread something, a condition "
        "variable or a semaphore is the tool."),
    [KIND_LOCK_DESTROYED_WHILE_HELD] =
        N_("A lock may be destroyed once nobody holds it and nobody can come for it any more. Who "
           "still does, and how could you know that they are done?"),
    [KIND_LOCK_LEAKED] =
        N_("Every way out of a critical section must pass by the unlock: also an early `return`, "
           "`break` or error. Follow each of them from the lock on."),
    [KIND_API_MISUSE] =
        N_("The manual page of the function says what must hold when it is called (`man 3 NAME`). "
           "Which of its conditions is not met here?"),
    [KIND_UNSUPPORTED] = N_(
        "This function is allowed but not explored. With one of the common ones (mutex, condition "
        "variable, semaphore, join) every interleaving can be tried."),
    [KIND_SLEEP_AS_SYNCHRONISATION] =
        N_("A sleep hopes that the other thread is done; on a busy machine it is not. What exactly "
           "is being waited for, and how could the other thread say that it happened?"),
    [KIND_BUSY_WAIT] = N_(
        "A thread that keeps asking takes the processor away from those it waits for. Let it sleep "
        "until somebody wakes it: which primitive does that, and who should do the waking?"),
    [KIND_OVER_SYNCHRONISED] = N_(
        "It is right, but as slow as one thread alone. How long must the lock really be held? Only "
        "what touches shared data has to be alone; everything else may run side by side."),
    [KIND_COMPILE_ERROR] =
        N_("Begin with the first message: those that follow are often caused by it."),
    [KIND_LINK_ERROR] =
        N_("A function is used or asked for, but defined nowhere, or twice. Compare the names and "
           "signatures with the exercise's header, letter by letter."),
    [KIND_UNCHANGED_STARTER] =
        N_("Did you hand in the right file? Maybe your work was saved somewhere else."),
    [KIND_FORBIDDEN] =
        N_("Submissions may use the functions of C and of pthreads that the course needs, and "
           "nothing that starts programs, opens files or talks to the grader. Can it be done "
           "without?"),
    [KIND_TAMPERING] =
        N_("A pointer leads out of your own data. It may be one that was never set, or an index "
           "gone wild: where does the address come from?"),
};

static const char *race_hint(const struct finding *finding)
{
    for (size_t i = 0; i < finding->n_accesses; i++)
        if (op_frees(finding->accesses[i].op))
            return hints[KIND_USE_AFTER_FREE];
    switch (race_guard(finding)) {
    case GUARD_FIRST_ONLY:
    case GUARD_SECOND_ONLY:
        return N_(
            "A lock protects only when everybody takes it: who does not ask simply walks past. "
            "Look for every place that touches this data, also those that only read it.");
    case GUARD_DIFFERENT:
        return N_("Two locks keep nobody out: each thread holds its own, and both go on. Whoever "
                  "touches the same data must take the very same lock.");
    case GUARD_SAME_NAME:
        return N_("If two threads are inside at once, they hold two different locks, or hold one "
                  "just for reading. Is the mutex copied by value, made anew in each call, or one "
                  "per object while the data is shared by all?");
    case GUARD_HALF_ATOMIC:
        return N_(
            "An atomic access protects only against other atomic accesses. Either every access "
            "to this data is atomic, or all of them hold the same lock.");
    case GUARD_NONE:
    case GUARD_UNKNOWN:
        break;
    }
    return hints[KIND_DATA_RACE];
}

const char *explain_hint(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    const char *hint = finding->kind == KIND_DATA_RACE      ? race_hint(finding)
                       : (size_t)finding->kind < KIND_COUNT ? hints[finding->kind]
                                                            : NULL;
    return hint != NULL ? _(hint) : "";
}
