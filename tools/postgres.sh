#!/bin/sh
# A throw-away PostgreSQL on a Unix socket: never as root, never on the network.
# usage: tools/postgres.sh start FOLDER | stop FOLDER
set -eu
folder=$2
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
as_owner() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}
case $1 in
start)
    mkdir -p "$folder"
    [ "$(id -u)" != 0 ] || chown postgres "$folder"
    chmod 755 "$folder"
    as_owner "$bin/initdb" -D "$folder/data" -U focalpoint --auth=trust --encoding=UTF8 \
        --locale=C.UTF-8 >"/dev/null"
    as_owner "$bin/pg_ctl" -D "$folder/data" -w -l "$folder/data/log" -o \
        "-c listen_addresses='' -c unix_socket_directories='$folder' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off -c shared_buffers=128MB" \
        start >/dev/null
    ;;
stop)
    [ ! -f "$folder/data/postmaster.pid" ] || as_owner "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null
    ;;
esac
