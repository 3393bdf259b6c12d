/* SPDX-License-Identifier: Apache-2.0 */
/*
 * panel_query - reading panels without breaking their blindness
 *
 * While a panel is open an expert sees his own points and nobody sees another's; the means appear
 * with the closing.
 */
#pragma once
#include "common/service/service.h"

/* scoring.GetPanel, scoring.ListPanels: for officers, the auditor and the panel's experts. */
handler_fn get_panel, list_panels;
