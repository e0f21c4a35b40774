#!/bin/sh
# Records one update run over HTTP with curl, and asks how long the rest will take.
#
#     SHELDUCK_URL=http://127.0.0.1:8700 SHELDUCK_TOKEN=sd_... sh record.sh
set -eu
url=${SHELDUCK_URL:-http://127.0.0.1:8700}

# UUID version 7: milliseconds, then version, variant and random bits.
new_id() {
    milliseconds=$(printf '%012x' "$(date +%s%3N)")
    random=$(od -An -N9 -tx1 /dev/urandom | tr -d ' \n')
    echo "$milliseconds$random" |
        sed -E 's/^(.{8})(.{4})(.{3})(.{3})(.{12}).*$/\1-\2-7\3-8\4-\5/'
}

# --retry: 503 means "try again later"; the same id makes a repeat harmless.
ask() {
    method=$1 path=$2 body=${3:-}
    set -- --silent --show-error --fail-with-body --retry 5 --retry-connrefused --request "$method"
    [ -z "${SHELDUCK_TOKEN:-}" ] || set -- "$@" --header "Authorization: Bearer $SHELDUCK_TOKEN"
    [ -z "$body" ] || set -- "$@" --header 'Content-Type: application/json' --data "$body"
    curl "$@" "$url$path"
}

run=$(new_id) execution=$(new_id) step=$(new_id)
ask PUT "/api/history/runs/$run" "{\"hostname\": \"$(uname -n)\"}"
ask PUT "/api/history/executions/$execution" "{\"run_id\": \"$run\", \"plugin_name\": \"backup\"}"
ask PUT "/api/history/steps/$step" "{\"execution_id\": \"$execution\", \"step_name\": \"copy\"}"
ask GET "/api/history/remaining?run=$run"
ask PATCH "/api/history/steps/$step" '{"download_size_bytes": 4096}'
ask PATCH "/api/history/executions/$execution" '{"status": "success", "exit_code": 0}'
ask PATCH "/api/history/runs/$run" '{"status": "success"}'
ask GET "/api/history/runs/$run"
