/* Rows get back what the context lets expect.  Every byte is hostile. */
#include "decode.h"

/* ---- EVTS ---- */

typedef struct {
    cs_context *context;
    cs_bytes bytes;
    cs_buffer *records;
    size_t n;       /* records behind the table's end */
    uint64_t limit; /* of n */
    uint64_t events;
} decoder;

static cs_error add_record(decoder *d, const cs_record *r) {
    cs_buffer *b = d->records;
    size_t end = (d->n + 1) * sizeof *r;

    if (d->n >= d->limit) return CS_E_LIMIT;
    if (!cs__buffer_reserve(b, end)) return CS_E_NOMEM;
    memcpy(b->data + b->used + d->n++ * sizeof *r, r, sizeof *r);
    return CS_E_OK;
}

/* The head of a row; NULL: malformed. */
static const cs_head *get_head(decoder *d, unsigned *bits) {
    cs_head *h = &d->context->heads[cs__get_byte(&d->bytes)];

    *bits = cs__get_byte(&d->bytes);
    if (*bits & CS_ROW_HEAD) {
        uint32_t head = 0;
        for (unsigned shift = 0; shift < 32; shift += 8) head |= (uint32_t)cs__get_byte(&d->bytes) << shift;
        if (head & ~CS_HEAD_MASK) return NULL;
        *h = cs__plan(head);
    }
    d->events += h->events;
    return h->head && !d->bytes.bad ? h : NULL;
}

static cs_error get_record(decoder *d, const cs_head *h, unsigned bits) {
    cs_context *c = d->context;
    unsigned probes = bits >> CS_ROW_PROBES;

    if (probes == CS_ROW_MANY) probes = cs__get_varint32(&d->bytes);
    if (probes > CS_ROW_PROBES_MAX) return CS_E_CHUNK;
    cs_record r = cs__record_of(h->head, probes);
    r.obj = bits & CS_ROW_OBJ ? cs__get_varint32(&d->bytes) : cs__expect_obj(&c->state, h);
    if (!cs__begin(c, &c->state, h, r.obj)) return CS_E_NOMEM;
    r.arg = bits & CS_ROW_ARG ? cs__get_varint32(&d->bytes) : cs__expect_arg(c, &c->state, h, r.obj, probes);
    r.t = (h->does & CS_DOES_TIME ? c->state.time : 0) + (bits & CS_ROW_T ? cs__get_varint32(&d->bytes) : 0);
    cs__end(c, &c->state, h, &r);
    return d->bytes.bad ? CS_E_CHUNK : add_record(d, &r);
}

/* The value's or the key's record of an item; t comes later. */
static cs_error get_atom(decoder *d, const cs_head *h, unsigned role, unsigned probes, bool given) {
    cs_context *c = d->context;
    cs_record r = cs__record_of(h->head, 0);
    unsigned lg = cs_rec_lg(&r);

    r.kind = r.kind == CS_FUSED_ITEM ? CS_REC_ATOM : CS_REC_FATOM;
    bool probed = r.kind == CS_REC_ATOM && !(r.flags & (CS_F_NO_GET | CS_F_NO_PROBE));
    if (!probed && probes) return CS_E_CHUNK;
    r.pack = CS_PACK(lg, role, probed ? probes + 1 : 0);
    r.obj = given ? cs__get_varint32(&d->bytes) : c->state.met + 1;
    r.arg = probed ? cs__walk(c, r.obj, lg, probes + 1) : 0;
    cs__meet(&c->state, r.obj);
    c->state.last = r.obj;
    return add_record(d, &r);
}

static cs_error get_item(decoder *d, const cs_head *h, unsigned bits) {
    cs_context *c = d->context;
    cs_record setitem = cs__record_of(c->state.setitem, 0);
    unsigned role = (h->head >> 21) & 15u, probes = bits >> CS_ROW_PROBES, of_value = probes & CS_ROW_ITEM_PROBES;
    size_t first = d->n;
    cs_error error = CS_E_OK;

    if (!c->state.setitem || (role != CS_ROLE_DICT_VALUE && role != CS_ROLE_DICT_KEY)) return CS_E_CHUNK;
    if (role == CS_ROLE_DICT_VALUE) error = get_atom(d, h, CS_ROLE_DICT_VALUE, of_value, bits & CS_ROW_ARG);
    else if (bits & CS_ROW_ARG || of_value) return CS_E_CHUNK;
    if (!error) error = get_atom(d, h, CS_ROLE_DICT_KEY, probes >> 2, bits & CS_ROW_OBJ);
    setitem.obj = c->state.call.y;
    setitem.arg = c->state.last;
    if (!error) error = add_record(d, &setitem);
    if (bits & CS_ROW_T) c->state.time += cs__get_varint32(&d->bytes);
    if (error) return error;
    cs_record *records = (void *)(d->records->data + d->records->used);
    for (size_t i = first; i < d->n; i++) records[i].t = c->state.time;
    return d->bytes.bad ? CS_E_CHUNK : CS_E_OK;
}

cs_error cs__decode_records(cs_context *c, const uint8_t *payload, size_t size, uint64_t limit, cs_buffer *records,
                            size_t *n, uint64_t *events) {
    decoder d = {.context = c, .bytes = {.at = payload, .end = payload + size}, .records = records, .limit = limit};
    cs_error error = CS_E_OK;

    while (!error && d.bytes.at < d.bytes.end) {
        unsigned bits;
        const cs_head *h = get_head(&d, &bits);
        if (!h) error = CS_E_CHUNK;
        else error = (h->head & 0xffu) >= CS_FUSED_ITEM ? get_item(&d, h, bits) : get_record(&d, h, bits);
    }
    *n = d.n;
    *events = d.events;
    return error;
}

/* ---- OBJS ---- */

static uint64_t get_address(cs_bytes *b, uint64_t last) {
    uint64_t v = cs__get_varint(b), address = 0;

    if (v & 1) { /* not a multiple of 8 away: the address itself */
        if (v != 1) b->bad = true;
        for (unsigned shift = 0; shift < 64; shift += 8) address |= (uint64_t)cs__get_byte(b) << shift;
        return address;
    }
    return last + (uint64_t)cs__unzigzag(v >> 1) * 8;
}

static cs_error get_object(cs_context *c, cs_bytes *b, uint32_t types, cs_object *o) {
    uint8_t bits = cs__get_byte(b);
    unsigned text = bits & CS_ROW_TEXT;
    uint64_t flags;

    *o = (cs_object){.type = bits & CS_ROW_TYPE};
    if (!o->type) o->type = cs__get_varint32(b);
    if (o->type < 1 || o->type > types) return CS_E_REF; /* and no lane for it */
    if (text == CS_ROW_TEXT) return CS_E_CHUNK;
    if (text) o->text = text == CS_ROW_TEXT_NEXT ? c->strings + 1 : cs__get_varint32(b);
    if (bits & CS_ROW_LEN) o->len = cs__get_varint32(b);
    flags = bits & CS_ROW_FLAGS ? cs__get_varint(b) : 0;
    if (flags >> 33) return CS_E_CHUNK;
    o->flags = (uint32_t)(flags >> 1);
    if (flags & 1) o->name = cs__get_varint32(b);
    uint64_t *last = cs__lane(c, o);
    if (!last) return CS_E_NOMEM;
    o->addr = *last = get_address(b, *last);
    if (!cs__remember(c, o)) return CS_E_NOMEM;
    return b->bad ? CS_E_CHUNK : CS_E_OK;
}

cs_error cs__decode_objects(cs_context *c, const uint8_t *payload, size_t size, uint64_t limit, uint32_t types,
                            cs_buffer *objects, size_t *n) {
    cs_bytes b = {.at = payload, .end = payload + size};
    cs_error error = CS_E_OK;

    for (*n = 0; !error && b.at < b.end; ++*n) {
        size_t at = *n * sizeof(cs_object);
        if (*n >= limit) return CS_E_LIMIT;
        if (!cs__buffer_reserve(objects, at + sizeof(cs_object))) return CS_E_NOMEM;
        error = get_object(c, &b, types, (void *)(objects->data + objects->used + at));
    }
    return error;
}
