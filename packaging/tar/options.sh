# What bin/guidepost and bin/guidepost-warm have in common: a cache is used only with the options that it was made with.
# shellcheck shell=sh disable=SC2034,SC2154 # read by those, and "home" is theirs

caches=${GUIDEPOST_CACHE:-$home/cache}
common_options='-XX:+UseCompactObjectHeaders -Xlog:disable --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow'

# A server without memory would stay up and answer nobody; a service manager starts a new one. Its heap begins small, whatever
# the machine has, and grows as it is needed. What it needed for a while goes back to the system: what compilers left in the C
# library's heap every ten seconds, and free heap after five minutes without a collection. docs/decisions/0070 has the numbers.
server_options="-Xms16m -XX:+ExitOnOutOfMemoryError -XX:TrimNativeHeapInterval=10000 -XX:G1PeriodicGCInterval=300000"

# A command lives for a second: quick to start beats quick to run.
client_options='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:CompileThresholdScaling=5 -XX:+UnlockDiagnosticVMOptions
-XX:-AOTReplayTraining -Djdk.reflect.useNativeAccessorOnly=true -Dio.netty.jfr.enabled=false -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider
-Dslf4j.internal.verbosity=ERROR'

# In the order that the caches were made with, which a pattern has in some locales only.
classes=
while read -r jar; do
  classes=$classes${classes:+:}$home/lib/$jar
done <"$home/lib/classpath"
