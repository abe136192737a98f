#include "grader/objects.h"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "grader/lines.h"

static bool broken(struct error *error, const char *path)
{
    const char *why = elf_errmsg(-1);
    return error_set(error, ERROR_OURS, "%s: cannot be read as an object: %s", path,
                     why ? why : "malformed");
}

static bool find_symbols(struct object *object)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section)) != NULL;) {
        GElf_Shdr header;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
            continue;
        object->symbols = elf_getdata(section, NULL);
        object->symbol_strings = header.sh_link;
        if (object->symbols && header.sh_entsize)
            object->n_symbols = object->symbols->d_size / header.sh_entsize;
        return object->symbols != NULL;
    }
    return true; /* an empty object has none */
}

bool object_open(struct object *object, const char *path, struct error *error)
{
    *object = (struct object){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC)};
    if (object->fd < 0)
        return error_errno(error, ERROR_MACHINE, "cannot open %s", path);
    elf_version(EV_CURRENT);
    GElf_Ehdr header;
    object->elf = elf_begin(object->fd, ELF_C_READ_MMAP, NULL);
    bool well = object->elf && elf_kind(object->elf) == ELF_K_ELF &&
                gelf_getehdr(object->elf, &header) && header.e_type == ET_REL &&
                header.e_machine == EM_X86_64 &&
                elf_getshdrnum(object->elf, &object->n_sections) == 0 &&
                elf_getshdrstrndx(object->elf, &object->section_names) == 0 && find_symbols(object);
    if (well)
        return true;
    broken(error, path);
    object_close(object);
    return false;
}

void object_close(struct object *object)
{
    if (object->elf)
        elf_end(object->elf);
    if (object->fd >= 0)
        close(object->fd);
    object->elf = NULL;
    object->fd = -1;
}

bool object_section(const struct object *object, size_t index, GElf_Shdr *header, const char **name)
{
    Elf_Scn *section = elf_getscn(object->elf, index);
    if (!section || !gelf_getshdr(section, header))
        return false;
    *name = elf_strptr(object->elf, object->section_names, header->sh_name);
    return *name != NULL;
}

bool object_symbol(const struct object *object, size_t index, GElf_Sym *symbol, const char **name)
{
    if (index >= object->n_symbols || !gelf_getsym(object->symbols, (int)index, symbol))
        return false;
    *name = elf_strptr(object->elf, object->symbol_strings, symbol->st_name);
    if (!*name)
        *name = "";
    return true;
}

void object_relocations(const struct object *object,
                        bool (*see)(size_t target, const GElf_Rela *relocation, void *data),
                        void *data)
{
    for (Elf_Scn *section = NULL; (section = elf_nextscn(object->elf, section)) != NULL;) {
        GElf_Shdr header, target;
        if (!gelf_getshdr(section, &header) || header.sh_type != SHT_RELA || !header.sh_entsize)
            continue;
        Elf_Scn *relocated = elf_getscn(object->elf, header.sh_info);
        Elf_Data *entries = elf_getdata(section, NULL);
        if (!relocated || !entries || !gelf_getshdr(relocated, &target) ||
            !(target.sh_flags & SHF_ALLOC))
            continue;
        size_t n = entries->d_size / header.sh_entsize;
        GElf_Rela relocation;
        for (size_t i = 0; i < n && gelf_getrela(entries, (int)i, &relocation); i++)
            if (!see(header.sh_info, &relocation, data))
                return;
    }
}

/* libdwfl lays the sections of a relocatable object out and relocates its debug information. */
static Dwfl *lay_out(const struct object *object, Dwfl_Module **module)
{
    static const Dwfl_Callbacks callbacks = {.section_address = dwfl_offline_section_address,
                                             .find_debuginfo = lines_no_debuginfo};
    Dwfl *dwfl = dwfl_begin(&callbacks);
    if (!dwfl)
        return NULL;
    dwfl_report_begin(dwfl);
    *module = dwfl_report_offline(dwfl, "object", object->path, -1);
    dwfl_report_end(dwfl, NULL, NULL);
    if (*module)
        return dwfl;
    dwfl_end(dwfl);
    return NULL;
}

static bool section_address(Dwfl_Module *module, size_t section, GElf_Addr *address)
{
    GElf_Addr bias;
    GElf_Shdr header;
    Elf *elf = dwfl_module_getelf(module, &bias);
    Elf_Scn *found = elf ? elf_getscn(elf, section) : NULL;
    if (!found || !gelf_getshdr(found, &header))
        return false;
    *address = header.sh_addr + bias;
    return true;
}

bool object_line(const struct object *object, size_t section, uint64_t offset,
                 struct report *report, struct location *location)
{
    Dwfl_Module *module = NULL;
    Dwfl *dwfl = lay_out(object, &module);
    *location = (struct location){.file = "", .function = ""};
    if (!dwfl)
        return false;
    GElf_Addr address = 0, bias = 0;
    bool found = section_address(module, section, &address);
    Dwarf *dwarf = found ? dwfl_module_getdwarf(module, &bias) : NULL;
    found = dwarf && lines_find(dwarf, address + offset - bias, report, location);
    dwfl_end(dwfl);
    return found;
}

struct use {
    size_t symbol;
    size_t section;
    uint64_t offset;
    bool found;
};

static bool see_use(size_t target, const GElf_Rela *relocation, void *data)
{
    struct use *use = data;
    if (GELF_R_SYM(relocation->r_info) != use->symbol)
        return true;
    use->section = target;
    use->offset = relocation->r_offset;
    use->found = true;
    return false;
}

bool object_use(const struct object *object, size_t symbol, struct report *report,
                struct location *location)
{
    struct use use = {.symbol = symbol};
    *location = (struct location){.file = "", .function = ""};
    object_relocations(object, see_use, &use);
    return use.found && object_line(object, use.section, use.offset, report, location);
}
