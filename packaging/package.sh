#!/usr/bin/env bash
# Packages of what is built: `./guidepost package [tar|deb|image|maven|wheel|go|npm|all]` calls it with the JDK to use.
#
#   tar    guidepost-VERSION-linux-ARCH.tar.zst: unpack it anywhere and run bin/guidepost; it has its own Java runtime
#   deb    guidepost_VERSION_ARCH.deb: the same in /usr/lib/guidepost, with a systemd unit and a settings file
#   image  guidepost-VERSION-linux-ARCH.oci.tar: an OCI image layout, made without a daemon
#   maven  guidepost-VERSION-maven.tar: the Java libraries as a repository has them, with sources and documentation
#   wheel  the Python library, and its sources
#   go     the Go library, as a proxy of modules has it
#   npm    the TypeScript library
#   all    all of them (the default)
#
# They lie in packaging/target, which each run empties first, with a bill of what the program is made of (CycloneDX) and SHA256SUMS. Two runs on the same sources and tools make the same bytes: times are those of
# SOURCE_DATE_EPOCH, else of the last commit.
#
# GUIDEPOST_PACKAGE_LEVEL   how hard zstd tries, 1 to 22; default 22. For a trial 3: a minute less, and a quarter larger
set -euo pipefail

jdk=${1:?usage: ./guidepost package [tar|deb|image|maven|wheel|go|npm|all]}
kind=${2:-all}
root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
here=$root/packaging
out=$here/target
work=$out/work
export LC_ALL=C TZ=UTC
umask 022

die() {
  printf 'guidepost package: %s\n' "$*" >&2
  exit 2
}

# need COMMAND PACKAGE: what a kind of package is made with.
need() {
  command -v "$1" >/dev/null || die "needs $1, which is not installed: install the package $2"
}

case $kind in
  tar | deb | image | maven | wheel | go | npm | all) ;;
  *) die "unknown kind \"$kind\"; must be tar, deb, image, maven, wheel, go, npm or all" ;;
esac
# of KIND...: true if one of these is to be made.
of() {
  [[ $kind == all || " $* " == *" $kind "* ]]
}
need tar tar
need flock util-linux
if of tar deb; then need zstd zstd; fi
if of wheel; then need python3 python3; fi
if of go; then need go golang-go; fi
if of npm; then need npm npm; fi
[[ $kind != deb && $kind != all ]] || need dpkg-deb dpkg

case $(uname -m) in
  x86_64) platform=linux-x86_64 debian=amd64 oci=amd64 ;;
  aarch64) platform=linux-aarch64 debian=arm64 oci=arm64 ;;
  *) die "packages are made on Linux for x86_64 and aarch64 only" ;;
esac
version=$(sed -n 's|^    <version>\([^<]*\)</version>.*|\1|p' "$root/pom.xml" | head -1)
[[ -n $version ]] || version=$(sed -n 's|.*<version>\([^<]*\)</version>.*|\1|p' "$root/pom.xml" | head -1)
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || echo 315532800)}
export SOURCE_DATE_EPOCH=$epoch # of what packs itself too
name=guidepost-$version-$platform
level=${GUIDEPOST_PACKAGE_LEVEL:-22}

# What Java modules the program uses; jdeps finds most of them, and some are found by name only: jdk.crypto.ec and
# java.security.jgss for TLS, jdk.jfr for recordings, jdk.net for sockets.
modules=java.base,java.instrument,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.sql,java.xml
modules+=,jdk.crypto.ec,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

# tidy DIRECTORY: one owner, one time, the same modes everywhere.
tidy() {
  find "$1" -type d -exec chmod 755 {} +
  find "$1" -type f -perm -u+x -exec chmod 755 {} +
  find "$1" -type f ! -perm -u+x -exec chmod 644 {} +
  find "$1" -exec touch --no-dereference --date="@$epoch" {} +
}

# archive DIRECTORY NAME...: a tar of it on standard output, always the same.
archive() {
  local directory=$1
  shift
  tar --create --directory="$directory" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner \
    --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime "$@"
}

# The program with its runtime, in $work/$name.
stage() {
  local stage=$work/$name
  mkdir -p "$stage/bin" "$stage/lib" "$stage/licenses"
  "$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress zip-0 \
    --output "$stage/runtime"
  # Of every module in the runtime; each module's own link to what it shares with others.
  [[ ! -d $stage/runtime/legal ]] || mv "$stage/runtime/legal" "$stage/licenses/java"
  "$jdk/bin/java" "$here/build/Repack.java" "$root/cli/target/lib" "$stage/lib" "$stage/licenses" "$platform" "$epoch"
  texts "$stage"
  ! command -v strip >/dev/null || strip --strip-unneeded "$stage"/lib/librocksdbjni*.so "$stage/runtime/lib/server/libjvm.so"
  (cd "$stage/lib" && printf '%s\n' *.jar) >"$stage/lib/classpath"
  cp "$here/tar/guidepost" "$here/tar/guidepost-warm" "$stage/bin/"
  cp "$here/tar/options.sh" "$stage/lib/"
  make_bill
  cp "$out/$bill" "$stage/licenses/sbom.cdx.json"
  cp "$root/LICENSE" "$root/NOTICE" "$root/SECURITY.md" "$root/CHANGELOG.md" "$here/tar/README.md" "$stage/"
  chmod 755 "$stage"/bin/* "$stage"/lib/*.so
  mkdir -p "$stage/share/bash-completion/completions" "$stage/share/fish/vendor_completions.d"
  "$stage/bin/guidepost" man "$stage/share/man/man1" >/dev/null
  "$stage/bin/guidepost" completion >"$stage/share/bash-completion/completions/guidepost"
  "$stage/bin/guidepost" completion fish >"$stage/share/fish/vendor_completions.d/guidepost.fish"
  tidy "$stage" # an archive of classes is used with jars of the same time only
  archive_classes "$stage"
  tidy "$stage"
}

# archive_classes DIRECTORY: what a first start needs of the classes, ready to map. At one place, and with the same heap and collector
# everywhere, since its bytes depend on them; it is used wherever it lies.
archive_classes() {
  local place=/var/tmp/guidepost-package home caches common_options client_options server_options classes
  mkdir -m 700 "$place" || die "$place is there: packages are being made already, or were and were ended; then remove it"
  trap 'rm -rf /var/tmp/guidepost-package' EXIT
  home=$place/guidepost
  mv "$1" "$home"
  . "$here/tar/options.sh"
  # shellcheck disable=SC2086 # a list of options
  "$home/runtime/bin/java" -Xshare:dump -XX:SharedClassListFile="$here/tar/classes.txt" -XX:SharedArchiveFile="$home/lib/start.jsa" \
    -XX:+UseG1GC -Xms128m -Xmx128m $common_options -cp "$classes" || die "the archive of classes cannot be made"
  mv "$home" "$1"
  rmdir "$place"
  trap - EXIT
}

# texts STAGE: beside the licences that jars bring along, those of libraries whose jars have none.
texts() {
  local text jar found
  for text in "$here"/licences/*.txt; do
    found=
    for jar in "$1/lib/$(basename "$text" .txt)"*.jar; do
      [[ -e $jar ]] || continue
      found=1
      jar=$1/licenses/$(basename "$jar" .jar)
      mkdir -p "$jar"
      cp "$text" "$jar/LICENSE.txt"
    done
    [[ -n $found ]] || die "$text is of no library that is packed"
  done
}

# What the program is made of, for those who must know: every library with its version, licence and sums.
bill=guidepost-$version.cdx.json
make_bill() {
  "$root/guidepost" maven -q org.cyclonedx:cyclonedx-maven-plugin:2.9.3:makeBom -pl cli -am -DoutputFormat=json \
    -Dcyclonedx.skipNotDeployed=false -Dproject.build.outputTimestamp="$epoch" >"$out/bill.log" 2>&1 || {
    cat "$out/bill.log" >&2
    die "the bill of materials cannot be made"
  }
  rm "$out/bill.log"
  # The pages are in it if they were built.
  local lock=/nonexistent
  [[ ! -e $root/web/dist/packed/files.txt ]] || lock=$root/web/package-lock.json
  "$jdk/bin/java" -cp "$root/cli/target/lib/*" "$here/build/Bill.java" "$root/cli/target/bom.json" "$work/$name/lib" "$lock" "$out/$bill"
  made "$bill"
}

# The Java libraries with sources, documentation and poms, in the folders of a repository.
make_maven() {
  local repository=$work/maven modules module artifact folder file
  rm -rf "$repository"
  mkdir -p "$repository"
  modules=$(cd "$root" && grep -l '<maven.deploy.skip>false' ./*/pom.xml ./*/*/pom.xml | xargs -n1 dirname | sed 's|^\./||')
  # The plugin looks at its options alone: it would leave what it once wrote of sources that have changed since.
  while IFS= read -r module; do
    rm -rf "$root/$module/target"/{reports/apidocs,apidocs,maven-javadoc-plugin-stale-data.txt}
  done <<<"$modules"
  "$root/guidepost" maven -q -Ppublish -Dmaven.test.skip -Dformat.skip package -pl "${modules//$'\n'/,}" -am \
    >"$out/maven.log" 2>&1 || {
    grep -E '^\[ERROR\]' "$out/maven.log" | head -20 >&2
    die "the Java libraries cannot be made; all of it is in $out/maven.log"
  }
  rm "$out/maven.log"
  while IFS= read -r module; do
    artifact=$(sed -n '/<\/parent>/,$ s|^  <artifactId>\(.*\)</artifactId>|\1|p' "$root/$module/pom.xml" | head -1)
    folder=$repository/io/github/guidepost-server/$artifact/$version
    mkdir -p "$folder"
    cp "$root/$module/pom.xml" "$folder/$artifact-$version.pom"
    for file in "$root/$module/target/$artifact-$version"{,-sources,-javadoc}.jar; do
      cp "$file" "$folder/"
    done
  done <<<"$modules"
  folder=$repository/io/github/guidepost-server/guidepost/$version
  mkdir -p "$folder"
  cp "$root/pom.xml" "$folder/guidepost-$version.pom"
  (cd "$repository" && find . -type f -name '*.[jp]*' -exec sh -c 'sha256sum "$1" | cut -d" " -f1 >"$1.sha256"' _ {} \;)
  tidy "$repository"
  archive "$repository" . >"$out/guidepost-$version-maven.tar"
  made "guidepost-$version-maven.tar"
}

# The libraries in other languages pack themselves.
make_wheel() {
  "$root/clients/python/install.sh"
  "$root/clients/python/library/package.sh" "$out"
}

make_go() {
  "$root/clients/go/package.sh" "$out"
}

make_npm() {
  "$root/web/build.sh" --prepare
  "$root/web/guidepost-client/package.sh" "$out"
}

make_tar() {
  archive "$work" "$name" | zstd --ultra -"$level" --long=27 -T0 --quiet --force -o "$out/$name.tar.zst"
  made "$name.tar.zst"
}

made() {
  printf '%s: %.1f MB\n' "packaging/target/$1" "$(stat -c %s "$out/$1" | awk '{print $1 / 1e6}')"
}

make_deb() {
  local deb=$work/deb debversion=${version/-SNAPSHOT/~snapshot}
  mkdir -p "$deb"/{DEBIAN,usr/lib,usr/bin,usr/lib/systemd/system,usr/share/doc/guidepost,etc/guidepost}
  cp -a "$work/$name" "$deb/usr/lib/guidepost"
  mv "$deb/usr/lib/guidepost/licenses" "$deb/usr/share/doc/guidepost/licenses"
  mv "$deb/usr/lib/guidepost"/{NOTICE,SECURITY.md,CHANGELOG.md} "$deb/usr/share/doc/guidepost/"
  rm "$deb/usr/lib/guidepost"/{LICENSE,README.md}
  cp -a "$deb/usr/lib/guidepost/share"/. "$deb/usr/share/"
  rm -r "$deb/usr/lib/guidepost/share"
  gzip -9 --no-name "$deb"/usr/share/man/man1/*
  ln -s ../lib/guidepost/bin/guidepost "$deb/usr/bin/guidepost"
  ln -s /var/cache/guidepost "$deb/usr/lib/guidepost/cache"
  cp "$here/deb/guidepost.service" "$deb/usr/lib/systemd/system/"
  cp "$here/deb/guidepost.yaml" "$deb/etc/guidepost/"
  cp "$here/deb/copyright" "$deb/usr/share/doc/guidepost/copyright"
  printf '/etc/guidepost/guidepost.yaml\n' >"$deb/DEBIAN/conffiles"
  cp "$here"/deb/{postinst,prerm,postrm} "$deb/DEBIAN/"
  chmod 755 "$deb"/DEBIAN/{postinst,prerm,postrm}
  sed -e "s/@VERSION@/$debversion/" -e "s/@ARCHITECTURE@/$debian/" \
    -e "s/@SIZE@/$(du -sk --apparent-size "$deb/usr" | cut -f1)/" "$here/deb/control" >"$deb/DEBIAN/control"
  tidy "$deb"
  SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group -Zzstd -z$((level < 19 ? level : 19)) --build "$deb" \
    "$out/guidepost_${debversion}_$debian.deb" >/dev/null
  made "guidepost_${debversion}_$debian.deb"
}

# blob MEDIATYPE FILE: moves a file among the image's blobs; its descriptor on standard output.
blob() {
  local sum size
  sum=$(sha256sum "$2" | cut -d' ' -f1)
  size=$(stat -c %s "$2")
  mv "$2" "$work/image/blobs/sha256/$sum"
  printf '{"mediaType":"%s","digest":"sha256:%s","size":%s}' "$1" "$sum" "$size"
}

# The libraries of this system that the runtime and the program's own libraries need: the image has no other system.
system_libraries() {
  { ldd "$work/$name/runtime/bin/java" "$work/$name"/runtime/lib/*.so "$work/$name"/runtime/lib/server/*.so \
    "$work/$name"/lib/*.so 2>/dev/null || true; } |
    sed -n 's/.* => \(\/.*\) (0x.*/\1/p; s/^\t\(\/.*\) (0x.*/\1/p' | grep -vF "$work" | sort -u
}

make_image() {
  local rootfs=$work/rootfs image=$work/image library config diff
  rm -rf "$rootfs" "$image"
  mkdir -p "$rootfs"/{opt,etc,tmp,data,usr/share/doc} "$image/blobs/sha256"
  cp -a "$work/$name" "$rootfs/opt/guidepost"
  while IFS= read -r library; do
    mkdir -p "$rootfs$(dirname "$library")"
    cp -L "$library" "$rootfs$library"
  done < <(system_libraries)
  printf 'guidepost:x:10001:10001::/data:/nonexistent\n' >"$rootfs/etc/passwd"
  printf 'guidepost:x:10001:\n' >"$rootfs/etc/group"
  printf 'hosts: files dns\n' >"$rootfs/etc/nsswitch.conf"
  tidy "$rootfs"
  {
    archive "$rootfs" --exclude=./data --exclude=./tmp .
  } >"$work/layer.tar"
  # The data directory is its user's own, and /tmp is everybody's.
  chmod 1777 "$rootfs/tmp"
  chmod 700 "$rootfs/data"
  tar --append --file="$work/layer.tar" --directory="$rootfs" --mtime="@$epoch" --owner=0 --group=0 --numeric-owner \
    --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime ./tmp
  tar --append --file="$work/layer.tar" --directory="$rootfs" --mtime="@$epoch" --owner=10001 --group=10001 \
    --numeric-owner --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime ./data
  diff=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  gzip -9 --no-name "$work/layer.tar"
  local layer classpath created
  layer=$(blob application/vnd.oci.image.layer.v1.tar+gzip "$work/layer.tar.gz")
  created=$(date --utc --date="@$epoch" +%Y-%m-%dT%H:%M:%SZ)
  classpath=$(cd "$work/$name/lib" && printf '/opt/guidepost/lib/%s:' *.jar)
  cat >"$work/config.json" <<JSON
{"architecture":"$oci","os":"linux","created":"$created","config":{
"User":"10001:10001","WorkingDir":"/data","Volumes":{"/data":{}},"ExposedPorts":{"50051/tcp":{},"8080/tcp":{}},
"Env":["PATH=/opt/guidepost/runtime/bin","LC_ALL=C.UTF-8"],
"Entrypoint":["/opt/guidepost/runtime/bin/java","-XX:SharedArchiveFile=/opt/guidepost/lib/start.jsa","-XX:+ExitOnOutOfMemoryError","-Xms16m","-XX:TrimNativeHeapInterval=10000",
"-XX:G1PeriodicGCInterval=300000","-XX:+UseCompactObjectHeaders","-Xlog:disable",
"--enable-native-access=ALL-UNNAMED","--sun-misc-unsafe-memory-access=allow","-Djava.library.path=/opt/guidepost/lib",
"-Dguidepost.root=/opt/guidepost","-cp","${classpath%:}","guidepost.cli.Main"],
"Cmd":["serve","--data","/data"],
"Healthcheck":{"Test":["CMD","/opt/guidepost/runtime/bin/java","-XX:SharedArchiveFile=/opt/guidepost/lib/start.jsa","-XX:TieredStopAtLevel=1","-XX:+UseSerialGC","-Xlog:disable",
"-XX:+UseCompactObjectHeaders","--enable-native-access=ALL-UNNAMED","--sun-misc-unsafe-memory-access=allow","-cp","${classpath%:}","guidepost.cli.Main",
"health","--data","/data"],"Interval":30000000000,"Timeout":20000000000,"StartPeriod":60000000000,"Retries":3},
"Labels":{"org.opencontainers.image.title":"guidepost","org.opencontainers.image.version":"$version",
"org.opencontainers.image.licenses":"Apache-2.0","org.opencontainers.image.created":"$created"}},
"rootfs":{"type":"layers","diff_ids":["sha256:$diff"]},
"history":[{"created":"$created","created_by":"guidepost package image"}]}
JSON
  config=$(blob application/vnd.oci.image.config.v1+json "$work/config.json")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s,"layers":[%s]}' \
    "$config" "$layer" >"$work/manifest.json"
  local manifest
  manifest=$(blob application/vnd.oci.image.manifest.v1+json "$work/manifest.json")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}' \
    "${manifest%\}},\"platform\":{\"architecture\":\"$oci\",\"os\":\"linux\"},\"annotations\":{\"org.opencontainers.image.ref.name\":\"guidepost:$version\"}}" \
    >"$image/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$image/oci-layout"
  tidy "$image"
  archive "$image" oci-layout index.json blobs >"$out/$name.oci.tar"
  made "$name.oci.tar"
}

# What earlier builds made of sources that are there no more must not be packed too: classes, files, pages, jars. Not while
# something is being built of them.
forget() (
  mkdir -p "$root/cli/target"
  exec 9>"$root/cli/target/build.lock"
  flock 9
  for pom in "$root"/*/pom.xml "$root"/*/*/pom.xml; do
    [[ $pom != */compiler-checks/pom.xml ]] || continue # it is in no package, and may be in use
    cd "${pom%/pom.xml}"
    rm -rf target/{classes,generated-sources,descriptors,protobuf-maven-plugin,lib,built} target/*.jar
  done
)

make_sums() {
  rm -rf "$work"
  (cd "$out" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs -r sha256sum >SHA256SUMS)
}

rm -rf "$out"
mkdir -p "$work"
if of tar deb image maven; then forget; fi
if of tar deb image; then
  "$root/guidepost" build
  stage
fi
if of tar; then make_tar; fi
if of deb; then make_deb; fi
if of image; then make_image; fi
if of maven; then make_maven; fi
if of wheel; then make_wheel; fi
if of go; then make_go; fi
if of npm; then make_npm; fi
make_sums
