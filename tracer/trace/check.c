/* What rows may refer to: everything a consumer would use as an index is checked here, once. */
#include "check.h"
#include "limits.h"

#include <string.h>

/* What a record's obj and arg mean, by kind.  IGNORED: writers put 0, readers do not look. */
enum meaning {
    NO_SUCH_KIND,
    IGNORED,
    OBJECT,         /* ref of an object, from 1 */
    MAYBE_OBJECT,   /* the same, or 0: none */
    MAYBE_STRING,   /* ref of a string, or 0: none */
    SLOT,           /* slot of the memo table that the record's log2 size tells; ignored where no probe was read */
    COUNT,          /* any number */
    KEY_THEN_VALUE, /* obj | arg << 32 a memo key, t the value's object ref, or 0: none */
};

static const struct {
    uint8_t obj, arg;
} MEANINGS[CS_REC_MAX] = {
    [CS_REC_ROOT] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_ATOM] = {OBJECT, SLOT},
    [CS_REC_FATOM] = {OBJECT, IGNORED},
    [CS_REC_HIT] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_MISS] = {OBJECT, SLOT},
    [CS_REC_LIST] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_DICT] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_TUPLE_HIT] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_TUPLE_NEW] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_TUPLE_SAME] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_METHOD] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_SET] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_KEEP] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_KEEP_FIRST] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_SAME] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_FTUPLE] = {OBJECT, IGNORED},
    [CS_REC_FTUPLE_NO] = {OBJECT, IGNORED},
    [CS_REC_CLASS] = {OBJECT, IGNORED},
    [CS_REC_HOOK] = {OBJECT, IGNORED},
    [CS_REC_NOHOOK] = {OBJECT, IGNORED},
    [CS_REC_REDUCE] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_REDUCE_STR] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_FREDUCE] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_FREDUCE_NO] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_NEW] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_SETSTATE] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_STATE_DICT] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_STATE_SLOTS] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_SETITEM] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_ITEM_APPEND] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_ITEM_SET] = {OBJECT, MAYBE_OBJECT},
    [CS_REC_COPIER] = {OBJECT, IGNORED},
    [CS_REC_RAISE] = {OBJECT, MAYBE_STRING},
    [CS_REC_MEMO_CHANGED] = {MAYBE_OBJECT, COUNT},
    [CS_REC_PRESET] = {KEY_THEN_VALUE, KEY_THEN_VALUE},
    [CS_REC_CLOCK] = {COUNT, COUNT},
    [CS_REC_TRUNC] = {COUNT, COUNT},
    [CS_REC_CALLER] = {MAYBE_STRING, MAYBE_STRING},
};

static bool slot_fits(const cs_record *r) {
    return (r->flags & (CS_F_NO_GET | CS_F_NO_PROBE)) || r->arg < UINT32_C(1) << cs_rec_lg(r);
}

static bool value_fits(unsigned meaning, uint32_t value, const cs_record *r, const cs_bounds *bounds) {
    switch ((enum meaning)meaning) {
    case OBJECT: return value >= 1 && value <= bounds->objects;
    case MAYBE_OBJECT: return value <= bounds->objects;
    case MAYBE_STRING: return value <= bounds->strings;
    case SLOT: return slot_fits(r);
    case KEY_THEN_VALUE: return r->t <= bounds->objects;
    case IGNORED:
    case COUNT: return true;
    case NO_SUCH_KIND: break;
    }
    return false;
}

static cs_error check_record(const cs_record *r, const cs_bounds *bounds) {
    if (r->kind >= CS_REC_MAX || MEANINGS[r->kind].obj == NO_SUCH_KIND || cs_rec_role(r) >= CS_ROLE_COUNT)
        return CS_E_CHUNK;
    if (!value_fits(MEANINGS[r->kind].obj, r->obj, r, bounds) || !value_fits(MEANINGS[r->kind].arg, r->arg, r, bounds))
        return CS_E_REF;
    return CS_E_OK;
}

cs_error cs__check_records(const cs_record *rows, size_t n, const cs_bounds *bounds) {
    for (size_t i = 0; i < n; i++) {
        cs_error error = check_record(&rows[i], bounds);
        if (error) return error;
    }
    return CS_E_OK;
}

cs_error cs__check_types(const cs_type *rows, size_t n, const cs_bounds *bounds) {
    for (size_t i = 0; i < n; i++) {
        const cs_type *t = &rows[i];
        if (t->copier >= CS_COPIER_COUNT || t->lg > 31 || (t->probes && t->slot >> t->lg)) return CS_E_CHUNK;
        if (t->name > bounds->strings || t->module > bounds->strings) return CS_E_REF;
    }
    return CS_E_OK;
}

cs_error cs__check_objects(const cs_object *rows, size_t n, const cs_bounds *bounds) {
    for (size_t i = 0; i < n; i++) {
        const cs_object *o = &rows[i];
        if (o->type < 1 || o->type > bounds->types || o->text > bounds->strings || o->name > bounds->strings)
            return CS_E_REF;
    }
    return CS_E_OK;
}

static cs_error check_cam_op(const cs_cam_op *op, uint32_t depth, const cs_record *records, size_t n_records,
                             const cs_bounds *bounds) {
    const cs_step *steps[CS_MAX_STEPS];

    if (op->op < 1 || op->op > 2 || (op->index != UINT32_MAX && op->index >= depth) || op->count > depth)
        return CS_E_CHUNK;
    if (op->rec >= n_records || op->step >= cs_expand(&records[op->rec], steps) || op->value > bounds->objects)
        return CS_E_REF;
    return CS_E_OK;
}

cs_error cs__check_cam(const uint8_t *payload, size_t n, const cs_record *records, size_t n_records,
                       const cs_bounds *bounds) {
    cs_cam_header head;

    if (n < sizeof head) return CS_E_CHUNK;
    memcpy(&head, payload, sizeof head);
    if ((n - sizeof head) % sizeof(cs_cam_op) || (n - sizeof head) / sizeof(cs_cam_op) != head.ops) return CS_E_CHUNK;
    if (head.depth > CS_LIMIT_CAM_DEPTH) return CS_E_LIMIT;
    for (size_t i = 0; i < head.ops; i++) {
        cs_cam_op op;
        memcpy(&op, payload + sizeof head + i * sizeof op, sizeof op);
        cs_error error = check_cam_op(&op, head.depth, records, n_records, bounds);
        if (error) return error;
    }
    return CS_E_OK;
}
