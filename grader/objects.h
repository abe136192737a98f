/*
 * objects.h - relocatable objects opened for reading: symbols, sections, and lines of places.
 *
 * Ownership: object_close(). Strings point into the object and die with it. Threads: one.
 */
#ifndef HILO_GRADER_OBJECTS_H
#define HILO_GRADER_OBJECTS_H

#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>

#include "reports/error.h"
#include "reports/report.h"

struct object {
    const char *path;
    int fd;
    Elf *elf;
    size_t n_sections;
    size_t section_names; /* index of the string table */
    Elf_Data *symbols;
    size_t symbol_strings; /* index of the string table */
    size_t n_symbols;
};

bool object_open(struct object *object, const char *path, struct error *error);
void object_close(struct object *object);

/* A section and its name; false when there is none (or none that can be read). */
bool object_section(const struct object *object, size_t index, GElf_Shdr *header,
                    const char **name);

/* A symbol and its name (never NULL). */
bool object_symbol(const struct object *object, size_t index, GElf_Sym *symbol, const char **name);

/* Call `see` for each relocation of the loaded sections until it returns false. `target` is the
 * index of the section that is relocated. */
void object_relocations(const struct object *object,
                        bool (*see)(size_t target, const GElf_Rela *relocation, void *data),
                        void *data);

/* The source line of an offset within a section; false, with an empty place, when
 * unknown. */
bool object_line(const struct object *object, size_t section, uint64_t offset,
                 struct report *report, struct location *location);

/* The first use of a symbol, as a line; false when unknown. */
bool object_use(const struct object *object, size_t symbol, struct report *report,
                struct location *location);

#endif
