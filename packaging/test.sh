#!/usr/bin/env bash
# Tests what `./guidepost package all` made, each as its user would use it: where there is no Java.
#
#   tar    unpacked in a folder with blanks and letters in its name, where there is no Java and the locale is not installed; a route is
#          added, found after a restart, and commands go on working once they are warm, and once it is moved
#   deb    its files, its settings checked by its own program, its systemd unit verified; installed in a Debian of its own, run
#          as its user, installed over itself, and purged: data stay
#   image  its layer unpacked, its command and its health check run in a chroot as its user
#   wheel  installed in an empty environment of each Python that is here, and used against the server of the tar
#   maven  every library with its pom, sources and documentation; a program elsewhere is built with one of them, and run
#   go     a program elsewhere gets the module from the folder as from a proxy, and is run
#   npm    a program elsewhere installs the package, its types are checked, and it is run
#   version: the script that writes it leaves none of the one before
#   bill   fits the schema of CycloneDX, names every jar of the program, and no other
#
# A kind that was not made is not tested. What cannot be tested here is said. Usage: packaging/test.sh [FOLDER WITH THE PACKAGES]
#
# GUIDEPOST_OLDER   a folder with the packages of an older version or commit, from whose deb to upgrade; default: the same one, called older
set -euo pipefail

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
packages=$(cd "${1:-$root/packaging/target}" && pwd)
work=$(mktemp -d)
server=
address=
debian=
export LC_ALL=C

stop() {
  [[ -z $server ]] || kill "$server" 2>/dev/null || true
  umount "$work/debian/proc" "$work/debian" "$work/rootfs/proc" "$work/rootfs" 2>/dev/null || true
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
bare=(env -i "PATH=$path" "HOME=$work" LANG=xx_YY.UTF-8) # a locale that is not here

# serve LOG COMMAND...: starts a server and waits until it listens; its process is $server, and its address $address.
serve() {
  local log=$1 tries
  shift
  : >"$log" # here, since the server's own shell may do so after we have read what the last one said
  "$@" >"$log" 2>&1 &
  server=$!
  for ((tries = 0; tries < 6000; tries++)); do
    if grep -qs '^listening on' "$log"; then
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

# Against the server that runs, at $address, and on $web for those without gRPC: it has the route of 203.0.113.0/24.

test_wheel() {
  local python wheel made=
  wheel=$(one 'guidepost_client-*.whl')
  for python in python3 python3.1{0..4} "$HOME"/.pyenv/versions/3.1[0-4]*/bin/python3; do
    # Some stand-ins say only when they are called that they are none.
    "$python" -c "import venv" >/dev/null 2>&1 || continue
    python=$("$python" -c 'import os, sys; print(os.path.realpath(sys.executable))')
    [[ $made != *"|$python|"* ]] || continue
    made+="|$python|"
    rm -rf "$work/python"
    "$python" -m venv "$work/python"
    "$work/python/bin/pip" install --quiet --disable-pip-version-check "$wheel"
    (cd "$work" && "$work/python/bin/python" - "$address" <<'PYTHON') || fail "wheel: it cannot be used by $python"
import asyncio
import sys

import guidepost

with guidepost.Client(sys.argv[1]) as client:
    found = client.routes.lookup("203.0.113.77")
    assert found is not None and found.route.next_hop == "198.51.100.1", found


async def ask() -> None:
    async with guidepost.AsyncClient(sys.argv[1]) as client:
        found = await client.routes.lookup_many(["203.0.113.77"])
        assert len(found) == 1, found


asyncio.run(ask())
PYTHON
    printf 'wheel: finds a route, in an empty environment of %s\n' "$("$python" --version)"
  done
  [[ -n $made ]] || fail "wheel: there is no Python with venv"
}

test_go() {
  mkdir -p "$work/go"
  cat >"$work/go/main.go" <<'GO'
package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

func main() {
	client, err := guidepost.New(os.Args[1])
	if err != nil {
		panic(err)
	}
	found, ok, err := client.Routes().Lookup(context.Background(), netip.MustParseAddr("203.0.113.77"))
	fmt.Println(found.Route.NextHop, ok, err)
}
GO
  local kept settings get row
  kept=$(go env GOMODCACHE)
  row=$(grep '^| Go | ' "$root/docs/operating/install.md")
  settings=$(sed -n 's/^| Go | `[^`]*` | `\(export [^`]*\)`.*/\1/p' <<<"$row")
  get=$(sed -n 's/.*`\(go get [^`]*\)` |$/\1/p' <<<"$row")
  [[ -n $settings && -n $get ]] || fail "go: the instructions have no commands: $row"
  (
    # The commands of the instructions: the module from the folder, what it needs from what is here already, else from where it
    # always comes.
    export GOPROXY="file://$kept/cache/download,$(go env GOPROXY)" GOMODCACHE=$work/modules GOFLAGS=-modcacherw
    mkdir -p "$work/checkout/packaging"
    ln -s "$packages" "$work/checkout/packaging/target"
    cd "$work/checkout"
    eval "$settings"
    cd "$work/go"
    go mod init elsewhere
    eval "$get"
    go run . "$address"
  ) >"$work/go.out" 2>&1 || fail "go: $(tail -20 "$work/go.out")"
  grep -q '^198.51.100.1 true <nil>$' "$work/go.out" || fail "go: $(tail -3 "$work/go.out")"
  printf 'go: a program elsewhere finds a route\n'
}

test_npm() {
  local made wanted
  mkdir -p "$work/npm"
  cat >"$work/npm/main.ts" <<'TS'
import {createClient} from '@connectrpc/connect';
import {createGrpcWebTransport} from '@connectrpc/connect-node';
import {routes, watch} from 'guidepost';

declare const process: {argv: string[]; exit(code: number): never};
const transport = createGrpcWebTransport({baseUrl: `http://${process.argv[2]}`, httpVersion: '1.1'});
const client = createClient(routes.Routes, transport);
const {route} = await client.lookup({destination: '203.0.113.77'});
for await (const event of watch((start, signal) => client.watch({start}, {signal}))) {
  if (event.type === 'reset') continue;
  if (event.message.part.case === 'snapshot') {
    console.log(JSON.stringify(route?.nextHop ?? null), event.message.part.value.routes.length);
    process.exit(0);
  }
}
TS
  printf '{"type": "module", "private": true}' >"$work/npm/package.json"
  (
    cd "$work/npm"
    npm install --no-audit --no-fund --loglevel=error "$(one 'guidepost-[0-9]*.tgz')" @connectrpc/connect-node@2.3.0 typescript@7.0.2
    npx tsc --strict --exactOptionalPropertyTypes --target es2024 --module nodenext --skipLibCheck false main.ts
    node main.js "$web"
  ) >"$work/npm.out" 2>&1 || fail "npm: $(tail -20 "$work/npm.out")"
  wanted=$(sed -n 's|^  <version>\([^<]*\)</version>.*|\1|p' "$root/pom.xml" | head -1)
  made=$(node -p "require('$work/npm/node_modules/guidepost/package.json').version")
  [[ $made == "${wanted/-SNAPSHOT/-dev.0}" ]] || fail "npm: its version is $made, and the poms' $wanted"
  grep -q '"198.51.100.1" 1' "$work/npm.out" || fail "npm: $(tail -5 "$work/npm.out")"
  printf 'npm: a program elsewhere is compiled, finds a route and watches\n'
}

# The Java libraries, unpacked as a repository.
test_maven() {
  local repository=$work/maven pom version
  mkdir -p "$repository"
  tar --extract --file="$(one 'guidepost-*-maven.tar')" --directory="$repository"
  while IFS= read -r pom; do
    [[ $pom != */guidepost-server/guidepost/* ]] || continue
    for each in .jar -sources.jar -javadoc.jar; do
      unzip -l "${pom%.pom}$each" >/dev/null || fail "maven: no ${pom%.pom}$each"
    done
  done < <(find "$repository" -name '*.pom')
  [[ $(find "$repository" -name '*.pom' | wc -l) -ge 11 ]] || fail "maven: libraries are missing"
  (cd "$repository" && find . -name '*.sha256' | while IFS= read -r each; do
    printf '%s  %s\n' "$(<"$each")" "${each%.sha256}"
  done | sha256sum --check --quiet) || fail "maven: a file is not what its sum says"
  printf 'maven: %d libraries with sources and documentation\n' $(($(find "$repository" -name '*.pom' | wc -l) - 1))
  [[ -n ${address:-} ]] || return 0
  version=$(basename "$(find "$repository" -path '*/client/*' -name '*.pom' -printf '%h')")
  mkdir -p "$work/java/src/main/java"
  cat >"$work/java/src/main/java/Main.java" <<'JAVA'
import guidepost.client.GuidepostClient;
import guidepost.routes.v1.LookupRequest;
import guidepost.routes.v1.RoutesGrpc;
import io.grpc.ManagedChannelBuilder;
import java.time.Duration;

public final class Main {
  public static void main(String[] arguments) {
    var channel = ManagedChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
    var found =
        RoutesGrpc.newBlockingStub(channel)
            .lookup(LookupRequest.newBuilder().setDestination("203.0.113.77").build());
    System.out.println("found " + found.getRoute().getNextHop());
    try (var client = new GuidepostClient(channel, Duration.ofSeconds(600))) {
      System.out.println("of " + client.getClass().getName());
    }
  }
}
JAVA
  cat >"$work/java/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>elsewhere</groupId>
  <artifactId>elsewhere</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.release>25</maven.compiler.release>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <repositories>
    <repository><id>guidepost</id><url>file://$repository</url></repository>
  </repositories>
  <dependencies>
    <dependency>
      <groupId>io.github.guidepost-server</groupId>
      <artifactId>client</artifactId>
      <version>$version</version>
    </dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-compiler-plugin</artifactId><version>3.16.0</version>
  </plugin></plugins></build>
</project>
POM
  # A local repository of its own: ours may hold the libraries of another build.
  "$root/guidepost" maven -q -f "$work/java/pom.xml" -Dmaven.repo.local="$work/m2" compile \
    org.codehaus.mojo:exec-maven-plugin:3.5.0:java -Dexec.mainClass=Main -Dexec.args="$address" >"$work/java.out" 2>&1 ||
    fail "maven: $(tail -20 "$work/java.out")"
  grep -q 'found 198.51.100.1$' "$work/java.out" || fail "maven: $(tail -5 "$work/java.out")"
  printf 'maven: a program elsewhere finds a route\n'
}

test_bill() {
  local bill
  bill=$(one 'guidepost-*.cdx.json')
  tar --zstd --list --file="$(one 'guidepost-*.tar.zst')" | sed -n 's|^guidepost-[^/]*/lib/\([^/]*\)\.jar$|\1|p' >"$work/jars"
  python3 -m venv "$work/schema"
  "$work/schema/bin/pip" install --quiet --disable-pip-version-check 'cyclonedx-python-lib[json-validation]==11.12.0'
  tar --zstd --list --file="$(one 'guidepost-*.tar.zst')" | sed -n 's|^guidepost-[^/]*/licenses/\([^/]*\)/$|\1|p' >"$work/texts"
  "$work/schema/bin/python" - "$bill" "$work/jars" "$work/texts" <<'PYTHON' || fail "bill: it is wrong"
import json
import re
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = open(sys.argv[1], encoding="utf-8").read()
bill = json.loads(text)
wrong = JsonStrictValidator(SchemaVersion.from_version(bill["specVersion"])).validate_str(text)
if wrong is not None:
    sys.exit(f"it does not fit its schema: {wrong}")
components = [bill["metadata"]["component"], *bill["components"]]
named = {f'{each["name"]}-{each["version"]}' for each in components if each["purl"].startswith("pkg:maven/")}
jars = {re.sub(r"-(linux-x86_64|linux-aarch_64)$", "", line.strip()) for line in open(sys.argv[2])}
if jars != named:
    sys.exit(f"not named: {sorted(jars - named)}; named, and not there: {sorted(named - jars)}")
bare = [each["name"] for each in components if not each.get("licenses")]
if bare:
    sys.exit(f"without a licence: {bare}")
# Apache-2.0 has the text of the program's own; some ask for none.
shown = {line.strip() for line in open(sys.argv[3])}
silent = [
    each["name"]
    for each in bill["components"]
    if each["purl"].startswith("pkg:maven/")
    and not {str(list(said.get("license", said).values())[0]) for said in each["licenses"]} & {"Apache-2.0", "CC0-1.0", "0BSD", "MIT-0"}
    and f'{each["name"]}-{each["version"]}' not in shown
]
if silent:
    sys.exit(f"no text of the licence in the package: {silent}")
if not any(each["purl"].startswith("pkg:generic/openjdk@") for each in components):
    sys.exit("it does not name the Java runtime")
npm = sum(each["purl"].startswith("pkg:npm/") for each in components)
print(f"bill: fits CycloneDX {bill['specVersion']}, names {len(jars)} jars and {npm} packages of the pages, each with its licence")
PYTHON
}

# test_tls PROGRAM: both ports with TLS, where only a certificate lets in.
test_tls() {
  local program=$1 held=$server at=$address certs=$work/certs said
  "${bare[@]}" "$program" cert dev "$certs" >/dev/null
  serve "$work/tls" "${bare[@]}" "$program" serve --data "$work/tls-data" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0 \
    --tls-certificate "$certs/server.pem" --tls-key "$certs/server.key" --tls-client-ca "$certs/ca.pem" --access-file "$certs/access.yaml"
  "${bare[@]}" "$program" status --server "$address" --ca "$certs/ca.pem" --cert "$certs/client.pem" --key "$certs/client.key" >/dev/null ||
    fail "tar: no call over TLS"
  ! "${bare[@]}" "$program" status --server "$address" --ca "$certs/ca.pem" >/dev/null 2>&1 || fail "tar: anybody may call over TLS"
  until grep -q 'web port on ' "$work/tls"; do
    kill -0 "$server" || fail "tar: the server ended: $(cat "$work/tls")"
    sleep 0.05
  done
  said=$(curl --silent --show-error --cacert "$certs/ca.pem" --cert "$certs/client.pem" --key "$certs/client.key" \
    "https://localhost:$(sed -n 's|.*web port on .*:||p' "$work/tls")/v1/routes:lookup?destination=203.0.113.77")
  [[ $said == *DESTINATION_UNCOVERED* ]] || fail "tar: over HTTPS: $said"
  end
  server=$held address=$at
  printf 'tar: TLS on both ports\n'
}

# test_trimmed PROGRAM: what a package's jars were freed of is missed by nobody: GPX is read and written, and a line edited at a terminal.
test_trimmed() {
  local program=$1 said
  printf '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><wpt lat="47.5" lon="8.5"><name>Hut &amp; spring</name></wpt></gpx>' >"$work/point.gpx"
  "${bare[@]}" "$program" feature import "$work/point.gpx" --server "$address" >/dev/null || fail "tar: GPX is not read"
  said=$("${bare[@]}" "$program" feature export --format gpx --server "$address") || fail "tar: GPX is not written"
  [[ $said == *'Hut &amp; spring'* ]] || fail "tar: written as GPX: $said"
  said=$(python3 - "$program" "$address" <<'PYTHON'
import fcntl, os, pty, struct, sys, termios

child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    environment = {"PATH": "/usr/bin:/bin", "TERM": "xterm", "HOME": "/nonexistent"}
    os.execve(sys.argv[1], [sys.argv[1], "chat", "47.5,8.5", "--server", sys.argv[2]], environment)
said = b""


def read_until_prompt(number):
    global said
    while said.count(b"> ") < number:
        said += os.read(terminal, 4096)


try:
    read_until_prompt(1)
    os.write(terminal, b"icy rode\x7f\x7fad\r") # two letters are deleted
    read_until_prompt(2)
    os.write(terminal, b"\x04") # the end
    read_until_prompt(99)
except OSError: # the other side is closed
    pass
_, status = os.waitpid(child, 0)
print(status, said)
PYTHON
  )
  [[ $said == '0 '* ]] || fail "tar: a chat at a terminal: $said"
  said=$("${bare[@]}" "$program" note list --near 47.5,8.5 --server "$address") || fail "tar: notes cannot be listed"
  [[ $said == *'icy road'* ]] || fail "tar: what was edited at a terminal became: $said"
  printf 'tar: GPX is read and written, and a line edited at a terminal\n'
}

test_tar() {
  local home=$work/'ein Wegweiser für alle' begun first program said
  mkdir -p "$home"
  begun=$(millis)
  tar --zstd --extract --file="$(one 'guidepost-*.tar.zst')" --directory="$home"
  program=$(echo "$home"/guidepost-*/bin/guidepost)
  [[ -x $program ]] || fail "tar: no bin/guidepost"
  serve "$work/log" "${bare[@]}" "$program" serve --data "$work/Wege für alle" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  "${bare[@]}" "$program" route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null
  "${bare[@]}" "$program" health --data "$work/Wege für alle" >/dev/null || fail "tar: it is not found by the folder of its data"
  first=$(millis)
  printf 'tar: %d ms from unpacking to the first answer, without caches\n' $((first - begun))
  end
  # With the settings of a real server around it, as an operator may have them.
  "${bare[@]}" GUIDEPOST_TLS_CERTIFICATE=/nonexistent GUIDEPOST_SERVER=nowhere:1 "$program-warm" || fail "tar: guidepost-warm fails"
  begun=$(millis)
  serve "$work/log" "${bare[@]}" "$program" serve --data "$work/Wege für alle" --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  printf 'tar: %d ms to listening, warm\n' $(($(millis) - begun))
  begun=$(millis)
  "${bare[@]}" "$program" route get 203.0.113.77 --server "$address" | grep -q 198.51.100.1 || fail "tar: the route is gone"
  printf 'tar: %d ms for a command, warm\n' $(($(millis) - begun))
  until grep -q 'web port on ' "$work/log"; do
    kill -0 "$server" || fail "tar: the server ended: $(cat "$work/log")"
    sleep 0.05
  done
  web=$(sed -n 's|.*web port on http://||p' "$work/log")
  test_tls "$program"
  test_trimmed "$program"
  if has 'guidepost_client-*.whl'; then test_wheel; fi
  if has 'guidepost-*-maven.tar'; then test_maven; fi
  if [[ -d $packages/github.com ]]; then test_go; fi
  if has 'guidepost-[0-9]*.tgz'; then test_npm; fi
  end
  # Moved after it was warmed, as by an operator who gives each version a folder and one of them a short name.
  mv "${program%/bin/guidepost}" "$home/moved"
  program=$home/moved/bin/guidepost
  said=$("${bare[@]}" "$program" --version 2>&1) || fail "tar: moved after it was warmed: $said"
  # Where nothing can be written but the data: all that is native lies beside the program.
  serve "$work/log" "${bare[@]}" GUIDEPOST_JAVA_OPTS=-Djava.io.tmpdir=/nonexistent "$program" serve --data "$work/Wege für alle" \
    --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
  said=$("${bare[@]}" "$program" route get 203.0.113.77 --server "$address" 2>&1) || fail "tar: moved after it was warmed: $said"
  end
  [[ -s $home/moved/LICENSE ]] || fail "tar: no LICENSE"
  for each in NOTICE licenses/java/java.base/LICENSE licenses/java/java.xml/xerces.md licenses/sbom.cdx.json share/man/man1/guidepost.1 \
    share/bash-completion/completions/guidepost share/fish/vendor_completions.d/guidepost.fish lib/start.jsa; do
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
  for each in man/man1/guidepost.1.gz man/man1/guidepost-route-add.1.gz bash-completion/completions/guidepost \
    fish/vendor_completions.d/guidepost.fish doc/guidepost/copyright; do
    [[ -s $tree/usr/share/$each ]] || fail "deb: no /usr/share/$each"
  done
  bash -n "$tree/usr/share/bash-completion/completions/guidepost" || fail "deb: bash cannot read what completes its commands"
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

# inside COMMAND...: in the small Debian.
inside() {
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$(command -v chroot)" "$debian" "$@"
}

# serve_inside: a server as the service starts it, as its user.
serve_inside() {
  serve "$work/log" env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "$(command -v chroot)" --userspec=guidepost:guidepost "$debian" guidepost serve --config /etc/guidepost/guidepost.yaml \
    --listen 127.0.0.1:0 --web-listen 127.0.0.1:0
}

# shown: what the server has, but for when it was asked.
shown() {
  inside guidepost route list --json --server "$address" || fail "deb: routes cannot be listed"
  inside guidepost feature list --json --unnamed --server "$address" -- -90,-180 90,180 || fail "deb: features cannot be listed"
}

# verified WANT: what verify says of the data, with all that counts.
verified() {
  inside guidepost verify --json --data /var/lib/guidepost >"$work/verified" || fail "deb: verify: $(cat "$work/verified")"
  grep -q "$1" "$work/verified" || fail "deb: verify says $(cat "$work/verified"), and not $1"
}

# Installed where nothing is but a small Debian, by apt, over an older version with data of its own and of the oldest format.
test_installed() {
  local said newer older before
  debian=$work/debian
  if [[ $(id -u) != 0 ]] || ! command -v debootstrap >/dev/null; then
    printf 'deb: only root with debootstrap can install it in a Debian of its own: not done\n'
    return
  fi
  debootstrap --variant=minbase --include=adduser,libstdc++6,zlib1g stable "$debian" >"$work/debootstrap" 2>&1 || {
    printf 'deb: a small Debian cannot be made here: it is not installed\n'
    return
  }
  # Java finds the file system of a file by its mount: a root of its own must be one.
  { mount --bind "$debian" "$debian" && mount -t proc proc "$debian/proc"; } 2>/dev/null || {
    printf 'deb: nothing can be mounted here: it is not installed\n'
    return
  }
  newer=$(one 'guidepost_*.deb')
  older=$newer
  if [[ -n ${GUIDEPOST_OLDER:-} ]]; then
    older=$(find "$GUIDEPOST_OLDER" -maxdepth 1 -name 'guidepost_*.deb' | head -1)
    [[ -n $older ]] || fail "there is no deb in $GUIDEPOST_OLDER"
  fi
  if [[ $(dpkg-deb --field "$older" Version) == "$(dpkg-deb --field "$newer" Version)" ]]; then
    # Of the same version, before a release: called older, so that it is one.
    dpkg-deb --raw-extract "$older" "$work/older"
    sed -i 's/^Version: .*/Version: 0.0.1/' "$work/older/DEBIAN/control"
    dpkg-deb --root-owner-group -Znone --build "$work/older" "$debian/older.deb" >/dev/null
    rm -rf "$work/older"
  else
    cp "$older" "$debian/older.deb"
  fi
  cp "$newer" "$debian/newer.deb"

  inside apt-get install --yes /older.deb >"$work/apt" 2>&1 || fail "deb: $(cat "$work/apt")"
  older=$(inside dpkg-query --show --showformat='${Version}' guidepost)
  inside guidepost --version | grep -q '^guidepost ' || fail "deb: guidepost does not run"
  printf '\n# a line of the operator\n' >>"$debian/etc/guidepost/guidepost.yaml"
  inside install -d -o guidepost -g guidepost -m 700 /var/lib/guidepost
  serve_inside
  inside guidepost route add 203.0.113.0/24 --nh 198.51.100.1 --server "$address" >/dev/null || fail "deb: no route can be added"
  for ((i = 0; i < 20000; i++)); do
    printf '10.%d.%d.0/24,192.0.2.%d\n' $((i >> 8)) $((i & 255)) $((i % 250 + 1))
  done >"$work/routes.csv"
  { printf 'prefix,next_hop\n' && cat "$work/routes.csv"; } >"$debian/routes.csv"
  inside guidepost route import /routes.csv --server "$address" >"$work/import" 2>&1 || fail "deb: $(cat "$work/import")"
  printf '[{"name": "a tower", "location": {"latitude": 409146138, "longitude": -746188906}}]' >"$debian/features.json"
  inside guidepost feature import /features.json --server "$address" >"$work/import" 2>&1 || fail "deb: $(cat "$work/import")"
  shown >"$work/before"
  before=$(wc -l <"$work/before")
  ((before == 20002)) || fail "deb: $before routes and features, not 20002"
  # In the middle of its work, as an upgrade may find it.
  kill -KILL "$server"
  wait "$server" || true
  server=

  inside apt-get install --yes -o Dpkg::Options::=--force-confdef /newer.deb >"$work/apt" 2>&1 || fail "deb: over $older: $(cat "$work/apt")"
  [[ $(inside dpkg-query --show --showformat='${Version}' guidepost) != "$older" ]] || fail "deb: $older is still there"
  grep -q '^# a line of the operator' "$debian/etc/guidepost/guidepost.yaml" || fail "deb: the operator's settings are gone"
  verified '"routes":{"revision":[0-9]*,"entries":20001,"indexed":20001'
  inside chown -R guidepost:guidepost /var/lib/guidepost
  serve_inside
  shown >"$work/after"
  cmp "$work/before" "$work/after" || fail "deb: after the upgrade from $older there is something else"
  end
  inside test -r /usr/lib/guidepost/cache/client.aot || fail "deb: commands are not warm"
  said=$(inside find -L /usr/lib/guidepost/ /var/cache/guidepost ! -user root -o -perm /022)
  [[ -z $said ]] || fail "deb: what root runs can be changed by others: $said"

  for each in format-1 format-1-killed; do
    inside mv /var/lib/guidepost "/var/lib/guidepost-before-$each"
    mkdir "$debian/var/lib/guidepost"
    unzip -q "$root/journal/journal-rocksdb/src/test/resources/data-directories/$each.zip" -d "$debian/var/lib/guidepost"
    inside chown -R guidepost:guidepost /var/lib/guidepost
    serve_inside
    shown >"$work/oldest"
    [[ $(grep -c '"prefix"' "$work/oldest") == 8 && $(wc -l <"$work/oldest") == 12 ]] || fail "deb: of data of $each there is $(cat "$work/oldest")"
    end
    verified '"routes":{"revision":8,"entries":8,"indexed":8.*"features":{"revision":7,"entries":4,"indexed":4'
    grep -q '^guidepost data format 3$' "$debian/var/lib/guidepost/FORMAT" || fail "deb: data of $each are not of the newest format"
  done

  inside dpkg --install /newer.deb >"$work/dpkg" 2>&1 || fail "deb: over itself: $(cat "$work/dpkg")"
  # As "systemctl enable" does.
  mkdir -p "$debian/etc/systemd/system/multi-user.target.wants"
  ln -s /usr/lib/systemd/system/guidepost.service "$debian/etc/systemd/system/multi-user.target.wants/guidepost.service"
  inside dpkg --purge guidepost >"$work/dpkg" 2>&1 || fail "deb: $(cat "$work/dpkg")"
  said=$(find "$debian/usr/lib/guidepost" "$debian/etc/guidepost" "$debian/var/cache/guidepost" \
    "$debian/etc/systemd/system/multi-user.target.wants/guidepost.service" 2>/dev/null | head -3 || true)
  [[ -z $said ]] || fail "deb: purged, and there is still $said"
  [[ -f $debian/var/lib/guidepost/FORMAT ]] || fail "deb: purged, and the data are gone"
  umount "$debian/proc" "$debian"
  printf 'deb: installed by apt in a Debian of its own, upgraded from %s with data of now and of format 1, purged: nothing is lost\n' "$older"
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

# A version from one place: it is everywhere, and the one before nowhere.
test_version() {
  local copy=$work/version old
  mkdir "$copy"
  (cd "$root" && git ls-files -z '*pom.xml' packaging/deploy packaging/version.sh \
    docs/operating/install.md README.md CHANGELOG.md | xargs -0 cp --parents --target-directory "$copy")
  (cd "$copy" && git init --quiet && git add . && git -c user.name=test -c user.email=test@localhost commit --quiet --message before)
  old=$(sed -n 's|^  <version>\([0-9.]*[0-9]\).*</version>.*|\1|p' "$root/pom.xml" | head -1)
  "$copy/packaging/version.sh" 97.1.0 >/dev/null
  "$copy/packaging/version.sh" 98.0.0-SNAPSHOT >/dev/null
  [[ -z $(grep -lE "<version>${old//./\\.}(-SNAPSHOT)?<|97\.1\.0" -r "$copy" --include=pom.xml) ]] || fail "version: the one before stays in a pom"
  [[ $(git -C "$copy" ls-files '*pom.xml' | wc -l) == $(grep -l '<version>98.0.0-SNAPSHOT<' -r "$copy" --include=pom.xml | wc -l) ]] || fail "version: not in every pom"
  for each in packaging/deploy/compose.yaml docs/operating/install.md CHANGELOG.md README.md; do
    grep -q '98\.0\.0' "$copy/$each" || fail "version: not in $each"
  done
  grep -q '^Status: 98.0.0, unreleased\. One server' "$copy/README.md" || fail "version: the README says $(grep ^Status "$copy/README.md")"
  "$copy/packaging/version.sh" 98.0.0 >/dev/null
  grep -q '^Status: 98.0.0\. One server' "$copy/README.md" || fail "version: the README says $(grep ^Status "$copy/README.md")"
  grep -q '^## 98\.0\.0 (20' "$copy/CHANGELOG.md" || fail "version: no date in the changelog"
  printf 'version: one command writes it everywhere\n'
}

(cd "$packages" && sha256sum --check --quiet SHA256SUMS) || fail "SHA256SUMS"
test_version
if has 'guidepost-*.tar.zst'; then
  test_tar
  test_bill
fi
if has 'guidepost_*.deb'; then
  test_deb
  test_installed
fi
if has 'guidepost-*.oci.tar'; then test_image; fi
if ! has 'guidepost-*.tar.zst' && has 'guidepost-*-maven.tar'; then test_maven; fi
printf 'packages: all is well\n'
