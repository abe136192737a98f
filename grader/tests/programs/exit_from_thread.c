/* Right: a thread ends the program while main waits for it. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static void *finish(void *unused)
{
    (void)unused;
    printf("bye\n");
    exit(7);
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, finish, NULL);
    pthread_join(thread, NULL);
    return 0;
}
