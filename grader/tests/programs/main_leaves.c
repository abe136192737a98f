/* Right: main leaves and lets the others go on; one of them waits for it. */
#include <pthread.h>
#include <stdio.h>

static pthread_t first;

static void *follow(void *unused)
{
    void *result;
    pthread_join(first, &result);
    printf("%s\n", (const char *)result);
    return unused;
}

int main(void)
{
    pthread_t thread;
    first = pthread_self();
    pthread_create(&thread, NULL, follow, NULL);
    pthread_exit("left");
}
