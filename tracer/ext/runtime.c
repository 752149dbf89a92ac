/* What both compilations of the engine share. */
#include "engine.h"

int
cs_copier_of(const cs_runtime *rt, PyTypeObject *type, uint8_t *kind, PyObject **custom)
{
    *custom = NULL;
    PyObject *copier = PyDict_GetItemWithError(rt->dispatch, (PyObject *)type);
    if (copier == NULL) {
        if (PyErr_Occurred()) {
            return -1;
        }
        int atomic = rt->atomic_types != NULL ? PySet_Contains(rt->atomic_types, (PyObject *)type) : 0;
        *kind = atomic > 0 ? CS_COPIER_ATOMIC : CS_COPIER_NONE;
        return atomic < 0 ? -1 : 0;
    }
    *kind = copier == rt->copier_atomic   ? CS_COPIER_ATOMIC
            : copier == rt->copier_list   ? CS_COPIER_LIST
            : copier == rt->copier_tuple  ? CS_COPIER_TUPLE
            : copier == rt->copier_dict   ? CS_COPIER_DICT
            : copier == rt->copier_method ? CS_COPIER_METHOD
            : copier == Py_None           ? CS_COPIER_NONE
                                          : CS_COPIER_CUSTOM;
    if (*kind == CS_COPIER_CUSTOM) {
        *custom = Py_NewRef(copier);
    }
    return 0;
}
