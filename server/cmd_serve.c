/* copyscope serve: the page, on this machine only. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <malloc.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "class_link.h"
#include "clients.h"
#include "gate.h"
#include "lesson_watch.h"
#include "limits.h"
#include "paranoid.h"
#include "python.h"
#include "routes.h"
#include "say.h"
#include "subcommands.h"

static const char help[] =
    "usage: copyscope serve [FILE.cst...] [--class | --lan] [--port N] [--python PYTHON] [--paranoid]\n"
    "                       [--lessons DIR] [--web-root DIR]\n\n"
    "Serves the page on 127.0.0.1 and prints the address to open.  Trace files open without any Python.\n"
    "  --class         a class on this machine: a second address, whose pages follow yours and cannot run anything\n"
    "  --lan           such a class on the network: listens on all addresses, prints the class's as a QR code, too\n"
    "  --port N        exactly this port (0: any); by default 8377 or the next one that is free\n"
    "  --python        the Python that has the recorder; by default $COPYSCOPE_PYTHON, .venv, python3\n"
    "  --paranoid      Python in bubblewrap as well: a file system that holds no more than Python, no network\n"
    "  --max-records N  a run records at most N records (default 1000000); its trace says that it was cut\n"
    "  --max-output N  a run that prints more than N bytes is stopped (default 10000000)\n"
    "  --log LEVEL     error, warning (default), info or debug: what is said on the standard error, a line each\n"
    "  --lessons DIR   the lessons, shown as they are edited; by default those beside the program\n"
    "  --web-root DIR  the page's files from disk, while developing\n\n"
    "example: copyscope serve outer.cst\n"
    "exit: 0 ended by Ctrl-C or SIGTERM, 2 usage, 3 could not\n";

typedef struct {
    int port; /* -1: the default or the next */
    const char *python, *lessons, *web_root;
    bool paranoid, with_class, lan;
    uint64_t records, output; /* of a run, at most */
    char **files;
    int file_count;
} arguments;

typedef struct {
    cs_gate gate;
    cs_site site;
    cs_clients *clients;
} server;

/* Reads an option's value; false after saying what is wanted. */
static bool number(const char *option, uint64_t least, uint64_t most, uint64_t *out) {
    char *end;
    errno = 0;
    *out = strtoull(optarg, &end, 10);
    if (*optarg >= '0' && *optarg <= '9' && !*end && !errno && *out >= least && *out <= most) return true;
    fprintf(stderr, "copyscope serve: %s wants a number from %" PRIu64 " to %" PRIu64 "\n", option, least, most);
    return false;
}

/* Returns -1 when it is to serve, else the exit code. */
static int parse(int argc, char **argv, arguments *a) {
    static const struct option options[] = {{"port", required_argument, NULL, 'p'},
                                            {"python", required_argument, NULL, 'y'},
                                            {"lessons", required_argument, NULL, 'l'},
                                            {"web-root", required_argument, NULL, 'w'},
                                            {"paranoid", no_argument, NULL, 'b'},
                                            {"log", required_argument, NULL, 'L'},
                                            {"max-records", required_argument, NULL, 'R'},
                                            {"max-output", required_argument, NULL, 'O'},
                                            {"class", no_argument, NULL, 'c'},
                                            {"lan", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {0}};
    uint64_t port;
    *a = (arguments){.port = -1, .records = CS_WORKER_RECORDS, .output = CS_WORKER_OUTPUT};
    for (int c; (c = getopt_long(argc, argv, "h", options, NULL)) != -1;) switch (c) {
        case 'p':
            if (!number("--port", 0, 65535, &port)) return CS_EXIT_USAGE;
            a->port = (int)port;
            break;
        case 'R':
            if (!number("--max-records", 1, CS_RECORDS_MOST, &a->records)) return CS_EXIT_USAGE;
            break;
        case 'O':
            if (!number("--max-output", 1, CS_OUTPUT_MOST, &a->output)) return CS_EXIT_USAGE;
            break;
        case 'L':
            if (cs_say_level(optarg)) break;
            fprintf(stderr, "copyscope serve: --log wants error, warning, info or debug\n");
            return CS_EXIT_USAGE;
        case 'y': a->python = optarg; break;
        case 'l': a->lessons = optarg; break;
        case 'b': a->paranoid = true; break;
        case 'w': a->web_root = optarg; break;
        case 'n': a->lan = true; /* fall through */
        case 'c': a->with_class = true; break;
        case 'h': fputs(help, stdout); return CS_EXIT_DONE;
        default: fputs(help, stderr); return CS_EXIT_USAGE;
        }
    a->files = argv + optind;
    a->file_count = argc - optind;
    return -1;
}

/* ---- the transport's callbacks ---- */

static bool on_admit(void *ctx, cs_exchange *x) { return cs_gate_admit(&((server *)ctx)->gate, x); }
static void on_get(void *ctx, cs_exchange *x) { cs_route(&((server *)ctx)->site, x); }
static void *on_opened(void *ctx, cs_socket *socket, const cs_exchange *handshake) {
    server *s = ctx;
    return cs_client_opened(s->clients, socket, cs_gate_role(&s->gate, handshake));
}
static bool on_text(void *client, const char *text, size_t n) { return cs_client_text(client, text, n); }
static void on_closed(void *client) { cs_client_closed(client); }

/* ---- the port ---- */

/* Returns the port if it is free (0: finds one), or -1. */
static int free_port(int port, bool everywhere) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(everywhere ? INADDR_ANY : INADDR_LOOPBACK)};
    socklen_t n = sizeof address;
    int on = 1, result = -1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, n) == 0 && listen(fd, 1) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &n) == 0)
        result = ntohs(address.sin_port);
    close(fd);
    return result;
}

/* The gate knows the port before the first request can come. */
static cs_transport *listen_on(server *s, int port) {
    static const cs_transport_ops ops = {on_admit, on_get, on_opened, on_text, on_closed};
    int found = free_port(port, s->gate.lan);
    if (found < 0) return NULL;
    cs_gate_set_port(&s->gate, found);
    return cs_transport_start(&ops, s, found, s->gate.lan, CS_CLIENTS_MAX + (s->site.room ? CS_PRESENTERS_MAX : 0));
}

/* NULL after saying why. */
static cs_transport *start_listening(server *s, int wanted) {
    cs_transport *t;
    if (wanted >= 0) {
        int tries = wanted ? 1 : CS_PORTS_TRIED; /* any port: one found free may be taken a moment later */
        do t = listen_on(s, wanted);
        while (!t && --tries);
        if (!t) fprintf(stderr, "copyscope serve: port %d is taken or not allowed: choose another\n", wanted);
        return t;
    }
    for (int port = CS_PORT; port < CS_PORT + CS_PORTS_TRIED; port++) {
        if (!(t = listen_on(s, port))) continue;
        if (port != CS_PORT) fprintf(stderr, "copyscope: port %d is taken, %d is free\n", CS_PORT, port);
        return t;
    }
    fprintf(stderr, "copyscope serve: the ports from %d to %d are all taken: choose one with --port\n", CS_PORT,
            CS_PORT + CS_PORTS_TRIED - 1);
    return NULL;
}

/* ---- serving ---- */

/* Says what of the box this machine lacks.  False: the zygote did not start within what was to be around it. */
static bool say_box(cs_zygote *zygote, bool paranoid) {
    char *text = cs_zygote_box(zygote, CS_BOX_MS);
    cJSON *box = text ? cJSON_Parse(text) : NULL;
    const cJSON *lack;
    const char *refuses = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(box, "refuses"));
    cJSON_ArrayForEach(lack, cJSON_GetObjectItemCaseSensitive(box, "lacks")) {
        const char *line = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(lack, "text"));
        if (line) fprintf(stderr, "copyscope: %s\n", line);
    }
    if (refuses && *refuses) fprintf(stderr, "copyscope: %s\n", refuses);
    if (!box && paranoid) fprintf(stderr, "copyscope serve: Python does not start in bubblewrap: see the line above\n");
    bool found = box || !paranoid;
    cJSON_Delete(box);
    free(text);
    return found;
}

static int open_files(cs_hub *hub, const arguments *a) {
    for (int i = 0; i < a->file_count; i++) {
        cs_status st;
        if (cs_hub_open_file(hub, a->files[i], &st) != 0) {
            fprintf(stderr, "copyscope serve: %s: refused at byte %" PRIu64 ": %s\n", a->files[i], st.offset,
                    cs_strerror(st.error));
            return -1;
        }
        if (!st.complete)
            fprintf(stderr, "copyscope: %s is readable up to byte %" PRIu64 ": %s\n", a->files[i], st.offset,
                    cs_strerror(st.error));
    }
    return 0;
}

/* Serves until a signal asks for the end. */
static int serve(server *s, int port, const sigset_t *ends) {
    int number;
    cs_transport *transport = start_listening(s, port);
    if (!transport) return CS_EXIT_COULD_NOT;
    printf("copyscope: http://127.0.0.1:%d/#t=%s\n", s->gate.port, s->gate.token);
    cs_class_announce(&s->gate);
    fflush(stdout);
    cs_say(CS_SAY_INFO, "serve.start", "port=%d pid=%d", s->gate.port, (int)getpid());
    sigwait(ends, &number);
    cs_say(CS_SAY_INFO, "serve.end", "signal=%d", number);
    cs_clients_kick_all(s->clients);
    cs_transport_stop(transport);
    return CS_EXIT_DONE;
}

static int serve_hub(server *s, cs_hub *hub, const arguments *a, const sigset_t *ends) {
    int exit_code = CS_EXIT_COULD_NOT;
    s->site.hub = hub;
    s->site.gate = &s->gate;
    if (a->with_class) s->site.room = cs_classroom_new();
    s->clients = cs_clients_new(hub, s->site.room);
    cs_lesson_watch *watch = s->clients ? cs_lesson_watch_start(s->site.lessons, s->clients) : NULL;
    bool boxed = !s->site.zygote || say_box(s->site.zygote, a->paranoid);
    if (boxed && s->clients && open_files(hub, a) == 0) exit_code = serve(s, a->port, ends);
    cs_lesson_watch_stop(watch);
    cs_hub_free(hub);
    cs_clients_free(s->clients);
    cs_classroom_free(s->site.room);
    return exit_code;
}

int cs_cmd_serve(int argc, char **argv) {
    arguments a;
    int exit_code = parse(argc, argv, &a);
    if (exit_code >= 0) return exit_code;
    char lessons[4200], why[4200] = "";
    cs_python python;
    server s = {0};
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &ends, NULL); /* before any thread: they all leave the signals to this one */
    signal(SIGPIPE, SIG_IGN);
    mallopt(M_ARENA_MAX, CS_ARENAS);

    char **wrapper = NULL;
    cs_zygote *zygote = NULL; /* before the threads */
    if (cs_python_find(a.python, &python, why, sizeof why) == 0) {
        if (a.paranoid && !(wrapper = cs_paranoid_wrapper(python.path, why, sizeof why))) {
            fprintf(stderr, "copyscope serve: %s\n", why);
            return CS_EXIT_COULD_NOT;
        }
        zygote = cs_zygote_start(python.path, true, wrapper);
    }
    s.site.zygote = zygote;
    if (zygote) s.site.python = python.version;
    else fprintf(stderr, "copyscope: %s\n", s.site.no_python = *why ? why : "Python could not be started");
    s.site.web_root = a.web_root;
    s.site.lessons = a.lessons;
    if (!a.lessons && cs_beside_program("lessons", lessons, sizeof lessons) == 0) s.site.lessons = lessons;

    cs_hub *hub = cs_gate_init(&s.gate, a.with_class, a.lan) == 0 ? cs_hub_new(zygote, why) : NULL;
    if (hub) cs_hub_limit(hub, a.records, a.output);
    exit_code = hub ? serve_hub(&s, hub, &a, &ends) : CS_EXIT_COULD_NOT;
    cs_zygote_stop(zygote);
    cs_paranoid_free(wrapper);
    return exit_code;
}
