/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id - identifiers: message ids, social credit codes, citizen numbers, region codes
 */
#pragma once
#include "common/base/defs.h"

#define UUID_TEXT 37
struct uuid {
    uint8_t bytes[16];
};

/* A new UUIDv7 (RFC 9562): milliseconds of wall time, then a counter and random bits; rising within a process. */
void uuid_new(struct uuid *ret_id);
/* A UUIDv8 made from @data by SHA-256: the same data always gives the same id. */
void uuid_derive(const void *data, size_t size, struct uuid *ret_id);
enum { UUID_E_BAD = 1 };
int uuid_parse(const char *text, struct uuid *ret_id) MUST_CHECK;
const char *uuid_format(const struct uuid *id, char buf[UUID_TEXT]); /* lower case */

/* What is wrong with an identifier. */
enum id_fault {
    ID_VALID = 0,
    ID_LENGTH,    /* not the number of characters the standard asks for */
    ID_CHARACTER, /* a character outside the standard's alphabet */
    ID_CHECK,     /* the check character does not fit; for a credit code a warning to confirm */
    ID_DATE,      /* the birth date in a citizen number does not exist, or has not come */
    ID_REGION,    /* the region digits cannot be a region */
};
const char *id_fault_name(enum id_fault f); /* "valid", "length", ... stable */

/* Unified social credit code, GB 32100-2015 (18 characters, upper case). */
enum id_fault uscc_check(const char *code);
/* The check character for the first 17 characters, 0 when they are not of the alphabet. */
char uscc_check_char(const char code17[]);
/*
 * Citizen identity number, GB 11643-1999 (18 characters), of somebody born on @today (a day, as business time has it) or before:
 * ID_DATE otherwise. The first numbers went to people born in the 19th century (the standard's own example in 1880); DAY_NONE looks at
 * no day. Never stored; see domain-facts.md section 5.
 */
enum id_fault citizen_id_check_on(const char *number, int32_t today);
/* The same without a day to be born by. */
enum id_fault citizen_id_check(const char *number);

/*
 * Region codes: 6 digits county level (GB/T 2260), 9 subdistrict (GB/T 10114), 12 community.
 * 110000 or 371000 style codes are the province or prefecture level.
 */
enum region_level {
    REGION_BAD = 0,
    REGION_PROVINCE,
    REGION_CITY,
    REGION_DISTRICT,
    REGION_SUBDISTRICT,
    REGION_COMMUNITY
};
enum region_level region_level(const char *code);
/* Whether @outer is @inner or contains it: region_covers("310000", "310105001") is true. False if either is bad. */
bool region_covers(const char *outer, const char *inner);
