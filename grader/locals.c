/*
 * Theory of operation. Both questions walk the variables of one function, blocks within it
 * included.
 *
 * A frame. Without optimisation a variable has one place for the whole function: so many bytes
 * from the canonical frame address or, where the function aligns its stack, from the frame pointer,
 * which is 16 below it. Anything else (registers, lists, arrays of variable length) is not told.
 *
 * A block. malloc() knows no types; the code around the call does. It is certain enough
 * when the line of the call declares a pointer to a structure of exactly the block's size, as in
 *     struct likes *post = calloc(1, sizeof *post);
 * or when the function handles pointers to such a structure and nothing else speaks against it:
 * the unit has no other structure or union of that size, no other pointer that the function
 * declares or that the structure has points to something of which the block may be an array.
 */
#include "grader/locals.h"

#include <dwarf.h>
#include <string.h>

#include "grader/lines.h"
#include "grader/typepath.h"

enum { FRAME_SAVED = 16, DEPTH_MAX = 64, ENTRIES_MAX = 100000, REGISTER_RBP = 6 };

/* A walk through the variables of a function. */
struct walk {
    Dwarf_Addr pc;
    int entries_left;
    void (*see)(struct walk *walk, Dwarf_Die *variable, int depth, bool in_scope);
    void *data;
};

static void walk_scope(struct walk *walk, Dwarf_Die *scope, int depth, bool in_scope)
{
    Dwarf_Die die;
    if (depth > DEPTH_MAX || dwarf_child(scope, &die) != 0)
        return;
    do {
        if (walk->entries_left-- <= 0)
            return;
        int tag = dwarf_tag(&die);
        if (tag == DW_TAG_variable || tag == DW_TAG_formal_parameter)
            walk->see(walk, &die, depth, in_scope);
        else if (tag == DW_TAG_lexical_block || tag == DW_TAG_inlined_subroutine)
            walk_scope(walk, &die, depth + 1, in_scope && dwarf_haspc(&die, walk->pc) > 0);
    } while (dwarf_siblingof(&die, &die) == 0);
}

/* ---- frames ---- */

struct search {
    int64_t base; /* of the function's frame, from the canonical address */
    int64_t offset;
    bool found, found_in_scope, ambiguous;
    int depth;
    Dwarf_Die variable;
    uint64_t within;
};

/* The only operation of an attribute that is an expression. */
static bool expression(Dwarf_Die *die, unsigned name, Dwarf_Op *op)
{
    Dwarf_Attribute attribute;
    Dwarf_Op *ops;
    size_t length;
    if (!dwarf_attr_integrate(die, name, &attribute) ||
        dwarf_getlocation(&attribute, &ops, &length) != 0 || length != 1)
        return false;
    *op = ops[0];
    return true;
}

static bool frame_base(Dwarf_Die *function, int64_t *base)
{
    Dwarf_Op op;
    if (!expression(function, DW_AT_frame_base, &op))
        return false;
    *base = op.atom == DW_OP_call_frame_cfa ? 0 : -FRAME_SAVED;
    return op.atom == DW_OP_call_frame_cfa || op.atom == DW_OP_reg0 + REGISTER_RBP;
}

static bool variable_start(Dwarf_Die *variable, int64_t base, int64_t *start)
{
    Dwarf_Op op;
    if (!expression(variable, DW_AT_location, &op))
        return false;
    if (op.atom == DW_OP_breg0 + REGISTER_RBP)
        base = -FRAME_SAVED;
    else if (op.atom != DW_OP_fbreg)
        return false;
    return !__builtin_add_overflow(base, (int64_t)op.number, start);
}

static void see_place(struct walk *walk, Dwarf_Die *variable, int depth, bool in_scope)
{
    struct search *search = walk->data;
    int64_t start, within;
    if (!dwarf_diename(variable) || !variable_start(variable, search->base, &start) ||
        __builtin_sub_overflow(search->offset, start, &within) || within < 0 ||
        (uint64_t)within >= typepath_size(variable))
        return;
    bool better = !search->found || in_scope > search->found_in_scope ||
                  (in_scope == search->found_in_scope && in_scope && depth > search->depth);
    if (search->found && !better) {
        search->ambiguous |=
            in_scope == search->found_in_scope && (!in_scope || depth == search->depth);
        return;
    }
    *search = (struct search){.base = search->base,
                              .offset = search->offset,
                              .found = true,
                              .found_in_scope = in_scope,
                              .depth = depth,
                              .variable = *variable,
                              .within = (uint64_t)within};
}

static bool function_at(Dwarf *dwarf, Dwarf_Addr pc, Dwarf_Die *unit, Dwarf_Die *function)
{
    return lines_unit(dwarf, pc, unit) && lines_function(unit, pc, function);
}

bool locals_at(Dwarf *dwarf, Dwarf_Addr pc, int64_t cfa_offset, Dwarf_Die *function,
               Dwarf_Die *variable, uint64_t *within)
{
    Dwarf_Die unit;
    struct search search = {.offset = cfa_offset};
    struct walk walk = {pc, ENTRIES_MAX, see_place, &search};
    if (!function_at(dwarf, pc, &unit, function) || !frame_base(function, &search.base))
        return false;
    walk_scope(&walk, function, 0, true);
    *variable = search.variable;
    *within = search.within;
    return search.found && !search.ambiguous;
}

/* ---- blocks ---- */

struct evidence {
    uint64_t size; /* of the block */
    int line;      /* of the call */
    bool handled, declared, doubtful;
    Dwarf_Die type;
};

static uint64_t size_of(Dwarf_Die *type)
{
    Dwarf_Word size;
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

static bool is_structure(Dwarf_Die *type)
{
    return dwarf_tag(type) == DW_TAG_structure_type && !dwarf_hasattr(type, DW_AT_declaration);
}

/* What a variable, member or function (by what it returns) points to. */
static bool target_of(Dwarf_Die *die, Dwarf_Die *target)
{
    Dwarf_Die type;
    return typepath_type(die, &type) && dwarf_tag(&type) == DW_TAG_pointer_type &&
           typepath_type(&type, target);
}

static bool same_type(Dwarf_Die *a, Dwarf_Die *b)
{
    return dwarf_dieoffset(a) == dwarf_dieoffset(b);
}

/* Whether a block of this size may be an array of what this points to. Bytes say nothing. */
static bool may_be_array(Dwarf_Die *target, uint64_t size)
{
    uint64_t element = size_of(target);
    return element > 1 && size % element == 0;
}

static void handle(struct evidence *evidence, Dwarf_Die *target)
{
    if (!is_structure(target) || size_of(target) != evidence->size)
        return;
    if (evidence->handled && !same_type(&evidence->type, target))
        evidence->doubtful = true;
    evidence->handled = true;
    evidence->type = *target;
}

static void see_pointer(struct walk *walk, Dwarf_Die *variable, int depth, bool in_scope)
{
    (void)depth, (void)in_scope;
    Dwarf_Die target;
    if (target_of(variable, &target))
        handle(walk->data, &target);
}

static void see_declared(struct walk *walk, Dwarf_Die *variable, int depth, bool in_scope)
{
    (void)depth, (void)in_scope;
    struct evidence *evidence = walk->data;
    Dwarf_Die target;
    int line;
    if (dwarf_tag(variable) == DW_TAG_variable && dwarf_decl_line(variable, &line) == 0 &&
        line == evidence->line && target_of(variable, &target)) {
        evidence->declared = true;
        handle(evidence, &target);
    }
}

static void see_doubt(struct walk *walk, Dwarf_Die *variable, int depth, bool in_scope)
{
    (void)depth, (void)in_scope;
    struct evidence *evidence = walk->data;
    Dwarf_Die target;
    if (dwarf_tag(variable) == DW_TAG_variable && target_of(variable, &target) &&
        !same_type(&target, &evidence->type) && may_be_array(&target, evidence->size))
        evidence->doubtful = true;
}

static void doubt_members(struct evidence *evidence)
{
    Dwarf_Die member, target;
    if (dwarf_child(&evidence->type, &member) != 0)
        return;
    for (int i = 0; i < ENTRIES_MAX; i++) {
        if (dwarf_tag(&member) == DW_TAG_member && target_of(&member, &target) &&
            !same_type(&target, &evidence->type) && may_be_array(&target, evidence->size))
            evidence->doubtful = true;
        if (dwarf_siblingof(&member, &member) != 0)
            return;
    }
}

/* Another type of that size, which is not the library's own business. */
static bool is_rival(Dwarf_Die *type, struct evidence *evidence)
{
    int tag = dwarf_tag(type);
    const char *name = dwarf_diename(type);
    return (tag == DW_TAG_structure_type || tag == DW_TAG_union_type) &&
           !(name && strncmp(name, "__", 2) == 0) && size_of(type) == evidence->size &&
           !same_type(type, &evidence->type);
}

static bool only_one(Dwarf_Die *unit, struct evidence *evidence)
{
    Dwarf_Die die;
    if (dwarf_child(unit, &die) != 0)
        return false;
    for (int i = 0; i < ENTRIES_MAX; i++) {
        if (is_rival(&die, evidence))
            return false;
        if (dwarf_siblingof(&die, &die) != 0)
            return true;
    }
    return false;
}

static bool line_of(Dwarf_Die *unit, Dwarf_Addr pc, int *number)
{
    Dwarf_Line *line = dwarf_getsrc_die(unit, pc);
    return line && dwarf_lineno(line, number) == 0;
}

bool locals_allocated(Dwarf *dwarf, Dwarf_Addr pc, uint64_t size, Dwarf_Die *type)
{
    Dwarf_Die unit, function, target;
    struct evidence evidence = {.size = size};
    struct walk walk = {pc, ENTRIES_MAX, see_declared, &evidence};
    if (size == 0 || !function_at(dwarf, pc, &unit, &function) ||
        !line_of(&unit, pc, &evidence.line))
        return false;
    walk_scope(&walk, &function, 0, true);
    bool certain = evidence.handled;
    if (evidence.declared && !certain)
        return false; /* it is something else, or several */
    if (!certain) {
        walk = (struct walk){pc, ENTRIES_MAX, see_pointer, &evidence};
        walk_scope(&walk, &function, 0, true);
        if (target_of(&function, &target))
            handle(&evidence, &target);
        if (!evidence.handled || !only_one(&unit, &evidence))
            return false;
        walk = (struct walk){pc, ENTRIES_MAX, see_doubt, &evidence};
        walk_scope(&walk, &function, 0, true);
        doubt_members(&evidence);
    }
    *type = evidence.type;
    return !evidence.doubtful;
}

const char *locals_type_name(Dwarf_Die *type)
{
    const char *name = dwarf_diename(type);
    Dwarf_Die unit, die, named;
    if (name || !dwarf_diecu(type, &unit, NULL, NULL) || dwarf_child(&unit, &die) != 0)
        return name;
    for (int i = 0; i < ENTRIES_MAX; i++) {
        if (dwarf_tag(&die) == DW_TAG_typedef && typepath_type(&die, &named) &&
            same_type(&named, type))
            return dwarf_diename(&die);
        if (dwarf_siblingof(&die, &die) != 0)
            break;
    }
    return NULL;
}
