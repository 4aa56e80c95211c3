#!/bin/sh
# Checks an export bundle with openssl, sha256sum, xxd and the usual small tools.
# VERIFY.md says what is checked here, what is not, and why the key must come from elsewhere.
#
# usage: sh verify.sh KEY [FOLDER]
#   KEY     the log's public key, had from elsewhere: a .vkey file or a PEM file
#   FOLDER  the unpacked bundle; without it, the folder that this script is in
# Ends with 0 if everything is right, 1 if something is wrong, 2 if it could not be run.

set -u
LC_ALL=C
export LC_ALL

cannot() {
    echo "verify.sh: $*" >&2
    exit 2
}

wrong() {
    echo "FAILED: $*"
    exit 1
}

if [ $# -lt 1 ] || [ $# -gt 2 ]; then
    echo "usage: sh verify.sh KEY [FOLDER]" >&2
    echo "KEY is the log's public key (.vkey or PEM). Get it from somewhere else than this bundle." >&2
    exit 2
fi
for tool in openssl sha256sum xxd awk sed sort comm uniq find split cut tr cmp xargs mktemp; do
    command -v "$tool" >/dev/null 2>&1 || cannot "this computer has no command $tool"
done
[ -f "$1" ] && [ -r "$1" ] || cannot "there is no key file $1"
folder=${2-$(dirname "$0")}

temp=$(mktemp -d) || cannot "no temporary folder can be made"
trap 'rm -rf "$temp"' EXIT
trap 'exit 2' HUP INT TERM
cp -- "$1" "$temp/key" || cannot "the key file $1 cannot be read"
cd -- "$folder" || cannot "there is no folder $folder"
[ -f bagit.txt ] && [ -d data ] || cannot "$folder is not an unpacked bundle"

# Base64 to hexadecimal, in awk because base64 commands forgive what is malformed. Gives "" for anything malformed.
base64_hex='
function base64_hex(text,    i, j, n, hex, digit, pad) {
    if (length(text) == 0 || length(text) % 4 != 0 || text !~ /^[A-Za-z0-9+\/]+=?=?$/) return ""
    pad = (text ~ /==$/) ? 2 : (text ~ /=$/) ? 1 : 0
    hex = ""
    for (i = 1; i <= length(text); i += 4) {
        n = 0
        for (j = 0; j < 4; j++) {
            digit = index("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", substr(text, i + j, 1)) - 1
            n = n * 64 + (digit < 0 ? 0 : digit)
        }
        hex = hex sprintf("%06x", n)
    }
    if (pad && substr(hex, length(hex) - 2 * pad + 1) !~ /^0+$/) return ""
    return substr(hex, 1, length(hex) - 2 * pad)
}
'

# The SHA-256 of each line of a file, without its newline and behind a prefix ("" or "00"): one a line, in order.
# Some thousand lines at a time, so that a long file needs no more room than a short one.
hash_lines() {
    rm -rf "$temp/parts"
    mkdir "$temp/parts"
    split -l 5000 -a 5 "$2" "$temp/parts/"
    for part in "$temp/parts"/*; do
        [ -f "$part" ] || continue
        rm -rf "$temp/lines"
        mkdir "$temp/lines"
        n=1000000
        while IFS= read -r line; do
            n=$((n + 1))
            {
                [ -z "$1" ] || printf '\000'
                printf '%s' "$line"
            } >"$temp/lines/$n"
        done <"$part"
        (cd "$temp/lines" && ls | xargs sha256sum) | cut -c1-64
    done
    rm -rf "$temp/parts" "$temp/lines"
}

# The SHA-256 of each line of 130 hexadecimal digits, taken as 65 bytes: one a line, in order.
hash_pairs() {
    rm -rf "$temp/parts"
    mkdir "$temp/parts"
    split -l 5000 -a 5 "$1" "$temp/parts/"
    for part in "$temp/parts"/*; do
        [ -f "$part" ] || continue
        rm -rf "$temp/nodes"
        mkdir "$temp/nodes"
        xxd -r -p "$part" | split -b 65 -a 5 - "$temp/nodes/"
        (cd "$temp/nodes" && ls | xargs sha256sum) | cut -c1-64
    done
    rm -rf "$temp/parts" "$temp/nodes"
}

hash_pair() {
    printf '01%s%s' "$1" "$2" | xxd -r -p | sha256sum | cut -c1-64
}

# 1. Every file is listed with its SHA-256, and every listed file is there unchanged.

for file in manifest-sha256.txt tagmanifest-sha256.txt data/entries.jsonl data/checkpoint; do
    [ -f "$file" ] || wrong "$file is missing"
done
find . ! -type f ! -type d >"$temp/odd"
[ ! -s "$temp/odd" ] || wrong "the bundle holds something that is neither a file nor a folder: $(head -n 1 "$temp/odd")"
awk '!/^[0-9a-f]+  data\/[A-Za-z0-9._\/-]+$/ || length($1) != 64 || /\.\./ { exit 1 }' manifest-sha256.txt ||
    wrong "manifest-sha256.txt is malformed"
awk '!/^[0-9a-f]+  [A-Za-z0-9._-]+$/ || length($1) != 64 || /\.\./ { exit 1 }' tagmanifest-sha256.txt ||
    wrong "tagmanifest-sha256.txt is malformed"
find data -type f | sort >"$temp/there"
cut -c67- manifest-sha256.txt | sort >"$temp/listed"
cmp -s "$temp/there" "$temp/listed" || wrong "manifest-sha256.txt does not list exactly the files under data"
find . -type f | sed -n 's/^\.\/\([^/]*\)$/\1/p' | sed '/^tagmanifest-sha256\.txt$/d' | sort >"$temp/there"
cut -c67- tagmanifest-sha256.txt | sort >"$temp/listed"
cmp -s "$temp/there" "$temp/listed" || wrong "tagmanifest-sha256.txt does not list exactly the files beside data"
for file in tagmanifest-sha256.txt manifest-sha256.txt; do
    sha256sum --check --strict --quiet "$file" >"$temp/changed" 2>/dev/null ||
        wrong "not as $file says: $(sed -n 's/: FAILED.*//p' "$temp/changed" | tr '\n' ' ')"
done
echo "ok: every file has the SHA-256 that the manifests say"

# 2. The checkpoint is signed by the key that was given.

awk 'NR == 4 && $0 != "" { exit 1 } NR == 1 && $0 == "" { exit 1 } NR == 2 && !/^(0|[1-9][0-9]*)$/ { exit 1 }
     NR == 2 && length($0) > 15 { exit 1 } NR == 3 && length($0) != 44 { exit 1 } END { if (NR < 5) exit 1 }' data/checkpoint ||
    wrong "data/checkpoint is malformed"
origin=$(sed -n 1p data/checkpoint)
size=$(sed -n 2p data/checkpoint)
root=$(sed -n 3p data/checkpoint | awk "$base64_hex"'{ print base64_hex($0) }')
[ ${#root} -eq 64 ] || wrong "the root in data/checkpoint is malformed"

# The 32 bytes of the key in a .vkey line, in hexadecimal; nothing where it is no Ed25519 key of this log.
public_of() {
    rest=${1#*+}
    typed=$(printf '%s\n' "${rest#*+}" | awk "$base64_hex"'{ print base64_hex($0) }')
    [ "${1%%+*}" != "$origin" ] || [ ${#typed} -ne 66 ] || [ "${typed#01}" = "$typed" ] || printf '%s' "${typed#01}"
}

if grep -q 'BEGIN PUBLIC KEY' "$temp/key"; then
    der=$(openssl pkey -pubin -in "$temp/key" -outform DER 2>/dev/null | xxd -p | tr -d '\n')
    case $der in
    302a300506032b6570032100*) public=${der#302a300506032b6570032100} ;;
    *) cannot "the key is not an Ed25519 public key" ;;
    esac
else
    line=$(head -n 1 "$temp/key")
    name=${line%%+*}
    rest=${line#*+}
    typed=$(printf '%s\n' "${rest#*+}" | awk "$base64_hex"'{ print base64_hex($0) }')
    public=${typed#01}
    [ ${#typed} -eq 66 ] && [ ${#public} -eq 64 ] || cannot "the key is neither a PEM file nor a .vkey file"
    [ "$name" = "$origin" ] || wrong "the checkpoint is of $origin, but the key is of $name"
fi
[ ${#public} -eq 64 ] || cannot "the key is not an Ed25519 public key"

# Whether a key (32 bytes in hexadecimal) made a signature (64 bytes in hexadecimal) over $temp/text.
is_signed() {
    printf '302a300506032b6570032100%s' "$1" | xxd -r -p >"$temp/key.der"
    openssl pkey -pubin -inform DER -in "$temp/key.der" -out "$temp/key.pem" 2>/dev/null || cannot "openssl does not take a key"
    printf '%s' "$2" | xxd -r -p >"$temp/signature"
    openssl pkeyutl -verify -pubin -inkey "$temp/key.pem" -rawin -in "$temp/text" -sigfile "$temp/signature" >/dev/null 2>&1
}

# Whether a note of three lines is signed by one of some keys, and by no false signature of theirs.
check_signature() {
    signed=
    for key in $3; do
        id=$({
            printf '%s\n' "$origin"
            printf '01%s' "$key" | xxd -r -p
        } | sha256sum | cut -c1-8)
        sed -n 1,3p "$1" >"$temp/text"
        awk -v origin="$origin" "$base64_hex"'NR > 4 {
            prefix = "\342\200\224 " origin " "
            if (index($0, prefix) == 1) print base64_hex(substr($0, length(prefix) + 1))
        }' "$1" | sed -n "s/^$id//p" >"$temp/signatures"
        while read -r signature; do
            is_signed "$key" "$signature" || wrong "the signature on the $2 is false"
            signed=yes
        done <"$temp/signatures"
    done
    [ -n "$signed" ] || wrong "the key that you gave has not signed the $2"
}

# Where the log's key was changed, the old key and the new one both signed four lines that say so.
keys=$public
newest=$public
if [ -f data/keys/rotations.jsonl ]; then
    sed -n 's/^.*"data":{"new":"\([^" \\]*\)","new_signature":"\([A-Za-z0-9+\/=]*\)","old":"\([^" \\]*\)","old_signature":"\([A-Za-z0-9+\/=]*\)"},"kind":"key\.rotated".*$/\1 \2 \3 \4/p' \
        data/keys/rotations.jsonl >"$temp/rotations"
    [ "$(awk 'END { print NR }' "$temp/rotations")" = "$(awk 'END { print NR }' data/keys/rotations.jsonl)" ] ||
        wrong "data/keys/rotations.jsonl is malformed"
    : >"$temp/passed"
    while read -r new new_signature old old_signature; do
        new_public=$(public_of "$new")
        old_public=$(public_of "$old")
        [ -n "$new_public" ] && [ -n "$old_public" ] || wrong "data/keys/rotations.jsonl passes on the key of another log"
        printf 'key-rotation/v1\n%s\n%s\n%s\n' "$origin" "$old" "$new" >"$temp/text"
        is_signed "$old_public" "$(printf '%s\n' "$old_signature" | awk "$base64_hex"'{ print base64_hex($0) }')" ||
            wrong "a change of key in data/keys/rotations.jsonl was not signed by the old key"
        is_signed "$new_public" "$(printf '%s\n' "$new_signature" | awk "$base64_hex"'{ print base64_hex($0) }')" ||
            wrong "a change of key in data/keys/rotations.jsonl was not signed by the new key"
        printf '%s %s\n' "$old_public" "$new_public" >>"$temp/passed"
    done <"$temp/rotations"
    [ -z "$(cut -d ' ' -f 1 "$temp/passed" | sort | uniq -d)" ] || wrong "data/keys/rotations.jsonl passes a key on twice"
    # From the key that was given back to the first and on to the last.
    keys=$(awk -v key="$public" '{ after[$1] = $2; before[$2] = $1 }
        END {
            seen[key]
            for (k = key; k in before && !(before[k] in seen); k = before[k]) { list = before[k] " " list; seen[before[k]] }
            list = list key
            for (k = key; k in after && !(after[k] in seen); k = after[k]) { list = list " " after[k]; seen[after[k]] }
            print list
        }' "$temp/passed")
    newest=${keys##* }
    [ "$newest" = "$public" ] || echo "ok: the key that you gave was passed on to another, signed by both"
fi
check_signature data/checkpoint checkpoint "$newest"
if [ "$newest" = "$public" ]; then
    echo "ok: the key that you gave signed the checkpoint of $origin at $size entries"
else
    echo "ok: the key that follows the one that you gave signed the checkpoint of $origin at $size entries"
fi

# 3. Each entry's leaf hash: the SHA-256 of a zero byte and the line.

tr -d '\000' <data/entries.jsonl | cmp -s - data/entries.jsonl || wrong "data/entries.jsonl holds a zero byte"
[ "$(tail -c 1 data/entries.jsonl | xxd -p)" = 0a ] || wrong "data/entries.jsonl has no entries, or its last line does not end"
# The last fields of an entry are seq and v, so the end of the line gives its number.
sed -n 's/.*,"seq":\([0-9]\{1,15\}\),"v":1}$/\1/p' data/entries.jsonl >"$temp/numbers"
count=$(awk 'END { print NR }' data/entries.jsonl)
awk -v count="$count" 'NR > 1 && $1 <= last { exit 1 } { last = $1 } END { if (NR != count) exit 1 }' "$temp/numbers" ||
    wrong "the numbers of the entries are missing or do not rise"
hash_lines 00 data/entries.jsonl >"$temp/leaf-hashes"

if [ -d data/log ]; then

# 4. A whole log: the leaf hashes make the root, pair by pair, level by level (RFC 6962, section 2.1).

awk '$1 != NR - 1 { exit 1 }' "$temp/numbers" || wrong "the numbers of the entries do not count from 0 without a gap"
[ "$count" = "$size" ] || wrong "there are $count entries, but the checkpoint is of $size"
cp "$temp/leaf-hashes" "$temp/level"
while [ "$(awk 'END { print NR }' "$temp/level")" -gt 1 ]; do
    awk 'NR % 2 == 1 { left = $1; next } { print "01" left $1 }' "$temp/level" >"$temp/pairs"
    # A last hash without a partner goes up as it is.
    awk '{ last = $1 } END { if (NR % 2 == 1) print last }' "$temp/level" >"$temp/alone"
    hash_pairs "$temp/pairs" >"$temp/level"
    cat "$temp/alone" >>"$temp/level"
done
[ "$(cat "$temp/level")" = "$root" ] || wrong "the entries are not those that the checkpoint was signed for: at least one was changed"
echo "ok: these are all $count entries of the signed log, unchanged"
heads=

else

# 4. Each entry's proof leads from its leaf hash to the checkpoint's root (RFC 9162, section 2.1.3.2).

sed 's/.*/data\/proofs\/&.tlog-proof/' "$temp/numbers" >"$temp/proofs"
find data/proofs -type f | sort >"$temp/there"
sort "$temp/proofs" | cmp -s - "$temp/there" || wrong "there is not exactly one proof for each entry"
# The entry that holds the root of the heads tree climbs with the others, behind them.
heads=
if [ -d data/heads ]; then
    for file in entry.json entry.tlog-proof path; do
        [ -f "data/heads/$file" ] || wrong "data/heads/$file is missing"
    done
    [ "$(awk 'END { print NR }' data/heads/entry.json)" = 1 ] && [ "$(tail -c 1 data/heads/entry.json | xxd -p)" = 0a ] ||
        wrong "data/heads/entry.json must be one line"
    heads=$(sed -n 's/.*,"data":{"proposals":\([0-9]\{1,15\}\),"root":"\([0-9a-f]\{64\}\)"},"kind":"heads",.*,"seq":\([0-9]\{1,15\}\),"v":1}$/\1 \2 \3/p' data/heads/entry.json)
    [ -n "$heads" ] || wrong "data/heads/entry.json does not hold the root of a heads tree"
    [ "${heads##* }" = $((size - 1)) ] || wrong "the entry in data/heads is not the last one before the checkpoint"
    mkdir "$temp/heads"
    cp data/heads/entry.tlog-proof "$temp/heads/${heads##* }.tlog-proof"
    printf '%s\n' "$temp/heads/${heads##* }.tlog-proof" >>"$temp/proofs"
    {
        printf '\000'
        tr -d '\n' <data/heads/entry.json
    } | sha256sum | cut -c1-64 >>"$temp/leaf-hashes"
fi
xargs awk "$base64_hex"'
function finish() {
    if (file == "") return
    if (bad || state != 3 || tail != checkpoint) { print "malformed", file; exit }
    print number, hashes
}
BEGIN { while ((getline line < "data/checkpoint") > 0) checkpoint = checkpoint line "\n" }
FNR == 1 {
    finish()
    file = FILENAME; state = 1; bad = ($0 != "c2sp.org/tlog-proof@v1"); hashes = ""; tail = ""
    number = file; sub(/^.*\//, "", number); sub(/\.tlog-proof$/, "", number)
    next
}
state == 1 { if ($0 != "index " number) bad = 1; state = 2; next }
state == 2 && $0 == "" { state = 3; next }
state == 2 { hash = base64_hex($0); if (length(hash) != 64) bad = 1; hashes = hashes " " hash; next }
state == 3 { tail = tail $0 "\n" }
END { finish() }' <"$temp/proofs" >"$temp/paths"
if grep -q '^malformed' "$temp/paths"; then
    wrong "a proof is malformed or leads to another checkpoint: $(sed -n 's/^malformed //p' "$temp/paths" | head -n 1)"
fi

# One line an entry: number, its place and the last place on this level, hash so far, hashes still to come.
paste -d ' ' "$temp/leaf-hashes" "$temp/paths" |
    awk -v size="$size" '{ hash = $1; number = $2; rest = ""; for (i = 3; i <= NF; i++) rest = rest " " $i
        if (number >= size + 0) { print "beyond", number; exit }
        print number, number, size - 1, hash rest }' >"$temp/level"
pair='function pair() { return ($2 % 2 == 1 || $2 == $3) ? "01" $5 $4 : "01" $4 $5 }
'
: >"$temp/failed"
# All entries climb one level at a time, so that each level costs one call of sha256sum.
while :; do
    if grep -q '^beyond' "$temp/level"; then
        wrong "entry $(sed -n 's/^beyond //p' "$temp/level") is beyond the end of the log"
    fi
    awk -v root="$root" 'NF == 4 && ($3 != 0 || $4 != root) || NF > 4 && $3 == 0 { print $1 }' "$temp/level" >>"$temp/failed"
    awk 'NF > 4 && $3 > 0' "$temp/level" >"$temp/climbing"
    [ -s "$temp/climbing" ] || break
    # Entries that meet on their way up need the same pairs from there on: each pair is hashed once.
    awk "$pair"'{ print pair() }' "$temp/climbing" | sort -u >"$temp/pairs"
    hash_pairs "$temp/pairs" | paste -d ' ' "$temp/pairs" - >"$temp/hashes"
    awk "$pair"'FILENAME == ARGV[1] { hash[$1] = $2; next }
    {
        place = $2; last = $3
        if (place % 2 == 1 || place == last) while (place % 2 == 0 && place != 0) { place = int(place / 2); last = int(last / 2) }
        rest = ""
        for (i = 6; i <= NF; i++) rest = rest " " $i
        print $1, int(place / 2), int(last / 2), hash[pair()] rest
    }' "$temp/hashes" "$temp/climbing" >"$temp/level"
done
if [ -s "$temp/failed" ]; then
    wrong "not in the signed log as they stand here, so changed, or their proofs were: entries $(sort -n "$temp/failed" | head -n 20 | tr '\n' ' ')"
fi
echo "ok: all $count entries are in the signed log, unchanged"

fi

# 5. The heads tree says that the trail ends where it ends here.

if [ -n "$heads" ]; then
    proposals=${heads%% *}
    root=${heads#* }
    root=${root%% *}
    first=$(sed -n '1s/.*,"pord":\([0-9]\{1,15\}\),"proposal":"\([^"\\]*\)","pseq":0,.*/\1 \2/p' data/entries.jsonl)
    [ -n "$first" ] || wrong "the trail does not begin with the proposal's first entry"
    place=${first%% *}
    [ "$(head -n 1 data/heads/path)" = "index $place" ] || wrong "data/heads/path is of another proposal"
    hash=$(printf '\000{"count":%s,"last":"%s","proposal":"%s"}' "$count" "$(sed -n "${count}p" "$temp/leaf-hashes")" "${first#* }" | sha256sum | cut -c1-64)
    sed 1d data/heads/path | awk "$base64_hex"'{ hex = base64_hex($0); print length(hex) == 64 ? hex : "malformed" }' >"$temp/path"
    grep -q malformed "$temp/path" && wrong "data/heads/path is malformed"
    last=$((proposals - 1))
    [ "$place" -le "$last" ] || wrong "the proposal is not in the heads tree"
    while read -r beside; do
        [ "$last" -gt 0 ] || wrong "data/heads/path is too long"
        if [ $((place % 2)) = 1 ] || [ "$place" = "$last" ]; then
            hash=$(hash_pair "$beside" "$hash")
            while [ $((place % 2)) = 0 ] && [ "$place" != 0 ]; do
                place=$((place / 2)) last=$((last / 2))
            done
        else
            hash=$(hash_pair "$hash" "$beside")
        fi
        place=$((place / 2)) last=$((last / 2))
    done <"$temp/path"
    [ "$last" = 0 ] && [ "$hash" = "$root" ] || wrong "the trail is not complete: the log's heads tree says another end of it"
    echo "ok: the trail is complete up to the checkpoint"
fi

# 6. Within a trail, entries count from 0 and each names the leaf hash of the one before.

paste -d ' ' "$temp/leaf-hashes" data/entries.jsonl | awk '
{
    # These fields stand side by side in every entry; a text inside an entry cannot hold a bare quotation mark.
    if (!match($0, /"nonce":"[A-Za-z0-9_-]*",("pord":[0-9]+,)?("pprev":"[0-9a-f]*",)?"proposal":"([^"\\]|\\.)*","pseq":[0-9]+,/)) next
    place = substr($0, RSTART, RLENGTH)
    number = place; sub(/^.*"pseq":/, "", number); sub(/,$/, "", number)
    before = ""
    if (match(place, /"pprev":"[0-9a-f]*"/)) before = substr(place, RSTART + 9, RLENGTH - 10)
    name = place; sub(/^.*"proposal":/, "", name); sub(/,"pseq":.*$/, "", name)
    if (number != length_of[name] + 0 || before != last[name]) { print NR; exit }
    length_of[name]++; last[name] = $1
}' >"$temp/gap"
[ ! -s "$temp/gap" ] || wrong "an entry is missing before line $(cat "$temp/gap") of data/entries.jsonl, or is not the one that this line follows"
echo "ok: no entry is missing between the first and the last of a trail"

# 7. Every disclosure belongs to an entry, and every digest in an entry is accounted for.

[ -f data/disclosures.txt ] || wrong "data/disclosures.txt is missing"
if [ -s data/disclosures.txt ]; then
    [ "$(tail -c 1 data/disclosures.txt | xxd -p)" = 0a ] || wrong "the last line of data/disclosures.txt does not end"
fi
others=
[ ! -d data/log ] || others=$(sed -n '1s/^others \(withheld\|decoy\)$/\1/p' data/disclosures.txt)
[ ! -d data/log ] || [ -n "$others" ] || wrong "data/disclosures.txt does not begin with what is said of all other digests"
awk -v whole="$others" '
whole != "" && NR == 1 { next }
NF != 2 || $0 != $1 " " $2 || $2 !~ /^[A-Za-z0-9_-]+$/ { bad = 1 }
whole != "" && $1 !~ /^(public|panel|personal|missing)$/ { bad = 1 }
$1 !~ /^(public|panel|personal|withheld|erased|decoy|missing)$/ { bad = 1 }
bad { print NR; exit }' data/disclosures.txt >"$temp/bad"
[ ! -s "$temp/bad" ] || wrong "line $(cat "$temp/bad") of data/disclosures.txt is malformed"
lost=$(sed -n '/^missing /p' data/disclosures.txt | awk 'END { print NR }')
[ "$lost" = 0 ] || wrong "data/disclosures.txt says that $lost values are lost: nothing says that they were erased"
sed -n 's/^\(public\|panel\|personal\) //p' data/disclosures.txt >"$temp/shown"
hash_lines "" "$temp/shown" | awk '{
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    hex = "0123456789abcdef"
    # Three digits are two characters; the last of 64 digits is followed by zero bits.
    text = ""; digits = $1 "00"
    for (i = 1; i < 66; i += 3) {
        n = 256 * (index(hex, substr(digits, i, 1)) - 1) + 16 * (index(hex, substr(digits, i + 1, 1)) - 1) + index(hex, substr(digits, i + 2, 1)) - 1
        text = text substr(alphabet, int(n / 64) + 1, 1) substr(alphabet, n % 64 + 1, 1)
    }
    print substr(text, 1, 43)
}' | sort >"$temp/disclosed"
[ -z "$(uniq -d "$temp/disclosed")" ] || wrong "a disclosure is in data/disclosures.txt twice"
awk 'match($0, /"sd":\["[^]]*"\],"seq":[0-9]+,"v":1}$/) {
    list = substr($0, RSTART + 7, RLENGTH - 7); sub(/"\].*$/, "", list)
    n = split(list, digests, "\",\"")
    for (i = 1; i <= n; i++) print digests[i]
}' data/entries.jsonl | sort -u >"$temp/digests"
[ -z "$(comm -23 "$temp/disclosed" "$temp/digests")" ] || wrong "a disclosure in data/disclosures.txt belongs to no entry"
awk '/"kind":"disclosure\.erased"/ && match($0, /"digests":\["[^]]*"\]/) {
    list = substr($0, RSTART + 12, RLENGTH - 14)
    n = split(list, digests, "\",\"")
    for (i = 1; i <= n; i++) print digests[i]
}' data/entries.jsonl | sort -u >"$temp/erased"
[ -z "$(comm -12 "$temp/disclosed" "$temp/erased")" ] || wrong "a value is shown in data/disclosures.txt that the log says was erased"
if [ -z "$others" ]; then
    sed -n 's/^erased //p' data/disclosures.txt | sort >"$temp/said"
    [ -z "$(comm -23 "$temp/said" "$temp/erased")" ] || wrong "data/disclosures.txt says that a value was erased, but no entry says so: it is missing"
    sed -n 's/^withheld //p; s/^decoy //p' data/disclosures.txt >"$temp/said"
    [ -z "$(sort "$temp/said" | comm -23 - "$temp/digests")" ] || wrong "data/disclosures.txt says something of a digest that is in no entry"
    sort -u "$temp/said" "$temp/disclosed" "$temp/erased" >"$temp/accounted"
    missing=$(comm -23 "$temp/digests" "$temp/accounted" | awk 'END { print NR }')
    [ "$missing" = 0 ] || wrong "$missing digests in the entries are missing: nothing is shown for them, and nothing is said of them"
fi
echo "ok: $(awk 'END { print NR }' "$temp/disclosed") of $(awk 'END { print NR }' "$temp/digests") digests are disclosed and match; all others are accounted for"

# 8. The log only grew since each older checkpoint (RFC 9162, section 2.1.4.2).

root=$(sed -n 3p data/checkpoint | awk "$base64_hex"'{ print base64_hex($0) }')
grown=0
for file in data/consistency/*; do
    [ -f "$file" ] || continue
    old=${file##*/}
    awk -v out="$temp/older" -v old="$old" "$base64_hex"'
    NR == 1 { if ($0 != "old " old) print "malformed"; next }
    behind { print > out; next }
    $0 == "" { behind = 1; next }
    { hex = base64_hex($0); print (length(hex) == 64 ? hex : "malformed") }' "$file" >"$temp/path"
    if grep -q malformed "$temp/path" || [ ! -s "$temp/older" ]; then wrong "$file is malformed"; fi
    [ "$(sed -n 1p "$temp/older")" = "$origin" ] && [ "$(sed -n 2p "$temp/older")" = "$old" ] && [ -z "$(sed -n 4p "$temp/older")" ] ||
        wrong "$file holds another checkpoint than its name says"
    check_signature "$temp/older" "older checkpoint in $file" "$keys"
    older=$(sed -n 3p "$temp/older" | awk "$base64_hex"'{ print base64_hex($0) }')
    [ "$old" -gt 0 ] && [ "$old" -lt "$size" ] || wrong "$file is not of an older checkpoint"
    place=$((old - 1)) last=$((size - 1))
    while [ $((place % 2)) = 1 ]; do
        place=$((place / 2)) last=$((last / 2))
    done
    first=$older second=$older
    [ "$place" = 0 ] || first=
    while read -r beside; do
        if [ -z "$first" ]; then
            first=$beside second=$beside
            continue
        fi
        [ "$last" -gt 0 ] || wrong "the proof in $file is too long"
        if [ $((place % 2)) = 1 ] || [ "$place" = "$last" ]; then
            first=$(hash_pair "$beside" "$first")
            second=$(hash_pair "$beside" "$second")
            while [ $((place % 2)) = 0 ] && [ "$place" != 0 ]; do
                place=$((place / 2)) last=$((last / 2))
            done
        else
            second=$(hash_pair "$second" "$beside")
        fi
        place=$((place / 2)) last=$((last / 2))
    done <"$temp/path"
    [ "$last" = 0 ] && [ "$first" = "$older" ] && [ "$second" = "$root" ] ||
        wrong "$file does not show that the log grew from $old entries to $size"
    grown=$((grown + 1))
    rm -f "$temp/older"
done
[ "$grown" = 0 ] || echo "ok: the log only grew since each of $grown older checkpoints"
echo "VERIFIED"
