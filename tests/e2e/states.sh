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
