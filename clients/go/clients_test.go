// Package clients_test runs both programs, as built, against the server that GUIDEPOST_SERVER names.
package clients_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

var programs string

func TestMain(m *testing.M) {
	if os.Getenv("GUIDEPOST_SERVER") == "" {
		fmt.Fprintln(os.Stderr, "GUIDEPOST_SERVER must name a running server: HOST:PORT")
		os.Exit(2)
	}
	var err error
	if programs, err = os.MkdirTemp("", "guidepost-go-clients-"); err != nil {
		panic(err)
	}
	build := exec.Command("go", "build", "-o", programs+string(filepath.Separator), "./cmd/...")
	if output, err := build.CombinedOutput(); err != nil {
		panic(fmt.Sprintf("%v\n%s", err, output))
	}
	code := m.Run()
	os.RemoveAll(programs)
	os.Exit(code)
}

type ending struct {
	code           int
	output, errors string
}

func run(t *testing.T, input string, program string, arguments ...string) ending {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, filepath.Join(programs, program), arguments...)
	command.Stdin = strings.NewReader(input)
	var output, complaints bytes.Buffer
	command.Stdout, command.Stderr = &output, &complaints
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ending{command.ProcessState.ExitCode(), output.String(), complaints.String()}
}

func (e ending) mustSucceed(t *testing.T) {
	t.Helper()
	if e.code != 0 || e.errors != "" {
		t.Fatalf("ended with %d: %s", e.code, e.errors)
	}
}

func (e ending) mustSay(t *testing.T, pattern string) {
	t.Helper()
	if !regexp.MustCompile("(?m)" + pattern).MatchString(e.output + e.errors) {
		t.Errorf("nothing matches %q in:\n%s%s", pattern, e.output, e.errors)
	}
}

func TestRoutingClientAddsTwoRoutesAndFindsOne(t *testing.T) {
	for range 2 { // adding the same route again is harmless
		ended := run(t, "", "routing_client", "-rows", "0")
		ended.mustSucceed(t)
		ended.mustSay(t, `^added$`)
		ended.mustSay(t, `^to 192\.168\.100\.0/255\.255\.255\.0: 192\.168\.100\.0/255\.255\.255\.0 `+
			`via 168\.192\.100\.1 dev eth0 metric 1$`)
		ended.mustSay(t, `^[1-9]\d* routes$`)
	}
}

func TestExtendedResultsAreThereOnlyIfAskedFor(t *testing.T) {
	plain := run(t, "", "routing_client", "-rows", "0")
	plain.mustSucceed(t)
	if strings.Contains(plain.output, "accepted") || strings.Contains(plain.output, "source") {
		t.Errorf("extended results that nobody asked for:\n%s", plain.output)
	}
	extended := run(t, "", "routing_client", "-rows", "0", "-extended")
	extended.mustSucceed(t)
	extended.mustSay(t, `^accepted 2 \(\d were there already\), rejected 0, revision \d+$`)
	extended.mustSay(t, `\(source static, distance 1, revision \d+\)$`)
}

func TestUnreadableDestinationIsAnErrorWithWords(t *testing.T) {
	ended := run(t, "", "routing_client", "-lookup-only", "-lookup", "10.0.ä")
	if ended.code != 1 {
		t.Errorf("exit code %d", ended.code)
	}
	ended.mustSay(t, `refused: .*10\.0\.ä`)
}

func TestRouteGuideClientDoesAllParts(t *testing.T) {
	ended := run(t, "", "route_guide_client", "-rows", "100000")
	ended.mustSucceed(t)
	ended.mustSay(t, `^0\.0000000,0\.0000000  \(nothing here\)$`)
	ended.mustSay(t, `^\d+ points, \d+ features, \d+ m, \d+ s$`)
	ended.mustSay(t, `^  0\.0000000,0\.0000001  road works until Friday$`)
	ended.mustSay(t, `^([2-9]|\d{2,}) notes received$`)
}

func TestTypedLinesBecomeNotes(t *testing.T) {
	// A point where no other test, and no earlier run, has left a note (but one in 10^12).
	at := fmt.Sprintf("%.6f,%.6f", rand.Float64()*170-85, rand.Float64()*350-175)
	ended := run(t, "one\n\ntwo\nthree\n", "route_guide_client", "-at="+at, "chat")
	ended.mustSucceed(t)
	var texts []string
	for _, line := range strings.Split(strings.TrimSpace(ended.output), "\n") {
		texts = append(texts, line[strings.LastIndex(line, " ")+1:])
	}
	if got := strings.Join(texts, " "); got != "one one two" {
		t.Errorf("received %q", got)
	}
}

func TestImpossiblePointIsAnErrorWithWords(t *testing.T) {
	ended := run(t, "", "route_guide_client", "-at", "91,0", "feature")
	if ended.code != 1 {
		t.Errorf("exit code %d", ended.code)
	}
	ended.mustSay(t, `InvalidArgument: .*910000000`)
}

func TestNoServerIsOneClearLine(t *testing.T) {
	for _, program := range []string{"routing_client", "route_guide_client"} {
		ended := run(t, "", program, "-server", "127.0.0.1:1", "-wait", "300ms")
		if ended.code != 3 || strings.Count(ended.errors, "\n") != 1 {
			t.Errorf("%s ended with %d", program, ended.code)
		}
		ended.mustSay(t, program+`: no server at 127\.0\.0\.1:1 \(waited 300ms\)`)
	}
}

func TestUnknownPartIsAUsageError(t *testing.T) {
	ended := run(t, "", "route_guide_client", "everything")
	if ended.code != 2 {
		t.Errorf("exit code %d", ended.code)
	}
	ended.mustSay(t, `^usage: `)
}
