/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <ctype.h>
#include <jansson.h>
#include <string.h>

#include "proto/api.h"
#include "proto/reasons.h"
#include "services/gateway/edge/openapi.h"
#include "services/gateway/edge/route.h"

static json_t *root;

static json_t *document(enum language language)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    json_error_t e;
    json_t *json;

    openapi_write(&out, language);
    json = json_loadb(out.text, out.size, JSON_REJECT_DUPLICATES, &e);
    cr_assert_not_null(json, "line %d column %d: %s", e.line, e.column, e.text);
    return json;
}

static void begin(void)
{
    text_init(HP_BUILD_DIR "/share");
    root = document(LANGUAGE_EN);
}

static void end(void)
{
    json_decref(root);
}

TestSuite(openapi, .init = begin, .fini = end);

static json_t *path_of(const struct api_row *row)
{
    CLEANUP(str_release) struct str path = STR_INIT;

    str_printf(&path, API_PREFIX "{district}%s", row->path);
    return json_object_get(json_object_get(root, "paths"), path.text);
}

static json_t *operation_of(const struct api_row *row)
{
    CLEANUP(str_release) struct str method = STR_INIT;

    for (const char *p = row->method; *p; p++)
        str_add_char(&method, (char)tolower((unsigned char)*p));
    return json_object_get(path_of(row), method.text);
}

Test(openapi, says_what_version_it_is)
{
    cr_assert_str_eq(json_string_value(json_object_get(root, "openapi")), "3.1.0");
    cr_assert_not_null(json_object_get(json_object_get(root, "info"), "title"));
    cr_assert_not_null(json_object_get(json_object_get(root, "info"), "version"));
}

Test(openapi, every_row_has_an_operation_with_its_roles_and_rule)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        json_t *op = *row->path ? operation_of(row) : NULL, *role;
        size_t i;
        unsigned roles = 0;

        if (!*row->path)
            continue;
        cr_assert_not_null(op, "%s", row->type);
        json_array_foreach(json_object_get(op, "x-roles"), i, role) roles |=
            (unsigned)role_by_name(json_string_value(role));
        cr_assert_eq(roles, row->roles, "%s", row->type);
        cr_assert_str_eq(json_string_value(json_object_get(op, "x-region-rule")),
                         row->region == REGION_COVERS    ? "covers"
                         : row->region == REGION_TOUCHES ? "touches"
                                                         : "any");
        cr_assert(json_is_object(json_object_get(json_object_get(op, "responses"), "200")) ||
                  json_is_object(json_object_get(json_object_get(op, "responses"), "201")));
        cr_assert_eq(json_array_size(json_object_get(op, "security")),
                     row->roles & ROLE_PUBLIC ? 0 : 2, "%s", row->type);
        cr_assert(json_is_object(json_object_get(json_object_get(op, "responses"), "default")));
        cr_assert_str_eq(json_string_value(json_object_get(op, "summary")), row->summary);
    }
}

/* Two addresses that differ by the names of their parameters only would be one to a reader. */
Test(openapi, addresses_and_operation_ids_are_unique)
{
    json_t *seen = json_object(), *paths = json_object_get(root, "paths"), *methods, *op;
    const char *path, *method;

    json_object_foreach(paths, path, methods)
    {
        CLEANUP(str_release) struct str shape = STR_INIT;

        for (const char *p = path; *p; p++)
            if (*p == '{')
                for (str_add(&shape, "{}"); *p != '}';)
                    p++;
            else
                str_add_char(&shape, *p);
        cr_assert_null(json_object_get(seen, shape.text), "%s", path);
        json_object_set_new(seen, shape.text, json_true());
        json_object_foreach(methods, method, op)
        {
            const char *id = json_string_value(json_object_get(op, "operationId"));

            cr_assert_not_null(id);
            cr_assert_null(json_object_get(seen, id), "%s", id);
            json_object_set_new(seen, id, json_true());
        }
    }
    json_decref(seen);
}

static int n_refs;

static void resolve(const char *ref)
{
    json_t *at = root;
    char *copy = strdup(ref), *rest = copy, *step;

    cr_assert_eq(strncmp(ref, "#/", 2), 0, "%s", ref);
    rest += 2;
    while ((step = strsep(&rest, "/"))) {
        at = json_object_get(at, step);
        cr_assert_not_null(at, "%s: no %s", ref, step);
    }
    free(copy);
    n_refs++;
}

static void walk(json_t *json)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_array(json))
        json_array_foreach(json, i, value) walk(value);
    if (!json_is_object(json))
        return;
    json_object_foreach(json, key, value)
    {
        if (strcmp(key, "$ref") == 0)
            resolve(json_string_value(value));
        walk(value);
    }
}

Test(openapi, every_reference_resolves)
{
    n_refs = 0;
    walk(root);
    cr_assert_gt(n_refs, 200);
}

/* Every {name} of an address is declared, required, and no parameter of the body is required twice.
 */
Test(openapi, path_parameters_are_declared)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        const char *p = row->path;

        while ((p = strchr(p, '{'))) {
            json_t *list = json_object_get(operation_of(row), "parameters"), *one;
            size_t size = strcspn(++p, "}"), i;
            bool found = false;

            json_array_foreach(list, i, one)
            {
                const char *name = json_string_value(json_object_get(one, "name"));

                if (name && strlen(name) == size && memcmp(name, p, size) == 0)
                    found = json_is_true(json_object_get(one, "required")) &&
                            strcmp(json_string_value(json_object_get(one, "in")), "path") == 0;
            }
            cr_assert(found, "%s: %.*s", row->type, (int)size, p);
        }
    }
}

static json_t *at(json_t *json, const char *path)
{
    char *copy = strdup(path), *rest = copy, *step;

    while (json && (step = strsep(&rest, " ")))
        json = json_object_get(json, step);
    free(copy);
    return json;
}

Test(openapi, closed_words_are_enums)
{
    json_t *state = at(root, "components schemas intake.Application properties state enum");
    json_t *role = at(root, "components schemas gateway.RoleBinding properties role enum");

    cr_assert_eq(json_array_size(state), 6);
    cr_assert_str_eq(json_string_value(json_array_get(state, 1)), "submitted");
    cr_assert_eq(json_array_size(role), N_ROLES - 1); /* nobody is bound to be the public */
}

Test(openapi, a_body_that_must_come_is_required_and_has_a_name)
{
    size_t n = 0;

    for (const struct api_row *row = api_rows; row->service; row++) {
        json_t *body = *row->path ? json_object_get(operation_of(row), "requestBody") : NULL;
        json_t *schema = at(body, "content application/json schema");

        if (!body)
            continue;
        n++;
        cr_assert_not_null(json_object_get(schema, "$ref"), "%s", row->type);
        cr_assert(json_is_boolean(json_object_get(body, "required")));
    }
    cr_assert_gt(n, 30);
    cr_assert(json_is_true(
        at(operation_of(api_row_for("gateway.CreateAccount")), "requestBody required")));
    cr_assert_null(at(root, "components schemas intake.EditApplication.Body properties "
                            "application_id"));
}

Test(openapi, what_makes_a_thing_says_so)
{
    json_t *made = at(operation_of(api_row_for("publicity.DraftNotice")), "responses 201 headers");

    cr_assert_not_null(json_object_get(made, "Location"));
    cr_assert_not_null(json_object_get(made, "Hongping-Now"));
    cr_assert_null(at(operation_of(api_row_for("publicity.DraftNotice")), "responses 200"));
    cr_assert_not_null(at(operation_of(api_row_for("publicity.ScheduleNotice")), "responses 200"));
}

Test(openapi, fields_of_the_edge_are_not_shown)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    openapi_write(&out, LANGUAGE_EN);
    cr_assert_null(strstr(out.text, "edge_"));
}

Test(openapi, summaries_follow_the_language)
{
    json_t *zh = document(LANGUAGE_ZH);
    CLEANUP(str_release) struct str out = STR_INIT;

    openapi_write(&out, LANGUAGE_ZH);
    cr_assert_not_null(strstr(out.text, "\"summary\":\"登录\""));
    cr_assert_null(strstr(out.text, "\"summary\":\"Log in\""));
    json_decref(zh);
}

static size_t n_described;

/* A property, parameter or not, says what it is and shows how it looks. */
static void need_words(json_t *schema, const char *owner, const char *name)
{
    const char *text = json_string_value(json_object_get(schema, "description"));
    json_t *example = json_array_get(json_object_get(schema, "examples"), 0);

    if (json_is_array(example))
        example = json_array_get(example, 0);
    cr_expect(text && *text, "%s.%s: no row in proto/fields.def", owner, name);
    cr_expect_not_null(example, "%s.%s: no example", owner, name);
    cr_expect(!json_is_string(example) || *json_string_value(example), "%s.%s: an empty example",
              owner, name);
    n_described++;
}

static void need_words_in(json_t *json, const char *owner)
{
    json_t *value, *schema;
    const char *key, *name;
    size_t i;

    if (json_is_array(json))
        json_array_foreach(json, i, value) need_words_in(value, owner);
    if (!json_is_object(json))
        return;
    json_object_foreach(json, key, value)
    {
        if (strcmp(key, "properties") == 0)
            json_object_foreach(value, name, schema) need_words(schema, owner, name);
        need_words_in(value, strcmp(key, "properties") == 0 ? owner : key);
    }
}

Test(openapi, every_property_has_a_description_and_an_example)
{
    json_t *components = at(root, "components schemas"), *part;
    const char *name;

    json_object_foreach(components, name, part) need_words_in(part, name);
    cr_assert_gt(n_described, 600);
}

Test(openapi, every_parameter_has_a_description_and_an_example)
{
    json_t *common = at(root, "components parameters"), *parameter;
    const char *name;

    json_object_foreach(common, name, parameter)
        cr_assert(json_string_length(json_object_get(parameter, "description")) > 0, "%s", name);
    for (const struct api_row *row = api_rows; row->service; row++) {
        json_t *list = *row->path ? json_object_get(operation_of(row), "parameters") : NULL, *one;
        size_t i;

        json_array_foreach(list, i, one) if (!json_object_get(one, "$ref"))
            need_words(json_object_get(one, "schema"), row->type,
                       json_string_value(json_object_get(one, "name")));
    }
}

static bool can_refuse(const char *type, const char *code)
{
    json_t *list = json_object_get(operation_of(api_row_for(type)), "x-reasons"), *one;
    size_t i;

    json_array_foreach(list, i, one) if (strcmp(json_string_value(one), code) == 0) return true;
    return false;
}

Test(openapi, an_operation_names_what_it_can_be_refused_for)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        json_t *list, *one;
        size_t i;

        if (!*row->path)
            continue;
        list = json_object_get(operation_of(row), "x-reasons");
        cr_assert(json_is_array(list), "%s", row->type);
        json_array_foreach(list, i, one)
            cr_assert_not_null(reason_by_code(json_string_value(one)), "%s", row->type);
    }
    /* its own, of a rule it calls, through a table, of the edge's own */
    cr_assert(can_refuse("intake.SubmitApplication", "application_late"));
    cr_assert(can_refuse("intake.SubmitApplication", "form_number_high"));
    cr_assert(can_refuse("intake.Correct", "change_not_last"));
    cr_assert(can_refuse("publicity.Correct", "list_final"));
    cr_assert(can_refuse("gateway.Login", "login_failed"));
    cr_assert_not(can_refuse("scoring.CastBallot", "application_late"));
    cr_assert_not(can_refuse("credit.Correct", "list_final"));
}
