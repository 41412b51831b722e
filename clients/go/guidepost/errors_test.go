package guidepost

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func notDone(t *testing.T, s *status.Status) bool {
	t.Helper()
	var e *Error
	if !errors.As(errorOf(s.Err()), &e) {
		t.Fatal(s)
	}
	return e.NotDone
}

func TestAWriteCanBeSentAgainForTheReasonsThatTheReferenceListsAlone(t *testing.T) {
	read, err := os.ReadFile("../../../docs/reference/errors.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(read)
	_, list, _ := strings.Cut(page, "## Writes that can be sent again")
	listed := map[string]bool{}
	for _, each := range regexp.MustCompile("`([A-Z_]+)`").FindAllStringSubmatch(list, -1) {
		listed[each[1]] = true
	}
	if !listed["NO_LEADER"] || !listed["OVERLOADED"] {
		t.Fatal(listed)
	}
	for _, row := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\| ([A-Z_]+) ").FindAllStringSubmatch(page, -1) {
		var code codes.Code
		if err := code.UnmarshalJSON([]byte(`"` + row[2] + `"`)); err != nil {
			t.Fatal(err)
		}
		s, err := status.New(code, "").WithDetails(&errdetails.ErrorInfo{Domain: "guidepost", Reason: row[1]})
		if err != nil {
			t.Fatal(err)
		}
		if notDone(t, s) != listed[row[1]] {
			t.Errorf("%s: not done %v", row[1], !listed[row[1]])
		}
	}
}

func TestAWriteWasNotDoneWhereNoConnectionWasMade(t *testing.T) {
	for text, want := range map[string]bool{
		`connection error: desc = "transport: Error while dialing: dial tcp 127.0.0.1:1: connect: connection refused"`:                          true,
		`connection error: desc = "transport: authentication handshake failed: tls: failed to verify certificate: x509: certificate signed by"`: true,
		`error reading from server: EOF`: false,
	} {
		if notDone(t, status.New(codes.Unavailable, text)) != want {
			t.Errorf("%s: not done %v", text, !want)
		}
	}
	if notDone(t, status.New(codes.ResourceExhausted, "grpc: received message larger than max (5 vs. 4)")) {
		t.Error("an answer that is too large for the client says nothing of what was done")
	}
}
