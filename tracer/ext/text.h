/* Short texts of objects of exact built-in types: never runs a method of a user's class. */
#ifndef CS_TEXT_H
#define CS_TEXT_H

#include "compat.h"
#include <stdbool.h>

#define CS_TEXT_MAX 64 /* bytes of UTF-8, "..." included */

/* Writes the text of x and returns its length, 0 where there is none to give. */
size_t cs_text_of(PyObject *x, char out[CS_TEXT_MAX + 1]);
/* "Type: message" of an exception, the message only where reading it runs no user code.  Returns the length. */
#define CS_EXCEPTION_TEXT_MAX 600
size_t cs_text_of_exception(PyObject *type, PyObject *value, char out[CS_EXCEPTION_TEXT_MAX + 1]);
/* Whether an exact tuple has a text. */
bool cs_text_of_tuple_is_given(PyObject *tuple);
/* Items, characters or bytes of an exact built-in, else 0. */
uint32_t cs_text_len(PyObject *x);

#endif
