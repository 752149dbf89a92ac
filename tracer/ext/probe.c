#include "probe.h"

bool cs_table_layout_known;

enum verdict { DIFFERS, EQUAL, CANNOT_TELL };

/* Whether the entry is the one a lookup of key would stop at, told without calling __eq__. */
static enum verdict
compare(const cs_table *t, int64_t ix, PyObject *key, Py_hash_t hash, PyObject **value)
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
    cs_table t;
    if (!PyDict_CheckExact(dict) || !cs_table_of(dict, &t)) {
        return CS_PROBE_UNKNOWN;
    }
    const size_t mask = ((size_t)1 << t.lg) - 1;
    size_t perturb = (size_t)hash, i = (size_t)hash & mask;
    for (size_t n = 1; n <= mask + 64; n++) {
        int64_t ix = cs_table_index(&t, i);
        cs_probe here = {true, (uint8_t)t.lg, (uint8_t)(n < CS_PROBE_COUNT_MAX ? n : CS_PROBE_COUNT_MAX), (uint32_t)i};
        if (ix == CS_INDEX_EMPTY) {
            return wanted == NULL ? here : CS_PROBE_UNKNOWN;
        }
        if (ix >= t.nentries || ix < CS_INDEX_DUMMY) {
            return CS_PROBE_UNKNOWN;
        }
        if (ix >= 0) { /* the lookup passes over a tombstone */
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
    return cs_table_layout_known ? walk(dict, key, hash, value) : CS_PROBE_UNKNOWN;
}

unsigned
cs_probe_log2(PyObject *dict)
{
    cs_table t;
    return cs_table_layout_known && PyDict_CheckExact(dict) && cs_table_of(dict, &t) ? t.lg : 0;
}

cs_dict_mark
cs_probe_mark(PyObject *dict)
{
    cs_table t;
    cs_dict_mark mark = {0};
    if (PyDict_CheckExact(dict)) {
        mark.version = cs_dict_version(dict);
        mark.used = PyDict_GET_SIZE(dict);
        if (cs_table_layout_known && cs_table_of(dict, &t)) {
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
    return a.version == b.version && a.used == b.used && a.nentries == b.nentries && a.table == b.table &&
           a.last_key == b.last_key;
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
    cs_table_layout_known = true;
    return 1;
}
