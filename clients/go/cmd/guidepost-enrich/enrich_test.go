package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

// Flow records as GoFlow2 writes them, shortened, and which routes their addresses have.
const flows = `{"type":"SFLOW_5","time_received_ns":1700000000000000000,"sampler_address":"192.0.2.99","bytes":1500,"packets":1,"src_addr":"10.1.2.3","dst_addr":"2001:db8:1::7","proto":"TCP","next_hop":""}
{"type":"NETFLOW_V9","bytes":64,"src_addr":"203.0.113.9","dst_addr":"10.200.0.1","src_port":53}
{"type":"NETFLOW_V9","src_addr":"203.0.113.9","dst_addr":"203.0.113.10"}
{"type":"IPFIX","src_addr":"::ffff:10.1.9.9","dst_addr":""}
this is no flow record
{"type":"IPFIX","src_addr":7}

{"dst_addr":"10.1.0.1"} `

const enriched = `{"type":"SFLOW_5","time_received_ns":1700000000000000000,"sampler_address":"192.0.2.99","bytes":1500,"packets":1,"src_addr":"10.1.2.3","dst_addr":"2001:db8:1::7","proto":"TCP","next_hop":"","src_route":"10.1.0.0/16","src_route_next_hop":"192.0.2.2","src_route_source":"static","dst_route":"2001:db8::/32","dst_route_interface":"eth0","dst_route_source":"static"}
{"type":"NETFLOW_V9","bytes":64,"src_addr":"203.0.113.9","dst_addr":"10.200.0.1","src_port":53,"dst_route":"10.0.0.0/8","dst_route_next_hop":"192.0.2.1","dst_route_source":"static"}
{"type":"NETFLOW_V9","src_addr":"203.0.113.9","dst_addr":"203.0.113.10"}
{"type":"IPFIX","src_addr":"::ffff:10.1.9.9","dst_addr":"","src_route":"10.1.0.0/16","src_route_next_hop":"192.0.2.2","src_route_source":"static"}
this is no flow record
{"type":"IPFIX","src_addr":7}

{"dst_addr":"10.1.0.1","dst_route":"10.1.0.0/16","dst_route_next_hop":"192.0.2.2","dst_route_source":"static"} `

func table(t *testing.T) string {
	t.Helper()
	server := os.Getenv("GUIDEPOST_SERVER")
	if server == "" {
		t.Skip("GUIDEPOST_SERVER names no server")
	}
	client, err := guidepost.New(server)
	if err != nil {
		t.Fatal(err)
	}
	name := "enrich-" + rand.Text()
	if _, err := client.Routes().CreateTable(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = client.Routes().DropTable(context.Background(), name)
		_ = client.Close()
	})
	_, err = client.Routes().InTable(name).Add(t.Context(),
		guidepost.Route{Prefix: netip.MustParsePrefix("10.0.0.0/8"), NextHop: netip.MustParseAddr("192.0.2.1")},
		guidepost.Route{Prefix: netip.MustParsePrefix("10.1.0.0/16"), NextHop: netip.MustParseAddr("192.0.2.2")},
		guidepost.Route{Prefix: netip.MustParsePrefix("2001:db8::/32"), Interface: "eth0"})
	if err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAddsTheRoutesOfBothAddressesAndChangesNothingElse(t *testing.T) {
	name := table(t)
	for _, options := range [][]string{nil, {"-ask"}} {
		var out, complaints bytes.Buffer
		code := run(t.Context(), append(options, "-table", name), strings.NewReader(flows), &out, &complaints)
		if code != exitOK || out.String() != enriched {
			t.Fatalf("%d %s\ngot\n%s\nwant\n%s", code, complaints.String(), out.String(), enriched)
		}
		if want := "read 8 = enriched 4 + without a route 1 + no flow record 3"; !strings.Contains(complaints.String(), want) {
			t.Fatal(complaints.String())
		}
	}
	var out, complaints bytes.Buffer
	akvorado := `{"SrcAddr":"::ffff:10.1.2.3","DstAddr":"203.0.113.1"}` + "\n"
	run(t.Context(), []string{"-table", name, "-source", "SrcAddr", "-destination", "DstAddr"}, strings.NewReader(akvorado), &out, &complaints)
	var record map[string]string
	if err := json.Unmarshal(out.Bytes(), &record); err != nil || record["src_route"] != "10.1.0.0/16" {
		t.Fatal(out.String(), err)
	}
}

func TestHandsALineOnAtOnceWhileTheNextIsNotThere(t *testing.T) {
	name := table(t)
	in, feed := io.Pipe()
	taken, out := io.Pipe()
	ended := make(chan int)
	go func() { ended <- run(t.Context(), []string{"-table", name}, in, out, io.Discard) }()
	for i := range 3 {
		fmt.Fprintf(feed, "{\"n\":%d,\"dst_addr\":\"10.1.0.1\"}\n", i)
		answer := make([]byte, 1000)
		n, err := taken.Read(answer)
		if err != nil || !strings.HasPrefix(string(answer[:n]), fmt.Sprintf(`{"n":%d,`, i)) {
			t.Fatal(string(answer[:n]), err)
		}
	}
	feed.Close()
	if code := <-ended; code != exitOK {
		t.Fatal(code)
	}
}

// endless gives lines, of which one is far too long.
func TestUsesLittleMemoryWhateverComes(t *testing.T) {
	name := table(t)
	line := []byte(`{"src_addr":"10.1.2.3","dst_addr":"10.200.0.1","more":"` + strings.Repeat("x", 400) + "\"}\n")
	long := append(bytes.Repeat([]byte("y"), 5<<20), '\n')
	in, feed := io.Pipe()
	go func() {
		for i := range 100_000 {
			if i == 50_000 {
				_, _ = feed.Write(long)
			}
			_, _ = feed.Write(line)
		}
		feed.Close()
	}()
	counted := &counting{}
	var complaints bytes.Buffer
	runtime.GC()
	if code := run(t.Context(), []string{"-table", name}, in, counted, &complaints); code != exitOK {
		t.Fatal(code, complaints.String())
	}
	if !strings.Contains(complaints.String(), "read 100001 = enriched 100000 + without a route 0 + no flow record 1") {
		t.Fatal(complaints.String())
	}
	if counted.lines != 100_001 || counted.long != 5<<20 {
		t.Fatal(counted.lines, counted.long)
	}
	if counted.peak > 64<<20 {
		t.Fatalf("%d bytes in use", counted.peak)
	}
}

type counting struct {
	lines, long, writes int
	peak                uint64
}

func (c *counting) Write(part []byte) (int, error) {
	c.lines += bytes.Count(part, []byte("\n"))
	c.long += bytes.Count(part, []byte("y"))
	if c.writes++; c.writes%64 == 0 {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		c.peak = max(c.peak, stats.HeapInuse)
	}
	return len(part), nil
}

func TestSaysWhatIsWrong(t *testing.T) {
	for _, wrong := range []struct {
		arguments []string
		code      int
		says      string
	}{
		{[]string{"-server", "nowhere"}, exitUsage, "must be HOST:PORT"},
		{[]string{"flows.json"}, exitUsage, "unexpected argument"},
		{[]string{"-server", "192.0.2.1:1", "-token-file", "x"}, exitUsage, "a token must only be sent over TLS"},
		{[]string{"-server", "127.0.0.1:1", "-wait", "100ms"}, exitUnreachable, "deadline"},
		{[]string{"-ca", "/absent"}, exitUsage, "ca: open /absent"},
	} {
		var complaints bytes.Buffer
		code := run(t.Context(), wrong.arguments, strings.NewReader(""), io.Discard, &complaints)
		if code != wrong.code || !strings.Contains(complaints.String(), wrong.says) {
			t.Fatal(wrong, code, complaints.String())
		}
	}
}

func TestEndsWhenToldWhileItWaitsForInput(t *testing.T) {
	name := table(t)
	input, feed := io.Pipe()
	defer feed.Close()
	handed, out := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int)
	var complaints bytes.Buffer
	go func() {
		code <- run(ctx, []string{"-table", name}, input, out, &complaints)
		_ = out.Close()
	}()
	if _, err := feed.Write([]byte("no flow record\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(handed, make([]byte, len("no flow record\n"))); err != nil {
		t.Fatal(err)
	}
	cancel()
	if code := <-code; code != exitOK || !strings.Contains(complaints.String(), "read 1 ") {
		t.Fatal(code, complaints.String())
	}
}

func TestWaitsForAServerThatIsAway(t *testing.T) {
	if os.Getenv("GUIDEPOST_LONG") == "" {
		t.Skip("long: set GUIDEPOST_LONG")
	}
	name := table(t)
	place, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	go func() {
		for range 11 { // more than the look-up's own tries meet
			near, err := place.Accept()
			if err != nil {
				return // the test fails by its output
			}
			_ = near.Close()
		}
		near, err := place.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", os.Getenv("GUIDEPOST_SERVER"))
		if err != nil {
			return
		}
		go func() { _, _ = io.Copy(far, near) }()
		_, _ = io.Copy(near, far)
	}()
	var out, complaints bytes.Buffer
	code := run(t.Context(), []string{"-ask", "-table", name, "-server", place.Addr().String(), "-wait", "10m"}, strings.NewReader(flows), &out, &complaints)
	if code != exitOK || out.String() != enriched {
		t.Fatal(code, complaints.String(), out.String())
	}
}
