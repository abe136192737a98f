#include "grader/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/memory.h"

#define SYMBOL(name, lanes)
#define NOT_EXPLORED(name)
#include "harness/symbols.h"

static const struct {
    const char *name;
    enum flavour flavour;
    unsigned wraps;
} products[PRODUCT_COUNT] = {
    [EXPLORE_SO] = {"explore", INSTRUMENTED, IN_EXPLORE},
    [TSAN_SO] = {"tsan", INSTRUMENTED, IN_TSAN},
    [STRESS_SO] = {"stress", NATIVE, IN_STRESS},
    [PERTURB_SO] = {"perturb", INSTRUMENTED, IN_STRESS},
};

const char *product_name(enum product product)
{
    return products[product].name;
}

enum flavour product_flavour(enum product product)
{
    return products[product].flavour;
}

static const char *const flags[] = {
    "-shared",
    /* All calls go through slots that are filled and made read-only at load time. */
    "-z",
    "now",
    "-z",
    "relro",
    "-z",
    "noexecstack",
    "-z",
    "separate-code",
    "--eh-frame-hdr",
    "--hash-style=gnu",
    "--build-id=sha1",
    /* The submission's own names mean its own functions, whatever the program exports. */
    "-Bsymbolic",
    /* A symbol named _init would run at load time. */
    "-init=__hilo_none",
    "-fini=__hilo_none",
};

/* Paths of one relink with libgcc. */
struct helper {
    char library[512];
    char *objects[FLAVOUR_COUNT];
};

static bool find_libgcc(const struct link *link, char *path, size_t size, double *cpu_ms,
                        struct error *error)
{
    struct tool_run run = {.cwd = link->dir};
    tool_word(&run, link->tools->gcc);
    tool_word(&run, "-print-libgcc-file-name");
    bool done = tools_run(&run, 1, cpu_ms, error);
    if (done && tool_succeeded(&run))
        snprintf(path, size, "%.*s", (int)strcspn(run.result.output, "\n"), run.result.output);
    tool_runs_free(&run, 1);
    return done && (*path == '/' || error_set(error, ERROR_MACHINE, "gcc has no libgcc.a"));
}

/* What a submission needs of libgcc (128-bit division and the like) is put into one object first,
 * without --wrap, so that nothing else of that library comes along. */
static bool add_libgcc(struct link *link, struct helper *helper, struct error *error)
{
    if (!*helper->library &&
        !find_libgcc(link, helper->library, sizeof helper->library, &link->cpu_ms, error))
        return false;
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++) {
        if (!link->audits[flavour] || !link->audits[flavour]->libgcc)
            continue;
        helper->objects[flavour] = memory_format("%s/all.%d.o", link->dir, flavour);
        struct tool_run run = {.cwd = link->dir, .readable = {link->dir}, .writable = link->dir};
        tool_word(&run, link->tools->ld);
        tool_word(&run, "-r");
        tool_word(&run, "-o");
        tool_word(&run, helper->objects[flavour]);
        for (size_t i = 0; i < link->n_objects; i++)
            tool_word(&run, link->objects[flavour][i]);
        tool_word(&run, helper->library);
        bool done = tools_run(&run, 1, &link->cpu_ms, error);
        /* When it fails, the final link fails for the same reason and says so. */
        if (done && !tool_succeeded(&run)) {
            free(helper->objects[flavour]);
            helper->objects[flavour] = NULL;
        }
        tool_runs_free(&run, 1);
        if (!done)
            return false;
    }
    return true;
}

static void plan(struct tool_run *run, const struct link *link, enum product product,
                 const char *whole, char **wraps)
{
    enum flavour flavour = products[product].flavour;
    tool_word(run, link->tools->ld);
    TOOL_WORDS(run, flags);
    for (size_t i = 0; i < known_count(); i++)
        if (link->audits[flavour]->imports[i] && known_lanes((int)i) & products[product].wraps)
            tool_word(run, wraps[i]);
    tool_word(run, "-o");
    tool_word(run, link->outputs[product]);
    for (size_t i = 0; i < link->n_objects && !whole; i++)
        tool_word(run, link->objects[flavour][i]);
    if (whole)
        tool_word(run, whole);
    run->cwd = run->readable[0] = run->writable = link->dir;
}

bool link_run(struct link *link, bool *well, struct error *error)
{
    struct helper helper = {0};
    bool libgcc = false;
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        libgcc = libgcc || (link->audits[flavour] && link->audits[flavour]->libgcc);
    bool done = !libgcc || add_libgcc(link, &helper, error);

    char **wraps = memory_new(known_count(), sizeof *wraps);
    for (size_t i = 0; i < known_count(); i++)
        wraps[i] = memory_format("--wrap=%s", known_name((int)i));
    link->runs = memory_new(PRODUCT_COUNT, sizeof *link->runs);
    for (int product = 0; product < PRODUCT_COUNT && done; product++)
        if (link->outputs[product])
            plan(&link->runs[link->n_runs++], link, product,
                 helper.objects[products[product].flavour], wraps);
    done = done && tools_run(link->runs, link->n_runs, &link->cpu_ms, error);

    *well = done;
    for (size_t i = 0; i < link->n_runs; i++)
        *well = *well && tool_succeeded(&link->runs[i]);
    for (size_t i = 0; i < known_count(); i++)
        free(wraps[i]);
    free(wraps);
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        free(helper.objects[flavour]);
    return done;
}

void link_free(struct link *link)
{
    tool_runs_free(link->runs, link->n_runs);
    free(link->runs);
    link->runs = NULL;
}
