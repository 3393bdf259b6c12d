/* SPDX-License-Identifier: Apache-2.0 */
/* The feed of changes: in pages and as it happens, without a gap, twice or to the wrong reader. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "proto/changes.h"
#include "tests/support/api_stack/api_stack.h"

#define FIRM "91310105MA1010004N"
#define RIVAL "91310105MA11103718"

static struct api_stack s;
static const char *admin, *officer;

static void open_stack(void)
{
    api_open(&s, "live.check=100ms", NULL);
    api_start_all(&s);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
    officer = api_account(&s, admin, "sample-officer", "district", DISTRICT, NULL);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(feed, .init = open_stack, .fini = close_stack, .timeout = 280);

static struct answer done(struct answer a)
{
    cr_assert(a.status == 200 || a.status == 201, "%d %s", a.status, a.body);
    return a;
}

static struct answer page(const char *district, const char *token, const char *after, int limit)
{
    return api_call(&s, "GET",
                    arena_printf(s.arena, "%s/changes?after=%s&limit=%d", district, after, limit),
                    token, NULL, NULL);
}

static void refused(struct answer a, int status, const char *code)
{
    cr_expect_eq(a.status, status, "%s", a.body);
    cr_expect_str_eq(answer_text(&a, "code"), code, "%s", a.body);
}

/* The n-th sample community of the district, which is a change of the intake's stream. */
static const char *region_path(int n)
{
    return arena_printf(s.arena, DISTRICT "/regions/" DISTRICT "%03d", n);
}

static void register_region(int n)
{
    done(api_call(&s, "PUT", region_path(n), officer, "{\"name\":\"样例街道\"}", NULL));
}

/* ---- pages ---- */

enum { WRITTEN = 300 };

static void *write_all(void *arg)
{
    CURL *curl = curl_easy_init();
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    long *failed = arg, status;
    char url[128], bearer[128];

    snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s", officer);
    headers = curl_slist_append(headers, bearer);
    for (int i = 1; i <= WRITTEN; i++) {
        snprintf(url, sizeof(url), "http://127.0.0.1:%d/api/v1/districts/%s/regions/%s%03d", s.port,
                 DISTRICT, DISTRICT, i);
        curl_easy_setopt(curl, CURLOPT_URL, url);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, "PUT");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "{\"name\":\"样例街道\"}");
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        if (curl_easy_perform(curl) || curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) ||
            status != 200)
            ++*failed;
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    return NULL;
}

/* The changes of a page go on from @seen (by source) and are counted into it. */
static void count(const struct answer *a, int64_t *seen)
{
    json_t *list = json_object_get(a->json, "changes"), *change;
    size_t i;

    json_array_foreach(list, i, change)
    {
        int source = change_source(json_string_value(json_object_get(change, "source")));
        int64_t position = json_integer_value(json_object_get(change, "position"));

        cr_assert_geq(source, 0);
        cr_assert_eq(position, seen[source] + 1, "%s", a->body);
        seen[source] = position;
    }
}

Test(feed, pages_go_on_without_a_gap_while_others_write)
{
    const char *after = "";
    int64_t seen[CHANGE_SOURCES] = {0};
    long failed = 0;
    pthread_t writer;
    int limit = 1;

    cr_assert_eq(pthread_create(&writer, NULL, write_all, &failed), 0);
    while (seen[1] < WRITTEN) {
        struct answer a = done(page(DISTRICT, officer, after, limit));

        cr_assert_leq(json_array_size(json_object_get(a.json, "changes")), (size_t)limit);
        count(&a, seen);
        after = answer_text(&a, "next");
        limit = limit % 17 + 1;
    }
    pthread_join(writer, NULL);
    cr_assert_eq(failed, 0);
    cr_assert_eq(seen[1], WRITTEN);
    cr_assert(
        json_is_false(json_object_get(done(page(DISTRICT, officer, after, 10)).json, "more")));
}

Test(feed, now_is_the_end_and_the_place_to_go_on_from)
{
    struct answer a;
    json_t *list;

    register_region(1);
    a = done(page(DISTRICT, officer, "now", 10));
    cr_assert_eq(json_array_size(json_object_get(a.json, "changes")), 0);
    cr_assert(json_is_false(json_object_get(a.json, "more")));
    register_region(2);
    a = done(page(DISTRICT, officer, answer_text(&a, "next"), 10));
    list = json_object_get(a.json, "changes");
    cr_assert_eq(json_array_size(list), 1, "%s", a.body);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "thing_id")),
                     DISTRICT "002");
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(list, 0), "kind")),
                     "intake.RegionRegistered");
}

Test(feed, a_place_that_is_none_is_refused)
{
    struct answer a;

    register_region(1);
    refused(page(DISTRICT, officer, "nonsense", 10), 422, "after_bad");
    refused(page(DISTRICT, officer, "intake.2", 10), 422, "after_bad");
    refused(page(DISTRICT, officer, "", 0), 422, "number_out_of_range");
    refused(page(DISTRICT, officer, "", 501), 422, "number_out_of_range");
    refused(page(DISTRICT, NULL, "", 10), 401, "session_missing");
    a = page("310104", officer, "", 10);
    refused(a, 403, "forbidden");
}

static size_t n_seen(const char *district, const char *token)
{
    struct answer a = done(page(district, token, "", 500));

    return json_array_size(json_object_get(a.json, "changes"));
}

Test(feed, each_hears_of_what_he_may_read)
{
    const char *firm, *rival, *expert;

    done(api_call(&s, "PUT", CITY "/enterprises/" FIRM, officer, "{\"name\":\"样例甲\"}", NULL));
    done(api_call(&s, "PUT", CITY "/enterprises/" RIVAL, officer, "{\"name\":\"样例乙\"}", NULL));
    api_settle(&s);
    done(api_call(&s, "POST", DISTRICT "/assessments", officer,
                  "{\"year\":2023,\"enterprise_id\":\"" FIRM
                  "\",\"grade\":\"excellent\",\"document\":\"样例\"}",
                  NULL));
    firm = api_account(&s, admin, "sample-firm", "enterprise", DISTRICT, FIRM);
    rival = api_account(&s, admin, "sample-rival", "enterprise", DISTRICT, RIVAL);
    expert = api_account(&s, admin, "sample-expert", "expert", DISTRICT, "EXP-1");
    cr_expect_eq(n_seen(DISTRICT, officer), 1);
    cr_expect_eq(n_seen(DISTRICT, firm), 1);
    cr_expect_eq(n_seen(DISTRICT, rival), 0);
    cr_expect_eq(n_seen(DISTRICT, expert), 0);
    cr_expect_eq(n_seen(DISTRICT, admin), 0);
    cr_expect_eq(n_seen(CITY, rival), 2);
}

Test(feed, no_page_passes_over_a_service_that_is_away)
{
    struct answer a;

    register_region(1);
    api_end(&s, "credit", SIGTERM);
    a = page(DISTRICT, officer, "", 10);
    refused(a, 503, "unavailable");
    api_start(&s, "credit");
    a = done(page(DISTRICT, officer, "", 10));
    cr_assert_eq(json_array_size(json_object_get(a.json, "changes")), 1);
}

/* ---- as it happens ---- */

struct watcher {
    int fd;
    struct str text; /* what came */
    size_t read;     /* of it, up to here */
};

static struct watcher watch(const char *district, const char *token, const char *last_id)
{
    struct watcher w = {.fd = socket(AF_INET, SOCK_STREAM, 0), .text = STR_INIT};
    struct sockaddr_in addr = {.sin_family = AF_INET,
                               .sin_port = htons((uint16_t)s.port),
                               .sin_addr = {htonl(INADDR_LOOPBACK)}};
    const char *request = arena_printf(
        s.arena,
        "GET /api/v1/districts/%s/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        "%s\r\n%s%s%s\r\n",
        district, token, last_id ? "Last-Event-ID: " : "", last_id ? last_id : "",
        last_id ? "\r\n" : "");

    cr_assert_eq(connect(w.fd, (const struct sockaddr *)&addr, sizeof(addr)), 0);
    cr_assert_eq(write(w.fd, request, strlen(request)), (ssize_t)strlen(request));
    return w;
}

static void unwatch(struct watcher *w)
{
    close(w->fd);
    str_release(&w->text);
}

/* More of it, or false at its end. */
static bool hear(struct watcher *w)
{
    struct pollfd p = {.fd = w->fd, .events = POLLIN};
    char buf[4096];
    ssize_t n;

    cr_assert_eq(poll(&p, 1, 60000), 1, "nothing came: %s", w->text.text);
    n = read(w->fd, buf, sizeof(buf));
    if (n <= 0)
        return false;
    str_add_bytes(&w->text, buf, (size_t)n);
    return true;
}

/* The next line that begins with @start, without it. */
static const char *next_line(struct watcher *w, const char *start)
{
    for (;;) {
        char *line = w->text.text + w->read,
             *end = w->text.size > w->read ? strchr(line, '\n') : NULL;

        if (!end) {
            cr_assert(hear(w), "it ended: %s", w->text.text);
            continue;
        }
        w->read += (size_t)(end - line) + 1;
        if (strncmp(line, start, strlen(start)) == 0)
            return arena_strndup(s.arena, line + strlen(start),
                                 (size_t)(end - line) - strlen(start));
    }
}

/* The next change: its thing, and the id to go on with. */
static const char *next_change(struct watcher *w, const char **ret_id)
{
    const char *id = next_line(w, "id: "), *data;
    json_t *json;
    const char *thing;

    for (;;) { /* an id alone has no data before the empty line */
        const char *line = next_line(w, "");

        if (strncmp(line, "data: ", 6) == 0) {
            data = line + 6;
            break;
        }
        id = next_line(w, "id: ");
    }
    json = json_loads(data, 0, NULL);
    cr_assert_not_null(json, "%s", data);
    thing = arena_strdup(s.arena, json_string_value(json_object_get(json, "thing_id")));
    json_decref(json);
    if (ret_id)
        *ret_id = id;
    return thing;
}

Test(feed, what_happens_is_told_at_once_and_the_id_leads_on)
{
    struct watcher w = watch(DISTRICT, officer, NULL);
    const char *id = next_line(&w, "id: "); /* where it begins, before anything happened */

    register_region(1);
    cr_assert_str_eq(next_change(&w, &id), DISTRICT "001");
    unwatch(&w);
    register_region(2);
    register_region(3);
    w = watch(DISTRICT, officer, id);
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "002");
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "003");
    register_region(4);
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "004");
    unwatch(&w);
}

Test(feed, a_late_one_catches_up_while_others_write_and_watch)
{
    struct watcher first = watch(DISTRICT, officer, "intake.0"), w;
    long failed = 0;
    pthread_t writer;

    for (int i = 900; i < 950; i++)
        register_region(i);
    cr_assert_eq(pthread_create(&writer, NULL, write_all, &failed), 0);
    w = watch(DISTRICT, officer, "intake.0");
    for (int i = 0; i < 50 + WRITTEN; i++) {
        char wanted[16];

        snprintf(wanted, sizeof(wanted), DISTRICT "%03d", i < 50 ? 900 + i : i - 49);
        cr_assert_str_eq(next_change(&w, NULL), wanted);
        cr_assert_str_eq(next_change(&first, NULL), wanted);
    }
    pthread_join(writer, NULL);
    cr_assert_eq(failed, 0);
    unwatch(&w);
    unwatch(&first);
}

Test(feed, it_goes_on_when_a_service_was_away)
{
    struct watcher w = watch(DISTRICT, officer, NULL);

    next_line(&w, "id: ");
    register_region(1);
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "001");
    api_end(&s, "intake", SIGKILL);
    api_start(&s, "intake");
    register_region(2);
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "002");
    unwatch(&w);
}

Test(feed, it_ends_with_the_session)
{
    struct watcher w = watch(DISTRICT, officer, NULL);

    next_line(&w, "id: ");
    done(api_call(&s, "DELETE", CITY "/sessions/current", officer, NULL, NULL));
    while (hear(&w))
        ;
    unwatch(&w);
}

Test(feed, rights_that_are_taken_away_are_gone_while_one_watches)
{
    const char *rival = api_account(&s, admin, "sample-rival", "enterprise", DISTRICT, RIVAL);
    struct watcher w = watch(DISTRICT, rival, NULL);

    next_line(&w, "id: ");
    register_region(1);
    cr_assert_str_eq(next_change(&w, NULL), DISTRICT "001");
    done(api_call(&s, "POST", CITY "/accounts/sample-rival/disabling", admin,
                  "{\"reason\":\"样例\"}", NULL));
    while (hear(&w))
        ;
    cr_assert_eq(page(DISTRICT, rival, "", 1).status, 401);
    unwatch(&w);
}
