# SPDX-License-Identifier: Apache-2.0
# docs/states.md is what the services print of their own machines.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

"$hongping" states >"$scratch/states.md" || fail "hongping states"
diff -u "$HP_SOURCE/docs/states.md" "$scratch/states.md" ||
    fail "docs/states.md is not what the services are: hongping states >docs/states.md"

# a machine in the sources that no service lists in .machines would be missing there
machines=$(cat "$HP_SOURCE"/services/*/*.c "$HP_SOURCE"/services/*/*/*.c | tr '\n' ' ' |
    grep -oE 'const struct fsm [a-z_]+ = \{ *(\.name = )?"[^"]+"' | sed 's/.*"\(.*\)"/\1/')
[ -n "$machines" ] || fail "no state machine was found in services/"
for machine in $machines; do
    grep -qx "### $machine" "$scratch/states.md" || fail "the machine '$machine' is in no service's .machines"
done

# and each is walked against a golden table
tables=$(cat "$HP_SOURCE"/services/*/*.c "$HP_SOURCE"/services/*/*/*.c | grep -oE '^const struct fsm [a-z_]+' | sed 's/.* //')
[ "$(echo "$tables" | wc -l)" -eq "$(echo "$machines" | wc -l)" ] || fail "machines are not found by their names"
for table in $tables; do
    grep -rqF "golden_check(&$table," "$HP_SOURCE/tests/unit" || fail "no golden table walks '$table'"
done

# the sets of words of the API (proto/words.def) are the machines' states
words=0
while read -r machine set; do
    printed=$(sed -n "/^### $machine\$/,/^\`\`\`\$/p" "$scratch/states.md" |
        awk '$2 == "-->" { print $1; print $3 }' | grep -v '\[\*\]' | sort -u | tr '\n' ' ')
    [ "$(echo "$set" | tr ' ' '\n' | sed '/^$/d' | sort -u | tr '\n' ' ')" = "$printed" ] ||
        fail "proto/words.def: the states of '$machine' are $printed"
    words=$((words + 1))
done <<EOF
$(sed -n 's/^STATES("\([a-z]*\)", [a-z_]*, \(.*\))$/\1 \2/p' "$HP_SOURCE/proto/words.def" | tr -d '",')
EOF
[ "$words" -ge 11 ] || fail "proto/words.def: $words sets of states were found"
