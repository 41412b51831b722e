package guidepost_test

import (
	"archive/zip"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const modulePath = "github.com/guidepost-server/guidepost/clients/go"

func packed(t *testing.T) (file, version string, content []byte) {
	t.Helper()
	directory := t.TempDir()
	made := exec.Command("../package.sh", directory)
	made.Env = append(os.Environ(), "SOURCE_DATE_EPOCH=1767225600")
	if output, err := made.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	files := must(filepath.Glob(filepath.Join(directory, modulePath, "@v", "*.zip")))(t)
	if len(files) != 1 {
		t.Fatal(files)
	}
	return files[0], strings.TrimSuffix(filepath.Base(files[0]), ".zip"), must(os.ReadFile(files[0]))(t)
}

func TestTheModuleIsPackedTheSameTwice(t *testing.T) {
	_, _, first := packed(t)
	file, version, second := packed(t)
	if string(first) != string(second) {
		t.Fatal("two runs, two files")
	}
	archive := must(zip.OpenReader(file))(t)
	defer archive.Close()
	names := map[string]bool{}
	for _, each := range archive.File {
		names[strings.TrimPrefix(each.Name, modulePath+"@"+version+"/")] = true
	}
	for _, wanted := range []string{"LICENSE", "go.mod", "guidepost/live.go", "gen/guidepost/routes/v1/routes.pb.go"} {
		if !names[wanted] {
			t.Fatal("the module lacks", wanted)
		}
	}
}

const program = `package main

import (
	"context"
	"fmt"
	"net/netip"
	"os"

	"github.com/guidepost-server/guidepost/clients/go/guidepost"
)

func main() {
	client, err := guidepost.New(os.Args[1])
	if err != nil {
		panic(err)
	}
	_, _, err = client.Routes().Lookup(context.Background(), netip.MustParseAddr("192.0.2.1"))
	fmt.Println("looked up", err)
}
`

func TestAProgramElsewhereUsesThePackedModule(t *testing.T) {
	if os.Getenv("GUIDEPOST_LONG") == "" {
		t.Skip("long: set GUIDEPOST_LONG")
	}
	file, version, _ := packed(t)
	archive := must(zip.OpenReader(file))(t)
	defer archive.Close()
	directory := t.TempDir()
	prefix := modulePath + "@" + version + "/"
	for _, each := range archive.File {
		target := filepath.Join(directory, "module", strings.TrimPrefix(each.Name, prefix))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		content := must(io.ReadAll(must(each.Open())(t)))(t)
		if err := os.WriteFile(target, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	mod := string(must(os.ReadFile("../go.mod"))(t))
	mod = strings.Replace(mod, "module "+modulePath, "module elsewhere", 1) +
		"\nrequire " + modulePath + " " + version + "\nreplace " + modulePath + " => ./module\n"
	for name, content := range map[string]string{
		"go.mod": mod, "go.sum": string(must(os.ReadFile("../go.sum"))(t)), "main.go": program,
	} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ran := exec.Command("go", "run", ".", server(t))
	ran.Dir = directory
	output, err := ran.CombinedOutput()
	if err != nil || !strings.Contains(string(output), "looked up <nil>") {
		t.Fatalf("%v\n%s", err, output)
	}
}
