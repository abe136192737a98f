/*
 * Theory of operation. The object is opened at the first question. Lines and functions come from
 * libdw's own indexes. For variables there is none by address, so the first such question walks
 * all units once and keeps what has a fixed address, sorted; how a place within a variable
 * is written is typepath.c's business.
 */
#include "grader/symbolise.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/lines.h"
#include "grader/locals.h"
#include "grader/memory.h"
#include "grader/typepath.h"

/* Bounds of a walk through hostile debug information. */
enum { ENTRIES_MAX = 2000000, DEPTH_MAX = 64, VARIABLES_MAX = 200000, UNITS_MAX = 4096 };

struct variable {
    uint64_t address, size;
    Dwarf_Off die;
    Dwarf_Off function; /* 0: of the file */
};

struct symboliser {
    char *path;
    bool opened;
    int fd;
    Elf *elf;
    Dwarf *dwarf;
    bool indexed;
    size_t n_variables;
    struct variable *variables;
    size_t entries_left;
};

struct symboliser *symboliser_open(const char *so_path)
{
    struct symboliser *symboliser = memory_new(1, sizeof *symboliser);
    symboliser->path = memory_text(so_path ? so_path : "");
    symboliser->fd = -1;
    return symboliser;
}

void symboliser_close(struct symboliser *symboliser)
{
    if (!symboliser)
        return;
    if (symboliser->dwarf)
        dwarf_end(symboliser->dwarf);
    if (symboliser->elf)
        elf_end(symboliser->elf);
    if (symboliser->fd >= 0)
        close(symboliser->fd);
    free(symboliser->variables);
    free(symboliser->path);
    free(symboliser);
}

static void open_once(struct symboliser *symboliser)
{
    if (symboliser->opened)
        return;
    symboliser->opened = true;
    symboliser->fd = open(symboliser->path, O_RDONLY | O_CLOEXEC);
    if (symboliser->fd < 0)
        return;
    elf_version(EV_CURRENT);
    symboliser->elf = elf_begin(symboliser->fd, ELF_C_READ_MMAP, NULL);
    if (symboliser->elf && elf_kind(symboliser->elf) == ELF_K_ELF)
        symboliser->dwarf = dwarf_begin_elf(symboliser->elf, DWARF_C_READ, NULL);
}

/* ---- ELF symbols ---- */

/* The symbol of a type that holds `offset`. */
static const char *elf_symbol(struct symboliser *symboliser, int type, uint64_t offset,
                              uint64_t *start)
{
    if (!symboliser->elf || elf_kind(symboliser->elf) != ELF_K_ELF)
        return NULL;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(symboliser->elf, section)) != NULL;) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB || !header.sh_entsize)
            continue;
        Elf_Data *data = elf_getdata(section, NULL);
        size_t n = data ? data->d_size / header.sh_entsize : 0;
        GElf_Sym symbol;
        for (size_t i = 0; i < n && gelf_getsym(data, (int)i, &symbol); i++) {
            if (GELF_ST_TYPE(symbol.st_info) != type || offset < symbol.st_value ||
                offset - symbol.st_value >= symbol.st_size || symbol.st_shndx == SHN_UNDEF)
                continue;
            *start = symbol.st_value;
            return elf_strptr(symboliser->elf, header.sh_link, symbol.st_name);
        }
    }
    return NULL;
}

/* ---- code ---- */

bool symboliser_line(struct symboliser *symboliser, uint64_t offset, struct report *report,
                     struct location *location)
{
    *location = (struct location){.file = "", .function = ""};
    open_once(symboliser);
    bool found = symboliser->dwarf && lines_find(symboliser->dwarf, offset, report, location);
    if (!*location->function) {
        uint64_t start;
        const char *name = elf_symbol(symboliser, STT_FUNC, offset, &start);
        location->function = name ? report_text(report, name) : "";
    }
    return found;
}

const char *symboliser_function(struct symboliser *symboliser, uint64_t offset,
                                struct report *report)
{
    struct location location;
    symboliser_line(symboliser, offset, report, &location);
    return *location.function ? location.function : NULL;
}

/* ---- variables ---- */

/* The fixed address of a variable; thread-local and stack variables have none. */
static bool fixed_address(Dwarf_Die *die, uint64_t *address)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *expression;
    size_t length;
    if (!dwarf_attr(die, DW_AT_location, &attribute) ||
        dwarf_getlocation(&attribute, &expression, &length) != 0 || length != 1 ||
        expression[0].atom != DW_OP_addr)
        return false;
    *address = expression[0].number;
    return true;
}

static void keep_variable(struct symboliser *symboliser, Dwarf_Die *die, Dwarf_Off function)
{
    struct variable variable = {.die = dwarf_dieoffset(die), .function = function};
    if (symboliser->n_variables >= VARIABLES_MAX || !fixed_address(die, &variable.address) ||
        !dwarf_diename(die))
        return;
    variable.size = typepath_size(die);
    symboliser->variables =
        memory_grow(symboliser->variables, symboliser->n_variables, sizeof variable);
    symboliser->variables[symboliser->n_variables++] = variable;
}

static void walk(struct symboliser *symboliser, Dwarf_Die *parent, Dwarf_Off function, int depth)
{
    Dwarf_Die die;
    if (depth > DEPTH_MAX || dwarf_child(parent, &die) != 0)
        return;
    do {
        if (symboliser->entries_left == 0)
            return;
        symboliser->entries_left--;
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_variable)
            keep_variable(symboliser, &die, function);
        else if (tag == DW_TAG_subprogram)
            walk(symboliser, &die, dwarf_dieoffset(&die), depth + 1);
        else if (tag == DW_TAG_lexical_block)
            walk(symboliser, &die, function, depth + 1);
    } while (dwarf_siblingof(&die, &die) == 0);
}

static int by_address(const void *left, const void *right)
{
    const struct variable *a = left, *b = right;
    if (a->address != b->address)
        return a->address < b->address ? -1 : 1;
    return a->die < b->die ? -1 : a->die > b->die;
}

static void index_variables(struct symboliser *symboliser)
{
    if (symboliser->indexed || !symboliser->dwarf)
        return;
    symboliser->indexed = true;
    symboliser->entries_left = ENTRIES_MAX;
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    for (int i = 0; i < UNITS_MAX; i++) {
        if (dwarf_get_units(symboliser->dwarf, unit, &unit, NULL, NULL, &die, NULL) != 0)
            break;
        walk(symboliser, &die, 0, 0);
    }
    if (symboliser->n_variables)
        qsort(symboliser->variables, symboliser->n_variables, sizeof *symboliser->variables,
              by_address);
}

static const struct variable *find_variable(struct symboliser *symboliser, uint64_t offset)
{
    index_variables(symboliser);
    size_t low = 0, high = symboliser->n_variables;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (symboliser->variables[middle].address <= offset)
            low = middle + 1;
        else
            high = middle;
    }
    /* Variables do not overlap: only the last that begins at or before it can hold it. */
    const struct variable *variable = low ? &symboliser->variables[low - 1] : NULL;
    return variable && offset - variable->address < variable->size ? variable : NULL;
}

static const char *name_variable(struct symboliser *symboliser, const struct variable *variable,
                                 uint64_t within, uint64_t size, struct report *report)
{
    Dwarf_Die die, function;
    if (!dwarf_offdie(symboliser->dwarf, variable->die, &die))
        return NULL;
    const char *name = dwarf_diename(&die);
    char path[TYPEPATH_MAX];
    typepath_write(&die, within, size, path);
    const char *scope = NULL;
    if (variable->function && dwarf_offdie(symboliser->dwarf, variable->function, &function))
        scope = dwarf_diename(&function);
    return scope ? report_format(report, "%s%s in %s()", name, path, scope)
                 : report_format(report, "%s%s", name, path);
}

bool symboliser_variable(struct symboliser *symboliser, uint64_t offset, uint64_t size,
                         struct report *report, const char **name)
{
    *name = "";
    open_once(symboliser);
    const struct variable *variable = symboliser->dwarf ? find_variable(symboliser, offset) : NULL;
    const char *found =
        variable ? name_variable(symboliser, variable, offset - variable->address, size, report)
                 : NULL;
    if (!found) {
        uint64_t start = offset;
        const char *symbol = elf_symbol(symboliser, STT_OBJECT, offset, &start);
        if (symbol && offset != start)
            found = report_format(report, "%s+%llu", symbol, (unsigned long long)(offset - start));
        else if (symbol)
            found = report_text(report, symbol);
    }
    if (found)
        *name = found;
    return found != NULL;
}

/* ---- frames and blocks ---- */

static struct location declaration(Dwarf_Die *variable, Dwarf_Die *function, struct report *report)
{
    struct location at = {.file = "", .function = ""};
    const char *file = dwarf_decl_file(variable);
    const char *name = dwarf_diename(function);
    int line;
    if (name)
        at.function = report_text(report, name);
    if (file && dwarf_decl_line(variable, &line) == 0) {
        at.file = lines_file(report, file);
        at.line = line;
    }
    return at;
}

bool symboliser_local(struct symboliser *symboliser, uint64_t pc, int64_t cfa_offset, uint64_t size,
                      struct report *report, struct local_name *local)
{
    Dwarf_Die function, variable;
    uint64_t within;
    char path[TYPEPATH_MAX];
    *local = (struct local_name){.path = "", .declared = {.file = "", .function = ""}};
    open_once(symboliser);
    if (!symboliser->dwarf ||
        !locals_at(symboliser->dwarf, pc, cfa_offset, &function, &variable, &within))
        return false;
    typepath_write(&variable, within, size, path);
    local->path = report_format(report, "%s%s", dwarf_diename(&variable), path);
    local->declared = declaration(&variable, &function, report);
    return true;
}

bool symboliser_block(struct symboliser *symboliser, uint64_t pc, uint64_t block, uint64_t within,
                      uint64_t size, struct report *report, struct block_name *name)
{
    Dwarf_Die type;
    char path[TYPEPATH_MAX];
    *name = (struct block_name){.type = "", .path = ""};
    open_once(symboliser);
    if (!symboliser->dwarf || within >= block ||
        !locals_allocated(symboliser->dwarf, pc, block, &type))
        return false;
    typepath_within(&type, within, size, path);
    const char *called = locals_type_name(&type);
    if (!called)
        return false;
    name->type = report_text(report, called);
    name->path = report_text(report, *path == '.' ? path + 1 : "");
    return true;
}
