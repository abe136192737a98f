/* Right, but only if each run starts afresh: in its variables, on the heap, in the C library. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static int runs;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
    runs++;
}

static void *work(void *unused)
{
    pthread_once(&once, begin);
    return unused;
}

int main(void)
{
    pthread_t thread;
    int first = rand();
    pthread_create(&thread, NULL, work, NULL);
    pthread_join(thread, NULL);
    srand(1);
    if (runs != 1 || rand() != first || getchar() != 'x')
        abort();
    return 0;
}
