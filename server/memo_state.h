/* What the memos of a trace hold, record by record: keys and the objects under them. */
#ifndef CS_MEMO_STATE_H
#define CS_MEMO_STATE_H

#include "trace.h"

typedef struct {
    uint64_t key;
    uint32_t value; /* object ref; 0: the list that keeps originals alive, or nothing known */
    bool used;
} cs_memo_entry;

typedef struct {
    uint32_t ref; /* of the memo object */
    cs_memo_entry *entries;
    size_t used, room; /* room: a power of two */
} cs_memo_table;

/* The memo that a call of deepcopy() has, by its place among the open calls. */
typedef struct {
    uint32_t *table; /* index + 1 into tables; 0: none */
    size_t depth, room;
    cs_memo_table *tables;
    size_t count, tables_room;
} cs_memo_state;

/* Takes the next record of the trace in.  Returns 0, or -1 when out of memory. */
int cs_memo_take(cs_memo_state *s, const cs_record *r, const cs_object *objects, size_t object_count);
/* The memo of the call at `depth`, from 0, or NULL. */
const cs_memo_table *cs_memo_of(const cs_memo_state *s, size_t depth);
void cs_memo_free(cs_memo_state *s);

/* Does this kind of record store obj's copy, arg, in the memo? */
bool cs_memo_stores(const cs_record *r);
/* Returns 0, or -1 when out of memory. */
int cs_memo_put(cs_memo_table *t, uint64_t key, uint32_t value);
bool cs_memo_has(const cs_memo_table *t, uint64_t key);

#endif
