/* SPDX-License-Identifier: Apache-2.0 */
/* What happens when two people do the same thing at the same moment. */
#include <pthread.h>

#include "acts.h"
#include "tests/support/beside.h"
#include "tests/support/pg_test.h"

static void stage(void)
{
    beside_patient();
    open_with_list();
}

TestSuite(together, .init = stage, .fini = close_stage, .timeout = 120);

/* One of several who ask at once, each over a link of his own. */
struct asker {
    struct bus_link *link;
    struct arena *arena;
    Hp__Envelope *env;
    Hp__Actor actor;
    Hp__Binding binding, *bindings[1];
    Hp__Reply *reply;
    int r;
};

static void prepare(struct asker *by, const char *role, const ProtobufCMessage *message)
{
    *by = (struct asker){.arena = arena_new()};
    cr_assert_eq(bus_link_new(&s.conf, &by->link, NULL), 0);
    by->env = bus_envelope(by->arena, message->descriptor->name, DISTRICT, message, 30000);
    if (!role)
        return;
    hp__actor__init(&by->actor);
    hp__binding__init(&by->binding);
    by->binding.role = by->actor.account = (char *)role;
    by->binding.region = (char *)DISTRICT;
    by->bindings[0] = &by->binding;
    by->actor.n_bindings = 1;
    by->actor.bindings = by->bindings;
    by->env->actor = &by->actor;
}

static void *run(void *arg)
{
    struct asker *by = arg;

    by->r = bus_ask(by->link, by->arena, "publicity", by->env, &by->reply);
    return NULL;
}

/* All at once; how many were DONE. The others were refused with @code. */
static int all_at_once(struct asker *by, size_t n, const char *code)
{
    pthread_t threads[8];
    int n_done = 0;

    for (size_t i = 0; i < n; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, run, &by[i]), 0);
    for (size_t i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(by[i].r, 0);
        if (by[i].reply->status == HP__REPLY__STATUS__DONE)
            n_done++;
        else
            cr_assert(code && by[i].reply->code && strcmp(by[i].reply->code, code) == 0,
                      "status %d, code %s", (int)by[i].reply->status,
                      by[i].reply->code ? by[i].reply->code : "");
        bus_link_free(by[i].link);
        arena_free(by[i].arena);
    }
    return n_done;
}

Test(together, two_bodies_that_sign_at_the_same_moment_complete_the_notice)
{
    for (int round = 0; round < 5; round++) {
        const char *list = arena_printf(s.arena, "round-%d", round), *id;
        Publicity__CoSign q;
        struct asker by[2];

        propose(list);
        id = draft_of(list);
        q = signature(id);
        prepare(&by[0], "district", &q.base);
        prepare(&by[1], "organisation", &q.base);
        cr_assert_eq(all_at_once(by, 2, NULL), 2);
        cr_assert_str_eq(
            value(arena_printf(s.arena, "select state from notice where notice_id = '%s'", id)),
            "signed");
    }
}

Test(together, one_body_that_signs_twice_at_the_same_moment_has_signed_once)
{
    Publicity__CoSign q = signature(draft());
    struct asker by[4];

    for (int i = 0; i < 4; i++)
        prepare(&by[i], "district", &q.base);
    cr_assert_eq(all_at_once(by, 4, "already_signed"), 1);
    cr_assert_str_eq(value("select count(*) from notice_ledger where what like 'signed%'"), "1");
}

Test(together, drafts_of_several_lists_get_numbers_without_gap_or_double)
{
    Publicity__DraftNotice q[6];
    struct asker by[6];

    for (int i = 0; i < 6; i++) {
        q[i] = (Publicity__DraftNotice)PUBLICITY__DRAFT_NOTICE__INIT;
        q[i].list_id = arena_printf(s.arena, "round-%d", i);
        propose(q[i].list_id);
        prepare(&by[i], "district", &q[i].base);
    }
    cr_assert_eq(all_at_once(by, 6, NULL), 6);
    cr_assert_str_eq(value("select string_agg(number, ' ' order by number) from notice"),
                     "长红评公示〔2023〕001号 长红评公示〔2023〕002号 长红评公示〔2023〕003号 "
                     "长红评公示〔2023〕004号 长红评公示〔2023〕005号 长红评公示〔2023〕006号");
}

Test(together, objections_to_one_entry_all_get_a_receipt_and_free_it_together)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00");
    Publicity__InvestigateObjection i = PUBLICITY__INVESTIGATE_OBJECTION__INIT;
    Publicity__ResolveObjection r[4];
    Publicity__FileObjection q[4];
    struct asker by[4];

    for (int k = 0; k < 4; k++) {
        q[k] = objection(id, "s2");
        q[k].contact = arena_printf(s.arena, "样例路 %d 号", k);
        prepare(&by[k], NULL, &q[k].base);
    }
    cr_assert_eq(all_at_once(by, 4, NULL), 4);
    cr_assert_str_eq(value("select string_agg(receipt, ' ' order by receipt) from objection"),
                     "YY-2023-001 YY-2023-002 YY-2023-003 YY-2023-004");
    for (int k = 0; k < 4; k++) {
        i.note = (char *)"样例";
        i.objection_id = (char *)value(arena_printf(
            s.arena, "select objection_id from objection where receipt = 'YY-2023-00%d'", k + 1));
        done("district", &i.base);
        r[k] = (Publicity__ResolveObjection)PUBLICITY__RESOLVE_OBJECTION__INIT;
        r[k].objection_id = i.objection_id;
        r[k].answer = (char *)"样例";
        r[k].result = PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED;
        prepare(&by[k], "district", &r[k].base);
    }
    cr_assert_eq(all_at_once(by, 4, NULL), 4);
    cr_assert_str_eq(value("select state from entry where subject_id = 's2'"), "listed");
}

Test(together, upheld_at_the_same_moment_two_different_reserves_move_up_on_one_draft)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00");
    const char *const against[] = {"s1", "s2"};
    Publicity__InvestigateObjection i = PUBLICITY__INVESTIGATE_OBJECTION__INIT;
    Publicity__ResolveObjection r[2];
    struct asker by[2];

    for (int k = 0; k < 2; k++) {
        Publicity__FileObjection q = objection(id, against[k]);

        i.note = (char *)"样例";
        i.objection_id = (char *)done(NULL, &q.base);
        done("district", &i.base);
        r[k] = (Publicity__ResolveObjection)PUBLICITY__RESOLVE_OBJECTION__INIT;
        r[k].objection_id = i.objection_id;
        r[k].answer = (char *)"样例";
        r[k].result = PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD;
        prepare(&by[k], "district", &r[k].base);
    }
    cr_assert_eq(all_at_once(by, 2, NULL), 2);
    cr_assert_str_eq(value("select count(*) from notice where kind = 'supplementary'"), "1");
    cr_assert_str_eq(
        value("select string_agg(x.subject_id, ' ' order by x.subject_id) from "
              "notice_entry x join notice n using (district, notice_id) where n.kind = "
              "'supplementary'"),
        "s4 s5");
}

/* Another instance has the objection at its commit when the notice comes down here. */
Test(together, a_notice_that_closes_beside_an_objection_counts_it)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00");
    Publicity__FileObjection q = objection(id, "s2");
    Hp__SetClock set = HP__SET_CLOCK__INIT;
    Publicity__NoticeClosed *said[1];
    struct beside_ask objecting, clock;
    struct sources second;

    sources_second(&s, &second);
    beside_hold(&s.pg, "log", "new.type = 'publicity.FileObjection'");
    beside_post(&objecting, second.dir, "publicity",
                sources_envelope(&s, NULL, NULL, NULL, &q.base));
    beside_await(&s.pg, 1);
    cr_assert_eq(instant_parse("2023-11-06T09:00:00+08:00", &set.at), 0);
    beside_post(&clock, s.dir, "publicity",
                bus_envelope(s.arena, "bus.SetClock", CITY, &set.base, 30000));
    beside_await_true(&s.pg, "select (select count(*) from pg_locks where not granted) >= 2 or "
                             "exists (select from notice where state = 'closed')");
    beside_let_go();
    cr_assert_eq(beside_hear(&objecting, s.arena)->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(beside_hear(&clock, s.arena)->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(sources_said(&s, &publicity__notice_closed__descriptor, said, 1), 1);
    cr_assert_eq(said[0]->objections_open, 1);
    sources_close(&second);
}

/* Another instance has the revocation at its commit when the new name is heard here. */
Test(together, an_honour_that_is_revoked_beside_a_change_keeps_the_name_it_had)
{
    Publicity__RecordHonour record = PUBLICITY__RECORD_HONOUR__INIT;
    Publicity__RevokeHonour q = PUBLICITY__REVOKE_HONOUR__INIT;
    Publicity__SignAct sign;
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange ch = INTAKE__RECORD_CHANGE__INIT;
    struct beside_ask revoking;
    struct sources second;

    record.category = record.subject_kind = (char *)"enterprise";
    record.category_title = (char *)"红色物业示范企业";
    record.subject_id = record.plaque = (char *)"E9";
    record.name = (char *)"样例旧名";
    record.year = 2023;
    record.programme_id = (char *)PROGRAMME;
    q.honour_id = (char *)done("district", &record.base);
    q.reason = q.document = (char *)"样例";
    sign = signing(waits("district", &q.base));
    sources_second(&s, &second);
    beside_hold(&s.pg, "log", "new.type = 'publicity.SignAct'");
    beside_post(&revoking, second.dir, "publicity",
                sources_envelope(&s, "organisation", DISTRICT, NULL, &sign.base));
    beside_await(&s.pg, 1);
    ch.subject_id = (char *)"E9";
    ch.kind = INTAKE__RECORD_CHANGE__KIND__RENAMED;
    ch.on_day = (char *)"2023-10-01";
    e.change_id = (char *)"change-beside";
    e.change = &ch;
    e.name = (char *)"样例新名";
    sources_say(&s, "intake", CITY, &e.base);
    beside_await(&s.pg, 2);
    beside_let_go();
    cr_assert_eq(beside_hear(&revoking, s.arena)->status, HP__REPLY__STATUS__DONE);
    sources_settle(&s);
    cr_assert_str_eq(value("select state || ' ' || name from honour"), "revoked 样例旧名");
    sources_close(&second);
}
