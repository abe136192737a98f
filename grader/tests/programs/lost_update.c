/* Nobody locks: what it prints and how it ends depend on the schedule. */
#include <pthread.h>
#include <stdio.h>

static int total;

static void *count(void *unused)
{
    for (int i = 0; i < 5; i++)
        total++;
    return unused;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, count, NULL);
    pthread_create(&b, NULL, count, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("%d\n", total);
    return total == 10 ? 0 : 1;
}
