/* SPDX-License-Identifier: Apache-2.0 */
/* Honours that ended or were recorded wrongly, and plaques, put right. */
#include "correcting.h"

TestSuite(honours_back, .init = open_stage, .fini = close_stage, .timeout = 120);

static const char *record(const char *subject, const char *plaque)
{
    Publicity__RecordHonour q = PUBLICITY__RECORD_HONOUR__INIT;

    q.category = q.subject_kind = (char *)"enterprise";
    q.category_title = (char *)"红色物业示范企业";
    q.subject_id = (char *)subject;
    q.name = arena_printf(s.arena, "样例%s", subject);
    q.year = 2022;
    q.plaque = (char *)plaque;
    q.programme_id = (char *)PROGRAMME;
    return done("district", &q.base);
}

static Publicity__Honour *honour_by(const char *plaque)
{
    Publicity__VerifyPlaque q = PUBLICITY__VERIFY_PLAQUE__INIT;
    Publicity__VerifyPlaqueReply *reply;

    q.plaque = (char *)plaque;
    reply = read_as(NULL, &q.base, &publicity__verify_plaque_reply__descriptor);
    return reply->honour;
}

static void take_away(const char *id)
{
    Publicity__RevokeHonour q = PUBLICITY__REVOKE_HONOUR__INIT;

    q.honour_id = (char *)id;
    q.reason = q.document = (char *)"样例";
    revoked_by("district", "organisation", &q);
}

static void hand_over(const char *id, Publicity__ReturnPlaque__Outcome outcome)
{
    Publicity__ReturnPlaque q = PUBLICITY__RETURN_PLAQUE__INIT;

    q.honour_id = (char *)id;
    q.outcome = outcome;
    q.receipt = (char *)"样例收条";
    done("district", &q.base);
}

static const char *packed(const Publicity__Honour *h)
{
    uint8_t *data = arena_alloc(s.arena, 4096);
    size_t n = publicity__honour__pack(h, data);
    char *hex = arena_alloc(s.arena, 2 * n + 1);

    for (size_t i = 0; i < n; i++)
        snprintf(hex + 2 * i, 3, "%02x", data[i]);
    return hex;
}

Test(honours_back, a_revocation_set_aside_leaves_the_honour_as_it_was_and_both_on_the_record)
{
    const char *id = record("E1", "QY-1"), *before = packed(honour_by("QY-1"));

    refused_correction("district", KIND(REVOCATION_SET_ASIDE), id, "state_forbids");
    take_away(id);
    hand_over(id, PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED);
    shows(preview("district", KIND(REVOCATION_SET_ASIDE), id),
          "plaque returned>issued;honour revoked>held");
    confirm("organisation", ask_for("district", KIND(REVOCATION_SET_ASIDE), id)->correction_id);
    cr_expect_str_eq(packed(honour_by("QY-1")), before);
    sources_clock(&s, "2023-12-01T00:00:00+08:00");
    cr_expect_str_eq(packed(honour_by("QY-1")), before, "nothing is due any more");
    cr_expect_str_eq(value("select string_agg(type, ' ' order by seq) from stream where type like "
                           "'publicity.%'"),
                     "publicity.HonourGranted publicity.HonourRevoked publicity.PlaqueReturned "
                     "publicity.HonourRestored");
    take_away(id); /* and may be revoked again, rightly */
    cr_expect_str_eq(honour_by("QY-1")->state, "revoked");
}

Test(honours_back, an_honour_is_not_restored_to_who_was_dissolved_meanwhile)
{
    const char *id = record("E1", "QY-1"), *other = record("E2", "QY-2");

    take_away(id);
    change(CITY, INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "E1", NULL, NULL, NULL);
    refused_correction("district", KIND(REVOCATION_SET_ASIDE), id, "honour_would_end");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "E2", NULL, NULL, NULL);
    cr_expect_str_eq(honour_by("QY-2")->state, "lapsed");
    refused_correction("district", KIND(LAPSE_SET_ASIDE), other, "honour_would_end");
    refused_correction("district", KIND(REVOCATION_SET_ASIDE), other, "state_forbids");
}

Test(honours_back, a_restored_honour_is_called_what_its_holder_is_called_now)
{
    const char *id = record("E1", "QY-1");

    take_away(id);
    change(CITY, INTAKE__RECORD_CHANGE__KIND__RENAMED, "E1", NULL, NULL, "样例新名");
    cr_expect_str_eq(honour_by("QY-1")->name, "样例E1");
    confirm("organisation", ask_for("district", KIND(REVOCATION_SET_ASIDE), id)->correction_id);
    cr_expect_str_eq(honour_by("QY-1")->name, "样例新名");
}

Test(honours_back, an_honour_recorded_wrongly_is_annulled_and_recorded_anew)
{
    const char *id = record("E1", "QY-1"), *again;

    shows(preview("district", KIND(HONOUR_ANNULLED), id),
          "plaque issued>void;honour held>annulled");
    confirm_as("another-officer", "district",
               ask_for("district", KIND(HONOUR_ANNULLED), id)->correction_id);
    cr_expect_str_eq(honour_by("QY-1")->state, "annulled");
    again = record("E1", "QY-1");
    cr_expect_str_eq(honour_by("QY-1")->honour_id, again);
    cr_expect_str_eq(honour_by("QY-1")->state, "held");
    cr_expect_str_eq(value("select count(*) from honour"), "2", "both stay on the record");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "E1", NULL, NULL, NULL);
    cr_expect_str_eq(
        value(arena_printf(s.arena, "select state from honour where honour_id = '%s'", id)),
        "annulled", "what befalls the holder does nothing to it");
    refused_correction("district", KIND(HONOUR_ANNULLED), id, "state_forbids");
}

Test(honours_back, an_honour_that_a_list_granted_is_not_annulled)
{
    const char *id;

    propose("list-1");
    on_display("2023-10-17T09:00:00+08:00");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    finalise("list-1");
    id = value("select honour_id from honour where subject_id = 'E1'");
    refused_correction("district", KIND(HONOUR_ANNULLED), id, "honour_granted_here");
    refused_correction("district", KIND(LIST_REPLACED), "list-1", "list_final");
    refused_correction("district", KIND(ENTRY_STRUCK), "list-1/s1", "list_final");
}

Test(honours_back, a_hand_over_recorded_wrongly_makes_the_plaque_due_again)
{
    static const Publicity__ReturnPlaque__Outcome outcomes[] = {
        PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED, PUBLICITY__RETURN_PLAQUE__OUTCOME__LOST,
        PUBLICITY__RETURN_PLAQUE__OUTCOME__REFUSED};
    const char *id = record("E1", "QY-1");

    refused_correction("district", KIND(PLAQUE_CORRECTED), id, "state_forbids");
    take_away(id);
    refused_correction("district", KIND(PLAQUE_CORRECTED), id, "state_forbids");
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++) {
        hand_over(id, outcomes[i]);
        ask_for("district", KIND(PLAQUE_CORRECTED), id);
        cr_expect_str_eq(honour_by("QY-1")->plaque_state, "recalled");
    }
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
    cr_expect(honour_by("QY-1")->overdue, "the day it is due is kept");
    hand_over(id, PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED);
    ask_for("district", KIND(PLAQUE_CORRECTED), id);
    cr_expect(honour_by("QY-1")->overdue, "due long ago");
    cr_expect_str_eq(value("select count(*) from correction"), "4");
}

Test(honours_back, a_verdict_set_aside_revokes_nothing_any_more)
{
    const char *id = record("E1", "QY-1");
    Scoring__ReEvaluationFailed failed = SCORING__RE_EVALUATION_FAILED__INIT;
    Scoring__VerdictSetAside aside = SCORING__VERDICT_SET_ASIDE__INIT;
    Scoring__ReEvaluationCase k = SCORING__RE_EVALUATION_CASE__INIT;
    Publicity__RevokeHonour q = PUBLICITY__REVOKE_HONOUR__INIT;

    k.case_id = (char *)"case-1";
    k.programme_id = (char *)PROGRAMME;
    k.honour_id = (char *)id;
    k.subject_id = k.name = (char *)"E1";
    k.category = (char *)"enterprise";
    k.state = (char *)"confirmed";
    failed.case_ = aside.case_ = &k;
    tell("scoring", DISTRICT, &failed.base);
    q.honour_id = (char *)id;
    q.case_id = k.case_id;
    q.reason = q.document = (char *)"样例";
    revoked_by("organisation", "district", &q);
    k.state = (char *)"open";
    tell("scoring", DISTRICT, &aside.base);
    confirm("organisation", ask_for("district", KIND(REVOCATION_SET_ASIDE), id)->correction_id);
    cr_expect_str_eq(honour_by("QY-1")->state, "held");
    refused("organisation", &q.base, "case_not_failed", "case_id");
}
