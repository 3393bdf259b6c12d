/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit - the deduction ledger of enterprises and project managers
 *
 * Hears   intake: EnterpriseRegistered, ManagerRegistered, ProjectRegistered, SubjectChanged
 * Says    DeductionRecorded, DeductionChanged, ThresholdReached, ThresholdCleared
 * Owns    schema credit: deduction and its hash-chained ledger, balances, the registry as far as it
 * needs it
 *
 * A threshold's event fails a re-evaluation and blocks eligibility elsewhere; here it is only
 * arithmetic, and exact.
 */
#include "common/domain/correction/correction.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "intake.pb-c.h"
#include "services/credit/commands.h"
#include "services/credit/corrections.h"
#include "services/credit/credit.h"
#include "services/credit/deduction.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/queries.h"
#include "services/credit/recording.h"
#include "services/credit/registry.h"
#include "services/credit/rules_file.h"

#include "common/base/banned.h"

static const struct conf_key keys[] = {
    CONF_TEXT(struct credit, rules_path, "credit.rules", "",
              "the deduction rules; empty: credit/shanghai.yaml as shipped"),
    CONF_END,
};

static const struct route routes[] = {
    COMMAND(credit__record_deduction, credit_record_deduction),
    COMMAND(credit__notify_deduction, credit_notify_deduction),
    COMMAND(credit__object_deduction, credit_object_deduction),
    COMMAND(credit__resolve_deduction, credit_resolve_deduction),
    COMMAND(credit__repair_deduction, credit_repair_deduction),
    COMMAND(credit__correct, credit_correct),
    COMMAND(credit__confirm_correction, credit_confirm_correction),
    COMMAND(credit__drop_correction, credit_drop_correction),
    QUERY(credit__preview_correction, credit_preview_correction),
    QUERY(credit__list_corrections, credit_list_corrections),
    QUERY(credit__get_balance, credit_get_balance),
    QUERY(credit__get_deduction, credit_get_deduction),
    QUERY(credit__list_deductions, credit_list_deductions),
    QUERY(credit__preview_deduction, credit_preview_deduction),
    QUERY(credit__get_deduction_rules, credit_get_deduction_rules),
    QUERY(credit__list_balances, credit_list_balances),
    QUERY(credit__get_manager_balance, credit_get_manager_balance),
    ROUTE_END,
};

static const struct hearing hearings[] = {
    HEAR(intake, intake__enterprise_registered, credit_on_enterprise),
    HEAR(intake, intake__manager_registered, credit_on_manager),
    HEAR(intake, intake__project_registered, credit_on_project),
    HEAR(intake, intake__subject_changed, credit_on_change),
    HEAR(intake, intake__subject_change_taken_back, credit_on_change_taken_back),
    HEAR_END,
};

static const struct timer_kind timers[] = {
    {"effect", credit_on_effect_due},
    {"archive", credit_on_archive_due},
    TIMER_END,
};

static const struct service_part *const parts[] = {&correction_part, NULL};
static const struct ledger *const ledgers[] = {&deduction_ledger, NULL};
static const struct fsm *const machines[] = {&deduction_fsm, &correction_fsm, NULL};

int main(int argc, char **argv)
{
    static struct credit credit;
    const struct service_spec spec = {
        .name = "credit",
        .migrations = credit_migrations,
        .statements = credit_statements,
        .parts = parts,
        .conf = keys,
        .routes = routes,
        .hearings = hearings,
        .timers = timers,
        .ledgers = ledgers,
        .machines = machines,
        .on_start = credit_read_rules,
        .on_end = credit_drop_rules,
        .state = &credit,
    };

    return service_main(&spec, argc, argv);
}
