/* SPDX-License-Identifier: Apache-2.0 */
/* Reading one value: faults, and scalars from text. */
#include "common/json/member.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/points.h"
#include "proto/words.h"
#include "common/base/banned.h"

static void add_step(struct str *out, const char *name)
{
    for (; *name; name++)
        if (*name == '~' || *name == '/')
            str_add(out, *name == '~' ? "~0" : "~1");
        else
            str_add_char(out, *name);
}

static void add_place(struct str *out, const struct place *place)
{
    if (!place)
        return;
    add_place(out, place->up);
    if (out->size)
        str_add_char(out, '/');
    if (place->name)
        add_step(out, place->name);
    else
        str_printf(out, "%zu", place->index);
}

/* Input that goes back into an answer or a log is cut: names and words of our own are far shorter.
 */
enum { ECHO_LIMIT = 200 };

static char *echo(const struct pbjson *b, const char *text)
{
    size_t n = text ? strlen(text) : 0;

    if (n > ECHO_LIMIT)
        for (n = ECHO_LIMIT; n > 0 && !utf8_valid(text, n, NULL);)
            n--;
    return text ? arena_strndup(b->a, text, n) : NULL;
}

int pbjson_bad(const struct pbjson *b, const struct place *place, enum reason reason,
               const char *arg0, const char *arg1, struct pbjson_fault *fault)
{
    CLEANUP(str_release) struct str pointer = STR_INIT;
    struct faults *all = b->faults;

    add_place(&pointer, place);
    *fault = (struct pbjson_fault){
        .reason = reason,
        .field = echo(b, pointer.text),
        .args = {echo(b, arg0), echo(b, arg1)},
        .n_args = arg1   ? 2
                  : arg0 ? 1
                         : 0,
    };
    if (all->n < PBJSON_FAULTS_MAX) {
        struct pbjson_fault *kept = arena_memdup(b->a, fault, sizeof(*fault));

        all->last = *(all->first ? (struct pbjson_fault **)&all->last->next : &all->first) = kept;
        all->n++;
    }
    return PBJSON_E_BAD;
}

int pbjson_integer_text(const struct pbjson *b, const struct place *place, const char *text,
                        int64_t *ret_n, struct pbjson_fault *fault)
{
    char *end;

    if (!*text || text[strspn(text, "-0123456789")])
        return pbjson_bad(b, place, reason_type_integer, NULL, NULL, fault);
    errno = 0;
    *ret_n = strtoll(text, &end, 10);
    if (*end || errno)
        return pbjson_bad(b, place, reason_type_integer, NULL, NULL, fault);
    return 0;
}

int pbjson_integer(const struct pbjson *b, const struct place *place,
                   const ProtobufCFieldDescriptor *field, int64_t n, union value *ret_value,
                   struct pbjson_fault *fault)
{
    if (field->type == PROTOBUF_C_TYPE_INT64) {
        ret_value->i64 = n;
        return 0;
    }
    if (n < INT32_MIN || n > INT32_MAX)
        return pbjson_bad(b, place, reason_number_out_of_range, "-2147483648", "2147483647", fault);
    ret_value->i32 = (int32_t)n;
    return 0;
}

/* What was given, and what would be right. */
static int not_allowed(const struct pbjson *b, const struct place *place, const char *given,
                       const char *const *words, struct pbjson_fault *fault)
{
    CLEANUP(str_release) struct str all = STR_INIT;

    for (size_t i = 0; words[i]; i++)
        str_printf(&all, "%s%s", i ? ", " : "", words[i]);
    return pbjson_bad(b, place, reason_value_not_allowed, given, arena_strdup(b->a, all.text),
                      fault);
}

static const char *const *enum_words(struct arena *a, const ProtobufCEnumDescriptor *all)
{
    const char **words = arena_new_array(a, const char *, all->n_values + 1);

    for (unsigned i = 0; i < all->n_values; i++) {
        CLEANUP(str_release) struct str word = STR_INIT;

        pbjson_enum_word(&word, &all->values[i]);
        words[i] = arena_strdup(a, word.text);
    }
    words[all->n_values] = NULL;
    return words;
}

static int enum_value(const struct pbjson *b, const struct place *place,
                      const ProtobufCFieldDescriptor *field, const char *word,
                      union value *ret_value, struct pbjson_fault *fault)
{
    const ProtobufCEnumDescriptor *all = field->descriptor;
    CLEANUP(str_release) struct str name = STR_INIT;

    for (unsigned i = 0; i < all->n_values; i++) {
        str_clear(&name);
        pbjson_enum_word(&name, &all->values[i]);
        if (strcmp(name.text, word) == 0) {
            ret_value->i32 = all->values[i].value;
            return 0;
        }
    }
    return not_allowed(b, place, word, enum_words(b->a, all), fault);
}

/* Text; a closed word must be one of its set. */
static int string_value(const struct pbjson *b, const struct place *place,
                        const ProtobufCFieldDescriptor *field, const char *text,
                        union value *ret_value, struct pbjson_fault *fault)
{
    const char *const *words = words_of(b->message->descriptor->name, field->name);

    for (size_t i = 0; words && (i == 0 || words[i - 1]); i++)
        if (!words[i])
            return not_allowed(b, place, text, words, fault);
        else if (strcmp(words[i], text) == 0)
            break;
    ret_value->text = arena_strdup(b->a, text);
    return 0;
}

static int bytes_value(const struct pbjson *b, const struct place *place, const char *text,
                       union value *ret_value, struct pbjson_fault *fault)
{
    size_t size = strlen(text);
    uint8_t *data = arena_alloc(b->a, size / 2 + 1);

    if (size % 2 || hex_parse(text, data, size / 2))
        return pbjson_bad(b, place, reason_type_hex, NULL, NULL, fault);
    ret_value->bytes = (ProtobufCBinaryData){size / 2, data};
    return 0;
}

/* Fields whose JSON is text: instants, enums, bytes, strings. */
int pbjson_text_value(const struct pbjson *b, const struct place *place,
                      const ProtobufCFieldDescriptor *field, const char *text,
                      union value *ret_value, struct pbjson_fault *fault)
{
    if (pbjson_is_instant(field))
        return instant_parse(text, &ret_value->i64)
                   ? pbjson_bad(b, place, reason_type_instant, NULL, NULL, fault)
                   : 0;
    if (pbjson_is_points(field))
        return points_parse(text, &ret_value->i64)
                   ? pbjson_bad(b, place, reason_type_points, NULL, NULL, fault)
                   : 0;
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return enum_value(b, place, field, text, ret_value, fault);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return bytes_value(b, place, text, ret_value, fault);
    return string_value(b, place, field, text, ret_value, fault);
}

static int bool_from_text(const struct pbjson *b, const struct place *place, const char *text,
                          union value *ret_value, struct pbjson_fault *fault)
{
    bool yes = strcmp(text, "true") == 0;

    if (!yes && strcmp(text, "false") != 0)
        return pbjson_bad(b, place, reason_type_boolean, NULL, NULL, fault);
    ret_value->flag = yes;
    return 0;
}

int pbjson_value_text(const struct pbjson *b, const struct place *place,
                      const ProtobufCFieldDescriptor *field, const char *text,
                      union value *ret_value, struct pbjson_fault *fault)
{
    int64_t n = 0;
    int r;

    if (!utf8_valid(text, strlen(text), NULL))
        return pbjson_bad(b, place, reason_text_not_utf8, NULL, NULL, fault);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return pbjson_bad(b, place, reason_type_object, NULL, NULL, fault);
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return bool_from_text(b, place, text, ret_value, fault);
    if (field->type != PROTOBUF_C_TYPE_INT32 &&
        (field->type != PROTOBUF_C_TYPE_INT64 || pbjson_is_instant(field) ||
         pbjson_is_points(field)))
        return pbjson_text_value(b, place, field, text, ret_value, fault);
    r = pbjson_integer_text(b, place, text, &n, fault);
    return r ? r : pbjson_integer(b, place, field, n, ret_value, fault);
}
