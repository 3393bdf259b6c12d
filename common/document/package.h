/* SPDX-License-Identifier: Apache-2.0 */
/*
 * package - what an office document says of itself: an Open Packaging package (ECMA-376 part 2) in a ZIP archive, with zip64 or without
 *
 * Which part is the document is said by the relationship of kind officeDocument in _rels/.rels, what it is by its content type in
 * [Content_Types].xml, wherever it stands and whatever it is called. Names of parts are compared without case (9.1.1.1). Only these two
 * parts are unpacked, each up to a limit; what the archive says of the sizes of the others is added up, so that a bomb stays packed.
 */
#pragma once
#include <zip.h>

#include "common/base/arena.h"

enum {
    PACKAGE_E_OTHER =
        1,            /* no package, a damaged one, or of another kind: presentations, templates */
    PACKAGE_E_MACROS, /* has macros: a macro-enabled kind, a project of VBA or a sheet of Excel 4.0 macros */
    PACKAGE_E_LOCKED, /* a part of it is encrypted */
    PACKAGE_E_LARGE,  /* too large or of too many parts when unpacked */
};
enum { PACKAGE_UNPACKED_MAX = 512 << 20, PACKAGE_PARTS_MAX = 10000, PACKAGE_PART_MAX = 1 << 20 };

struct package {
    const char *type; /* "docx", "xlsx" */
    const char *main; /* the document's part, as the archive names it */
};
/* What @zip is: 0, or one of the above. Texts live in @a. */
int package_look(struct arena *a, zip_t *zip, struct package *ret) MUST_CHECK;
