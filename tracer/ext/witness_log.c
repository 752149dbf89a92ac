/* What a witness has seen: steps, lines, texts of exceptions. */
#include "witness.h"
#include "text.h"
#include "witness_record.h"

#include <time.h>

uint64_t
cs_witness_clock(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

/* Room for one more item of an array.  Returns it, or NULL: out of memory, and the witness says so. */
static void *
grow(cs_witness *w, void *array, uint64_t used, uint64_t *room, size_t size)
{
    if (used < *room) {
        return array;
    }
    const uint64_t bigger = *room != 0 ? *room * 2 : 1024;
    void *moved = PyMem_RawRealloc(array, bigger * size);
    if (moved == NULL) {
        w->failed = true;
        return NULL;
    }
    *room = bigger;
    return moved;
}

/* The object of a step.  A memo's key may be any number: it is an object's address only where that object is at hand.
 */
static PyObject *
object_of(const cs_witness *w, const cs_witness_step *step)
{
    const bool by_key =
        step->event == CS_EV_MEMO_GET || step->event == CS_EV_MEMO_SET || step->event == CS_EV_MEMO_AGAIN;
    const bool at_hand = w->depth > 0 && step->obj == w->levels[w->depth - 1].x;
    return by_key && !at_hand ? NULL : (PyObject *)(uintptr_t)step->obj;
}

void
cs_witness_log(cs_witness *w, const cs_witness_step *step)
{
    if (w->failed || w->truncated) {
        return;
    }
    if (w->record != NULL && step->event == CS_EV_RAISE) {
        cs_witness_record_raise(w->record, object_of(w, step), step->role, w->levels[w->depth - 1].error);
    }
    else if (w->record != NULL) {
        cs_witness_record_step(w->record, step, object_of(w, step));
    }
    if (w->max_steps != 0 && w->n_steps >= w->max_steps) {
        w->truncated = true;
        return;
    }
    cs_witness_step *steps = grow(w, w->steps, w->n_steps, &w->steps_room, sizeof *steps);
    if (steps != NULL) {
        w->steps = steps;
        steps[w->n_steps] = *step;
        steps[w->n_steps++].t = w->now;
    }
}

void
cs_witness_log_line(cs_witness *w, uint32_t line)
{
    cs_witness_line *lines = grow(w, w->lines, w->n_lines_seen, &w->lines_room, sizeof *lines);
    if (lines != NULL) {
        w->lines = lines;
        lines[w->n_lines_seen++] = (cs_witness_line){.ns = w->now, .line = line};
    }
}

uint32_t
cs_witness_text(cs_witness *w, PyObject *type, PyObject *value)
{
    char text[CS_EXCEPTION_TEXT_MAX + 1];
    const size_t n = cs_text_of_exception(type, value, text);
    const Py_ssize_t have = PyList_GET_SIZE(w->texts);
    PyObject *str = PyUnicode_DecodeUTF8(text, (Py_ssize_t)n, "replace");
    if (str == NULL) {
        PyErr_Clear();
        w->failed = true;
        return 0;
    }
    /* An exception leaves one frame after the other: nearly always it is the last text again. */
    if (have == 0 || PyUnicode_Compare(PyList_GET_ITEM(w->texts, have - 1), str) != 0) {
        if (PyList_Append(w->texts, str) < 0) {
            PyErr_Clear();
            w->failed = true;
        }
    }
    Py_DECREF(str);
    return (uint32_t)PyList_GET_SIZE(w->texts) - (PyList_GET_SIZE(w->texts) > 0);
}

const char *
cs_witness_reductor_name(unsigned reductor)
{
    static const char *const names[] = {"__reduce_ex__(4)", "copyreg", "__reduce__()"};
    return reductor < CS_WITNESS_REDUCTORS ? names[reductor] : "?";
}
