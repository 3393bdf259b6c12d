/* SPDX-License-Identifier: Apache-2.0 */
/*
 * joint - acts that the bodies named by a programme sign before they take effect
 *
 * A programme says which acts its organisers do together (joint_acts; Changning 2023, section 三(三)(四) and 五: 区委组织部 and 区房管局).
 * Whoever asks for such an act signs it for his body; it is kept as it was asked for until the others have signed what it says, by
 * the hash of it; the last signature carries it out. Each signature looks at it again: what would no longer decide the same is not
 * signed. Of an act that no programme names, two persons are enough where the kind says so, else whoever does it.
 *
 *     static int finalise(struct ctx *c, const void *request, const struct joint_matter *m);
 *     const struct joint_kind final_list_act = {JOINT_FINAL_LIST, "list", &publicity__finalise_list__descriptor,
 *                                               .plan = plan_final, .carry_out = finalise};
 *
 *     r = joint_ask(c, &final_list_act, &reply.act);   // the handler of the command
 *
 * The service names &joint_part among its parts. docs/joint-acts.md lists all kinds with their sources.
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "joint.pb-c.h"

/* What one act is about, and decides. */
struct joint_matter {
    const struct programme *programme; /* whose joint_acts say who signs */
    const char *programme_id, *target_id;
    const char *category, *subject_id; /* NULL: of none alone */
    const char *const *content;        /* what is signed, line by line, beside the command itself */
    size_t n_content;
    const void *plan; /* for carry_out */
};
struct joint_kind {
    enum joint_act act;
    const char *thing; /* what the target is: "list" */
    const ProtobufCMessageDescriptor *message;
    /* Look at everything @request needs, refuse as its command would, and say what it decides. Changes nothing. */
    int (*plan)(struct ctx *c, const void *request, struct joint_matter *m);
    /* Do it. What it makes bears c->id_text, which is the act's id then. Gives no reply. */
    int (*carry_out)(struct ctx *c, const void *request, const struct joint_matter *m);
    unsigned
        two_persons; /* the roles two different persons of which sign where the programme names nobody; 0: one is enough */
};

/* The table and statements, for service_spec.parts. */
extern const struct service_part joint_part;
extern const struct fsm joint_fsm;

/*
 * Handler's work of a command that may be a joint act. @ret_act: the act that now waits for signatures; NULL where nobody else signs
 * and it was done. Refused: as the plan refuses, act_open, act_body_wrong.
 */
int joint_ask(struct ctx *c, const struct joint_kind *kind, Joint__Act **ret_act) MUST_CHECK;
/*
 * Sign an act for one's body; the last signature carries it out. Refused: not_found, state_forbids, act_body_wrong, act_signed,
 * act_same_person, act_content_other (another @content_sha256 than the act's), act_changed, and as the plan refuses.
 * @kinds: the service's, ended by NULL.
 */
int joint_sign(struct ctx *c, const struct joint_kind *const *kinds, const char *act_id,
               const char *content_sha256, Joint__Act **ret_act) MUST_CHECK;
/* Give up an act that waits, by an officer of a body that signs it, with a note of 1..1000 characters. */
int joint_drop(struct ctx *c, const struct joint_kind *const *kinds, const char *act_id,
               const char *note, Joint__Act **ret_act) MUST_CHECK;
/* Acts in the order they were asked for, of one target or state unless NULL or "", behind @after; at most @limit (1..500). */
int joint_list(struct ctx *c, const char *target_id, const char *state, const char *after,
               int32_t limit, Joint__Act ***ret_acts, size_t *ret_n,
               const char **ret_next) MUST_CHECK;

/*
 * JOINT_HANDLERS(scoring, Scoring, SCORING, kinds) defines the handlers of a service's three messages about its acts, which differ by
 * the service's name alone: scoring_sign_act, scoring_drop_act, scoring_list_acts.
 */
/* JOINT_COMMAND(decide_tie, tie_act, Scoring, SCORING) defines the handler of a command that is an act of kind @kind. */
#define JOINT_COMMAND(handler, kind, Service, SERVICE) \
    int handler(struct ctx *c) \
    { \
        Service##__ActReply reply = SERVICE##__ACT_REPLY__INIT; \
        int r = joint_ask(c, &(kind), &reply.act); \
\
        if (r == 0) \
            reply_with(c, &reply.base); \
        return r; \
    }

#define JOINT_HANDLERS_DECLARE(service) \
    handler_fn service##_sign_act, service##_drop_act, service##_list_acts

#define JOINT_HANDLER_(service, Service, SERVICE, name, Request, ask) \
    int service##_##name(struct ctx *c) \
    { \
        const Service##__##Request *q = c->request; \
        Service##__ActReply reply = SERVICE##__ACT_REPLY__INIT; \
        int r = ask; \
\
        if (r == 0) \
            reply_with(c, &reply.base); \
        return r; \
    }

#define JOINT_HANDLERS(service, Service, SERVICE, kinds) \
    JOINT_HANDLER_(service, Service, SERVICE, sign_act, SignAct, \
                   joint_sign(c, kinds, q->act_id, q->content_sha256, &reply.act)) \
    JOINT_HANDLER_(service, Service, SERVICE, drop_act, DropAct, \
                   joint_drop(c, kinds, q->act_id, q->note, &reply.act)) \
    int service##_list_acts(struct ctx *c) \
    { \
        const Service##__ListActs *q = c->request; \
        Service##__ListActsReply reply = SERVICE##__LIST_ACTS_REPLY__INIT; \
        int r = joint_list(c, q->target_id, q->state, q->after, q->limit, &reply.acts, \
                           &reply.n_acts, (const char **)&reply.next); \
\
        if (r == 0) \
            reply_with(c, &reply.base); \
        return r; \
    }
