/* What a witness saw, written into a trace.  Here objects are held, as a recorder holds them. */
#ifndef CS_WITNESS_RECORD_H
#define CS_WITNESS_RECORD_H

#include "recorder.h"
#include "witness.h"

typedef struct cs_witness_record cs_witness_record;

/* Returns NULL with an exception set. */
cs_witness_record *cs_witness_record_new(cs_recorder *recorder);
void cs_witness_record_free(cs_witness_record *r);
/* obj: the step's object, borrowed; NULL where it is not known to live. */
void cs_witness_record_step(cs_witness_record *r, const cs_witness_step *s, PyObject *obj);
void cs_witness_record_raise(cs_witness_record *r, PyObject *x, unsigned role, PyObject *exception);
/* Writes what is left.  Returns how many steps no record could tell. */
uint64_t cs_witness_record_end(cs_witness_record *r);

#endif
