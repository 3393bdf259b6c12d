# SPDX-License-Identifier: Apache-2.0
# Every sentence of the command line, the demonstration's steps and remarks among them, has its Chinese with the same
# places for values.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

xgettext -k -ktr -kN_ -kplay_at:3 -kplay_note:2 -kplay_fail:2 --from-code=UTF-8 -o "$scratch/cli.pot" \
    "$HP_SOURCE"/services/cli/*.c "$HP_SOURCE"/services/cli/*/*.c || fail "xgettext"
grep -q 'msgid "subdistricts spread the word"' "$scratch/cli.pot" || fail "the demonstration's steps were not found"
msgfmt --check -o /dev/null "$HP_SOURCE/po/zh_CN.po" || fail "po/zh_CN.po: places for values differ"
if ! msgcmp "$HP_SOURCE/po/zh_CN.po" "$scratch/cli.pot" 2>"$scratch/missing"; then
    grep -v 'warning:' "$scratch/missing" | sed -n 's/.*cli.pot:\([0-9]*\):.*/\1/p' | while read -r line; do
        sed -n "${line},$((line + 1))p" "$scratch/cli.pot" >&2
    done
    fail "po/zh_CN.po lacks these"
fi
