#include "grader/known.h"

#include <dlfcn.h>
#include <string.h>

struct known {
    const char *name;
    unsigned lanes;
    bool explored;
};

/* The first time for the names of the lanes only. */
#define SYMBOL(name, lanes)
#define NOT_EXPLORED(name)
#include "harness/symbols.h"

#define SYMBOL(name, lanes) {#name, lanes, true},
#define NOT_EXPLORED(name)  {#name, 0, false},
static const struct known table[] = {
#include "harness/symbols.h"
};

enum { TABLE_SIZE = sizeof table / sizeof *table };
_Static_assert((int)TABLE_SIZE <= (int)KNOWN_MAX, "KNOWN_MAX is too small");

int known_find(const char *name)
{
    for (int i = 0; i < TABLE_SIZE; i++)
        if (strcmp(table[i].name, name) == 0)
            return i;
    return KNOWN_NONE;
}

const char *known_name(int index)
{
    return table[index].name;
}

size_t known_count(void)
{
    return TABLE_SIZE;
}

unsigned known_lanes(int index)
{
    return table[index].lanes;
}

bool known_explored(int index)
{
    return table[index].explored;
}

static bool is_one_of(const char *name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(name, list[i]) == 0)
            return true;
    return false;
}

#define ONE_OF(name, list) is_one_of(name, list, sizeof list / sizeof *list)

static bool skip(const char **text, const char *prefix)
{
    size_t length = strlen(prefix);
    if (strncmp(*text, prefix, length) != 0)
        return false;
    *text += length;
    return true;
}

static bool known_atomic(const char *rest)
{
    static const char *const sizes[] = {"8_", "16_", "32_", "64_", "128_"};
    static const char *const operations[] = {"load",
                                             "store",
                                             "exchange",
                                             "compare_exchange_strong",
                                             "compare_exchange_weak",
                                             "fetch_add",
                                             "fetch_sub",
                                             "fetch_and",
                                             "fetch_or",
                                             "fetch_xor",
                                             "fetch_nand",
                                             "compare_exchange_val"};
    if (strcmp(rest, "_thread_fence") == 0 || strcmp(rest, "_signal_fence") == 0)
        return true;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        if (skip(&rest, sizes[i]))
            return ONE_OF(rest, operations);
    return false;
}

bool known_instrumentation(const char *name)
{
    static const char *const plain[] = {"init", "func_entry", "func_exit", "read_range",
                                        "write_range"};
    static const char *const sizes[] = {"1", "2", "4", "8", "16"};
    if (!skip(&name, "__tsan_"))
        return false;
    if (skip(&name, "atomic"))
        return known_atomic(name);
    if (ONE_OF(name, plain))
        return true;
    skip(&name, "unaligned_");
    skip(&name, "volatile_");
    return (skip(&name, "read") || skip(&name, "write")) && ONE_OF(name, sizes);
}

/* <operation><mode><operands>: __divti3, __floatsitf, __extenddftf2... */
bool known_libgcc(const char *name)
{
    static const char *const exact[] = {
        "__popcountdi2", "__popcountsi2", "__popcountti2", "__paritydi2", "__paritysi2",
        "__parityti2",   "__clzti2",      "__ctzti2",      "__ffsti2",    "__clrsbdi2",
        "__clrsbsi2",    "__clrsbti2",    "__bswapdi2",    "__bswapsi2",  "__divti3",
        "__modti3",      "__udivti3",     "__umodti3",     "__divmodti4", "__udivmodti4",
        "__multi3",      "__mulvsi3",     "__mulvdi3",     "__mulvti3",   "__addvsi3",
        "__addvdi3",     "__addvti3",     "__subvsi3",     "__subvdi3",   "__subvti3",
        "__negvsi2",     "__negvdi2",     "__negvti2",     "__absvsi2",   "__absvdi2",
        "__absvti2",     "__mulsc3",      "__muldc3",      "__mulxc3",    "__multc3",
        "__divsc3",      "__divdc3",      "__divxc3",      "__divtc3",    "__powisf2",
        "__powidf2",     "__powixf2",     "__powitf2",     "__addtf3",    "__subtf3",
        "__multf3",      "__divtf3",      "__negtf2",      "__eqtf2",     "__netf2",
        "__lttf2",       "__letf2",       "__gttf2",       "__getf2",     "__unordtf2",
        "__mulodi4",     "__muloti4",     "__ashlti3",     "__ashrti3",   "__lshrti3"};
    static const char *const conversions[] = {"__fix",     "__fixuns", "__float",
                                              "__floatun", "__extend", "__trunc"};
    static const char *const modes[] = {"si", "di", "ti", "hf", "sf", "df", "xf", "tf"};
    if (ONE_OF(name, exact))
        return true;
    for (size_t i = 0; i < sizeof conversions / sizeof *conversions; i++) {
        size_t length = strlen(conversions[i]);
        if (strncmp(name, conversions[i], length) != 0)
            continue;
        const char *rest = name + length;
        char from[3] = {rest[0], rest[0] ? rest[1] : '\0', '\0'};
        const char *to = strlen(rest) >= 4 ? rest + 2 : "";
        char target[3] = {to[0], to[0] ? to[1] : '\0', '\0'};
        size_t tail = strlen(to);
        if (ONE_OF(from, modes) && ONE_OF(target, modes) &&
            (tail == 2 || (tail == 3 && to[2] == '2')))
            return true;
    }
    return false;
}

bool known_optimised(const char *name)
{
    static const char *const list[] = {"fwrite",  "stpcpy",  "mempcpy", "memchr", "sincos",
                                       "sincosf", "putchar", "puts",    "fputc",  "strnlen"};
    return ONE_OF(name, list);
}

bool known_reserved(const char *name)
{
    static const char *const prefixes[] = {"__tsan_",        "__asan_",  "__ubsan_",
                                           "__sanitizer_",   "__wrap_",  "__real_",
                                           "__interceptor_", "pthread_", "hilo_scenario_"};
    static const char *const exact[] = {
        "_init",      "_fini",           "_start",        "_DYNAMIC",   "_GLOBAL_OFFSET_TABLE_",
        "hilo_input", "hilo_answer",     "hilo_check",    "hilo_spawn", "hilo_await",
        "hilo_watch", "hilo_span_begin", "hilo_span_end", "hilo_now",   "hilo_rest"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return ONE_OF(name, exact) || known_find(name) != KNOWN_NONE;
}

bool known_to_libc(const char *name)
{
    static const char *const libraries[] = {"libc.so.6", "libm.so.6", "libatomic.so.1"};
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++) {
        void *library = dlopen(libraries[i], RTLD_LAZY | RTLD_LOCAL);
        void *symbol = library ? dlsym(library, name) : NULL;
        if (library)
            dlclose(library);
        if (symbol)
            return true;
    }
    return false;
}
