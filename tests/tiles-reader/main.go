// Reads a log that was saved to files under its C2SP paths, with the Go project's own code for notes and tile logs, which
// knows nothing of this project. It ends with 0 if the checkpoint verifies and every entry is where the tree says.
//
// Usage: go run main.go <folder> <verifier key>
package main

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// files reads tiles. The paths of tlog carry the height (tile/8/0/000), those of C2SP do not (tile/0/000).
type files struct {
	folder string
	read   int
}

func (f *files) Height() int { return height }

func (f *files) SaveTiles([]tlog.Tile, [][]byte) {}

func (f *files) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(f.folder, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		f.read++
		all = append(all, data)
	}
	return all, nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func main() {
	folder := os.Args[1]
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	text, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	signed, err := note.Open(text, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(signed.Text, "\n")
	if lines[0] != verifier.Name() {
		check(fmt.Errorf("the checkpoint is of %q", lines[0]))
	}
	var size int64
	_, err = fmt.Sscanf(lines[1], "%d", &size)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)

	tree := tlog.Tree{N: size, Hash: root}
	source := &files{folder: folder}
	// TileHashReader checks every tile that it reads against the tree's root.
	reader := tlog.TileHashReader(tree, source)
	var entries [][]byte
	for index := int64(0); index*256 < size; index++ {
		path := tlog.Tile{H: height, L: 0, N: index, W: 256}
		if rest := size - index*256; rest < 256 {
			path.W = int(rest)
		}
		name := strings.Replace(path.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(name)))
		check(err)
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	if int64(len(entries)) != size {
		check(fmt.Errorf("there are %d entries, but the checkpoint says %d", len(entries), size))
	}
	var at []int64
	for i := int64(0); i < size; i++ {
		at = append(at, tlog.StoredHashIndex(0, i))
	}
	hashes, err := reader.ReadHashes(at)
	check(err)
	for i, entry := range entries {
		if hashes[i] != tlog.Hash(sha256.Sum256(append([]byte{0}, entry...))) {
			check(fmt.Errorf("entry %d is not what the tree holds", i))
		}
		proof, err := tlog.ProveRecord(size, int64(i), reader)
		check(err)
		check(tlog.CheckRecord(proof, size, root, int64(i), hashes[i]))
	}
	fmt.Printf("%d entries, %d tiles\n", size, source.read)
}
