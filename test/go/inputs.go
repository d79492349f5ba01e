package main

import "math/rand/v2"

// random gives the same numbers on every run.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 15)) }

// changed gives texts made from seeds by cutting, doubling and putting in pieces, so that most are nearly right.
func changed(seed uint64, count int, seeds, pieces []string) []string {
	r := random(seed)
	texts := append([]string{}, seeds...)
	for len(texts) < len(seeds)+count {
		text := seeds[r.IntN(len(seeds))]
		for range 1 + r.IntN(3) {
			at := r.IntN(len(text) + 1)
			switch r.IntN(3) {
			case 0:
				text = text[:at] + pieces[r.IntN(len(pieces))] + text[at:]
			case 1:
				end := min(len(text), at+1+r.IntN(2))
				text = text[:at] + text[end:]
			default:
				end := min(len(text), at+1)
				text = text[:at] + pieces[r.IntN(len(pieces))] + text[end:]
			}
		}
		texts = append(texts, text)
	}
	return texts
}

// mixed gives texts of random pieces.
func mixed(seed uint64, count, longest int, pieces []string) []string {
	r := random(seed)
	texts := make([]string, count)
	for i := range texts {
		for range 1 + r.IntN(longest) {
			texts[i] += pieces[r.IntN(len(pieces))]
		}
	}
	return texts
}
