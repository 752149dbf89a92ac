/* Rows leave out what the context lets expect. */
#include "encode.h"
#include "rows.h"

/* Gives the head a byte: the first free one of four that it may have, else the first of them. */
static uint8_t *add_head(cs_context *c, uint8_t *p, uint32_t head, unsigned first) {
    unsigned at = first;

    for (unsigned i = 0; i < 4 && c->heads[at].head; i++) at = (at + 1) % CS_HEADS;
    if (c->heads[at].head) at = first;
    c->heads[at] = cs__plan(head);
    p[0] = (uint8_t)at;
    p[1] = CS_ROW_HEAD;
    memcpy(p + 2, &head, sizeof head);
    return p + 2 + sizeof head;
}

/* Writes the two bytes that every row begins with, and the head where it is new; returns where the fields go. */
static inline uint8_t *put_head(cs_context *c, uint8_t *p, uint32_t head) {
    unsigned first = (head * 0x9E3779B1u) >> 24, at = first;

    for (unsigned i = 0; i < 4; i++) {
        if (c->heads[at].head == head) {
            p[0] = (uint8_t)at;
            p[1] = 0;
            return p + 2;
        }
        at = (at + 1) % CS_HEADS;
    }
    return add_head(c, p, head, first);
}

/* NULL: out of memory. */
static inline uint8_t *put_record(cs_context *c, cs_state *s, uint8_t *row, const cs_record *r, uint64_t *events) {
    unsigned probes = cs_rec_probes(r), bits = (probes < CS_ROW_MANY ? probes : CS_ROW_MANY) << CS_ROW_PROBES;
    uint8_t *p = put_head(c, row, cs__head_of(r));
    const cs_head *h = &c->heads[row[0]];
    uint32_t t = r->t - (h->does & CS_DOES_TIME ? s->time : 0);

    *events += h->events;
    if (probes >= CS_ROW_MANY) p = cs__put_varint(p, probes);
    if (r->obj != cs__expect_obj(s, h)) {
        bits |= CS_ROW_OBJ;
        p = cs__put_varint(p, r->obj);
    }
    if (!cs__begin(c, s, h, r->obj)) return NULL;
    if (r->arg != cs__expect_arg(c, s, h, r->obj, probes)) {
        bits |= CS_ROW_ARG;
        p = cs__put_varint(p, r->arg);
    }
    if (t) {
        bits |= CS_ROW_T;
        p = cs__put_varint(p, t);
    }
    cs__end(c, s, h, r);
    row[1] |= (uint8_t)bits;
    return p;
}

/* ---- the item of a plain dict: value, key, setitem ---- */

static bool is_atom(const cs_record *r, unsigned role) {
    return (r->kind == CS_REC_ATOM || r->kind == CS_REC_FATOM) && cs_rec_role(r) == role && !(r->flags & CS_F_NO_CALL);
}

static bool is_probed(const cs_record *r) {
    return r->kind == CS_REC_ATOM && !(r->flags & (CS_F_NO_GET | CS_F_NO_PROBE));
}

/* Do the row's bits hold its count, and does its slot follow from that? */
static bool slot_follows(const cs_context *c, const cs_record *r) {
    unsigned probes = cs_rec_probes(r);

    if (!is_probed(r)) return !probes && !r->arg;
    return probes >= 1 && probes <= CS_ROW_ITEM_PROBES + 1 && r->arg == cs__walk(c, r->obj, cs_rec_lg(r), probes);
}

static bool same_walk(const cs_record *a, const cs_record *b) {
    return a->kind == b->kind && a->flags == b->flags && cs_rec_lg(a) == cs_rec_lg(b) && a->t == b->t;
}

/* How many records, from r on and before end, one row can stand for: 3 with the value, 2 without, else 0. */
static inline unsigned fused(const cs_context *c, const cs_state *s, const cs_record *r, const cs_record *end) {
    bool valued = is_atom(r, CS_ROLE_DICT_VALUE);
    const cs_record *key = r + valued, *item = key + 1;

    if (item >= end || item->kind != CS_REC_SETITEM || !is_atom(key, CS_ROLE_DICT_KEY)) return 0;
    if (cs__head_of(item) != s->setitem || cs_rec_probes(item) || item->t != key->t) return 0;
    if (item->obj != s->call.y || item->arg != key->obj || !slot_follows(c, key)) return 0;
    if (valued && (!same_walk(r, key) || !slot_follows(c, r))) return 0;
    return valued ? 3 : 2;
}

static unsigned item_probes(const cs_record *r) { return is_probed(r) ? cs_rec_probes(r) - 1 : 0; }

static inline uint8_t *put_item_obj(cs_state *s, uint8_t *p, uint32_t obj, unsigned bit, unsigned *bits) {
    if (obj != s->met + 1) {
        *bits |= bit;
        p = cs__put_varint(p, obj);
    }
    cs__meet(s, obj);
    return p;
}

static uint8_t *put_item(cs_context *c, cs_state *s, uint8_t *row, const cs_record *r, unsigned n, uint64_t *events) {
    const cs_record *key = r + n - 2;
    unsigned bits = item_probes(key) << (CS_ROW_PROBES + 2);
    uint32_t fused_kind = r->kind == CS_REC_ATOM ? CS_FUSED_ITEM : CS_FUSED_FITEM;
    uint8_t *p = put_head(c, row, (cs__head_of(r) & ~0xffu) | fused_kind);

    *events += c->heads[row[0]].events;
    if (n == 3) {
        bits |= item_probes(r) << CS_ROW_PROBES;
        p = put_item_obj(s, p, r->obj, CS_ROW_ARG, &bits);
    }
    p = put_item_obj(s, p, key->obj, CS_ROW_OBJ, &bits);
    if (key->t != s->time) {
        bits |= CS_ROW_T;
        p = cs__put_varint(p, (uint32_t)(key->t - s->time));
    }
    s->last = key->obj;
    s->time = key->t;
    row[1] |= (uint8_t)bits;
    return p;
}

bool cs__encode_records(cs_context *c, const cs_record *records, size_t n, cs_buffer *out, uint64_t *events) {
    if (!cs__buffer_reserve(out, n * CS_ROW_EVTS_MAX)) return false;
    uint8_t *p = out->data + out->used;
    cs_state s = c->state;
    for (const cs_record *r = records, *end = records + n; p && r < end;) {
        unsigned several = r->kind == CS_REC_ATOM || r->kind == CS_REC_FATOM ? fused(c, &s, r, end) : 0;
        p = several ? put_item(c, &s, p, r, several, events) : put_record(c, &s, p, r, events);
        r += several ? several : 1;
    }
    c->state = s;
    if (p) out->used = (size_t)(p - out->data);
    return p;
}

/* Addresses lie at multiples of 8, as a rule close to that of the last object of the type. */
static uint8_t *put_address(uint8_t *p, uint64_t address, uint64_t last) {
    int64_t delta = (int64_t)(address - last);

    if (delta % 8 == 0) return cs__put_varint(p, cs__zigzag(delta / 8) << 1);
    *p++ = 1;
    memcpy(p, &address, sizeof address);
    return p + sizeof address;
}

bool cs__encode_object(cs_context *c, const cs_object *o, cs_buffer *out) {
    unsigned bits = o->type <= CS_ROW_TYPE ? o->type : 0;
    uint64_t *last = cs__lane(c, o);

    if (!last || !cs__buffer_reserve(out, CS_ROW_OBJS_MAX)) return false;
    if (o->text) bits |= o->text == c->strings + 1 ? CS_ROW_TEXT_NEXT : CS_ROW_TEXT_GIVEN;
    if (o->len) bits |= CS_ROW_LEN;
    if (o->flags || o->name) bits |= CS_ROW_FLAGS;
    uint8_t *p = out->data + out->used;
    *p++ = (uint8_t)bits;
    if (!(bits & CS_ROW_TYPE)) p = cs__put_varint(p, o->type);
    if ((bits & CS_ROW_TEXT) == CS_ROW_TEXT_GIVEN) p = cs__put_varint(p, o->text);
    if (o->len) p = cs__put_varint(p, o->len);
    if (bits & CS_ROW_FLAGS) p = cs__put_varint(p, (uint64_t)o->flags << 1 | (o->name != 0));
    if (o->name) p = cs__put_varint(p, o->name);
    p = put_address(p, o->addr, *last);
    out->used = (size_t)(p - out->data);
    *last = o->addr;
    return cs__remember(c, o);
}
