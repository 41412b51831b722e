#!/usr/bin/env bash
# Tests what `./guidepost package all` made, each as its user would use it: where there is no Java.
#
#   tar    unpacked in a folder with a blank in its name, on a PATH without Java; a route is added, found after a restart, and
#          commands go on working once they are warm
#   deb    its files, its settings checked by its own program, its systemd unit verified; installed in a Debian of its own, run
#          as its user, installed over itself, and purged: data stay
#   image  its layer unpacked, its command and its health check run in a chroot as its user
#   wheel  installed in an empty environment, and used against the server of the tar
#   maven  every library with its pom, sources and documentation
#   bill   names every jar of the program
#
# A kind that was not made is not tested. What cannot be tested here is said. Usage: packaging/test.sh [FOLDER WITH THE PACKAGES]
set -euo pipefail

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
packages=$(cd "${1:-$root/packaging/target}" && pwd)
work=$(mktemp -d)
server=
export LC_ALL=C

stop() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  umount "$work/debian/proc" "$work/rootfs/proc" "$work/rootfs" 2>/dev/null || true
  chmod -R u+rwX "$work" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT

fail() {
  printf 'packaging/test.sh: %s\n' "$*" >&2
  exit 1
}

# millis: a clock.
millis() {
  date +%s%3N
}

# A PATH with what a shell needs, and nothing else.
path=$work/path
mkdir -p "$path"
for tool in sh readlink dirname sed sleep mkdir mktemp rm mv cp cat chmod grep env; do
  ln -s "$(readlink -f "$(command -v "$tool")")" "$path/$tool"
done
bare=(env -i "PATH=$path" "HOME=$work")

# serve LOG COMMAND...: starts a server and waits until it listens; its process is $server, and its address $address.
serve() {
  local log=$1 tries
  shift
  "$@" >"$log" 2>&1 &
  server=$!
  for ((tries = 0; tries < 6000; tries++)); do
    if grep -q '^listening on' "$log"; then
      address=$(sed -n 's/^listening on \[\([^],]*\).*/\1/p' "$log")
      return
    fi
    kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$log")"
    sleep 0.05
  done
  fail "the server does not listen: $(cat "$log")"
}

end() {
  kill "$server"
  wait "$server" || fail "the server ended with $?"
  server=
}

# one PATTERN: the one package of a kind.
one() {
  local found
  found=$(find "$packages" -maxdepth 1 -name "$1" | head -1)
  [[ -n $found ]] || fail "there is no $1 in $packages"
  printf '%s' "$found"
}

# has PATTERN: true if there is a package of a kind.
has() {
  [[ -n $(find "$packages" -maxdepth 1 -name "$1" -print -quit) ]]
}

# Against the server that runs.
test_wheel() {
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install --quiet --disable-pip-version-check "$(one 'guidepost_client-*.whl')"
  (cd "$work" && "$work/python/bin/python" - "$address" <<'PYTHON') || fail "wheel: it cannot be used"
import sys

import guidepost

with guidepost.Client(sys.argv[1]) as client:
    found = client.routes.lookup("203.0.113.77")
    assert found is not None and found.route.next_hop == "198.51.100.1", found
PYTHON
  printf 'wheel: finds a route, in an empty environment\n'
}

test_bill() {
  local bill jar name
  bill=$(one 'guidepost-*.cdx.json')
  while IFS= read -r jar; do
    name=$(basename "$jar" .jar)
    grep -qF "\"${name%-[0-9]*}\"" "$bill" || grep -qF "/${name%%-[0-9]*}@" "$bill" || fail "bill: it does not name $name"
  done < <(tar --zstd --list --file="$(one 'guidepost-*.tar.zst')" | grep '^guidepost-[^/]*/lib/[^/]*\.jar$')
  printf 'bill: names every jar\n'
}

test_maven() {
  local repository=$work/maven pom
  mkdir -p "$repository"
  tar --extract --file="$(one 'guidepost-*-maven.tar')" --directory="$repository"
  while IFS= read -r pom; do
    [[ $pom != */guidepost-server/guidepost/* ]] || continue
    for each in .jar -sources.jar -javadoc.jar; do
      unzip -l "${pom%.pom}$each" >/dev/null || fail "maven: no ${pom%.pom}$each"
    done
  done < <(find "$repository" -name '*.pom')
  [[ $(find "$repository" -name '*.pom' | wc -l) -ge 11 ]] || fail "maven: libraries are missing"
  printf 'maven: %d libraries with sources and documentation\n' $(($(find "$repository" -name '*.pom' | wc -l) - 1))
}

test_tar() {
  local home=$work/'a folder' begun first program
  mkdir -p "$home"
  begun=$(millis)
  tar --zstd --extract --file="$(one 'guidepost-*.tar.zst')" --directory="$home"
  program=$(echo "$home"/guidepost-*/bin/guidepost)
  [[ -x $program ]] || fail "tar: no bin/guidepost"
  serve "$work/log" "${bare[@]}" "$program" serve --data "$work/data" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  "${bare[@]}" "$program" route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null
  first=$(millis)
  printf 'tar: %d ms from unpacking to the first answer, without caches\n' $((first - begun))
  printf 'tar: %d MB resident\n' $(($(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$server/status") / 1000))
  end
  "${bare[@]}" "$program-warm" || fail "tar: guidepost-warm fails"
  begun=$(millis)
  serve "$work/log" "${bare[@]}" "$program" serve --data "$work/data" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  printf 'tar: %d ms to listening, warm\n' $(($(millis) - begun))
  begun=$(millis)
  "${bare[@]}" "$program" route get 203.0.113.77 --server "$address" | grep -q 198.51.100.1 || fail "tar: the route is gone"
  printf 'tar: %d ms for a command, warm\n' $(($(millis) - begun))
  if has 'guidepost_client-*.whl'; then test_wheel; fi
  end
  [[ -s $home/$(basename "${program%/bin/guidepost}")/LICENSE ]] || fail "tar: no LICENSE"
  for each in NOTICE licenses/java/java.base/LICENSE; do
    [[ -s ${program%/bin/guidepost}/$each ]] || fail "tar: no $each"
  done
}

test_deb() {
  local deb tree=$work/deb said
  deb=$(one 'guidepost_*.deb')
  dpkg-deb --extract "$deb" "$tree"
  dpkg-deb --control "$deb" "$tree/DEBIAN"
  said=$(find "$tree" ! -user "$(id -un)" -o -perm -o+w ! -type l)
  [[ -z $said ]] || fail "deb: $said"
  dpkg-deb --contents "$deb" | awk '$2 != "root/root"' | grep . && fail "deb: files that are not root's"
  "${bare[@]}" "$tree/usr/lib/guidepost/bin/guidepost" config check "$tree/etc/guidepost/guidepost.yaml" >/dev/null ||
    fail "deb: its settings are refused"
  if command -v systemd-analyze >/dev/null; then
    # As installed, but for where the program is.
    sed "s|=/usr/bin/guidepost |=$tree/usr/lib/guidepost/bin/guidepost |" \
      "$tree/usr/lib/systemd/system/guidepost.service" >"$work/guidepost.service"
    said=$(systemd-analyze verify "$work/guidepost.service" 2>&1 || true)
    [[ -z $said ]] || fail "deb: systemd-analyze verify says: $said"
    said=$(systemd-analyze security --offline=true "$work/guidepost.service" 2>/dev/null |
      sed -n 's/.*exposure level for guidepost.service: \([0-9.]*\).*/\1/p')
    awk -v level="$said" 'BEGIN { exit !(level != "" && level <= 1.5) }' || fail "deb: exposure $said"
    printf 'deb: unit verified, exposure %s\n' "$said"
  else
    printf 'deb: systemd-analyze is not installed: the unit is not verified\n'
  fi
}

# Installed where nothing is but a small Debian.
test_installed() {
  local debian=$work/debian said
  if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null; then
    printf 'deb: only root with debootstrap can install it in a Debian of its own: not done\n'
    return
  fi
  debootstrap --variant=minbase --include=adduser stable "$debian" >"$work/debootstrap" 2>&1 || {
    printf 'deb: a small Debian cannot be made here: it is not installed\n'
    return
  }
  mount -t proc proc "$debian/proc" 2>/dev/null || {
    printf 'deb: nothing can be mounted here: it is not installed\n'
    return
  }
  cp "$(one 'guidepost_*.deb')" "$debian/guidepost.deb"
  inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$(command -v chroot)" "$debian" "$@"
  }
  inside dpkg --install /guidepost.deb >"$work/dpkg" 2>&1 || fail "deb: $(cat "$work/dpkg")"
  inside guidepost --version | grep -q '^guidepost ' || fail "deb: guidepost does not run"
  inside install -d -o guidepost -g guidepost -m 700 /var/lib/guidepost
  as_guidepost=("$(command -v chroot)" --userspec=guidepost:guidepost "$debian")
  serve "$work/log" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "${as_guidepost[@]}" guidepost serve \
    --config /etc/guidepost/guidepost.yaml --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  inside guidepost route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null || fail "deb: no route can be added"
  end
  inside dpkg --install /guidepost.deb >"$work/dpkg" 2>&1 || fail "deb: over itself: $(cat "$work/dpkg")"
  serve "$work/log" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "${as_guidepost[@]}" guidepost serve \
    --config /etc/guidepost/guidepost.yaml --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  inside guidepost route get 203.0.113.77 --server "$address" | grep -q 198.51.100.1 || fail "deb: the route is gone"
  end
  inside dpkg --purge guidepost >"$work/dpkg" 2>&1 || fail "deb: $(cat "$work/dpkg")"
  said=$(find "$debian/usr/lib/guidepost" "$debian/etc/guidepost" "$debian/var/cache/guidepost" 2>/dev/null | head -3)
  [[ -z $said ]] || fail "deb: purged, and there is still $said"
  [[ -d $debian/var/lib/guidepost/journal || -n $(ls -A "$debian/var/lib/guidepost") ]] || fail "deb: purged, and the data are gone"
  umount "$debian/proc"
  printf 'deb: installed, upgraded and purged in a Debian of its own\n'
}

test_image() {
  local image=$work/image layer manifest config tree=$work/rootfs
  mkdir -p "$image" "$tree"
  tar --extract --file="$(one 'guidepost-*.oci.tar')" --directory="$image"
  (cd "$image/blobs/sha256" && for each in *; do printf '%s  %s\n' "$each" "$each"; done | sha256sum --check --quiet) ||
    fail "image: a blob is not what its name says"
  manifest=$(sed 's/.*"digest":"sha256:\([0-9a-f]*\)".*/\1/' "$image/index.json")
  config=$(sed 's/.*"config":{[^}]*sha256:\([0-9a-f]*\)".*/\1/' "$image/blobs/sha256/$manifest")
  layer=$(sed 's/.*"layers":\[{[^}]*sha256:\([0-9a-f]*\)".*/\1/' "$image/blobs/sha256/$manifest")
  grep -q '"User":"10001:10001"' "$image/blobs/sha256/$config" || fail "image: it does not name its user"
  if [[ $(id -u) != 0 ]]; then
    printf 'image: only root may enter a chroot: its command is not run\n'
    return
  fi
  tar --extract --gzip --file="$image/blobs/sha256/$layer" --directory="$tree" --numeric-owner
  mkdir -p "$tree/proc" "$tree/dev"
  # Java finds the file system of a file by its mount: a root of its own must be one.
  if ! mount --bind "$tree" "$tree" 2>/dev/null || ! mount -t proc proc "$tree/proc" 2>/dev/null; then
    printf 'image: nothing can be mounted here: its command is not run\n'
    return
  fi
  mknod -m 666 "$tree/dev/urandom" c 1 9
  mknod -m 666 "$tree/dev/random" c 1 8
  mknod -m 666 "$tree/dev/null" c 1 3
  local arguments
  mapfile -t arguments < <(tr -d '\n' <"$image/blobs/sha256/$config" |
    sed 's/.*"Entrypoint":\[\([^]]*\)\].*/\1/; s/","/\n/g; s/^"//; s/"$//')
  serve "$work/log" env -i LC_ALL=C.UTF-8 "$(command -v chroot)" --userspec=10001:10001 "$tree" "${arguments[@]}" \
    serve --data /data --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  env -i LC_ALL=C.UTF-8 "$(command -v chroot)" --userspec=10001:10001 "$tree" "${arguments[@]}" \
    route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null || fail "image: a route cannot be added"
  local health
  mapfile -t health < <(tr -d '\n' <"$image/blobs/sha256/$config" |
    sed 's/.*"Healthcheck":{"Test":\["CMD",\([^]]*\)\].*/\1/; s/","/\n/g; s/^"//; s/"$//')
  env -i LC_ALL=C.UTF-8 "$(command -v chroot)" --userspec=10001:10001 "$tree" "${health[@]}" >/dev/null ||
    fail "image: its health check says that it is not well"
  end
  ! env -i LC_ALL=C.UTF-8 "$(command -v chroot)" --userspec=10001:10001 "$tree" "${health[@]}" >/dev/null 2>&1 ||
    fail "image: its health check says that a server is well which is not there"
  printf 'image: its command serves, as its user, in a root of its own, and its health check tells\n'
}

(cd "$packages" && sha256sum --check --quiet SHA256SUMS) || fail "SHA256SUMS"
if has 'guidepost-*.tar.zst'; then
  test_tar
  test_bill
fi
if has 'guidepost_*.deb'; then
  test_deb
  test_installed
fi
if has 'guidepost-*.oci.tar'; then test_image; fi
if has 'guidepost-*-maven.tar'; then test_maven; fi
printf 'packages: all is well\n'
