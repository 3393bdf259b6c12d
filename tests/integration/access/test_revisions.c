/* SPDX-License-Identifier: Apache-2.0 */
/* Who acts on what he saw is told when somebody changed it since: If-Match, over HTTP. */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/api_stack/api_stack.h"
#include "tests/support/shipped_programme.h"

#define PROGRAMME "changning-property-2023"
#define FIRM "91310105MA1010004N"

static struct api_stack s;
static const char *housing, *firm, *application;

static struct answer call(const char *token, const char *method, const char *path, const char *body,
                          const char *etag)
{
    return api_call(&s, method, path, token, body,
                    etag ? arena_printf(s.arena, "If-Match: %s", etag) : NULL, NULL);
}

static const char *done(const char *token, const char *method, const char *path, const char *body)
{
    struct answer x = call(token, method, path, body, NULL);

    cr_assert_lt(x.status, 300, "%s %s: %d %s", method, path, x.status, x.body);
    return arena_strdup(s.arena, answer_text(&x, "id"));
}

static const char *of(const char *what)
{
    return arena_printf(s.arena, "310105/applications/%s%s", application, what);
}

static const char *publication(void)
{
    json_t *json = json_pack("{ssss}", "file_name", "sample.yaml", "document",
                             shipped_programme_alone(s.arena, PROGRAMME));
    char *text = json_dumps(json, 0);
    const char *copy = arena_strdup(s.arena, text);

    free(text);
    json_decref(json);
    return copy;
}

static void open_stack(void)
{
    const char *admin;

    api_open(&s, "clock.mode=manual", "clock.start=2023-06-05T09:00:00+08:00", NULL);
    s.clock = "2023-06-05T09:00:00+08:00";
    api_start_all(&s);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
    housing = api_account(&s, admin, "sample-housing", "district", DISTRICT, NULL);
    firm = api_account(&s, admin, "sample-firm", "enterprise", DISTRICT, FIRM);
    done(housing, "PUT", CITY "/enterprises/" FIRM, "{\"name\":\"样例甲\",\"area_m2\":1}");
    done(housing, "POST", "310105/programmes", publication());
    application = done(firm, "POST", "310105/applications",
                       "{\"programme_id\":\"" PROGRAMME "\",\"category\":\"enterprise\","
                       "\"subject_id\":\"" FIRM "\",\"route\":\"self\"}");
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(revisions, .init = open_stack, .fini = close_stack, .timeout = 280);

static const char *etag(void)
{
    struct answer x = call(firm, "GET", of(""), NULL, NULL);

    cr_assert_eq(x.status, 200, "%s", x.body);
    return arena_strdup(s.arena, answer_header(&s, &x, "ETag"));
}

static void refused(const struct answer *x, int status, const char *code)
{
    cr_assert_eq(x->status, status, "%d %s", x->status, x->body);
    cr_assert_str_eq(answer_text(x, "code"), code);
}

static const char form[] = "{\"form\":[{\"name\":\"party_work\",\"value\":\"样例\"},{\"name\":"
                           "\"achievements\",\"value\":\"样例\"}]}";

Test(revisions, an_act_on_what_changed_meanwhile_is_refused_and_says_by_whom_and_when)
{
    const char *seen = etag(), *after;
    struct answer x = call(firm, "PUT", of("/form"), form, seen);

    cr_assert_lt(x.status, 300, "%s", x.body);
    x = call(firm, "POST", of("/submission"), "{}", seen);
    refused(&x, 409, "changed_meanwhile");
    cr_expect_not_null(strstr(x.body, "sample-firm"), "%s", x.body);
    cr_expect_not_null(strstr(x.body, "2023-06-05T09:00:00"), "%s", x.body);
    after = etag();
    cr_assert_str_neq(after, seen);
    x = call(firm, "POST", of("/submission"), "{}", after);
    cr_assert_lt(x.status, 300, "%s", x.body);
    x = call(housing, "POST", of("/reviews"), "{\"decision\":\"accept\"}", after);
    refused(&x, 409, "changed_meanwhile");
    x = call(housing, "POST", of("/reviews"), "{\"decision\":\"accept\"}", etag());
    cr_assert_lt(x.status, 300, "%s", x.body);
}

Test(revisions, what_is_no_revision_is_refused_and_a_star_means_any)
{
    struct answer x = call(firm, "PUT", of("/form"), form, "*");

    cr_assert_lt(x.status, 300, "%s", x.body);
    x = call(firm, "PUT", of("/form"), form, "\"ff494a1085c0e991\"");
    refused(&x, 400, "if_match_bad");
    x = call(firm, "PUT", of("/form"), form, "17");
    refused(&x, 400, "if_match_bad");
    x = call(firm, "PUT", of("/form"), form, "\"1-a\", \"2-b\"");
    refused(&x, 400, "if_match_bad");
    x = call(firm, "PUT", of("/form"), form, "W/\"1-a\"");
    refused(&x, 400, "if_match_bad");
    x = call(firm, "POST", "310105/applications", "{}", etag());
    refused(&x, 400, "if_match_no_thing");
}

Test(revisions, an_answer_that_still_stands_is_not_sent_again)
{
    struct answer x = api_call(&s, "GET", of(""), firm, NULL,
                               arena_printf(s.arena, "If-None-Match: %s", etag()), NULL);

    cr_assert_eq(x.status, 304);
}
