#!/usr/bin/env bash
# Installs what the build needs and this machine lacks, a JDK and Maven: `./guidepost setup [--yes]` calls it with the JDK
# that is there, or an empty word, and the oldest version that will do.
#
# What the system's package manager has comes from there. The rest is downloaded from its vendor into a folder of its own,
# where the launcher looks, and is kept only if its SHA-256 is the one below.
#
# GUIDEPOST_TOOLS          the folder; default $XDG_DATA_HOME/guidepost or ~/.local/share/guidepost
# GUIDEPOST_JDK_URL, GUIDEPOST_MAVEN_URL        other addresses, such as a mirror's
# GUIDEPOST_JDK_SHA256, GUIDEPOST_MAVEN_SHA256  the sums of what is there, if it is something else
set -euo pipefail

jdk=${1?usage: ./guidepost setup [--yes]}
java_needed=${2?usage: ./guidepost setup [--yes]}
shift 2
tools=${GUIDEPOST_TOOLS:-}
[[ -n $tools || -z ${XDG_DATA_HOME:-${HOME:-}} ]] || tools=${XDG_DATA_HOME:-$HOME/.local/share}/guidepost
[[ -z $tools || $tools == /* ]] || tools=${PWD%/}/$tools

jdk_version=25.0.4.1+1
maven_needed=3.8.7 # as the root pom says
maven_version=3.9.11
maven_sha256=4b7195b6a4f5c81af4c0212677a32ee8143643401bc6e1e8412e6b06ea82beac

say() {
  printf 'guidepost setup: %s\n' "$*"
}

die() {
  printf 'guidepost setup: %s\n' "$*" >&2
  exit 2
}

sure=
for argument in "$@"; do
  case $argument in
    --yes | -y) sure=yes ;;
    *) die "unknown option \"$argument\"; there is only --yes" ;;
  esac
done

# The vendor's name of this platform and the sum of its file.
platform() {
  case $(uname -s)/$(uname -m) in
    Linux/x86_64) printf 'x64_linux dbb698396d478e7fa2b1e50f4103324b2a99b90569ee27c33f2261f9215cf41e' ;;
    Linux/aarch64) printf 'aarch64_linux 69df11a02cfa3ef7d7ca645e03edce6778ec090e100f6ae2b42097865730ac52' ;;
    Darwin/x86_64) printf 'x64_mac e6229d9504f7922053ab31821b9e6bee8761daf7b026a3476d1a027563009880' ;;
    Darwin/arm64) printf 'aarch64_mac 61979887f7506a24a57439ff99adb8b3a7fc89977d9cfe3b8984f58a981b7b9d' ;;
    *) die "no JDK is known for $(uname -s) on $(uname -m): install a JDK $java_needed yourself and set GUIDEPOST_JAVA_HOME" ;;
  esac
}

# The system's package manager, if it is one that we know, and this user may install with it.
manager() {
  local name
  for name in apt-get dnf brew; do
    if command -v "$name" >/dev/null && { [[ $name == brew || $(id -u) -eq 0 ]] || command -v sudo >/dev/null; }; then
      printf '%s' "$name"
      return
    fi
  done
}

# has PACKAGE: true if the package manager can install it.
has() {
  case $manager in
    apt-get) apt-cache show --no-all-versions "$1" >/dev/null 2>&1 ;;
    dnf) dnf -q list "$1" >/dev/null 2>&1 ;;
    brew) brew info --formula "$1" >/dev/null 2>&1 ;;
    *) false ;;
  esac
}

# fits VERSION: true if it is that of a Maven which will do, or of none that can be told.
fits() {
  local have=(0 0 0) need i
  [[ $1 =~ ^([0-9]+:)?([0-9]+)\.([0-9]+)\.?([0-9]*) ]] || return 0
  have=("${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]:-0}")
  IFS=. read -r -a need <<<"$maven_needed"
  for i in 0 1 2; do
    ((have[i] == need[i])) || return $((have[i] < need[i]))
  done
}

# The version of the Maven that is here, if it can be told: by the name of its library, else by the package that it is of.
maven_here() {
  local library
  for library in "$(dirname -- "$(readlink -f -- "$(command -v mvn)")")"/../lib/maven-core-*.jar; do
    library=${library##*/maven-core-}
    if [[ $library =~ ^[0-9]+\.[0-9]+\.[0-9] ]]; then
      printf '%s' "${library%.jar}"
      return
    fi
  done
  dpkg-query --show --showformat='${Version}' maven 2>/dev/null || true
}

# The version of the Maven that the package manager has; nothing if it has none, or always the newest.
maven_there() {
  case $manager in
    apt-get) apt-cache show --no-all-versions maven 2>/dev/null | sed -n 's/^Version: //p' ;;
    dnf) dnf -q list maven 2>/dev/null | sed -n 's/^maven[^ ]* *\([^ ]*\).*/\1/p' ;;
  esac
}

# The first of these packages that there is.
first() {
  local name
  for name in "$@"; do
    if has "$name"; then
      printf '%s' "$name"
      return
    fi
  done
}

sha256() {
  if command -v sha256sum >/dev/null; then
    sha256sum "$1" | cut -d' ' -f1
  else
    shasum -a 256 "$1" | cut -d' ' -f1
  fi
}

# download ADDRESS SUM FOLDER: unpacks what is there into the folder, all of it or nothing.
download() {
  local address=$1 sum=$2 folder=$3 got
  mkdir -p "$tools" || die "$tools cannot be made; GUIDEPOST_TOOLS names another folder"
  part=$(mktemp -d "$tools/.part.XXXXXX") || die "$tools cannot be written to; GUIDEPOST_TOOLS names another folder"
  say "downloading $address"
  if command -v curl >/dev/null; then
    curl --fail --location --silent --show-error --retry 2 --output "$part/file" "$address" ||
      die "cannot download $address; GUIDEPOST_JDK_URL and GUIDEPOST_MAVEN_URL name other addresses"
  elif command -v wget >/dev/null; then
    wget --quiet --output-document="$part/file" "$address" ||
      die "cannot download $address; GUIDEPOST_JDK_URL and GUIDEPOST_MAVEN_URL name other addresses"
  else
    die "needs curl or wget to download, and found neither"
  fi
  got=$(sha256 "$part/file")
  (shopt -s nocasematch && [[ $got == "$sum" ]]) || die "$address is not what was expected: its SHA-256 is $got, and must be $sum; nothing was installed"
  mkdir "$part/tree"
  tar -xzf "$part/file" -C "$part/tree" --strip-components 1 || die "$address cannot be unpacked; nothing was installed"
  # A system with another C library, such as Alpine, cannot run what its vendor made for most.
  [[ ! -x $part/tree/bin/javac ]] || "$part/tree/bin/javac" -version >/dev/null 2>&1 ||
    die "the JDK of $address does not run on this system: install a JDK $java_needed of its own and set GUIDEPOST_JAVA_HOME; nothing was installed"
  rm -rf "$folder"
  mv "$part/tree" "$folder"
  rm -rf "$part"
  part=
  say "installed $folder"
}

part=
trap '[[ -z $part ]] || rm -rf "$part"' EXIT

manager=$(manager)
packages=()
downloads=()
if [[ -n $jdk ]]; then
  say "there is a JDK: $jdk"
else
  package=$(first "openjdk-$java_needed-jdk-headless" "temurin-$java_needed-jdk" "java-$java_needed-openjdk-devel" "openjdk@$java_needed")
  if [[ -n $package ]]; then
    packages+=("$package")
  else
    read -r name sum <<<"$(platform)"
    [[ -n $name ]] || exit 2
    address=https://github.com/adoptium/temurin$java_needed-binaries/releases/download/jdk-${jdk_version/+/%2B}
    address+=/OpenJDK${java_needed}U-jdk_${name}_hotspot_${jdk_version/+/_}.tar.gz
    downloads+=("${GUIDEPOST_JDK_URL:-$address}" "${GUIDEPOST_JDK_SHA256:-$sum}" "$tools/jdk-$jdk_version")
  fi
fi
maven=$(command -v mvn) || true
version=
[[ -z $maven ]] || version=$(maven_here)
if [[ -n $maven ]] && fits "$version"; then
  say "there is a Maven: $maven"
else
  [[ -z $maven ]] || say "there is a Maven $version: $maven; needed is $maven_needed or newer"
  package=$(first maven)
  if [[ -n $package && -z $maven ]] && fits "$(maven_there)"; then
    packages+=("$package")
  else
    address=https://archive.apache.org/dist/maven/maven-3/$maven_version/binaries/apache-maven-$maven_version-bin.tar.gz
    downloads+=("${GUIDEPOST_MAVEN_URL:-$address}" "${GUIDEPOST_MAVEN_SHA256:-$maven_sha256}" "$tools/apache-maven-$maven_version")
  fi
fi
if ((${#packages[@]} + ${#downloads[@]} == 0)); then
  say "nothing to do; ./guidepost serve builds and starts the server"
  exit
fi

((${#downloads[@]} == 0)) || [[ -n $tools ]] || die 'neither HOME nor XDG_DATA_HOME is set: GUIDEPOST_TOOLS must name a folder for the downloads'

install=()
if ((${#packages[@]})); then
  case $manager in
    apt-get) install=(apt-get install -y --no-install-recommends "${packages[@]}") ;;
    dnf) install=(dnf install -y "${packages[@]}") ;;
    brew) install=(brew install "${packages[@]}") ;;
  esac
  [[ $manager == brew || $(id -u) -eq 0 ]] || install=(sudo "${install[@]}")
fi
say "this is to be done:"
((${#install[@]} == 0)) || printf '  %s\n' "${install[*]}"
for ((i = 0; i < ${#downloads[@]}; i += 3)); do
  printf '  download %s\n    with SHA-256 %s\n    into %s\n' "${downloads[i]}" "${downloads[i + 1]}" "${downloads[i + 2]}"
done
if [[ -z $sure ]]; then
  [[ -t 0 ]] || die "nobody can be asked here: add --yes to do it"
  read -r -p 'Do it? [y/N] ' answer
  [[ $answer == [yY] || $answer == [yY][eE][sS] ]] || die "nothing was done"
fi
((${#install[@]} == 0)) || "${install[@]}" || die "${install[*]}: failed; why stands above"
for ((i = 0; i < ${#downloads[@]}; i += 3)); do
  download "${downloads[i]}" "${downloads[i + 1]}" "${downloads[i + 2]}"
done
say "all is there; ./guidepost serve builds and starts the server"
