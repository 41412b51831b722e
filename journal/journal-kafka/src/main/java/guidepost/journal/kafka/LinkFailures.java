package guidepost.journal.kafka;

import guidepost.journal.JournalException;
import guidepost.journal.JournalException.Reason;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.IllegalSaslStateException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;

/// Says why the brokers do not answer a client or refuse it, and which of the client's settings to
/// look at, in which file. No text contains the value of a setting that may be a secret.
///
/// | the client is told | the operator is told to look at |
/// |---|---|
/// | nothing in time | the addresses, `security.protocol` |
/// | a record of TLS, and it speaks none | `security.protocol` |
/// | that the login failed | `sasl.jaas.config` |
/// | that the brokers do not know the mechanism, or expect no login | `sasl.mechanism`, `security.protocol` |
/// | that the certificate is not trusted, or is missing | `ssl.truststore.location`, `ssl.keystore.location` |
///
/// Threads: any; immutable.
///
/// @param options of the client
record LinkFailures(KafkaOptions options) {

  /// The brokers do not answer now: a client waits for them.
  ///
  /// Brokers that are asked in another protocol than theirs do not say so.
  String unanswered(RetriableException failure) {
    if (!(failure instanceof TimeoutException)) {
      return failure.toString();
    }
    return "none answers; do they run, are these their addresses, and is %s (%s) theirs there?"
        .formatted(KafkaOptions.PROTOCOL, protocol());
  }

  /// The same to those who do not wait.
  JournalException outage(RetriableException failure) {
    return new JournalException(
        Reason.IO, "%s: %s".formatted(options, unanswered(failure)), failure);
  }

  /// A broker speaks TLS, and its client does not.
  ///
  /// @param broker HOST:PORT
  JournalException encrypted(String broker) {
    return new JournalException(
        Reason.IO,
        "%s: the broker %s speaks TLS; %s must be SSL or SASL_SSL, and is %s"
            .formatted(options, broker, KafkaOptions.PROTOCOL, protocol()),
        null);
  }

  /// This program has no implementation of the mechanism.
  JournalException unspoken() {
    return new JournalException(
        Reason.IO,
        "%s: %s: no client speaks it with the login module of sasl.jaas.config%s"
            .formatted(options, mechanism(), from()),
        null);
  }

  /// Waiting would not help: what a client is, or who it says that it is, must change.
  JournalException refused(Throwable why) {
    List<String> causes =
        Stream.iterate(why, Objects::nonNull, Throwable::getCause)
            .map(each -> String.valueOf(each.getMessage()))
            .toList();
    String what =
        Stream.of(causes.getFirst(), causes.getLast()).distinct().collect(Collectors.joining(": "));
    String hint = hint(why, causes);
    return new JournalException(
        Reason.IO, "%s: %s%s".formatted(options, what, hint.isEmpty() ? "" : hint + from()), why);
  }

  private String hint(Throwable why, List<String> causes) {
    if (why instanceof SaslAuthenticationException) {
      return "; see " + setting("sasl.jaas.config", false);
    }
    if (why instanceof UnsupportedSaslMechanismException) {
      return "; see " + mechanism();
    }
    if (why instanceof IllegalSaslStateException) {
      return "; do the brokers ask for a password there? See %s %s, and %s"
          .formatted(
              KafkaOptions.PROTOCOL, options.config().get(KafkaOptions.PROTOCOL), mechanism());
    }
    if (!(why instanceof SslAuthenticationException)) {
      return options.config().isEmpty() ? "" : "; see the settings of Kafka's clients";
    }
    return causes.stream().anyMatch(each -> each.contains("PKIX"))
        ? "; the CA that signed the brokers' certificates must be in "
            + setting("ssl.truststore.location", true)
        : "; see %s and %s"
            .formatted(
                setting("ssl.truststore.location", true), setting("ssl.keystore.location", true));
  }

  private String protocol() {
    String value = options.config().get(KafkaOptions.PROTOCOL);
    return value == null ? "not set" + from() : "\"%s\"%s".formatted(value, from());
  }

  private String mechanism() {
    String value = options.config().get(KafkaOptions.MECHANISM);
    return "%s %s"
        .formatted(
            KafkaOptions.MECHANISM,
            value == null
                ? "(not set, so %s)".formatted(options.mechanism())
                : "\"%s\"".formatted(value));
  }

  /// Names a setting.
  ///
  /// @param withValue false if its value may be a secret
  private String setting(String name, boolean withValue) {
    String value = options.config().get(name);
    if (value == null) {
      return name + ", which is not set";
    }
    return withValue ? "%s \"%s\"".formatted(name, value) : name;
  }

  /// The file that the settings are in; empty if they are in none.
  private String from() {
    return options.configFrom().isEmpty() ? "" : " in " + options.configFrom();
  }
}
