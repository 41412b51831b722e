// Command guidepost-enrich adds to each flow record which route its addresses have.
//
// It reads JSON objects, one a line, as GoFlow2 writes them, and writes them as they came with fields
// added. docs/integrations/flows.md shows how it stands between GoFlow2 and what stores the flows.
//
//	goflow2 -format json | guidepost-enrich -server routes.example:50051 -ca ca.pem
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

const (
	exitOK = iota
	exitFailed
	exitUsage
	exitUnreachable
)

type options struct {
	server, table, tokenFile string
	tls                      guidepost.TLS
	encrypt, ask             bool
	wait                     time.Duration
	fields                   fields
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

func run(ctx context.Context, arguments []string, in io.Reader, out, complaints io.Writer) int {
	o := options{}
	flags := flag.NewFlagSet("guidepost-enrich", flag.ContinueOnError)
	flags.SetOutput(complaints)
	flags.StringVar(&o.server, "server", envOr("GUIDEPOST_SERVER", "localhost:50051"), "the `HOST:PORT` of the server, or of several of a cluster, separated by commas")
	flags.StringVar(&o.table, "table", "", "the `TABLE` to look in (default: \"default\")")
	flags.StringVar(&o.tokenFile, "token-file", "", "show the token in this `FILE`, which is read again when it changes")
	flags.BoolVar(&o.encrypt, "tls", false, "encrypt; each of the next does too")
	flags.StringVar(&o.tls.CA, "ca", "", "trust the CAs in this `FILE`")
	flags.StringVar(&o.tls.Certificate, "cert", "", "show the certificate in this `FILE`")
	flags.StringVar(&o.tls.Key, "key", "", "with the key in this `FILE`")
	flags.StringVar(&o.tls.ServerName, "server-name", "", "the `NAME` in the server's certificate")
	flags.BoolVar(&o.ask, "ask", false, "ask the server for each line instead of keeping a copy of the table: less memory, more time")
	flags.DurationVar(&o.wait, "wait", time.Minute, "how long the first answer of the server may take; with -ask, each")
	flags.StringVar(&o.fields.source, "source", "src_addr", "the `FIELD` with the source address (akvorado: SrcAddr)")
	flags.StringVar(&o.fields.destination, "destination", "dst_addr", "the `FIELD` with the destination address (akvorado: DstAddr)")
	if err := flags.Parse(arguments); errors.Is(err, flag.ErrHelp) {
		return exitOK
	} else if err != nil {
		return exitUsage
	}
	if flags.NArg() > 0 {
		fmt.Fprintf(complaints, "guidepost-enrich: unexpected argument %q; flows come from standard input\n", flags.Arg(0))
		return exitUsage
	}
	client, err := connect(o)
	if err != nil {
		fmt.Fprintf(complaints, "guidepost-enrich: %v\n", err)
		return exitUsage
	}
	defer client.Close()
	finder, err := o.finder(ctx, client)
	if err != nil {
		fmt.Fprintf(complaints, "guidepost-enrich: %v\n", err)
		return exitUnreachable
	}
	defer finder.close()
	done, err := enrich(ctx, untilDone(ctx, in), out, o.fields, finder)
	fmt.Fprintf(complaints, "guidepost-enrich: read %d = enriched %d + without a route %d + no flow record %d\n",
		done.read, done.enriched, done.uncovered, done.unread)
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(complaints, "guidepost-enrich: %v\n", err)
		return exitFailed
	}
	return exitOK
}

// untilDone is what comes in, until the context is done: a read that waits for input does not notice.
func untilDone(ctx context.Context, in io.Reader) io.Reader {
	reader, writer := io.Pipe()
	go func() {
		_, err := io.Copy(writer, in)
		_ = writer.CloseWithError(err)
	}()
	context.AfterFunc(ctx, func() { _ = writer.Close() })
	return reader
}

func envOr(name, other string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return other
}

func connect(o options) (*guidepost.Client, error) {
	var chosen []guidepost.Option
	if o.encrypt || o.tls != (guidepost.TLS{}) {
		chosen = append(chosen, guidepost.WithTLS(o.tls))
	}
	if o.tokenFile != "" {
		chosen = append(chosen, guidepost.WithTokenFile(o.tokenFile))
	}
	return guidepost.New(o.server, chosen...)
}

func (o options) finder(ctx context.Context, client *guidepost.Client) (finder, error) {
	routes := client.Routes().InTable(o.table)
	if o.ask {
		return &asking{ctx, routes, o.wait}, nil
	}
	waiting, cancel := context.WithTimeout(ctx, o.wait)
	defer cancel()
	live := routes.Live(ctx, nil)
	if err := live.Ready(waiting); err != nil {
		live.Close()
		return nil, err
	}
	return &copied{live}, nil
}
