# SPDX-License-Identifier: Apache-2.0
# Checks Prometheus' text form, version 0.0.4: each family has its help and type before its samples, in one block; each
# sample stands once and has a number; the buckets of a histogram only grow and end with +Inf, which is its count.
function bad(why) { print FILENAME ":" FNR ": " why ": " $0; faults++; }
function family_of(name,   base) {
    base = name
    if (!(base in type)) sub(/_(bucket|sum|count)$/, "", base)
    return base
}
/^# HELP / { if ($3 in help) bad("help twice"); if (NF < 4) bad("no help"); help[$3] = 1; next }
/^# TYPE / {
    if ($3 in type) bad("type twice")
    if ($4 !~ /^(counter|gauge|histogram)$/) bad("unknown type")
    type[$3] = $4
    current = $3
    next
}
/^#/ { next }
!/^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-z_]+="([^"\\\n]|\\["\\n])*",?)+\})? -?[0-9.]+(e[-+]?[0-9]+)?$/ { bad("no sample"); next }
{
    name = $0
    sub(/[{ ].*/, "", name)
    series = $0
    sub(/ [^ ]*$/, "", series)
    family = family_of(name)
    if (!(family in type) || !(family in help)) bad("no type or help")
    if (family != current) bad("out of its block")
    if (type[family] == "counter" && name !~ /_total$/) bad("a counter's name ends in _total")
    if (series in seen) bad("stands twice")
    seen[series] = 1
    samples++
    if (type[family] != "histogram") next
    labels = series
    sub(/^[^{]*\{?/, "", labels)
    gsub(/,?le="[^"]*"|\}$/, "", labels)
    key = family "{" labels
    if (name ~ /_bucket$/) {
        if ($NF + 0 < last[key] + 0) bad("a bucket holds less than the one before")
        last[key] = $NF
        ended[key] = series ~ /le="\+Inf"/
    } else if (name ~ /_count$/ && (!ended[key] || last[key] != $NF)) {
        bad("+Inf is not the count")
    }
}
END {
    if (!samples) { print FILENAME ": no samples"; faults++ }
    exit faults > 0
}
