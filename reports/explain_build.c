#include "reports/explain.h"

#include <string.h>

#include "reports/language.h"

static const char *with_detail(const struct tale *tale, const char *placed, const char *placeless,
                               const char *bare)
{
    const char *place = tale_place(tale, tale_location(tale, 0));
    const char *detail = tale_detail_line(tale);
    if (*detail == '\0')
        return bare;
    if (*place == '\0')
        return FILL(tale, placeless, detail);
    return FILL(tale, placed, place, detail);
}

const char *explain_build(const struct tale *tale)
{
    switch (tale->finding->kind) {
    case KIND_COMPILE_ERROR:
        return with_detail(tale, _("It does not compile ({1}): {2}"), _("It does not compile: {1}"),
                           _("It does not compile."));
    case KIND_LINK_ERROR:
        return with_detail(tale, _("It compiles but does not link ({1}): {2}"),
                           _("It compiles but does not link: {1}"),
                           _("It compiles but does not link."));
    default:
        return _("This is the starter file, unchanged.");
    }
}

const char *explain_security(const struct tale *tale)
{
    const struct finding *finding = tale->finding;
    if (finding->kind == KIND_TAMPERING)
        return FILL(tale, _("{1} writes to memory that does not belong to the program ({2})."),
                    tale_thread_at(tale, tale_actor(tale), tale_location(tale, 0)),
                    finding->object[0] != '\0' ? finding->object
                                               : _("outside of its variables, heap and stacks"));
    if (finding->object[0] == '\0')
        return with_detail(tale, _("Something that is not allowed here ({1}): {2}."),
                           _("Something that is not allowed here: {1}."),
                           _("The program tried something that is not allowed here."));
    const char *what =
        tale_with_place(tale, tale_object(tale, finding->object, ""), tale_location(tale, 0));
    const char *detail = tale_detail_line(tale);
    if (*detail == '\0')
        return FILL(tale, _("{1} may not be used here."), what);
    return FILL(tale, _("{1} may not be used here: {2}."), what, detail);
}
