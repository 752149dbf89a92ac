#include "read.h"
#include "../trace/trace.h"

/* Whether an event of the record is about x alone, whatever its arg holds: the slot of a lookup before it, or what the
 * reductor gave. */
static bool
is_about_x(const cs_record *rec, unsigned event)
{
    switch (rec->kind) {
    case CS_REC_ATOM: return event != CS_EV_MEMO_GET;
    case CS_REC_COPY_ATOM: return event != CS_EV_DISPATCH;
    default: return event == CS_EV_RETURN && cs_shape_of(rec->kind)->arg != CS_OPERAND_Y;
    }
}

/* The logical events of one record, appended to list.  Returns 0 or -1. */
static int
append_events(PyObject *list, const cs_record *rec, Py_ssize_t index)
{
    const cs_step *steps[CS_MAX_STEPS];
    unsigned n = cs_expand(rec, steps);
    for (unsigned i = 0; i < n; i++) {
        const unsigned out = steps[i]->outcome;
        const int yes = out == CS_OUT_YES || (out == CS_OUT_FLAG && (rec->flags & CS_F_YES));
        PyObject *outcome = out == CS_OUT_NA ? Py_None : yes ? Py_True : Py_False;
        const uint32_t arg = is_about_x(rec, steps[i]->event) ? rec->obj : rec->arg;
        PyObject *e =
            Py_BuildValue("(nIsIIIOIIIs)", index, i, cs_event_name(steps[i]->event), rec->obj, arg, cs_rec_role(rec),
                          outcome, cs_rec_lg(rec), cs_rec_probes(rec), rec->t, cs_site_name(steps[i]->site));
        int err = e != NULL ? PyList_Append(list, e) : -1;
        Py_XDECREF(e);
        if (err < 0) {
            return -1;
        }
    }
    return 0;
}

static PyObject *
string_of(const cs_trace *t, uint32_t ref)
{
    size_t n;
    const char *s = cs_trace_string(t, ref, &n);
    return PyUnicode_DecodeUTF8(s, (Py_ssize_t)n, "replace");
}

static PyObject *
events_of(const cs_trace *t)
{
    const cs_record *recs;
    size_t n = cs_trace_records(t, &recs);
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < n; i++) {
        if (append_events(list, &recs[i], (Py_ssize_t)i) < 0) {
            Py_CLEAR(list);
        }
    }
    return list;
}

static PyObject *
objects_of(const cs_trace *t)
{
    const cs_object *o;
    const cs_type *types;
    size_t n = cs_trace_objects(t, &o), n_types = cs_trace_types(t, &types);
    PyObject *list = PyList_New(0);
    for (size_t i = 0; list != NULL && i < n; i++) {
        const bool typed = o[i].type >= 1 && o[i].type <= n_types;
        const uint32_t type_name = typed ? types[o[i].type - 1].name : 0;
        const unsigned copier = typed ? types[o[i].type - 1].copier : CS_COPIER_NONE;
        PyObject *item = Py_BuildValue("(KNNNIII)", (unsigned long long)o[i].addr, string_of(t, type_name),
                                       string_of(t, o[i].text), string_of(t, o[i].name), o[i].len, o[i].flags, copier);
        if (item == NULL || PyList_Append(list, item) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(item);
    }
    return list;
}

static PyObject *
records_of(const cs_trace *t)
{
    const cs_record *recs;
    size_t n = cs_trace_records(t, &recs);
    return PyBytes_FromStringAndSize((const char *)recs, (Py_ssize_t)(n * sizeof *recs));
}

static PyObject *
messages_of(const cs_trace *t)
{
    /* Only RAISE refers to a string by its arg: those are what a caller can need. */
    const cs_record *recs;
    size_t n = cs_trace_records(t, &recs);
    PyObject *d = PyDict_New();
    for (size_t i = 0; d != NULL && i < n; i++) {
        if (recs[i].kind != CS_REC_RAISE) {
            continue;
        }
        PyObject *key = PyLong_FromUnsignedLong(recs[i].arg), *text = string_of(t, recs[i].arg);
        if (key == NULL || text == NULL || PyDict_SetItem(d, key, text) < 0) {
            Py_CLEAR(d);
        }
        Py_XDECREF(key);
        Py_XDECREF(text);
    }
    return d;
}

static PyObject *
chunks_of(const cs_trace *t, const char kind[4])
{
    PyObject *list = PyList_New(0);
    size_t n;
    const void *p;
    for (size_t i = 0; list != NULL && (p = cs_trace_chunk(t, kind, i, &n)) != NULL; i++) {
        PyObject *s = PyUnicode_DecodeUTF8(p, (Py_ssize_t)n, "replace");
        if (s == NULL || PyList_Append(list, s) < 0) {
            Py_CLEAR(list);
        }
        Py_XDECREF(s);
    }
    return list;
}

PyObject *
cs_read(PyObject *module, PyObject *bytes)
{
    char *data;
    Py_ssize_t n;
    (void)module;
    if (PyBytes_AsStringAndSize(bytes, &data, &n) < 0) {
        return NULL;
    }
    cs_trace *t = cs_trace_new();
    if (t == NULL) {
        return PyErr_NoMemory();
    }
    (void)cs_trace_feed(t, data, (size_t)n); /* the status below tells how it went */
    cs_status st = cs_trace_status(t);
    if (st.error == CS_E_OK && st.offset == 0 && memcmp(data, CS_MAGIC, n < 8 ? (size_t)n : 8) != 0) {
        st.error = CS_E_MAGIC; /* too short for a header, and not the beginning of one */
    }
    PyObject *result = NULL;
    if (st.error == CS_E_NOMEM) {
        PyErr_NoMemory();
    }
    else if (st.error == CS_E_MAGIC || st.error == CS_E_VERSION) {
        PyErr_Format(PyExc_ValueError, "%s (at byte %llu)", cs_strerror(st.error), (unsigned long long)st.offset);
    }
    else {
        const char *error = st.error != CS_E_OK ? cs_strerror(st.error) : st.complete ? NULL : cs_strerror(CS_E_CUT);
        result = Py_BuildValue(
            "{s:N,s:N,s:N,s:N,s:N,s:N,s:O,s:z,s:K}", "events", events_of(t), "objects", objects_of(t), "records",
            records_of(t), "messages", messages_of(t), "meta", chunks_of(t, "META"), "sources", chunks_of(t, "SRC_"),
            "complete", st.complete ? Py_True : Py_False, "error", error, "offset", (unsigned long long)st.offset);
    }
    cs_trace_close(t);
    return result;
}
