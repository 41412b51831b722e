package console

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// ErrMisused means that an option, or a file that it names, is not what it must be.
var ErrMisused = errors.New("wrong option")

// tokenText is what a token looks like, as RFC 6750 writes one.
var tokenText = regexp.MustCompile(`^[A-Za-z0-9._~+/-]+=*$`)

// Security is how a client makes sure that it talks to its server, and what it shows of itself.
type Security struct {
	TLS                  bool
	CA, Certificate, Key string
	ServerName           string
	TokenFile            string
}

func (s *Security) flags() {
	flag.BoolVar(&s.TLS, "tls", false, "encrypt; the next four do so too")
	flag.StringVar(&s.CA, "ca", "",
		"trust a server whose certificate the CAs in this `FILE` signed (default: those of this machine)")
	flag.StringVar(&s.Certificate, "cert", "", "show the certificate in this `FILE`")
	flag.StringVar(&s.Key, "key", "", "its private key, in this `FILE`")
	flag.StringVar(&s.ServerName, "server-name", "",
		"the `NAME` in the server's certificate (default: the host of its address)")
	flag.StringVar(&s.TokenFile, "token-file", "",
		"show the token in this `FILE` (default: $GUIDEPOST_TOKEN, if set)")
}

func (s *Security) encrypts() bool {
	return s.TLS || s.CA != "" || s.Certificate != "" || s.Key != "" || s.ServerName != ""
}

// dialOptions say how to connect.
func (s *Security) dialOptions(server string) ([]grpc.DialOption, error) {
	token, err := s.token()
	if err != nil {
		return nil, err
	}
	var options []grpc.DialOption
	if s.encrypts() {
		config, err := s.config()
		if err != nil {
			return nil, err
		}
		options = append(options, grpc.WithTransportCredentials(credentials.NewTLS(config)))
		if s.ServerName != "" {
			options = append(options, grpc.WithAuthority(s.ServerName))
		}
	} else {
		if token != "" && !isLoopback(server) {
			return nil, misused("server %s: a token must only be sent over TLS, or to this machine", server)
		}
		options = append(options, grpc.WithTransportCredentials(insecure.NewCredentials()))
	}
	if token != "" {
		options = append(options, grpc.WithPerRPCCredentials(bearer(token)))
	}
	return options, nil
}

func misused(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrMisused, fmt.Sprintf(format, arguments...))
}

func (s *Security) config() (*tls.Config, error) {
	config := &tls.Config{ServerName: s.ServerName, MinVersion: tls.VersionTLS12}
	if s.CA != "" {
		pem, err := os.ReadFile(s.CA)
		if err != nil {
			return nil, misused("%v", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, misused("file %q: must hold certificates in PEM", s.CA)
		}
	}
	if (s.Certificate == "") != (s.Key == "") {
		return nil, misused("-cert and -key must be given together")
	}
	if s.Certificate != "" {
		pair, err := tls.LoadX509KeyPair(s.Certificate, s.Key)
		if err != nil {
			return nil, misused("-cert and -key: %v", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// token is what is shown with each call, or nothing.
func (s *Security) token() (string, error) {
	if s.TokenFile == "" {
		return strings.TrimSpace(os.Getenv("GUIDEPOST_TOKEN")), nil
	}
	text, err := os.ReadFile(s.TokenFile)
	if err != nil {
		return "", misused("%v", err)
	}
	token := strings.TrimSpace(string(text))
	if !tokenText.MatchString(token) {
		return "", misused("file %q: must hold a token, and nothing else", s.TokenFile)
	}
	return token, nil
}

func isLoopback(server string) bool {
	host, _, err := net.SplitHostPort(server)
	if err != nil {
		return false
	}
	address := net.ParseIP(host)
	return host == "localhost" || address != nil && address.IsLoopback()
}

// bearer shows a token with each call.
type bearer string

func (b bearer) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Bearer " + string(b)}, nil
}

// RequireTransportSecurity is false, as a server on this machine may speak plaintext; dialOptions
// has refused every other one.
func (b bearer) RequireTransportSecurity() bool { return false }

// why tries the handshake once more, to say why there is no connection: gRPC tells only the calls
// that fail, and these wait.
func (s *Security) why(server string, wait time.Duration) string {
	config, err := s.config()
	if err != nil {
		return err.Error()
	}
	config.NextProtos = []string{"h2"}
	connection, err := tls.DialWithDialer(&net.Dialer{Timeout: wait}, "tcp", server, config)
	if err == nil {
		defer connection.Close()
		// TLS 1.3 refuses a client's certificate only when the client reads.
		if err = connection.SetReadDeadline(time.Now().Add(time.Second)); err == nil {
			_, err = connection.Read(make([]byte, 1))
		}
	}
	return tlsText(err)
}

func tlsText(err error) string {
	var (
		plaintext tls.RecordHeaderError
		unknown   x509.UnknownAuthorityError
		name      x509.HostnameError
		invalid   x509.CertificateInvalidError
		alert     tls.AlertError
		timeout   net.Error
	)
	switch {
	case errors.As(err, &plaintext):
		return "it speaks plaintext, not TLS: connect without -tls and its options"
	case errors.As(err, &unknown):
		return "its certificate is signed by no CA that is trusted: name its CA with -ca FILE"
	case errors.As(err, &name):
		return "its certificate is for another name: check the address, or say the name with -server-name NAME"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "its certificate has expired or is not valid yet: " + invalid.Detail
	case errors.As(err, &alert) && strings.Contains(alert.Error(), "certificate required"):
		return "it wants a certificate: show one with -cert FILE -key FILE"
	case err != nil && strings.Contains(err.Error(), "certificate required"):
		return "it wants a certificate: show one with -cert FILE -key FILE"
	case err != nil && strings.Contains(err.Error(), "remote error"):
		return "it refuses this client's certificate: " + err.Error()
	case errors.Is(err, io.EOF):
		return "it ends the connection after the handshake; it may want a certificate (-cert FILE -key FILE)"
	case err == nil, errors.As(err, &timeout) && timeout.Timeout():
		return "it speaks TLS, but not gRPC"
	default:
		return err.Error()
	}
}
