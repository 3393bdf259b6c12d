/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/openapi.h"

#include <ctype.h>
#include <string.h>

#include "common/json/pbjson.h"
#include "document.pb-c.h"
#include "gateway.pb-c.h"
#include "services/gateway/edge/openapi_problem.h"
#include "services/gateway/edge/openapi_schema.h"
#include "services/gateway/edge/reasons_of.h"
#include "services/gateway/edge/route.h"
#include "common/base/banned.h"

#define PREFIX API_PREFIX "{district}"
#define PROBLEM \
    "\"4XX\":{\"$ref\":\"#/components/responses/Problem\"}," \
    "\"5XX\":{\"$ref\":\"#/components/responses/Problem\"}," \
    "\"default\":{\"$ref\":\"#/components/responses/Problem\"}"
#define HEADER(name) "\"" name "\":{\"$ref\":\"#/components/headers/" name "\"}"
#define ANSWER_HEADERS HEADER("Hongping-Now") "," HEADER("Trace-Id")
#define DOCUMENT "application/vnd.openxmlformats-officedocument."
#define BINARY(type) "\"" type "\":{\"schema\":{\"type\":\"string\",\"format\":\"binary\"}}"
/* The types of files that are taken, and given back (file/sniff.h). */
#define FILE_TYPES \
    BINARY("image/jpeg") \
    "," BINARY("image/png") "," BINARY("application/pdf") "," BINARY( \
        DOCUMENT "wordprocessingml.document") "," BINARY(DOCUMENT "spreadsheetml.sheet")

struct doc {
    struct str *out;
    enum language language;
    struct schemas schemas;
};

static void text(struct doc *d, const char *msgid)
{
    const char *t = text_in(d->language, msgid);

    pbjson_write_text(d->out, t, strlen(t));
}

static const char *region_word(enum region_rule rule)
{
    return rule == REGION_COVERS ? "covers" : rule == REGION_TOUCHES ? "touches" : "any";
}

static void roles(struct doc *d, const struct api_row *row)
{
    bool first = true;

    str_add(d->out, ",\"x-roles\":[");
    for (int i = 0; i < N_ROLES; i++)
        if (row->roles & 1u << i) {
            str_printf(d->out, "%s\"%s\"", first ? "" : ",", role_name((enum role)(1 << i)));
            first = false;
        }
    str_printf(d->out, "],\"x-region-rule\":\"%s\",\"security\":[%s]", region_word(row->region),
               row->roles & ROLE_PUBLIC ? "" : "{\"bearer\":[]},{\"cookie\":[]}");
}

/* The same for people. */
static void description(struct doc *d, const struct api_row *row)
{
    static const char *const rules[] = {
        [REGION_COVERS] = N_("For these roles, where their region covers the district: "),
        [REGION_TOUCHES] =
            N_("For these roles, where their region covers the district or lies in it; "
               "the service looks whose the thing is: "),
        [REGION_ANY] = N_("For these roles, whatever their region: "),
    };
    CLEANUP(str_release) struct str out = STR_INIT;
    bool first = true;

    if (row->roles & ROLE_PUBLIC) {
        str_add(&out, text_in(d->language, N_("Open to everybody.")));
    } else {
        str_add(&out, text_in(d->language, rules[row->region]));
        for (int i = 0; i < N_ROLES; i++)
            if (row->roles & 1u << i) {
                str_printf(&out, "%s%s", first ? "" : ", ", role_name((enum role)(1 << i)));
                first = false;
            }
        str_add_char(&out, '.');
    }
    str_add(d->out, ",\"description\":");
    pbjson_write_text(d->out, out.text, out.size);
}

/* What its handler may refuse it for. */
static void reasons(struct doc *d, const char *name, const enum reason *list)
{
    str_printf(d->out, ",\"%s\":[", name);
    for (size_t i = 0; list && list[i] != reason_none; i++)
        str_printf(d->out, "%s\"%s\"", i ? "," : "", reason_row(list[i])->code);
    str_add_char(d->out, ']');
}

static void parameter(struct doc *d, const ProtobufCMessageDescriptor *m,
                      const ProtobufCFieldDescriptor *field, bool in_path)
{
    str_printf(d->out, ",{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"schema\":", field->name,
               in_path ? "path" : "query",
               in_path || field->label == PROTOBUF_C_LABEL_REQUIRED ? "true" : "false");
    schema_field(d->out, &d->schemas, m, field);
    str_add_char(d->out, '}');
}

/* Some queries take a body, and are POST. */
static bool is_get(const struct api_row *row)
{
    return strcmp(row->method, "GET") == 0;
}

static void parameters(struct doc *d, const struct api_row *row)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const ProtobufCMessageDescriptor *m = row->request;
    const char *thing;

    str_add(d->out, ",\"parameters\":[{\"$ref\":\"#/components/parameters/District\"}");
    for (unsigned i = 0; i < m->n_fields; i++) {
        bool in_path = path_gives(row->path, m->fields[i].name);

        if (in_path || (is_get(row) && !schema_hidden(&m->fields[i])))
            parameter(d, m, &m->fields[i], in_path);
    }
    if (is_get(row) || row->kind == API_COMMAND)
        str_printf(d->out, ",{\"$ref\":\"#/components/parameters/%s\"}",
                   is_get(row) ? "IfNoneMatch" : "IdempotencyKey");
    if (row->kind == API_COMMAND && api_thing_field(a, row, &thing))
        str_add(d->out, ",{\"$ref\":\"#/components/parameters/IfMatch\"}");
    str_add(d->out, ",{\"$ref\":\"#/components/parameters/AcceptLanguage\"}]");
}

/* Whether anything is left to say in the body beside what the address says; whether it must be. */
static bool has_body(const struct api_row *row, bool *ret_required)
{
    bool any = false;

    *ret_required = false;
    for (unsigned i = 0; i < row->request->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &row->request->fields[i];

        if (schema_hidden(field) || path_gives(row->path, field->name))
            continue;
        any = true;
        *ret_required = *ret_required || field->label == PROTOBUF_C_LABEL_REQUIRED;
    }
    return any && !is_get(row) && strcmp(row->method, "DELETE") != 0;
}

static void body(struct doc *d, const struct api_row *row)
{
    bool required;

    if (has_body(row, &required))
        str_printf(
            d->out,
            ",\"requestBody\":{\"required\":%s,\"content\":{\"application/json\":{\"schema\":{"
            "\"$ref\":\"#/components/schemas/%s.Body\"}}}}",
            required ? "true" : "false", row->type);
}

/* What each command takes in its body, by name. */
static void body_schemas(struct doc *d)
{
    bool required;

    for (const struct api_row *row = api_rows; row->service; row++) {
        if (!*row->path || !has_body(row, &required))
            continue;
        str_printf(d->out, "\"%s.Body\":", row->type);
        schema_object(d->out, &d->schemas, row->request, row->path, true, false);
        str_add_char(d->out, ',');
    }
}

/* A message as JSON; of a feed each event's. */
static void answer_schema(struct doc *d, const struct api_row *row, bool flows)
{
    static const ProtobufCMessageDescriptor nothing = {.name = ""};

    str_printf(d->out, "\"%s\":{\"schema\":", flows ? "text/event-stream" : "application/json");
    if (row->kind == API_QUERY && row->reply)
        schema_ref(d->out, &d->schemas, row->reply);
    else
        schema_object(d->out, &d->schemas, row->reply ? row->reply : &nothing, NULL, false,
                      row->kind == API_COMMAND);
    str_add(d->out, "}}},");
}

/* What is answered when all is well: 201 where something was made, @makes. */
static void answered(struct doc *d, const struct api_row *row, bool makes, bool located)
{
    bool flows = row->request == &gateway__watch_changes__descriptor; /* each event's data */
    bool table = row->reply == &document__table__descriptor;          /* a file */

    str_printf(
        d->out, "\"%s\":{\"description\":\"%s\",\"headers\":{" ANSWER_HEADERS "%s%s},\"content\":{",
        makes ? "201" : "200", makes ? "Created" : "OK", located ? "," HEADER("Location") : "",
        is_get(row) && !flows ? "," HEADER("ETag") : "");
    if (table)
        str_add(d->out, BINARY("text/csv") "," BINARY(DOCUMENT "spreadsheetml.sheet") "}},");
    else
        answer_schema(d, row, flows);
    if (is_get(row) && !flows)
        str_add(d->out, "\"304\":{\"description\":\"Not modified\"},");
}

static void responses(struct doc *d, const struct api_row *row)
{
    const struct api_row *read;
    bool makes = route_makes(row, &read);

    str_add(d->out, ",\"responses\":{");
    answered(d, row, makes, makes && read);
    if (makes && pbjson_field(row->request, "preview")) /* which makes nothing */
        answered(d, row, false, false);
    str_add(d->out, PROBLEM "}");
}

static void operation(struct doc *d, const struct api_row *row)
{
    const char *dot = strchr(row->type, '.');

    str_add_char(d->out, '"');
    for (const char *p = row->method; *p; p++)
        str_add_char(d->out, (char)tolower((unsigned char)*p));
    str_printf(d->out, "\":{\"operationId\":\"%s%s\",\"tags\":[\"%s\"],\"summary\":", row->service,
               dot + 1, row->service);
    text(d, row->summary);
    description(d, row);
    roles(d, row);
    reasons(d, "x-reasons", reasons_of(row->type));
    parameters(d, row);
    body(d, row);
    responses(d, row);
    str_add_char(d->out, '}');
}

static bool seen_before(const struct api_row *row)
{
    for (const struct api_row *other = api_rows; other < row; other++)
        if (strcmp(other->path, row->path) == 0)
            return true;
    return false;
}

static void paths(struct doc *d)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        bool first = true;

        if (!*row->path || seen_before(row))
            continue;
        str_printf(d->out, "\"" PREFIX "%s\":{", row->path);
        for (const struct api_row *same = row; same->service; same++)
            if (strcmp(same->path, row->path) == 0) {
                str_add(d->out, first ? "" : ",");
                operation(d, same);
                first = false;
            }
        str_add(d->out, "},");
    }
}

static const enum reason upload_reasons[] = {
    reason_file_missing,       reason_file_name_bad,  reason_file_type_unknown,
    reason_file_has_macros,    reason_file_locked,    reason_file_old,
    reason_file_unpacks_large, reason_file_not_clean, reason_none};
static const enum reason download_reasons[] = {reason_not_found, reason_none};

static const enum reason form_upload_reasons[] = {
    reason_form_token_bad,    reason_too_often,    reason_files_too_many,
    reason_file_type_of_form, reason_file_missing, reason_file_name_bad,
    reason_file_type_unknown, reason_file_locked,  reason_file_old,
    reason_file_not_clean,    reason_none};

#define SIGNED_IN "{\"bearer\":[]},{\"cookie\":[]}"
#define DISTRICT_PARAMETER "{\"$ref\":\"#/components/parameters/District\"}"
#define TEXT_PARAMETER(name, in, required, schema) \
    ",{\"name\":\"" name "\",\"in\":\"" in "\",\"required\":" required \
    ",\"schema\":{\"type\":\"string\"" schema "}}"

/* An address that a file is uploaded to. */
struct upload_path {
    const char *path, *operation, *summary, *description, *security, *parameters, *types, *headers;
    const enum reason *reasons;
};

static void upload_path(struct doc *d, const struct upload_path *u)
{
    str_printf(d->out,
               "\"" PREFIX
               "%s\":{\"post\":{\"operationId\":\"%s\",\"tags\":[\"gateway\"],\"summary\":",
               u->path, u->operation);
    text(d, u->summary);
    str_add(d->out, ",\"description\":");
    text(d, u->description);
    reasons(d, "x-reasons", u->reasons);
    str_printf(
        d->out,
        ",\"x-region-rule\":\"any\",\"security\":[%s],\"parameters\":[" DISTRICT_PARAMETER
        "%s" TEXT_PARAMETER(
            "file_name", "query", "false",
            "") ",{\"$ref\":\"#/components/parameters/"
                "IdempotencyKey\"}],\"requestBody\":{\"required\":true,\"content\":{%s," BINARY(
                    "application/octet-stream") ",\"multipart/form-data\":{\"schema\":{"
                                                "\"type\":\"object\",\"required\":[\"file\"],"
                                                "\"properties\":{\"file\":{\"type\":"
                                                "\"string\",\"format\":\"binary\",\"description\":"
                                                "\"The file\"}}}}}}"
                                                ",\"responses\":{\"201\":{\"description\":"
                                                "\"Created\",\"headers\":{" ANSWER_HEADERS
                                                "%s},\"content\":{\"application/"
                                                "json\":{\"schema\":",
        u->security, u->parameters, u->types, u->headers);
    schema_object(d->out, &d->schemas, &gateway__upload_file_reply__descriptor, NULL, false, true);
    str_add(d->out, "}}}," PROBLEM "}}},");
}

/* The addresses that carry files instead of messages. */
static void file_paths(struct doc *d)
{
    static const struct upload_path uploads[] = {
        {"/files", "gatewayUploadFile",
         N_("Upload a file: the raw body, or multipart with the field file"),
         N_("For whoever is logged in. The type is found from the content."), SIGNED_IN, "",
         FILE_TYPES, "," HEADER("Location"), upload_reasons},
        {"/notices/{notice_id}/files", "gatewayUploadFormFile",
         N_("Upload a file for an objection, without an account"),
         N_("Open to everybody who read the objection form of the notice. What no objection names "
            "goes after a day."),
         "",
         TEXT_PARAMETER("notice_id", "path", "true", "")
             TEXT_PARAMETER("form_token", "query", "true", ""),
         BINARY("image/jpeg") "," BINARY("image/png") "," BINARY("application/pdf"), "",
         form_upload_reasons},
    };

    for (size_t i = 0; i < ARRAY_LEN(uploads); i++)
        upload_path(d, &uploads[i]);
    str_add(d->out, "\"" PREFIX "/files/"
                    "{file_sha256}\":{\"get\":{\"operationId\":\"gatewayGetFile\","
                    "\"tags\":[\"gateway\"],\"summary\":");
    text(d, N_("Read an uploaded file"));
    str_add(d->out, ",\"description\":");
    text(d, N_("For whoever may see what it is attached to."));
    reasons(d, "x-reasons", download_reasons);
    str_printf(d->out,
               "%s,{\"name\":\"file_sha256\",\"in\":\"path\",\"required\":true,\"schema\":{"
               "\"type\":\"string\","
               "\"pattern\":\"^[0-9a-f]{64}$\"}}],\"responses\":{\"200\":{\"description\":\"OK\","
               "\"headers\":{" ANSWER_HEADERS
               "," HEADER("ETag") "},\"content\":{" FILE_TYPES "}},"
                                  "\"304\":{\"description\":\"Not modified\"}," PROBLEM "}}}",
               ",\"x-region-rule\":\"any\",\"security\":[" SIGNED_IN
               "],\"parameters\":[" DISTRICT_PARAMETER);
}

/* What every address, or every command or query, also takes. */
static void common_parameters(struct doc *d)
{
    static const struct {
        const char *id, *name, *in, *schema, *example, *text;
    } rows[] = {
        {"District", "district", "path", "\"pattern\":\"^[0-9]{6}$\"", "310105",
         N_("The six digits of the district; the city's own code for what is kept for the whole "
            "city.")},
        {"IdempotencyKey", "Idempotency-Key", "header", "\"minLength\":1,\"maxLength\":200",
         "draft-2023-0001",
         N_("The same key again means the same request: it is carried out once, and answered "
            "alike.")},
        {"IfMatch", "If-Match", "header", "\"minLength\":1", "\\\"17-ff494a1085c0e991\\\"",
         N_("The ETag of the thing as you saw it: refused with changed_meanwhile, by whom and "
            "when, "
            "if it changed since.")},
        {"IfNoneMatch", "If-None-Match", "header", "\"minLength\":1", "\\\"ff494a1085c0e991\\\"",
         N_("The ETag of an answer you have: 304 if it still stands.")},
        {"AcceptLanguage", "Accept-Language", "header", "\"minLength\":1", "zh-CN",
         N_("The language of the sentences, Chinese or English.")},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        str_printf(d->out,
                   "%s\"%s\":{\"name\":\"%s\",\"in\":\"%s\",\"required\":%s,\"description\":",
                   i ? "," : "", rows[i].id, rows[i].name, rows[i].in,
                   strcmp(rows[i].in, "path") == 0 ? "true" : "false");
        text(d, rows[i].text);
        str_printf(d->out, ",\"schema\":{\"type\":\"string\",%s,\"examples\":[\"%s\"]}}",
                   rows[i].schema, rows[i].example);
    }
}

static void components(struct doc *d)
{
    str_add(d->out,
            "\"securitySchemes\":{\"bearer\":{\"type\":\"http\",\"scheme\":\"bearer\"},"
            "\"cookie\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"hongping_session\"}},"
            "\"parameters\":{");
    common_parameters(d);
    str_add(d->out,
            "},"
            "\"headers\":{"
            "\"Hongping-Now\":{\"description\":\"Business time of the answer\",\"schema\":{"
            "\"type\":\"string\",\"format\":\"date-time\"}},"
            "\"Trace-Id\":{\"description\":\"What our logs call this request\",\"schema\":{"
            "\"type\":\"string\",\"pattern\":\"^[0-9a-f]{32}$\"}},"
            "\"Location\":{\"description\":\"Where the new thing is read\",\"schema\":{"
            "\"type\":\"string\"}},"
            "\"ETag\":{\"description\":\"For If-None-Match\",\"schema\":{\"type\":\"string\"}}},"
            "\"responses\":{\"Problem\":{\"description\":\"Problem\",\"headers\":{" ANSWER_HEADERS
            "},\"content\":{\"application/"
            "problem+json\":{\"schema\":"
            "{\"$ref\":\"#/components/schemas/Problem\"}}}}},"
            "\"schemas\":{");
    problem_schema(d->out, d->language);
    body_schemas(d);
    schema_components(d->out, &d->schemas);
    str_add_char(d->out, '}');
}

/* A tag a service. */
static void tags(struct doc *d)
{
    static const struct {
        const char *name, *text;
    } services[] = {
        {"intake", N_("The registry, programmes and applications")},
        {"scoring", N_("Inspections, panels, score runs and re-evaluation")},
        {"publicity", N_("Lists, public notices, objections and honours")},
        {"credit", N_("Credit deductions")},
        {"reporting", N_("What happened, as it is shown")},
        {"gateway", N_("Accounts, sessions, files and the feed of changes")},
    };

    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        str_printf(d->out, "%s{\"name\":\"%s\",\"description\":", i ? "," : "", services[i].name);
        text(d, services[i].text);
        str_add_char(d->out, '}');
    }
}

void openapi_write(struct str *out, enum language language)
{
    struct doc d = {.out = out, .language = language, .schemas.language = language};

    str_add(out, "{\"openapi\":\"3.1.0\",\"info\":{\"title\":");
    text(&d, N_("Hongping: demonstration evaluation of residential management"));
    str_add(out, ",\"version\":\"" HP_VERSION "\",\"description\":");
    text(&d, N_("Everything a client needs to take part in an evaluation. Points are decimal text, "
                "instants are RFC 3339, "
                "ids of new things are the ids of the commands that made them; a repeat with the "
                "same Idempotency-Key "
                "changes nothing."));
    str_add(out,
            ",\"license\":{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"},"
            "\"contact\":{\"name\":\"Hongping\"}},\"servers\":[{\"url\":\"/\",\"description\":");
    text(&d, N_("Where this document came from"));
    str_add(out, "}],\"tags\":[");
    tags(&d);
    str_add_char(out, ']');
    reasons(&d, "x-common-reasons", common_reasons);
    str_add(out, ",\"paths\":{");
    paths(&d);
    file_paths(&d);
    str_add(out, "},\"components\":{");
    components(&d);
    str_add(out, "}}");
}
