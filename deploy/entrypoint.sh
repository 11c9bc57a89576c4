#!/bin/sh
# Starts a process of the platform. Secrets are files: where NAME_FILE names one, its content
# becomes NAME, for this process alone; `docker inspect` shows the file's name and nothing else.
set -eu
umask 077 # what is written is for the platform's own user
for name in DAGSTER_POSTGRES_PASSWORD CLIO_PSEUDONYM_KEY ANTHROPIC_API_KEY; do
  eval "file=\${${name}_FILE:-}"
  if [ -n "$file" ]; then
    if [ ! -r "$file" ]; then
      echo "entrypoint: the file of ${name}_FILE is absent, or user $(id -u) may not read it" >&2
      exit 2
    fi
    value=$(cat "$file")
    export "$name=$value"
    unset "${name}_FILE" value
  fi
done
exec "$@"
