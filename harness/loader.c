/*
 * loader.c - loads the two objects, then closes the door behind them.
 *
 * What each object occupies is read from its program headers once, so that every later question
 * ("is this address the student's?", "which offset is this pc?") is a comparison in an immutable
 * table: no lock, no allocation, safe in a signal handler.
 */
#include "harness/loader.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "harness/protocol.h"

static struct {
    struct module modules[MODULE_COUNT];
    void *handles[MODULE_COUNT];
} loader = {
    .modules = {{.name = "student"}, {.name = "scenarios"}, {.name = "host"}},
};

const struct module *const loader_modules = loader.modules;

static _Noreturn __attribute__((format(printf, 1, 2))) void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("harness: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    _exit(3);
}

static void widen(uintptr_t *low, uintptr_t *high, uintptr_t from, uintptr_t to)
{
    if (from >= to)
        return;
    if (*high == 0 || from < *low)
        *low = from;
    if (to > *high)
        *high = to;
}

static uintptr_t page_floor(uintptr_t address)
{
    return address & ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
}

/* Where what is writable in a segment starts: after what the dynamic linker made read-only once it
 * had relocated it, the end of which it rounds down to a page. */
static uintptr_t writable_start(const struct dl_phdr_info *info, uintptr_t start, uintptr_t end)
{
    for (size_t i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t low = info->dlpi_addr + segment->p_vaddr;
        uintptr_t high = page_floor(low + segment->p_memsz);
        if (segment->p_type == PT_GNU_RELRO && low < end && high > start)
            return high;
    }
    return start;
}

static void take_segment(struct module *module, const struct dl_phdr_info *info,
                         const ElfW(Phdr) * segment)
{
    uintptr_t start = info->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
    if (segment->p_type == PT_TLS) {
        module->tls_module = info->dlpi_tls_modid;
        module->tls_image = (const void *)start;
        module->tls_image_size = segment->p_filesz;
        module->tls_size = segment->p_memsz;
        module->tls_align = segment->p_align;
    }
    if (segment->p_type != PT_LOAD)
        return;
    widen(&module->low, &module->high, start, end);
    if (segment->p_flags & PF_X)
        widen(&module->text_low, &module->text_high, start, end);
    if (segment->p_flags & PF_W)
        widen(&module->writable_low, &module->writable_high, writable_start(info, start, end), end);
}

/* Which module an entry of the list is. The host is the one without a name. */
static struct module *module_of(const struct dl_phdr_info *info)
{
    if (!info->dlpi_name || !*info->dlpi_name)
        return loader.modules[MODULE_HOST].high ? NULL : &loader.modules[MODULE_HOST];
    for (int id = MODULE_STUDENT; id <= MODULE_SCENARIOS; id++) {
        const struct link_map *map = NULL;
        if (!loader.handles[id] || dlinfo(loader.handles[id], RTLD_DI_LINKMAP, &map))
            continue;
        if (map->l_addr == info->dlpi_addr && strcmp(map->l_name, info->dlpi_name) == 0)
            return &loader.modules[id];
    }
    return NULL;
}

static int take_object(struct dl_phdr_info *info, size_t size, void *unused)
{
    (void)size;
    (void)unused;
    struct module *module = module_of(info);
    if (!module)
        return 0;
    module->base = info->dlpi_addr;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        take_segment(module, info, &info->dlpi_phdr[i]);
    return 0;
}

static void *load(const char *path)
{
    /* Everything global, so that scenarios find the student's functions; the student comes first
     * but is linked -Bsymbolic, so nothing of ours is taken for the student's or back. */
    void *handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (!handle)
        fail("%s", dlerror());
    return handle;
}

void loader_load(const struct job *job)
{
    loader.handles[MODULE_STUDENT] = load(job->student);
    if (job->scenarios)
        loader.handles[MODULE_SCENARIOS] = load(job->scenarios);
    dl_iterate_phdr(take_object, NULL);
}

void loader_seal(void)
{
    struct sock_filter filter[BPF_MAXINSNS + 1];
    size_t size = 0;
    if (fcntl(FILTER_FD, F_GETFD) < 0)
        return;
    while (size < sizeof filter) {
        ssize_t n = read(FILTER_FD, (char *)filter + size, sizeof filter - size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            fail("cannot read the filter: %s", strerror(errno));
        if (n == 0)
            break;
        size += (size_t)n;
    }
    close(FILTER_FD);
    struct sock_fprog program = {(unsigned short)(size / sizeof *filter), filter};
    if (size == 0 || size % sizeof *filter || program.len > BPF_MAXINSNS)
        fail("the filter has a bad size: %zu", size);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
        fail("cannot load the filter: %s", strerror(errno));
}

void (*loader_scenario(const char *name))(void)
{
    char symbol[RECORD_NAME_MAX + 32];
    snprintf(symbol, sizeof symbol, "hilo_scenario_%s", name);
    void *address = NULL;
    if (loader.handles[MODULE_SCENARIOS])
        address = dlsym(loader.handles[MODULE_SCENARIOS], symbol);
    if (!address)
        fail("there is no scenario %s", name);
    /* ISO C has no cast from object to function pointer; POSIX says that this works. */
    void (*body)(void);
    memcpy(&body, &address, sizeof body);
    return body;
}

bool loader_locate(uintptr_t address, enum module_id *module, uint64_t *offset)
{
    for (int id = 0; id < MODULE_COUNT; id++) {
        const struct module *m = &loader.modules[id];
        if (address < m->low || address >= m->high)
            continue;
        *module = (enum module_id)id;
        *offset = address - m->base;
        return true;
    }
    return false;
}

int (*loader_main(void))(int, char **)
{
    void *address = dlsym(loader.handles[MODULE_STUDENT], "main");
    int (*body)(int, char **);
    memcpy(&body, &address, sizeof body);
    return body;
}
