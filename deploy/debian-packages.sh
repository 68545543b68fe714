#!/bin/sh
# Install the Debian packages that gridmap needs and that are missing; say the line to run where it may not.
# Usage: debian-packages.sh python|database|browser|peers …
set -eu

missing=""

need() { # need PACKAGE FILE…: the package is there when one of the files is
    package=$1
    shift
    for file in "$@"; do
        [ -e "$file" ] && return
    done
    missing="$missing $package"
}

for part in "$@"; do
    case $part in
        python) # Debian's own comes without what makes virtual environments
            "${PYTHON:-python3}" -c "import ensurepip" 2>/dev/null || missing="$missing python3-venv"
            ;;
        database)
            [ -n "${GRIDMAP_DATABASE_URL:-}" ] && continue
            need postgresql /usr/lib/postgresql/*/bin/postgres
            need postgresql-postgis /usr/share/postgresql/*/extension/postgis.control
            ;;
        browser)
            need chromium /usr/bin/chromium
            need fonts-noto-cjk /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
            need libatomic1 /usr/lib/*/libatomic.so.1
            need gdal-bin /usr/bin/ogrinfo
            ;;
        peers) # of the benchmarks, which run in a cluster of their own
            need postgresql /usr/lib/postgresql/*/bin/postgres
            need postgresql-postgis /usr/share/postgresql/*/extension/postgis.control
            need wrk /usr/bin/wrk
            need nginx-light /usr/sbin/nginx
            need postgresql-pgrouting /usr/share/postgresql/*/extension/pgrouting.control
            ;;
    esac
done
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=""
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root="sudo"
else
    echo "These packages are missing:$missing" >&2
    echo "缺少以下软件包：$missing" >&2
    echo "Run / 请运行:  su -c 'apt-get update && apt-get install -y --no-install-recommends$missing'" >&2
    echo "Or use a PostgreSQL of your own: set GRIDMAP_DATABASE_URL. 也可设置 GRIDMAP_DATABASE_URL 使用已有数据库。" >&2
    exit 7
fi

# gridmap runs a private cluster; a fresh machine needs no other one.
if [ ! -e /etc/postgresql-common ]; then
    $as_root mkdir -p /etc/postgresql-common
    echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
fi

echo "Installing$missing" >&2
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
