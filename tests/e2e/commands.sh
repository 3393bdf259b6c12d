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

# New Year 2019 was decreed with days of December 2018; nothing here knows 2020, which can change December 2019
mkdir -p "$scratch/calendars"
cat >"$scratch/calendars/cn.yaml" <<'YAML'
years:
  - { year: 2018, notice: n, off: [2018-10-01..2018-10-07] }
  - { year: 2019, notice: n, off: [2018-12-30..2019-01-01], work: [2018-12-29] }
YAML
export HONGPING_SHARE="$scratch"
expect 0 "$hongping" calendar working 2018-12-29
is "$out" "working day"
expect 0 "$hongping" calendar last-day 2018-12-28 2 --json
is "$(json .last_day)" 2019-01-02
is "$(json .certain)" true
expect 0 "$hongping" calendar working 2019-11-29
expect 1 "$hongping" calendar working 2019-12-30
says "$err" "not certain yet"
says "$err" 2020
expect 1 "$hongping" calendar last-day 2019-12-20 3 --json
is "$(json .last_day)" 2019-12-25
is "$(json '.certain | tostring')" false
unset HONGPING_SHARE

expect 0 "$hongping" check id 11010519491231002X
is "$out" valid
expect 0 "$hongping" check id 440524188001010014
is "$out" valid
expect 1 "$hongping" check id 110105209901010018 --json
is "$(json .code)" date
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
expect 1 "$hongping" clock --data "$scratch"
for port in abc -1 65536 1000000 ''; do
    expect 2 sh "$HP_SOURCE/deploy/quickstart" --port "$port"
    says "$err" "not '$port'"
    is "$out" ""
done

# Every command with words that cannot be read: 2 before anything is looked for, a sentence that names the word, and with --json
# the same as a document. A line is the words, then what the sentence must name.
touch "$scratch/rows.csv"
HONGPING_PASSWORD=sample
export HONGPING_PASSWORD
while IFS='|' read -r words named; do
    # shellcheck disable=SC2086
    expect 2 "$hongping" $words --data "$scratch"
    says "$err" "$named"
    is "$out" ""
    # shellcheck disable=SC2086
    expect 2 "$hongping" $words --data "$scratch" --json
    says "$err" "$named"
    is "$(json '[.ok, .code, .exit] | tojson')" '[false,"usage",2]'
    says "$err" "$(json '.sentence' | head -n 1)"
    set -- $words
    echo "$1" >>"$scratch/walked"
done <<END
up --port abc|abc
up --port 65536|65536
up --port -1|-1
up --address nowhere|nowhere
up --clock sundial|sundial
up --clock-start yesterday|yesterday
up --set nonsense|nonsense
up --set seal.file=x|seal.file
up now|now
down now|now
down --force|--force
status now|now
status --port 1|--port
streams dance|dance
streams skip intake 310105 --in scoring|--event
streams skip intake 310105 --in scoring --event nonsense --reason x|nonsense
streams retry intake 310105|--in
streams retry intake 310105 --in nobody|nobody
streams retry nobody 310105 --in scoring|nobody
streams retry intake Changning --in scoring|Changning
streams retry intake 310105 --in scoring --from 3|--from
streams rejoin intake 310105 --in scoring --from -1 --reason x|-1
streams rejoin intake 310105 --in scoring --from 99999999999999999999 --reason x|99999999999999999999
streams rejoin intake 310105 --in scoring --from 1 --seal nonsense --reason x|nonsense
streams rejoin intake 310105 --in scoring --from 1|--reason
streams --event nonsense|--event
clock dance|dance
clock advance soon|soon
clock advance|DURATION
clock set yesterday|yesterday
clock set|INSTANT
clock advance 7d --to 2023-04-01T09:00:00+08:00|--to
clock --to 2023-04-01T09:00:00+08:00|--to
calendar last-day 2023-02-30 5|2023-02-30
calendar last-day 2023-02-28 five|five
calendar last-day 2023-02-28 0|0
calendar last-day 2023-02-28|N
calendar working 2023-02-28 5|5
calendar working 2023-02-28 --count-start|--count-start
calendar tomorrow 2023-02-28|tomorrow
check passport 1|passport
check id|missing
lint|missing
import people $scratch/rows.csv --account a|people
import sites $scratch/rows.csv|--account
import inspections $scratch/rows.csv --account a|--programme
import sites $scratch/rows.csv --account a --programme p|--programme
import inspections $scratch/rows.csv --account a --programme p --confirm w|--confirm
import sites $scratch/rows.csv --account a --api nowhere|nowhere
import sites $scratch/rows.csv --account a --district Changning|Changning
verify now|now
verify --chains=yes|--chains
archive|missing
archive March|March
archive 2026-13|2026-13
archive 2026-00|2026-00
archive 2026-1|2026-1
archive 2026-10 --service nobody|nobody
export log 310105|log
export sites $scratch/x.csv|--account
export sites $scratch/x.csv --account a --format ods|ods
export sites $scratch/x.csv --account a --service intake|--service
export log 310105 x --service intake --template|--template
export log 310105 x --service nobody|nobody
export log March x --service intake|March
export log 310105 ../x --service intake|../x
export log 310105 x --service intake --from -3|-3
snapshot reporting|missing
snapshot nobody models|nobody
snapshot reporting ../models|../models
snapshot reporting models.jsonl|models.jsonl
jobs dance|dance
jobs cancel|id
jobs cancel nonsense|id
proof ballot 310105|missing
proof ballot 310105 first|first
proof ballot 310105 0|0
proof ballot Changning 1|Changning
proof ballot 310105 1 --service nobody|nobody
states now|now
upp|upp
END
# demo has a --json of its own
expect 2 "$hongping" demo nothing-of-that-name --json -
is "$(json .code)" usage
expect 2 "$hongping" demo changning-property-2023 --if-absent --json "$scratch/result.json"
says "$err" --here
is "$out" ""
[ ! -e "$scratch/result.json" ] || fail "a result of nothing"
# a result that is there already is not lost, and that is said before the minutes that it takes
echo kept >"$scratch/result.json"
expect 1 "$hongping" demo changning-property-2023 --json "$scratch/result.json"
says "$err" "$scratch/result.json is there already; --force replaces it"
is "$(cat "$scratch/result.json")" kept
echo demo >>"$scratch/walked"
for command in $("$hongping" help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
    grep -qx "$command" "$scratch/walked" || fail "$command was not called with wrong words"
done
unset HONGPING_PASSWORD
expect 2 "$hongping" import sites "$scratch/rows.csv" --account a
says "$err" HONGPING_PASSWORD

# With nothing running: 1, as a document too.
for words in verify "jobs" "jobs cancel 01890000-0000-7000-8000-000000000000" clock streams "proof ballot 310105 1" \
    "archive 2026-01" "snapshot reporting models"; do
    # shellcheck disable=SC2086
    expect 1 "$hongping" $words --data "$scratch" --json
    is "$(json '[.ok, .code, .exit] | tojson')" '[false,"stack_down",1]'
    says "$(json .sentence)" "$scratch"
    says "$err" "$scratch"
done
expect 1 "$hongping" calendar working 2099-01-01 --json
is "$(json .code)" failed
