#!/usr/bin/env bash
# Every check that needs no test: style, types, layers, templates, migrations, deployment. All of them are
# run, so that one look shows everything there is to mend; one that fails makes this fail.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
failed=()

check() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then
        printf 'ok      %s\n' "$name"
    else
        printf 'FAILED  %s\n%s\n\n' "$name" "$said"
        failed+=("$name")
    fi
}

# The settings of a real installation: nothing of the demo, a key of the right kind, https.
unset DEMO DEBUG
SECRET_KEY=$($python -c 'import secrets; print(secrets.token_urlsafe(64))')
export SECRET_KEY EMAIL_URL=smtp+tls://mail.example.org:587 ALLOWED_HOSTS=casework.example.org SITE_URL=https://casework.example.org
export AUDIT_ANCHOR_EMAILS=dpo@charity.example,trustee@charity.example
export LOG_LEVEL=WARNING

# An empty private database each time: a migration that was edited must work from the beginning. A
# database of somebody else's is never emptied for this.
started=no
$python -m core.local_postgres status test >/dev/null || started=yes
end() { [ $started = no ] || $python -m core.local_postgres leave test; }
trap end EXIT
$python -m core.local_postgres renew test
while IFS='=' read -r name value; do
    export "$name=$value"
done < <($python -m core.local_postgres environment test)

# Migrating takes as long as the types: beside them, from here to where it is asked for.
migrated=$(mktemp -d)
trap 'rm -rf "$migrated"; end' EXIT
{
    $python manage.py migrate --verbosity=0 >"$migrated/said" 2>&1 && touch "$migrated/well"
    touch "$migrated/done"
} &
migrated() {
    until [ -e "$migrated/done" ]; do sleep 0.2; done
    cat "$migrated/said"
    [ -e "$migrated/well" ]
}

check "style" $python -m ruff check .
check "format" $python -m ruff format --check .
check "types" $python -m mypy .
check "layers" .venv/bin/lint-imports
check "templates, mistakes" $python -m djlint --lint --quiet templates
check "templates, format" $python -m djlint --check --quiet templates
check "docs/data-protection" $python manage.py data_map --check
check "migrations run" migrated
check "migrations complete" $python manage.py makemigrations --check --dry-run
check "migrated for the tests" $python -m tests.migrated_template
check "deployment and database" $python manage.py check --deploy --database default --fail-level WARNING

if [ ${#failed[@]} -gt 0 ]; then
    printf '%d failed: ' ${#failed[@]}
    printf '%s; ' "${failed[@]}"
    printf '\n'
    exit 1
fi
