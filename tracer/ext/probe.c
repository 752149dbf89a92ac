#include "probe.h"

static bool layout_known; /* set once by the self-test, the same for every interpreter of the process */

typedef struct {
    const char *indices;
    unsigned lg, index_bytes; /* bytes per index: 1, 2, 4, 8 */
    Py_ssize_t nentries;
    const struct cs_dict_entry *entries;
    const struct cs_dict_str_entry *str_entries; /* the same place, in a table of str keys; else NULL */
} table;

/* Describes the table of an exact dict; returns 0 for a split table, whose values lie elsewhere. */
static int
table_of(PyObject *dict, table *t)
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

static int64_t
index_at(const table *t, size_t slot)
{
    switch (t->index_bytes) {
    case 1: return ((const int8_t *)t->indices)[slot];
    case 2: return ((const int16_t *)t->indices)[slot];
    case 4: return ((const int32_t *)t->indices)[slot];
    default: return ((const int64_t *)t->indices)[slot];
    }
}

enum verdict { DIFFERS, EQUAL, CANNOT_TELL };

/* Whether the entry is the one a lookup of key would stop at, told without calling __eq__. */
static enum verdict
compare(const table *t, int64_t ix, PyObject *key, Py_hash_t hash, PyObject **value)
{
    if (t->str_entries != NULL) {
        *value = t->str_entries[ix].value;
        return t->str_entries[ix].key == key ? EQUAL : PyUnicode_CheckExact(key) ? CANNOT_TELL : DIFFERS;
    }
    const struct cs_dict_entry *e = &t->entries[ix];
    *value = e->value;
    if (e->key == key) {
        return EQUAL;
    }
    if (e->hash != hash) {
        return DIFFERS;
    }
    if (!PyLong_CheckExact(e->key) || !PyLong_CheckExact(key)) {
        return CANNOT_TELL;
    }
    int overflow_a, overflow_b;
    long long a = PyLong_AsLongLongAndOverflow(e->key, &overflow_a);
    long long b = PyLong_AsLongLongAndOverflow(key, &overflow_b);
    return overflow_a || overflow_b ? CANNOT_TELL : a == b ? EQUAL : DIFFERS;
}

static cs_probe
walk(PyObject *dict, PyObject *key, Py_hash_t hash, PyObject *wanted)
{
    table t;
    if (!PyDict_CheckExact(dict) || !table_of(dict, &t)) {
        return CS_PROBE_UNKNOWN;
    }
    const size_t mask = ((size_t)1 << t.lg) - 1;
    size_t perturb = (size_t)hash, i = (size_t)hash & mask;
    for (size_t n = 1; n <= mask + 64; n++) {
        int64_t ix = index_at(&t, i);
        cs_probe here = {true, (uint8_t)t.lg, (uint8_t)(n < CS_PROBE_COUNT_MAX ? n : CS_PROBE_COUNT_MAX), (uint32_t)i};
        if (ix == -1) { /* empty */
            return wanted == NULL ? here : CS_PROBE_UNKNOWN;
        }
        if (ix >= t.nentries || ix < -2) {
            return CS_PROBE_UNKNOWN;
        }
        if (ix >= 0) { /* -2 is the tombstone of a deleted entry: the lookup passes over it */
            PyObject *value = NULL;
            enum verdict v = compare(&t, ix, key, hash, &value);
            if (v == EQUAL) {
                return wanted == value ? here : CS_PROBE_UNKNOWN;
            }
            if (v == CANNOT_TELL) {
                return CS_PROBE_UNKNOWN;
            }
        }
        perturb >>= 5;
        i = (i * 5 + perturb + 1) & mask;
    }
    return CS_PROBE_UNKNOWN;
}

cs_probe
cs_probe_read(PyObject *dict, PyObject *key, Py_hash_t hash, PyObject *value)
{
    return layout_known ? walk(dict, key, hash, value) : CS_PROBE_UNKNOWN;
}

unsigned
cs_probe_log2(PyObject *dict)
{
    table t;
    return layout_known && PyDict_CheckExact(dict) && table_of(dict, &t) ? t.lg : 0;
}

cs_dict_mark
cs_probe_mark(PyObject *dict)
{
    table t;
    cs_dict_mark mark = {0};
    if (PyDict_CheckExact(dict)) {
        mark.used = PyDict_GET_SIZE(dict);
        if (layout_known && table_of(dict, &t)) {
            mark.table = t.indices;
            mark.nentries = t.nentries;
            if (t.nentries > 0) {
                mark.last_key =
                    t.str_entries != NULL ? t.str_entries[t.nentries - 1].key : t.entries[t.nentries - 1].key;
            }
        }
    }
    return mark;
}

bool
cs_probe_same_mark(cs_dict_mark a, cs_dict_mark b)
{
    return a.used == b.used && a.nentries == b.nentries && a.table == b.table && a.last_key == b.last_key;
}

/* One dict of n ints, every second one deleted again: each key must be found, each deleted one must be missed.
 * Returns 1, 0 or -1. */
static int
selftest_size(Py_ssize_t n)
{
    int ok = 1;
    PyObject *d = PyDict_New();
    if (d == NULL) {
        return -1;
    }
    for (Py_ssize_t pass = 0; pass < 3 && ok == 1; pass++) { /* insert, delete the odd ones, look up */
        for (Py_ssize_t i = 0; i < n && ok == 1; i++) {
            PyObject *key = PyLong_FromSsize_t(0x7f0000000000 + i * 4112);
            if (key == NULL) {
                ok = -1;
            }
            else if (pass == 0) {
                ok = PyDict_SetItem(d, key, key) < 0 ? -1 : 1;
            }
            else if (pass == 1) {
                ok = (i & 1) && PyDict_DelItem(d, key) < 0 ? -1 : 1;
            }
            else {
                PyObject *value = PyDict_GetItemWithError(d, key);
                ok = PyErr_Occurred() ? -1 : walk(d, key, PyObject_Hash(key), value).known;
            }
            Py_XDECREF(key);
        }
    }
    Py_DECREF(d);
    return ok;
}

int
cs_probe_selftest(void)
{
    static const Py_ssize_t sizes[] = {0, 1, 5, 6, 11, 100, 200, 5000, 50000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        int ok = selftest_size(sizes[i]);
        if (ok != 1) {
            return ok;
        }
    }
    layout_known = true;
    return 1;
}
