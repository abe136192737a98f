#include "grader/doctor.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grader/fsutil.h"
#include "grader/memory.h"
#include "grader/process.h"
#include "grader/tools.h"

enum { EXIT_GOOD = 0, EXIT_MISSING = 3, LINE_MAX_BYTES = 256 };

struct doctor {
    bool spanish;
    struct tools tools;
    char *dir; /* a folder to try things in */
    char needed[512];
};

static const char *say(const struct doctor *doctor, const char *english, const char *spanish)
{
    return doctor->spanish ? spanish : english;
}

static void row(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void row(const char *name, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    printf("  %-20s ", name);
    vprintf(format, arguments);
    putchar('\n');
    va_end(arguments);
}

static void need(struct doctor *doctor, const char *what, const char *package)
{
    size_t used = strlen(doctor->needed);
    const char *format = say(doctor, "%s  %s: install the Debian package %s",
                             "%s  %s: instala el paquete de Debian %s");
    snprintf(doctor->needed + used, sizeof doctor->needed - used, format, used ? "\n" : "", what,
             package);
}

/* Run a tool confined as for a submission; its whole standard output and error, or NULL when it did
 * not end well. */
static bool run_tool(const struct doctor *doctor, enum process_role role, const char *const *argv,
                     struct process_result *result)
{
    const char *const readable[] = {doctor->dir, NULL};
    const struct process_spec spec = {
        .role = role,
        .argv = argv,
        .readable = readable,
        .writable = role == ROLE_COMPILER ? doctor->dir : NULL,
        .no_aslr = role == ROLE_HARNESS,
        .limits = {.wall_s = 30, .cpu_s = 20},
    };
    struct error error = {0};
    return process_run(&spec, result, &error) && result->end == PROCESS_EXITED &&
           result->status == 0;
}

static bool succeeds(const struct doctor *doctor, enum process_role role, const char *const *argv)
{
    struct process_result result;
    bool good = run_tool(doctor, role, argv, &result);
    process_result_free(&result);
    return good;
}

static void version_row(const struct doctor *doctor, const char *name, const char *path,
                        const char *use)
{
    const char *const argv[] = {path, "--version", NULL};
    struct process_result result = {0};
    if (access(path, X_OK) != 0) {
        row(name, "%s (%s)", say(doctor, "not here", "no está"), use);
    } else if (!run_tool(doctor, ROLE_COMPILER, argv, &result)) {
        row(name, "%s: %s", path, say(doctor, "does not run", "no funciona"));
    } else {
        result.output[strcspn(result.output, "\n")] = '\0';
        row(name, "%.100s (%s)", result.output, path);
    }
    process_result_free(&result);
}

/* The first line of a small file of the kernel's, or "". */
static const char *first_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file || !fgets(line, (int)size, file))
        *line = '\0';
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return line;
}

static void tell_isolation(const struct doctor *doctor)
{
    const struct isolation *isolation = isolation_probe();
    const char *no = "no";
    puts(say(doctor, "Isolation", "Aislamiento"));
    if (isolation->landlock)
        row("Landlock", "ABI %d", isolation->landlock_abi);
    else
        row("Landlock", "%s", no);
    row("seccomp", "%s", isolation->seccomp ? say(doctor, "yes", "sí") : no);
    row(say(doctor, "tier in force", "nivel en vigor"), "%d", isolation->tier);
    if (isolation->tier < 1)
        row("", "%s: %s", say(doctor, "WARNING", "ATENCIÓN"), isolation->missing);
}

static void tell_offers(const struct doctor *doctor)
{
    char line[LINE_MAX_BYTES];
    long most = atol(first_line("/proc/sys/user/max_user_namespaces", line, sizeof line));
    char limited[LINE_MAX_BYTES], allowed[LINE_MAX_BYTES];
    first_line("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", limited, sizeof limited);
    first_line("/proc/sys/kernel/unprivileged_userns_clone", allowed, sizeof allowed);
    bool offered = most > 0 && strcmp(limited, "1") != 0 && strcmp(allowed, "0") != 0;
    const char *unused = say(doctor, "not used by hilo", "hilo no los usa");
    row(say(doctor, "user namespaces", "espacios de usuario"), "%s (%s)",
        offered ? say(doctor, "yes", "sí") : "no", unused);
    first_line("/sys/fs/cgroup/cgroup.controllers", line, sizeof line);
    row("cgroup v2", "%s (%s)", *line ? line : "no", unused);
}

static void tell_tools(struct doctor *doctor)
{
    struct error error = {0};
    puts(say(doctor, "Tool chain", "Herramientas"));
    if (!tools_find(&doctor->tools, &error)) {
        bool compiler = doctor->tools.gcc[0] != '\0';
        row(compiler ? "as, ld" : "gcc", "%s", say(doctor, "not here", "no está"));
        need(doctor, compiler ? "as, ld" : "gcc", compiler ? "binutils" : "gcc");
        return;
    }
    version_row(doctor, "gcc", doctor->tools.gcc, "");
    version_row(doctor, "ld", doctor->tools.ld, "");
    version_row(doctor, "clang", "/usr/bin/clang", say(doctor, "not needed", "no hace falta"));
    version_row(doctor, "gdb", "/usr/bin/gdb", "hilo replay --gdb");
}

/* Compile the program at `source`; `words` are further arguments. */
static bool compiles(const struct doctor *doctor, const char *source, const char *output,
                     const char *flag)
{
    const char *const argv[] = {doctor->tools.gcc, flag, source, "-o", output, NULL};
    return succeeds(doctor, ROLE_COMPILER, argv);
}

static void tell_compiling(struct doctor *doctor)
{
    static const char program[] =
        "#include <pthread.h>\n"
        "static void *run(void *arg) { return arg; }\n"
        "int main(void) {\n"
        "    pthread_t thread;\n"
        "    return pthread_create(&thread, 0, run, 0) || pthread_join(thread, 0);\n"
        "}\n";
    char *source = memory_format("%s/try.c", doctor->dir);
    char *object = memory_format("%s/try.o", doctor->dir);
    char *output = memory_format("%s/try", doctor->dir);
    const char *const run[] = {output, NULL};
    const char *works = say(doctor, "works", "funciona");
    const char *fails = say(doctor, "does not work", "no funciona");
    bool compiled = fs_write_file(source, program, sizeof program - 1, NULL) &&
                    compiles(doctor, source, object, "-c");
    row(say(doctor, "compiling", "compilar"), "%s", compiled ? works : fails);
    bool linked = compiled && compiles(doctor, source, output, "-fsanitize=thread");
    row("libtsan.so.2", "%s", linked ? works : fails);
    bool ran = linked && succeeds(doctor, ROLE_HARNESS, run);
    row(say(doctor, "running with TSan", "ejecutar con TSan"), "%s", ran ? works : fails);
    if (!compiled)
        need(doctor, "<pthread.h>", "libc6-dev");
    else if (!linked)
        need(doctor, "libtsan.so.2", "libtsan2 libgcc-12-dev");
    else if (!ran)
        need(doctor,
             say(doctor, "TSan does not start (vm.mmap_rnd_bits above 28?)",
                 "TSan no arranca (¿vm.mmap_rnd_bits mayor que 28?)"),
             "libtsan2");
    free(source);
    free(object);
    free(output);
}

static void tell_machine(const struct doctor *doctor)
{
    char line[LINE_MAX_BYTES];
    puts(say(doctor, "Machine", "Máquina"));
    first_line("/proc/sys/vm/mmap_rnd_bits", line, sizeof line);
    row("ASLR", "vm.mmap_rnd_bits = %s", *line ? line : "?");
    row(say(doctor, "processors", "procesadores"), "%ld", sysconf(_SC_NPROCESSORS_ONLN));
}

int doctor_run(const char *language)
{
    struct error error = {0};
    struct doctor doctor = {.spanish = strcmp(language, "es") == 0};
    doctor.dir = fs_temp_dir("hilo-doctor", &error);
    if (!doctor.dir)
        return error_print(&error);
    tell_isolation(&doctor);
    tell_offers(&doctor);
    tell_tools(&doctor);
    if (!*doctor.needed)
        tell_compiling(&doctor);
    tell_machine(&doctor);
    bool good = !*doctor.needed;
    if (good)
        printf("\n%s\n", say(&doctor, "hilo can grade on this machine.",
                             "hilo puede corregir en esta máquina."));
    else
        printf("\n%s\n%s\n",
               say(&doctor, "hilo cannot grade on this machine. What is missing:",
                   "hilo no puede corregir en esta máquina. Falta:"),
               doctor.needed);
    fs_remove_tree(doctor.dir, NULL);
    free(doctor.dir);
    return good ? EXIT_GOOD : EXIT_MISSING;
}
