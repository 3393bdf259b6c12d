/* SPDX-License-Identifier: Apache-2.0 */
/* objecting - anybody may object, by name, to an entry of a notice on display */
#pragma once
#include "common/service/service.h"

handler_fn publicity_file_objection;
/* publicity.GetObjectionForm: whether an objection to the notice is taken now; the gateway adds what files are uploaded under. */
handler_fn publicity_get_objection_form;
