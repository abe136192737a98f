#include "grader/lines.h"

#include <dwarf.h>
#include <string.h>

enum { UNITS_MAX = 4096, CHILDREN_MAX = 100000 };

int lines_no_debuginfo(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                       const char *file, const char *link, GElf_Word crc, char **found)
{
    (void)module;
    (void)user;
    (void)name;
    (void)base;
    (void)file;
    (void)link;
    (void)crc;
    (void)found;
    return -1;
}

bool lines_unit(Dwarf *dwarf, Dwarf_Addr address, Dwarf_Die *unit)
{
    if (dwarf_addrdie(dwarf, address, unit))
        return true;
    Dwarf_CU *cu = NULL;
    for (int i = 0; i < UNITS_MAX; i++) {
        if (dwarf_get_units(dwarf, cu, &cu, NULL, NULL, unit, NULL) != 0)
            return false;
        if (dwarf_haspc(unit, address) > 0)
            return true;
    }
    return false;
}

bool lines_function(Dwarf_Die *unit, Dwarf_Addr address, Dwarf_Die *function)
{
    Dwarf_Die child;
    if (dwarf_child(unit, &child) != 0)
        return false;
    for (int i = 0; i < CHILDREN_MAX; i++) {
        if (dwarf_tag(&child) == DW_TAG_subprogram && dwarf_haspc(&child, address) > 0) {
            *function = child;
            return true;
        }
        if (dwarf_siblingof(&child, &child) != 0)
            return false;
    }
    return false;
}

const char *lines_file(struct report *report, const char *name)
{
    while (strncmp(name, "./", 2) == 0)
        name += 2;
    return report_text(report, name);
}

bool lines_find(Dwarf *dwarf, Dwarf_Addr address, struct report *report, struct location *location)
{
    *location = (struct location){.file = "", .function = ""};
    Dwarf_Die unit, function;
    if (!lines_unit(dwarf, address, &unit))
        return false;
    if (lines_function(&unit, address, &function)) {
        const char *name = dwarf_diename(&function);
        location->function = name ? report_text(report, name) : "";
    }
    Dwarf_Line *line = dwarf_getsrc_die(&unit, address);
    const char *file = line ? dwarf_linesrc(line, NULL, NULL) : NULL;
    int number = 0;
    if (!file || dwarf_lineno(line, &number) != 0)
        return false;
    location->file = lines_file(report, file);
    location->line = number;
    return true;
}
