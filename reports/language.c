/*
 * glibc's gettext ignores LANGUAGE in the locale "C", and has no Spanish locale
 * unless somebody generated one; but it honours LANGUAGE in C.UTF-8, which every
 * machine has. So the locale stays C.UTF-8, with its decimal points, and
 * LANGUAGE alone decides.
 */
#include "reports/language.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

void report_language(const char *language, const char *locale_dir)
{
    const char *current = getenv("LANGUAGE");
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        setlocale(LC_CTYPE, "en_US.UTF-8");
    if (setlocale(LC_MESSAGES, "C.UTF-8") == NULL)
        setlocale(LC_MESSAGES, "en_US.UTF-8");
    if (current == NULL || strcmp(current, language) != 0)
        setenv("LANGUAGE", language, 1);
    if (locale_dir != NULL)
        bindtextdomain("hilo", locale_dir);
    bind_textdomain_codeset("hilo", "UTF-8");
    /* Also drops gettext's cache, which does not notice that LANGUAGE changed. */
    textdomain("hilo");
}

const char *report_guess_language(void)
{
    static const char *const variables[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value != NULL && *value != '\0')
            return strncmp(value, "es", 2) == 0 ? "es" : "en";
    }
    return "en";
}
