#include "classroom.h"

#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "bell.h"
#include "limits.h"

#define EVENT_MOST 2147483647.0
#define VOTER_LENGTH                                                                                                   \
    32 /* hex digits that a page makes up: they tell two answers of one page apart, and nobody who it is */

typedef struct {
    int bell;
    cs_role role;
} seat;

typedef struct {
    char voter[VOTER_LENGTH];
    unsigned char choice;
} vote;

typedef enum { ASKED_NOT, ASKED_OPEN, ASKED_CLOSED, ASKED_REVEALED } phase;
static const char *const phase_names[] = {"", "open", "closed", "revealed"};

struct cs_classroom {
    pthread_mutex_t lock;
    seat seats[CS_FOLLOWERS_MAX + CS_PRESENTERS_MAX];
    size_t seat_count, followers;
    uint64_t news;                  /* counts every change */
    uint64_t news_of[CS_ROLES];     /* the last one that this role is told of */
    uint32_t trace, other, event;   /* other: 0 for none */
    char *view;                     /* JSON text, or NULL */
    cs_log *shown[CS_CLASS_TRACES]; /* held; the newest first */
    struct {
        phase phase;
        uint32_t serial, trace, event;
        unsigned options;
        vote votes[CS_VOTERS_MAX];
        size_t count;
    } question;
};

cs_classroom *cs_classroom_new(void) {
    cs_classroom *room = calloc(1, sizeof *room);
    if (!room) return NULL;
    room->news = 1;
    for (size_t role = 0; role < CS_ROLES; role++) room->news_of[role] = 1;
    pthread_mutex_init(&room->lock, NULL);
    return room;
}

void cs_classroom_free(cs_classroom *room) {
    if (!room) return;
    for (size_t i = 0; i < CS_CLASS_TRACES; i++) cs_log_drop(room->shown[i]);
    pthread_mutex_destroy(&room->lock);
    free(room->view);
    free(room);
}

/* Needs the lock. */
static void tell(cs_classroom *room, cs_role role) {
    room->news_of[role] = room->news;
    for (size_t i = 0; i < room->seat_count; i++)
        if (room->seats[i].role == role) cs_bell_ring(room->seats[i].bell);
}

/* ---- coming and going ---- */

int cs_classroom_join(cs_classroom *room, cs_role role, int bell) {
    pthread_mutex_lock(&room->lock);
    bool in = room->seat_count < sizeof room->seats / sizeof *room->seats;
    if (in) {
        room->seats[room->seat_count++] = (seat){bell, role};
        room->followers += role == CS_FOLLOWER;
        room->news++;
        tell(room, CS_PRESENTER);
        cs_bell_ring(bell); /* what was told after it looked and before it had a seat */
    }
    pthread_mutex_unlock(&room->lock);
    return in ? 0 : -1;
}

void cs_classroom_leave(cs_classroom *room, int bell) {
    pthread_mutex_lock(&room->lock);
    for (size_t i = 0; i < room->seat_count; i++) {
        if (room->seats[i].bell != bell) continue;
        room->followers -= room->seats[i].role == CS_FOLLOWER;
        room->seats[i] = room->seats[--room->seat_count];
        room->news++;
        tell(room, CS_PRESENTER);
        break;
    }
    pthread_mutex_unlock(&room->lock);
}

/* ---- news ---- */

static void add_counts(cJSON *o, const cs_classroom *room) {
    int counts[CS_OPTIONS_MAX] = {0};
    for (size_t i = 0; i < room->question.count; i++) counts[room->question.votes[i].choice]++;
    cJSON_AddItemToObject(o, "counts", cJSON_CreateIntArray(counts, (int)room->question.options));
}

/* While it is open, only the presenter sees how a question is answered: the others would follow the crowd. */
static cJSON *question_json(const cs_classroom *room, cs_role role) {
    if (room->question.phase == ASKED_NOT) return cJSON_CreateNull();
    cJSON *o = cJSON_CreateObject();
    cJSON_AddNumberToObject(o, "serial", room->question.serial);
    cJSON_AddNumberToObject(o, "event", room->question.event);
    cJSON_AddNumberToObject(o, "options", room->question.options);
    cJSON_AddStringToObject(o, "phase", phase_names[room->question.phase]);
    if (role == CS_PRESENTER || room->question.phase != ASKED_OPEN) add_counts(o, room);
    return o;
}

/* Needs the lock. */
static char *news_text(const cs_classroom *room, cs_role role) {
    cJSON *o = cJSON_CreateObject();
    cJSON_AddStringToObject(o, "op", "class");
    cJSON_AddNumberToObject(o, "seq", (double)room->news_of[role]);
    cJSON_AddNumberToObject(o, "trace", room->trace);
    cJSON_AddNumberToObject(o, "other", room->other);
    cJSON_AddNumberToObject(o, "event", room->event);
    cJSON_AddItemToObject(o, "view", room->view ? cJSON_CreateRaw(room->view) : cJSON_CreateObject());
    cJSON_AddItemToObject(o, "question", question_json(room, role));
    if (role == CS_PRESENTER) cJSON_AddNumberToObject(o, "followers", (double)room->followers);
    char *text = cJSON_PrintUnformatted(o);
    cJSON_Delete(o);
    return text;
}

char *cs_classroom_news(cs_classroom *room, cs_role role, uint64_t *seen) {
    char *text = NULL;
    pthread_mutex_lock(&room->lock);
    if (room->news_of[role] > *seen) {
        text = news_text(room, role);
        *seen = room->news_of[role];
    }
    pthread_mutex_unlock(&room->lock);
    return text;
}

/* ---- the presenter ---- */

/* A whole number from 0 to most, or -1. */
static double whole(const cJSON *object, const char *key, double most) {
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0 && item->valuedouble <= most)) return -1;
    return item->valuedouble == (double)(uint32_t)item->valuedouble ? item->valuedouble : -1;
}

typedef struct {
    phase phase;
    uint32_t event;
    unsigned options;
} asked;

/* What the word asks; false: it asks wrongly. */
static bool read_question(const cJSON *word, asked *out) {
    const cJSON *q = cJSON_GetObjectItemCaseSensitive(word, "question");
    *out = (asked){ASKED_NOT, 0, 0};
    if (!q || cJSON_IsNull(q)) return true;
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(q, "phase"));
    double event = whole(q, "event", EVENT_MOST), options = whole(q, "options", CS_OPTIONS_MAX);
    for (phase p = ASKED_OPEN; name && p <= ASKED_REVEALED; p++)
        if (strcmp(name, phase_names[p]) == 0) out->phase = p;
    if (out->phase == ASKED_NOT || event < 0 || options < 2) return false;
    out->event = (uint32_t)event;
    out->options = (unsigned)options;
    return true;
}

/* Needs the lock.  Another question, or one that is opened again, begins without answers. */
static void ask(cs_classroom *room, const asked *q) {
    bool same = room->question.phase != ASKED_NOT && room->question.trace == room->trace &&
                room->question.event == q->event && room->question.options == q->options;
    if (q->phase == ASKED_OPEN && (!same || room->question.phase != ASKED_OPEN)) {
        room->question.serial++;
        room->question.count = 0;
        room->question.trace = room->trace;
        room->question.event = q->event;
        room->question.options = q->options;
    }
    room->question.phase =
        same || q->phase == ASKED_OPEN ? q->phase : ASKED_NOT; /* what was not asked is not revealed */
}

/* Needs the lock.  Puts the log in front and drops what is too old; takes the hold over. */
static void show(cs_classroom *room, cs_log *log) {
    size_t at = 0;
    while (at < CS_CLASS_TRACES - 1 && room->shown[at] && room->shown[at] != log) at++;
    cs_log_drop(room->shown[at]);
    for (; at > 0; at--) room->shown[at] = room->shown[at - 1];
    room->shown[0] = log;
}

/* The view as text, for free(); *bad: it is none, or too long.  The server knows nothing of what is in it. */
static char *read_view(const cJSON *word, bool *bad) {
    const cJSON *view = cJSON_GetObjectItemCaseSensitive(word, "view");
    char *text = cJSON_IsObject(view) ? cJSON_PrintUnformatted(view) : NULL;
    *bad = view && (!text || strlen(text) > CS_VIEW_MAX);
    return text;
}

uint64_t cs_classroom_lead(cs_classroom *room, cs_log *log, cs_log *other, const cJSON *word, const char **why) {
    asked question;
    bool bad;
    char *view = read_view(word, &bad);
    double event = whole(word, "event", EVENT_MOST);
    *why = event < 0                         ? "a class is led to an event: a whole number"
           : bad                             ? "a class's view is a JSON object of at most 4 kB"
           : !read_question(word, &question) ? "a class's question has an event, 2 to 8 options and a phase"
                                             : NULL;
    if (*why) {
        free(view);
        cs_log_drop(log);
        cs_log_drop(other);
        return 0;
    }
    pthread_mutex_lock(&room->lock);
    free(room->view);
    room->view = view;
    room->event = (uint32_t)event;
    room->trace = cs_log_id(log);
    room->other = other ? cs_log_id(other) : 0;
    if (other) show(room, other);
    show(room, log);
    ask(room, &question);
    uint64_t number = ++room->news;
    tell(room, CS_PRESENTER);
    tell(room, CS_FOLLOWER);
    pthread_mutex_unlock(&room->lock);
    return number;
}

/* ---- answers ---- */

static bool is_voter(const char *name) {
    size_t n = 0;
    while (name && n <= VOTER_LENGTH && isxdigit((unsigned char)name[n])) n++;
    return name && n == VOTER_LENGTH && !name[n];
}

/* Needs the lock. */
static const char *count_vote(cs_classroom *room, const char *voter, unsigned choice) {
    size_t i = 0;
    while (i < room->question.count && memcmp(room->question.votes[i].voter, voter, VOTER_LENGTH) != 0) i++;
    if (i == CS_VOTERS_MAX) return "there are too many answers already";
    room->question.count += i == room->question.count;
    memcpy(room->question.votes[i].voter, voter, VOTER_LENGTH);
    room->question.votes[i].choice = (unsigned char)choice;
    room->news++;
    tell(room, CS_PRESENTER);
    return NULL;
}

const char *cs_classroom_answer(cs_classroom *room, const cJSON *answer) {
    const char *voter = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "voter"));
    double serial = whole(answer, "question", EVENT_MOST), choice = whole(answer, "choice", CS_OPTIONS_MAX - 1);
    const char *why;
    if (!is_voter(voter) || choice < 0) return "an answer has a question, a choice and a voter";
    pthread_mutex_lock(&room->lock);
    if (room->question.phase != ASKED_OPEN || serial != room->question.serial) why = "this question is over";
    else if (choice >= room->question.options) why = "there is no such answer";
    else why = count_vote(room, voter, (unsigned)choice);
    pthread_mutex_unlock(&room->lock);
    return why;
}

/* ---- traces ---- */

cs_log *cs_classroom_trace(cs_classroom *room, uint32_t id) {
    cs_log *log = NULL;
    pthread_mutex_lock(&room->lock);
    for (size_t i = 0; i < CS_CLASS_TRACES && room->shown[i] && !log; i++)
        if (cs_log_id(room->shown[i]) == id) log = cs_log_hold(room->shown[i]);
    pthread_mutex_unlock(&room->lock);
    return log;
}
