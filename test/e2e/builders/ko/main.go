// A server as an application would have it: it says which version it is, on every path.
package main

import (
	"io"
	"log"
	"net/http"
)

const version = "one"

func main() {
	answer := func(response http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(response, version)
	}
	log.Fatal(http.ListenAndServe(":8080", http.HandlerFunc(answer)))
}
