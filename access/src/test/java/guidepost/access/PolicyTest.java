package guidepost.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import guidepost.calls.Caller;
import guidepost.calls.Role;
import guidepost.settings.SettingsException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What the access file means, and what it must not say.
final class PolicyTest {

  private static final String FILE =
      """
      identities:
        - name: r7
          by: certificate:r7.example.net
        - name: ops
          by: [token:ops, "jwt:auth0|7"]
        - name: car-*
          by: jwt:car|*
        - name: car-1
          by: token:first
      grants:
        - who: r7
          role: writer
          tables: [default]
          sources: bgp.*
        - who: car-*
          role: writer
          layers: ["*"]
          travellers: [self]
        - {who: ops, role: admin, tables: "*", sources: "*", layers: "*", travellers: "*"}
      """;

  private static Optional<Caller> caller(String evidence) throws SettingsException {
    return Policy.parse("access.yaml", FILE).caller(Caller.Proof.JWT, List.of(evidence));
  }

  private static List<String> problems(String text) {
    return Objects.requireNonNull(
            catchThrowableOfType(SettingsException.class, () -> Policy.parse("access.yaml", text)))
        .problems();
  }

  @Test
  void shouldNameACallerByWhatItProves() throws Exception {
    assertThat(caller("certificate:r7.example.net").map(Caller::name)).contains("r7");
    assertThat(caller("token:ops").map(Caller::name)).contains("ops");
    assertThat(caller("jwt:auth0|7").map(Caller::name)).contains("ops");
    assertThat(caller("jwt:r7.example.net")).isEmpty();
    assertThat(caller("certificate:r7.example.net.evil.org")).isEmpty();
  }

  @Test
  void shouldPutWhatAStarStandsForIntoTheName() throws Exception {
    assertThat(caller("jwt:car|42").map(Caller::name)).contains("car-42");
  }

  @Test
  void shouldGiveNobodyTheNameOfAnotherIdentity() throws Exception {
    assertThat(caller("jwt:car|1")).isEmpty();
    assertThat(caller("token:first").map(Caller::name)).contains("car-1");
  }

  @Test
  void shouldWarnOfTwoIdentitiesThatCanHaveTheSameName() throws Exception {
    Policy policy =
        Policy.parse(
            "access.yaml",
            """
            identities:
              - {name: car-*, by: ["jwt:car|*", "certificate:car-*"]}
              - {name: "bus-*", by: "jwt:bus|*"}
              - {name: "c*", by: "token:c*"}
            grants: []
            """);
    assertThat(policy.warnings())
        .containsExactly(
            "access.yaml:4: name \"c*\": can be the name of callers of name \"car-*\" too, on line"
                + " 2, who then have the same grants; if both are meant, write one identity with"
                + " several by");
  }

  @Test
  void shouldTakeNoNameThatIsNone() throws Exception {
    assertThat(caller("jwt:car|4 2")).isEmpty();
    assertThat(caller("jwt:car|4\n")).isEmpty();
    assertThat(caller("jwt:car|*")).isEmpty();
  }

  @Test
  void shouldAllowWhatIsGrantedAndNothingElse() throws Exception {
    Caller router = caller("certificate:r7.example.net").orElseThrow();
    assertThat(router.mayWriteRoutes("default", "bgp.r7")).isTrue();
    assertThat(router.mayWriteRoutes("default", "static")).isFalse();
    assertThat(router.mayWriteRoutes("vrf-a", "bgp.r7")).isFalse();
    assertThat(router.mayReadTable("default")).isTrue();
    assertThat(router.mayUseNotes(Role.READER)).isFalse();
    assertThat(router.may(Role.ADMIN)).isFalse();
    Caller car = caller("jwt:car|42").orElseThrow();
    assertThat(car.mayReadTable("default")).isFalse();
    assertThat(car.mayUseTraveller(Role.WRITER, "car-42")).isTrue();
    assertThat(car.mayUseTraveller(Role.READER, "car-43")).isFalse();
    assertThat(caller("token:ops").orElseThrow().may(Role.ADMIN)).isTrue();
  }

  @Test
  void shouldAllowNothingByAnEmptyFile() throws Exception {
    assertThat(Policy.parse("access.yaml", "").caller(Caller.Proof.JWT, List.of("jwt:x")))
        .isEmpty();
  }

  @Test
  void shouldNameLineRuleAndWhatWasMeantOfEveryMistake() {
    assertThat(
            problems(
                """
                identities:
                  - name: r7
                    by: certificte:r7
                  - {name: self, by: "token:x"}
                  - {name: a, by: "token:*x"}
                  - {name: "b*", by: "token:b"}
                  - {name: c, by: "token:c"}
                  - {name: d, by: "token:c"}
                grants:
                  - who: cc
                    role: writr
                    tabels: [default]
                  - {who: c, role: reader, tables: ["a*b"]}
                  - {role: reader}
                grnts: []
                """))
        .containsExactly(
            "access.yaml:15: unknown key grnts; did you mean grants?",
            "access.yaml:2: by \"certificte:r7\": must be certificate:NAME, token:NAME or"
                + " jwt:SUBJECT; did you mean certificate?",
            "access.yaml:4: name \"self\": must be 1 to 100 letters, digits or . _ @ + / : | -, and"
                + " not self or anonymous",
            "access.yaml:5: by \"token:*x\": a * must be its last character",
            "access.yaml:6: name \"b*\": ends with *, so its by must too",
            "access.yaml:8: by \"token:c\": proves another name on line 7",
            "access.yaml:12: unknown key tabels; did you mean tables?",
            "access.yaml:10: role \"writr\": must be reader, writer, moderator or admin; did you"
                + " mean writer?",
            "access.yaml:10: who \"cc\": no identity has this name; did you mean c?",
            "access.yaml:13: tables: \"a*b\": must be a name, and may end with *",
            "access.yaml:14: a grant must say who has it");
  }

  @Test
  void shouldGrantAnonymousCallersOnlyWhatNamesThem() throws Exception {
    assertThat(Policy.parse("access.yaml", FILE).anonymous()).isEmpty();
    Policy policy =
        Policy.parse(
            "access.yaml",
            """
            identities:
              - {name: anna, by: token:anna}
              - {name: "*", by: "jwt:*"}
            grants:
              - {who: "*", role: reader, tables: ["*"]}
              - {who: "anon*", role: admin, tables: ["*"]}
              - {who: [anna, anonymous], role: reader, tables: [public], travellers: [self]}
            """);
    Caller caller = policy.anonymous().orElseThrow();
    assertThat(caller.isAnonymous()).isTrue();
    assertThat(caller.name()).isEqualTo("anonymous");
    assertThat(caller.mayReadTable("public")).isTrue();
    assertThat(caller.mayReadTable("default")).isFalse();
    assertThat(caller.mayUseLayer(Role.READER, "default")).isFalse();
    assertThat(caller.mayUseNotes(Role.READER)).isTrue();
    assertThat(caller.mayUseTraveller(Role.READER, "anonymous"))
        .as("all anonymous callers share the name, so what it once wrote is nobody's")
        .isFalse();
    assertThat(policy.caller(Caller.Proof.JWT, List.of("jwt:anonymous"))).isEmpty();
    assertThat(policy.vouched("anonymous")).isEmpty();
  }

  @Test
  void shouldLetNobodyBeAnonymousByNameNorWriteAnonymously() {
    assertThat(
            problems(
                """
                identities:
                  - {name: anonymous, by: "token:x"}
                grants:
                  - {who: anonymous, role: writer, tables: ["*"]}
                  - {who: anonymus, role: reader, tables: ["*"]}
                """))
        .containsExactly(
            "access.yaml:2: name \"anonymous\": must be 1 to 100 letters, digits or . _ @ + / : |"
                + " -, and not self or anonymous",
            "access.yaml:4: role \"writer\": must be reader for anonymous: callers without"
                + " credentials may only read",
            "access.yaml:5: who \"anonymus\": no identity has this name; did you mean anonymous?");
  }

  @Test
  void shouldTakeNoTextInPlaceOfAList() {
    assertThat(problems("grants: everything\n"))
        .containsExactly("access.yaml:1: grants: must be a list of groups of keys");
  }
}
