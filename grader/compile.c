#include "grader/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grader/blame.h"
#include "grader/diagnostics.h"
#include "grader/memory.h"
#include "grader/rules.h"

static const char *const common_flags[] = {
    "-std=gnu11",
    "-pthread",
    "-fPIC",
    /* One machine code whatever a distribution's gcc has as its defaults. */
    "-fno-stack-protector",
    "-U_FORTIFY_SOURCE",
    "-fcf-protection=none",
    "-fno-stack-clash-protection",
    "-fno-lto",
    "-fno-ident",
    /* Stacks are walked by frame pointers in a signal handler. */
    "-fno-omit-frame-pointer",
    /* Thread-local data is reached by __tls_get_addr, which explore wraps: a fiber is a thread. */
    "-ftls-model=global-dynamic",
    /* The source cannot ask which lane it is compiled for. */
    "-U__SANITIZE_THREAD__",
    "-U__OPTIMIZE__",
    /* Every function is found by the scenarios. */
    "-fvisibility=default",
    "-gno-record-gcc-switches",
    "-fdiagnostics-plain-output",
    "-fmax-errors=20",
    "-Wall",
    "-Wextra",
    "-iquote.",
    "-S",
};

static const char *const flavour_flags[FLAVOUR_COUNT][8] = {
    [INSTRUMENTED] =
        {
            /* From -O1 on, accesses merge and vanish, and with them the races. */
            "-O0",
            "-g",
            /* A call of memcpy stays one, so that it can be wrapped. */
            "-fno-builtin",
            "-fsanitize=thread",
            "--param=tsan-distinguish-volatile=1",
        },
    [NATIVE] =
        {
            "-O2",
            "-g1",
            /* As in the other flavour, where it follows from -O0. */
            "-D__NO_INLINE__",
        },
};

static const char *const flavour_suffix[FLAVOUR_COUNT] = {[INSTRUMENTED] = "tsan", [NATIVE] = "o2"};

static const size_t n_common = sizeof common_flags / sizeof *common_flags;

void compile_flags(char *text, size_t size)
{
    size_t used = 0;
    for (size_t i = 0; i < n_common && used < size; i++)
        used += (size_t)snprintf(text + used, size - used, "%s ", common_flags[i]);
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        for (size_t i = 0; flavour_flags[flavour][i] && used < size; i++)
            used += (size_t)snprintf(text + used, size - used, "%s ", flavour_flags[flavour][i]);
}

/* Words that are made for one run; they live as long as it does. */
struct words {
    char map[640];
    char dump[640];
    char include[2][640];
    char source[320];
    char output[640];
};

static char *product(const struct compile *compile, enum flavour flavour, size_t file,
                     const char *suffix)
{
    return memory_format("%s/%s%zu.%s.%s", compile->object_dir, compile->prefix, file,
                         flavour_suffix[flavour], suffix);
}

static bool fits(int written, size_t size)
{
    return written > 0 && (size_t)written < size;
}

static bool make_words(struct words *words, const struct compile *compile, enum flavour flavour,
                       size_t file)
{
    char *text = product(compile, flavour, file, "s"),
         *dump = product(compile, flavour, file, "dump");
    /* A name that begins with a dash or an at sign would be an option. */
    bool fit =
        fits(snprintf(words->source, sizeof words->source, "./%s", compile->files[file]),
             sizeof words->source) &&
        fits(snprintf(words->output, sizeof words->output, "%s", text), sizeof words->output) &&
        /* Debug information and __FILE__ do not know where it was compiled: the same
         * submission gives the same objects everywhere. */
        fits(snprintf(words->map, sizeof words->map, "-ffile-prefix-map=%s=.", compile->source_dir),
             sizeof words->map) &&
        fits(snprintf(words->dump, sizeof words->dump, "-fdump-tree-optimized=%s", dump),
             sizeof words->dump);
    for (size_t i = 0; i < 2; i++)
        if (compile->include[i])
            fit = fit && fits(snprintf(words->include[i], sizeof words->include[i], "-I%s",
                                       compile->include[i]),
                              sizeof words->include[i]);
    free(text);
    free(dump);
    return fit;
}

static void plan(struct tool_run *run, const struct compile *compile, const struct words *words,
                 enum flavour flavour)
{
    tool_word(run, compile->tools->gcc);
    TOOL_WORDS(run, common_flags);
    for (size_t i = 0; flavour_flags[flavour][i]; i++)
        tool_word(run, flavour_flags[flavour][i]);
    tool_word(run, words->map);
    if (flavour == INSTRUMENTED)
        tool_word(run, words->dump);
    for (size_t i = 0; i < 2; i++)
        if (compile->include[i])
            tool_word(run, words->include[i]);
    tool_word(run, "-o");
    tool_word(run, words->output);
    tool_word(run, words->source);
    run->cwd = compile->source_dir;
    run->readable[0] = compile->source_dir;
    for (size_t i = 0, at = 1; i < 2; i++)
        if (compile->include[i])
            run->readable[at++] = compile->include[i];
    run->writable = compile->object_dir;
}

/* The flavour and file of a run: flavours wanted in turn, files within. */
static enum flavour flavour_of(const struct compile *compile, size_t run)
{
    size_t nth = run / compile->n_files;
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        if (compile->wanted[flavour] && nth-- == 0)
            return flavour;
    return INSTRUMENTED;
}

static size_t file_of(const struct compile *compile, size_t run)
{
    return run % compile->n_files;
}

bool compile_run(struct compile *compile, bool *well, struct error *error)
{
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        compile->n_runs += compile->wanted[flavour] ? compile->n_files : 0;
    compile->runs = memory_new(compile->n_runs, sizeof *compile->runs);
    struct words *words = memory_new(compile->n_runs, sizeof *words);
    bool done = true;
    for (size_t i = 0; i < compile->n_runs && done; i++) {
        enum flavour flavour = flavour_of(compile, i);
        if (make_words(&words[i], compile, flavour, file_of(compile, i)))
            plan(&compile->runs[i], compile, &words[i], flavour);
        else
            done = error_set(error, ERROR_MACHINE, "%s: the name of this folder is too long",
                             compile->source_dir);
    }
    done = done && tools_run(compile->runs, compile->n_runs, &compile->cpu_ms, error);
    free(words);
    *well = done;
    for (size_t i = 0; i < compile->n_runs; i++)
        *well = *well && tool_succeeded(&compile->runs[i]);
    return done;
}

void compile_blame(const struct compile *compile, struct report *report)
{
    /* Both flavours see the same source and say the same; the optimiser sees a little more. */
    enum flavour telling = compile->wanted[NATIVE] ? NATIVE : INSTRUMENTED;
    bool told[FLAVOUR_COUNT] = {false};
    for (int turn = 0; turn < FLAVOUR_COUNT; turn++) {
        enum flavour flavour = turn == 0 ? telling : telling == NATIVE ? INSTRUMENTED : NATIVE;
        for (size_t i = 0; i < compile->n_runs; i++) {
            if (flavour_of(compile, i) != flavour || !compile->runs[i].finished)
                continue;
            const struct process_result *result = &compile->runs[i].result;
            if (flavour == telling)
                diagnostics_warnings(result, report);
            if (tool_succeeded(&compile->runs[i]) || (turn == 1 && told[telling]))
                continue;
            diagnostics_errors(result, compile->files[file_of(compile, i)], report);
            told[flavour] = true;
        }
    }
}

void compile_first_error(const struct compile *compile, char *text, size_t size)
{
    snprintf(text, size, "the compiler could not be run");
    for (size_t i = 0; i < compile->n_runs; i++)
        if (compile->runs[i].finished && !tool_succeeded(&compile->runs[i])) {
            diagnostics_first(&compile->runs[i].result, text, size);
            return;
        }
}

/* A product of the compiler, mapped. NULL with size 0 when it is not there or empty. */
static const char *map_product(const char *path, size_t *size)
{
    *size = 0;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return NULL;
    struct stat status;
    void *bytes = MAP_FAILED;
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
        bytes = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (bytes == MAP_FAILED)
        return NULL;
    *size = (size_t)status.st_size;
    return bytes;
}

/* `# 4 "likes.c" 1` follows the mark when the assembly is within a function. */
static struct location assembly_place(const char *at, const char *end, const char *file)
{
    struct location place = {.file = file, .function = ""};
    if (end - at > 2 && at[0] == '#' && at[1] == ' ')
        for (at += 2; at < end && *at >= '0' && *at <= '9' && place.line < 10000000; at++)
            place.line = place.line * 10 + (*at - '0');
    return place;
}

/* gcc brackets all that an asm statement gave by #APP and #NO_APP, alone on their lines; a string
 * of the source cannot begin a line there. */
static bool check_text(const char *text, size_t size, const char *file, struct report *report)
{
    const char *end = text + size;
    bool clean = true;
    for (const char *at = text; at < end;) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        if (next - at >= 4 && memcmp(at, "#APP", 4) == 0) {
            blame(report, KIND_FORBIDDEN, "asm", assembly_place(next, end, file),
                  say(report, "assembly cannot be observed, so it cannot be graded; write it in C",
                      "el ensamblador no se puede observar, así que no se puede evaluar; "
                      "escríbelo en C"));
            clean = false;
        }
        at = next;
    }
    return clean;
}

typedef bool checker(const char *, size_t, const char *, struct report *);

static bool check_product(const struct compile *compile, size_t run, const char *suffix,
                          checker *check, struct report *report)
{
    enum flavour flavour = flavour_of(compile, run);
    size_t file = file_of(compile, run), size;
    char *path = product(compile, flavour, file, suffix);
    const char *bytes = map_product(path, &size);
    /* No dump: there is no function in it. No text at all cannot be after a success. */
    bool clean = !bytes || check(bytes, size, compile->files[file], report);
    if (bytes)
        munmap((void *)bytes, size);
    free(path);
    return clean;
}

bool compile_check(const struct compile *compile, struct report *report)
{
    bool clean = true;
    for (size_t i = 0; i < compile->n_runs; i++) {
        clean = check_product(compile, i, "s", check_text, report) && clean;
        if (flavour_of(compile, i) == INSTRUMENTED)
            clean = check_product(compile, i, "dump", rules_check_dump, report) && clean;
    }
    return clean;
}

static void plan_assembler(struct tool_run *run, const struct compile *compile, const char *text,
                           const char *object)
{
    tool_word(run, compile->tools->as);
    tool_word(run, "-o");
    tool_word(run, object);
    tool_word(run, text);
    run->cwd = compile->object_dir;
    run->readable[0] = compile->object_dir;
    run->writable = compile->object_dir;
}

bool compile_assemble(struct compile *compile, struct error *error)
{
    struct tool_run *runs = memory_new(compile->n_runs, sizeof *runs);
    char **texts = memory_new(compile->n_runs, sizeof *texts);
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++)
        if (compile->wanted[flavour])
            compile->objects[flavour] = memory_new(compile->n_files, sizeof(char *));
    for (size_t i = 0; i < compile->n_runs; i++) {
        enum flavour flavour = flavour_of(compile, i);
        size_t file = file_of(compile, i);
        texts[i] = product(compile, flavour, file, "s");
        compile->objects[flavour][file] = product(compile, flavour, file, "o");
        plan_assembler(&runs[i], compile, texts[i], compile->objects[flavour][file]);
    }
    bool done = tools_run(runs, compile->n_runs, &compile->cpu_ms, error);
    for (size_t i = 0; i < compile->n_runs; i++) {
        if (done && !tool_succeeded(&runs[i]))
            done = error_set(error, ERROR_MACHINE, "the assembler failed: %.300s",
                             runs[i].result.errors ? runs[i].result.errors : "");
        free(texts[i]);
    }
    tool_runs_free(runs, compile->n_runs);
    free(texts);
    free(runs);
    return done;
}

void compile_free(struct compile *compile)
{
    for (int flavour = 0; flavour < FLAVOUR_COUNT; flavour++) {
        for (size_t i = 0; compile->objects[flavour] && i < compile->n_files; i++)
            free(compile->objects[flavour][i]);
        free(compile->objects[flavour]);
        compile->objects[flavour] = NULL;
    }
    tool_runs_free(compile->runs, compile->n_runs);
    free(compile->runs);
    compile->runs = NULL;
}
