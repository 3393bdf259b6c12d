/* SPDX-License-Identifier: Apache-2.0 */
/* stage - Changning's programme of 2023 with fictional subjects and people (样例), for scoring
 * among event sources */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/points.h"
#include "common/base/str.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "tests/support/event_source/sources.h"
#include "tests/support/shipped_programme.h"

#define PROGRAMME ((char *)"changning-property-2023")
#define OFFICER "district", SOURCES_DISTRICT, NULL
#define ASSESSOR "assessor", SOURCES_DISTRICT, "样例测评"
#define EXPERT(id) "expert", SOURCES_DISTRICT, id

static struct sources s;

static void open_stage(void)
{
    sources_open(&s, "scoring", "2023-09-01T08:00:00+08:00", "intake", "publicity", "credit", NULL);
}

static void close_stage(void)
{
    sources_close(&s);
}

/* How the programme is read; a test of joint acts takes the whole. */
static char *(*read_programme)(struct arena *a, const char *name) = shipped_programme_alone;

UNUSED static void publish_version(int version)
{
    Intake__ProgrammePublished e = INTAKE__PROGRAMME_PUBLISHED__INIT;

    e.programme_id = PROGRAMME;
    e.version = version;
    e.document = read_programme(s.arena, "changning-property-2023");
    e.document_sha256 = arena_printf(s.arena, "%02d", version - 1);
    e.title = (char *)"样例";
    e.year = 2023;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

UNUSED static void publish(void)
{
    publish_version(1);
}

UNUSED static void enterprise(const char *id)
{
    Intake__EnterpriseRegistered e = INTAKE__ENTERPRISE_REGISTERED__INIT;
    Intake__RegisterEnterprise r = INTAKE__REGISTER_ENTERPRISE__INIT;

    r.enterprise_id = r.name = (char *)id;
    e.enterprise = &r;
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
}

UNUSED static void expert(const char *id, const char *employer, const char *residence,
                          const char *link)
{
    Intake__ExpertRegistered e = INTAKE__EXPERT_REGISTERED__INIT;
    Intake__RegisterExpert r = INTAKE__REGISTER_EXPERT__INIT;

    r.expert_id = r.name = (char *)id;
    r.employer = (char *)employer;
    r.residence = (char *)residence;
    r.n_enterprise_links = link != NULL;
    r.enterprise_links = (char **)&link;
    e.expert = &r;
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
}

UNUSED static void site(const char *id, bool building)
{
    Intake__SiteRegistered e = INTAKE__SITE_REGISTERED__INIT;
    Intake__RegisterSite r = INTAKE__REGISTER_SITE__INIT;

    r.site_id = r.name = (char *)id;
    r.kind =
        building ? INTAKE__REGISTER_SITE__KIND__BUILDING : INTAKE__REGISTER_SITE__KIND__COMPOUND;
    r.subdistrict = (char *)"310105001";
    e.site = &r;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

static Intake__Application *application(const char *category, const char *subject, const char *by)
{
    Intake__Application *a = arena_new_one(s.arena, Intake__Application);

    intake__application__init(a);
    a->application_id = arena_printf(s.arena, "application-%s", subject);
    a->programme_id = PROGRAMME;
    a->category = a->subject_kind = (char *)category;
    a->subject_id = a->name = (char *)subject;
    a->route = (char *)"recommendation";
    a->state = (char *)"accepted";
    a->version = 1;
    a->subdistrict = (char *)"310105001";
    a->enterprise_id = a->enterprise_name = (char *)by;
    return a;
}

UNUSED static void accept_application(const char *category, const char *subject, const char *by)
{
    Intake__ApplicationAccepted e = INTAKE__APPLICATION_ACCEPTED__INIT;

    e.application = application(category, subject, by);
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

UNUSED static void withdraw_application(const char *category, const char *subject)
{
    Intake__ApplicationWithdrawn e = INTAKE__APPLICATION_WITHDRAWN__INIT;

    e.application = application(category, subject, NULL);
    e.reason = (char *)"样例";
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

UNUSED static void changed(const char *subject, Intake__RecordChange__Kind kind, const char *on_day)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange r = INTAKE__RECORD_CHANGE__INIT;

    r.subject_id = (char *)subject;
    r.kind = kind;
    r.on_day = (char *)on_day;
    e.change_id = arena_printf(s.arena, "change-%s-%d", subject, (int)kind);
    e.change = &r;
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
}

/* An honour of 2022. */
UNUSED static void honour(const char *category, const char *subject, const char *by)
{
    Publicity__HonourGranted e = PUBLICITY__HONOUR_GRANTED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;

    h.honour_id = arena_printf(s.arena, "honour-%s", subject);
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)category;
    h.title = (char *)"红色物业示范";
    h.subject_id = h.name = (char *)subject;
    h.year = 2022;
    h.state = (char *)"held";
    h.plaque = h.honour_id;
    h.plaque_state = (char *)"issued";
    h.enterprise_id = (char *)by;
    h.subdistrict = (char *)"310105001";
    h.granted_day = (char *)"2022-12-01";
    e.honour = &h;
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
}

/* A deduction of an enterprise, arisen at @at (may be NULL), after which its total of 2023 is
 * @total. */
UNUSED static void deduction(const char *enterprise_id, const char *at, const char *total)
{
    Credit__DeductionRecorded e = CREDIT__DEDUCTION_RECORDED__INIT;
    Credit__Deduction d = CREDIT__DEDUCTION__INIT;
    Credit__EnterpriseTotal t = CREDIT__ENTERPRISE_TOTAL__INIT;

    d.deduction_id = arena_printf(s.arena, "deduction-%s", enterprise_id);
    d.subject_kind = (char *)"enterprise";
    d.subject_id = d.enterprise_id = (char *)enterprise_id;
    d.behaviour = d.rule_version = d.document = (char *)"样例";
    d.on_day = (char *)"2023-05-01";
    d.state = (char *)"effective";
    d.site_id = (char *)at;
    d.counts = true;
    t.enterprise_id = (char *)enterprise_id;
    t.year = 2023;
    t.total = (char *)total;
    t.n_deductions = 1;
    t.deductions = &d.deduction_id;
    e.deduction = &d;
    e.total = &t;
    sources_say(&s, "credit", SOURCES_DISTRICT, &e.base);
}

/* The request is refused with this code at this field (NULL: not looked at). */
UNUSED static void refused(const char *role, const char *region, const char *subject,
                           const ProtobufCMessage *message, const char *code, const char *field)
{
    Hp__Reply *r = sources_ask(&s, role, region, subject, message);

    cr_assert_eq(r->status, HP__REPLY__STATUS__REFUSED, "%s: status %d", message->descriptor->name,
                 (int)r->status);
    cr_assert_str_eq(r->code, code);
    if (field)
        cr_assert_str_eq(r->field, field);
}

UNUSED static Scoring__ImportInspectionsReply *import(const char *csv, bool preview)
{
    Scoring__ImportInspections q = SCORING__IMPORT_INSPECTIONS__INIT;

    q.programme_id = PROGRAMME;
    q.csv = (char *)csv;
    q.has_preview = true;
    q.preview = preview;
    q.reason = (char *)"样例：复测"; /* kept for those alone whose panel is open */
    return sources_done(&s, ASSESSOR, &q.base, &scoring__import_inspections_reply__descriptor);
}
