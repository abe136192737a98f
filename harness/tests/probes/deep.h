/*
 * deep.h - the programs of deep.c: DEEP(name, kind, executions). `kind` is what it must get;
 * `executions` are enough to find it with any seed.
 */
DEEP(ring_of_four_locks, "deadlock", 2000)
DEEP(five_philosophers, "deadlock", 2000)
DEEP(free_list_without_a_count, "data-race", 500)
DEEP(one_of_a_hundred_not_counted, "crash", 2000)
DEEP(initialiser_later_than_all_work, "crash", 1000)
DEEP(windows_in_windows, "double-free", 2000)
DEEP(two_on_a_ladder, "crash", 1000)
DEEP(count_of_changes_that_wraps, "data-race", 1000)
DEEP(last_item_taken_twice, "double-free", 3000)
DEEP(grace_period_flipped_once, "crash", 3000)
#undef DEEP
