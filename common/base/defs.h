/* SPDX-License-Identifier: Apache-2.0 */
/*
 * defs - the few macros every file may use
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* CLEANUP(rows_free) struct rows *rows = NULL; frees at the end of the scope; pair with DEFINE_CLEANUP. */
#define CLEANUP(fn) __attribute__((cleanup(fn##p)))
#define DEFINE_CLEANUP(type, fn) \
    UNUSED static inline void fn##p(type *p) \
    { \
        if (*p) \
            fn(*p); \
    }
/* Hands an owned pointer over: *ret_box = TAKE(box); leaves box NULL. */
#define TAKE(p) \
    ({ \
        __auto_type taken_ = (p); \
        (p) = NULL; \
        taken_; \
    })

#define container_of(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

/* For our own bugs only; stays on in production. Input, memory and the network are never asserted. */
#define CHECK(cond) \
    do { \
        if (__builtin_expect(!(cond), 0)) { \
            fprintf(stderr, "bug %s:%d: %s\n", __FILE__, __LINE__, #cond); \
            abort(); \
        } \
    } while (0)

/* Borrowed bytes: never owned, never NUL-terminated by promise. */
struct bytes {
    const uint8_t *data;
    size_t size;
};
