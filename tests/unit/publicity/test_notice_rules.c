/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "services/publicity/notice/notice_rules.h"

static struct calendar *cal;

static void load(void)
{
    cr_assert_eq(calendar_load(HP_SOURCE_DIR "/deploy/calendars/cn.yaml", &cal, NULL), 0);
}

static void drop(void)
{
    calendar_free(cal);
}

TestSuite(days, .init = load, .fini = drop);

static void check_days(const char *at_text, int n, bool count_start, const char *start,
                       const char *end)
{
    char buf[DAY_TEXT];
    int32_t start_day, end_day;
    int64_t at;

    cr_assert_eq(instant_parse(at_text, &at), 0);
    cr_assert_eq(notice_days(cal, at, n, count_start, &start_day, &end_day), 0);
    cr_expect_str_eq(day_format(start_day, buf), start, "start of %s is %s", at_text, buf);
    cr_expect_str_eq(day_format(end_day, buf), end, "end of %s is %s", at_text, buf);
}

Test(days, the_october_holiday_and_its_make_up_weekend_are_counted_as_decreed)
{
    check_days("2023-09-27T09:00:00+08:00", 5, false, "2023-09-27", "2023-10-10");
    check_days("2023-09-27T09:00:00+08:00", 5, true, "2023-09-27", "2023-10-09");
    check_days("2023-10-01T09:00:00+08:00", 1, false, "2023-10-01", "2023-10-07");
}

Test(days, known_notices_end_on_their_printed_days)
{
    check_days("2025-04-14T08:00:00+08:00", 5, false, "2025-04-14", "2025-04-21");
    check_days("2025-04-14T08:00:00+08:00", 5, true, "2025-04-14", "2025-04-18");
}

Test(days, the_start_day_is_the_day_in_china)
{
    check_days("2023-10-16T23:59:59+08:00", 5, false, "2023-10-16", "2023-10-23");
    check_days("2023-10-16T16:00:00Z", 5, false, "2023-10-17", "2023-10-24");
}

Test(days, a_year_without_a_schedule_is_refused)
{
    int32_t start, end;
    int64_t at;

    cr_assert_eq(instant_parse("2026-12-30T09:00:00+08:00", &at), 0);
    cr_assert_eq(notice_days(cal, at, 5, false, &start, &end), CALENDAR_E_NO_YEAR);
}

static struct notice sample(void)
{
    return (struct notice){.id = "n",
                           .programme_id = "p",
                           .list_id = "l",
                           .kind = "proposal",
                           .number = "样例〔2023〕001号",
                           .title = "样例公示",
                           .basis = "b",
                           .organisers = "甲\n乙",
                           .how_to_object = "h",
                           .contact = "c",
                           .working_days = 5,
                           .version = 1,
                           .state = "draft"};
}

static const struct entry two[] = {
    {.subject_id = "s1",
     .category = "compound",
     .group = "sites",
     .name = "样例小区",
     .score_milli = 90000,
     .rank = 1,
     .state = "listed"},
    {.subject_id = "s2",
     .category = "compound",
     .group = "sites",
     .name = "样例二村",
     .score_milli = 89000,
     .rank = 2,
     .state = "listed"},
};

static const char *hash_of(const struct notice *n, const struct entry *entries, size_t n_entries)
{
    static char hex[64][DIGEST_HEX];
    static int next;
    CLEANUP(str_release) struct str text = STR_INIT;
    char *out = hex[next++];

    notice_canonical(n, entries, n_entries, &text);
    notice_hash(text.text, out);
    return out;
}

Test(content, every_field_that_is_published_changes_the_hash)
{
    struct notice base = sample();
    const char *was = hash_of(&base, two, 2);
    const char **fields[] = {&base.number,        &base.title,   &base.basis, &base.organisers,
                             &base.how_to_object, &base.contact, &base.kind,  &base.follows};

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const char *kept = *fields[i];

        *fields[i] = "changed";
        cr_expect_str_neq(hash_of(&base, two, 2), was, "field %zu", i);
        *fields[i] = kept;
    }
    base.working_days = 7;
    cr_expect_str_neq(hash_of(&base, two, 2), was);
    base.working_days = 5;
    base.count_start_day = true;
    cr_expect_str_neq(hash_of(&base, two, 2), was);
    base.count_start_day = false;
    cr_expect_str_neq(hash_of(&base, two, 1), was);
    cr_expect_str_eq(hash_of(&base, two, 2), was);
}

Test(content, states_and_days_are_not_part_of_what_is_signed)
{
    struct notice n = sample();
    struct entry held[2] = {two[0], two[1]};
    const char *was = hash_of(&n, two, 2);

    held[0].state = "held";
    n.state = "published";
    n.start_day = 19000;
    n.end_day = 19010;
    cr_expect_str_eq(hash_of(&n, held, 2), was);
}

Test(content, text_cannot_be_moved_from_one_field_to_the_next)
{
    struct notice a = sample(), b = sample();

    a.title = "x\nbasis=1:y";
    a.basis = "z";
    b.title = "x";
    b.basis = "y\nbasis=1:z";
    cr_expect_str_neq(hash_of(&a, two, 2), hash_of(&b, two, 2));
    a.follows = NULL;
    b = a;
    b.follows = "";
    cr_expect_str_neq(hash_of(&a, two, 2), hash_of(&b, two, 2));
}

Test(content, the_canonical_text_is_what_it_was)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    struct notice n = sample();

    notice_canonical(&n, two, 1, &text);
    cr_assert_str_eq(text.text,
                     "hongping notice 1\nprogramme=1:p\nlist=1:l\nkind=8:proposal\nfollows=-\n"
                     "version=1:1\nnumber=22:样例〔2023〕001号\ntitle=12:样例公示\nbasis=1:b\n"
                     "organisers=7:甲\n乙\nhow_to_object=1:h\ncontact=1:c\nworking_days=1:5\n"
                     "count_start_day=5:false\nentries=1:1\nsubject=2:s1\ncategory=8:compound\n"
                     "group=5:sites\nname=12:样例小区\nenterprise=-\nenterprise_name=-\n"
                     "subdistrict=-\nscore_milli=5:90000\nrank=1:1\nfrom_reserve=5:false\n");
}

static const struct entry with_reserve[] = {
    {.subject_id = "a", .group = "sites", .rank = 1, .state = "removed"},
    {.subject_id = "b", .group = "sites", .rank = 4, .state = "reserve"},
    {.subject_id = "c", .group = "sites", .rank = 3, .state = "reserve"},
    {.subject_id = "d", .group = "sites", .rank = 2, .state = "listed", .from_reserve = true},
    {.subject_id = "e", .group = "enterprises", .rank = 1, .state = "reserve"},
};

Test(reserve, the_best_of_the_group_that_has_not_moved_up_is_next)
{
    cr_assert_str_eq(reserve_next(with_reserve, 5, "sites")->subject_id, "c");
    cr_assert_str_eq(reserve_next(with_reserve, 5, "enterprises")->subject_id, "e");
}

Test(reserve, an_exhausted_reserve_offers_nobody)
{
    cr_assert_null(reserve_next(with_reserve, 1, "sites"));
    cr_assert_null(reserve_next(with_reserve, 4, "enterprises"));
    cr_assert_null(reserve_next(NULL, 0, "sites"));
}
