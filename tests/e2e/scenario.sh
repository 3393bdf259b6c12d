# SPDX-License-Identifier: Apache-2.0
# Scenarios of one's own: checked before anything is played, played in a running stack, stopped at the first reply that
# is not the one they tell, with the line, the request and the reply.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

data=$scratch/data
at_end='end_stack'
head='district 310105
starts 2023-03-20T08:00:00+08:00
once never-published'
scenario() { # NAME: from standard input, behind the three lines of the head
    { echo "$head" && cat; } >"$scratch/$1.scn"
}
stops() { # NAME LINE TEXT...: played, it stops there and says so
    run 1 demo "$scratch/$1.scn" --here
    says "$err" "$1.scn:$2: "
    shift 2
    for text; do says "$err" "$text"; done
}

run 0 up --port 0 --clock manual --set "share=$HP_SOURCE/deploy"
printf 'code,name,from_day\n310105001,样例街道,2020-01-01\n310105002,样例镇,2020-01-01\n' >"$scratch/regions.csv"

# what is wrong in the file is said before anything is played: nobody joined, so the next scenario can open the account
scenario broken <<'END'
as first district@310105 样例
dance
END
run 1 demo "$scratch/broken.scn" --here
says "$err" "broken.scn:5: there is no step 'dance'"
expect 1 "$hongping" lint "$scratch/broken.scn"
is "$out" "$scratch/broken.scn:5: there is no step 'dance'"

scenario story <<'END'
at 2023-03-20T09:00:00+08:00 it begins | 开始
as first district@310105 样例
file rows regions.csv
do POST /registry/imports {"kind": "regions", "csv": "$rows"}
expect refused 0
keep added added
list subjects /subjects?kind=region
set names []
each subjects where subject_id 310105002
  append names "$name"
end
each regions.csv by name
  append names "$code"
end
until /subjects?kind=region subjects.# $added
refused path_unknown GET /nothing/here
as public
get /notices
expect notices []
say $added regions | $added 个街镇
result names $names
result rows $rows
END
run 0 demo "$scratch/story.scn" --here --json "$scratch/story.json"
says "$out" '2023-03-20 09:00  it begins'
says "$out" '                    2 regions'
is "$(jq -c . "$scratch/story.json")" '{"clock":[{"at":"2023-03-20T09:00:00+08:00","step":"it begins"}],"names":["样例镇","310105001","310105002"],"rows":2}'

# an account that is there already cannot be opened: no crash
scenario account <<'END'
as first district@310105 样例
get /subjects?kind=region
END
stops account 4 'account first: '
LC_ALL=zh_CN.UTF-8
stops account 4 '账户 first：'
LC_ALL=C

scenario reply <<'END'
as public
do POST /lists {
  "run_id": "nobody's"}
END
stops reply 5 'POST /lists by public: ' 'request: {"run_id":"nobody' 'reply: {' '401'

scenario done <<'END'
as public
refused not_found GET /notices
END
stops done 5 'should have been refused with not_found, but: was done'

scenario code <<'END'
as public
refused not_found GET /subjects?kind=region
END
stops code 5 'should have been refused with not_found, but: ' '401'

scenario expected <<'END'
get /notices
each regions.csv
  expect notices.# 7
end
END
stops expected 6 'notices.# is 0, not 7' 'reply: {"notices":[]'

scenario nobody <<'END'
as somebody
END
stops nobody 4 'nobody is called somebody'

scenario member <<'END'
get /notices
keep x notices.0.number
END
stops member 5 'the last answer has no notices.0.number'

# by itself, on a stack of its own: the same, and nothing is left
expect 0 "$hongping" demo "$scratch/story.scn" --json -
is "$(printf '%s' "$out" | jq -c .rows)" 2
expect 1 "$hongping" demo "$scratch/reply.scn"
says "$err" 'reply.scn:5: '
