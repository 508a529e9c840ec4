#!/usr/bin/env bash
# Make .venv, the virtual environment with the packages of requirements.txt, unless it exists and
# works:
#     workflow/environment.sh [PYTHON]
# Without an argument, uv chooses the Python. Without uv, the newest supported one is taken.
set -euo pipefail
cd "$(dirname "$0")/.."

LOG=.venv/install.log

main() {
    if works 2> /dev/null; then
        return
    fi
    PATH=${PATH//"$PWD/.venv/bin:"/} # what is made again cannot be made with itself
    if uv --version > /dev/null 2>&1; then
        make_environment with_uv uv "${1:->=3.11,<3.15}"
    else
        local python
        python=$(find_python "${1:-}")
        make_environment with_pip "$("$python" -V)" "$python"
    fi
}

works() {
    [ "$(cat .venv/ready)" = "$(origin)" ] &&
        .venv/bin/python -I -c 'from importlib.util import find_spec; assert find_spec("snakemake")'
}

# What an environment is made of. It contains the path of its folder, so it does not work elsewhere.
origin() {
    pwd -P
    cksum requirements.txt
}

# Print the first Python that is supported and can make a virtual environment.
find_python() {
    local python version problem="No Python 3${1:+ named $1} was found" remedy=3
    [ -n "$1" ] || set -- python3.14 python3.13 python3.12 python3.11 python3
    for python in "$@"; do
        # A name may have no Python behind it, as the shims of pyenv do.
        version=$("$python" -I -c 'import sys; print("%d.%d" % sys.version_info[:2])') || continue
        case $version in
            3.11 | 3.12 | 3.13 | 3.14)
                if "$python" -I -c 'import ensurepip, venv'; then
                    command -v "$python"
                    return
                fi
                problem="Python $version has no venv module" remedy=$version
                ;;
            3.? | 3.10) problem="Python $version is too old" remedy=3.11 ;;
            *) problem="Python $version is too new" remedy=3.14 ;;
        esac
    done 2> /dev/null
    echo "$problem: this project needs Python 3.11 to 3.14 with its venv module, which comes with" \
        "\`sudo apt install python$remedy-venv\` (Debian, Ubuntu)," \
        "\`sudo dnf install python$remedy\` (Fedora) or \`brew install python@$remedy\` (macOS)." >&2
    return 1
}

# make_environment FUNCTION NAME PYTHON
make_environment() {
    echo "Installing the Python packages into .venv with $2 (once; it takes about a minute)."
    rm -rf .venv
    mkdir .venv
    if ! "$1" "$3" > $LOG 2>&1; then
        echo "The installation failed: $(reason). The log is $LOG." >&2
        return 1
    fi
    origin > .venv/ready
}

with_uv() {
    uv venv --allow-existing --seed --python "$1" .venv &&
        install uv pip install --python .venv/bin/python
}

with_pip() {
    "$1" -m venv .venv &&
        install .venv/bin/python -m pip install --disable-pip-version-check --progress-bar off \
            --no-compile --use-pep517
}

# immutables has no wheel for Python 3.14 and would need a C compiler. Built with `true` for a
# compiler, it runs its own Python code instead of its C code, and that is enough for Snakemake.
# Where there is a wheel, nothing is built.
install() {
    awk '/^[a-z]/ { wanted = /^immutables==/ } wanted' requirements.txt > .venv/immutables.txt &&
        CC=true LDSHARED=true "$@" --no-cache-dir --require-hashes -r .venv/immutables.txt &&
        "$@" --require-hashes -r requirements.txt &&
        .venv/bin/python -I -c 'import shutil, sysconfig
shutil.copy("workflow/interruption.pth", sysconfig.get_path("purelib"))'
}

# Why the installation failed, as far as the log shows.
reason() {
    if grep -q "No space left" $LOG; then
        echo "the disk is full"
    elif grep -qE "NewConnectionError|NameResolutionError|dns error|tcp connect" $LOG; then
        echo "the package registry cannot be reached"
    else
        { grep -E "^ *(ERROR|error|×)" $LOG || cat $LOG; } | tail -n 1 | sed -E "s/^ *(ERROR|error): //"
    fi
}

main "$@"
