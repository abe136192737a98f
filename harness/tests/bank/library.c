/* library.c - what the C library gives, used from threads. See bank.h. */
#include "harness/tests/bank/bank.h"

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Two halves sorted at once, then merged. */
static int numbers[8] = {5, 2, 8, 1, 7, 3, 6, 4};

static void *sort_half(void *number)
{
    qsort(&numbers[(long)number * 4], 4, sizeof *numbers, by_value);
    return NULL;
}

void halves_sorted_at_once(void)
{
    int merged[8], left = 0, right = 4;
    team(2, sort_half);
    for (int i = 0; i < 8; i++)
        merged[i] = right == 8 || (left < 4 && numbers[left] < numbers[right]) ? numbers[left++]
                                                                               : numbers[right++];
    bool sorted = true;
    for (int i = 0; i < 8; i++)
        sorted = sorted && merged[i] == i + 1;
    answer("sorted", sorted);
}

/* Text built by each thread for itself, joined under a lock. */
static pthread_mutex_t text_lock = PTHREAD_MUTEX_INITIALIZER;
static char *text;
static size_t text_size = 1;

static void *add_text(void *number)
{
    char part[16], word[8];
    strcpy(word, "word");
    strncat(word, "s??", 1);
    snprintf(part, sizeof part, "%s%ld", word, (long)number);
    char *copy = strdup(part);
    pthread_mutex_lock(&text_lock);
    text_size += strlen(copy);
    text = realloc(text, text_size);
    strcat(text, copy);
    pthread_mutex_unlock(&text_lock);
    free(copy);
    return NULL;
}

void text_grows_under_a_lock(void)
{
    text = calloc(1, 1);
    team(3, add_text);
    answer("length", (long)strlen(text));
    answer("has-0", strstr(text, "words0") != NULL);
    answer("has-2", strstr(text, "words2") != NULL);
    answer("first", strchr(text, 'w') == text);
    answer("last", strrchr(text, 'w') - text);
    free(text);
}

/* Each has its own errno. */
static void *fail_somehow(void *number)
{
    sem_t sem;
    struct timespec past = {1, 0};
    sem_init(&sem, 0, 0);
    errno = 0;
    if (number)
        sem_trywait(&sem);
    else
        sem_timedwait(&sem, &past);
    sched_yield();
    check("own", errno == (number ? EAGAIN : ETIMEDOUT));
    sem_destroy(&sem);
    return NULL;
}

void errno_is_each_threads_own(void)
{
    errno = ENOENT;
    team(3, fail_somehow);
    answer("mine", errno == ENOENT);
}

/* Random numbers: with a seed of one's own, and shared ones under a lock. */
static pthread_mutex_t random_lock = PTHREAD_MUTEX_INITIALIZER;
static int drawn;

static void *draw(void *number)
{
    unsigned seed = 7, same = 7;
    check("same", rand_r(&seed) == rand_r(&same) && seed == same);
    pthread_mutex_lock(&random_lock);
    drawn += rand() >= 0;
    pthread_mutex_unlock(&random_lock);
    return number;
}

void random_numbers(void)
{
    srand(3);
    team(3, draw);
    answer("drawn", drawn);
}

/* Neighbouring parts of one block, each one thread's: no byte is shared. */
static char *board;

static void *paint(void *number)
{
    long n = (long)number;
    memset(board + n * 5, 'a' + (int)n, 5);
    memmove(board + n * 5 + 1, board + n * 5, 3);
    char *own = memchr(board + n * 5, 'a' + (int)n, 5);
    check("own", own == board + n * 5);
    return NULL;
}

void neighbouring_parts(void)
{
    board = malloc(15);
    team(3, paint);
    answer("whole", memcmp(board, "aaaaabbbbbccccc", 15) == 0);
    answer("parts", strncmp(board, "aaaaab", 6) == 0 && strnlen(board, 4) == 4);
    free(board);
}

/* Everybody may print: streams have locks of their own. */
static void say(FILE *file, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vfprintf(file, format, list);
    va_end(list);
}

static void *talk(void *number)
{
    char line[32];
    sprintf(line, "thread %ld", (long)number);
    fputs(line, stderr);
    fputc('\n', stderr);
    say(stderr, "%s again\n", line);
    fprintf(stderr, "%d%%\n", 100);
    fflush(stderr);
    return NULL;
}

void all_may_print(void)
{
    team(2, talk);
    answer("error", strlen(strerror(EBUSY)) > 0);
}

/* Structures of threads' own that were copied from one that nobody writes any more. */
struct settings {
    char name[12];
    int values[4];
};

static const struct settings defaults = {"default", {1, 2, 3, 4}};

static void *copy_settings(void *number)
{
    struct settings mine, other;
    memcpy(&mine, &defaults, sizeof mine);
    mine.values[0] += (int)(long)number;
    other = mine;
    strncpy(other.name, "mine", sizeof other.name);
    check("copied", strcmp(other.name, "mine") == 0 && other.values[0] == 1 + (long)number);
    return NULL;
}

void constants_are_shared_freely(void)
{
    team(3, copy_settings);
    answer("value", defaults.values[0]);
}

/* Memory that one allocates, another fills, a third frees. */
static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int *block, stage;
} passed = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
static int passed_value;

static void *pass_on(void *number)
{
    pthread_mutex_lock(&passed.lock);
    while (passed.stage != (int)(long)number)
        pthread_cond_wait(&passed.changed, &passed.lock);
    if (passed.stage == 0) {
        passed.block = aligned_alloc(64, 64);
    } else if (passed.stage == 1) {
        passed.block[15] = 33;
    } else {
        passed_value = passed.block[15];
        free(passed.block);
    }
    passed.stage++;
    pthread_cond_broadcast(&passed.changed);
    pthread_mutex_unlock(&passed.lock);
    return NULL;
}

void blocks_change_hands(void)
{
    team(3, pass_on);
    answer("value", passed_value);
}
