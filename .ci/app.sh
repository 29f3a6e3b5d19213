# Starts and stops the app as README.md tells, for the scripts beside this file. Source it.

app_url=${CUSTOMERFUNCTIONS_URL:-http://localhost:7071}
app_log=$(mktemp)
app_pid=

# Starts the app in a process group of its own and waits until it is ready.
app_start() {
  if curl --silent --output /dev/null --max-time 2 "$app_url"; then
    echo "Something listens on $app_url already: stop it first." >&2
    return 1
  fi
  # Built beforehand, so that the compiler's server does not count as something that the app left behind.
  dotnet build local/Host || return 1
  setsid dotnet run --project local/Host >"$app_log" 2>&1 &
  app_pid=$!
  local deadline=$((SECONDS + 180))
  until curl --silent --fail --output /dev/null --max-time 5 "$app_url/api/v1/health/ready"; do
    if ! kill -0 "$app_pid" 2>/dev/null || ((SECONDS > deadline)); then
      echo "The app is not ready:" >&2
      tail -n 50 "$app_log" >&2
      return 1
    fi
    sleep 0.5
  done
}

# Asks the app to end, and fails when anything that it started outlives it.
app_stop() {
  [[ -n $app_pid ]] || return 0
  local pid=$app_pid deadline=$((SECONDS + 40))
  app_pid=
  kill -TERM "$pid" 2>/dev/null || true
  while app_left "$pid" >/dev/null && ((SECONDS < deadline)); do sleep 0.5; done
  if app_left "$pid"; then
    echo 'These outlived the app. Its last lines:' >&2
    tail -n 20 "$app_log" >&2
    kill -KILL -- "-$pid" 2>/dev/null || true
    return 1
  fi
}

# Prints what is left of the app's process group; fails when nothing is.
app_left() { ps -o pid=,stat=,args= --forest -g "$1" 2>/dev/null | awk '$2 !~ /^Z/ { print; n++ } END { exit n == 0 }'; }
