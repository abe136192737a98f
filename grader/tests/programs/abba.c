/* Two locks, taken in two orders. */
#include <pthread.h>
#include <stdio.h>

static pthread_mutex_t pen = PTHREAD_MUTEX_INITIALIZER, paper = PTHREAD_MUTEX_INITIALIZER;

static void *draw(void *unused)
{
    pthread_mutex_lock(&pen);
    pthread_mutex_lock(&paper);
    pthread_mutex_unlock(&paper);
    pthread_mutex_unlock(&pen);
    return unused;
}

static void *fold(void *unused)
{
    pthread_mutex_lock(&paper);
    pthread_mutex_lock(&pen);
    pthread_mutex_unlock(&pen);
    pthread_mutex_unlock(&paper);
    return unused;
}

int main(void)
{
    pthread_t a, b;
    pthread_create(&a, NULL, draw, NULL);
    pthread_create(&b, NULL, fold, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    printf("done\n");
    return 0;
}
