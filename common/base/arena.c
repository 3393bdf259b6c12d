/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/arena.h"

#include <protobuf-c/protobuf-c.h>
#include <sanitizer/asan_interface.h>
#include <string.h>

#include "common/base/banned.h"

enum { FIRST_BLOCK = 16 * 1024, ALIGN = 16 };

/* Under AddressSanitizer what is not handed out is poisoned, and a gap parts any two allocations.
 */
#ifdef __SANITIZE_ADDRESS__
enum { GAP = ALIGN };
#else
enum { GAP = 0 };
#endif

struct block {
    struct block *next;
    size_t size;
    size_t used;
    _Alignas(ALIGN) unsigned char data[];
};

struct end {
    struct end *next;
    void (*fn)(void *);
    void *arg;
};

struct arena {
    struct block *blocks; /* newest first; the last one is kept by reset */
    struct end *ends;
    ProtobufCAllocator pb;
};

static struct block *block_new(size_t size, struct block *next)
{
    struct block *b = malloc(sizeof(*b) + size);

    if (!b)
        abort();
    *b = (struct block){.next = next, .size = size};
    ASAN_POISON_MEMORY_REGION(b->data, b->size);
    return b;
}

static void block_free(struct block *b)
{
    ASAN_UNPOISON_MEMORY_REGION(b->data, b->size);
    free(b);
}

static void *pb_alloc(void *data, size_t size)
{
    return arena_alloc(data, size);
}

static void pb_free(void *data, void *p)
{
    (void)data;
    (void)p;
}

struct arena *arena_new(void)
{
    struct arena *a = calloc(1, sizeof(*a));

    if (!a)
        abort();
    a->blocks = block_new(FIRST_BLOCK, NULL);
    a->pb = (ProtobufCAllocator){.alloc = pb_alloc, .free = pb_free, .allocator_data = a};
    return a;
}

static void run_ends(struct arena *a)
{
    for (struct end *e = a->ends; e; e = e->next)
        e->fn(e->arg);
    a->ends = NULL;
}

void arena_reset(struct arena *a)
{
    run_ends(a);
    while (a->blocks->next) {
        struct block *b = a->blocks;

        a->blocks = b->next;
        block_free(b);
    }
    ASAN_POISON_MEMORY_REGION(a->blocks->data, a->blocks->size);
    a->blocks->used = 0;
}

void arena_free(struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    block_free(a->blocks);
    free(a);
}

void *arena_alloc(struct arena *a, size_t size)
{
    size_t need = ((size + ALIGN - 1) & ~(size_t)(ALIGN - 1)) + GAP;
    struct block *b = a->blocks;
    void *p;

    CHECK(size <= PTRDIFF_MAX / 2); /* a length gone wrong, not a want of memory */
    if (b->size - b->used < need) {
        size_t grown = b->size * 2 < 1024 * 1024 ? b->size * 2 : 1024 * 1024;

        b = a->blocks = block_new(need > grown ? need : grown, b);
    }
    p = b->data + b->used;
    ASAN_UNPOISON_MEMORY_REGION(p, size);
    b->used += need;
    return p;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    return memset(arena_alloc(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
    char *copy = arena_alloc(a, n + 1);

    memcpy(copy, s, n);
    copy[n] = 0;
    return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

void *arena_memdup(struct arena *a, const void *p, size_t n)
{
    void *copy = arena_alloc(a, n);

    if (n)
        memcpy(copy, p, n);
    return copy;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    char *text;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    CHECK(n >= 0);
    text = arena_alloc(a, (size_t)n + 1);
    va_start(ap, fmt);
    vsnprintf(text, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return text;
}

void arena_on_end(struct arena *a, void (*fn)(void *), void *p)
{
    struct end *e = arena_alloc(a, sizeof(*e));

    *e = (struct end){.next = a->ends, .fn = fn, .arg = p};
    a->ends = e;
}

struct ProtobufCAllocator *arena_pb(struct arena *a)
{
    return &a->pb;
}
