// Verify an unpacked bundle of a ropa register with the packages of Go's own checksum database.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go FOLDER [VKEY [CHECKPOINT]]
//
// It tells line by line what holds, and ends with SOUND and exit code 0; or it tells the first
// thing that does not hold, and ends with exit code 1. VERIFY.md says what that means, and what it
// does not. The packages are Debian's golang-golang-x-mod-dev.
package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height = 8   // levels of the tree in a tile
	width  = 256 // hashes in a full tile, and events in a full bundle
)

var (
	folder   string
	last     = "manifest" // the file that was read last
	papers   = []string{"from", "to", "difference"}
	always   = []string{"VERIFY.md", "absent.json", "checkpoint", "manifest", "policy", "recipes/verify.go", "recipes/verify.py"}
	manifest = regexp.MustCompile(`\Aropa-bundle v1\n(ropa/[0-9a-f-]{36})\n` +
		`from ([0-9]+)\nto ([0-9]+)\nsize ([0-9]+)\nropa [!-~]+\n((?:[0-9a-f]{64} [!-~]+\n)+)\z`)
)

func main() {
	if len(os.Args) < 2 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: verify.go FOLDER [VKEY [CHECKPOINT]]")
		os.Exit(2)
	}
	defer func() { // whatever else a file from a stranger can lead to
		if recover() != nil {
			damaged(last, "cannot be read or understood")
		}
	}()
	folder = os.Args[1]
	given := append(os.Args[2:], "", "")
	verify(given[0], given[1])
	fmt.Println("SOUND")
}

// verify checks all of it, and tells what holds.
func verify(vkey, against string) {
	keys, witnesses := readKeys(vkey, string(read("policy")))
	text, origin := open("manifest", read("manifest"), keys, true)
	found := manifest.FindStringSubmatch(text)
	if found == nil || found[1] != origin {
		damaged("manifest", "is not one of a bundle")
	}
	from, to, size := number(found[2]), number(found[3]), number(found[4])
	if from < 1 || to < from || size < to {
		damaged("manifest", "is of an impossible range")
	}
	files := map[string]string{}
	for _, line := range strings.Split(strings.TrimSuffix(found[5], "\n"), "\n") {
		files[line[65:]] = line[:64]
	}
	fmt.Printf("manifest: signed by %s, events %d to %d of %d\n", origin, from, to, size)
	if vkey == "" {
		fmt.Println("NOTE: with the bundle's own key; give the one that you trust as VKEY")
	}
	if witnesses {
		fmt.Println("NOTE: the policy asks for witnesses, which are not looked at here")
	}
	first, beyond := (from-1)/width, (to-1)/width+1 // the entry bundles
	checkFiles(files, size, first, beyond)
	fmt.Printf("files: %d are those of the manifest, and none is missing or added\n", len(files))

	t := &tree{size, map[string][]byte{}}
	t.check()
	head := checkpoint("checkpoint", read("checkpoint"), keys, origin)
	if head.N != size {
		damaged("checkpoint", "is of another size")
	}
	t.checkRoot("checkpoint", head)
	sides := 0
	for _, path := range sorted(files) {
		if strings.HasSuffix(path, ".txt") {
			side := checkpoint(path, read(path), keys, origin)
			if side.N > size || fmt.Sprintf("checkpoints/%012d.txt", side.N) != path {
				damaged(path, "is of another size")
			}
			t.checkRoot(path, side)
			sides++
		}
	}
	fmt.Printf("tree: its tiles lead to the roots of %d signed checkpoints\n", 1+sides)
	if against != "" {
		last = against
		data, err := os.ReadFile(against)
		if err != nil {
			damaged(against, "cannot be read")
		}
		kept := checkpoint(against, data, keys, origin)
		if kept.N > size {
			damaged(against, "is of a greater size than the bundle: ask for a newer one")
		}
		if t.root(kept.N) != kept.Hash {
			damaged(against, "is of another tree: HISTORY WAS REWRITTEN")
		}
		fmt.Printf("kept: the tree is that of the checkpoint of %d events that was kept elsewhere\n", kept.N)
	}

	gone := readGone()
	boxes := len(gone)
	count := checkEvents(t, first, beyond, gone)
	fmt.Printf("events: %d are the leaves of the tree, in order; %d of their boxes are gone\n", count, boxes)
	proofs := 0
	for _, path := range sorted(files) {
		if strings.HasPrefix(path, "proofs/") {
			checkProof(t, head, path)
			proofs++
		}
	}
	fmt.Printf("proofs: %d hold\n", proofs)
	for at, position := range []int64{from - 1, to, to} {
		var paper struct {
			Position int64
			Root     string
		}
		path := "register/" + papers[at] + ".json"
		decode(path, &paper)
		if paper.Position != position || paper.Root != t.root(position).String() {
			damaged(path, "is of another place in the log")
		}
	}
	fmt.Println("register: its papers name their places in the tree")
}

// damaged tells the first thing that does not hold, and ends the program.
func damaged(where, what string) {
	quoted := strconv.QuoteToASCII(where)
	fmt.Printf("DAMAGED: %s: %s\n", quoted[1:len(quoted)-1], what)
	os.Exit(1)
}

// read gives a file.
func read(path string) []byte {
	last = path
	data, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
	if err != nil {
		damaged(path, "cannot be read")
	}
	return data
}

// decode reads a file of JSON.
func decode(path string, into interface{}) {
	if json.Unmarshal(read(path), into) != nil {
		damaged(path, "cannot be understood")
	}
}

// readKeys gives the keys of logs that are trusted, and whether the policy asks for witnesses.
func readKeys(vkey, policy string) (note.Verifiers, bool) {
	vkeys, witnesses := []string{}, true
	for _, line := range strings.Split(policy, "\n") {
		words := strings.Fields(line)
		if len(words) > 1 && words[0] == "log" {
			vkeys = append(vkeys, words[1])
		}
		if len(words) == 2 && words[0] == "quorum" && words[1] == "none" {
			witnesses = false
		}
	}
	if vkey != "" {
		vkeys = []string{vkey}
	}
	var keys []note.Verifier
	for _, one := range vkeys {
		key, err := note.NewVerifier(one)
		if err != nil {
			damaged("VKEY or policy", "is not an Ed25519 key of the form NAME+ID+BASE64")
		}
		keys = append(keys, key)
	}
	return note.VerifierList(keys...), witnesses
}

// open gives the text of a note that one of the keys has signed, and the name of that key. If it
// must be signed alone, there is nothing else: note.Open reads over other signatures, and over bits
// of base64 that stand for nothing.
func open(path string, data []byte, keys note.Verifiers, alone bool) (string, string) {
	opened, err := note.Open(data, keys)
	if err != nil {
		damaged(path, "is not signed by the log's key, or the signature does not hold")
	}
	sig := opened.Sigs[0]
	raw, _ := base64.StdEncoding.DecodeString(sig.Base64)
	whole := fmt.Sprintf("%s\n\u2014 %s %s\n", opened.Text, sig.Name, base64.StdEncoding.EncodeToString(raw))
	if alone && whole != string(data) {
		damaged(path, "is not signed by the log's key alone")
	}
	return opened.Text, sig.Name
}

// checkpoint reads one that its log has signed; tlog.ParseTree of Go 1.19 knows one log only.
func checkpoint(path string, data []byte, keys note.Verifiers, origin string) tlog.Tree {
	text, signer := open(path, data, keys, false)
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] != origin || signer != origin {
		damaged(path, "is another log's, or no checkpoint")
	}
	hash, err := tlog.ParseHash(lines[2])
	if err != nil {
		damaged(path, "has no root")
	}
	return tlog.Tree{N: number(lines[1]), Hash: hash}
}

// number reads a whole number.
func number(text string) int64 {
	found, err := strconv.ParseInt(text, 10, 64)
	if err != nil || found < 0 {
		damaged(last, "has a number that is none")
	}
	return found
}

// sorted gives the paths in order.
func sorted(files map[string]string) []string {
	var found []string
	for path := range files {
		found = append(found, path)
	}
	sort.Strings(found)
	return found
}

// levels gives the number of hashes in each level of tiles.
func levels(size int64) []int64 {
	var found []int64
	for ; size > 0; size >>= height {
		found = append(found, size)
	}
	return found
}

// least gives the lesser of two numbers.
func least(one, other int64) int64 {
	if one < other {
		return one
	}
	return other
}

// tileAt gives the path of a tile (C2SP tlog-tiles), out of so many hashes; level -1 is that of the
// entries. Go's own form of it has the height too, and another word.
func tileAt(level int, n, hashes int64) string {
	path := tlog.Tile{H: height, L: level, N: n, W: int(least(width, hashes-n*width))}.Path()
	return strings.Replace(strings.Replace(path, "tile/8/", "tile/", 1), "/data/", "/entries/", 1)
}

// checkFiles holds the files against the manifest, and sees that none is missing or added.
func checkFiles(files map[string]string, size, first, beyond int64) {
	there := map[string]bool{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if !entry.Type().IsRegular() {
			damaged(filepath.ToSlash(name), "is no plain file")
		}
		there[filepath.ToSlash(name)] = true
		return err
	})
	if err != nil {
		damaged(folder, "cannot be read")
	}
	count := beyond - first
	for _, hashes := range levels(size) {
		count += (hashes-1)/width + 1
	}
	if count > int64(len(there)) { // before they are listed: a size may be absurd
		damaged("tile", "lacks files")
	}
	wanted := append([]string{}, always...)
	for _, name := range papers {
		wanted = append(wanted, "register/"+name+".html", "register/"+name+".json")
	}
	unlisted := map[string]bool{"manifest": true}
	for level, hashes := range levels(size) {
		for n := int64(0); n*width < hashes; n++ {
			unlisted[tileAt(level, n, hashes)] = true
		}
	}
	for n := first; n < beyond; n++ {
		unlisted[tileAt(-1, n, size)] = true
	}
	for path := range unlisted {
		wanted = append(wanted, path)
	}
	for _, path := range append(wanted, sorted(files)...) {
		if !there[path] {
			damaged(path, "is missing")
		}
	}
	for path := range there {
		if _, listed := files[path]; !listed && !unlisted[path] {
			damaged(path, "is not in the manifest")
		}
	}
	for _, path := range sorted(files) {
		digest := sha256.Sum256(read(path))
		if hex.EncodeToString(digest[:]) != files[path] {
			damaged(path, "is not the file that the manifest lists")
		}
	}
}

// tree is the Merkle tree (RFC 6962, section 2.1) out of its tiles. It holds each against the one
// above by itself: tlog.TileHashReader of Go 1.19 passes over some of them, where several hashes of
// the edge of the tree lie in one tile.
type tree struct {
	size int64
	kept map[string][]byte
}

// tile gives tile n of a level.
func (t *tree) tile(level int, n int64) []byte {
	hashes := t.size >> uint(height*level)
	path := tileAt(level, n, hashes)
	data, ok := t.kept[path]
	if !ok {
		data = read(path)
		if int64(len(data)) != tlog.HashSize*least(width, hashes-n*width) {
			damaged(path, "is not as long as its name says")
		}
		if len(t.kept) > 64 {
			t.kept = map[string][]byte{}
		}
		t.kept[path] = data
	}
	return data
}

// ReadHashes gives hashes by Go's own numbering.
func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		tile := tlog.TileForIndex(height, index)
		hash, err := tlog.HashFromTile(tile, t.tile(tile.L, tile.N), index)
		if err != nil {
			return nil, err
		}
		found = append(found, hash)
	}
	return found, nil
}

// node gives a hash by its level and its place in the level; all its leaves are there.
func (t *tree) node(level int, k int64) tlog.Hash {
	hashes, err := t.ReadHashes([]int64{tlog.StoredHashIndex(level, k)})
	if err != nil {
		damaged(last, "has no such hash")
	}
	return hashes[0]
}

// root gives the root at a size.
func (t *tree) root(size int64) tlog.Hash {
	if size == 0 {
		return sha256.Sum256(nil)
	}
	hash, err := tlog.TreeHash(size, t)
	if err != nil {
		damaged(last, "does not lead to a root")
	}
	return hash
}

// check holds each full tile against the one above it.
func (t *tree) check() {
	for level, hashes := range levels(t.size) {
		for n := int64(0); n < hashes/width; n++ {
			top := height * (level + 1)
			if tlog.NodeHash(t.node(top-1, 2*n), t.node(top-1, 2*n+1)) != t.node(top, n) {
				span := fmt.Sprintf("positions %d to %d", n<<uint(top)+1, (n+1)<<uint(top))
				damaged(tileAt(level, n, hashes), "does not lead to the tile above it ("+span+")")
			}
		}
	}
}

// checkRoot holds a checkpoint against the tree.
func (t *tree) checkRoot(path string, said tlog.Tree) {
	if t.root(said.N) != said.Hash {
		damaged(path, fmt.Sprintf("the tree of %d events has another root", said.N))
	}
}

type box struct{ Key, Sha256 string }

type place struct {
	position int64
	activity string
}

// readGone reads the records of boxes that are gone.
func readGone() map[place]box {
	var records []struct {
		Position              int64
		Activity, Key, Sha256 string
	}
	decode("absent.json", &records)
	if records == nil {
		damaged("absent.json", "has no records")
	}
	found := map[place]box{}
	for _, one := range records {
		found[place{one.Position, one.Activity}] = box{one.Key, one.Sha256}
	}
	return found
}

// checkEvents holds the events against the leaves and each other; it takes the boxes that they name
// out of those that are gone.
func checkEvents(t *tree, first, beyond int64, gone map[place]box) int {
	versions := map[string]int64{}
	before, count := time.Time{}, 0
	for n := first; n < beyond; n++ {
		path := tileAt(-1, n, t.size)
		data := read(path)
		for index := n * width; index < t.size && index < (n+1)*width; index++ {
			position := index + 1
			where := fmt.Sprintf("%s (position %d)", path, position)
			if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
				damaged(where, "is cut off")
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			state := data[2:end]
			data = data[end:]
			if tlog.RecordHash(state) != t.node(0, index) {
				damaged(where, "is not the event that the tree has there")
			}
			var event struct {
				Position   int64
				Stream     string
				Version    int64
				RecordedAt time.Time `json:"recorded_at"`
				Sealed     map[string]box
			}
			if json.Unmarshal(state, &event) != nil || event.Position != position {
				damaged(where, "is no event, or says that it is of another position")
			}
			version, known := versions[event.Stream]
			if !known && first > 0 {
				version = event.Version - 1 // its history began before these entries
			}
			if event.Version != version+1 {
				damaged(where, "is not the next version of its history")
			}
			versions[event.Stream] = event.Version
			if event.RecordedAt.Before(before) {
				damaged(where, "was recorded earlier than the event before it")
			}
			before = event.RecordedAt
			for activity, named := range event.Sealed {
				at := place{position, activity}
				if told, ok := gone[at]; ok && told != named {
					damaged("absent.json", fmt.Sprintf("tells of another box than position %d", position))
				}
				delete(gone, at)
			}
			count++
		}
		if len(data) > 0 {
			damaged(path, "goes on after its last event")
		}
	}
	for at := range gone {
		damaged("absent.json", fmt.Sprintf("tells of a box that position %d does not name", at.position))
	}
	return count
}

// checkProof holds a proof (C2SP tlog-proof) against the leaf and the root.
func checkProof(t *tree, head tlog.Tree, path string) {
	parts := strings.SplitN(string(read(path)), "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) < 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		damaged(path, "is no proof")
	}
	index := number(strings.TrimPrefix(lines[1], "index "))
	if path != fmt.Sprintf("proofs/%012d.tlog-proof", index+1) || index >= t.size {
		damaged(path, "is of another event")
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			damaged(path, "has a hash that is none")
		}
		proof = append(proof, hash)
	}
	if tlog.CheckRecord(proof, head.N, head.Hash, index, t.node(0, index)) != nil {
		damaged(path, "does not prove its event")
	}
	if parts[1] != string(read("checkpoint")) {
		damaged(path, "leads to another checkpoint")
	}
}
