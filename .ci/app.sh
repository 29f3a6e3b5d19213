# Starts and stops the app as README.md tells, but on free ports and in memory, so that it meets nothing that runs
# already and leaves nothing on disk. For the scripts beside this file: source it.

app_log=$(mktemp)
app_pid=
app_ports=()

# Starts the app in a process group of its own, waits until it is ready, and tells the tour where it is.
app_start() {
  read -ra app_ports < <(node -e '
    const net = require("node:net");
    const servers = Array.from({ length: 5 }, () => net.createServer().listen(0, "127.0.0.1"));
    setTimeout(() => console.log(servers.map(s => s.address().port).join(" ")) ?? servers.forEach(s => s.close()), 100)')
  local http=${app_ports[0]} blob=${app_ports[1]} queue=${app_ports[2]} table=${app_ports[3]} bus=${app_ports[4]}
  export CUSTOMERFUNCTIONS_URL=http://localhost:$http
  # Built beforehand, so that the compiler's server does not count as something that the app left behind.
  dotnet build local/Host || return 1
  setsid dotnet run --project local/Host -- --urls "$CUSTOMERFUNCTIONS_URL" --in-memory \
    --azurite-ports "$blob,$queue,$table" --service-bus-port "$bus" >"$app_log" 2>&1 &
  app_pid=$!
  local deadline=$((SECONDS + 180))
  until curl --silent --fail --output /dev/null --max-time 5 "$CUSTOMERFUNCTIONS_URL/api/v1/health/ready"; do
    if ! kill -0 "$app_pid" 2>/dev/null || ((SECONDS > deadline)); then
      echo "The app is not ready:" >&2
      tail -n 50 "$app_log" >&2
      return 1
    fi
    sleep 0.5
  done
}

# Runs the tour against the app that app_start started.
app_tour() {
  local host=http://127.0.0.1 account=devstoreaccount1
  # The account and key that every Azurite has.
  local key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
  AzureWebJobsStorage="DefaultEndpointsProtocol=http;AccountName=$account;AccountKey=$key;\
BlobEndpoint=$host:${app_ports[1]}/$account;QueueEndpoint=$host:${app_ports[2]}/$account;\
TableEndpoint=$host:${app_ports[3]}/$account;" \
    ServiceBus="Endpoint=sb://localhost:${app_ports[4]};SharedAccessKeyName=RootManageSharedAccessKey;\
SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true" \
    node samples/tour.mjs "$@" || {
    echo "The app's last lines:" >&2
    tail -n 40 "$app_log" >&2
    return 1
  }
}

# Asks the app to end, and fails when anything that it started outlives it.
app_stop() {
  [[ -n $app_pid ]] || return 0
  local pid=$app_pid deadline=$((SECONDS + 40)) port
  app_pid=
  kill -TERM "$pid" 2>/dev/null || true
  while app_left "$pid" >/dev/null && ((SECONDS < deadline)); do sleep 0.5; done
  if app_left "$pid"; then
    echo 'These outlived the app. Its last lines:' >&2
    tail -n 20 "$app_log" >&2
    kill -KILL -- "-$pid" 2>/dev/null || true
    return 1
  fi
  for port in "${app_ports[@]}"; do
    if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "Something still listens on port $port." >&2
      return 1
    fi
  done
}

# Prints what is left of the app's process group; fails when nothing is.
app_left() { ps -o pid=,pgid=,stat=,args= -e | awk -v g="$1" '$2 == g && $3 !~ /^Z/ { print; n++ } END { exit n == 0 }'; }
