#include "grader/draft.h"

#include <stdlib.h>

#include "grader/memory.h"

struct draft *drafts_add(struct drafts *drafts, enum kind kind, enum lane lane, size_t scenario,
                         const char *scenario_name)
{
    drafts->items = memory_grow(drafts->items, drafts->n, sizeof *drafts->items);
    struct draft *draft = &drafts->items[drafts->n++];
    draft->scenario = scenario;
    draft->key = draft->loose = "";
    draft->finding = (struct finding){
        .id = "",
        .kind = kind,
        .lane = lane,
        .scenario = scenario_name,
        .message = "",
        .hint = "",
        .object = "",
        .object_origin = "",
        .detail = "",
        .replay = "",
        .seen = 1,
        .reproduced = lane == LANE_EXPLORE,
    };
    return draft;
}

void drafts_free(struct drafts *drafts)
{
    free(drafts->items);
    *drafts = (struct drafts){0};
}
