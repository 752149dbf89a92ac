#include "memo_state.h"

#include <stdlib.h>
#include <string.h>

static size_t slot_of(const cs_memo_table *t, uint64_t key) {
    size_t i = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (t->room - 1);
    while (t->entries[i].used && t->entries[i].key != key) i = (i + 1) & (t->room - 1);
    return i;
}

static int grow(cs_memo_table *t) {
    cs_memo_table bigger = {.room = t->room ? t->room * 2 : 64};
    bigger.entries = calloc(bigger.room, sizeof *bigger.entries);
    if (!bigger.entries) return -1;
    for (size_t i = 0; i < t->room; i++)
        if (t->entries[i].used) bigger.entries[slot_of(&bigger, t->entries[i].key)] = t->entries[i];
    free(t->entries);
    t->entries = bigger.entries;
    t->room = bigger.room;
    return 0;
}

int cs_memo_put(cs_memo_table *t, uint64_t key, uint32_t value) {
    if (2 * t->used >= t->room && grow(t) != 0) return -1;
    const size_t i = slot_of(t, key);
    t->used += !t->entries[i].used;
    t->entries[i] = (cs_memo_entry){key, value, true};
    return 0;
}

bool cs_memo_has(const cs_memo_table *t, uint64_t key) { return t->room && t->entries[slot_of(t, key)].used; }

static void clear(cs_memo_table *t) {
    if (t->room) memset(t->entries, 0, t->room * sizeof *t->entries);
    t->used = 0;
}

/* The table of a memo object: the one it had if it was given, else a new one.  0: out of memory. */
static uint32_t table_of(cs_memo_state *s, uint32_t ref, bool given) {
    for (size_t i = s->count; i-- > 0;) {
        if (s->tables[i].ref != ref) continue;
        if (!given) clear(&s->tables[i]);
        return (uint32_t)i + 1;
    }
    if (s->count == s->tables_room) {
        const size_t room = s->tables_room ? s->tables_room * 2 : 8;
        cs_memo_table *more = realloc(s->tables, room * sizeof *more);
        if (!more) return 0;
        s->tables = more;
        s->tables_room = room;
    }
    s->tables[s->count++] = (cs_memo_table){.ref = ref};
    return (uint32_t)s->count;
}

static int open_call(cs_memo_state *s, const cs_record *r) {
    uint32_t table = s->depth ? s->table[s->depth - 1] : 0;
    if (s->depth == s->room) {
        const size_t room = s->room ? s->room * 2 : 256;
        uint32_t *more = realloc(s->table, room * sizeof *more);
        if (!more) return -1;
        s->table = more;
        s->room = room;
    }
    if (r->kind == CS_REC_ROOT && !(table = table_of(s, r->arg, r->flags & CS_F_YES))) return -1;
    s->table[s->depth++] = table;
    return 0;
}

bool cs_memo_stores(const cs_record *r) {
    return r->kind == CS_REC_LIST || r->kind == CS_REC_DICT || r->kind == CS_REC_NEW || r->kind == CS_REC_FREDUCE ||
           r->kind == CS_REC_SET;
}

static uint64_t address(uint32_t ref, const cs_object *objects, size_t count) {
    return ref && ref <= count ? objects[ref - 1].addr : 0;
}

static int effect(cs_memo_table *t, const cs_record *r, const cs_object *objects, size_t count) {
    if (cs_memo_stores(r)) return cs_memo_put(t, address(r->obj, objects, count), r->arg);
    switch (r->kind) {
    case CS_REC_KEEP_FIRST: return cs_memo_put(t, address(t->ref, objects, count), 0);
    case CS_REC_MEMO_CHANGED: clear(t); return 0;
    case CS_REC_PRESET: return cs_memo_put(t, r->obj | (uint64_t)r->arg << 32, r->t);
    default: return 0;
    }
}

int cs_memo_take(cs_memo_state *s, const cs_record *r, const cs_object *objects, size_t object_count) {
    if (cs_opens_call(r) && open_call(s, r) != 0) return -1;
    const uint32_t table = s->depth ? s->table[s->depth - 1] : 0;
    if (table && effect(&s->tables[table - 1], r, objects, object_count) != 0) return -1;
    if (cs_closes_call(r) && s->depth) s->depth--;
    return 0;
}

const cs_memo_table *cs_memo_of(const cs_memo_state *s, size_t depth) {
    return depth < s->depth && s->table[depth] ? &s->tables[s->table[depth] - 1] : NULL;
}

void cs_memo_free(cs_memo_state *s) {
    for (size_t i = 0; i < s->count; i++) free(s->tables[i].entries);
    free(s->tables);
    free(s->table);
}
