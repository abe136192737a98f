/*
 * Theory of operation. All global symbols of all objects go into one list, sorted by name, so that
 * each name is a run of entries: if one of them defines it, it is the submission's own and may not
 * be a reserved name; if none does, it is an import and must be on a list. Sections and local
 * symbols are judged object by object. Lines are looked up only for what is refused.
 */
#include "grader/audit.h"

#include <stdlib.h>
#include <string.h>

#include "grader/blame.h"
#include "grader/memory.h"
#include "grader/objects.h"

struct entry {
    const char *name;
    size_t object;
    size_t symbol;
    bool defined;
    bool function;
};

struct auditor {
    struct object *objects;
    size_t n_objects;
    enum flavour flavour;
    struct report *report; /* NULL: only look */
    struct audit *audit;
    size_t n_entries;
    struct entry *entries;
};

static void refuse(struct auditor *auditor, const char *what, struct location at,
                   const char *english, const char *spanish)
{
    auditor->audit->passed = false;
    blame(auditor->report, KIND_FORBIDDEN, what, at, say(auditor->report, english, spanish));
}

/* Where an entry is used or, when it is defined, where that is. */
static struct location place_of(struct auditor *auditor, const struct entry *entry)
{
    struct location at = {.file = "", .function = ""};
    const struct object *object = &auditor->objects[entry->object];
    GElf_Sym symbol;
    const char *name;
    if (!entry->defined)
        object_use(object, entry->symbol, auditor->report, &at);
    else if (object_symbol(object, entry->symbol, &symbol, &name) && entry->function)
        object_line(object, symbol.st_shndx, symbol.st_value, auditor->report, &at);
    return at;
}

/* ---- sections ---- */

static bool is_or_below(const char *name, const char *base)
{
    size_t length = strlen(base);
    return strncmp(name, base, length) == 0 && (name[length] == '\0' || name[length] == '.');
}

static bool any_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_or_below(name, list[i]))
            return true;
    return false;
}

#define ANY_OF(name, list) any_of(name, list, sizeof list / sizeof *list)

static bool runs_by_itself(const GElf_Shdr *header, const char *name)
{
    static const char *const list[] = {".init_array", ".fini_array", ".preinit_array", ".ctors",
                                       ".dtors",      ".init",       ".fini"};
    return header->sh_type == SHT_INIT_ARRAY || header->sh_type == SHT_FINI_ARRAY ||
           header->sh_type == SHT_PREINIT_ARRAY || ANY_OF(name, list);
}

/* The one constructor that -fsanitize=thread makes gcc emit; it calls __tsan_init. */
static bool is_sanitizers_own(const struct auditor *auditor, const GElf_Shdr *header,
                              const char *name)
{
    return auditor->flavour == INSTRUMENTED && header->sh_size == 8 &&
           strcmp(name, ".init_array.00099") == 0;
}

static bool known_section(const GElf_Shdr *header, const char *name)
{
    static const char *const data[] = {".data", ".bss", ".tdata", ".tbss"};
    static const char *const constant[] = {".rodata", ".eh_frame", ".note.gnu.property"};
    GElf_Xword flags = header->sh_flags;
    if (!(flags & SHF_ALLOC))
        return strncmp(name, ".debug_", 7) == 0 || strcmp(name, ".comment") == 0 ||
               strcmp(name, ".note.GNU-stack") == 0;
    if (flags & SHF_EXECINSTR)
        return is_or_below(name, ".text") && !(flags & SHF_WRITE);
    return flags & SHF_WRITE ? ANY_OF(name, data)
                             : ANY_OF(name, constant) || is_or_below(name, ".data.rel.ro");
}

static void check_section(struct auditor *auditor, const GElf_Shdr *header, const char *name)
{
    struct location nowhere = {.file = "", .function = ""};
    switch (header->sh_type) {
    case SHT_NULL:
    case SHT_SYMTAB:
    case SHT_STRTAB:
    case SHT_RELA:
        return;
    }
    if (runs_by_itself(header, name)) {
        if (!is_sanitizers_own(auditor, header, name))
            refuse(auditor, name, nowhere,
                   "code that runs before or after the exercise's own functions is not accepted "
                   "(constructor, destructor)",
                   "no se acepta código que se ejecute antes o después de las funciones del "
                   "ejercicio (constructor, destructor)");
    } else if (strcmp(name, ".note.GNU-stack") == 0 && header->sh_flags & SHF_EXECINSTR) {
        refuse(auditor, "nested function", nowhere,
               "the address of a function within a function needs an executable stack; move the "
               "inner function out",
               "la dirección de una función anidada necesita una pila ejecutable; saca la función "
               "interior afuera");
    } else if (!known_section(header, name)) {
        refuse(auditor, name, nowhere,
               "where code and data are placed is not the submission's to decide",
               "no le toca a la entrega decidir dónde se colocan el código y los datos");
    }
}

static bool check_sections(struct auditor *auditor, const struct object *object)
{
    for (size_t i = 1; i < object->n_sections; i++) {
        GElf_Shdr header;
        const char *name;
        if (!object_section(object, i, &header, &name))
            return false;
        check_section(auditor, &header, name);
    }
    return true;
}

/* ---- symbols ---- */

static void check_symbol(struct auditor *auditor, const struct object *object,
                         const GElf_Sym *symbol, const char *name)
{
    struct location nowhere = {.file = "", .function = ""};
    int type = GELF_ST_TYPE(symbol->st_info), bind = GELF_ST_BIND(symbol->st_info);
    GElf_Shdr header;
    const char *section;
    bool placed = symbol->st_shndx != SHN_UNDEF && symbol->st_shndx < SHN_LORESERVE &&
                  object_section(object, symbol->st_shndx, &header, &section);
    if (type == STT_FILE || type == STT_SECTION)
        return;
    bool strange = type == STT_GNU_IFUNC || bind == STB_GNU_UNIQUE || strchr(name, '@');
    bool data_in_code = type == STT_OBJECT && placed && header.sh_flags & SHF_EXECINSTR;
    if (strange || data_in_code)
        refuse(auditor, name, nowhere,
               "it is not an ordinary function or variable (ifunc, symbol version, data among "
               "code)",
               "no es una función o variable corriente (ifunc, versión de símbolo, datos entre el "
               "código)");
}

static void collect(struct auditor *auditor, size_t nth)
{
    const struct object *object = &auditor->objects[nth];
    for (size_t i = 1; i < object->n_symbols; i++) {
        GElf_Sym symbol;
        const char *name;
        if (!object_symbol(object, i, &symbol, &name))
            continue;
        if (auditor->report)
            check_symbol(auditor, object, &symbol, name);
        if (GELF_ST_BIND(symbol.st_info) == STB_LOCAL || !*name)
            continue;
        auditor->entries =
            memory_grow(auditor->entries, auditor->n_entries, sizeof *auditor->entries);
        auditor->entries[auditor->n_entries++] =
            (struct entry){.name = name,
                           .object = nth,
                           .symbol = i,
                           .defined = symbol.st_shndx != SHN_UNDEF,
                           .function = GELF_ST_TYPE(symbol.st_info) == STT_FUNC};
    }
}

/* By name, definitions first. */
static int by_name(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    if (order != 0)
        return order;
    if (a->defined != b->defined)
        return a->defined ? -1 : 1;
    if (a->object != b->object)
        return a->object < b->object ? -1 : 1;
    return a->symbol < b->symbol ? -1 : a->symbol > b->symbol;
}

static void define(struct auditor *auditor, const struct entry *entry)
{
    struct audit *audit = auditor->audit;
    if (entry->function) {
        audit->functions = memory_grow(audit->functions, audit->n_functions, sizeof(char *));
        audit->functions[audit->n_functions++] = memory_text(entry->name);
    }
    if (auditor->report && known_reserved(entry->name))
        refuse(auditor, entry->name, place_of(auditor, entry),
               "this name belongs to the C library, the threads library or the grader; choose "
               "another one",
               "este nombre pertenece a la biblioteca de C, a la de hilos o al evaluador; elige "
               "otro");
}

/* The name in the source of what a header redirected. */
static const char *source_name(const char *name)
{
    if (strcmp(name, "_setjmp") == 0)
        return "setjmp";
    return strncmp(name, "__isoc99_", 9) == 0 ? name + 9 : name;
}

static void blame_import(struct auditor *auditor, const struct entry *entry)
{
    struct location at = place_of(auditor, entry);
    const char *name = source_name(entry->name);
    if (strncmp(name, "__atomic_", 9) == 0) {
        refuse(auditor, "_Atomic", at,
               "an atomic object of more than 8 bytes is not lock-free; guard it with a mutex",
               "un objeto atómico de más de 8 bytes no es libre de bloqueos; protégelo con un "
               "mutex");
    } else if (known_reserved(name) || known_to_libc(entry->name)) {
        refuse(auditor, name, at,
               "this function exists, but is not among those that a submission may use",
               "esta función existe, pero no está entre las que una entrega puede usar");
    } else {
        auditor->audit->passed = false;
        const char *text = say(auditor->report, "'%s' is used, but defined nowhere",
                               "'%s' se usa, pero no está definido en ninguna parte");
        char *detail = memory_format(text, name);
        blame(auditor->report, KIND_LINK_ERROR, name, at, detail);
        free(detail);
    }
}

static void import(struct auditor *auditor, const struct entry *entry)
{
    struct audit *audit = auditor->audit;
    int index = known_find(entry->name);
    if (index != KNOWN_NONE)
        audit->imports[index] = true;
    if (known_libgcc(entry->name))
        audit->libgcc = true;
    else if (!auditor->report)
        return;
    else if (index != KNOWN_NONE && !known_explored(index)) {
        audit->unsupported = true;
        blame(auditor->report, KIND_UNSUPPORTED, entry->name, place_of(auditor, entry),
              say(auditor->report, "the explore lane does not model it yet",
                  "el carril explore todavía no lo modela"));
    } else if (index == KNOWN_NONE &&
               !(auditor->flavour == INSTRUMENTED && known_instrumentation(entry->name)) &&
               !(auditor->flavour == NATIVE && known_optimised(entry->name)))
        blame_import(auditor, entry);
}

static void check_names(struct auditor *auditor)
{
    if (auditor->n_entries)
        qsort(auditor->entries, auditor->n_entries, sizeof *auditor->entries, by_name);
    for (size_t i = 0; i < auditor->n_entries; i++) {
        const struct entry *entry = &auditor->entries[i];
        if (i > 0 && strcmp(entry[-1].name, entry->name) == 0)
            continue;
        if (entry->defined)
            define(auditor, entry);
        else
            import(auditor, entry);
    }
}

/* ---- relocations ---- */

struct tls_use {
    size_t section;
    uint64_t offset;
    bool found;
};

/* Models in which the code reaches thread-local data without asking __tls_get_addr. */
static bool see_static_tls(size_t target, const GElf_Rela *relocation, void *data)
{
    struct tls_use *use = data;
    switch (GELF_R_TYPE(relocation->r_info)) {
    case R_X86_64_GOTTPOFF:
    case R_X86_64_TPOFF32:
    case R_X86_64_TPOFF64:
    case R_X86_64_GOTPC32_TLSDESC:
    case R_X86_64_TLSDESC_CALL:
        *use = (struct tls_use){target, relocation->r_offset, true};
        return false;
    }
    return true;
}

static void check_tls(struct auditor *auditor, const struct object *object)
{
    struct tls_use use = {0};
    object_relocations(object, see_static_tls, &use);
    if (!use.found)
        return;
    struct location at;
    object_line(object, use.section, use.offset, auditor->report, &at);
    refuse(auditor, "tls_model", at,
           "thread-local variables are placed in the same way for all submissions",
           "las variables locales de hilo se colocan igual en todas las entregas");
}

static bool run(struct auditor *auditor, const char *const *paths, size_t n, struct error *error)
{
    auditor->objects = memory_new(n, sizeof *auditor->objects);
    bool well = true;
    for (; auditor->n_objects < n && well; auditor->n_objects += well)
        well = object_open(&auditor->objects[auditor->n_objects], paths[auditor->n_objects], error);
    auditor->audit->passed = well;
    for (size_t i = 0; i < n && well; i++) {
        collect(auditor, i);
        if (!auditor->report)
            continue;
        check_tls(auditor, &auditor->objects[i]);
        well = check_sections(auditor, &auditor->objects[i]) ||
               error_set(error, ERROR_OURS, "%s: its sections cannot be read", paths[i]);
    }
    if (well)
        check_names(auditor);
    for (size_t i = 0; i < auditor->n_objects; i++)
        object_close(&auditor->objects[i]);
    free(auditor->entries);
    free(auditor->objects);
    return well;
}

bool audit_objects(const char *const *objects, size_t n_objects, enum flavour flavour,
                   struct report *report, struct audit *audit, struct error *error)
{
    *audit = (struct audit){0};
    struct auditor auditor = {.flavour = flavour, .report = report, .audit = audit};
    return run(&auditor, objects, n_objects, error);
}

bool audit_ours(const char *const *objects, size_t n_objects, struct audit *audit,
                struct error *error)
{
    *audit = (struct audit){0};
    struct auditor auditor = {.audit = audit};
    return run(&auditor, objects, n_objects, error);
}

bool audit_defines(const struct audit *audit, const char *function)
{
    for (size_t i = 0; i < audit->n_functions; i++)
        if (strcmp(audit->functions[i], function) == 0)
            return true;
    return false;
}

void audit_free(struct audit *audit)
{
    for (size_t i = 0; i < audit->n_functions; i++)
        free(audit->functions[i]);
    free(audit->functions);
    audit->functions = NULL;
    audit->n_functions = 0;
}
