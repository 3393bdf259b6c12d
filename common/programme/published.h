/* SPDX-License-Identifier: Apache-2.0 */
/*
 * published - the text of a published programme, read once a thread
 *
 * Reading ten thousand characters takes most of a millisecond, and every step of an application, ballot or notice needs the rules.
 * A sealed text never changes, so each thread keeps the last few by their hash, and a statement gives the text only when its hash is
 * none of those kept:
 *
 *     struct sql_arg kept[PUBLISHED_KEPT];
 *     ... case when document_sha256 <> all ($n::text[]) then document end as document
 *     sql_query(tx, ..., RA(SQL_TEXT, kept, published_kept(kept)));
 *     published_read(rows_text(rows, 0, "document_sha256"), rows_text(rows, 0, "document"), &p);
 */
#pragma once
#include "common/db/sql.h"
#include "common/programme/programme.h"

enum { PUBLISHED_KEPT = 4 };

/* The hashes of what this thread keeps, borrowed until the next published_read; how many. @ret_hashes has room for PUBLISHED_KEPT. */
size_t published_kept(struct sql_arg *ret_hashes);
/*
 * The programme whose text has the hash @sha256 (hex, as intake sealed it), with @document unless it is kept already. It was linted
 * before it was sealed, and is not looked at again. It belongs to the thread, and stands until PUBLISHED_KEPT others were read: no
 * handler needs so many. -EBADMSG: it cannot be read.
 */
int published_read(const char *sha256, const char *document,
                   const struct programme **ret_programme) MUST_CHECK;
