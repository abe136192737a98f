/* Parte 1: la funcion. El lock vive en contador.c */
#include "contador.h"
#include "likes.h"
#include <pthread.h>

typedef struct {
    const int *tandas;
    size_t cantidad;
    contador_t *contador;
} red_t;

static void *trabajar(void *arg)
{
    red_t *red = arg;
    long parcial = 0;
    for (size_t i = 0; i < red->cantidad; i++)
        parcial += red->tandas[i];
    contador_sumar(red->contador, parcial);
    return NULL;
}

long count_likes_from_2_sources(const int facebook[], size_t n, const int instagram[], size_t m)
{
    contador_t contador;
    contador_iniciar(&contador);
    red_t redes[2] = {{facebook, n, &contador}, {instagram, m, &contador}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, trabajar, &redes[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    long total = contador_leer(&contador);
    contador_destruir(&contador);
    return total;
}
