# SPDX-License-Identifier: Apache-2.0
# docs/states.md is what the services print of their own machines.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

"$hongping" states >"$scratch/states.md" || fail "hongping states"
diff -u "$HP_SOURCE/docs/states.md" "$scratch/states.md" ||
    fail "docs/states.md is not what the services are: hongping states >docs/states.md"
