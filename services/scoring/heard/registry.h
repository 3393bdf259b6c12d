/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry - enterprises, managers, experts, sites, projects and owners'
 * committees as intake last said them
 */
#pragma once
#include "common/service/service.h"

/* intake.EnterpriseRegistered and so on: what was said before of the same one is replaced. */
handler_fn on_enterprise_registered, on_manager_registered, on_expert_registered,
    on_site_registered, on_project_registered, on_committee_registered;
/* intake.ExpertStanding: only who is registered is seated on a panel. */
handler_fn on_expert_standing;
