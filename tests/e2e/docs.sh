# SPDX-License-Identifier: Apache-2.0
# What the pages name is there: files, folders, and tests by their name.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

cd "$HP_SOURCE" || fail "no source tree"
ctest --test-dir "$HP_BIN/.." -N | sed -n 's/^ *Test *#[0-9]*: //p' >"$scratch/tests"
[ -s "$scratch/tests" ] || fail "ctest names no tests"
pages="README.md docs/*.md proto/README.md deploy/samples/README.md"

# `words in marks`, and the targets of links within the tree
# shellcheck disable=SC2086
for page in $pages; do
    grep -o '`[^`]*`' "$page" | tr -d '`' | sed 's/^\([^ ]*\).*/\1/'
    grep -o ']([^)#:]*)' "$page" | sed 's/^](\(.*\))$/\1/' | sed "s|^|$(dirname "$page")/|"
done | sort -u >"$scratch/named"
missing=
while read -r name; do
    case $name in
    *[*\<\>{}\$,\(]* | */) ;; # patterns and folders of patterns
    unit/* | integration/* | e2e/* | fault/* | race/* | fuzz/*)
        grep -qxF "$name" "$scratch/tests" || missing="$missing $name"
        ;;
    tests/* | docs/* | deploy/* | services/* | common/* | proto/* | po/* | cmake/* | ./* | README.md)
        [ -e "$name" ] || missing="$missing $name"
        ;;
    esac
done <"$scratch/named"
[ -z "$missing" ] || fail "named in $pages, but not there:$missing"
grep -qx 'integration/access/bad_input' "$scratch/named" || fail "the pages were not read"

# every folder of common/ opens with a short page; plumbing includes nothing of what stands above it
find common -name '*.c' -exec dirname {} + | sort -u | while read -r dir; do
    [ -f "$dir/README.md" ] || echo "$dir"
    [ "$(grep -c '' "$dir/README.md" 2>/dev/null || echo 0)" -le 15 ] || echo "$dir (too long)"
done >"$scratch/folders"
[ ! -s "$scratch/folders" ] || fail "no README.md of at most 15 lines in: $(tr '\n' ' ' <"$scratch/folders")"
above=$(grep -rlE '#include "(common/domain|services)/' common --include='*.[ch]' | grep -v '^common/domain/' || true)
[ -z "$above" ] || fail "plumbing includes what stands above it: $above"
above=$(grep -rl '#include "services/' common || true)
[ -z "$above" ] || fail "common/ knows a service: $above"
