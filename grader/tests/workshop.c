#include "grader/tests/workshop.h"

#include <check.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/memory.h"

void workshop_open(struct workshop *shop)
{
    *shop = (struct workshop){0};
    shop->dir = fs_temp_dir("hilo-workshop-", &shop->error);
    ck_assert_msg(shop->dir, "%s", shop->error.text);
    shop->report = report_new("en");
    for (int lane = 0; lane < LANE_COUNT; lane++)
        shop->report->lanes[lane].asked = true;
    /* Nothing of the user's is read or left behind. */
    setenv("XDG_CACHE_HOME", workshop_path(shop, "cache"), 1);
    mkdir(workshop_path(shop, "in"), 0700);
    mkdir(workshop_path(shop, "work"), 0700);
    if (access("harness/scenario.h", R_OK) == 0)
        setenv("HILO_INCLUDE", "harness", 1);
}

void workshop_close(struct workshop *shop)
{
    struct error error = {0};
    submission_free(shop->submission);
    report_free(shop->report);
    ck_assert_msg(fs_remove_tree(shop->dir, &error), "%s", error.text);
    free(shop->dir);
}

const char *workshop_path(const struct workshop *shop, const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s/%s", shop->dir, name);
    return path;
}

void workshop_file(struct workshop *shop, const char *path, const char *text)
{
    char *full = memory_format("%s/%s", shop->dir, path);
    for (char *slash = strchr(full + strlen(shop->dir) + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    ck_assert_msg(file, "%s", full);
    fputs(text, file);
    ck_assert_int_eq(fclose(file), 0);
    free(full);
}

static bool build(struct workshop *shop, const struct manifest *manifest)
{
    submission_free(shop->submission);
    shop->submission = submission_open(workshop_path(shop, "in"),
                                       manifest ? manifest->header : NULL, &shop->error);
    ck_assert_msg(shop->submission, "%s", shop->error.text);
    char *work = memory_format("%s/work", shop->dir);
    ck_assert(fs_remove_tree(work, &shop->error));
    mkdir(work, 0700);
    bool done = build_submission(shop->submission, manifest, work, shop->report, &shop->build,
                                 &shop->error);
    free(work);
    return done;
}

bool workshop_build(struct workshop *shop)
{
    return build(shop, NULL);
}

bool workshop_build_for(struct workshop *shop, const char *function, const char *header,
                        const char *scenarios)
{
    workshop_file(shop, "exercise/ex.h", header);
    workshop_file(shop, "exercise/scenarios.c", scenarios);
    char *dir = memory_format("%s/exercise", shop->dir);
    char *functions[] = {memory_text(function)};
    char name[] = "ex", header_name[] = "ex.h";
    struct manifest manifest = {
        .dir = dir, .name = name, .header = header_name, .n_functions = 1, .functions = functions};
    bool done = build(shop, &manifest);
    free(functions[0]);
    free(dir);
    return done;
}

void workshop_build_text(struct workshop *shop, const char *text)
{
    workshop_file(shop, "in/a.c", text);
    ck_assert_msg(workshop_build(shop), "%s", shop->error.text);
}

const struct finding *workshop_finding(const struct workshop *shop, enum kind kind,
                                       const char *object)
{
    for (size_t i = 0; i < shop->report->n_findings; i++) {
        const struct finding *finding = &shop->report->findings[i];
        if (finding->kind == kind && (!object || strcmp(finding->object, object) == 0))
            return finding;
    }
    return NULL;
}

void workshop_expect_clean(const struct workshop *shop)
{
    for (size_t i = 0; i < shop->report->n_findings; i++)
        ck_abort_msg("%s [%s] %s", kind_name(shop->report->findings[i].kind),
                     shop->report->findings[i].object, shop->report->findings[i].detail);
    ck_assert(!shop->build.failed);
}

static bool find_symbol(const char *object, const char *name, GElf_Sym *found)
{
    elf_version(EV_CURRENT);
    int fd = open(object, O_RDONLY | O_CLOEXEC);
    ck_assert_msg(fd >= 0, "%s", object);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    bool any = false;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL && !any;) {
        GElf_Shdr header;
        gelf_getshdr(section, &header);
        if (header.sh_type != SHT_SYMTAB)
            continue;
        Elf_Data *data = elf_getdata(section, NULL);
        for (size_t i = 0; i < data->d_size / header.sh_entsize && !any; i++) {
            gelf_getsym(data, (int)i, found);
            const char *symbol = elf_strptr(elf, header.sh_link, found->st_name);
            any = symbol && strcmp(symbol, name) == 0;
        }
    }
    elf_end(elf);
    close(fd);
    return any;
}

bool workshop_has_symbol(const char *object, const char *name)
{
    GElf_Sym symbol;
    return find_symbol(object, name, &symbol);
}

unsigned long workshop_symbol(const char *object, const char *name)
{
    GElf_Sym symbol;
    ck_assert_msg(find_symbol(object, name, &symbol), "%s: no symbol %s", object, name);
    return (unsigned long)symbol.st_value;
}

bool workshop_is_symbolic(const char *object)
{
    elf_version(EV_CURRENT);
    int fd = open(object, O_RDONLY | O_CLOEXEC);
    ck_assert_msg(fd >= 0, "%s", object);
    Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
    bool symbolic = false;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;) {
        GElf_Shdr header;
        gelf_getshdr(section, &header);
        if (header.sh_type != SHT_DYNAMIC)
            continue;
        Elf_Data *data = elf_getdata(section, NULL);
        GElf_Dyn entry;
        for (int i = 0; gelf_getdyn(data, i, &entry); i++)
            symbolic = symbolic || entry.d_tag == DT_SYMBOLIC ||
                       (entry.d_tag == DT_FLAGS && entry.d_un.d_val & DF_SYMBOLIC);
    }
    elf_end(elf);
    close(fd);
    return symbolic;
}
