/* Main returns without having joined: whether the thread says anything is luck. */
#include <pthread.h>
#include <stdio.h>

static void *greet(void *unused)
{
    printf("hello\n");
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, greet, NULL);
    return 0;
}
