/* SPDX-License-Identifier: Apache-2.0 */
/* export - the registry's rows as the tables that import takes, and the empty ones with an example */
#pragma once
#include "common/service/service.h"

/* intake.ExportRegistry: all rows of a kind as they stand, in the order of their identifiers. A district's own are for those who cover it,
 * as they are at import; refused where the answer would be larger than a message may be. */
handler_fn registry_export;
/* intake.GetRegistryTemplate: the columns of a kind, of any district. */
handler_fn registry_template;
