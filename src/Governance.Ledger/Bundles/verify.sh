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
for tool in openssl sha256sum xxd awk sed sort find split cut tr cmp xargs mktemp; do
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
id=$({
    printf '%s\n' "$origin"
    printf '01%s' "$public" | xxd -r -p
} | sha256sum | cut -c1-8)
printf '302a300506032b6570032100%s' "$public" | xxd -r -p >"$temp/key.der"
openssl pkey -pubin -inform DER -in "$temp/key.der" -out "$temp/key.pem" 2>/dev/null || cannot "openssl does not take the key"

sed -n 1,3p data/checkpoint >"$temp/text"
awk -v origin="$origin" "$base64_hex"'NR > 4 {
    prefix = "\342\200\224 " origin " "
    if (index($0, prefix) == 1) print base64_hex(substr($0, length(prefix) + 1))
}' data/checkpoint | sed -n "s/^$id//p" >"$temp/signatures"
[ -s "$temp/signatures" ] || wrong "the key that you gave has not signed the checkpoint"
while read -r signature; do
    printf '%s' "$signature" | xxd -r -p >"$temp/signature"
    openssl pkeyutl -verify -pubin -inkey "$temp/key.pem" -rawin -in "$temp/text" -sigfile "$temp/signature" >/dev/null 2>&1 ||
        wrong "the signature on the checkpoint is false"
done <"$temp/signatures"
echo "ok: the key that you gave signed the checkpoint of $origin at $size entries"

# 3. Each entry's leaf hash: the SHA-256 of a zero byte and the line.

tr -d '\000' <data/entries.jsonl | cmp -s - data/entries.jsonl || wrong "data/entries.jsonl holds a zero byte"
[ "$(tail -c 1 data/entries.jsonl | xxd -p)" = 0a ] || wrong "data/entries.jsonl has no entries, or its last line does not end"
# The last fields of an entry are seq and v, so the end of the line gives its number.
sed -n 's/.*,"seq":\([0-9]\{1,15\}\),"v":1}$/\1/p' data/entries.jsonl >"$temp/numbers"
count=$(awk 'END { print NR }' data/entries.jsonl)
awk -v count="$count" 'NR > 1 && $1 <= last { exit 1 } { last = $1 } END { if (NR != count) exit 1 }' "$temp/numbers" ||
    wrong "the numbers of the entries are missing or do not rise"
mkdir "$temp/leaves"
i=1000000
while IFS= read -r line; do
    i=$((i + 1))
    {
        printf '\000'
        printf '%s' "$line"
    } >"$temp/leaves/$i"
done <data/entries.jsonl
(cd "$temp/leaves" && ls | xargs sha256sum) | cut -c1-64 >"$temp/leaf-hashes"

# 4. Each entry's proof leads from its leaf hash to the checkpoint's root (RFC 9162, section 2.1.3.2).

sed 's/.*/data\/proofs\/&.tlog-proof/' "$temp/numbers" >"$temp/proofs"
find data/proofs -type f | sort >"$temp/there"
sort "$temp/proofs" | cmp -s - "$temp/there" || wrong "there is not exactly one proof for each entry"
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
    number = file; sub(/^data\/proofs\//, "", number); sub(/\.tlog-proof$/, "", number)
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
    rm -rf "$temp/nodes"
    mkdir "$temp/nodes"
    xxd -r -p "$temp/pairs" | split -b 65 -a 5 - "$temp/nodes/"
    (cd "$temp/nodes" && ls | xargs sha256sum) | cut -c1-64 | paste -d ' ' "$temp/pairs" - >"$temp/hashes"
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
echo "VERIFIED"
