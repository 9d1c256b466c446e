# Sourced by deploy/up and tests/run: checks what is expected, installs the Debian packages that are missing.
# Expects $root (the checkout) to be set.

runtime_packages=(postgresql janus janus-tools ffmpeg libreoffice-writer-nogui poppler-utils fonts-dejavu-core fonts-liberation2)
test_packages=(chromium coturn haproxy iproute2 nftables util-linux qpdf espeak-ng openssl procps softhsm2 ghostscript groff img2pdf libbcpkix-java libitext5-java libpdfbox2-java mupdf-tools openjdk-17-jdk-headless python3-reportlab texlive-latex-base)

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

require_tools() {
  command -v dotnet >/dev/null || die "The .NET SDK 10 is needed and was not found on the PATH."
  dotnet --list-sdks | grep -q '^10\.' || die "The .NET SDK 10 is needed; found: $(dotnet --list-sdks | tr '\n' ' ')"
  command -v node >/dev/null && command -v npm >/dev/null || die "Node.js 20.19 or newer is needed, with npm; not found on the PATH."
  node -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>20||(a===20&&b>=19)?0:1)' ||
    die "Node.js 20.19 or newer is needed; found $(node --version)."
}

# Installs the named packages that are missing. A system PostgreSQL cluster and the packaged Janus service (which has a
# well-known secret) must not come up by themselves: both are prevented before the packages arrive.
require_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    say "These Debian packages are missing. Install them once with this command, then start again:"
    die "  sudo '$root/deploy/lib/install' ${missing[*]}"
  fi
  say "Installing ${missing[*]} ..."
  "$root/deploy/lib/install" "${missing[@]}"
}
