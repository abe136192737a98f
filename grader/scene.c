/* scene.c - what resolving a finding and naming its objects both need. */
#include "grader/scene.h"

#include <stdio.h>
#include <string.h>

struct symboliser *scene_symbols(const struct scene *scene, enum record_module module)
{
    return module == RECORD_STUDENT    ? scene->resolver->student
           : module == RECORD_EXERCISE ? scene->resolver->scenarios
                                       : NULL;
}

const char *scene_plain_function(const char *name)
{
    static const char prefix[] = "hilo_scenario_";
    return strncmp(name, prefix, sizeof prefix - 1) == 0 ? name + sizeof prefix - 1 : name;
}

bool scene_locate(const struct scene *scene, const struct record_detail *detail,
                  struct location *at)
{
    struct symboliser *symbols = scene_symbols(scene, detail->module);
    *at = (struct location){.file = "", .function = ""};
    if (!symbols || !symboliser_line(symbols, detail->offset, scene->report, at))
        return false;
    at->function = scene_plain_function(at->function);
    return true;
}

bool scene_belongs(const struct record_detail *detail, const char *to, long long number)
{
    char of[48];
    snprintf(of, sizeof of, "%s%lld", to, number);
    return strcmp(detail->of, of) == 0;
}

struct stack scene_stack(const struct scene *scene, const char *of, long long number)
{
    struct location frames[RECORDS_FRAMES_MAX];
    struct stack stack = {0};
    for (size_t i = 0; i < scene->record->n_details; i++) {
        const struct record_detail *detail = &scene->record->details[i];
        if (detail->type != DETAIL_FRAME || stack.n_frames == RECORDS_FRAMES_MAX ||
            !scene_belongs(detail, of, number) ||
            !scene_locate(scene, detail, &frames[stack.n_frames]))
            continue;
        stack.n_frames++;
    }
    stack.frames = report_array(scene->report, stack.n_frames, sizeof *stack.frames);
    if (stack.n_frames)
        memcpy(stack.frames, frames, stack.n_frames * sizeof *frames);
    return stack;
}

struct thread_info *scene_thread(const struct scene *scene, long long id)
{
    for (size_t i = 0; i < scene->finding->n_threads; i++)
        if (scene->finding->threads[i].id == id)
            return &scene->finding->threads[i];
    return NULL;
}

const char *scene_thread_name(const struct scene *scene, long long id)
{
    const struct thread_info *thread = scene_thread(scene, id);
    return thread ? thread->name : "";
}

bool scene_spanish(const struct scene *scene)
{
    return strcmp(scene->report->language, "es") == 0;
}
