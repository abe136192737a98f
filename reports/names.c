#include <string.h>

#include "reports/report.h"

static const struct {
    const char *name;
    enum category category;
} kinds[KIND_COUNT] = {
#define KIND(identifier, name, category) [KIND_##identifier] = {name, CATEGORY_##category},
    REPORT_KINDS(KIND)
#undef KIND
};

const char *kind_name(enum kind kind)
{
    return (size_t)kind < KIND_COUNT ? kinds[kind].name : "";
}

enum kind kind_by_name(const char *name)
{
    for (size_t i = 0; name != NULL && i < KIND_COUNT; i++)
        if (strcmp(kinds[i].name, name) == 0)
            return (enum kind)i;
    return KIND_COUNT;
}

enum category kind_category(enum kind kind)
{
    return (size_t)kind < KIND_COUNT ? kinds[kind].category : CATEGORY_COUNT;
}

const char *category_name(enum category category)
{
    static const char *const names[CATEGORY_COUNT] = {
        [CATEGORY_RACES] = "races",   [CATEGORY_DEADLOCKS] = "deadlocks",
        [CATEGORY_JOINS] = "joins",   [CATEGORY_DAEMONS] = "daemons",
        [CATEGORY_MEMORY] = "memory", [CATEGORY_FUNCTIONAL] = "functional",
        [CATEGORY_MISUSE] = "misuse", [CATEGORY_DESIGN] = "design",
        [CATEGORY_BUILD] = "build",   [CATEGORY_SECURITY] = "security",
    };
    return (size_t)category < CATEGORY_COUNT ? names[category] : "";
}

const char *lane_name(enum lane lane)
{
    static const char *const names[LANE_COUNT] = {"stress", "tsan", "explore"};
    return (size_t)lane < LANE_COUNT ? names[lane] : "";
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"pass", "fail", "error"};
    return (size_t)verdict < sizeof names / sizeof names[0] ? names[verdict] : "";
}

const char *status_name(enum scenario_status status)
{
    static const char *const names[] = {"pass", "fail", "error", "not-run"};
    return (size_t)status < sizeof names / sizeof names[0] ? names[status] : "";
}
