/* SPDX-License-Identifier: Apache-2.0 */
/* Changning 2023, section 五 (一)4, (二)4. */
#include "services/publicity/honour/honour_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge honour_edges[] = {
    {"held", "revoke", "revoked", "failed its re-evaluation, or a decision took it back"},
    {"held", "lapse", "lapsed",
     "the holder was dissolved, left, or its next term was filed; nobody has to decide"},
    {"revoked", "restore", "held", "the revocation was set aside"},
    {"lapsed", "restore", "held", "what it lapsed for was recorded by mistake"},
    {"held", "annul", "annulled", "it was recorded wrongly; it may be recorded anew"},
    {"revoked", "annul", "annulled", "it was recorded wrongly; it may be recorded anew"},
    {"lapsed", "annul", "annulled", "it was recorded wrongly; it may be recorded anew"},
    FSM_END,
};

const struct fsm honour_fsm = {"honour", "held", honour_edges};

static const struct fsm_edge plaque_edges[] = {
    {"issued", "recall", "recalled", "its honour ended; it is due back"},
    {"recalled", "return", "returned", "handed over"},
    {"recalled", "lose", "lost", "the holder says that it is lost"},
    {"recalled", "refuse", "refused", "the holder does not hand it over"},
    {"refused", "return", "returned", "handed over after all"},
    {"lost", "return", "returned", "found and handed over"},
    {"recalled", "restore", "issued", "its honour is held again"},
    {"returned", "restore", "issued", "its honour is held again; it is given back"},
    {"lost", "restore", "issued", "its honour is held again; it is made anew"},
    {"refused", "restore", "issued", "its honour is held again"},
    {"returned", "correct", "recalled", "the hand-over was recorded wrongly; it is due again"},
    {"lost", "correct", "recalled", "the loss was recorded wrongly; it is due again"},
    {"refused", "correct", "recalled", "the refusal was recorded wrongly; it is due again"},
    {"issued", "void", "void", "its honour was annulled"},
    {"recalled", "void", "void", "its honour was annulled"},
    {"returned", "void", "void", "its honour was annulled"},
    {"lost", "void", "void", "its honour was annulled"},
    {"refused", "void", "void", "its honour was annulled"},
    FSM_END,
};

const struct fsm plaque_fsm = {"plaque", "issued", plaque_edges};
