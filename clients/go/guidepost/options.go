package guidepost

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Option says how a client connects.
type Option func(*settings) error

type settings struct {
	tls     *tls.Config
	token   func(context.Context) (string, error)
	renews  bool
	timeout time.Duration
	latest  bool
}

// TLS is how a client makes sure that it talks to its server, and what it shows of itself. The files
// are PEM.
type TLS struct {
	// CA has the CAs that may have signed the server's certificate; empty: those of this machine.
	CA string
	// Certificate and Key are this client's own; given together or not at all.
	Certificate, Key string
	// ServerName is the name in the server's certificate, where it is not that of its address.
	ServerName string
}

// WithTLS encrypts.
func WithTLS(t TLS) Option {
	return func(s *settings) error {
		config := &tls.Config{MinVersion: tls.VersionTLS12, ServerName: t.ServerName}
		if (t.Certificate == "") != (t.Key == "") {
			return fmt.Errorf("certificate and key: must be given together")
		}
		if t.CA != "" {
			pem, err := os.ReadFile(t.CA)
			if err != nil {
				return fmt.Errorf("ca: %w", err)
			}
			config.RootCAs = x509.NewCertPool()
			if !config.RootCAs.AppendCertsFromPEM(pem) {
				return fmt.Errorf("ca %q: must have certificates in PEM", t.CA)
			}
		}
		if t.Certificate != "" {
			pair, err := tls.LoadX509KeyPair(t.Certificate, t.Key)
			if err != nil {
				return fmt.Errorf("certificate %q and key %q: %w", t.Certificate, t.Key, err)
			}
			config.Certificates = []tls.Certificate{pair}
		}
		s.tls = config
		return nil
	}
}

// WithToken shows a token with each call. It is sent only over TLS, or to this machine.
func WithToken(token string) Option {
	return func(s *settings) error {
		checked, err := checkedToken(token, "token")
		s.token = func(context.Context) (string, error) { return checked, nil }
		return err
	}
}

// WithTokenSource asks for a token before each call, so that one that expires can be exchanged.
func WithTokenSource(source func(context.Context) (string, error)) Option {
	return func(s *settings) error {
		s.renews = true
		s.token = func(ctx context.Context) (string, error) {
			token, err := source(ctx)
			if err != nil {
				return "", err
			}
			return checkedToken(token, "token source")
		}
		return nil
	}
}

// WithTokenFile shows the token in a file, which is read again when it changes.
func WithTokenFile(path string) Option {
	file := &tokenFile{path: path}
	return WithTokenSource(file.token)
}

type tokenFile struct {
	path string

	mu    sync.Mutex
	stamp time.Time
	size  int64
	read  string
}

func (f *tokenFile) token(context.Context) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	info, err := os.Stat(f.path)
	if err != nil {
		return "", fmt.Errorf("token file: %w", err)
	}
	if f.read == "" || !info.ModTime().Equal(f.stamp) || info.Size() != f.size {
		content, err := os.ReadFile(f.path)
		if err != nil {
			return "", fmt.Errorf("token file: %w", err)
		}
		f.read, f.stamp, f.size = strings.TrimSpace(string(content)), info.ModTime(), info.Size()
	}
	return f.read, nil
}

func checkedToken(token, what string) (string, error) {
	isBad := func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == 0x7f }
	if token == "" || strings.ContainsFunc(token, isBad) {
		return "", fmt.Errorf("%s: must be one word of printable ASCII", what)
	}
	return token, nil
}

// WithTimeout is how long each answer may take, tries included; 40 s unless told otherwise:
// longer than a server waits for the brokers of its cluster. A context with an earlier deadline
// counts. Lists and watches have only the context's: their first answer is asked for again so long,
// and a dead connection is noticed within 80 s.
func WithTimeout(timeout time.Duration) Option {
	return func(s *settings) error {
		if timeout <= 0 {
			return fmt.Errorf("timeout %s: must be above 0", timeout)
		}
		s.timeout = timeout
		return nil
	}
}

// WithLatest has reads wait for all that was acknowledged anywhere in the cluster.
func WithLatest() Option {
	return func(s *settings) error {
		s.latest = true
		return nil
	}
}

var unbracketed = regexp.MustCompile(`^[^:/\[\]\s]+$`)

// target is an address as gRPC dials it; isLocal says that it is on this machine.
func target(text string) (dialed string, isLocal bool, err error) {
	if strings.HasPrefix(text, "unix:") {
		return text, true, nil
	}
	host, port, err := net.SplitHostPort(text)
	number, wrong := strconv.Atoi(port)
	address := net.ParseIP(host)
	if err != nil || wrong != nil || number < 1 || number > 65535 || address == nil && !unbracketed.MatchString(host) {
		return "", false, fmt.Errorf("server %q: must be HOST:PORT, [IPV6]:PORT or unix:PATH", text)
	}
	return "dns:///" + text, host == "localhost" || address != nil && address.IsLoopback(), nil
}
