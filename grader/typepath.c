#include "grader/typepath.h"

#include <dwarf.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { STEPS_MAX = 24, PEEL_MAX = 24, MEMBERS_MAX = 10000, DIMENSIONS_MAX = 8 };

struct place {
    uint64_t offset, size; /* what is looked for, relative to where the path stands */
    char *path;
    size_t used;
};

static bool append(struct place *place, const char *format, const char *name, uint64_t index)
{
    size_t room = TYPEPATH_MAX - place->used;
    char *at = place->path + place->used;
    int written = name ? snprintf(at, room, format, name)
                       : snprintf(at, room, "[%llu]", (unsigned long long)index);
    if (written < 0 || (size_t)written >= room) {
        *at = '\0';
        return false;
    }
    place->used += (size_t)written;
    return true;
}

bool typepath_type(Dwarf_Die *die, Dwarf_Die *type)
{
    Dwarf_Attribute attribute;
    Dwarf_Die at = *die;
    for (int i = 0; i < PEEL_MAX; i++) {
        if (!dwarf_attr_integrate(&at, DW_AT_type, &attribute) ||
            !dwarf_formref_die(&attribute, type))
            return false;
        switch (dwarf_tag(type)) {
        case DW_TAG_typedef:
        case DW_TAG_const_type:
        case DW_TAG_volatile_type:
        case DW_TAG_atomic_type:
        case DW_TAG_restrict_type:
            at = *type;
            break;
        default:
            return true;
        }
    }
    return false;
}

static uint64_t type_size(Dwarf_Die *type)
{
    Dwarf_Word size;
    return dwarf_aggregate_size(type, &size) == 0 ? size : 0;
}

uint64_t typepath_size(Dwarf_Die *variable)
{
    Dwarf_Die type;
    return typepath_type(variable, &type) ? type_size(&type) : 0;
}

/* The counts of an array's dimensions, outermost first. */
static size_t dimensions(Dwarf_Die *array, uint64_t counts[static DIMENSIONS_MAX])
{
    size_t n = 0;
    Dwarf_Die child;
    if (dwarf_child(array, &child) != 0)
        return 0;
    do {
        Dwarf_Attribute attribute;
        Dwarf_Word value;
        if (dwarf_tag(&child) != DW_TAG_subrange_type)
            continue;
        if (dwarf_attr(&child, DW_AT_upper_bound, &attribute) &&
            dwarf_formudata(&attribute, &value) == 0)
            counts[n++] = value + 1;
        else if (dwarf_attr(&child, DW_AT_count, &attribute) &&
                 dwarf_formudata(&attribute, &value) == 0)
            counts[n++] = value;
        else
            return 0;
    } while (n < DIMENSIONS_MAX && dwarf_siblingof(&child, &child) == 0);
    return n;
}

/* One step into an array: all its dimensions that single elements can be named of. */
static bool enter_array(struct place *place, Dwarf_Die *array, Dwarf_Die *type)
{
    uint64_t counts[DIMENSIONS_MAX];
    size_t n = dimensions(array, counts);
    Dwarf_Die element;
    if (n == 0 || !typepath_type(array, &element))
        return false;
    uint64_t stride = type_size(&element), total;
    for (size_t i = n; i-- > 1;)
        if (__builtin_mul_overflow(stride, counts[i], &stride))
            return false;
    if (stride == 0 || __builtin_mul_overflow(stride, counts[0], &total) || place->offset >= total)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (stride == 0 || place->offset % stride + place->size > stride)
            return false;
        if (!append(place, NULL, NULL, place->offset / stride))
            return false;
        place->offset %= stride;
        if (i + 1 < n)
            stride = counts[i + 1] ? stride / counts[i + 1] : 0;
    }
    *type = element;
    return true;
}

static bool member_span(Dwarf_Die *member, uint64_t *start, uint64_t *size)
{
    Dwarf_Attribute attribute;
    Dwarf_Word value, bits;
    *start = 0;
    *size = typepath_size(member);
    if (dwarf_attr(member, DW_AT_data_bit_offset, &attribute)) {
        if (dwarf_formudata(&attribute, &value) != 0 ||
            !dwarf_attr(member, DW_AT_bit_size, &attribute) ||
            dwarf_formudata(&attribute, &bits) != 0)
            return false;
        *start = value / 8;
        *size = (value % 8 + bits + 7) / 8;
    } else if (dwarf_attr(member, DW_AT_data_member_location, &attribute)) {
        if (dwarf_formudata(&attribute, &value) != 0)
            return false;
        *start = value;
    }
    return true;
}

static bool holds(const struct place *place, uint64_t start, uint64_t size)
{
    return place->offset >= start && place->offset - start < size &&
           place->size <= size - (place->offset - start);
}

/* One step into a structure or union: the member that holds the place; of a union's
 * the one that fits best. */
static bool enter_members(struct place *place, Dwarf_Die *aggregate, Dwarf_Die *type)
{
    Dwarf_Die child, best = {0};
    uint64_t best_start = 0, best_size = 0;
    if (dwarf_child(aggregate, &child) != 0)
        return false;
    for (int i = 0; i < MEMBERS_MAX; i++) {
        uint64_t start, size;
        const char *name = dwarf_diename(&child);
        if (dwarf_tag(&child) == DW_TAG_member) {
            if (name && strncmp(name, "__", 2) == 0)
                return false;
            if (member_span(&child, &start, &size) && holds(place, start, size) &&
                (best_size == 0 || size < best_size)) {
                best = child;
                best_start = start;
                best_size = size;
            }
        }
        if (dwarf_siblingof(&child, &child) != 0)
            break;
    }
    if (best_size == 0 || !typepath_type(&best, type))
        return false;
    const char *name = dwarf_diename(&best);
    if (name && !append(place, ".%s", name, 0))
        return false;
    place->offset -= best_start;
    return true;
}

void typepath_within(Dwarf_Die *whole, uint64_t offset, uint64_t size,
                     char path[static TYPEPATH_MAX])
{
    struct place place = {.offset = offset, .size = size, .path = path};
    Dwarf_Die type = *whole, inner;
    *path = '\0';
    for (int i = 0; size > 0 && i < STEPS_MAX; i++) {
        int tag = dwarf_tag(&type);
        /* All of it: nothing within names it better. */
        if (place.offset == 0 && type_size(&type) == size && tag != DW_TAG_array_type)
            return;
        bool entered = tag == DW_TAG_array_type ? enter_array(&place, &type, &inner)
                       : tag == DW_TAG_structure_type || tag == DW_TAG_union_type
                           ? enter_members(&place, &type, &inner)
                           : false;
        if (!entered)
            return;
        type = inner;
    }
}

void typepath_write(Dwarf_Die *variable, uint64_t offset, uint64_t size,
                    char path[static TYPEPATH_MAX])
{
    Dwarf_Die type;
    *path = '\0';
    if (typepath_type(variable, &type))
        typepath_within(&type, offset, size, path);
}
