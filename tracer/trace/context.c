/* What a head lets expect, from what events.def says of its kind. */
#include "context.h"

static bool is_object(unsigned operand) {
    switch (operand) {
    case CS_OPERAND_X:
    case CS_OPERAND_Y:
    case CS_OPERAND_LAST:
    case CS_OPERAND_NEW:
    case CS_OPERAND_MEMO: return true;
    default: return false;
    }
}

static unsigned expect_obj(const cs_rec_shape *shape, bool opens) {
    if (shape->obj == CS_OPERAND_X) return opens ? CS_EXPECT_NEXT : CS_EXPECT_X;
    return shape->obj == CS_OPERAND_Y ? CS_EXPECT_Y : CS_EXPECT_ZERO;
}

static unsigned expect_arg(const cs_rec_shape *shape, unsigned flags) {
    switch (shape->arg) {
    case CS_OPERAND_X: return CS_EXPECT_X;
    case CS_OPERAND_Y: return shape->call == CS_CALL_WHOLE ? CS_EXPECT_NEXT : CS_EXPECT_Y;
    case CS_OPERAND_LAST: return CS_EXPECT_LAST;
    case CS_OPERAND_NEW:
    case CS_OPERAND_MEMO: return CS_EXPECT_NEXT;
    case CS_OPERAND_SLOT: return flags & (CS_F_NO_GET | CS_F_NO_PROBE) ? CS_EXPECT_ZERO : CS_EXPECT_SLOT;
    default: return CS_EXPECT_ZERO;
    }
}

static unsigned effects(const cs_rec_shape *shape, bool opens) {
    bool whole = shape->call == CS_CALL_WHOLE, closes = whole || shape->call == CS_CALL_CLOSES;
    unsigned does = 0;

    if (is_object(shape->obj)) does |= CS_DOES_MEET_OBJ;
    if (is_object(shape->arg)) does |= CS_DOES_MEET_ARG;
    if (opens && !whole) does |= CS_DOES_PUSH;
    if (closes && !opens) does |= CS_DOES_POP;
    if (shape->arg == CS_OPERAND_Y && !whole) does |= CS_DOES_MAKE;
    if (closes) does |= shape->arg == CS_OPERAND_Y || shape->arg == CS_OPERAND_X ? CS_DOES_GIVE_ARG : CS_DOES_GIVE_OBJ;
    if (shape->t == CS_OPERAND_TIME) does |= CS_DOES_TIME;
    return does;
}

static unsigned count_steps(const cs_record *r) {
    const cs_step *steps[CS_MAX_STEPS];
    return cs_expand(r, steps);
}

/* Of a row that stands for a dict's item. */
static unsigned count_item_steps(cs_record r) {
    cs_record setitem = {.kind = CS_REC_SETITEM}; /* one step, whatever its flags and role */
    unsigned n = count_steps(&setitem);

    r.kind = r.kind == CS_FUSED_ITEM ? CS_REC_ATOM : CS_REC_FATOM;
    if (cs_rec_role(&r) == CS_ROLE_DICT_VALUE) n += count_steps(&r);
    r.pack = CS_PACK(0, CS_ROLE_DICT_KEY, 0);
    return n + count_steps(&r);
}

cs_head cs__plan(uint32_t head) {
    cs_record r = cs__record_of(head, 0);
    const cs_rec_shape *shape = cs_shape_of(r.kind);
    bool opens = cs_opens_call(&r);

    if (r.kind >= CS_FUSED_ITEM) return (cs_head){.head = head, .events = (uint8_t)count_item_steps(r)};
    if (!shape) return (cs_head){.head = head};
    return (cs_head){.head = head,
                     .events = (uint8_t)count_steps(&r),
                     .obj = (uint8_t)expect_obj(shape, opens),
                     .arg = (uint8_t)expect_arg(shape, r.flags),
                     .does = (uint8_t)effects(shape, opens)};
}

void cs__context_free(cs_context *c) {
    cs__buffer_free(&c->calls);
    cs__buffer_free(&c->addresses);
    cs__buffer_free(&c->lanes);
}

bool cs__remember(cs_context *c, const cs_object *o) {
    if (c->objects < CS_REMEMBERED) {
        if (!cs__buffer_add(&c->addresses, &o->addr, sizeof o->addr)) return false;
    } else memcpy(c->addresses.data + c->objects % CS_REMEMBERED * sizeof o->addr, &o->addr, sizeof o->addr);
    c->objects++;
    if (o->text > c->strings) c->strings = o->text;
    if (o->name > c->strings) c->strings = o->name;
    return true;
}

uint64_t *cs__lane(cs_context *c, const cs_object *o) {
    size_t lane = (size_t)o->type * 2 + (o->flags & CS_OBJ_COPY ? 1 : 0), end = (lane + 1) * sizeof(uint64_t);

    if (end > c->lanes.used) {
        if (!cs__buffer_reserve(&c->lanes, end - c->lanes.used)) return NULL;
        memset(c->lanes.data + c->lanes.used, 0, end - c->lanes.used);
        c->lanes.used = end;
    }
    return (uint64_t *)(void *)c->lanes.data + lane;
}
