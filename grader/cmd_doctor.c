#include "grader/commands.h"
#include "grader/doctor.h"

int cmd_doctor(const struct options *options)
{
    return doctor_run(options->grade.language);
}
