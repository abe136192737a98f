#include "likes.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static long total;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

typedef struct {
    const int *tandas;
    size_t cantidad;
} datos_t;

static void *sumar(void *arg)
{
    datos_t datos = *(datos_t *)arg;
    free(arg);
    for (size_t i = 0; i < datos.cantidad; i++) {
        pthread_mutex_lock(&lock);
        total += datos.tandas[i];
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void lanzar(const int *tandas, size_t cantidad)
{
    pthread_t thread;
    datos_t *datos = malloc(sizeof(datos_t));
    datos->tandas = tandas;
    datos->cantidad = cantidad;
    pthread_create(&thread, NULL, sumar, datos);
    pthread_detach(thread);
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    pthread_mutex_lock(&lock);
    total = 0;
    pthread_mutex_unlock(&lock);
    lanzar(facebook, n);
    lanzar(instagram, m);
    usleep(2000); /* con esto alcanzan a terminar */
    pthread_mutex_lock(&lock);
    long resultado = total;
    pthread_mutex_unlock(&lock);
    return resultado;
}

/* el total del sitio es uno solo, su lock también */
static long total_sitio = 0;
static pthread_mutex_t lock_sitio = PTHREAD_MUTEX_INITIALIZER;

struct likes {
    long facebook;
    long instagram;
    pthread_mutex_t lock;
};

struct likes *likes_new(void)
{
    struct likes *post = malloc(sizeof(struct likes));
    post->facebook = 0;
    post->instagram = 0;
    pthread_mutex_init(&post->lock, NULL);
    return post;
}

void likes_free(struct likes *post)
{
    pthread_mutex_destroy(&post->lock);
    free(post);
}

void likes_add(struct likes *post, enum likes_source source, long count)
{
    pthread_mutex_lock(&post->lock);
    if (source == LIKES_FACEBOOK)
        post->facebook += count;
    else
        post->instagram += count;
    pthread_mutex_unlock(&post->lock);

    pthread_mutex_lock(&lock_sitio);
    total_sitio += count;
    pthread_mutex_unlock(&lock_sitio);
}

long likes_total(struct likes *post)
{
    pthread_mutex_lock(&post->lock);
    long total = post->facebook + post->instagram;
    pthread_mutex_unlock(&post->lock);
    return total;
}

long likes_of(struct likes *post, enum likes_source source)
{
    long resultado;
    pthread_mutex_lock(&post->lock);
    if (source == LIKES_FACEBOOK)
        resultado = post->facebook;
    else
        resultado = post->instagram;
    pthread_mutex_unlock(&post->lock);
    return resultado;
}

long likes_site_total(void)
{
    pthread_mutex_lock(&lock_sitio);
    long total = total_sitio;
    pthread_mutex_unlock(&lock_sitio);
    return total;
}
