/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/api_stack/api_stack.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/str.h"
#include "proto/api/all.h"

enum { READY_MS = 60000, ASK_MS = 10000 };

static const char *const services[API_SERVICES] = {"gateway",   "intake", "scoring",
                                                   "publicity", "credit", "reporting"};

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "api_stack: %s: %s\n", what, why);
    abort();
}

static int index_of(const char *service)
{
    for (int i = 0; i < API_SERVICES; i++)
        if (strcmp(services[i], service) == 0)
            return i;
    give_up(service, "not a service");
    return -1;
}

/* ---- processes ---- */

static void run(struct api_stack *s, const char *service, char **sets, int n)
{
    char *program = arena_printf(s->arena, "%s/bin/%s", HP_BUILD_DIR, service);
    char *log = arena_printf(s->arena, "%s/%s.log", s->dir, service);
    char *argv[2 * API_SETS + 2];
    int argc = 0, fd = open(log, O_CREAT | O_WRONLY | O_TRUNC, 0600);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    dup2(fd, STDERR_FILENO);
    argv[argc++] = program;
    for (int i = 0; i < n; i++) {
        argv[argc++] = (char *)"--set";
        argv[argc++] = sets[i];
    }
    argv[argc] = NULL;
    execv(program, argv);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(127);
}

static void wait_ready(struct api_stack *s, const char *service)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Envelope *env = bus_envelope(s->arena, "bus.GetState", DISTRICT, &get.base, READY_MS);
    Hp__Reply *reply = NULL;

    if (bus_ask(s->link, s->arena, service, env, &reply) ||
        reply->status != HP__REPLY__STATUS__DONE)
        give_up(service, "does not answer; see its log");
}

static void start(struct api_stack *s, int i, char **more, int n_more)
{
    char *sets[API_SETS];
    int n = 0;

    sets[n++] = arena_printf(s->arena, "db=%s", s->schemas[i].conninfo);
    sets[n++] = arena_printf(s->arena, "schema=%s", s->schemas[i].schema);
    sets[n++] = arena_printf(s->arena, "bus.dir=%s", s->dir);
    sets[n++] = (char *)"districts=" DISTRICT;
    for (int k = 0; k < n_more; k++)
        sets[n++] = more[k];
    s->pids[i] = fork();
    if (s->pids[i] < 0)
        give_up("fork", strerror(errno));
    if (s->pids[i] == 0)
        run(s, services[i], sets, n);
    s->started[i] = true;
    wait_ready(s, services[i]);
}

/* The log says which port the system gave. */
static void read_port(struct api_stack *s)
{
    char *path = arena_printf(s->arena, "%s/gateway.log", s->dir), line[4096];
    FILE *f = fopen(path, "r");

    while (f && fgets(line, sizeof(line), f)) {
        char *port = strstr(line, "\"http listening\"") ? strstr(line, "\"port\":\"") : NULL;

        if (port)
            s->port = (int)strtol(port + 8, NULL, 10);
    }
    if (f)
        fclose(f);
    if (!s->port)
        give_up("gateway", "no port in its log");
}

static void first_administrator(struct api_stack *s)
{
    Gateway__CreateFirstAdministrator m = GATEWAY__CREATE_FIRST_ADMINISTRATOR__INIT;

    m.account = (char *)ADMIN;
    m.password = (char *)ADMIN_PASSWORD;
    if (api_ask(s, "gateway", "gateway.CreateFirstAdministrator", CITY, &m.base)->status !=
        HP__REPLY__STATUS__DONE)
        give_up("CreateFirstAdministrator", "refused");
}

void api_open(struct api_stack *s, ...)
{
    va_list ap;

    *s = (struct api_stack){.dir = "/tmp/hp-api-XXXXXX", .arena = arena_new()};
    if (!mkdtemp(s->dir))
        give_up("mkdtemp", strerror(errno));
    s->conf.dir = s->dir;
    s->conf.peers = s->conf.listen = (char *)"";
    if (bus_link_new(&s->conf, &s->link, NULL) != 0)
        give_up("bus_link_new", "failed");
    for (int i = 0; i < API_SERVICES; i++)
        pg_test_schema(&s->schemas[i], services[i]);
    s->sets[s->n_sets++] = (char *)"http.port=0";
    s->sets[s->n_sets++] = (char *)"password.memory=8";
    s->sets[s->n_sets++] = (char *)"password.passes=1";
    s->sets[s->n_sets++] = arena_printf(s->arena, "data.dir=%s/data", s->dir);
    va_start(ap, s);
    for (char *set; (set = va_arg(ap, char *));)
        s->sets[s->n_sets++] = set;
    va_end(ap);
    start(s, 0, s->sets, s->n_sets);
    read_port(s);
    s->curl = curl_easy_init();
    first_administrator(s);
}

void api_start(struct api_stack *s, const char *service)
{
    char *sets[] = {(char *)"clock.mode=manual",
                    arena_printf(s->arena, "clock.start=%s", s->clock)};

    if (strcmp(service, "gateway") != 0) {
        start(s, index_of(service), sets, s->clock ? 2 : 0);
        return;
    }
    start(s, 0, s->sets, s->n_sets);
    read_port(s);
}

void api_start_all(struct api_stack *s)
{
    for (int i = 0; i < API_SERVICES; i++)
        if (!s->started[i])
            api_start(s, services[i]);
}

int api_end(struct api_stack *s, const char *service, int signal)
{
    int i = index_of(service), status = 0;

    kill(s->pids[i], signal);
    while (waitpid(s->pids[i], &status, 0) < 0 && errno == EINTR)
        ;
    s->started[i] = false;
    return status;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

void api_close(struct api_stack *s)
{
    for (int i = 0; i < API_SERVICES; i++)
        if (s->started[i])
            api_end(s, services[i], SIGKILL);
    curl_easy_cleanup(s->curl);
    bus_link_free(s->link);
    nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    arena_free(s->arena);
}

/* ---- HTTP ---- */

static size_t collect(char *data, size_t one, size_t n, void *arg)
{
    str_add_bytes(arg, data, one * n);
    return one * n;
}

static void forget_json(void *json)
{
    json_decref(json);
}

static struct curl_slist *header_list(struct api_stack *s, const char *token,
                                      const char *const *headers)
{
    struct curl_slist *list =
        curl_slist_append(NULL, "Expect:"); /* bodies are small: no asking first */

    for (; headers && *headers; headers++)
        list = curl_slist_append(list, *headers);
    if (token)
        list = curl_slist_append(list, arena_printf(s->arena, "Authorization: Bearer %s", token));
    return list;
}

struct answer api_call_bytes(struct api_stack *s, const char *method, const char *path,
                             const char *token, const void *body, size_t size,
                             const char *const *headers)
{
    CLEANUP(str_release) struct str out = STR_INIT, head = STR_INIT;
    struct curl_slist *list = header_list(s, token, headers);
    struct answer a = {0};
    long status = 0;
    CURLcode r;

    curl_easy_reset(s->curl);
    curl_easy_setopt(s->curl, CURLOPT_URL,
                     arena_printf(s->arena, "http://127.0.0.1:%d%s%s", s->port,
                                  *path == '/' ? "" : "/api/v1/districts/", path));
    curl_easy_setopt(s->curl, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(s->curl, CURLOPT_HTTPHEADER, list);
    curl_easy_setopt(s->curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(s->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(s->curl, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(s->curl, CURLOPT_WRITEDATA, &out);
    curl_easy_setopt(s->curl, CURLOPT_HEADERDATA, &head);
    if (body) {
        curl_easy_setopt(s->curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(s->curl, CURLOPT_POSTFIELDSIZE, (long)size);
    }
    if (strcmp(method, "HEAD") == 0)
        curl_easy_setopt(s->curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(s->curl, CURLOPT_CUSTOMREQUEST, method);
    r = curl_easy_perform(s->curl);
    curl_slist_free_all(list);
    if (r)
        give_up(path, curl_easy_strerror(r));
    curl_easy_getinfo(s->curl, CURLINFO_RESPONSE_CODE, &status);
    a.status = (int)status;
    a.size = out.size;
    a.body = arena_strndup(s->arena, out.text, out.size);
    a.headers = arena_strndup(s->arena, head.text, head.size);
    a.json = json_loadb(out.text, out.size, JSON_REJECT_DUPLICATES, NULL);
    if (a.json)
        arena_on_end(s->arena, forget_json, a.json);
    return a;
}

struct answer api_call(struct api_stack *s, const char *method, const char *path, const char *token,
                       const char *body, ...)
{
    const char *headers[16] = {0};
    bool typed = !body;
    va_list ap;
    int n = 0;

    va_start(ap, body);
    for (; n < 14 && (headers[n] = va_arg(ap, const char *)); n++)
        typed |= strncasecmp(headers[n], "Content-Type:", 13) == 0;
    va_end(ap);
    if (!typed)
        headers[n] = "Content-Type: application/json";
    return api_call_bytes(s, method, path, token, body, body ? strlen(body) : 0, headers);
}

const char *answer_header(struct api_stack *s, const struct answer *a, const char *name)
{
    size_t size = strlen(name);

    for (const char *p = a->headers; p && *p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL)
        if (strncasecmp(p, name, size) == 0 && p[size] == ':') {
            p += size + 1 + strspn(p + size + 1, " ");
            return arena_strndup(s->arena, p, strcspn(p, "\r\n"));
        }
    return NULL;
}

const char *answer_text(const struct answer *a, const char *name)
{
    const char *text = json_string_value(json_object_get(a->json, name));

    return text ? text : "";
}

/* ---- accounts ---- */

const char *api_login(struct api_stack *s, const char *account, const char *password)
{
    char *body =
        arena_printf(s->arena, "{\"account\":\"%s\",\"password\":\"%s\"}", account, password);
    struct answer a = api_call(s, "POST", CITY "/sessions", NULL, body, NULL);

    if (a.status != 200)
        give_up(account, a.body);
    return answer_text(&a, "token");
}

const char *api_account(struct api_stack *s, const char *admin_token, const char *account,
                        const char *role, const char *region, const char *subject)
{
    char *with = subject ? arena_printf(s->arena, ",\"subject\":\"%s\"", subject)
                         : arena_strdup(s->arena, "");
    char *body =
        arena_printf(s->arena,
                     "{\"account\":\"%s\",\"name\":\"样例\",\"password\":\"" ADMIN_PASSWORD "\","
                     "\"bindings\":[{\"role\":\"%s\",\"region\":\"%s\"%s}]}",
                     account, role, region, with);
    struct answer a = api_call(s, "POST", CITY "/accounts", admin_token, body, NULL);

    if (a.status != 201)
        give_up(account, a.body);
    return api_login(s, account, ADMIN_PASSWORD);
}

const char *api_value(struct api_stack *s, const char *sql)
{
    char *value = pg_test_value(&s->schemas[0], sql),
         *kept = arena_strdup(s->arena, value ? value : "");

    free(value);
    return kept;
}

Hp__Reply *api_ask(struct api_stack *s, const char *service, const char *type, const char *district,
                   const ProtobufCMessage *message)
{
    Hp__Envelope *env = bus_envelope(s->arena, type, district, message, ASK_MS);
    Hp__Reply *reply = NULL;

    if (bus_ask(s->link, s->arena, service, env, &reply))
        give_up(type, "no answer");
    return reply;
}
