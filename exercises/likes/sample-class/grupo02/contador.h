#ifndef CONTADOR_H
#define CONTADOR_H

#include <pthread.h>

typedef struct {
    long valor;
    pthread_mutex_t lock;
} contador_t;

void contador_iniciar(contador_t *contador);
void contador_destruir(contador_t *contador);
void contador_sumar(contador_t *contador, long cantidad);
long contador_leer(contador_t *contador);

#endif
