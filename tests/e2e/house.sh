# SPDX-License-Identifier: Apache-2.0
# How the tree is built: folders say what they own, files say what they export, headers stand in layers, one place for
# what is decided once, one layout. Each rule is shown to find what it is for.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

cd "$HP_SOURCE" || fail "no source tree"
find services common -name '*.[ch]' | sort >"$scratch/files"
[ -s "$scratch/files" ] || fail "no files"

# ---- a folder opens with a README of at most 15 lines ----

long_readmes() { # FOLDER...
    for folder in "$@"; do
        if [ ! -f "$folder/README.md" ]; then
            echo "$folder: no README.md"
        elif [ "$(wc -l <"$folder/README.md")" -gt 15 ]; then
            echo "$folder/README.md: more than 15 lines"
        fi
    done
}
mkdir "$scratch/bare"
[ -n "$(long_readmes "$scratch/bare")" ] || fail "a folder without a README is not seen"
# shellcheck disable=SC2046
long_readmes $(xargs -n1 dirname <"$scratch/files" | sort -u) >"$scratch/found"
[ ! -s "$scratch/found" ] || fail "$(cat "$scratch/found")"

# ---- a service's file includes its own header first ----

headerless() { # FILE...: those whose first include is another's
    for file in "$@"; do
        first=$(sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | head -1)
        [ "$first" = "${file%.c}.h" ] || echo "$file"
    done
}
grep '^services/.*\.c$' "$scratch/files" | grep -v '/main\.c$' >"$scratch/sources"
printf '#include "common/base/str.h"\n' >"$scratch/s.c"
[ -n "$(headerless "$scratch/s.c")" ] || fail "a file without a header is not seen"
# shellcheck disable=SC2046
headerless $(cat "$scratch/sources") >"$scratch/found"
all=$(wc -l <"$scratch/sources")
[ $(($(wc -l <"$scratch/found") * 10)) -le "$all" ] || fail "of $all files these have no header of their own: $(cat "$scratch/found")"

# ---- headers need each other in one direction ----

needs() { # FILE...: "header needed" of those in the tree
    for file in "$@"; do
        sed -n 's/^#include "\(.*\)"$/\1/p' "$file" | while read -r needed; do
            [ ! -f "$needed" ] || echo "$file $needed"
        done
    done
}
printf '%s\n' 'a b' 'b a' | tsort >/dev/null 2>&1 && fail "a circle is not seen"
# shellcheck disable=SC2046
needs $(grep '\.h$' "$scratch/files") | tsort >/dev/null 2>"$scratch/found" || fail "headers need each other: $(cat "$scratch/found")"

# ---- once ----

once() { # WORD WHERE...: called in one file of services
    found=$(grep -rl --include='*.c' "$1" services common | sort | tr '\n' ' ')
    [ "$found" = "$2 " ] || fail "$1 stands in: $found"
}
once 'programme_read(arena' "$(find common -name published.c)"
found=$(grep -rln '"auditor"' services | grep -v '^services/cli/') && fail "a role as text: $found"

# ---- a file named in a comment is there ----

# made by the build, or the system's
{
    find . -path ./build -prune -o -path ./.git -prune -o -type f -print | sed 's|.*/||'
    find services common -name sql | sed 's|.*/\([a-z]*\)/sql$|\1_sql.h|'
    find services/* -prune -type d | sed 's|.*/||; s|$|_sql.h|'
    echo frame_sql.h
    # shellcheck disable=SC2046
    sed -n 's|^#include <\(.*/\)\{0,1\}\([a-z0-9_]*\.h\)>.*|\2|p' $(cat "$scratch/files")
} | sort -u >"$scratch/names"
named() { # FILE...: "file: name" for names in comments that no file has
    awk -f tests/e2e/named_files.awk "$scratch/names" "$@"
}
printf '/* see nowhere_at_all.c */\nint x; // and README.md\n' >"$scratch/s.c"
[ "$(named "$scratch/s.c")" = "$scratch/s.c:1: nowhere_at_all.c" ] || fail "a file that is not there is not seen: $(named "$scratch/s.c")"
# shellcheck disable=SC2046
named $(cat "$scratch/files") $(find tests -name '*.[ch]') >"$scratch/found"
[ ! -s "$scratch/found" ] || fail "named, and not there: $(cat "$scratch/found")"

# ---- one layout ----

command -v clang-format >/dev/null || fail "clang-format is missing: deploy/install-deps installs it"
printf 'int  x ;\n' >"$scratch/s.c"
clang-format --style=file:.clang-format --dry-run -Werror "$scratch/s.c" 2>/dev/null && fail "a file of another layout is not seen"
# shellcheck disable=SC2046
clang-format --dry-run -Werror $(git ls-files '*.c' '*.h' 2>/dev/null || cat "$scratch/files") 2>&1 | sed -n 's/^\([^ ]*\.[ch]\):[0-9]*:.*/\1/p' | sort -u >"$scratch/found"
[ ! -s "$scratch/found" ] || fail "not as clang-format has them: $(cat "$scratch/found")"
