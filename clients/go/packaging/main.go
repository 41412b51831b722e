// Command packaging makes the Go module's files as a module proxy has them:
//
//	DIRECTORY/github.com/guidepost-server/guidepost/clients/go/@v/{list,VERSION.info,VERSION.mod,VERSION.zip}
//
// so that GOPROXY=file://DIRECTORY serves it. The same sources and time make the same bytes.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: packaging SOURCE VERSION EPOCH DIRECTORY")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "packaging:", err)
		os.Exit(1)
	}
}

func run(source, version, epoch, directory string) error {
	seconds, err := strconv.ParseInt(epoch, 10, 64)
	if err != nil {
		return err
	}
	mod, err := os.ReadFile(filepath.Join(source, "go.mod"))
	if err != nil {
		return err
	}
	packed := module.Version{Path: modfile.ModulePath(mod), Version: version}
	escaped, err := module.EscapePath(packed.Path)
	if err != nil {
		return err
	}
	target := filepath.Join(directory, escaped, "@v")
	if err := os.MkdirAll(target, 0o755); err != nil {
		return err
	}
	info, err := json.Marshal(struct {
		Version string
		Time    time.Time
	}{version, time.Unix(seconds, 0).UTC()})
	if err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list": []byte(version + "\n"), version + ".info": append(info, '\n'), version + ".mod": mod,
	} {
		if err := os.WriteFile(filepath.Join(target, name), content, 0o644); err != nil {
			return err
		}
	}
	file, err := os.Create(filepath.Join(target, version+".zip"))
	if err != nil {
		return err
	}
	// It leaves out other modules, and refuses names that no proxy takes; entries have no times.
	if err := zip.CreateFromDir(file, packed, source); err != nil {
		return err
	}
	fmt.Println(file.Name())
	return file.Close()
}
