/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "services/gateway/edge/route.h"

static struct arena *arena;

static void begin(void)
{
    arena = arena_new();
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(route, .init = begin, .fini = end);

static struct route_match matched(const char *method, const char *path)
{
    struct route_match m;

    cr_assert_eq(route_match(arena, method, path, &m), 0, "%s %s", method, path);
    return m;
}

Test(route, method_and_path_choose_the_row)
{
    struct route_match post = matched("POST", API_PREFIX "310105/notices");
    struct route_match get = matched("GET", API_PREFIX "310105/notices/n-1");

    cr_assert_str_eq(post.row->type, "publicity.DraftNotice");
    cr_assert_str_eq(post.district, "310105");
    cr_assert_eq(post.n_params, 0);
    cr_assert_str_eq(get.row->type, "publicity.GetNotice");
    cr_assert_eq(get.n_params, 1);
    cr_assert_str_eq(get.params[0].name, "notice_id");
    cr_assert_str_eq(get.params[0].value, "n-1");
}

Test(route, every_row_of_the_table_is_found_by_its_own_path)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        CLEANUP(str_release) struct str path = STR_INIT;

        if (!*row->path)
            continue;
        str_add(&path, API_PREFIX "310105");
        for (const char *p = row->path; *p; p++)
            if (*p == '{')
                for (str_add(&path, "v"); *p != '}';)
                    p++;
            else
                str_add_char(&path, *p);
        cr_assert_eq(matched(row->method, path.text).row, row, "%s %s", row->method, row->path);
    }
}

Test(route, head_is_get_and_segments_are_decoded_after_splitting)
{
    struct route_match m = matched("HEAD", API_PREFIX "310105/plaques/%E7%BA%A2%2F1");

    cr_assert(m.head);
    cr_assert_str_eq(m.row->type, "publicity.VerifyPlaque");
    cr_assert_str_eq(m.params[0].value, "红/1");
}

Test(route, literal_segment_wins_over_a_parameter)
{
    cr_assert_str_eq(matched("POST", API_PREFIX "310105/inspections/imports").row->type,
                     "scoring.ImportInspections");
    cr_assert_str_eq(matched("POST", API_PREFIX "310105/re-evaluations/runs").row->type,
                     "scoring.RunReEvaluation");
}

Test(route, other_methods_are_told_what_is_allowed)
{
    struct route_match m;

    cr_assert_eq(route_match(arena, "DELETE", API_PREFIX "310105/notices", &m), ROUTE_E_METHOD);
    cr_assert_not_null(strstr(m.allow, "POST"));
    cr_assert_not_null(strstr(m.allow, "GET, HEAD"));
    cr_assert_eq(route_match(arena, "HEAD", API_PREFIX "310105/sessions", &m), ROUTE_E_METHOD);
}

Test(route, what_is_no_address_of_ours_is_unknown)
{
    static const char *const paths[] = {
        "",
        "/",
        "/api/v1/districts",
        API_PREFIX,
        API_PREFIX "310105",
        API_PREFIX "310105/",
        API_PREFIX "310105//notices",
        API_PREFIX "310105/notices/",
        API_PREFIX "310105/nothing",
        API_PREFIX "310105/notices/%zz",
        API_PREFIX "310105/notices/%E7%BA",
        API_PREFIX "310105/notices/%00",
        API_PREFIX "310105/notices/%4",
        API_PREFIX "310105/notices/%",
        API_PREFIX "/notices",
        API_PREFIX "310105/a/b/c/d/e/f/g/h/i/j/k",
        "api/v1/districts/310105/notices",
    };
    struct route_match m;

    for (size_t i = 0; i < ARRAY_LEN(paths); i++)
        cr_expect_eq(route_match(arena, "GET", paths[i], &m), ROUTE_E_UNKNOWN, "%s", paths[i]);
}

Test(route, percent_encoding_comes_back_the_same)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    percent_encode(&out, "红 a/b?c&d=%~");
    cr_assert_str_eq(out.text, "%E7%BA%A2%20a%2Fb%3Fc%26d%3D%25~");
    cr_assert_str_eq(percent_decode(arena, out.text, out.size), "红 a/b?c&d=%~");
}
