# For checks in bash, which source it: a service of acta's, on a free port, in $work.
#   start PROGRAM DATA     sets `url`; the first line of the service tells it
#   stop                   fails if the service does not end well
# `work` is a new directory, and is removed when the check ends.
work=$(mktemp -d)
# bash unsets service_PID when the service has ended.
end() {
  local pid=${service_PID:-}
  [ -z "$pid" ] || { kill "$pid" 2> /dev/null && wait "$pid" || true; }
  rm -rf "$work"
}
trap end EXIT
die() { printf '%s\n' "$*"; exit 1; }

start() {
  local line
  coproc service { exec "$1" serve --listen 127.0.0.1:0 --data "$2" 2> "$work/service.log"; }
  read -r line <&"${service[0]}" || die "the service does not begin: $(cat "$work/service.log")"
  url=$(sed -nE 's/.* serves (http[^,]*),.*/\1/p' <<< "$line")
}
stop() {
  local pid=$service_PID
  kill -TERM "$pid"
  wait "$pid" || die "the service did not end well: $(cat "$work/service.log")"
  url=
}
