/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage - publicity as a real process between sources that say what intake and scoring would
 *
 * Included by each test once. Every function ends the test with a message when it cannot do its
 * part. Nothing waits by the clock.
 */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/clock.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "tests/support/event_source/sources.h"
#include "tests/support/shipped_programme.h"

#define DISTRICT SOURCES_DISTRICT
#define CITY SOURCES_CITY
#define PROGRAMME "changning-property-2023"

static struct sources s;

/* Say an event on the stream of @district and wait until publicity has applied it. */
UNUSED static void tell(const char *source, const char *district, const ProtobufCMessage *event)
{
    sources_say(&s, source, district, event);
    sources_settle(&s);
}

/* Publicity runs; business time stands at 2023-10-01 08:00 in China; the Changning programme is
 * published. */
UNUSED static void open_stage_with(char *(*read)(struct arena *a, const char *name))
{
    Intake__ProgrammePublished e = INTAKE__PROGRAMME_PUBLISHED__INIT;

    sources_open(&s, "publicity", "2023-10-01T08:00:00+08:00", "intake", "scoring", NULL);
    e.programme_id = (char *)PROGRAMME;
    e.version = 1;
    e.document = read(s.arena, PROGRAMME);
    e.document_sha256 = e.title = (char *)"sample";
    e.year = 2023;
    tell("intake", DISTRICT, &e.base);
}

UNUSED static void open_stage(void)
{
    open_stage_with(shipped_programme_alone);
}

UNUSED static void close_stage(void)
{
    sources_close(&s);
}

/* The id of what was done by @role of the district (NULL: the public); ends the test unless DONE.
 */
UNUSED static const char *done(const char *role, const ProtobufCMessage *message)
{
    sources_done(&s, role, DISTRICT, NULL, message, NULL);
    return sources_last_id(&s);
}

/* The reply's payload; ends the test unless DONE. */
UNUSED static void *read_as(const char *role, const ProtobufCMessage *message,
                            const ProtobufCMessageDescriptor *reply)
{
    return sources_done(&s, role, DISTRICT, NULL, message, reply);
}

/* Refused with exactly this code about this field. */
UNUSED static void refused(const char *role, const ProtobufCMessage *message, const char *code,
                           const char *field)
{
    Hp__Reply *reply = sources_ask(&s, role, DISTRICT, NULL, message);
    const char *type = message->descriptor->name;

    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED, "%s: status %d, want %s", type,
                 (int)reply->status, code);
    cr_assert_str_eq(reply->code, code, "%s: %s (%s), want %s", type, reply->code,
                     reply->n_args ? reply->args[0] : "", code);
    cr_assert_str_eq(reply->field ? reply->field : "", field ? field : "", "%s", type);
}

/* What @role asked for waits for signatures: the act. */
UNUSED static Joint__Act *waits(const char *role, const ProtobufCMessage *message)
{
    Publicity__ActReply *reply = read_as(role, message, &publicity__act_reply__descriptor);

    cr_assert_not_null(reply->act, "%s was done at once", message->descriptor->name);
    return reply->act;
}

UNUSED static Publicity__SignAct signing(const Joint__Act *act)
{
    Publicity__SignAct q = PUBLICITY__SIGN_ACT__INIT;

    q.act_id = act->act_id;
    q.content_sha256 = act->content_sha256;
    return q;
}

/* A revocation, asked for by @first and signed by @second. */
UNUSED static void revoked_by(const char *first, const char *second,
                              const Publicity__RevokeHonour *q)
{
    Publicity__SignAct sign = signing(waits(first, &q->base));

    done(second, &sign.base);
}

/* One value of publicity's schema as text, "" for null. */
UNUSED static const char *value(const char *sql)
{
    return sources_value(&s, sql);
}

/* It befell on 2023-10-01, the day business time begins at. */
UNUSED static void change(const char *district, Intake__RecordChange__Kind kind,
                          const char *subject, const char *site, const char *into, const char *name)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange c = INTAKE__RECORD_CHANGE__INIT;
    static int n;

    c.subject_id = (char *)subject;
    c.kind = kind;
    c.on_day = (char *)"2023-10-01";
    c.site_id = (char *)site;
    c.into_id = (char *)into;
    e.change_id = arena_printf(s.arena, "change-%d", ++n);
    e.change = &c;
    e.name = (char *)name;
    tell("intake", district, &e.base);
}

UNUSED static Scoring__ScoredSubject *subject(const char *id, const char *category,
                                              const char *group, int rank)
{
    Scoring__ScoredSubject *m = arena_new_one(s.arena, Scoring__ScoredSubject);

    scoring__scored_subject__init(m);
    m->subject_id = (char *)id;
    m->category = (char *)category;
    m->group = (char *)group;
    m->name = arena_printf(s.arena, "样例%s", id);
    m->score_milli = 95000 - rank * 1000;
    m->rank = rank;
    m->proposed = true;
    m->enterprise_id = strcmp(group, "sites") == 0 ? (char *)"E1" : NULL;
    m->subdistrict = (char *)"310105001";
    return m;
}

/* A proposed list of 3 sites (s1..s3) with 2 in reserve (s4, s5), 1 enterprise (E1) with none. */
UNUSED static void propose(const char *list_id)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;
    Scoring__ScoredSubject *proposed[] = {
        subject("s1", "compound", "sites", 1), subject("s2", "compound", "sites", 2),
        subject("s3", "building", "sites", 3), subject("E1", "enterprise", "enterprises", 1)};
    Scoring__ScoredSubject *reserve[] = {subject("s4", "compound", "sites", 4),
                                         subject("s5", "compound", "sites", 5)};

    e.list_id = (char *)list_id;
    e.programme_id = (char *)PROGRAMME;
    e.run_id = e.result_sha256 = (char *)"sample";
    e.proposed = proposed;
    e.n_proposed = 4;
    e.reserve = reserve;
    e.n_reserve = 2;
    tell("scoring", DISTRICT, &e.base);
}
