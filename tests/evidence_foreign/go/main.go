// Verifies published logs with golang.org/x/mod/sumdb and github.com/transparency-dev/formats.
//
// usage: remit_foreign LOGS
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func names(folder string) []string {
	var out []string
	for _, entry := range must(os.ReadDir(folder)) {
		out = append(out, entry.Name())
	}
	return out
}

func main() {
	root := os.Args[1]
	keys := trusted{
		log:     strings.TrimSpace(string(must(os.ReadFile(filepath.Join(root, "vkey"))))),
		witness: strings.TrimSpace(string(must(os.ReadFile(filepath.Join(root, "witness.vkey"))))),
	}
	failures, accepted, refused := 0, 0, 0
	for _, name := range names(filepath.Join(root, "good")) {
		start := time.Now()
		size, err := verifyFolder(filepath.Join(root, "good", name), keys)
		if err != nil {
			fmt.Printf("good log %s is refused: %v\n", name, err)
			failures++
			continue
		}
		fmt.Printf("good log %s: %d entries in %v\n", name, size, time.Since(start).Round(time.Millisecond))
		accepted++
	}
	for _, name := range names(filepath.Join(root, "bad")) {
		folder := filepath.Join(root, "bad", name)
		concerns := strings.Fields(string(must(os.ReadFile(filepath.Join(folder, "concerns")))))
		if !slices.Contains(concerns, "go") {
			continue
		}
		if _, err := verifyFolder(folder, keys); err != nil {
			fmt.Printf("bad log %s: %v\n", name, err)
			refused++
		} else {
			fmt.Printf("bad log %s is accepted\n", name)
			failures++
		}
	}
	failures += flipBits(filepath.Join(root, "good/20/log"), keys, 1)
	failures += flipBits(filepath.Join(root, "good/257/log"), keys, 13)
	fmt.Printf("%d accepted, %d refused, %d wrong\n", accepted, refused, failures)
	if failures > 0 || accepted == 0 || refused == 0 {
		os.Exit(1)
	}
}

// sameSignature tells whether a checkpoint with this bit flipped back has the same signature in another spelling: x/mod/sumdb/note
// reads base64 without looking at the bits behind the last byte.
func sameSignature(name string, data []byte, bit int) bool {
	if name != "checkpoint" {
		return false
	}
	before := bytes.Clone(data)
	before[bit/8] ^= 1 << (bit % 8)
	decode := func(note []byte) string {
		fields := strings.Fields(string(note))
		signature, err := base64.StdEncoding.DecodeString(fields[len(fields)-1])
		return fmt.Sprint(signature, err)
	}
	return decode(before) == decode(data)
}

// flipBits flips every n-th bit of every file of a log, one at a time, and counts the flips that go unnoticed.
func flipBits(folder string, keys trusted, n int) int {
	published := must(readTree(folder))
	if _, err := verifyLog(published, keys); err != nil {
		fmt.Printf("%s is refused before anything was flipped: %v\n", folder, err)
		return 1
	}
	flips, unnoticed := 0, 0
	for name, data := range published {
		for bit := 0; bit < 8*len(data); bit += n {
			data[bit/8] ^= 1 << (bit % 8)
			if _, err := verifyLog(published, keys); err == nil && !sameSignature(name, data, bit) {
				if unnoticed++; unnoticed <= 10 {
					fmt.Printf("%s: bit %d of %s flipped, and nothing noticed\n", folder, bit, name)
				}
			}
			data[bit/8] ^= 1 << (bit % 8)
			flips++
		}
	}
	fmt.Printf("%s: %d flipped bits, %d unnoticed\n", folder, flips, unnoticed)
	return unnoticed
}
