package clients_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/guidepost-server/guidepost/clients/go/gen/routetable"
)

// authority is a CA that a test makes, with the file of its certificate.
type authority struct {
	directory   string
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func must[T any](t *testing.T) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

func writePem(t *testing.T, file, label string, der []byte) {
	t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	ca := authority{directory: t.TempDir()}
	ca.key = must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test CA"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, template, &ca.key.PublicKey, ca.key))
	ca.certificate = must[*x509.Certificate](t)(x509.ParseCertificate(der))
	writePem(t, ca.file("ca.pem"), "CERTIFICATE", der)
	return ca
}

func (ca authority) file(name string) string { return filepath.Join(ca.directory, name) }

// issue makes NAME.pem and NAME.key for 127.0.0.1.
func (ca authority) issue(t *testing.T, name string, expires time.Time) tls.Certificate {
	t.Helper()
	key := must[*ecdsa.PrivateKey](t)(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name},
		NotBefore: time.Now().Add(-2 * time.Hour), NotAfter: expires,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"routes.example"},
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der := must[[]byte](t)(x509.CreateCertificate(rand.Reader, template, ca.certificate, &key.PublicKey, ca.key))
	writePem(t, ca.file(name+".pem"), "CERTIFICATE", der)
	writePem(t, ca.file(name+".key"), "PRIVATE KEY", must[[]byte](t)(x509.MarshalPKCS8PrivateKey(key)))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// answering is a server without routes that may want a token.
type answering struct {
	routetable.UnimplementedRouterServer
	token string
}

func (a answering) GetRoute(ctx context.Context, _ *routetable.Destination) (*routetable.Route, error) {
	shown, _ := metadata.FromIncomingContext(ctx)
	if a.token != "" && (len(shown["authorization"]) != 1 || shown["authorization"][0] != "Bearer "+a.token) {
		return nil, status.Error(codes.Unauthenticated, "who calls?")
	}
	return &routetable.Route{}, nil
}

// serve begins to answer, over TLS if there is a configuration, and says where.
func serve(t *testing.T, config *tls.Config, token string) string {
	t.Helper()
	var options []grpc.ServerOption
	if config != nil {
		options = append(options, grpc.Creds(credentials.NewTLS(config)))
	}
	server := grpc.NewServer(options...)
	routetable.RegisterRouterServer(server, answering{token: token})
	listener := must[net.Listener](t)(net.Listen("tcp", "127.0.0.1:0"))
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	return listener.Addr().String()
}

func lookUp(t *testing.T, server string, arguments ...string) ending {
	t.Helper()
	return run(t, "", "routing_client",
		append([]string{"-lookup-only", "-wait", "1s", "-server", server}, arguments...)...)
}

func TestEncryptsAndShowsWhatItIsGiven(t *testing.T) {
	ca := newAuthority(t)
	pair := ca.issue(t, "server", time.Now().Add(time.Hour))
	ca.issue(t, "client", time.Now().Add(time.Hour))
	known := x509.NewCertPool()
	known.AddCert(ca.certificate)
	mutual := &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: known,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}
	server := serve(t, mutual, "secret")
	token := ca.file("token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	shown := []string{"-ca", ca.file("ca.pem"), "-cert", ca.file("client.pem"), "-key", ca.file("client.key")}
	lookUp(t, server, append(shown, "-token-file", token)...).mustSucceed(t)
	lookUp(t, server, append(shown, "-token-file", token, "-server-name", "routes.example")...).mustSucceed(t)
	t.Setenv("GUIDEPOST_TOKEN", "secret")
	lookUp(t, server, shown...).mustSucceed(t)
}

func TestSaysWhyTheHandshakeFailed(t *testing.T) {
	ca, other := newAuthority(t), newAuthority(t)
	pair := ca.issue(t, "server", time.Now().Add(time.Hour))
	other.issue(t, "client", time.Now().Add(time.Hour))
	known := x509.NewCertPool()
	known.AddCert(ca.certificate)
	plain := serve(t, nil, "")
	encrypted := serve(t, &tls.Config{Certificates: []tls.Certificate{pair}}, "")
	mutual := serve(t, &tls.Config{Certificates: []tls.Certificate{pair}, ClientCAs: known,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}, "")
	expired := serve(t, &tls.Config{Certificates: []tls.Certificate{
		ca.issue(t, "expired", time.Now().Add(-time.Minute))}}, "")
	trusted := []string{"-ca", ca.file("ca.pem")}
	for name, each := range map[string]struct {
		server    string
		arguments []string
		says      string
	}{
		"plaintext":     {plain, trusted, "it speaks plaintext, not TLS"},
		"wants TLS":     {encrypted, nil, "no server at .* that speaks plaintext.* or try -tls"},
		"unknown CA":    {encrypted, []string{"-ca", other.file("ca.pem")}, "signed by no CA that is trusted"},
		"Go's CAs":      {encrypted, []string{"-tls"}, "signed by no CA that is trusted"},
		"another name":  {encrypted, append(trusted, "-server-name", "a.example"), "is for another name"},
		"expired":       {expired, trusted, "has expired or is not valid yet"},
		"no own":        {mutual, trusted, "it wants a certificate"},
		"one of others": {mutual, append(trusted, "-cert", other.file("client.pem"), "-key", other.file("client.key")), "certificate"},
	} {
		t.Run(name, func(t *testing.T) {
			ended := lookUp(t, each.server, each.arguments...)
			if ended.code != 3 {
				t.Errorf("ended with %d", ended.code)
			}
			ended.mustSay(t, each.says)
		})
	}
}

func TestTokenIsNeverSentForEverybodyToRead(t *testing.T) {
	t.Setenv("GUIDEPOST_TOKEN", "secret")
	ended := lookUp(t, "192.0.2.1:50051")
	if ended.code != 2 {
		t.Errorf("ended with %d", ended.code)
	}
	ended.mustSay(t, "a token must only be sent over TLS, or to this machine")
	lookUp(t, serve(t, nil, "secret")).mustSucceed(t)
	t.Setenv("GUIDEPOST_TOKEN", "wrong")
	refused := lookUp(t, serve(t, nil, "secret"))
	if refused.code != 1 {
		t.Errorf("ended with %d", refused.code)
	}
	refused.mustSay(t, "show a token with -token-file")
}
