/* library.c - time, random numbers, memory, strings, sorting and output, used right. */
#include "harness/tests/probes/probes.h"

/*
 * Time and random numbers.
 */

static double seconds(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void time_answers(void)
{
    struct timespec short_while = {0, 20000000}, malformed = {0, -1}, until;
    double start = seconds(CLOCK_MONOTONIC);
    answer("usleep", usleep(20000));
    answer("nanosleep", nanosleep(&short_while, NULL));
    clock_gettime(CLOCK_MONOTONIC, &until);
    answer("until", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
    answer("for", clock_nanosleep(CLOCK_REALTIME, 0, &short_while, NULL));
    answer("not-early", seconds(CLOCK_MONOTONIC) - start >= 0.06);
    answer("sleep", (long)sleep(0));
    answer("yield", sched_yield());
    errno = 0;
    answer("malformed", nanosleep(&malformed, NULL));
    answer("its-errno", errno);
    answer("malformed-for", clock_nanosleep(CLOCK_MONOTONIC, 0, &malformed, NULL));
    answer("no-such-clock", clock_nanosleep(1000, 0, &short_while, NULL) != 0);
    answer("gettime-of-it", clock_gettime(1000, &until));
}

void clocks_agree(void)
{
    struct timeval day;
    time_t stored = 0, now = time(&stored);
    gettimeofday(&day, NULL);
    answer("stored", stored == now);
    answer("day", day.tv_sec - now >= 0 && day.tv_sec - now <= 1);
    answer("real", seconds(CLOCK_REALTIME) - (double)now < 2);
    answer("since-2020", now > 1577836800);
    answer("two-clocks", seconds(CLOCK_REALTIME) - seconds(CLOCK_MONOTONIC) > 1e6);
}

void polling_ends(void)
{
    double start = seconds(CLOCK_MONOTONIC);
    while (seconds(CLOCK_MONOTONIC) - start < 0.001)
        ;
    answer("ended", 1);
}

void random_answers(void)
{
    unsigned seed = 5, same = 5;
    srand(42);
    int first = rand(), second = rand();
    srand(42);
    answer("again", rand() == first && rand() == second);
    answer("differ", first != second);
    answer("range", first >= 0 && first <= RAND_MAX);
    answer("rand_r", rand_r(&seed) == rand_r(&same) && seed == same && seed != 5);
}

/*
 * Memory, strings, sorting, output.
 */

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

void memory_answers(void)
{
    char a[16], b[16];
    memset(a, 'x', sizeof a);
    memcpy(b, a, sizeof b);
    b[3] = 'y';
    answer("equal", memcmp(a, b, 3));
    answer("less", sign(memcmp(a, b, 16)));
    answer("found", (char *)memchr(b, 'y', 16) - b);
    answer("not-found", memchr(b, 'z', 16) == NULL);
    answer("none", memchr(b, 'x', 0) == NULL);
    memmove(b + 1, b, 8);
    answer("moved", b[4]);
    answer("returned", memset(a, 0, 0) == a && memcpy(b, a, 0) == b && memmove(b, a, 1) == b);
}

void string_answers(void)
{
    char text[32] = "abc", open_ended[4] = {'a', 'b', 'c', 'd'};
    answer("length", (long)strlen(text));
    answer("bounded", (long)strnlen(open_ended, 4));
    answer("copy", strcpy(text + 8, "hello") == text + 8 && strlen(text + 8) == 5);
    memset(text, '#', sizeof text);
    strncpy(text, "ab", 5);
    answer("padded", text[2] == 0 && text[4] == 0 && text[5] == '#');
    strncpy(text, "abcdef", 3);
    answer("cut", text[2] == 'c' && text[3] == 0);
    strcat(text, "de");
    strncat(text, open_ended, 2);
    answer("joined", strcmp(text, "abcdeab"));
    answer("before", sign(strcmp("a", "b")));
    answer("after", sign(strcmp("ab", "a")));
    answer("high-bytes", sign(strcmp("\xff", "a")));
    answer("prefix", strncmp("abX", "abY", 2));
    answer("bounded-compare", strncmp(open_ended, "abcd", 4));
    answer("not-prefix", sign(strncmp("abX", "abY", 3)));
    answer("first", strchr(text, 'b') - text);
    answer("last", strrchr(text, 'b') - text);
    answer("missing", strchr(text, 'z') == NULL && strrchr(text, 'z') == NULL);
    answer("end", strchr(text, 0) - text);
    answer("last-end", strrchr(text, 0) - text);
    answer("inside", strstr(text, "dea") - text);
    answer("empty", strstr(text, "") - text);
    answer("not-inside", strstr(text, "xyz") == NULL);
}

void sort_answers(void)
{
    struct pair pairs[100];
    unsigned state = 1;
    for (int i = 0; i < 100; i++) {
        state = state * 1103515245 + 12345;
        pairs[i] = (struct pair){(int)(state >> 16) % 10, i};
    }
    qsort(pairs, 100, sizeof pairs[0], by_key);
    long sum = 0, sorted = 1;
    for (int i = 0; i < 100; i++)
        sum += (i + 1) * pairs[i].order;
    for (int i = 1; i < 100; i++)
        sorted &= pairs[i - 1].key < pairs[i].key ||
                  (pairs[i - 1].key == pairs[i].key && pairs[i - 1].order < pairs[i].order);
    answer("sorted", sorted);
    answer("sum", sum);
    qsort(pairs, 0, sizeof pairs[0], by_key);
    qsort(pairs, 1, sizeof pairs[0], by_key);
    answer("untouched", pairs[0].key);
}

void output_answers(void)
{
    char text[64], open_ended[3] = {'x', 'y', 'z'};
    answer("printf", printf("%d %s\n", 5, "five"));
    answer("fprintf", fprintf(stderr, "%5.2f|%-4c|%%|%p\n", 3.14159, 'c', (void *)0));
    answer("cut", snprintf(text, 4, "%s", "abcdef"));
    answer("what-is-left", strcmp(text, "abc"));
    answer("nowhere", snprintf(NULL, 0, "%08lx", 255L));
    answer("precision", sprintf(text, "%.3s|%.*s|%*d", open_ended, 2, open_ended, 5, 42));
    answer("text", strcmp(text, "xyz|xy|   42"));
    answer("sizes", snprintf(text, sizeof text, "%hhd %hd %lld %zu %td %jd %Lg", 1, 2, 3LL,
                             (size_t)4, (ptrdiff_t)5, (intmax_t)6, 7.0L));
    answer("sizes-text", strcmp(text, "1 2 3 4 5 6 7"));
    errno = ENOENT;
    answer("errno", snprintf(text, sizeof text, "%m"));
    answer("puts", puts("hello"));
    answer("putchar", putchar('x'));
    answer("fputs", fputs("y", stdout));
    answer("fputc", fputc(200, stdout));
    answer("fflush", fflush(stdout) + fflush(NULL));
    perror("it");
}
