# SPDX-License-Identifier: Apache-2.0
# hongping-verify on a machine that has nothing else of ours: a root with the program, the shared libraries that it names, and
# what is to be checked. No settings, no words, no shell,
# no devices and no processes.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

verify=$HP_BIN/hongping-verify root=$scratch/root
if [ "$(id -u)" = 0 ] && chroot / true 2>"$scratch/why"; then
    enter() { chroot "$root" "$@"; }
elif unshare -r chroot / true 2>"$scratch/why"; then
    enter() { unshare -r chroot "$root" "$@"; }
else
    echo "skipped: neither chroot nor unshare -r is allowed here: $(cat "$scratch/why")"
    exit 77
fi
"$HP_BIN/../tests/make_seals" "$scratch" || fail "make_seals"
ed=$(cat "$scratch/ed.key.hex") sm2=$(cat "$scratch/sm2.key.hex")

mkdir "$root"
cp "$verify" "$root/verify"
ldd "$verify" | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*/\1/p' >"$scratch/libraries"
[ -s "$scratch/libraries" ] || fail "ldd names no libraries"
while read -r library; do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
done <"$scratch/libraries"
for file in seals proof october; do
    cp "$scratch/$file" "$root/$file"
done
# one byte of each, in the middle of what is vouched for
sed '3s/"last":16/"last":15/' "$root/seals" >"$root/seals.changed"
sed 's/"bytes":"0707/"bytes":"0708/' "$root/proof" >"$root/proof.changed"
sed '9s/060606/060607/' "$root/october" >"$root/october.changed"
for file in seals proof october; do
    is "$(cmp -l "$root/$file" "$root/$file.changed" | wc -l)" 1
done
if grep -q libasan "$scratch/libraries"; then # it looks for leaks by way of /proc, and there for its settings too
    mkdir -p "$root/proc/self"
    printf 'ASAN_OPTIONS=detect_leaks=0\0' >"$root/proc/self/environ"
fi
find "$root" -type f | sed "s|^$root||" | grep -vxFf "$scratch/libraries" |
    grep -vE '^/(verify|(seals|proof|october)(\.changed)?|proc/self/environ)$' >"$scratch/else"
[ ! -s "$scratch/else" ] || fail "the root has more in it: $(cat "$scratch/else")"

# finds FILE TEXT: FILE does not hold, and TEXT is said of it
finds() {
    expect 1 enter /verify --key "$ed" --key "$sm2" "$1"
    says "$out" "$2"
}
expect 0 enter /verify --key "$ed" --key "$sm2" seals
says "$out" "seals: the seal file holds: all 6 signatures are right, and none of its 2 chains goes back or forks."
expect 0 enter /verify --key "$ed" --key "$sm2" proof
says "$out" "proof: the proof holds: row 7 of ledger ballot (service scoring, district 310105) is unchanged, as signed at"
expect 0 enter /verify --key "$ed" --key "$sm2" --against seals october
says "$out" "october: the archive holds and agrees with the seal file"
finds seals.changed "line 3"
finds proof.changed "the values give another digest"
finds october.changed "line 20, ledger ballot of scoring in 310105, rows 4 to 16: the rows give another root"
expect 1 enter /verify --key "$sm2" proof
says "$out" "it was signed with a key that is not among those given"
