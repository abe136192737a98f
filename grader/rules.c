#include "grader/rules.h"

#include <string.h>

#include "grader/blame.h"
#include "grader/lexer.h"

struct rule {
    const char *name; /* a trailing * stands for any rest */
    const char *english;
    const char *spanish;
};

#define ASSEMBLY                                                                                   \
    "assembly cannot be observed, so it cannot be graded; write it in C",                          \
        "el ensamblador no se puede observar, así que no se puede evaluar; escríbelo en C"
#define OBSERVED                                                                                   \
    "it hides accesses to memory from the grader", "oculta al evaluador accesos a memoria"
#define LIFE                                                                                       \
    "code that runs before or after the exercise's own functions is not accepted",                 \
        "no se acepta código que se ejecute antes o después de las funciones del ejercicio"
#define PLACE                                                                                      \
    "where code and data are placed is not the submission's to decide",                            \
        "no le toca a la entrega decidir dónde se colocan el código y los datos"
#define FLAGS                                                                                      \
    "every submission is compiled with the same options",                                          \
        "todas las entregas se compilan con las mismas opciones"
#define RESERVED                                                                                   \
    "names that begin like this belong to the grader and its tools",                               \
        "los nombres que empiezan así pertenecen al evaluador y a sus herramientas"

static const struct rule names[] = {
    {"asm", ASSEMBLY},           {"__asm", ASSEMBLY},
    {"__asm__", ASSEMBLY},       {"__tsan_*", RESERVED},
    {"__asan_*", RESERVED},      {"__ubsan_*", RESERVED},
    {"__sanitizer_*", RESERVED}, {"__wrap_*", RESERVED},
    {"__real_*", RESERVED},      {"__builtin_ia32_*", OBSERVED},
};

/* Spelled with or without underscores around them. */
static const struct rule attributes[] = {
    {"no_sanitize*", OBSERVED},
    {"disable_sanitizer_instrumentation", OBSERVED},
    {"no_instrument_function", OBSERVED},
    {"naked", ASSEMBLY},
    {"constructor", LIFE},
    {"destructor", LIFE},
    {"ifunc", LIFE},
    {"alias", PLACE},
    {"weakref", PLACE},
    {"symver", PLACE},
    {"section", PLACE},
    {"tls_model", PLACE},
    {"copy", PLACE},
    {"optimize", FLAGS},
    {"target", FLAGS},
    {"target_clones", FLAGS},
    {"patchable_function_entry", FLAGS},
};

static const struct rule pragmas[] = {
    {"optimize", FLAGS},    {"target", FLAGS},        {"push_options", FLAGS},
    {"pop_options", FLAGS}, {"reset_options", FLAGS}, {"pch_preprocess", FLAGS},
    {"dependency", FLAGS},  {"weak", PLACE},          {"redefine_extname", PLACE},
};

/* Builtins that touch no memory, or only what their instrumented surroundings
 * do. All others are expanded in place and would be invisible. */
static const char *const builtins[] = {
    "__builtin___tsan_*",
    "__builtin_return_address",
    "__builtin_expect*",
    "__builtin_unreachable",
    "__builtin_trap",
    "__builtin_va_*",
    "__builtin_constant_p",
    "__builtin_popcount*",
    "__builtin_parity*",
    "__builtin_clz*",
    "__builtin_ctz*",
    "__builtin_ffs*",
    "__builtin_clrsb*",
    "__builtin_bswap*",
    "__builtin_alloca*",
    "__builtin_stack_save",
    "__builtin_stack_restore",
    "__builtin_object_size",
    "__builtin_dynamic_object_size",
    "__builtin_prefetch",
    "__builtin_assume_aligned",
    "__builtin_add_*",
    "__builtin_sub_*",
    "__builtin_mul_*",
    "__builtin_isnan*",
    "__builtin_isinf*",
    "__builtin_isfinite*",
    "__builtin_isnormal*",
    "__builtin_isgreater*",
    "__builtin_isless*",
    "__builtin_isunordered*",
    "__builtin_signbit*",
    "__builtin_fpclassify*",
    "__builtin_fabs*",
    "__builtin_copysign*",
    "__builtin_abs",
    "__builtin_labs",
    "__builtin_llabs",
    "__builtin_complex",
    "__builtin_dwarf_cfa",
    "__builtin_init_trampoline",
    "__builtin_adjust_trampoline",
};

static bool matches(const struct token *token, size_t from, size_t length, const char *pattern)
{
    size_t known = strlen(pattern);
    if (known && pattern[known - 1] == '*')
        return length >= known - 1 && memcmp(token->text + from, pattern, known - 1) == 0;
    return length == known && memcmp(token->text + from, pattern, known) == 0;
}

static const struct rule *find(const struct token *token, const struct rule *rules, size_t n)
{
    size_t from = 0, length = token->length;
    for (size_t i = 0; i < n; i++)
        if (matches(token, 0, length, rules[i].name))
            return &rules[i];
    if (rules != attributes)
        return NULL;
    if (length > 4 && memcmp(token->text, "__", 2) == 0 &&
        memcmp(token->text + length - 2, "__", 2) == 0) {
        from = 2;
        length -= 4;
    }
    for (size_t i = 0; i < n && from; i++)
        if (matches(token, from, length, rules[i].name))
            return &rules[i];
    return NULL;
}

#define FIND(token, rules) find(token, rules, sizeof rules / sizeof *rules)

/* One text being read, source or dump. */
struct reading {
    struct report *report;
    const char *file;
    bool dump;
    bool clean;
    int attribute;      /* depth of the parentheses of an attribute; -1: its name was just read */
    bool brackets;      /* inside [[ ... ]] */
    bool pragma;        /* on the line of a #pragma, or in a _Pragma */
    bool hash;          /* just behind the # of a directive */
    int heading;        /* how far into ";; Function NAME" of a dump */
    char function[128]; /* in a dump */
    struct token before;
};

static void object(struct reading *reading, const struct token *token, const char *english,
                   const char *spanish)
{
    char what[96];
    size_t length = token->length < sizeof what - 1 ? token->length : sizeof what - 1;
    memcpy(what, token->text, length);
    what[length] = '\0';
    struct location at = {.file = reading->file,
                          .function = reading->dump ? reading->function : "",
                          .line = reading->dump ? 0 : token->line};
    blame(reading->report, KIND_FORBIDDEN, what, at, say(reading->report, english, spanish));
    reading->clean = false;
}

static void object_to(struct reading *reading, const struct token *token, const struct rule *rule)
{
    if (rule)
        object(reading, token, rule->english, rule->spanish);
}

/* Follow attributes: __attribute__((...)) and [[...]]; their arguments may nest. */
static void track_attribute(struct reading *reading, const struct token *token)
{
    if (token_is(token, "__attribute__") || token_is(token, "__attribute"))
        reading->attribute = -1;
    else if (token_is(token, "("))
        reading->attribute += reading->attribute > 0 ? 1 : reading->attribute < 0 ? 2 : 0;
    else if (token_is(token, ")") && reading->attribute > 0)
        reading->attribute--;
    else if (reading->attribute < 0)
        reading->attribute = 0;
    if (token_is(token, "[") && token_is(&reading->before, "["))
        reading->brackets = true;
    else if (token_is(token, "]") && token_is(&reading->before, "]"))
        reading->brackets = false;
    else if (token_is(token, ";") || token_is(token, "{"))
        reading->brackets = false;
}

static void track_pragma(struct reading *reading, const struct token *token)
{
    if (token->first)
        reading->pragma = false;
    if (reading->hash && token_is(token, "pragma"))
        reading->pragma = true;
    reading->hash = token->first && (token_is(token, "#") || token_is(token, "%:"));
    if (token_is(token, "_Pragma") || token_is(token, "__pragma"))
        reading->pragma = true;
}

/* A _Pragma carries its words in a string. */
static void check_pragma_string(struct reading *reading, const struct token *token)
{
    for (size_t i = 0; i < sizeof pragmas / sizeof *pragmas; i++)
        if (memmem(token->text, token->length, pragmas[i].name, strlen(pragmas[i].name)))
            object_to(reading, token, &pragmas[i]);
}

/* How many folders up a path leads above where it starts, at its worst. */
static int climbs(const char *path, size_t length)
{
    int depth = 0, worst = 0;
    for (size_t at = 0; at < length;) {
        const char *slash = memchr(path + at, '/', length - at);
        size_t part = slash ? (size_t)(slash - path) - at : length - at;
        if (part == 2 && memcmp(path + at, "..", 2) == 0)
            depth--;
        else if (slash && part > 0 && !(part == 1 && path[at] == '.'))
            depth++;
        worst = depth < worst ? depth : worst;
        at += part + 1;
    }
    return -worst;
}

static int depth_of(const char *file)
{
    int depth = 0;
    for (; *file; file++)
        depth += *file == '/';
    return depth;
}

static void check_include(struct reading *reading, const struct token *token)
{
    bool quoted = token->kind == TOKEN_STRING, angled = token->kind == TOKEN_HEADER;
    if (!quoted && !angled) {
        object(reading, token, "an #include names its file literally",
               "un #include debe nombrar su archivo literalmente");
        return;
    }
    const char *path = token->text + 1;
    size_t length = token->length > 2 ? token->length - 2 : 0;
    if ((length && *path == '/') || climbs(path, length) > (quoted ? depth_of(reading->file) : 0))
        object(reading, token, "an #include may not leave the submission's folder",
               "un #include no puede salir de la carpeta de la entrega");
}

static void check_token(struct reading *reading, const struct token *token)
{
    if (token->of_include && !reading->before.of_include) {
        check_include(reading, token);
        return;
    }
    if (token->kind == TOKEN_STRING && reading->pragma && token_is(&reading->before, "("))
        check_pragma_string(reading, token);
    if (token->kind != TOKEN_NAME)
        return;
    object_to(reading, token, FIND(token, names));
    if (reading->attribute > 0 || reading->brackets)
        object_to(reading, token, FIND(token, attributes));
    if (reading->pragma &&
        (token_is(&reading->before, "pragma") || token_is(&reading->before, "GCC")))
        object_to(reading, token, FIND(token, pragmas));
}

bool rules_check_source(const struct submission *submission, struct report *report)
{
    bool clean = true;
    for (size_t i = 0; i < submission->n_files; i++) {
        const struct source_file *file = &submission->files[i];
        struct reading reading = {.report = report, .file = file->path, .clean = true};
        struct lexer lexer;
        struct token token;
        lexer_begin(&lexer, file->bytes, file->size);
        while (lexer_next(&lexer, &token)) {
            track_pragma(&reading, &token);
            track_attribute(&reading, &token);
            check_token(&reading, &token);
            reading.before = token;
        }
        lexer_free(&lexer);
        clean = clean && reading.clean;
    }
    return clean;
}

/* ";; Function NAME (": from here on it is NAME's code. */
static void track_heading(struct reading *reading, const struct token *token)
{
    static const char *const heading[] = {";", ";", "Function"};
    if (reading->heading == 3) {
        size_t room = sizeof reading->function - 1;
        size_t length = token->length < room ? token->length : room;
        memcpy(reading->function, token->text, length);
        reading->function[length] = '\0';
        reading->heading = 0;
    } else if (token_is(token, heading[reading->heading]) &&
               (reading->heading > 0 || token->first)) {
        reading->heading++;
    } else {
        reading->heading = 0;
    }
}

static bool builtin_is_known(const struct token *token)
{
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++)
        if (matches(token, 0, token->length, builtins[i]))
            return true;
    return false;
}

bool rules_check_dump(const char *dump, size_t size, const char *file, struct report *report)
{
    struct reading reading = {.report = report, .file = file, .dump = true, .clean = true};
    struct lexer lexer;
    struct token token;
    lexer_begin(&lexer, dump, size);
    while (lexer_next(&lexer, &token)) {
        track_heading(&reading, &token);
        track_attribute(&reading, &token);
        if (token.kind == TOKEN_NAME && reading.attribute > 0)
            object_to(&reading, &token, FIND(&token, attributes));
        if (matches(&token, 0, token.length, "__builtin_*") && !builtin_is_known(&token))
            object(&reading, &token, OBSERVED);
        reading.before = token;
    }
    lexer_free(&lexer);
    return reading.clean;
}
