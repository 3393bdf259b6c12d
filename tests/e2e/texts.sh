# SPDX-License-Identifier: Apache-2.0
# Every sentence of the command line, of the API's addresses, of its fields and of its refusals has its Chinese with the same places for values; so has every line of the scenarios
# that ship, in which lint sees to it.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

# the tables' sentences as calls: a row's last text
sed -n 's/^\(API\|REASON\|ABOUT\)(.*, \("\([^"\\]\|\\.\)*"\))[^)]*$/tr(\2);/p' "$HP_SOURCE"/proto/api/*.def "$HP_SOURCE"/proto/reasons/*.def "$HP_SOURCE"/proto/fields.def \
    >"$scratch/tables.c"
[ "$(wc -l <"$scratch/tables.c")" -ge "$(cat "$HP_SOURCE"/proto/api/*.def "$HP_SOURCE"/proto/reasons/*.def "$HP_SOURCE"/proto/fields.def | grep -c '^\(API\|REASON\|ABOUT\)(')" ] ||
    fail "a row of the tables was not read"
xgettext -k -ktr -kN_ --from-code=UTF-8 -o "$scratch/cli.pot" "$scratch/tables.c" \
    "$HP_SOURCE"/services/*/*.c "$HP_SOURCE"/services/*/*/*.c || fail "xgettext"
grep -q 'msgid "refused as it must be (%s): %s"' "$scratch/cli.pot" || fail "the player's sentences were not found"
expect 0 "$hongping" lint "$HP_SOURCE"/deploy/scenarios/*.scn
sed 's/ | .*[^ -~].*//' "$HP_SOURCE/deploy/scenarios/changning-property-2023.scn" >"$scratch/english.scn"
expect 1 "$hongping" lint "$scratch/english.scn"
says "$out" "english.scn:$(grep -n "^at" "$scratch/english.scn" | head -n 1 | cut -d: -f1): the text needs both languages"
msgfmt --check -o /dev/null "$HP_SOURCE/po/zh_CN.po" || fail "po/zh_CN.po: places for values differ"
if ! msgcmp "$HP_SOURCE/po/zh_CN.po" "$scratch/cli.pot" 2>"$scratch/missing"; then
    grep -v 'warning:' "$scratch/missing" | sed -n 's/.*cli.pot:\([0-9]*\):.*/\1/p' | while read -r line; do
        sed -n "${line},$((line + 1))p" "$scratch/cli.pot" >&2
    done
    fail "po/zh_CN.po lacks these"
fi
