/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows - what a scenario's each goes through: the rows of a table or a list, chosen and ordered
 */
#pragma once
#include <jansson.h>

#include "common/base/arena.h"
#include "common/base/err.h"

enum { ROWS_E_WRONG = 1 }; /* @e says what */
/* A CSV as an array of objects of text; json_decref() it. */
int rows_of_csv(struct arena *a, const char *text, size_t size, json_t **ret_rows,
                struct errtext *e) MUST_CHECK;
/* A copy of an array of objects (not of what is in them); json_decref() it. */
int rows_of_list(const json_t *list, json_t **ret_rows, struct errtext *e) MUST_CHECK;
/* Keep the rows whose member reads @value; put them in the order of a member's text. */
void rows_where(struct arena *a, json_t *rows, const char *member, const char *value);
void rows_order(struct arena *a, json_t *rows, const char *member);
