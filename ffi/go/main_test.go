package trafficengine_test

import (
	"log"
	"os"
	"testing"
)

// exampleStore is the database of the examples, which have no test to ask for a folder.
var exampleStore string

func TestMain(m *testing.M) {
	os.Exit(testAll(m))
}

func testAll(m *testing.M) int {
	folder, err := os.MkdirTemp("", "trafficengine")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	if exampleStore, err = generate(folder, "UTC", "--rows", "5000", "--users", "200"); err != nil {
		log.Print(err)
		return 1
	}
	return m.Run()
}
