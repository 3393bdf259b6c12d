/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages - the handlers of a service's five messages about corrections, which differ by the service's name alone
 *
 * CORRECTION_HANDLERS(intake, Intake, INTAKE, book) defines intake_correct, intake_confirm_correction, intake_drop_correction,
 * intake_preview_correction and intake_list_corrections over the correction_book @book; CORRECTION_HANDLERS_DECLARE(intake)
 * declares them, in the header the service's main.c reads.
 */
#pragma once
#include "common/domain/correction/correction.h"

#define CORRECTION_HANDLERS_DECLARE(service) \
    handler_fn service##_correct, service##_confirm_correction, service##_drop_correction, \
        service##_preview_correction, service##_list_corrections

#define CORRECTION_HANDLER_(service, Service, SERVICE, name, Request, ask) \
    int service##_##name(struct ctx *c) \
    { \
        const Service##__##Request *q = c->request; \
        Service##__CorrectReply reply = SERVICE##__CORRECT_REPLY__INIT; \
        int r = ask; \
\
        if (r == 0) \
            reply_with(c, &reply.base); \
        return r; \
    }

#define CORRECTION_HANDLERS(service, Service, SERVICE, book) \
    CORRECTION_HANDLER_( \
        service, Service, SERVICE, correct, Correct, \
        correction_ask(c, &(book), (int)q->kind, q->target_id, q->authority, &reply.correction)) \
    CORRECTION_HANDLER_(service, Service, SERVICE, confirm_correction, ConfirmCorrection, \
                        correction_confirm(c, &(book), q->correction_id, &reply.correction)) \
    CORRECTION_HANDLER_(service, Service, SERVICE, drop_correction, DropCorrection, \
                        correction_drop(c, &(book), q->correction_id, q->note, &reply.correction)) \
    CORRECTION_HANDLER_( \
        service, Service, SERVICE, preview_correction, PreviewCorrection, \
        correction_preview(c, &(book), (int)q->kind, q->target_id, &reply.correction)) \
    int service##_list_corrections(struct ctx *c) \
    { \
        const Service##__ListCorrections *q = c->request; \
        Service##__ListCorrectionsReply reply = SERVICE##__LIST_CORRECTIONS_REPLY__INIT; \
        int r = correction_list(c, q->target_id, q->state, q->after, q->limit, &reply.corrections, \
                                &reply.n_corrections, (const char **)&reply.next); \
\
        if (r == 0) \
            reply_with(c, &reply.base); \
        return r; \
    }
