/* SPDX-License-Identifier: Apache-2.0 */
/* hearer - following other services' streams */
#pragma once
#include "common/service/task.h"

int hearers_new(struct service *svc) MUST_CHECK;
/* Make their rows, on svc->first_pg, so that bus.GetState shows all of them from the first moment; a new build looks again at
 * events an earlier one did not know. */
int hearers_prepare(struct service *svc, struct errtext *e) MUST_CHECK;
/* A connection was lost, so the server may have: what was applied last is not known to be there, for it was not waited for to reach
 * the disk. Positions are read again, and nobody is told DONE from memory before. */
void hearers_doubt(struct service *svc);
/* Positions were set beside them: read them again. */
void hearers_read(struct service *svc);
/* This instance leads @district from now on, or no more. */
void hearers_lead(struct service *svc, const char *district, bool lead);
void hearers_stop(struct service *svc);
void hearers_free(struct service *svc);
void hearers_await(struct task *t); /* bus.AwaitApplied */
/* How the subscriptions stand; @lag: events known and not applied, of all that this instance hears. */
struct hearing_sum {
    size_t following, parked, diverged, unknown, elsewhere;
    int64_t lag;
};
void hearers_sum(const struct service *svc, struct hearing_sum *ret_sum);
/* Those that stand still, one by one; the sources of which nothing is heard. Loop thread. */
void hearers_stopped(const struct service *svc,
                     void (*fn)(const char *source, const char *district, const char *state,
                                int64_t position, int64_t lag, void *arg),
                     void *arg);
void hearers_silent(const struct service *svc, void (*fn)(const char *source, void *arg),
                    void *arg);
/* After bus.RetryParked, bus.SkipParked or bus.Rejoin committed: read the row again and go on. */
void hearers_resume(struct service *svc, const char *source, const char *district);
/* All subscriptions are looked at again at @until_us (monotonic) or before. */
void hearers_look_soon(struct hearers *all, int64_t until_us);
