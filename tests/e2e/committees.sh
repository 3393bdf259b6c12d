# SPDX-License-Identifier: Apache-2.0
# The second notice, of owners' committees, played whole: the same document as the first's, and what is its own.
# shellcheck shell=sh disable=SC1091,SC2154,SC2016
. "$(dirname "$0")/lib.sh"

name=changning-owners-committee-2023
expect 0 "$hongping" lint "$HP_SOURCE/deploy/programmes/$name.yaml" "$HP_SOURCE/deploy/scenarios/$name.scn"
"$hongping" demo $name --json "$scratch/one.json" >"$scratch/timeline" 2>"$scratch/one.err" ||
    fail "ended with $?: $(cat "$scratch/one.err")"

holds() { # WHAT JQ-CONDITION
    jq -e "$2" "$scratch/one.json" >/dev/null || fail "$1: $(jq -c . "$scratch/one.json")"
}
# the shape of the other demonstration, to the key
holds "members" 'keys == ["clock", "final", "honours", "notices", "objections", "programme", "reevaluation", "reserve"]'
holds "programme" '.programme == "'$name'"'
holds "clock" '(.clock | length) > 15 and all(.clock[]; keys == ["at", "step"]) and ([.clock[].at] | . == sort)'
holds "entries" 'all(.final[], .reserve[]; keys == ["category", "name", "rank", "score", "subject"])'
holds "notices" 'all(.notices[]; keys == ["end", "kind", "number", "start", "state"])'
holds "objections" 'all(.objections[]; keys == ["notice", "result", "subject"])'
holds "honours" 'all(.honours[]; keys == ["plaque", "state", "subject", "title"])'
holds "re-evaluation" 'all(.reevaluation[]; keys == ["conditions", "subject", "verdict"]) and
    all(.reevaluation[].conditions[]; keys == ["fact", "id", "limit", "met"])'

# 二: five; the upheld objection's committee is not among them, the first of the reserve is
holds "quota" '[.final[].category] == ["committee", "committee", "committee", "committee", "committee"]'
holds "ranks" '.final | . == sort_by(.rank) and ([.[].score] | . == (sort | reverse))'
holds "one upheld, one dismissed" '[.objections[] | [.result, .subject]] | sort ==
    [["dismissed", "310105005-0001-Y4"], ["upheld", "310105002-0001-Y4"]]'
holds "the reserve moved up" '[.final[].subject] | index("310105002-0001-Y4") == null and index("310105010-0002-Y4") != null'
holds "notices closed" '[.notices[] | [.kind, .state]] == [["proposal", "closed"], ["supplementary", "closed"]]'

# 五(四)2: the honour of a laureate lapses with the filing of the next term, the others' stay
holds "an honour for each entry" '([.final[].subject] | sort) == ([.honours[].subject] | sort)'
holds "one lapsed" '[.honours[] | select(.state != "held") | [.subject, .state]] == [["310105009-0001-Y2", "lapsed"]]'

# 五(三): one kept, each of the three conditions fails one, and one whose next term was filed has ended
holds "verdicts" '[.reevaluation[] | .subject + " " + .verdict] == ["310105001-0002-Y4 kept", "310105002-0003-Y3 failed",
    "310105004-0003-Y2 failed", "310105006-0001-Y2 ended", "310105008-0001-Y4 failed"]'
holds "failed by" '[.reevaluation[] | select(.verdict == "failed") | [.conditions[] | select(.met).id]] ==
    [["committee-1"], ["committee-2"], ["committee-3"]]'
holds "three conditions" '[.reevaluation[] | select(.verdict != "ended") | .conditions | length] | unique == [3]'

# what people read
for mark in 'Final list' 'Reserve list' 'Why each point was given' 'Notices' 'Honours and plaques' 'Re-evaluation 2023' \
    'refused as it must be (first_review_pending)' 'refused as it must be (forbidden)' '4 plaques came back'; do
    grep -qF "$mark" "$scratch/timeline" || fail "the timeline lacks '$mark': $(cat "$scratch/timeline")"
done
