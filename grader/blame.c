#include "grader/blame.h"

#include <string.h>

const char *say(const struct report *report, const char *english, const char *spanish)
{
    return strcmp(report->language, "es") == 0 ? spanish : english;
}

static struct location copy_location(struct report *report, struct location at)
{
    return (struct location){.file = report_text(report, at.file ? at.file : ""),
                             .function = report_text(report, at.function ? at.function : ""),
                             .line = at.line};
}

/* The same thing at the same place is told once. */
static bool told(const struct report *report, enum kind kind, const char *object,
                 struct location at, const char *detail)
{
    size_t same_kind = 0;
    for (size_t i = 0; i < report->n_findings; i++) {
        const struct finding *f = &report->findings[i];
        if (f->kind != kind)
            continue;
        same_kind++;
        if (strcmp(f->object, object) != 0 || strcmp(f->detail, detail) != 0)
            continue;
        if (!at.file || !*at.file || f->n_locations == 0 ||
            (f->locations[0].line == at.line && strcmp(f->locations[0].file, at.file) == 0))
            return true;
    }
    return same_kind >= BLAME_MAX;
}

void blame(struct report *report, enum kind kind, const char *object, struct location at,
           const char *detail)
{
    const char *about = report_text(report, object ? object : "");
    const char *text = report_text(report, detail ? detail : "");
    if (told(report, kind, about, at, text))
        return;
    struct finding *finding = report_add_finding(report);
    finding->id = finding->scenario = finding->message = finding->hint = "";
    finding->object_origin = finding->replay = "";
    finding->kind = kind;
    finding->lane = LANE_NONE;
    finding->object = about;
    finding->detail = text;
    finding->reproduced = true;
    finding->seen = 1;
    if (at.file && *at.file) {
        finding->n_locations = 1;
        finding->locations = report_array(report, 1, sizeof *finding->locations);
        finding->locations[0] = copy_location(report, at);
    }
    finding_explain(report, finding);
}
