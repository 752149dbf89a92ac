/* copyscope._core.Program: what stands in for copy.deepcopy while a program is recorded. */
#ifndef CS_PROGRAM_H
#define CS_PROGRAM_H

#include "compat.h"

extern PyType_Spec cs_program_spec;

#endif
