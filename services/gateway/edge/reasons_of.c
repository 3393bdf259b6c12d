/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/reasons_of.h"

#include <stddef.h>
#include <string.h>

#include "common/base/banned.h"

/* clang-format off */
enum { REASONS_MAX = 63 }; /* of one message, and the end */

/* One table, not a list for each row: a sanitized build names the file a list is declared in. */
static const struct {
    const char *type;
    enum reason reasons[REASONS_MAX + 1];
} rows[] = {
#define REASONS_OF(type_, ...) {type_, {__VA_ARGS__}},
#include "reasons_of.def"
#undef REASONS_OF
};
/* clang-format on */

const enum reason common_reasons[] = {
    reason_forbidden,
    reason_district_unknown,
    reason_message_unknown,
    reason_message_malformed,
    reason_message_reused,
    reason_message_too_old,
    reason_json_bad,
    reason_json_not_utf8,
    reason_json_duplicate_key,
    reason_json_not_object,
    reason_field_unknown,
    reason_field_missing,
    reason_field_disagrees,
    reason_type_integer,
    reason_type_boolean,
    reason_type_text,
    reason_type_list,
    reason_type_object,
    reason_type_instant,
    reason_type_points,
    reason_type_hex,
    reason_text_not_utf8,
    reason_text_missing,
    reason_text_too_long,
    reason_text_character,
    reason_date_bad,
    reason_number_out_of_range,
    reason_value_not_allowed,
    reason_path_unknown,
    reason_method_not_allowed,
    reason_body_too_large,
    reason_media_type_wrong,
    reason_content_coding,
    reason_idempotency_key_bad,
    reason_cross_site,
    reason_session_missing,
    reason_session_ended,
    reason_busy,
    reason_unavailable,
    reason_no_answer,
    reason_broken,
    reason_none,
};

const enum reason *reasons_of(const char *type)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strcmp(rows[i].type, type) == 0)
            return rows[i].reasons;
    return NULL;
}
