/* What rows may refer to: everything a consumer would use as an index is checked here, once. */
#include "check.h"
#include "limits.h"

#include <string.h>

static bool slot_fits(const cs_record *r) {
    return (r->flags & (CS_F_NO_GET | CS_F_NO_PROBE)) || r->arg < UINT32_C(1) << cs_rec_lg(r);
}

/* An object that may be missing is 0; x and y as obj may not. */
static bool value_fits(unsigned operand, uint32_t value, const cs_record *r, const cs_bounds *bounds) {
    switch ((enum cs_operand)operand) {
    case CS_OPERAND_X:
    case CS_OPERAND_Y:
    case CS_OPERAND_LAST:
    case CS_OPERAND_NEW:
    case CS_OPERAND_MEMO:
    case CS_OPERAND_VALUE: return value <= bounds->objects;
    case CS_OPERAND_STRING: return value <= bounds->strings;
    case CS_OPERAND_SLOT: return slot_fits(r);
    case CS_OPERAND_NONE:
    case CS_OPERAND_NUMBER:
    case CS_OPERAND_KEY:
    case CS_OPERAND_LINE:
    case CS_OPERAND_TIME: return true;
    case CS_OPERAND_COUNT: break;
    }
    return false;
}

static cs_error check_record(const cs_record *r, const cs_bounds *bounds) {
    const cs_rec_shape *shape = cs_shape_of(r->kind);

    if (!shape || cs_rec_role(r) >= CS_ROLE_COUNT) return CS_E_CHUNK;
    if (!r->obj && (shape->obj == CS_OPERAND_X || shape->obj == CS_OPERAND_Y)) return CS_E_REF;
    if (!value_fits(shape->obj, r->obj, r, bounds) || !value_fits(shape->arg, r->arg, r, bounds) ||
        !value_fits(shape->t, r->t, r, bounds))
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
