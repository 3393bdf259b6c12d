# SPDX-License-Identifier: Apache-2.0
# A person's way through an installed tree (install.sh calls it). HP_HIDDEN: a source tree that is to be out of sight.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
[ ! -e "${HP_HIDDEN:-/nowhere}/CMakeLists.txt" ] || fail "the source tree is there"

expect 0 "$hongping" calendar last-day 2023-10-16 5
is "$out" 2023-10-23
expect 0 env LC_ALL=zh_CN.UTF-8 "$hongping" help up
says "$out" 用法
expect 0 "$(dirname "$HP_BIN")/libexec/hongping/credit" --print-config
says "$out" log.level
expect 1 env HONGPING_SHARE="$scratch/nothing" "$hongping" calendar last-day 2023-10-16 5
says "$err" "$scratch/nothing"

run 0 up --port 0 --clock manual --json
api=$(json .api)
run 0 status
says "$out" gateway
for pid in $(jq -r '.processes[] | select(.name != "postgresql") | .pid' "$data/stack.json"); do
    says "$(readlink "/proc/$pid/exe")" "$(dirname "$HP_BIN")/libexec/hongping/"
done
curl -sS -H 'Accept-Language: zh-CN' "$api/api/v1/districts/310105/accounts" >"$scratch/answer"
grep -q '[^ -~]' "$scratch/answer" || fail "the gateway has no translations: $(cat "$scratch/answer")"
run 0 verify --json
is "$(json .ok)" true
run 0 down

expect 0 "$hongping" demo changning-property-2023 --json -
is "$(json '.final | length > 0')" true
