#include "grader/marker.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grader/commands.h"
#include "grader/manifest.h"
#include "grader/memory.h"

/* A name and nothing else: the folder may have come from anywhere. */
static bool is_name(const char *text)
{
    for (const char *at = text; *at; at++)
        if (!islower((unsigned char)*at) && !isdigit((unsigned char)*at) && *at != '_')
            return false;
    return *text != '\0';
}

char *marker_read(const char *path)
{
    char line[MANIFEST_NAME_MAX + 2] = "";
    char *dir = source_dir_of(path);
    char *marker = memory_format("%s/%s", dir, MARKER_NAME);
    FILE *file = fopen(marker, "re");
    free(marker);
    free(dir);
    if (!file)
        return NULL;
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    fclose(file);
    line[strcspn(line, "\n")] = '\0';
    return is_name(line) ? memory_text(line) : NULL;
}
