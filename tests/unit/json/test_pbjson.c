/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/clock.h"
#include "common/json/pbjson.h"
#include "proto/api.h"
#include "proto/api/all.h"

static struct arena *arena;

static void open_arena(void)
{
    arena = arena_new();
}

static void close_arena(void)
{
    arena_free(arena);
}

TestSuite(pbjson, .init = open_arena, .fini = close_arena);

static const void *good(const ProtobufCMessageDescriptor *d, const char *text)
{
    struct pbjson_fault fault = {0};
    ProtobufCMessage *m = NULL;
    int r = pbjson_read(arena, d, text, strlen(text), &m, &fault);

    cr_assert_eq(r, 0, "%s: %s at %s", text, r > 0 ? reason_row(fault.reason)->code : "fatal",
                 fault.field);
    return m;
}

static struct pbjson_fault faulty(const ProtobufCMessageDescriptor *d, const char *text)
{
    struct pbjson_fault fault = {0};
    ProtobufCMessage *m = NULL;

    cr_assert_eq(pbjson_read(arena, d, text, strlen(text), &m, &fault), PBJSON_E_BAD, "%s", text);
    return fault;
}

#define FAULT(prefix, text, reason_, field_) \
    do { \
        struct pbjson_fault found_ = faulty(&prefix##__descriptor, text); \
        cr_expect_str_eq(reason_row(found_.reason)->code, #reason_); \
        cr_expect_str_eq(found_.field, field_); \
    } while (0)

static const char *written(const ProtobufCMessage *m)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    pbjson_write(&out, m);
    return arena_strdup(arena, out.text);
}

Test(pbjson, reads_every_kind_of_field)
{
    const Intake__RegisterSite *site =
        good(&intake__register_site__descriptor,
             "{\"site_id\":\"310105001-0001\",\"kind\":\"compound\",\"name\":\"样例小区\","
             "\"subdistrict\":\"310105001\",\"households\":\"1200\",\"renovated\":true,\"aliases\":"
             "[\"甲\",\"乙\"]}");
    const Publicity__ScheduleNotice *notice =
        good(&publicity__schedule_notice__descriptor,
             "{\"notice_id\":\"n\",\"publish_at\":\"2023-10-09T09:00:00+08:00\"}");

    cr_assert_eq(site->kind, INTAKE__REGISTER_SITE__KIND__COMPOUND);
    cr_assert(site->has_households && site->households == 1200);
    cr_assert(site->has_renovated && site->renovated);
    cr_assert_not(site->has_sample);
    cr_assert_eq(site->n_aliases, 2);
    cr_assert_str_eq(site->aliases[1], "乙");
    cr_assert_null(site->address);
    cr_assert_eq(notice->publish_at, INT64_C(1696813200) * SECOND_US);
}

Test(pbjson, what_was_read_packs_and_is_written_back_the_same)
{
    const char *text =
        "{\"site_id\":\"310105001-B001\",\"kind\":\"building\",\"name\":"
        "\"样例\\\"楼\\\\\\n\\u0001\","
        "\"subdistrict\":\"310105001\",\"households\":9007199254740991,\"aliases\":[]}";
    const ProtobufCMessage *m = good(&intake__register_site__descriptor, text);
    uint8_t *packed = arena_alloc(arena, protobuf_c_message_get_packed_size(m));
    size_t size = protobuf_c_message_pack(m, packed);
    ProtobufCMessage *again =
        protobuf_c_message_unpack(m->descriptor, arena_pb(arena), size, packed);

    cr_assert_not_null(again);
    cr_assert_str_eq(written(again), text);
}

Test(pbjson, integers_are_written_as_integers_whatever_their_size)
{
    const Intake__AttachEvidence *e = good(
        &intake__attach_evidence__descriptor,
        "{\"application_id\":\"a\",\"file_sha256\":\"\",\"file_name\":\"f\",\"media_type\":\"m\","
        "\"size\":\"-9223372036854775808\"}");

    cr_assert_eq(e->size, INT64_MIN);
    cr_assert_not_null(strstr(written(&e->base), "\"size\":-9223372036854775808}"));
}

Test(pbjson, points_are_decimal_text_under_a_name_without_the_unit)
{
    const Scoring__CastBallot *q =
        good(&scoring__cast_ballot__descriptor,
             "{\"panel_id\":\"p\",\"subject_id\":\"s\",\"points\":\"96.873\"}");
    struct pbjson *b = pbjson_begin(arena, &credit__record_deduction__descriptor);
    struct pbjson_fault f;

    cr_assert_eq(q->points_milli, 96873);
    cr_assert_str_eq(written(&q->base),
                     "{\"panel_id\":\"p\",\"subject_id\":\"s\",\"points\":\"96.873\"}");
    FAULT(scoring__cast_ballot, "{\"points\":96}", type_points, "points");
    FAULT(scoring__cast_ballot, "{\"points\":\"96.8731\"}", type_points, "points");
    FAULT(scoring__cast_ballot, "{\"points_milli\":96873}", field_unknown, "points_milli");
    FAULT(scoring__cast_ballot, "{\"panel_id\":\"p\",\"subject_id\":\"s\"}", field_missing,
          "points");
    cr_assert_eq(pbjson_text(b, "points", "0.5", &f), 0);
    cr_assert_eq(pbjson_text(b, "points_milli", "500", &f), PBJSON_E_BAD);
}

/* No message has two fields that JSON would call by one name. */
static void names_differ(const ProtobufCMessageDescriptor *d)
{
    for (unsigned i = 0; i < d->n_fields; i++) {
        char *name =
            arena_strndup(arena, d->fields[i].name, (size_t)pbjson_name_size(&d->fields[i]));

        cr_expect_eq(pbjson_member_named(d, name), &d->fields[i], "%s.%s", d->name, name);
        if (d->fields[i].type == PROTOBUF_C_TYPE_MESSAGE)
            names_differ(d->fields[i].descriptor);
    }
}

Test(pbjson, names_in_json_are_unique)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        names_differ(row->request);
        if (row->reply)
            names_differ(row->reply);
    }
}

Test(pbjson, bytes_are_lower_case_hex_both_ways)
{
    const char *text =
        "{\"source\":\"s\",\"district\":\"310105\",\"event_id\":\"00ff10\",\"reason\":\"r\"}";
    const Hp__SkipParked *skip = good(&hp__skip_parked__descriptor, text);

    cr_assert_eq(skip->event_id.len, 3);
    cr_assert_eq(skip->event_id.data[1], 0xff);
    cr_assert_str_eq(written(&skip->base), text);
    FAULT(hp__skip_parked, "{\"event_id\":\"abc\"}", type_hex, "event_id");
    FAULT(hp__skip_parked, "{\"event_id\":\"zz\"}", type_hex, "event_id");
}

Test(pbjson, faults_name_the_field_and_the_reason)
{
    FAULT(intake__register_site, "{\"sight\":1}", field_unknown, "sight");
    FAULT(intake__register_site, "{\"a/b~c\":1}", field_unknown, "a~1b~0c");
    FAULT(intake__register_site, "{\"site_id\":1}", type_text, "site_id");
    FAULT(intake__register_site, "{\"site_id\":null}", type_text, "site_id");
    FAULT(intake__register_site, "{\"households\":1.0}", type_integer, "households");
    FAULT(intake__register_site, "{\"households\":\"1e3\"}", type_integer, "households");
    FAULT(intake__register_site, "{\"households\":\"\"}", type_integer, "households");
    FAULT(intake__register_site, "{\"households\":\"9223372036854775808\"}", type_integer,
          "households");
    FAULT(intake__register_site, "{\"renovated\":\"true\"}", type_boolean, "renovated");
    FAULT(intake__register_site, "{\"kind\":\"COMPOUND\"}", value_not_allowed, "kind");
    FAULT(intake__register_site, "{\"kind\":1}", type_text, "kind");
    FAULT(intake__register_site, "{\"aliases\":\"甲\"}", type_list, "aliases");
    FAULT(intake__register_site, "{\"aliases\":[\"甲\",2]}", type_text, "aliases/1");
    FAULT(intake__register_site, "{\"site_id\":\"x\"}", field_missing, "kind");
    FAULT(publicity__schedule_notice, "{\"publish_at\":1696813200}", type_text, "publish_at");
    FAULT(publicity__schedule_notice, "{\"publish_at\":\"2023-02-30T00:00:00Z\"}", type_instant,
          "publish_at");
    FAULT(gateway__list_accounts, "{\"limit\":2147483648}", number_out_of_range, "limit");
    FAULT(gateway__set_bindings, "{\"account\":\"a\",\"bindings\":[{\"role\":\"admin\"}]}",
          field_missing, "bindings/0/region");
    FAULT(gateway__set_bindings, "{\"bindings\":[3]}", type_object, "bindings/0");
}

/* RFC 8259, 8.1: a parser may ignore it, and Windows programs write it. */
Test(pbjson, a_byte_order_mark_before_the_text_is_passed_over)
{
    const Gateway__Login *m =
        good(&gateway__login__descriptor, "\xef\xbb\xbf{\"account\":\"a\",\"password\":\"b\"}");

    cr_assert_str_eq(m->account, "a");
    FAULT(gateway__login, "\xef\xbb\xbf", json_bad, "");
    FAULT(gateway__login, "\xef\xbb\xbf\xef\xbb\xbf{}", json_bad, "");
}

Test(pbjson, bad_json_is_told_with_line_and_column)
{
    struct pbjson_fault f = faulty(&gateway__login__descriptor, "{\"account\":\n  oops}");

    cr_assert_eq(f.reason, reason_json_bad);
    cr_assert_eq(f.n_args, 2);
    cr_assert_str_eq(f.args[0], "2");
    FAULT(gateway__login, "", json_bad, "");
    FAULT(gateway__login, "{} x", json_bad, "");
    FAULT(gateway__login, "[]", json_not_object, "");
    FAULT(gateway__login, "7", json_not_object, "");
    FAULT(gateway__login, "{\"account\":\"a\",\"account\":\"b\"}", json_duplicate_key, "");
    FAULT(gateway__login, "{\"account\":\"\xff\"}", json_not_utf8, "");
    FAULT(gateway__login, "{\"account\":\"a\\u0000b\"}", json_bad, "");
    FAULT(gateway__login, "{\"account\":99999999999999999999}", json_bad, "");
}

Test(pbjson, echoes_of_input_are_cut_at_a_character)
{
    char text[2048] = "{\"";
    struct pbjson_fault f;

    for (int i = 0; i < 300; i++)
        strncat(text, "红", 4);
    strncat(text, "\":1}", 5);
    f = faulty(&gateway__login__descriptor, text);
    cr_assert_leq(strlen(f.field), 200);
    cr_assert(utf8_valid(f.field, strlen(f.field), NULL));
}

static void fill(struct pbjson *b, const char *name, const char *value, enum reason expected)
{
    struct pbjson_fault f = {0};
    int r = pbjson_text(b, name, value, &f);

    cr_expect_eq(f.reason, expected, "%s=%s", name, value);
    cr_expect_eq(r, expected ? PBJSON_E_BAD : 0);
}

/* All faults in their order, "field:code ...". */
static const char *all_of(const struct pbjson_fault *f)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    for (; f; f = f->next)
        str_printf(&out, "%s:%s%s", f->field, reason_row(f->reason)->code, f->next ? " " : "");
    return arena_strdup(arena, out.text);
}
#define ALL(fault, expected) cr_expect_str_eq(all_of(fault), expected)

Test(pbjson, path_and_query_values_are_typed_by_the_descriptor)
{
    struct pbjson *b = pbjson_begin(arena, &intake__list_subjects__descriptor);
    struct pbjson_fault f;
    ProtobufCMessage *m;

    fill(b, "kind", "site", 0);
    fill(b, "limit", "20", 0);
    fill(b, "limit", "x", reason_type_integer);
    fill(b, "search", "\xc3", reason_text_not_utf8);
    fill(b, "nothing", "1", reason_field_unknown);
    cr_assert_eq(pbjson_finish(b, &m, &f), PBJSON_E_BAD);
    ALL(&f, "limit:type_integer search:text_not_utf8 nothing:field_unknown");
    b = pbjson_begin(arena, &intake__list_subjects__descriptor);
    fill(b, "kind", "site", 0);
    fill(b, "limit", "20", 0);
    cr_assert_eq(pbjson_finish(b, &m, &f), 0);
    cr_assert_eq(((Intake__ListSubjects *)m)->limit, 20);
    cr_assert_eq(((Intake__ListSubjects *)m)->kind, INTAKE__LIST_SUBJECTS__KIND__SITE);
}

Test(pbjson, a_refusal_names_all_that_is_wrong)
{
    struct pbjson_fault f = faulty(
        &gateway__create_account__descriptor,
        "{\"account\":7,\"bindings\":[{\"role\":\"mayor\"},3,{\"region\":\"310105\",\"a\":1}],"
        "\"pass\":\"x\",\"name\":null}");

    ALL(&f, "account:type_text bindings/0/role:value_not_allowed bindings/0/region:field_missing "
            "bindings/1:type_object bindings/2/a:field_unknown bindings/2/role:field_missing "
            "pass:field_unknown name:type_text password:field_missing");
    f = faulty(&gateway__create_account__descriptor, "{\"account\":");
    ALL(&f, ":json_bad");
    f = faulty(&gateway__create_account__descriptor, "[]");
    ALL(&f, ":json_not_object");
}

Test(pbjson, so_many_faults_are_told_and_no_more)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    struct pbjson_fault f;
    size_t n = 1;

    for (int i = 0; i < 5000; i++)
        str_printf(&text, "%s\"x%d\":1", i ? "," : "{", i);
    str_add_char(&text, '}');
    f = faulty(&gateway__login__descriptor, text.text);
    for (const struct pbjson_fault *p = f.next; p; p = p->next)
        n++;
    cr_assert_eq(n, PBJSON_FAULTS_MAX);
}

Test(pbjson, a_word_of_a_closed_set_is_one_of_it)
{
    struct pbjson *b = pbjson_begin(arena, &intake__list_applications__descriptor);
    struct pbjson_fault f = {0};
    ProtobufCMessage *m;

    fill(b, "programme_id", "p", 0);
    fill(b, "state", "nonsense", reason_value_not_allowed);
    cr_assert_eq(pbjson_finish(b, &m, &f), PBJSON_E_BAD);
    cr_expect_str_eq(f.args[0], "nonsense");
    cr_expect_str_eq(f.args[1], "draft, submitted, withdrawn, accepted, returned, refused");
    f = faulty(&intake__register_site__descriptor,
               "{\"site_id\":\"a\",\"kind\":\"house\",\"name\":\"b\",\"subdistrict\":\"c\"}");
    cr_expect_str_eq(f.args[0], "house");
    cr_expect_str_eq(f.args[1], "compound, building");
    cr_expect_null(f.next);
    FAULT(intake__list_applications, "{\"programme_id\":\"p\",\"state\":\"\"}", value_not_allowed,
          "state");
}

Test(pbjson, repeated_query_values_make_a_list)
{
    struct pbjson *b = pbjson_begin(arena, &intake__register_site__descriptor);
    struct pbjson_fault f;
    ProtobufCMessage *m;

    fill(b, "aliases", "甲", 0);
    fill(b, "aliases", "乙", 0);
    cr_assert_eq(pbjson_finish(b, &m, &f), PBJSON_E_BAD);
    ALL(&f, "site_id:field_missing kind:field_missing name:field_missing "
            "subdistrict:field_missing");
}

Test(pbjson, body_must_agree_with_the_path)
{
    const char *same = "{\"notice_id\":\"n1\",\"publish_at\":\"2023-10-09T09:00:00+08:00\"}";
    const char *other = "{\"notice_id\":\"n2\"}";
    struct pbjson *b = pbjson_begin(arena, &publicity__schedule_notice__descriptor);
    struct pbjson_fault f = {0};

    fill(b, "notice_id", "n1", 0);
    cr_assert_eq(pbjson_json(b, same, strlen(same), &f), 0);
    cr_assert_eq(pbjson_json(b, other, strlen(other), &f), PBJSON_E_BAD);
    cr_assert_eq(f.reason, reason_field_disagrees);
    cr_assert_str_eq(f.field, "notice_id");
}

Test(pbjson, defaults_are_read_but_not_written)
{
    const Gateway__ListAccounts *list = good(&gateway__list_accounts__descriptor, "{}");

    cr_assert_eq(list->limit, 50);
    cr_assert_str_eq(written(&list->base), "{}");
}

Test(pbjson, members_are_told_by_their_descriptor)
{
    static const struct {
        const char *name;
        bool bare, full;
    } members[] = {
        {"site_id", true, true}, {"kind", true, true},        {"address", false, true},
        {"aliases", true, true}, {"households", false, true}, {"renovated", false, true},
    };
    const ProtobufCMessageDescriptor *d = &intake__register_site__descriptor;
    const char *required = "\"site_id\": \"a\", \"kind\": \"building\", \"name\": \"b\", "
                           "\"subdistrict\": \"c\"";
    const ProtobufCMessage *bare = good(d, arena_printf(arena, "{%s}", required));
    const ProtobufCMessage *full = good(
        d, arena_printf(arena, "{%s, \"address\": \"\", \"households\": 0, \"renovated\": false}",
                        required));
    const ProtobufCFieldDescriptor *kind = pbjson_field(d, "kind");

    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const ProtobufCFieldDescriptor *f = pbjson_field(d, members[i].name);

        cr_expect_eq(pbjson_is_set(bare, f), members[i].bare, "%s", f->name);
        cr_expect_eq(pbjson_is_set(full, f), members[i].full, "%s", f->name);
    }
    cr_expect_str_eq(pbjson_enum_text(arena, kind, *(const int *)pbjson_member(full, kind)),
                     "building");
    cr_expect_str_eq(pbjson_enum_text(arena, kind, 99), "");
}

Test(pbjson, bytes_that_are_not_utf8_are_replaced)
{
    Gateway__Login login = GATEWAY__LOGIN__INIT;

    login.account = (char *)"a\xff\xe7\xba";
    login.password = NULL;
    cr_assert_str_eq(written(&login.base),
                     "{\"account\":\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"password\":\"\"}");
}

/* The project's messages use only what pbjson knows: the walk aborts otherwise. */
static void walk(const ProtobufCMessageDescriptor *d, int depth)
{
    cr_assert_lt(depth, 10, "%s contains itself", d->name);
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];

        cr_assert(f->type == PROTOBUF_C_TYPE_INT32 || f->type == PROTOBUF_C_TYPE_INT64 ||
                      f->type == PROTOBUF_C_TYPE_BOOL || f->type == PROTOBUF_C_TYPE_ENUM ||
                      f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_BYTES ||
                      f->type == PROTOBUF_C_TYPE_MESSAGE,
                  "%s.%s", d->name, f->name);
        cr_assert_eq(f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF, 0, "%s.%s", d->name, f->name);
        if (f->type == PROTOBUF_C_TYPE_MESSAGE)
            walk(f->descriptor, depth + 1);
    }
}

Test(pbjson, knows_every_kind_of_field_the_api_uses)
{
    for (const struct api_row *row = api_rows; row->service; row++) {
        walk(row->request, 0);
        if (row->reply)
            walk(row->reply, 0);
    }
}

static void read_whatever(const char *text, size_t size)
{
    struct pbjson_fault f = {0};
    ProtobufCMessage *m = NULL;

    if (pbjson_read(arena, &gateway__set_bindings__descriptor, text, size, &m, &f) == 0)
        cr_assert_neq(written(m)[0], 0);
    else
        cr_assert_neq(f.reason, reason_none);
}

Test(pbjson, damaged_text_is_refused_or_read_but_never_breaks)
{
    const char *text =
        "{\"account\":\"样例\",\"bindings\":[{\"role\":\"admin\",\"region\":\"310000\"}]}";
    size_t size = strlen(text);

    for (size_t at = 0; at < size; at++) {
        read_whatever(text, at);
        for (int bit = 0; bit < 8; bit++) {
            char *copy = arena_memdup(arena, text, size);

            copy[at] = (char)(copy[at] ^ (1 << bit));
            read_whatever(copy, size);
        }
    }
}
