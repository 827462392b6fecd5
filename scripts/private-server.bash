# For scripts that run a command beside a private server: source this, set `program`
# to the script's own name, then `directory` and `server` as they come into being.
# Whatever way the script ends, the command and all it started are ended, the
# server (or servers, by process id) is gone, and so is its folder.
# shellcheck shell=bash

# Empty until there is something to clean up, whatever the caller's environment says.
# What servers hold is thrown away: most have nothing to shut down in order.
directory='' server='' server_end=KILL command=''

PATH="$PATH:/usr/sbin" # where Debian keeps servers, off a plain user's path

fail() {
    printf '%s: %s\n' "${program:?}" "$2" >&2
    exit "$1"
}

require() {
    local tool
    for tool in "$@"; do
        command -v "$tool" >/dev/null || fail 1 "$tool is missing; run: scripts/setup test"
    done
}

# Traps that exit lead every signal through `clean_up` as well.
clean_up_on_every_way_out() {
    trap clean_up EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
}

# For this user alone, which is how mktemp makes it: it holds keys and passwords.
make_directory() { directory="$(mktemp -d "${TMPDIR:-/tmp}/traffic-engine-$1.XXXXXX")"; }

# Below 32768: the kernel hands those above to outgoing connections.
draw_port() { echo $((20000 + RANDOM % 12000)); }

# In the background, because bash sees to a signal only while it waits; with the
# terminal and the interrupt key as if it were in front.
run_command() {
    local status=0
    env --default-signal=INT,QUIT "$@" <&0 &
    command=$!
    wait "$command" || status=$?
    command=''
    return "$status"
}

clean_up() {
    trap '' HUP INT TERM # a second signal must not stop us half-way
    if [[ -n "$command" ]]; then end_family "$command"; fi
    # shellcheck disable=SC2086  # one word a process
    if [[ -n "$server" ]]; then kill -"$server_end" $server 2>/dev/null || true; fi
    wait 2>/dev/null # where bash would report the kill
    if [[ -n "$directory" ]]; then rm -rf -- "$directory"; fi
}

# Ends a process and all it started: cargo, ended alone, leaves its tests running.
end_family() {
    local child
    # shellcheck disable=SC2013  # words are meant: the kernel writes them in one line
    for child in $(cat "/proc/$1/task/"*/children 2>/dev/null); do end_family "$child"; done
    kill -TERM "$1" 2>/dev/null || true
}

fail_with_log() {
    printf '%s: %s; its log says:\n' "${program:?}" "$1" >&2
    cat "$directory/$2" >&2
    exit 1
}
