// Reads YAML texts as Kubernetes and Istio do: one JSON string a line on stdin; a JSON object a line on stdout, with the value as JSON text or the error.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	goyaml "go.yaml.in/yaml/v2"
	"sigs.k8s.io/yaml"
)

type answer struct {
	JSON  string `json:"json,omitempty"`
	Error string `json:"error,omitempty"`
	// Two keys of one mapping, 1 and "1", become one in JSON: which of them is left is up to chance.
	Ambiguous bool `json:"ambiguous,omitempty"`
}

func ambiguous(value interface{}) bool {
	switch typed := value.(type) {
	case []interface{}:
		for _, child := range typed {
			if ambiguous(child) {
				return true
			}
		}
	case map[interface{}]interface{}:
		seen := map[string]bool{}
		for key, child := range typed {
			text := fmt.Sprint(key)
			if number, ok := key.(float64); ok {
				text = strconv.FormatFloat(number, 'g', -1, 32)
			}
			if seen[text] || ambiguous(child) {
				return true
			}
			seen[text] = true
		}
	}
	return false
}

func read(text string) (result answer) {
	defer func() {
		if caught := recover(); caught != nil {
			result = answer{Error: fmt.Sprint("panic: ", caught)}
		}
	}()
	var value interface{}
	if err := goyaml.Unmarshal([]byte(text), &value); err == nil && ambiguous(value) {
		return answer{Ambiguous: true}
	}
	converted, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{JSON: string(converted)}
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	decoder := json.NewDecoder(in)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for decoder.More() {
		var text string
		if err := decoder.Decode(&text); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		if err := encoder.Encode(read(text)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}
