/*
 * lines.h - from an address to a source line and function, by DWARF.
 *
 * Threads: one.
 */
#ifndef HILO_GRADER_LINES_H
#define HILO_GRADER_LINES_H

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdbool.h>

#include "reports/report.h"

/* The place of the instruction at `address`; false, with an empty place, when unknown. */
bool lines_find(Dwarf *dwarf, Dwarf_Addr address, struct report *report, struct location *location);

/* The compilation unit that holds `address`; works without .debug_aranges, too. */
bool lines_unit(Dwarf *dwarf, Dwarf_Addr address, Dwarf_Die *unit);

/* The innermost function, as written, that holds `address` in `unit`. */
bool lines_function(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die *function);

/* A file name of the debug information as the student wrote it. */
const char *lines_file(struct report *report, const char *name);

/* For libdwfl: there is no debug information elsewhere. */
int lines_no_debuginfo(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                       const char *file, const char *link, GElf_Word crc, char **found);

#endif
