/* text.c - more of the C library: numbers, tokens, times as text; used right and wrong. */
#include <ctype.h>
#include <strings.h>

#include "harness/tests/probes/probes.h"

void number_answers(void)
{
    char *end;
    const char *text = "  -42xyz";
    answer("strtol", strtol(text, &end, 10) * 100 + (end - text));
    answer("hex", strtol("0x1f", NULL, 0));
    answer("strtoul", (long)strtoul("77", &end, 8));
    answer("strtoll", (long)strtoll("-9223372036854775808", NULL, 10));
    answer("strtoull", (long)strtoull("18446744073709551615", NULL, 10));
    errno = 0;
    answer("too-large", strtol("99999999999999999999", NULL, 10));
    answer("its-errno", errno);
    answer("strtod", (long)(strtod("2.5e2q", &end) * 10));
    answer("stops", *end);
    answer("strtof", (long)(strtof("0.5", NULL) * 10));
    answer("none", strtol("zzz", &end, 10) + *end);
    answer("atoi", atoi("12") + atol("30") + atoll("500") + (long)atof("1000.5"));
    answer("div", div(17, 5).rem * 10 + (int)ldiv(17, 5).quot);
    answer("abs", abs(-3) + labs(-4) + llabs(-5));
    answer("getenv", getenv("HILO_NO_SUCH") == NULL);
}

void token_answers(void)
{
    char text[] = ",,a,bc;;d,", other[] = "x y", *rest, *at = other;
    long seen = 0;
    for (char *token = strtok(text, ",;"); token; token = strtok(NULL, ",;"))
        seen = seen * 1000 + (long)strlen(token) * 100 + (token - text);
    answer("strtok", seen);
    answer("over", strtok(NULL, ",") == NULL);
    answer("first", *strtok_r(other, " ", &rest));
    answer("second", *strtok_r(NULL, " ", &rest));
    answer("third", strtok_r(NULL, " ", &rest) == NULL);
    strcpy(other, "p q");
    answer("strsep", *strsep(&at, " ") * 1000 + *strsep(&at, " ") + (at == NULL));
    answer("spans", (long)strspn("aabX", "ab") * 10 + (long)strcspn("aabX", "X"));
    answer("strpbrk", strpbrk("hello", "xl") - (char *)NULL != 0 && !strpbrk("hello", "xyz"));
    answer("case", strcasecmp("HeLLo", "hEllO"));
    answer("less", strcasecmp("a", "B") < 0 && strncasecmp("abX", "ABy", 3) < 0);
    answer("bounded", strncasecmp("abX", "ABy", 2));
    answer("memccpy", (char *)memccpy(text, "12345", '3', 5) - text);
    answer("not-there", memccpy(text, "12345", '9', 5) == NULL);
    answer("stpcpy", stpcpy(text, "four") - text);
    answer("strchrnul", *strchrnul("abc", 'z') + *strchrnul("abc", 'b'));
}

void character_answers(void)
{
    long counts = 0, mapped = 0;
    for (int c = 0; c < 128; c++) {
        counts += !!isalpha(c) + !!isdigit(c) * 3 + !!isspace(c) * 5 + !!isupper(c) * 7 +
                  !!islower(c) * 11 + !!isalnum(c) * 13 + !!ispunct(c) * 17 + !!isprint(c) * 19 +
                  !!isxdigit(c) * 23 + !!iscntrl(c) * 29 + !!isgraph(c) * 31 + !!isblank(c) * 37;
        mapped = mapped * 3 + toupper(c) - tolower(c);
    }
    answer("counts", counts);
    answer("mapped", mapped);
}

void calendar_answers(void)
{
    time_t when = 1000000000;
    struct tm tm, *shared = gmtime(&when);
    char text[64];
    answer("gmtime", shared->tm_year * 10000 + shared->tm_mon * 100 + shared->tm_mday);
    shared->tm_mday++;
    answer("same", gmtime(&when) == shared && shared->tm_mday == 9);
    answer("gmtime_r", gmtime_r(&when, &tm) == &tm && tm.tm_hour == 1);
    answer("timegm", (long)timegm(&tm));
    answer("asctime", strcmp(asctime(&tm), "Sun Sep  9 01:46:40 2001\n"));
    answer("asctime_r", strcmp(asctime_r(&tm, text), "Sun Sep  9 01:46:40 2001\n"));
    answer("strftime", (long)strftime(text, sizeof text, "%Y-%m-%d", &tm));
    answer("text", strcmp(text, "2001-09-09"));
    answer("no-room", (long)strftime(text, 4, "%Y-%m-%d", &tm));
    localtime_r(&when, &tm);
    answer("mktime", (long)mktime(&tm));
    answer("ctime", (long)strlen(ctime(&when)));
    answer("ctime_r", ctime_r(&when, text) == text);
    answer("localtime", localtime(&when)->tm_year);
}

void rand48_answers(void)
{
    unsigned short state[3] = {1, 2, 3};
    srand48(42);
    answer("lrand48", lrand48());
    answer("mrand48", mrand48());
    answer("drand48", (long)(drand48() * 1e9));
    answer("nrand48", nrand48(state));
    answer("jrand48", jrand48(state));
    answer("erand48", (long)(erand48(state) * 1e9));
    answer("state", state[0] + state[1] + state[2]);
    srandom(7);
    long first = random();
    srandom(7);
    answer("random", random() == first);
}

static int by_first(const void *key, const void *pair)
{
    return *(const int *)key - ((const struct pair *)pair)->key;
}

void search_answers(void)
{
    struct pair pairs[] = {{1, 0}, {3, 0}, {5, 0}, {9, 0}};
    for (int i = 0; i < 10; i++) {
        struct pair *found = bsearch(&i, pairs, 4, sizeof *pairs, by_first);
        char name[2] = {(char)('a' + i), '\0'};
        static char names[10][2];
        memcpy(names[i], name, 2);
        answer(names[i], found ? found - pairs : -1);
    }
}

void allocation_answers(void)
{
    void *memory = NULL;
    answer("posix_memalign", posix_memalign(&memory, 64, 100));
    answer("aligned", (long)((uintptr_t)memory % 64));
    free(memory);
    answer("bad", posix_memalign(&memory, 3, 100));
    int *array = reallocarray(NULL, 3, sizeof *array);
    array[2] = 5;
    array = reallocarray(array, 30, sizeof *array);
    answer("kept", array[2]);
    answer("overflow", reallocarray(array, SIZE_MAX / 2, 4) == NULL);
    free(array);
}

void more_output_answers(void)
{
    answer("putc", putc('x', stdout));
    answer("fwrite", (long)fwrite("abc", 1, 3, stdout));
    answer("items", (long)fwrite("abcd", 2, 2, stderr));
    answer("nothing", (long)fwrite("", 0, 5, stdout));
}

/*
 * Mistakes: these keep something between two calls, for all threads.
 */

static char first_text[] = "a b", second_text[] = "c d";

static void *takes_first_apart(void *unused)
{
    return strtok(first_text, " ");
}

static void *takes_second_apart(void *unused)
{
    return strtok(second_text, " ");
}

void strtok_in_two_threads(void)
{
    in_two_threads(takes_first_apart, takes_second_apart);
}

static void *asks_the_date(void *unused)
{
    time_t when = 0;
    return localtime(&when);
}

void localtime_in_two_threads(void)
{
    in_two_threads(asks_the_date, asks_the_date);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *asks_in_turn(void *unused)
{
    time_t when = 0;
    pthread_mutex_lock(&lock);
    int year = localtime(&when)->tm_year;
    pthread_mutex_unlock(&lock);
    check("epoch", year == 70 || year == 69);
    return NULL;
}

void localtime_in_turn(void)
{
    in_two_threads(asks_in_turn, asks_in_turn);
}

void number_beyond_end(void)
{
    char *text = malloc(2);
    memcpy(text, "42", 2);
    answer("number", atoi(text));
    free(text);
}
