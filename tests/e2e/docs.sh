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
