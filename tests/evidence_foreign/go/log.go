package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	cosignature "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// trusted is all that a verifier knows beforehand.
type trusted struct{ log, witness string }

// files are a published log's, by path.
type files map[string][]byte

func readTree(root string) (files, error) {
	out := files{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		out[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	return out, err
}

// path is C2SP's, which leaves the height out.
func path(tile tlog.Tile) string {
	return strings.Replace(strings.Replace(tile.Path(), "tile/8/", "tile/", 1), "tile/data/", "tile/entries/", 1)
}

func (f files) Height() int                         { return 8 }
func (f files) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		data, ok := f[path(tile)]
		if !ok {
			return nil, fmt.Errorf("%s is missing", path(tile))
		}
		out = append(out, data)
	}
	return out, nil
}

func parseTree(text, origin string) (tree tlog.Tree, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] != origin {
		return tree, errors.New("the checkpoint is not three lines of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || strconv.FormatInt(tree.N, 10) != lines[1] {
		return tree, errors.New("the checkpoint's size is not a number")
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

func openCheckpoint(message []byte, key string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	return parseTree(opened.Text, verifier.Name())
}

func splitBundle(data []byte, width int) ([][]byte, error) {
	var out [][]byte
	for len(out) < width {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, errors.New("a bundle is cut off")
		}
		length := int(binary.BigEndian.Uint16(data))
		out, data = append(out, data[2:2+length]), data[2+length:]
	}
	if len(data) > 0 {
		return nil, errors.New("a bundle is too long")
	}
	return out, nil
}

// stored are all hashes of a tree, in the order in which x/mod numbers them.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, index := range indexes {
		if index >= int64(len(s)) {
			return nil, errors.New("the tree does not have that hash")
		}
		out = append(out, s[index])
	}
	return out, nil
}

// verifyLog checks the signature, grows the signed tree from the entries alone, and then compares every file with what it must be.
//
// It does so with a tree of its own, because x/mod's TileHashReader (as of v0.32.0) compares with their parents only those tiles
// that it reads behind the first n, where n counts the tree's perfect subtrees and not the tiles that they are in.
func verifyLog(published files, keys trusted) (tree tlog.Tree, err error) {
	if tree, err = openCheckpoint(published["checkpoint"], keys.log); err != nil || tree.N == 0 {
		return tree, err
	}
	tiles := map[string][]byte{}
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		tiles[path(tile)] = nil
		if tile.L == 0 {
			tile.L = -1
			tiles[path(tile)] = nil
		}
	}
	hashes, err := grow(published, tree.N)
	if err != nil {
		return tree, err
	}
	if root, err := tlog.TreeHash(tree.N, hashes); err != nil || root != tree.Hash {
		return tree, errors.Join(errors.New("the entries are not those of the root"), err)
	}
	for _, tile := range tlog.NewTiles(8, 0, tree.N) {
		want, err := tlog.ReadTileData(tile, hashes)
		if err != nil || !bytes.Equal(want, published[path(tile)]) {
			return tree, errors.Join(fmt.Errorf("%s is not what the entries say", path(tile)), err)
		}
	}
	return tree, verifyEarlier(published, tiles)
}

// grow computes all hashes from the entries.
func grow(published files, size int64) (hashes stored, err error) {
	for first := int64(0); first < size; first += 256 {
		bundle := tlog.Tile{H: 8, L: -1, N: first / 256, W: int(min(256, size-first))}
		data, ok := published[path(bundle)]
		if !ok {
			return nil, fmt.Errorf("%s is missing", path(bundle))
		}
		entries, err := splitBundle(data, bundle.W)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path(bundle), err)
		}
		for i, entry := range entries {
			more, err := tlog.StoredHashes(first+int64(i), entry, hashes)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, more...)
		}
	}
	return hashes, nil
}

// verifyEarlier compares partial tiles of earlier sizes with those that have been verified: they begin in the same way.
func verifyEarlier(published files, verified map[string][]byte) error {
	for name, data := range published {
		full, _, partial := strings.Cut(name, ".p/")
		if _, done := verified[name]; done || !partial {
			continue
		}
		now, ok := published[full]
		for later := range verified {
			if strings.HasPrefix(later, full+".p/") {
				now, ok = published[later], true
			}
		}
		if !ok || !bytes.HasPrefix(now, data) {
			return fmt.Errorf("%s is not the beginning of what it is now", name)
		}
	}
	return nil
}

// verifyFolder checks a log and what lies beside it.
func verifyFolder(folder string, keys trusted) (int64, error) {
	published, err := readTree(filepath.Join(folder, "log"))
	if err != nil {
		return 0, err
	}
	tree, err := verifyLog(published, keys)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(tree, published)
	for _, check := range []func(string, tlog.Tree, tlog.HashReader, trusted) error{
		checkKnown, checkProofs, checkConsistency,
	} {
		if err := check(folder, tree, reader, keys); err != nil {
			return 0, err
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "witnessed")); err == nil {
		verifier, err := cosignature.NewVerifierForCosignatureV1(keys.witness)
		if err != nil {
			return 0, err
		}
		if _, err := note.Open(published["checkpoint"], note.VerifierList(verifier)); err != nil {
			return 0, fmt.Errorf("the witness: %w", err)
		}
	}
	return tree.N, nil
}

// checkKnown holds the log to a checkpoint that was seen earlier: its tiles must prove that it only grew.
func checkKnown(folder string, tree tlog.Tree, reader tlog.HashReader, keys trusted) error {
	message, err := os.ReadFile(filepath.Join(folder, "known"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	known, err := openCheckpoint(message, keys.log)
	if err != nil || known.N == 0 {
		return err
	}
	if known.N > tree.N {
		return fmt.Errorf("the log had %d entries and has %d", known.N, tree.N)
	}
	proof, err := tlog.ProveTree(tree.N, known.N, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, known.N, known.Hash)
}

// checkProofs checks the inclusion proofs that the log's writer made, and that x/mod makes the same ones.
func checkProofs(folder string, tree tlog.Tree, reader tlog.HashReader, keys trusted) error {
	proofs, err := filepath.Glob(filepath.Join(folder, "proofs/*.tlog-proof"))
	if err != nil {
		return err
	}
	for _, name := range proofs {
		text := string(must(os.ReadFile(name)))
		entry := must(os.ReadFile(strings.TrimSuffix(name, ".tlog-proof") + ".entry"))
		head, checkpoint, found := strings.Cut(text, "\n\n")
		lines := strings.Split(head, "\n")
		if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
			return fmt.Errorf("%s is not a proof", name)
		}
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		if err != nil {
			return err
		}
		hashes, err := parseHashes(lines[2:])
		if err != nil {
			return err
		}
		signed, err := openCheckpoint([]byte(checkpoint), keys.log)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(hashes, signed.N, signed.Hash, index, tlog.RecordHash(entry)); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
		made, err := tlog.ProveRecord(tree.N, index, reader)
		if err != nil {
			return err
		}
		if fmt.Sprint(made) != fmt.Sprint(tlog.RecordProof(hashes)) {
			return fmt.Errorf("%s is another proof than x/mod's", filepath.Base(name))
		}
	}
	return nil
}

func checkConsistency(folder string, tree tlog.Tree, _ tlog.HashReader, _ trusted) error {
	proofs, err := filepath.Glob(filepath.Join(folder, "consistency/*"))
	if err != nil {
		return err
	}
	for _, name := range proofs {
		hashes, err := parseHashes(strings.Fields(string(must(os.ReadFile(name)))))
		if err != nil {
			return err
		}
		old, err := strconv.ParseInt(filepath.Base(name), 10, 64)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(hashes[1:], tree.N, tree.Hash, old, hashes[0]); err != nil {
			return fmt.Errorf("consistency with %d: %w", old, err)
		}
	}
	return nil
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	out := []tlog.Hash{}
	for _, line := range lines {
		data, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(data) != tlog.HashSize {
			return nil, fmt.Errorf("%q is not a hash", line)
		}
		out = append(out, tlog.Hash(data))
	}
	return out, nil
}
