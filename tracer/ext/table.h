/* The live table of an exact dict, and the walk that a lookup makes in it. */
#ifndef CS_TABLE_H
#define CS_TABLE_H

#include "compat.h"
#include <stdbool.h>

typedef struct {
    bool known;    /* false: not a plain dict, or its layout is not the one this build knows */
    uint8_t lg;    /* log2 of the table's slots */
    uint8_t count; /* slots visited; 127: that many or more */
    uint32_t slot; /* the last one visited */
} cs_probe;

#define CS_PROBE_UNKNOWN ((cs_probe){.known = false})
#define CS_PROBE_COUNT_MAX 127

enum cs_index { CS_INDEX_EMPTY = -1, CS_INDEX_DUMMY = -2 /* the tombstone of a deleted entry */ };

/* Set once by the self-test (probe.h), the same for every interpreter of the process. */
extern bool cs_table_layout_known;

typedef struct {
    const char *indices;
    unsigned lg, index_bytes; /* bytes per index: 1, 2, 4, 8 */
    Py_ssize_t nentries;
    const struct cs_dict_entry *entries;
    const struct cs_dict_str_entry *str_entries; /* the same place, in a table of str keys; else NULL */
} cs_table;

/* log2 of the slots of a table that cs_table_of() has described before. */
static inline unsigned
cs_table_log2(PyObject *dict)
{
    const struct cs_dict_keys *keys = (const struct cs_dict_keys *)((PyDictObject *)dict)->ma_keys;
#if PY_VERSION_HEX >= 0x030B0000
    return keys->log2_size;
#else
    return (unsigned)__builtin_ctzll((unsigned long long)keys->size);
#endif
}

/* Describes the table of an exact dict; returns 0 for a split table, whose values lie elsewhere. */
static inline int
cs_table_of(PyObject *dict, cs_table *t)
{
    const struct cs_dict_keys *keys = (const struct cs_dict_keys *)((PyDictObject *)dict)->ma_keys;
    if (((PyDictObject *)dict)->ma_values != NULL && keys->nentries != 0) {
        return 0; /* an empty dict of 3.10 is split as well, but has no values to miss */
    }
    t->indices = keys->indices;
    t->nentries = keys->nentries;
#if PY_VERSION_HEX >= 0x030B0000
    if (keys->kind > 1 || keys->log2_size > 31 || keys->log2_index_bytes < keys->log2_size) {
        return 0;
    }
    t->lg = keys->log2_size;
    t->index_bytes = 1u << (keys->log2_index_bytes - keys->log2_size);
    const void *entries = keys->indices + ((size_t)1 << keys->log2_index_bytes);
    t->entries = entries;
    t->str_entries = keys->kind == 1 ? entries : NULL;
#else
    if (keys->size < 1 || (keys->size & (keys->size - 1)) != 0 || keys->size > ((Py_ssize_t)1 << 31)) {
        return 0;
    }
    t->lg = (unsigned)__builtin_ctzll((unsigned long long)keys->size);
    t->index_bytes = keys->size <= 0xff ? 1 : keys->size <= 0xffff ? 2 : keys->size <= 0xffffffffLL ? 4 : 8;
    t->entries = (const void *)(keys->indices + (size_t)keys->size * t->index_bytes);
    t->str_entries = NULL;
#endif
    return 1;
}

static inline int64_t
cs_table_index(const cs_table *t, size_t slot)
{
    switch (t->index_bytes) {
    case 1: return ((const int8_t *)t->indices)[slot];
    case 2: return ((const int16_t *)t->indices)[slot];
    case 4: return ((const int32_t *)t->indices)[slot];
    default: return ((const int64_t *)t->indices)[slot];
    }
}

/* addr looked up in a table, as the dict does it.  Returns 1 with *value borrowed or NULL; 0 where only the dict itself
 * can tell: a key that is compared by a __eq__. */
static inline int
cs_table_walk(const cs_table *t, uintptr_t addr, PyObject **value, cs_probe *probe)
{
    const size_t mask = ((size_t)1 << t->lg) - 1;
    size_t perturb = addr, i = addr & mask;
    for (size_t n = 1; n <= mask + 64; n++) {
        const int64_t ix = cs_table_index(t, i);
        if (ix == CS_INDEX_EMPTY) {
            *value = NULL;
        }
        else if (ix >= 0 && t->str_entries != NULL) {
            return 0;
        }
        else if (ix >= 0 && t->entries[ix].hash == (Py_hash_t)addr) {
            int overflow;
            PyObject *key = t->entries[ix].key;
            if (!PyLong_CheckExact(key) || PyLong_AsLongLongAndOverflow(key, &overflow) != (long long)addr) {
                return 0;
            }
            *value = t->entries[ix].value;
        }
        else {
            perturb >>= 5;
            i = (i * 5 + perturb + 1) & mask;
            continue;
        }
        *probe =
            (cs_probe){true, (uint8_t)t->lg, (uint8_t)(n < CS_PROBE_COUNT_MAX ? n : CS_PROBE_COUNT_MAX), (uint32_t)i};
        return 1;
    }
    return 0;
}

/* The same in a table whose keys are ints that were put there under the address that is their hash, and none deleted:
 * borrowed, or NULL. */
static inline PyObject *
cs_table_walk_own(const cs_table *t, uintptr_t addr, cs_probe *probe)
{
    const size_t mask = ((size_t)1 << t->lg) - 1;
    size_t perturb = addr, i = addr & mask;
    for (unsigned n = 1;; n++) {
        const int64_t ix = cs_table_index(t, i);
        const bool found = ix >= 0 && t->entries[ix].hash == (Py_hash_t)addr;
        if (ix < 0 || found) {
            *probe = (cs_probe){true, (uint8_t)t->lg, (uint8_t)(n < CS_PROBE_COUNT_MAX ? n : CS_PROBE_COUNT_MAX),
                                (uint32_t)i};
            return found ? t->entries[ix].value : NULL;
        }
        perturb >>= 5;
        i = (i * 5 + perturb + 1) & mask;
    }
}

/* memo[addr] without an int object for the key, of an exact dict; 0 also where its layout is not known. */
static inline int
cs_table_find(PyObject *dict, uintptr_t addr, PyObject **value, cs_probe *probe)
{
    cs_table t;
    return cs_table_layout_known && cs_table_of(dict, &t) && cs_table_walk(&t, addr, value, probe);
}

/* PyDict_Next() without a call, where the layout is known and the table is not split. */
static inline int
cs_table_next(PyObject *dict, Py_ssize_t *pos, PyObject **key, PyObject **value)
{
    cs_table t;
    if (!cs_table_layout_known || ((PyDictObject *)dict)->ma_values != NULL || !cs_table_of(dict, &t)) {
        return PyDict_Next(dict, pos, key, value);
    }
    for (Py_ssize_t i = *pos; i < t.nentries; i++) {
        *key = t.str_entries != NULL ? t.str_entries[i].key : t.entries[i].key;
        *value = t.str_entries != NULL ? t.str_entries[i].value : t.entries[i].value;
        if (*value != NULL) { /* else it was deleted */
            *pos = i + 1;
            return 1;
        }
    }
    return 0;
}

/* The next of the keys that an exact dict may have, its own or those it shares with others of its class: borrowed, or
 * NULL past the last. */
static inline PyObject *
cs_table_next_name(PyObject *dict, Py_ssize_t *pos)
{
    PyObject *key, *value;
#if PY_VERSION_HEX >= 0x030B0000
    const struct cs_dict_keys *keys = (const struct cs_dict_keys *)((PyDictObject *)dict)->ma_keys;
    if (cs_table_layout_known && keys->kind == 2) {
        const void *entries = keys->indices + ((size_t)1 << keys->log2_index_bytes);
        return *pos < keys->nentries ? ((const struct cs_dict_str_entry *)entries)[(*pos)++].key : NULL;
    }
#endif
    return cs_table_next(dict, pos, &key, &value) ? key : NULL;
}

/* Whether every key of an exact dict that is not split is an exact str, where that is told at once: not before 3.11. */
static inline bool
cs_table_has_str_keys(PyObject *dict)
{
#if PY_VERSION_HEX >= 0x030B0000
    const struct cs_dict_keys *keys = (const struct cs_dict_keys *)((PyDictObject *)dict)->ma_keys;
    return cs_table_layout_known && ((PyDictObject *)dict)->ma_values == NULL && keys->kind == 1;
#else
    (void)dict;
    return false;
#endif
}

/* The value at *pos of the entries of a dict with cs_table_has_str_keys(), or NULL past the last.  *pos is where it
 * is, *key its key. */
static inline PyObject **
cs_table_next_value(PyObject *dict, Py_ssize_t *pos, PyObject **key)
{
    cs_table t;
    if (cs_table_of(dict, &t) && t.str_entries != NULL) {
        for (Py_ssize_t i = *pos; i < t.nentries; i++) {
            const struct cs_dict_str_entry *entry = &t.str_entries[i];
            if (entry->value != NULL) {
                *pos = i;
                *key = entry->key;
                return (PyObject **)&entry->value;
            }
        }
    }
    return NULL;
}

/* The slot that a walk for addr visits last, after count slots. */
static inline uint32_t
cs_slot_of(uintptr_t addr, unsigned lg, unsigned count)
{
    const size_t mask = ((size_t)1 << lg) - 1;
    size_t perturb = addr, i = addr & mask;
    while (count-- > 1) {
        perturb >>= 5;
        i = (i * 5 + perturb + 1) & mask;
    }
    return (uint32_t)i;
}

#endif
