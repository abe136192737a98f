/*
 * language.h - the language in which reports are written.
 *
 * Sentences stand in the source in English, inside _(), and are translated by
 * gettext from reports/po/es.po. The language is that of the report, never
 * the environment's: every function that writes sentences calls report_language() first.
 *
 * Threads: changes the process's locale and environment, so main thread only. Programs
 * that hilo runs get an environment of their own and do not see it.
 */
#ifndef HILO_REPORTS_LANGUAGE_H
#define HILO_REPORTS_LANGUAGE_H

#include <libintl.h>

#define _(text)              gettext(text)
#define N_(text)             (text)
#define _n(one, many, count) ngettext(one, many, count)

/* Write in `language` ("es" or "en") from now on. `locale_dir` is where the
 * catalogues are (LANGUAGE/LC_MESSAGES/hilo.mo); NULL leaves it as it is. A
 * language without catalogue is English. */
void report_language(const char *language, const char *locale_dir);

/* What the user's environment asks for: "es" or "en". Static storage. */
const char *report_guess_language(void);

#endif
