#!/bin/sh
# Put Assay into PREFIX (by default ~/.local), or take it away again with --uninstall.
# Your work is not touched: it lives in your data folder, not here.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
prefix=${PREFIX:-$HOME/.local}
refresh() {
    if command -v update-desktop-database > /dev/null 2>&1; then
        update-desktop-database -q "$prefix/share/applications" || true
    fi
}
if [ "${1:-}" = "--uninstall" ]; then
    rm -rf "$prefix/lib/assay" "$prefix/bin/assay" "$prefix/share/applications/assay.desktop" \
        "$prefix/share/icons/hicolor/scalable/apps/assay.svg"
    refresh
    echo "Assay was removed from $prefix"
    exit 0
fi
mkdir -p "$prefix/lib" "$prefix/bin" "$prefix/share/applications" "$prefix/share/icons/hicolor/scalable/apps"
# A new version is laid beside the old one and takes its place at once.
rm -rf "$prefix/lib/assay.new"
cp -R "$here/assay" "$prefix/lib/assay.new"
rm -rf "$prefix/lib/assay"
mv "$prefix/lib/assay.new" "$prefix/lib/assay"
ln -sf ../lib/assay/assay "$prefix/bin/assay"
cp "$here/assay.svg" "$prefix/share/icons/hicolor/scalable/apps/assay.svg"
sed "s|^Exec=assay|Exec=\"$prefix/bin/assay\"|" "$here/assay.desktop" > "$prefix/share/applications/assay.desktop"
refresh
echo "Assay is in $prefix/bin/assay"
