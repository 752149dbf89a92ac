/* Notes on a recording, from its NOTE chunks or a sidecar, as FORMAT.md has them. */
#ifndef CS_NOTES_H
#define CS_NOTES_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "trace.h"

/* All notes in the order of their events, of two with one id the later, those taken back left out; what is no note
 * is counted in *refused.  Returns an array for cJSON_Delete(), or NULL when out of memory. */
cJSON *cs_notes_load(const cs_trace *trace, size_t *refused);

/* What a JSON list adds to `notes`, checked against the trace in the same way. */
void cs_notes_add(cJSON *notes, const cJSON *list, const cs_trace *trace, size_t *refused);

/* By event; of one event in the order that they came. */
void cs_notes_sort(cJSON *notes);

uint64_t cs_note_event(const cJSON *note); /* from 0 */
const char *cs_note_text(const cJSON *note);
const char *cs_note_id(const cJSON *note);
const char *cs_note_author(const cJSON *note); /* "": nobody is named */

/* Writes a note as a chunk that follows the end of a trace.  Returns 0, or -1. */
int cs_note_write(const cJSON *note, FILE *out);

#endif
