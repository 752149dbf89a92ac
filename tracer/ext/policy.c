#include "policy.h"
#include "compat.h"

#include <string.h>

#if PY_VERSION_HEX >= 0x030E0000
#define OWN_ATOMIC CS_ATOMIC_SET_FIRST
#define REPORT_ATOMIC CS_ATOMIC_SET_FIRST /* 3.14 tests atomic types first of itself */
#else
#define OWN_ATOMIC CS_ATOMIC_IN_DISPATCH
#define REPORT_ATOMIC CS_ATOMIC_TABLE_FIRST
#endif
#define OWN_SKIP (PY_VERSION_HEX >= 0x030D0000)
#define REPORT_TUPLE_MAX 5

static const cs_policy presets[] = {
    {"cpython", "what this interpreter's copy.py does", OWN_ATOMIC, OWN_SKIP, 0, false, false},
    {"cpython-3.11", "CPython 3.10 to 3.12: the memo is asked first, always", CS_ATOMIC_IN_DISPATCH, false, 0, false,
     false},
    {"cpython-3.13", "CPython 3.13: a new memo is not asked for the root", CS_ATOMIC_IN_DISPATCH, true, 0, false,
     false},
    {"cpython-3.14", "CPython 3.14: atomic types are tested first", CS_ATOMIC_SET_FIRST, true, 0, false, false},
    {"report-memo", "the report: atomic test before the memo", REPORT_ATOMIC, OWN_SKIP, 0, false, false},
    {"report-fastpath", "the report: tuple and reduce fast paths, faults included", OWN_ATOMIC, OWN_SKIP,
     REPORT_TUPLE_MAX, true, false},
    {"report-merged", "the report: atomic test first and both fast paths", REPORT_ATOMIC, OWN_SKIP, REPORT_TUPLE_MAX,
     true, false},
    {"sound-merged", "both of the report's ideas, made correct", REPORT_ATOMIC, OWN_SKIP, REPORT_TUPLE_MAX, true, true},
    {"table", "sound-merged with a pointer-keyed memo in C: the best that software does", REPORT_ATOMIC, OWN_SKIP,
     REPORT_TUPLE_MAX, true, true, true},
};

const cs_policy *
cs_policy_at(unsigned i)
{
    return i < sizeof presets / sizeof presets[0] ? &presets[i] : NULL;
}

const cs_policy *
cs_policy_find(const char *name)
{
    for (unsigned i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].name, name) == 0) {
            return &presets[i];
        }
    }
    return NULL;
}
