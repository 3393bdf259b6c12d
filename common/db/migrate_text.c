/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/migrate_text.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/base/banned.h"

/* ---- the head ---- */

/* @line is "-- @mark", whatever the spaces. */
static bool line_is(const char *line, size_t length, const char *mark)
{
    const char *end = line + length;

    line += 2;
    while (line < end && isspace((unsigned char)*line))
        line++;
    while (end > line && isspace((unsigned char)end[-1]))
        end--;
    return (size_t)(end - line) == strlen(mark) && memcmp(line, mark, strlen(mark)) == 0;
}

static bool marked(const char *text, const char *mark)
{
    while (text[0] == '-' && text[1] == '-') {
        size_t length = strcspn(text, "\n");

        if (line_is(text, length, mark))
            return true;
        text += length + (text[length] == '\n');
    }
    return false;
}

bool migration_is_concurrent(const char *text)
{
    return marked(text, "concurrent");
}

bool migration_is_additive(const char *text)
{
    struct index_stmt stmt;
    int r;

    if (marked(text, "additive"))
        return true;
    if (!marked(text, "concurrent"))
        return false;
    while ((r = migration_next_index(&text, &stmt)) == 0)
        if (stmt.action != INDEX_CREATE)
            return false;
    return r == MIGRATION_E_END;
}

/* ---- statements ---- */

static const char *skip_comment(const char *p)
{
    const char *end;

    if (p[0] == '-' && p[1] == '-')
        return p + strcspn(p, "\n");
    if (p[0] != '/' || p[1] != '*')
        return p;
    end = strstr(p + 2, "*/");
    return end ? end + 2 : p + strlen(p);
}

static const char *skip_space(const char *p)
{
    for (;;) {
        const char *next = isspace((unsigned char)*p) ? p + 1 : skip_comment(p);

        if (next == p)
            return p;
        p = next;
    }
}

/* Behind the quoted text that begins at @p; a doubled quote is the end of one and the start of the
 * next, which comes to the same. */
static const char *skip_quoted(const char *p)
{
    const char *end = strchr(p + 1, *p);

    return end ? end + 1 : p + strlen(p);
}

static const char *statement_end(const char *p)
{
    while (*p && *p != ';') {
        const char *next = skip_comment(p);

        if (next == p)
            next = *p == '\'' || *p == '"' ? skip_quoted(p) : p + 1;
        p = next;
    }
    return p;
}

/* If the next word at *@at is @word, go behind it. */
static bool take_word(const char **at, const char *word)
{
    const char *p = skip_space(*at);
    size_t n = strlen(word);

    if (strncasecmp(p, word, n) != 0 || isalnum((unsigned char)p[n]) || p[n] == '_')
        return false;
    *at = p + n;
    return true;
}

static bool take_words(const char **at, const char *const *words)
{
    const char *p = *at;

    for (; *words; words++)
        if (!take_word(&p, *words))
            return false;
    *at = p;
    return true;
}

static bool take_name(const char **at, char name[INDEX_NAME_SIZE])
{
    const char *begin = skip_space(*at), *p = begin;

    for (;;)
        if (*p == '"')
            p = skip_quoted(p);
        else if (isalnum((unsigned char)*p) || *p == '_' || *p == '.' || (unsigned char)*p >= 0x80)
            p++;
        else
            break;
    if (p == begin || p - begin >= INDEX_NAME_SIZE)
        return false;
    snprintf(name, INDEX_NAME_SIZE, "%.*s", (int)(p - begin), begin);
    *at = p;
    return true;
}

static bool read_index(const char *p, struct index_stmt *stmt)
{
    static const char *const concurrently[] = {"index", "concurrently", NULL};
    static const char *const if_missing[] = {"if", "not", "exists", NULL};
    static const char *const if_there[] = {"if", "exists", NULL};

    if (take_word(&p, "create")) {
        stmt->action = take_word(&p, "unique") ? INDEX_CREATE_UNIQUE : INDEX_CREATE;
        if (!take_words(&p, concurrently))
            return false;
        take_words(&p, if_missing);
        /* without a name there would be nothing to look for after a crash */
        return !take_word(&p, "on") && take_name(&p, stmt->name) && take_word(&p, "on");
    }
    stmt->action = INDEX_DROP;
    if (!take_word(&p, "drop") || !take_words(&p, concurrently))
        return false;
    take_words(&p, if_there);
    return take_name(&p, stmt->name) && skip_space(p) >= stmt->text + stmt->length;
}

int migration_next_index(const char **at, struct index_stmt *ret)
{
    const char *begin = skip_space(*at), *end;

    while (*begin == ';')
        begin = skip_space(begin + 1);
    if (!*begin)
        return MIGRATION_E_END;
    end = statement_end(begin);
    ret->text = begin;
    ret->length = (size_t)(end - begin);
    *at = end;
    return read_index(begin, ret) ? 0 : MIGRATION_E_OTHER;
}

int migration_line(const char *text, const char *from, long position)
{
    int line = 1;

    for (; text < from; text++)
        line += *text == '\n';
    for (; *text && position > 1; text++) {
        line += *text == '\n';
        position -= ((unsigned char)text[1] & 0xC0) != 0x80;
    }
    return line;
}
