package guidepost_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// ownServer is a server of the test's own, on one port from start to start.
type ownServer struct {
	address, data string
	process       *exec.Cmd
	log           bytes.Buffer
}

// freeAddress has a port below those that systems give to outgoing connections, of which one may take
// it while a server is away.
func freeAddress() string {
	for {
		free, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(5_000)))
		if err == nil {
			_ = free.Close()
			return free.Addr().String()
		}
	}
}

func (s *ownServer) start(t *testing.T) {
	t.Helper()
	s.process = exec.Command("../../../guidepost", "serve", "--data", s.data, "--listen", s.address, "--web-enabled", "false")
	s.process.Stderr = &s.log
	output := must(s.process.StdoutPipe())(t)
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "listening on ") {
			go func() { _, _ = io.Copy(io.Discard, output) }()
			return
		}
	}
	_ = s.process.Wait()
	t.Fatalf("the server does not listen:\n%s", s.log.String())
}

func (s *ownServer) end(signal syscall.Signal) {
	if s.process != nil {
		_ = s.process.Process.Signal(signal)
		_ = s.process.Wait()
		s.process = nil
	}
}

func guide(t *testing.T, arguments ...string) {
	t.Helper()
	if output, err := exec.Command("../../../guidepost", arguments...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func TestTheCopyGoesOnThroughKillRestartAndRestore(t *testing.T) {
	if os.Getenv("GUIDEPOST_LONG") == "" {
		t.Skip("long: set GUIDEPOST_LONG")
	}
	directory := t.TempDir()
	server := &ownServer{address: freeAddress(), data: filepath.Join(directory, "data")}
	server.start(t)
	defer func() { server.end(syscall.SIGKILL) }()
	routes := connect(t, server.address).Routes()
	add := func(text string) uint64 { return must(routes.Add(t.Context(), route(text, "192.0.2.1")))(t) }
	shown := func(live *guidepost.LiveRouteTable) string {
		var prefixes []string
		for each := range live.All() {
			prefixes = append(prefixes, each.Prefix.String())
		}
		return strings.Join(slices.Sorted(slices.Values(prefixes)), " ")
	}
	add("10.0.0.0/8")
	live := routes.Live(t.Context(), nil)
	defer live.Close()
	events := make(chan guidepost.Event, 1000)
	go func() {
		defer close(events)
		for event, err := range routes.Watch(t.Context(), netip.Prefix{}, nil) {
			if err != nil {
				return
			}
			events <- event
		}
	}()
	if err := live.Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	guide(t, "backup", filepath.Join(directory, "backup"), "--data", server.data)
	add("11.0.0.0/8")
	server.end(syscall.SIGKILL)
	if _, ok := live.Lookup(addr("10.1.1.1")); !ok {
		t.Fatal("without a server it knows what it knew")
	}
	server.start(t)
	if err := live.Wait(t.Context(), add("12.0.0.0/8")); err != nil {
		t.Fatal(err)
	}
	equal(t, shown(live), "10.0.0.0/8 11.0.0.0/8 12.0.0.0/8")
	// Another timeline: the backup, with other changes than those that were told.
	server.end(syscall.SIGTERM)
	server.data = filepath.Join(directory, "restored")
	guide(t, "restore", filepath.Join(directory, "backup"), "--data", server.data)
	server.start(t)
	add("13.0.0.0/8")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for changed := live.Changed(); shown(live) != "10.0.0.0/8 13.0.0.0/8"; changed = live.Changed() {
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatal(shown(live), live.Err())
		}
	}
	var began []string
	for event := range events {
		if e, ok := event.(guidepost.SnapshotBegan); ok {
			if began = append(began, fmt.Sprint(e.Why)); len(began) == 2 {
				break
			}
		}
	}
	equal(t, began, []string{"asked", "other data"})
}
