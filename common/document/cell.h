/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cell - one value as people and office programs write it, in the one form that the messages take
 *
 * Read is what can mean one thing only; digits, letters and signs of full width count as their plain ones, outer blanks of every kind are
 * cut. "1/2/2024" (which is the month?) and "4.5e4" are refused.
 */
#pragma once
#include "common/base/arena.h"

enum { CELL_E_BAD = 1 };

/* @text without outer blanks: ASCII's, the ideographic and the no-break one, those without a width. In @a, or @text itself. */
const char *cell_trim(struct arena *a, const char *text);
/* true, TRUE, yes, 是, 1, √ ... and false, no, 否, 0 ... */
int cell_yes_no(struct arena *a, const char *text, bool *ret_yes) MUST_CHECK;
/* A number in plain digits: "1,000" and "１０００" are "1000", "1000.0" is "1000", "18.50" is "18.5"; NULL for what is none. Thousands are
 * parted in threes or not at all. */
const char *cell_number(struct arena *a, const char *text);
/* A whole number of int64; "1000.0" is one. */
int cell_whole(struct arena *a, const char *text, int64_t *ret_n) MUST_CHECK;
/* A day: 2024-10-27, 2024/10/27, 2024.10.27, 20241027, 2024年10月27日 (号), each with a time of 0:00 behind it or none. The year has four
 * digits and comes first. */
int cell_day(struct arena *a, const char *text, int32_t *ret_day) MUST_CHECK;
/* Whether a table program shortened an identifier's digits to a number: "9.13101E+17". */
bool cell_is_shortened(const char *text);
/* Whether a table program would take the text for a formula: it begins with = + - @ or their wide forms, apostrophes before them not
 * counted. */
bool cell_calculates(const char *text);
