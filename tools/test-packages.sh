#!/usr/bin/env bash
# Installs the Debian packages that the browser tests need, where that is possible: chromium, and
# fonts for every script we write. Where it is not, says what is missing and ends well: the browser
# tests then skip, with the reason.
set -uo pipefail

missing=()
command -v chromium >/dev/null || missing+=(chromium)
# has_font LANGUAGE: is there any font for it? nl is Latin, uk Cyrillic, ar, fa and ps Arabic, am and
# ti Ge'ez script.
has_font() { command -v fc-list >/dev/null && [ -n "$(fc-list ":lang=$1" family)" ]; }
for language in nl uk ar fa ps am ti; do
    has_font "$language" || { missing+=(fontconfig fonts-noto-core); break; }
done
has_font und-zsye || missing+=(fonts-noto-color-emoji)

[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    echo "Browser tests need packages that are missing and cannot be installed from here: ${missing[*]}"
    exit 0
fi

echo "==> installing for the browser tests: ${missing[*]}"
# `env` because sudo drops variables set in front of it.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@"; }
if ! { apt update && apt install --no-install-recommends "${missing[@]}"; }; then
    echo "Could not install ${missing[*]}: the browser tests will skip."
fi
exit 0
