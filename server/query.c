#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "query_tokens.h"

#define DEEPEST 64u

typedef enum { OP_OR, OP_AND, OP_NOT, OP_IS, OP_EQ, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_HAS } operation;

typedef struct node node;
struct node {
    operation op;
    const node *left, *right;
    const cs_token *name, *sign, *value; /* of a condition */
    const cs_query_field *field, *other; /* other: the value is a field */
};

struct cs_query {
    char *text;
    cs_token tokens[CS_QUERY_LONGEST + 1];
    size_t count;
    node nodes[2 * CS_QUERY_LONGEST]; /* a token makes one at most, and a join another */
    size_t used;
    const node *root;
};

typedef struct {
    cs_query *q;
    const cs_token *at;
    unsigned depth;
    cs_query_error *error;
} parser;

static node *make(parser *p, node n) {
    p->q->nodes[p->q->used] = n;
    return &p->q->nodes[p->q->used++];
}

static bool sign(const parser *p, const char *word) {
    return p->at->kind == CS_TOKEN_SIGN && strcmp(p->at->sign, word) == 0;
}

#define SHOWN(t) (int)((t)->n < 60 ? (t)->n : 60), (t)->raw

/* ---- text to tree; each returns NULL after setting the error ---- */

static const node *either(parser *p);

static bool operator_of(const cs_token *t, operation *op) {
    static const char *const signs[] = {
        [OP_EQ] = "==", [OP_NE] = "!=", [OP_LT] = "<", [OP_LE] = "<=", [OP_GT] = ">", [OP_GE] = ">=", [OP_HAS] = "~"};
    for (operation i = OP_EQ; i <= OP_HAS; i++)
        if (t->kind == CS_TOKEN_SIGN && strcmp(t->sign, signs[i]) == 0) return *op = i, true;
    return false;
}

static const node *condition(parser *p) {
    node n = {.op = OP_IS, .name = p->at};
    if (p->at->kind != CS_TOKEN_NAME) {
        cs_query_fault(p->error, p->at->column, "condition",
                       "a name such as event, type or memo.hit is expected, or ! or (");
        return NULL;
    }
    n.sign = ++p->at;
    if (!operator_of(p->at, &n.op)) return make(p, n);
    n.value = ++p->at;
    if (p->at->kind == CS_TOKEN_END || p->at->kind == CS_TOKEN_SIGN) {
        cs_query_fault(p->error, p->at->column, "value", "a value is expected: a number, \"text\", true, none");
        return NULL;
    }
    p->at++;
    return make(p, n);
}

static const node *group(parser *p) {
    p->at++;
    const node *inner = either(p);
    if (inner && !sign(p, ")")) {
        cs_query_fault(p->error, p->at->column, "close", "&& or || or ) is expected");
        return NULL;
    }
    p->at++;
    return inner;
}

static const node *term(parser *p) {
    const node *n;
    if (++p->depth > DEEPEST) {
        cs_query_fault(p->error, p->at->column, "flatter", "at most %u parentheses inside each other", DEEPEST);
        return NULL;
    }
    if (sign(p, "!")) {
        p->at++;
        n = term(p);
        if (n) n = make(p, (node){.op = OP_NOT, .left = n});
    } else {
        n = sign(p, "(") ? group(p) : condition(p);
    }
    p->depth--;
    return n;
}

static const node *joined(parser *p, const char *word, operation op, const node *(*part)(parser *p)) {
    const node *left = part(p);
    while (left && sign(p, word)) {
        p->at++;
        const node *right = part(p);
        left = right ? make(p, (node){.op = op, .left = left, .right = right}) : NULL;
    }
    return left;
}

static const node *both(parser *p) { return joined(p, "&&", OP_AND, term); }
static const node *either(parser *p) { return joined(p, "||", OP_OR, both); }

/* ---- kinds, before any event is looked at ---- */

/* Letters to change, to add or to take away. */
static size_t distance(const char *a, size_t n, const char *b) {
    size_t row[64], m = strlen(b);
    for (size_t j = 0; j <= m; j++) row[j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t before = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            const size_t above = row[j];
            size_t least = before + (a[i - 1] != b[j - 1]);
            if (above + 1 < least) least = above + 1;
            if (row[j - 1] + 1 < least) least = row[j - 1] + 1;
            before = above;
            row[j] = least;
        }
    }
    return row[m];
}

/* The name that was probably meant, or NULL. */
static const char *nearest(const cs_token *t) {
    const char *best = NULL;
    size_t least = t->n / 3 + 2;
    for (size_t i = 0; cs_query_field_at(i); i++) {
        const char *name = cs_query_field_at(i)->name, *part = strstr(name, ".");
        const bool is_part = part && ((strlen(part + 1) == t->n && memcmp(part + 1, t->raw, t->n) == 0) ||
                                      ((size_t)(part - name) == t->n && memcmp(name, t->raw, t->n) == 0));
        const size_t by = is_part ? 1 : distance(t->raw, t->n, name);
        if (by >= least) continue;
        least = by;
        best = name;
    }
    return best;
}

static const cs_query_field *field_of(const cs_token *t, cs_query_error *error) {
    const cs_query_field *field = cs_query_field_find(t->raw, t->n);
    if (field) return field;
    const char *near = nearest(t);
    cs_query_fault(error, t->column, "name", "there is no name %.*s%s%s%s", SHOWN(t), near ? "; is " : "",
                   near ? near : "", near ? " meant?" : "");
    return NULL;
}

static const char *const kinds[] = {[CS_QUERY_NUMBER] = "number", [CS_QUERY_TEXT] = "text", [CS_QUERY_YESNO] = "yesno"};
static const char *const kind_words[] = {
    [CS_QUERY_NUMBER] = "a number", [CS_QUERY_TEXT] = "text", [CS_QUERY_YESNO] = "true or false"};

static bool check_operand(node *n, cs_query_error *error) {
    const cs_token *v = n->value;
    const cs_query_kind kind = n->field->kind;
    if (v->kind == CS_TOKEN_NAME) {
        if (kind == CS_QUERY_TEXT && !cs_query_field_find(v->raw, v->n)) {
            cs_query_fault(error, v->column, "quoted", "text stands in quotes: \"%.*s\"", SHOWN(v));
            return false;
        }
        if (!(n->other = field_of(v, error))) return false;
        if (n->other->kind == kind) return true;
    } else {
        const cs_query_kind own = v->kind == CS_TOKEN_NUMBER ? CS_QUERY_NUMBER
                                  : v->kind == CS_TOKEN_TEXT ? CS_QUERY_TEXT
                                                             : CS_QUERY_YESNO;
        if (v->value.none || own == kind) return true;
    }
    cs_query_fault(error, v->column, kinds[kind], "%s is %s, %.*s is not", n->field->name, kind_words[kind], SHOWN(v));
    return false;
}

static bool check_condition(node *n, cs_query_error *error) {
    if (!(n->field = field_of(n->name, error))) return false;
    const cs_query_kind kind = n->field->kind;
    const char *name = n->field->name;
    if (n->op == OP_IS) {
        if (kind == CS_QUERY_YESNO) return true;
        cs_query_fault(error, n->name->column + (unsigned)n->name->n, "operator",
                       "%s needs a comparison: ==, !=, <, >, ~", name);
        return false;
    }
    const bool ordered = n->op >= OP_LT && n->op <= OP_GE;
    if (ordered && kind == CS_QUERY_TEXT) {
        cs_query_fault(error, n->sign->column, "texts", "%s is text: ==, != and ~ compare it, %s does not", name,
                       n->sign->sign);
        return false;
    }
    if ((n->op == OP_HAS && kind != CS_QUERY_TEXT) || (ordered && kind != CS_QUERY_NUMBER)) {
        cs_query_fault(error, n->sign->column, "equality", "%s is no text: ~ looks for text in text", name);
        return false;
    }
    return check_operand(n, error);
}

/* In the order in which they stand: joins are the later nodes. */
static bool check(const node *n, cs_query_error *error) {
    if (n->op > OP_NOT) return check_condition((node *)n, error);
    return check(n->left, error) && (!n->right || check(n->right, error));
}

cs_query *cs_query_parse(const char *text, cs_query_error *error) {
    cs_query *q = calloc(1, sizeof *q);
    *error = (cs_query_error){.expects = "memory", .words = "out of memory"};
    if (!q || !(q->text = strdup(text)) || !(q->count = cs_query_tokens(q->text, q->tokens, error))) goto failed;
    parser p = {q, q->tokens, 0, error};
    if (!(q->root = either(&p))) goto failed;
    if (p.at->kind != CS_TOKEN_END) {
        cs_query_fault(error, p.at->column, "joiner", "&& or || or the end is expected, not %.*s", SHOWN(p.at));
        goto failed;
    }
    if (check(q->root, error)) return q;
failed:
    cs_query_free(q);
    return NULL;
}

void cs_query_free(cs_query *q) {
    if (!q) return;
    for (size_t i = 0; i < q->count; i++)
        if (q->tokens[i].kind == CS_TOKEN_TEXT) free((char *)q->tokens[i].value.text);
    free(q->text);
    free(q);
}

/* ---- events ---- */

static bool equal(const cs_query_value *a, const cs_query_value *b, cs_query_kind kind) {
    if (a->none || b->none) return a->none && b->none;
    if (kind == CS_QUERY_NUMBER) return a->number == b->number;
    if (kind == CS_QUERY_YESNO) return a->yes == b->yes;
    return a->n == b->n && (a->n == 0 || memcmp(a->text, b->text, a->n) == 0);
}

static bool compare(const node *n, cs_query_row *row) {
    const cs_query_value a = n->field->read(row), b = n->other ? n->other->read(row) : n->value->value;
    if (n->op == OP_EQ) return equal(&a, &b, n->field->kind);
    if (n->op == OP_NE) return !equal(&a, &b, n->field->kind);
    if (a.none || b.none) return false;
    switch (n->op) {
    case OP_LT: return a.number < b.number;
    case OP_LE: return a.number <= b.number;
    case OP_GT: return a.number > b.number;
    case OP_GE: return a.number >= b.number;
    default: return b.n == 0 || memmem(a.text, a.n, b.text, b.n) != NULL;
    }
}

static bool holds(const node *n, cs_query_row *row) {
    switch (n->op) {
    case OP_OR: return holds(n->left, row) || holds(n->right, row);
    case OP_AND: return holds(n->left, row) && holds(n->right, row);
    case OP_NOT: return !holds(n->left, row);
    case OP_IS: {
        const cs_query_value v = n->field->read(row);
        return !v.none && v.yes;
    }
    default: return compare(n, row);
    }
}

bool cs_query_test(const cs_query *q, cs_query_row *row) { return holds(q->root, row); }
