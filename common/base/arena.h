/* SPDX-License-Identifier: Apache-2.0 */
/*
 * arena - memory that lives and dies with one message
 *
 * Everything decoded, read or formatted while a message is handled comes from its arena and goes
 * with it. One thread at a time. Allocation never returns NULL: out of memory ends the process,
 * which its supervisor restarts; whatever was not committed is simply repeated.
 */
#pragma once
#include <stdarg.h>

#include "common/base/defs.h"

struct arena;
struct ProtobufCAllocator;

struct arena *arena_new(void);
void arena_free(struct arena *a); /* NULL is fine */
DEFINE_CLEANUP(struct arena *, arena_free)

/* Forget everything allocated so far and keep the first block for reuse; runs the registered ends. */
void arena_reset(struct arena *a);

/* @size bytes, aligned for any type, not cleared. arena_zalloc clears. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_zalloc(struct arena *a, size_t size);
#define arena_new_array(a, type, n) ((type *)arena_zalloc((a), sizeof(type) * (size_t)(n)))
#define arena_new_one(a, type) arena_new_array((a), type, 1)

char *arena_strdup(struct arena *a, const char *s); /* NULL gives NULL */
char *arena_strndup(struct arena *a, const char *s, size_t n);
void *arena_memdup(struct arena *a, const void *p, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Run end(p) when the arena is reset or freed, in reverse order; for PGresult, json_t and the like. */
void arena_on_end(struct arena *a, void (*end)(void *), void *p);

/* An allocator for protobuf-c that takes from @a and frees nothing; lives as long as @a. */
struct ProtobufCAllocator *arena_pb(struct arena *a);
