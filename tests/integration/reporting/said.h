/* SPDX-License-Identifier: Apache-2.0 */
/* said - the events that tests of the read models say; who includes it says how */
#pragma once
#include "common/base/str.h"
#include "intake.pb-c.h"
#include "scoring.pb-c.h"
#include "tests/support/event_source/sources.h"

#define PROGRAMME ((char *)"sample-programme")

/* @source says @message in @district. */
static void say(const char *source, const char *district, const ProtobufCMessage *message);

UNUSED static void enterprise(const char *id, const char *name)
{
    Intake__EnterpriseRegistered e = INTAKE__ENTERPRISE_REGISTERED__INIT;
    Intake__RegisterEnterprise r = INTAKE__REGISTER_ENTERPRISE__INIT;

    r.enterprise_id = (char *)id;
    r.name = (char *)name;
    e.enterprise = &r;
    say("intake", SOURCES_CITY, &e.base);
}

UNUSED static void renamed(const char *id, const char *name)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange c = INTAKE__RECORD_CHANGE__INIT;

    c.subject_id = (char *)id;
    c.kind = INTAKE__RECORD_CHANGE__KIND__RENAMED;
    c.on_day = (char *)"2023-10-01";
    c.new_name = (char *)name;
    e.change_id = (char *)"change";
    e.change = &c;
    say("intake", SOURCES_CITY, &e.base);
}

/* @state goes into the dossier; @reason, NULL for none, makes the timeline's row as long as wanted. */
UNUSED static void application(const char *id, const char *subject, const char *state, char *reason)
{
    Intake__ApplicationAccepted e = INTAKE__APPLICATION_ACCEPTED__INIT;
    Intake__Application a = INTAKE__APPLICATION__INIT;

    a.application_id = (char *)id;
    a.programme_id = PROGRAMME;
    a.category = (char *)"enterprise";
    a.subject_id = (char *)subject;
    a.subject_kind = (char *)"enterprise";
    a.name = (char *)"样例 \"{quoted}\", \\ and NULL";
    a.route = (char *)"self";
    a.state = (char *)state;
    a.version = 1;
    a.reason = reason;
    e.application = &a;
    say("intake", SOURCES_DISTRICT, &e.base);
}

/* A list with @second twice. */
UNUSED static void proposed(const char *first, const char *second)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;
    Scoring__ScoredSubject one = SCORING__SCORED_SUBJECT__INIT, two = one;
    Scoring__ScoredSubject *list[] = {&one, &two, &two};

    one.subject_id = (char *)first;
    one.category = one.group = (char *)"enterprise";
    one.name = (char *)"样例";
    two = one;
    two.subject_id = (char *)second;
    e.list_id = (char *)"list";
    e.programme_id = PROGRAMME;
    e.run_id = e.result_sha256 = (char *)"sample";
    e.proposed = list;
    e.n_proposed = ARRAY_LEN(list);
    say("scoring", SOURCES_DISTRICT, &e.base);
}
