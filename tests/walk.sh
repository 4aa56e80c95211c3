#!/usr/bin/env bash
# Walks a proposal over the API of the real site with curl alone, exports its trail, and checks the export with openssl
# and with the auditor's command. Every step is one line; the last line is "N passed, N failed".
# Needs bash, curl, jq, openssl, unzip and the .NET SDK. Builds nothing that is built already.
set -uo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

passed=0 failed=0 site=
work=$(mktemp -d)
finish() {
  if [ -n "$site" ]; then kill "$site" 2>/dev/null; wait "$site" 2>/dev/null; fi
  rm -rf "$work"
}
trap finish EXIT
ok() { passed=$((passed + 1)); echo "ok   $1"; }
end() { echo "$passed passed, $failed failed"; [ "$failed" = 0 ]; exit; }
# A step that the next ones stand on: without it there is nothing further to see.
bad() { failed=$((failed + 1)); echo "FAIL $1"; [ $# -lt 2 ] || printf '%s\n' "$2" | head -n 20; end; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "wanted $3, got $2"; fi; }

for tool in curl jq openssl unzip dotnet; do command -v "$tool" >/dev/null 2>&1 || bad "$tool is there"; done

for project in Governance.Web Governance.Auditor; do
  [ -e "src/$project/bin/Debug/net10.0/$project.dll" ] || dotnet build "src/$project" >"$work/build" 2>&1 || bad "$project builds" "$(grep -E 'error' "$work/build")"
done
web=$PWD/src/Governance.Web/bin/Debug/net10.0/Governance.Web

export ASPNETCORE_ENVIRONMENT=Development Data__Folder=$work/data Logging__LogLevel__Default=Warning
mkdir "$work/data"

# People and tokens, with the operator's subcommands.
operator() { (cd src/Governance.Web && "$web" "$@"); }
person() { # name role [panel:seat …]
  local name=$1 email="$1@people.example" role=$2 seats=() seat
  for seat in "${@:3}"; do seats+=(--seat "$seat"); done
  set -- "$name" "$role"
  echo "a long walk by the river" | operator user add --email "$email" --name "Sam ${1^}" --role "$2" "${seats[@]}" --password-stdin >"$work/out" 2>&1 || bad "user add $1" "$(cat "$work/out")"
  operator token create --email "$email" --name walk --days 1 >"$work/token.$1" 2>"$work/out" || bad "token create $1" "$(cat "$work/out")"
}
# The log's key, made first: auditors have its public half from the operator and not from a bundle.
operator key create --name governance.example/ledger --out "$work/ledger.key" >"$work/log.vkey" 2>"$work/out" || bad "key create" "$(cat "$work/out")"
export Ledger__KeyFile=$work/ledger.key
person lead project_lead
person chair chair full-panel:chair
person auditor auditor
person worker facilitator
for seat in data_protection lay research; do person "privacy-${seat//_/-}" panel_member "privacy:$seat" "full-panel:$seat"; done
for seat in youth_justice lay research; do person "crime-${seat//_/-}" panel_member "criminalisation-risk:$seat" "full-panel:$seat"; done
for n in 1 2 3; do person "youth-$n" youth_panel_member youth-voice:youth full-panel:youth; done
ok "13 people have accounts and tokens"

# The site, at a port that it finds free itself.
(cd src/Governance.Web && exec "$web" --urls http://127.0.0.1:0 --Logging:LogLevel:Microsoft.Hosting.Lifetime Information) >"$work/site.log" 2>&1 &
site=$!
for _ in $(seq 120); do
  base=$(grep -oE 'http://127\.0\.0\.1:[0-9]+' "$work/site.log" | head -n 1)
  [ -n "$base" ] && curl -sf "$base/openapi/v1.json" -o "$work/openapi.json" && break
  kill -0 "$site" 2>/dev/null || bad "the site starts" "$(cat "$work/site.log")"
  sleep 0.5
done
[ -s "$work/openapi.json" ] || bad "the site starts" "$(tail -n 20 "$work/site.log")"
ok "the site starts and describes its API"

api=$base/api/v1 count=0
# call METHOD person path [curl arguments]: the status, with the body in $work/body and the headers in $work/headers.
call() {
  local method=$1 who=$2 path=$3; shift 3
  count=$((count + 1))
  status=$(curl -sS -X "$method" -D "$work/headers" -o "$work/body" -w '%{http_code}' -H "Authorization: Bearer $(cat "$work/token.$who")" -H "Idempotency-Key: walk-$count" "$@" "$api/$path")
}
step() { # what, wanted status
  if [ "$status" = "$2" ]; then ok "$1"; else bad "$1" "HTTP $status: $(cat "$work/body")"; fi
}
post() { call POST "$1" "$2" -H 'Content-Type: application/json' --data "$3"; step "$4" 201; }
header() { tr -d '\r' <"$work/headers" | sed -nE "s/^$1: (.*)$/\1/Ip" | tail -n 1; }
body() { jq -r "$1" "$work/body"; }

status=$(curl -s -o "$work/body" -w '%{http_code}' "$api/me"); step "nobody is let in without a token" 401

# The form itself says what a complete proposal holds: a text for a text, the first choice for a choice.
call GET lead form; step "the form can be read" 200
jq '{answers: [.sections[].fields[] | select(.optional | not) | {key: .id, value: (
  if .id == "team_emails" then ["lead@people.example"] elif (.id | endswith("_email")) then "contact@brackenshire.example"
  elif .id == "start_date" then "2027-02-01" elif .id == "end_date" then "2027-11-30"
  elif .id == "period_from" then "2026-01-01" elif .id == "period_to" then "2026-06-30"
  elif .id == "consequences" then ["nothing"] elif .id == "use_class" then "population_insight"
  elif .kind == "date" then "2026-10-01" elif .kind == "whole_number" then "100" elif .kind == "decimal" then "0.5"
  elif .kind == "yes_no" then "no" elif .kind == "choice" then .options[0].id elif .kind == "choices" then [.options[0].id]
  elif .kind == "lines" then ["Brackenshire"]
  elif .kind == "rows" then [[.columns[] | {key: .id, value: (if .options then .options[0].id elif .kind == "whole_number" then "10" elif .kind == "decimal" then "0.5" else "Brackenshire" end)}] | from_entries]
  else "What young people in Brackenshire say" end)}] | from_entries}' "$work/body" >"$work/draft.json"

post lead proposals '{"title":"A first thought"}' "a draft is started"
draft=$(body .reference) etag=$(header etag)
call PUT lead "proposals/$draft" -H 'Content-Type: application/json' --data "@$work/draft.json"; step "writing without If-Match is refused" 428
call PUT lead "proposals/$draft" -H "If-Match: $etag" -H 'Content-Type: application/json' --data "@$work/draft.json"; step "the draft is written" 200
call PUT lead "proposals/$draft" -H "If-Match: $etag" -H 'Content-Type: application/json' --data "@$work/draft.json"; step "an overtaken version is refused" 412
for kind in dpia data_sharing_agreement; do
  printf '%%PDF-1.4\n%% %s\n%%%%EOF\n' "$kind" >"$work/$kind.pdf"
  call POST lead "proposals/$draft/documents" -F "kind=$kind" -F "file=@$work/$kind.pdf"; step "a document is attached: $kind" 201
done
call GET lead "proposals/$draft/screening"; step "the draft is screened" 200
[ "$(body '.faults | length')" = 0 ] || bad "the draft is complete" "$(body '.faults[] | "\(.field): \(.message)"')"
post lead "proposals/$draft/submission" '{"declared":true}' "the proposal is submitted"
reference=$(body .reference); cp "$work/body" "$work/first"
count=$((count - 1))
post lead "proposals/$draft/submission" '{"declared":true}' "submitting again with the same key is answered"
is "and was not done twice" "$(header idempotency-replayed) $(cmp -s "$work/body" "$work/first" && echo same)" "true same"

call GET chair "proposals/$reference"; step "the chair sees it" 200
voted=0
while stage=$(body '[.stages[] | select(.open)][0].stage // empty') && [ -n "$stage" ]; do
  case $stage in
    privacy) members="privacy-data-protection privacy-lay privacy-research" ;;
    criminalisation-risk) members="crime-youth-justice crime-lay crime-research" ;;
    youth-voice) members="youth-1 youth-2 youth-3"
      post worker "proposals/$reference/stages/$stage/sessions" '{"on":"2026-01-15","young_people":8,"age_bands":["16_17"],"method":"workshop","space":"An open invitation.","voice":"They drew.","feedback":"In March."}' "a session with young people is recorded"
      post youth-1 "proposals/$reference/stages/$stage/concerns" '{"text":"Will my school see this?"}' "a concern is put on record"
      post lead "proposals/$reference/concerns/n1/answer" '{"response":"already_met","text":"No. Schools get nothing."}' "the lead answers the concern" ;;
    full-panel) members="chair privacy-lay crime-lay youth-1 youth-2" ;;
    *) bad "a stage that this walk knows" "$stage" ;;
  esac
  for member in $members; do
    post "$member" "proposals/$reference/stages/$stage/votes" '{"choice":"approve","rationale":"Fair, and the risks are small."}' "$member votes in $stage"
    voted=$((voted + 1))
  done
  post chair "proposals/$reference/stages/$stage/outcome" '{"summary":"The panel found it fair."}' "$stage closes"
  call GET chair "proposals/$reference"; step "the proposal after $stage" 200
done
[ "$voted" -gt 0 ] && ok "every stage voted" || bad "every stage voted"
is "all stages are done" "$(body .phase)" awaiting_determination
call POST lead "proposals/$reference/determination" -H 'Content-Type: application/json' --data '{"outcome":"favourable","reason":"x"}'; step "the lead cannot decide" 403
post chair "proposals/$reference/determination" '{"outcome":"favourable","reason":"Fair, and the risks are small."}' "the chair decides"
call GET lead "proposals/$reference"; step "the lead reads the decision" 200
is "it is determined" "$(body .phase)" determined
call GET lead "proposals/$reference/timeline"; step "the timeline is told" 200

# The export, checked without the service.
call GET auditor "proposals/$reference/trail" -H 'Accept: application/zip'; step "the auditor exports the trail" 200
cp "$work/body" "$work/bundle.zip"
unzip -q -d "$work/bundle" "$work/bundle.zip" && ok "the bundle is a zip" || bad "the bundle is a zip"
script=$(find "$work/bundle" -name verify.sh | head -n 1)
[ -n "$script" ] || bad "the bundle brings its script"
(cd "$(dirname "$script")" && sh ./verify.sh "$work/log.vkey") >"$work/out" 2>&1 && ok "verify.sh accepts the bundle with openssl" || bad "verify.sh accepts the bundle with openssl" "$(cat "$work/out")"
dotnet run --no-build --project src/Governance.Auditor -- verify "$work/bundle.zip" --trust "$work/log.vkey" >"$work/out" 2>&1 \
  && ok "the auditor's command accepts the bundle" || bad "the auditor's command accepts the bundle" "$(cat "$work/out")"
grep -q '^COMPLETE' "$work/out" && ok "the trail is shown to be complete" || bad "the trail is shown to be complete" "$(cat "$work/out")"
dotnet run --no-build --project src/Governance.Auditor -- replay "$work/bundle.zip" --trust "$work/log.vkey" >"$work/out" 2>&1 \
  && ok "replay finds every step allowed" || bad "replay finds every step allowed" "$(cat "$work/out")"
end
