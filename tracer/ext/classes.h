/* What can be told of a class without running user code, remembered until the class changes.  Instances of ordinary
 * classes are copied without looking up, one by one, methods that they do not have.
 */
#ifndef CS_CLASSES_H
#define CS_CLASSES_H

#include "compat.h"
#include <stdbool.h>

enum cs_class_fact {
    CS_CLASS_ORDINARY = 1,       /* it and its bases but object are written in Python, with the metaclass type */
    CS_CLASS_PLAIN_ATTRS = 2,    /* no __getattr__, __getattribute__, __class__ or __dict__ of its own */
    CS_CLASS_OBJECT_NEW = 4,     /* object.__new__ */
    CS_CLASS_OBJECT_INIT = 8,    /* object.__init__ */
    CS_CLASS_NO_SETSTATE = 16,   /* no __setstate__ */
    CS_CLASS_NO_HOOK = 32,       /* no __deepcopy__ */
    CS_CLASS_OBJECT_REDUCE = 64, /* object.__reduce_ex__, and nothing that it asks for */
    CS_CLASS_LEARNED = 128,      /* it was called once, and gave (copyreg.__newobj__, (cls,), __dict__, None, None) */
    CS_CLASS_REDUCE = 256,       /* object.__reduce_ex__, and a __reduce__ written in Python that it calls */
    CS_CLASS_SETSTATE = 512,     /* a __setstate__ written in Python */
};

/* All that making an instance without _reconstruct asks of a class, for either form of its reduce value. */
#define CS_CLASS_SOUND (CS_CLASS_ORDINARY | CS_CLASS_PLAIN_ATTRS | CS_CLASS_OBJECT_NEW | CS_CLASS_NO_SETSTATE)

#define CS_CLASS_BITS 7 /* log2 of the slots for classes */

typedef struct {
    const PyTypeObject *type; /* borrowed, compared only */
    unsigned version;
    uint16_t facts;
} cs_class;

typedef struct {
    PyObject *n_new, *n_init, *n_setstate, *n_getattr, *n_getattribute, *n_class, *n_dict, *n_deepcopy, *n_reduce,
        *n_reduce_ex, *n_getstate, *n_getnewargs, *n_getnewargs_ex, *n_slotnames;
    cs_class slots[1 << CS_CLASS_BITS];
} cs_classes;

/* Fills c, which is zeroed.  Returns 0, or -1 with an exception set. */
int cs_classes_init(cs_classes *c);
int cs_classes_visit(cs_classes *c, visitproc visit, void *arg);
void cs_classes_clear(cs_classes *c);

cs_class *cs_class_ask(cs_classes *c, PyTypeObject *type);

static inline cs_class *
cs_class_slot_of(cs_classes *c, const PyTypeObject *type)
{
    return &c->slots[(uint64_t)((uintptr_t)type >> 4) * 0x9E3779B97F4A7C15u >> (64 - CS_CLASS_BITS)];
}

/* The facts of a type; the entry is good until user code runs. */
static inline cs_class *
cs_class_of(cs_classes *c, PyTypeObject *type)
{
    cs_class *k = cs_class_slot_of(c, type);
    return k->type == type && k->version != 0 && k->version == cs_type_version(type) ? k : cs_class_ask(c, type);
}

/* The __dict__ of an instance of a class with PLAIN_ATTRS, if it is small and no name in it begins with two
 * underscores, so that none stands before a method of the class.  Returns a new reference, or NULL without an
 * exception. */
PyObject *cs_plain_dict_of(PyObject *x);

#endif
