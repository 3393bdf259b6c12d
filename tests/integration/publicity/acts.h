/* SPDX-License-Identifier: Apache-2.0 */
/* acts - what tests of notices do again and again; on the list "list-1" unless said otherwise */
#pragma once
#include "stage.h"

UNUSED static void open_with_list(void)
{
    open_stage();
    propose("list-1");
}

UNUSED static const char *draft_of(const char *list)
{
    Publicity__DraftNotice q = PUBLICITY__DRAFT_NOTICE__INIT;

    q.list_id = (char *)list;
    return done("district", &q.base);
}

UNUSED static const char *draft(void)
{
    return draft_of("list-1");
}

UNUSED static Publicity__Notice *notice(const char *id)
{
    Publicity__GetNotice q = PUBLICITY__GET_NOTICE__INIT;
    Publicity__GetNoticeReply *reply;

    q.notice_id = (char *)id;
    reply = read_as("district", &q.base, &publicity__get_notice_reply__descriptor);
    return reply->notice;
}

UNUSED static Publicity__CoSign signature(const char *id)
{
    Publicity__CoSign q = PUBLICITY__CO_SIGN__INIT;

    q.notice_id = (char *)id;
    q.content_sha256 = notice(id)->content_sha256;
    return q;
}

UNUSED static void sign_both(const char *id)
{
    Publicity__CoSign q = signature(id);

    done("organisation", &q.base);
    done("district", &q.base);
}

UNUSED static Publicity__ScheduleNotice schedule(const char *id, const char *at)
{
    Publicity__ScheduleNotice q = PUBLICITY__SCHEDULE_NOTICE__INIT;

    q.notice_id = (char *)id;
    cr_assert_eq(instant_parse(at, &q.publish_at), 0);
    return q;
}

UNUSED static const char *on_display(const char *at)
{
    const char *id = draft();
    Publicity__ScheduleNotice q = schedule(id, at);

    sign_both(id);
    done("district", &q.base);
    sources_clock(&s, at);
    return id;
}

UNUSED static Publicity__FileObjection objection(const char *id, const char *subject)
{
    Publicity__FileObjection q = PUBLICITY__FILE_OBJECTION__INIT;

    q.notice_id = (char *)id;
    q.subject_id = (char *)subject;
    q.objector = (char *)"欧阳样例";
    q.contact = (char *)"样例路 1 号";
    q.grounds = (char *)"样例理由";
    return q;
}

UNUSED static void conclude(const char *id, Publicity__ResolveObjection__Result result)
{
    Publicity__InvestigateObjection i = PUBLICITY__INVESTIGATE_OBJECTION__INIT;
    Publicity__ResolveObjection q = PUBLICITY__RESOLVE_OBJECTION__INIT;

    i.objection_id = q.objection_id = (char *)id;
    i.note = q.answer = (char *)"样例";
    q.result = result;
    refused("district", &q.base, "state_forbids", "objection_id");
    done("district", &i.base);
    done("district", &q.base);
}

UNUSED static Hp__VerifyReply *verify(void)
{
    Hp__Verify q = HP__VERIFY__INIT;
    Hp__Envelope *env = bus_envelope(s.arena, "bus.Verify", DISTRICT, &q.base, 30000);
    Hp__Reply *reply;
    Hp__VerifyReply *v;

    cr_assert_eq(bus_ask(s.link, s.arena, "publicity", env, &reply), 0);
    v = hp__verify_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);
    cr_assert_not_null(v);
    return v;
}

UNUSED static void chain_is_sound(void)
{
    Hp__VerifyReply *v = verify();

    cr_assert_gt(v->rows, 0);
    cr_assert_eq(v->n_faults, 0);
}
