/* Right: a detached thread that never ends, and a main that does. */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int saves;

static void *autosave(void *unused)
{
    for (;;) {
        sleep(1);
        pthread_mutex_lock(&lock);
        saves++;
        pthread_mutex_unlock(&lock);
    }
    return unused;
}

int main(void)
{
    pthread_t thread;
    pthread_create(&thread, NULL, autosave, NULL);
    pthread_detach(thread);
    pthread_mutex_lock(&lock);
    printf("saved %d times\n", saves);
    pthread_mutex_unlock(&lock);
    return 0;
}
