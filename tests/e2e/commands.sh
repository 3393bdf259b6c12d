# SPDX-License-Identifier: Apache-2.0
# The commands that need no stack: what they print, and their exit codes.
# shellcheck shell=sh disable=SC1091
. "$(dirname "$0")/lib.sh"


# the National Day of 2023 with the Mid-Autumn Festival: 29 September to 6 October off, 7 and 8 worked
expect 0 "$hongping" calendar last-day 2023-10-16 5
is "$out" 2023-10-23
expect 0 "$hongping" calendar last-day 2023-09-28 5
is "$out" 2023-10-11
expect 0 "$hongping" calendar last-day 2025-04-14 5 --count-start --json
is "$(json .last_day)" 2025-04-18
expect 0 "$hongping" calendar working 2023-10-07
is "$out" "working day"
expect 1 "$hongping" calendar working 2099-01-01
says "$err" 2099
expect 2 "$hongping" calendar last-day 2023-02-30 5
expect 2 "$hongping" calendar last-day 2023-02-28 five
expect 2 "$hongping" calendar tomorrow 2023-02-28

expect 0 "$hongping" check id 11010519491231002X
is "$out" valid
expect 1 "$hongping" check id 110105194912310020
says "$out" "invalid: "
expect 1 "$hongping" check uscc 91310000607500098X --json
is "$(json .code)" check
is "$(json '.valid | not')" true
expect 2 "$hongping" check passport 1

for file in "$HP_SOURCE"/deploy/programmes/*.yaml; do
    expect 0 "$hongping" lint "$file"
    is "$out" ""
done
sed 's/points: 10$/points: 11/; s/quota: 5/qouta: 5/' "$HP_SOURCE/deploy/programmes/changning-property-2023.yaml" \
    >"$scratch/bad.yaml"
expect 1 "$hongping" lint "$scratch/bad.yaml"
echo "$out" | grep -qE "^$scratch/bad.yaml:[0-9]+:[0-9]+: .*qouta" || fail "no place and name: $out"
expect 1 "$hongping" lint "$scratch/bad.yaml" --json
is "$(json '.findings | length > 0')" true
expect 1 "$hongping" lint "$scratch/absent.yaml"

expect 2 "$hongping"
expect 2 "$hongping" upp
says "$err" upp
expect 2 "$hongping" up --prot 1
says "$err" --prot
expect 0 "$hongping" help
for command in up down status streams clock calendar check lint import verify jobs states demo; do
    expect 0 "$hongping" help $command
    says "$out" "hongping $command"
done

LC_ALL=zh_CN.UTF-8
expect 0 "$hongping" help up
says "$out" 用法
expect 1 "$hongping" check id 110105194912310020
is "$out" "invalid: 校验码不符"
LC_ALL=C

expect 1 "$hongping" status --data "$scratch" --json
is "$(json '.up | not')" true
expect 0 "$hongping" down --data "$scratch"
expect 1 "$hongping" verify --data "$scratch"
expect 1 "$hongping" jobs --data "$scratch"
expect 2 "$hongping" jobs cancel --data "$scratch"
expect 2 "$hongping" jobs cancel nonsense --data "$scratch"
expect 2 "$hongping" jobs dance --data "$scratch"
expect 1 "$hongping" clock --data "$scratch"
expect 2 "$hongping" clock advance soon --data "$scratch"
expect 2 "$hongping" streams skip intake 310105 --in scoring --data "$scratch"
expect 2 "$hongping" streams skip intake 310105 --in scoring --event nonsense --reason x --data "$scratch"
expect 2 "$hongping" streams rejoin intake 310105 --in scoring --from -1 --reason x --data "$scratch"
expect 2 "$hongping" streams rejoin intake 310105 --in scoring --from 1 --seal nonsense --reason x --data "$scratch"
for port in abc -1 65536 1000000 ''; do
    expect 2 sh "$HP_SOURCE/deploy/quickstart" --port "$port"
    says "$err" "not '$port'"
    is "$out" ""
done
expect 2 "$hongping" demo nothing-of-that-name
expect 2 "$hongping" import people file.csv
