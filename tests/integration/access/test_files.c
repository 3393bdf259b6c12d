/* SPDX-License-Identifier: Apache-2.0 */
/* The right to a file is the right to what it is attached to: over HTTP, all services running. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/str.h"
#include "tests/support/api_stack/api_stack.h"
#include "tests/support/shipped_programme.h"

#define PROGRAMME "changning-property-2023"
#define FIRM "91310105MA1010004N"

static struct api_stack s;
static const char *admin;

static void open_stack(void)
{
    api_open(&s, "clock.mode=manual", "clock.start=2023-06-05T09:00:00+08:00", NULL);
    s.clock = "2023-06-05T09:00:00+08:00";
    api_start_all(&s);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(files, .init = open_stack, .fini = close_stack, .timeout = 280);

/* The digest of a small PNG that @token uploads. */
static const char *uploaded(const char *token, const char *png, size_t size)
{
    static const char *const headers[] = {"Content-Type: image/png", NULL};
    struct answer x =
        api_call_bytes(&s, "POST", "310105/files?file_name=sample.png", token, png, size, headers);

    cr_assert_lt(x.status, 300, "%s", x.body);
    return arena_strdup(s.arena, answer_text(&x, "file_sha256"));
}

static int status_of(const char *token, const char *sha256)
{
    return api_call(&s, "GET", arena_printf(s.arena, "310105/files/%s", sha256), token, NULL, NULL)
        .status;
}

/* Done; the new thing's id. */
static const char *done(const char *token, const char *method, const char *path, const char *body)
{
    struct answer x = api_call(&s, method, path, token, body, NULL);

    cr_assert_lt(x.status, 300, "%s %s: %d %s", method, path, x.status, x.body);
    return arena_strdup(s.arena, answer_text(&x, "id"));
}

static const char *programme_body(void)
{
    char *text = shipped_programme_alone(s.arena, PROGRAMME), *least, *body;
    const char *copy;
    json_t *json;

    least = strstr(text, "min_ballots: 5");
    cr_assert_not_null(least);
    least[strlen("min_ballots: ")] = '1';
    json = json_pack("{ssss}", "file_name", "sample.yaml", "document", text);
    body = json_dumps(json, 0);
    copy = arena_strdup(s.arena, body);
    free(body);
    json_decref(json);
    return copy;
}

static const char *applied(const char *firm, const char *enterprise_id, const char *sha256)
{
    const char *id = done(
        firm, "POST", "310105/applications",
        arena_printf(s.arena,
                     "{\"programme_id\":\"" PROGRAMME
                     "\",\"category\":\"enterprise\",\"subject_id\":\"%s\","
                     "\"route\":\"self\",\"form\":[{\"name\":\"party_work\",\"value\":\"样例\"},"
                     "{\"name\":\"achievements\",\"value\":\"样例\"}]}",
                     enterprise_id));

    done(firm, "POST", arena_printf(s.arena, "310105/applications/%s/evidence", id),
         arena_printf(s.arena,
                      "{\"file_sha256\":\"%s\",\"file_name\":\"sample.png\",\"media_type\":\"png\","
                      "\"size\":20}",
                      sha256));
    done(firm, "POST", arena_printf(s.arena, "310105/applications/%s/submission", id), "{}");
    return id;
}

Test(files, experts_read_what_is_attached_to_their_candidates_by_whoever_had_it)
{
    static const char one[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR one",
                      two[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR two";
    const char *housing = api_account(&s, admin, "sample-housing", "district", DISTRICT, NULL),
               *firm = api_account(&s, admin, "sample-firm", "enterprise", DISTRICT, FIRM),
               *expert = api_account(&s, admin, "sample-expert", "expert", DISTRICT, "EXP-1"),
               *insider = api_account(&s, admin, "sample-insider", "expert", DISTRICT, "EXP-2"),
               *outsider = api_account(&s, admin, "sample-outsider", "expert", DISTRICT, "EXP-3"),
               *elsewhere = api_account(&s, admin, "sample-elsewhere", "expert", "310106", "EXP-1"),
               *assessor = api_account(&s, admin, "sample-assessor", "assessor", DISTRICT, "样例");
    const char *his = uploaded(firm, one, sizeof(one)),
               *secret = uploaded(housing, two, sizeof(two)), *id;

    done(housing, "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例甲\",\"area_m2\":1}");
    done(housing, "PUT", CITY "/experts/EXP-1", "{\"name\":\"样例专家甲\"}");
    done(housing, "PUT", CITY "/experts/EXP-2",
         "{\"name\":\"样例专家乙\",\"employer\":\"" FIRM "\"}");
    done(housing, "POST", "310105/programmes", programme_body());
    id = applied(firm, FIRM, his);
    done(housing, "POST", arena_printf(s.arena, "310105/applications/%s/reviews", id),
         "{\"decision\":\"accept\"}");
    api_settle(&s);
    cr_assert_eq(status_of(expert, his), 404, "he has no seat yet");
    done(housing, "POST", "310105/panels",
         "{\"programme_id\":\"" PROGRAMME
         "\",\"title\":\"样例\",\"experts\":[\"EXP-1\",\"EXP-2\"]}");
    cr_assert_eq(status_of(expert, his), 200);
    cr_assert_eq(status_of(insider, his), 404, "he stands aside");
    cr_assert_eq(status_of(outsider, his), 404, "no seat");
    cr_assert_eq(status_of(elsewhere, his), 404, "his region does not cover the district");
    cr_assert_eq(status_of(assessor, his), 404, "nothing of his own");
    cr_assert_eq(status_of(expert, secret), 404, "attached to nothing");
    cr_assert_eq(status_of(housing, his), 200);
}
