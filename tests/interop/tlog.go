// Reads and writes logs with Go's own implementation, golang.org/x/mod/sumdb, and with nothing of ours but the
// paths of C2SP tlog-tiles, which x/mod names otherwise.
//
//	check DIR VKEY PROOFS   opens DIR/checkpoint, checks every tile and entry, and the proofs in the file PROOFS
//	make DIR NAME SIZE      writes a log of so many entries, and prints its key
package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// proofs that our code made, to be checked here; hashes in base64.
type proofs struct {
	Inclusion []struct {
		Index, Size int64
		Leaf, Root  tlog.Hash
		Proof       tlog.RecordProof
	}
	Consistency []struct {
		Old, New         int64
		OldRoot, NewRoot tlog.Hash
		Proof            tlog.TreeProof
	}
}

// folder is a tlog.TileReader over files named as tlog-tiles names them.
type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range wanted {
		data, err := os.ReadFile(filepath.Join(string(f), path(t)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func path(t tlog.Tile) string {
	level := strconv.Itoa(t.L)
	if t.L == -1 {
		level = "entries"
	}
	name := fmt.Sprintf("%03d", t.N%1000)
	for n := t.N / 1000; n > 0; n /= 1000 {
		name = fmt.Sprintf("x%03d/%s", n%1000, name)
	}
	if t.W < 1<<height {
		name += fmt.Sprintf(".p/%d", t.W)
	}
	return "tile/" + level + "/" + name
}

// widest names the tiles of a tree, of partial ones the widest: NewTiles names all widths that were ever published.
func widest(size int64) []tlog.Tile {
	var found []tlog.Tile
	for _, t := range tlog.NewTiles(height, 0, size) {
		if last := len(found) - 1; last >= 0 && found[last].L == t.L && found[last].N == t.N {
			found = found[:last]
		}
		found = append(found, t)
	}
	return found
}

func check(dir, vkey, proofFile string) error {
	tree, err := openCheckpoint(dir, vkey)
	if err != nil {
		return err
	}
	reader := tlog.TileHashReader(tree, folder(dir))
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return fmt.Errorf("the tiles give the root %v, %v", root, err)
	}
	if err := checkEntries(dir, tree, reader); err != nil {
		return err
	}
	if err := checkOwn(tree, reader); err != nil {
		return err
	}
	return checkTheirs(proofFile)
}

func openCheckpoint(dir, vkey string) (tlog.Tree, error) {
	var none tlog.Tree
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return none, err
	}
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if err != nil {
		return none, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return none, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return none, fmt.Errorf("not a checkpoint of %s: %q", verifier.Name(), opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return none, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func checkEntries(dir string, tree tlog.Tree, reader tlog.HashReader) error {
	var indexes []int64
	var leaves [][]byte
	for _, t := range widest(tree.N) {
		if t.L != 0 {
			continue
		}
		t.L = -1
		data, err := os.ReadFile(filepath.Join(dir, path(t)))
		if err != nil {
			return err
		}
		for ; len(data) > 0; data = data[2+len(leaves[len(leaves)-1]):] {
			size := int(data[0])<<8 | int(data[1])
			indexes = append(indexes, tlog.StoredHashIndex(0, int64(len(leaves))))
			leaves = append(leaves, data[2:2+size])
		}
	}
	if int64(len(leaves)) != tree.N {
		return fmt.Errorf("%d entries instead of %d", len(leaves), tree.N)
	}
	hashes, err := reader.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if tlog.RecordHash(leaf) != hashes[i] {
			return fmt.Errorf("entry %d is not what its hash covers", i)
		}
	}
	return nil
}

// some numbers below n, its edges and those of full tiles among them.
func some(n int64) []int64 {
	var found []int64
	for _, i := range []int64{0, 1, 2, 127, 254, 255, 256, 257, 511, 512, 65535, 65536, n / 2, n / 3, n - 2, n - 1} {
		if 0 <= i && i < n {
			found = append(found, i)
		}
	}
	return found
}

// checkOwn makes proofs with x/mod out of our tiles.
func checkOwn(tree tlog.Tree, reader tlog.HashReader) error {
	for _, i := range some(tree.N) {
		proof, err := tlog.ProveRecord(tree.N, i, reader)
		if err != nil {
			return err
		}
		leaf, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, i, leaf[0]); err != nil {
			return fmt.Errorf("record %d: %w", i, err)
		}
		if err := checkTree(tree, i+1, reader); err != nil {
			return fmt.Errorf("tree of %d: %w", i+1, err)
		}
	}
	return nil
}

func checkTree(tree tlog.Tree, old int64, reader tlog.HashReader) error {
	root, err := tlog.TreeHash(old, reader)
	if err != nil {
		return err
	}
	proof, err := tlog.ProveTree(tree.N, old, reader)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old, root)
}

// checkTheirs checks proofs that our code made.
func checkTheirs(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var all proofs
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	for _, p := range all.Inclusion {
		if err := tlog.CheckRecord(p.Proof, p.Size, p.Root, p.Index, p.Leaf); err != nil {
			return fmt.Errorf("our proof of record %d in %d: %w", p.Index, p.Size, err)
		}
	}
	for _, p := range all.Consistency {
		if err := tlog.CheckTree(p.Proof, p.New, p.NewRoot, p.Old, p.OldRoot); err != nil {
			return fmt.Errorf("our proof from %d to %d: %w", p.Old, p.New, err)
		}
	}
	fmt.Printf("%d inclusion proofs, %d consistency proofs\n", len(all.Inclusion), len(all.Consistency))
	return nil
}

func write(dir, name string, data []byte) error {
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func makeLog(dir, name string, size int64) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var found []tlog.Hash
		for _, i := range indexes {
			found = append(found, stored[i])
		}
		return found, nil
	})
	bundles := map[int64][]byte{}
	for i := int64(0); i < size; i++ {
		leaf := []byte(fmt.Sprintf("a line of somebody else, number %d", i))
		hashes, err := tlog.StoredHashes(i, leaf, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
		n := i >> height
		bundles[n] = append(append(bundles[n], byte(len(leaf)>>8), byte(len(leaf))), leaf...)
	}
	for _, t := range widest(size) {
		data, err := tlog.ReadTileData(t, reader)
		if err != nil {
			return err
		}
		if err := write(dir, path(t), data); err != nil {
			return err
		}
		if t.L == 0 {
			t.L = -1
			if err := write(dir, path(t), bundles[t.N]); err != nil {
				return err
			}
		}
	}
	return signCheckpoint(dir, name, size, reader)
}

func signCheckpoint(dir, name string, size int64, reader tlog.HashReader) error {
	root, err := tlog.TreeHash(size, reader)
	if err != nil {
		return err
	}
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return err
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s\n%d\n%s\n", name, size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	if err != nil {
		return err
	}
	fmt.Println(public)
	return write(dir, "checkpoint", signed)
}

func main() {
	err := fmt.Errorf("call it as its first lines say")
	if len(os.Args) == 5 && os.Args[1] == "check" {
		err = check(os.Args[2], os.Args[3], os.Args[4])
	} else if len(os.Args) == 5 && os.Args[1] == "make" {
		var size int64
		if size, err = strconv.ParseInt(os.Args[4], 10, 64); err == nil {
			err = makeLog(os.Args[2], os.Args[3], size)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
